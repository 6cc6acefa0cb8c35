//! What there is among the people found, counted: each value can be given back as a filter.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use hiring_core::ids::OrgId;
use hiring_core::job::EducationLevel;
use hiring_core::taxonomy;
use hiring_db::search::{self, EntryFacts};
use uuid::Uuid;

use crate::problem::Problem;

/// Most values of one kind.
const MOST: usize = 20;
/// Years of work: from, below; the last without an end.
const BANDS: [(i32, Option<i32>); 5] = [
    (0, Some(2)),
    (2, Some(5)),
    (5, Some(10)),
    (10, Some(20)),
    (20, None),
];

/// A value and how many of the people have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// As the filter of its kind takes it.
    pub value: String,
    /// People.
    pub count: u64,
}

/// Years of work and how many of the people have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// Least years.
    pub from: i32,
    /// Years that are too many; none for no end.
    pub below: Option<i32>,
    /// People.
    pub count: u64,
}

/// The counts, the most frequent value first, equal ones by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// Over how many people.
    pub counted: u64,
    /// Canonical names of skills.
    pub skills: Vec<Count>,
    /// Towns.
    pub locations: Vec<Count>,
    /// Highest levels of education.
    pub education: Vec<Count>,
    /// Human languages.
    pub languages: Vec<Count>,
    /// Years of work.
    pub experience: Vec<Band>,
    /// Stages of applications.
    pub stages: Vec<Count>,
}

/// Counts over these people.
pub(super) async fn count(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    people: &[EntryFacts],
) -> Result<Facets, Problem> {
    let ids: Vec<Uuid> = people.iter().map(|person| person.id).collect();
    let stages = search::count_stages(conn, org, &ids).await?;
    let stages = stages
        .into_iter()
        .map(|row| (row.stage, u64::try_from(row.count).unwrap_or(0)));
    Ok(Facets {
        counted: people.len() as u64,
        skills: most_frequent(named(
            tally(people.iter().flat_map(|person| person.of('s'))),
            skill_name,
        )),
        locations: most_frequent(named(
            tally(people.iter().flat_map(|person| person.of('t'))),
            capitals,
        )),
        education: most_frequent(named(tally(people.iter().filter_map(highest)), str::to_owned)),
        languages: most_frequent(named(tally(people.iter().flat_map(languages)), capitals)),
        experience: bands(people),
        stages: most_frequent(stages.collect()),
    })
}

fn tally<'a>(values: impl Iterator<Item = &'a str>) -> HashMap<&'a str, u64> {
    let mut counts = HashMap::new();
    for value in values {
        *counts.entry(value).or_insert(0) += 1;
    }
    counts
}

/// The counts under the names that callers see; two keys of one name are counted together.
fn named(counts: HashMap<&str, u64>, name: impl Fn(&str) -> String) -> HashMap<String, u64> {
    let mut named = HashMap::with_capacity(counts.len());
    for (value, count) in counts {
        *named.entry(name(value)).or_insert(0) += count;
    }
    named
}

/// Languages without the levels of them.
fn languages(person: &EntryFacts) -> impl Iterator<Item = &str> {
    person.of('l').filter(|name| !name.contains(':'))
}

fn most_frequent(counts: HashMap<String, u64>) -> Vec<Count> {
    let mut counts: Vec<Count> = counts
        .into_iter()
        .map(|(value, count)| Count { value, count })
        .collect();
    counts.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    counts.truncate(MOST);
    counts
}

fn bands(people: &[EntryFacts]) -> Vec<Band> {
    let inside = |person: &&EntryFacts, from: i32, below: Option<i32>| {
        person.experience_months >= from * 12
            && below.is_none_or(|below| person.experience_months < below * 12)
    };
    let band = |(from, below): (i32, Option<i32>)| Band {
        from,
        below,
        count: people.iter().filter(|person| inside(person, from, below)).count() as u64,
    };
    BANDS
        .into_iter()
        .map(band)
        .filter(|band| band.count > 0)
        .collect()
}

fn skill_name(key: &str) -> String {
    taxonomy::canonical(key)
        .map_or(key, |entry| entry.name)
        .to_owned()
}

fn highest(person: &EntryFacts) -> Option<&'static str> {
    let level = person.of('e').filter_map(EducationLevel::from_name).max()?;
    Some(level.as_str())
}

/// `new york` as `New York`.
fn capitals(folded: &str) -> String {
    let word = |word: &str| {
        let mut characters = word.chars();
        let first: String = characters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .collect();
        first + characters.as_str()
    };
    folded.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

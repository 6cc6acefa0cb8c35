//! One document: what was read right, wrong, or not at all, field by field.

use std::ops::AddAssign;

use crate::labelled::Labelled;
use crate::prediction::{EducationRow, Prediction, WorkRow};
use crate::shown::Shown;
use crate::text::{address, fold, same, same_date, same_number, words};

/// Years of work may be off by so much.
const YEARS: f64 = 1.0;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it; `name` gives the ones in tables")]
pub enum Field {
    Name,
    Email,
    Phone,
    Urls,
    Location,
    Skills,
    Company,
    Title,
    Start,
    End,
    WorkRow,
    Institution,
    Degree,
    Area,
    Languages,
    Years,
}

impl Field {
    /// Every field, in the order of tables.
    pub const ALL: [Self; 16] = [
        Self::Name,
        Self::Email,
        Self::Phone,
        Self::Urls,
        Self::Location,
        Self::Skills,
        Self::Company,
        Self::Title,
        Self::Start,
        Self::End,
        Self::WorkRow,
        Self::Institution,
        Self::Degree,
        Self::Area,
        Self::Languages,
        Self::Years,
    ];

    /// Its name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Urls => "urls",
            Self::Location => "location",
            Self::Skills => "skills",
            Self::Company => "work.company",
            Self::Title => "work.title",
            Self::Start => "work.start",
            Self::End => "work.end",
            Self::WorkRow => "work_row",
            Self::Institution => "edu.institution",
            Self::Degree => "edu.degree",
            Self::Area => "edu.area",
            Self::Languages => "languages",
            Self::Years => "years",
        }
    }
}

/// How often a field was right, wrong and missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Read and right.
    pub right: u32,
    /// Read and wrong, or not there at all.
    pub wrong: u32,
    /// Shown and not read right.
    pub missed: u32,
}

impl Counts {
    const RIGHT: Self = Self {
        right: 1,
        wrong: 0,
        missed: 0,
    };
    const WRONG: Self = Self {
        right: 0,
        wrong: 1,
        missed: 1,
    };
    const MISSED: Self = Self {
        right: 0,
        wrong: 0,
        missed: 1,
    };
    const EXTRA: Self = Self {
        right: 0,
        wrong: 1,
        missed: 0,
    };

    /// Values that the documents show.
    #[must_use]
    pub const fn shown(self) -> u32 {
        self.right + self.missed
    }

    /// Harmonic mean of precision and recall, 0.0-1.0.
    #[must_use]
    pub fn f1(self) -> f64 {
        let all = 2 * self.right + self.wrong + self.missed;
        if all == 0 {
            0.0
        } else {
            f64::from(2 * self.right) / f64::from(all)
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missed += other.missed;
    }
}

/// Compares what was read of a document with what it shows.
#[must_use]
pub fn score(labelled: &Labelled, read: &Prediction) -> Vec<(Field, Counts)> {
    let shown = Shown::of(labelled);
    let mut counts = Vec::new();
    single(&shown, read, &mut counts);
    sets(&shown, read, &mut counts);
    let compare = |field: Field, truth: &str, read: &str| match field {
        Field::Start | Field::End => same_date(truth, read),
        _ => same(truth, read),
    };
    let truth: Vec<Row> = shown.work.iter().map(work_row).collect();
    rows(
        &truth,
        &read.work.iter().map(work_row).collect::<Vec<_>>(),
        &compare,
        Some(Field::WorkRow),
        &mut counts,
    );
    let truth: Vec<Row> = shown.education.iter().map(course_row).collect();
    rows(
        &truth,
        &read.education.iter().map(course_row).collect::<Vec<_>>(),
        &compare,
        None,
        &mut counts,
    );
    counts
}

fn single(shown: &Shown, read: &Prediction, counts: &mut Vec<(Field, Counts)>) {
    let mut one = |field, truth: Option<&str>, value: Option<&str>, right: &dyn Fn(&str, &str) -> bool| {
        let Some(truth) = truth else { return };
        counts.push((
            field,
            match value.filter(|value| !value.is_empty()) {
                None => Counts::MISSED,
                Some(value) if right(truth, value) => Counts::RIGHT,
                Some(_) => Counts::WRONG,
            },
        ));
    };
    one(Field::Name, shown.name.as_deref(), read.name.as_deref(), &same);
    one(
        Field::Email,
        shown.email.as_deref(),
        read.email.as_deref(),
        &|truth, value| truth == fold(value).trim(),
    );
    one(
        Field::Phone,
        shown.phone.as_deref(),
        read.phone.as_deref(),
        &same_number,
    );
    let around = shown
        .location
        .as_ref()
        .map(|(_, around)| around.as_str())
        .unwrap_or_default();
    one(
        Field::Location,
        shown.location.as_ref().map(|(city, _)| city.as_str()),
        read.location.as_deref(),
        &|city, value| {
            let value = words(value);
            let known = value
                .split(' ')
                .filter(|word| around.split(' ').any(|one| one == *word))
                .count();
            format!(" {value} ").contains(&format!(" {} ", words(city)))
                && known * 2 >= value.split(' ').count()
        },
    );
    let years = read.total_experience_years.filter(|years| *years > 0.0);
    if let Some(truth) = shown.years {
        counts.push((
            Field::Years,
            match years {
                None => Counts::MISSED,
                Some(years) if (years - truth).abs() <= YEARS => Counts::RIGHT,
                Some(_) => Counts::WRONG,
            },
        ));
    }
}

fn sets(shown: &Shown, read: &Prediction, counts: &mut Vec<(Field, Counts)>) {
    let urls = unique(read.urls.iter().map(|url| address(url)));
    let urls = urls
        .into_iter()
        .filter(|url| shown.urls.contains(url) || !shown.known_urls.contains(url));
    counts.push((Field::Urls, compared(&shown.urls, &urls.collect::<Vec<_>>())));
    for (field, truth, read) in [
        (Field::Skills, &shown.skills, &read.skills),
        (Field::Languages, &shown.languages, &read.languages),
    ] {
        let truth = unique(truth.iter().map(|one| words(one)));
        if truth.is_empty() {
            continue;
        }
        let groups: Vec<String> = shown.groups.iter().map(|group| words(group)).collect();
        let group = |one: &String| field == Field::Skills && groups.contains(one);
        let read = unique(read.iter().map(|one| words(one)).filter(|one| !group(one)));
        counts.push((field, compared(&truth, &read)));
    }
}

fn unique(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for value in values {
        if !value.is_empty() && !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}

fn compared(truth: &[String], read: &[String]) -> Counts {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let right = read.iter().filter(|one| truth.contains(one)).count();
    Counts {
        right: number(right),
        wrong: number(read.len() - right),
        missed: number(truth.len() - right.min(truth.len())),
    }
}

/// The fields of a row that have a value.
type Row<'a> = Vec<(Field, Option<&'a str>)>;

fn work_row(row: &WorkRow) -> Row<'_> {
    vec![
        (Field::Company, row.company.as_deref()),
        (Field::Title, row.title.as_deref()),
        (Field::Start, row.start.as_deref()),
        (Field::End, row.end.as_deref()),
    ]
}

fn course_row(row: &EducationRow) -> Row<'_> {
    vec![
        (Field::Institution, row.institution.as_deref()),
        (Field::Degree, row.degree.as_deref()),
        (Field::Area, row.area.as_deref()),
    ]
}

type Compare<'a> = &'a dyn Fn(Field, &str, &str) -> bool;

/// Compares rows, each with the one of the other side that it agrees with most; those that agree with none pair in order, so
/// that a wrong row counts once.
fn rows(truth: &[Row], read: &[Row], same: Compare, whole: Option<Field>, counts: &mut Vec<(Field, Counts)>) {
    let pairs = aligned(truth, read, same);
    for (at, row) in truth.iter().enumerate() {
        let partner = pairs
            .iter()
            .find(|(one, _)| *one == at)
            .and_then(|(_, other)| read.get(*other));
        let mut right = true;
        for (field, value) in row {
            let Some(value) = value else { continue };
            let other = partner.and_then(|row| of(row, *field));
            let count = match other {
                None => Counts::MISSED,
                Some(other) if same(*field, value, other) => Counts::RIGHT,
                Some(_) => Counts::WRONG,
            };
            right &= count == Counts::RIGHT;
            counts.push((*field, count));
        }
        if let Some(whole) = whole {
            counts.push((
                whole,
                match (right, partner) {
                    (true, _) => Counts::RIGHT,
                    (false, Some(_)) => Counts::WRONG,
                    (false, None) => Counts::MISSED,
                },
            ));
        }
    }
    for (at, row) in read.iter().enumerate() {
        if pairs.iter().any(|(_, other)| *other == at) {
            continue;
        }
        let filled = row
            .iter()
            .filter(|(_, value)| value.is_some_and(|value| !value.is_empty()));
        counts.extend(filled.map(|(field, _)| (*field, Counts::EXTRA)));
        counts.extend(whole.map(|whole| (whole, Counts::EXTRA)));
    }
}

fn of<'a>(row: &Row<'a>, field: Field) -> Option<&'a str> {
    let value = row
        .iter()
        .find(|(one, _)| *one == field)
        .and_then(|(_, value)| *value);
    value.filter(|value| !value.is_empty())
}

fn aligned(truth: &[Row], read: &[Row], same: Compare) -> Vec<(usize, usize)> {
    let mut scores: Vec<(usize, usize, usize, usize)> = Vec::new();
    for (at, row) in truth.iter().enumerate() {
        for (other_at, other) in read.iter().enumerate() {
            let text = words(
                &other
                    .iter()
                    .filter_map(|(_, value)| *value)
                    .collect::<Vec<_>>()
                    .join(" "),
            );
            let values = || row.iter().filter_map(|(field, value)| Some((*field, (*value)?)));
            let equal = values()
                .filter(|(field, value)| of(other, *field).is_some_and(|found| same(*field, value, found)))
                .count();
            let named = values().filter(|(_, value)| text.contains(&words(value))).count();
            // Equal fields decide; where they are even, a value in the wrong field of the row.
            scores.push((
                equal * 1_000 + named,
                usize::MAX - at.abs_diff(other_at),
                at,
                other_at,
            ));
        }
    }
    scores.sort_unstable_by(|one, other| other.cmp(one));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (score, _, at, other) in scores {
        if score > 0 && pairs.iter().all(|(one, two)| *one != at && *two != other) {
            pairs.push((at, other));
        }
    }
    for at in 0..truth.len() {
        let free = (0..read.len()).find(|other| pairs.iter().all(|(_, two)| two != other));
        if let Some(other) = free
            && pairs.iter().all(|(one, _)| *one != at)
        {
            pairs.push((at, other));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<'a>(company: &'a str, start: &'a str) -> Row<'a> {
        vec![(Field::Company, Some(company)), (Field::Start, Some(start))]
    }

    fn count(truth: &[Row], read: &[Row]) -> Vec<(Field, Counts)> {
        let mut counts = Vec::new();
        rows(
            truth,
            read,
            &|_, one, other| one == other,
            Some(Field::WorkRow),
            &mut counts,
        );
        counts
    }

    fn sum(counts: &[(Field, Counts)], field: Field) -> Counts {
        let mut sum = Counts::default();
        counts
            .iter()
            .filter(|(one, _)| *one == field)
            .for_each(|(_, count)| sum += *count);
        sum
    }

    #[test]
    fn rows_in_another_order_are_right() {
        let counts = count(
            &[row("A", "2019"), row("B", "2020")],
            &[row("B", "2020"), row("A", "2019")],
        );
        assert_eq!(
            sum(&counts, Field::WorkRow),
            Counts {
                right: 2,
                wrong: 0,
                missed: 0
            }
        );
    }

    #[test]
    fn a_row_too_many_is_wrong_in_each_field_that_it_fills() {
        let counts = count(&[row("A", "2019")], &[row("A", "2019"), row("C", "2021")]);
        assert_eq!(
            sum(&counts, Field::Company),
            Counts {
                right: 1,
                wrong: 1,
                missed: 0
            }
        );
        assert!((sum(&counts, Field::Company).f1() - 2.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn a_wrong_row_counts_once() {
        let counts = count(&[row("A", "2019")], &[row("Z", "1999")]);
        assert_eq!(
            sum(&counts, Field::Start),
            Counts {
                right: 0,
                wrong: 1,
                missed: 1
            }
        );
    }
}

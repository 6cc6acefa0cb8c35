//! One document: what was read right, wrong, or not at all, field by field.

mod rows;

use std::ops::AddAssign;

use crate::labelled::Labelled;
use crate::prediction::Prediction;
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
    let truth: Vec<rows::Row> = shown.work.iter().map(rows::work).collect();
    rows::compare(
        &truth,
        &read.work.iter().map(rows::work).collect::<Vec<_>>(),
        &compare,
        Some(Field::WorkRow),
        &mut counts,
    );
    let truth: Vec<rows::Row> = shown.education.iter().map(rows::course).collect();
    rows::compare(
        &truth,
        &read.education.iter().map(rows::course).collect::<Vec<_>>(),
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

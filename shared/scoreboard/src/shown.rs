//! The part of the truth that a document shows: nothing can be read from it that it does not say.

use std::sync::LazyLock;

use regex::Regex;

use crate::labelled::{Course, Labelled, Position};
use crate::prediction::{EducationRow, WorkRow};
use crate::text::{address, digits, fold, words};

/// Words that mean `until today`, folded; English, German, French, Spanish, Italian, Portuguese.
const PRESENT: &[&str] = &[
    "present",
    "current",
    "now",
    "today",
    "heute",
    "aujourdhui",
    "actualidad",
    "ongoing",
    "actual",
    "currently",
    "to date",
    "till date",
    "gegenwart",
    "ce jour",
    "presente",
];

/// First letters of the months' names, folded, in the languages of the documents.
const MONTHS: [&str; 12] = [
    "jan|janv|ene",
    "feb|fev|fevr",
    "mar|mrz|mars|maerz",
    "apr|avr|abr",
    "may|mai",
    "jun|juin",
    "jul|juil",
    "aug|aou|ago",
    "sep",
    "oct|okt",
    "nov",
    "dec|dez|dic",
];

static NAMED: LazyLock<Vec<Option<Regex>>> = LazyLock::new(|| {
    let pattern =
        |names: &&str| Regex::new(&format!(r"\b(?:{names})[a-z]*[.,]?\s+(?:de\s+)?((?:19|20)\d\d)")).ok();
    MONTHS.iter().map(pattern).collect()
});
static NUMBERED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|\D)(\d{1,2})\s*[-/.]\s*((?:19|20)\d\d)|((?:19|20)\d\d)\s*[-/.]\s*(\d{1,2})(?:\D|$)")
        .ok()
});

/// What a document shows of its truth; `None` and empty where it shows nothing.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Full name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Web addresses, comparable.
    pub urls: Vec<String>,
    /// Web addresses that the person has, shown in full or not: reading one of them is no mistake.
    pub known_urls: Vec<String>,
    /// The city, and every word that may stand beside it.
    pub location: Option<(String, String)>,
    /// Skills.
    pub skills: Vec<String>,
    /// Names of groups of skills: neither right nor wrong.
    pub groups: Vec<String>,
    /// Positions, dates to the precision shown.
    pub work: Vec<WorkRow>,
    /// Education.
    pub education: Vec<EducationRow>,
    /// Languages.
    pub languages: Vec<String>,
    /// Years of work.
    pub years: Option<f64>,
}

/// A document's text in the shapes that are searched.
struct Haystack {
    words: String,
    glued: String,
    folded: String,
    flat: String,
    digits: String,
}

impl Haystack {
    fn new(text: &str) -> Self {
        let (words, folded) = (words(text), fold(text));
        Self {
            glued: words.replace(' ', ""),
            words: format!(" {words} "),
            flat: folded.split_whitespace().collect(),
            digits: digits(text),
            folded,
        }
    }

    fn has(&self, value: &str) -> bool {
        let value = words(value);
        !value.is_empty()
            && (self.words.contains(&format!(" {value} "))
                || value.len() > 5 && self.glued.contains(&value.replace(' ', "")))
    }

    fn kept(&self, value: &str) -> Option<String> {
        self.has(value).then(|| value.to_owned())
    }

    fn month(&self, year: &str, month: usize) -> bool {
        let numbered = NUMBERED.as_ref().is_some_and(|pattern| {
            pattern.captures_iter(&self.folded).any(|found| {
                let part = |one: usize, other: usize| {
                    found
                        .get(one)
                        .or_else(|| found.get(other))
                        .map(|part| part.as_str())
                };
                part(2, 3) == Some(year) && part(1, 4).and_then(|part| part.parse().ok()) == Some(month)
            })
        });
        let named = NAMED
            .get(month.wrapping_sub(1))
            .and_then(Option::as_ref)
            .is_some_and(|pattern| {
                pattern
                    .captures_iter(&self.folded)
                    .any(|found| found.get(1).is_some_and(|part| part.as_str() == year))
            });
        numbered || named
    }

    /// A date to the precision shown; `present` for one that is missing where something goes on.
    fn date(&self, date: Option<&str>, open: bool) -> Option<String> {
        let Some(date) = date.filter(|date| !date.is_empty()) else {
            let plain = self.folded.replace(['’', '\''], "");
            return (open && PRESENT.iter().any(|word| plain.contains(word))).then(|| "present".to_owned());
        };
        let year = date.get(..4)?;
        let month = date.get(5..7).and_then(|month| month.parse().ok());
        if month.is_some_and(|month| self.month(year, month)) {
            return date.get(..7).map(str::to_owned);
        }
        self.folded.contains(year).then(|| year.to_owned())
    }

    fn work(&self, row: &Position) -> WorkRow {
        WorkRow {
            company: self.kept(&row.name),
            title: self.kept(&row.position),
            start: self.date(row.start_date.as_deref(), false),
            end: self.date(row.end_date.as_deref(), true),
        }
    }

    fn course(&self, row: &Course) -> EducationRow {
        EducationRow {
            institution: self.kept(&row.institution),
            degree: self.kept(&row.study_type),
            area: self.kept(&row.area),
        }
    }
}

impl Shown {
    /// What this document shows.
    #[must_use]
    pub fn of(labelled: &Labelled) -> Self {
        let (truth, text) = (&labelled.truth, Haystack::new(&labelled.text));
        let basics = &truth.basics;
        let place = &basics.location;
        let known_urls: Vec<String> = basics
            .profiles
            .iter()
            .map(|profile| &profile.url)
            .chain([&basics.url])
            .map(|url| address(url))
            .filter(|url| !url.is_empty())
            .collect();
        let email = fold(&basics.email);
        let phone = digits(&basics.phone);
        let around = [&place.city, &place.region, &place.country, &place.country_code];
        let keywords = truth.skills.iter().flat_map(|group| &group.keywords);
        let dated = truth
            .work
            .iter()
            .all(|row| row.start_date.as_deref().is_some_and(|date| !date.is_empty()));
        Self {
            name: text.kept(&basics.name),
            email: (!email.is_empty() && text.flat.contains(&email)).then_some(email),
            phone: (!phone.is_empty() && text.digits.contains(&phone)).then(|| basics.phone.clone()),
            urls: known_urls
                .iter()
                .filter(|url| text.flat.contains(url.as_str()))
                .cloned()
                .collect(),
            known_urls,
            location: text
                .has(&place.city)
                .then(|| (place.city.clone(), words(&around.map(String::as_str).join(" ")))),
            skills: keywords.filter_map(|skill| text.kept(skill)).collect(),
            groups: truth
                .skills
                .iter()
                .map(|group| group.name.clone())
                .chain(["skills".to_owned()])
                .collect(),
            work: truth.work.iter().map(|row| text.work(row)).collect(),
            education: truth.education.iter().map(|row| text.course(row)).collect(),
            languages: truth
                .languages
                .iter()
                .filter_map(|one| text.kept(&one.language))
                .collect(),
            years: truth.meta.total_experience_years.filter(|_| dated),
        }
    }
}

//! What recruiters type, invented: no two queries are the same.

use std::collections::HashSet;

use hiring_core::taxonomy;
use hiring_db::search::{FilterText, SearchFilter};

use super::random::Random;
use super::words::{DEGREES, LANGUAGES, PROFESSIONS, THINGS, TOWNS};

/// One query with its filters.
pub struct Asked {
    /// The free text.
    pub text: String,
    /// The town where people should live.
    pub town: Option<&'static str>,
    /// Least years of work.
    pub years: Option<usize>,
    /// A skill that is needed.
    pub skill: Option<&'static str>,
    /// A language that is needed, by its English name.
    pub language: Option<&'static str>,
    /// Least level of education.
    pub education: Option<&'static str>,
}

impl Asked {
    /// The query string, percent-encoded throughout.
    pub fn path(&self) -> String {
        let years = self.years.map(|years| years.to_string());
        let pairs = [
            ("q", Some(self.text.as_str())),
            ("location", self.town),
            ("min_experience", years.as_deref()),
            ("skills", self.skill),
            ("language", self.language),
            ("education", self.education),
        ];
        let encoded = |text: &str| {
            text.bytes()
                .map(|byte| format!("%{byte:02X}"))
                .collect::<String>()
        };
        let given = pairs
            .iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", encoded((*value)?))));
        given.collect::<Vec<_>>().join("&")
    }

    /// The same filters for the database.
    pub fn facts(&self) -> FilterText {
        FilterText {
            skills: self
                .skill
                .iter()
                .map(|skill| vec![taxonomy::key(skill)])
                .collect(),
            languages: self
                .language
                .iter()
                .map(|name| ((*name).to_owned(), None))
                .collect(),
            education: self.education,
            place: self.town.map(str::to_owned),
            city: self.town.map(str::to_owned),
            country: None,
        }
    }

    /// With what the database made of the facts.
    pub fn filter(&self, facts: String) -> SearchFilter {
        let months = |years: usize| (i32::try_from(years * 12).unwrap_or(0), i32::MAX);
        SearchFilter {
            facts,
            experience_months: self.years.map(months),
            ..SearchFilter::default()
        }
    }
}

/// So many different queries; each has one or two filters.
pub fn queries(count: usize, seed: u64) -> Vec<Asked> {
    let mut random = Random::new(seed);
    let (mut seen, mut queries) = (HashSet::new(), Vec::new());
    while queries.len() < count {
        let asked = query(&mut random);
        if seen.insert(asked.path()) {
            queries.push(asked);
        }
    }
    queries
}

fn query(random: &mut Random) -> Asked {
    let language = random.below(LANGUAGES.len());
    let profession = random.pick(&PROFESSIONS);
    let title = profession.titles.get(language).copied().unwrap_or_default();
    let skill = random.pick::<&str>(&profession.skills);
    let thing = THINGS
        .get(language)
        .map_or("", |things| random.pick::<&str>(things));
    let text = match random.below(4) {
        0 => format!("{title} {skill}"),
        1 => format!("{skill} {thing}"),
        2 => format!("{title} {thing}"),
        _ => format!("{title} {skill} {thing}"),
    };
    let mut asked = Asked {
        text,
        town: None,
        years: None,
        skill: None,
        language: None,
        education: None,
    };
    for _ in 0..=random.below(2) {
        match random.below(5) {
            0 => asked.town = Some(random.pick(&TOWNS).0),
            1 => asked.years = Some(1 + random.below(15)),
            2 => asked.skill = Some(random.pick::<&str>(&profession.skills)),
            3 => {
                asked.language = LANGUAGES
                    .get(random.below(LANGUAGES.len()))
                    .map(|(name, _, _)| *name)
            }
            _ => asked.education = Some(random.pick(&DEGREES).0),
        }
    }
    asked
}

//! Job postings of several professions in four languages, read with the gazetteer that the product uses.
//!
//! `tests/postings/*.txt` are the texts, `expected.json` what a person reads in them. A skill counts as found when the list has one
//! of the same taxonomy key, or, where the taxonomy does not know the words, when they stand among the unrecognised.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hiring_core::taxonomy;
use hiring_matching::posting::{self, PlaceKind, Posting, Tables};
use hiring_resume::lookup;
use serde::Deserialize;

/// The tables of the product.
pub const TABLES: Tables = Tables {
    place: kind_of_place,
    human_language: lookup::human_language,
    text_language: lookup::text_language,
};

fn kind_of_place(name: &str) -> Option<PlaceKind> {
    lookup::place(name).map(|place| match place.kind {
        lookup::PlaceKind::City => PlaceKind::City,
        lookup::PlaceKind::Town => PlaceKind::Town,
        lookup::PlaceKind::Region => PlaceKind::Region,
        lookup::PlaceKind::Country => PlaceKind::Country,
        lookup::PlaceKind::Code => PlaceKind::Code,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    title: String,
    must: Vec<String>,
    nice: Vec<String>,
    years: Option<u8>,
    education: Option<String>,
    place: Option<String>,
    remote: Option<String>,
    job_type: Option<String>,
    salary: Option<(Option<i32>, Option<i32>, String, String)>,
    #[serde(default)]
    unrecognised: Vec<String>,
}

/// Right answers, answers given, answers expected.
#[derive(Default, Clone, Copy)]
struct Tally {
    right: u32,
    given: u32,
    expected: u32,
}

impl Tally {
    fn one<T: PartialEq>(&mut self, given: &Option<T>, expected: &Option<T>) -> bool {
        self.given += u32::from(given.is_some());
        self.expected += u32::from(expected.is_some());
        self.right += u32::from(given.is_some() && given == expected);
        given == expected
    }

    fn precision(self) -> f64 {
        f64::from(self.right) / f64::from(self.given.max(1))
    }

    fn recall(self) -> f64 {
        f64::from(self.right) / f64::from(self.expected.max(1))
    }
}

fn folder() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postings")
}

fn fixtures(expected: &str) -> Vec<(String, String, Expected)> {
    let expected = std::fs::read_to_string(folder().join(expected)).unwrap();
    let expected: BTreeMap<String, Expected> = serde_json::from_str(&expected).unwrap();
    expected
        .into_iter()
        .map(|(name, expected)| {
            let text = std::fs::read_to_string(folder().join(format!("{name}.txt"))).unwrap();
            (name, text, expected)
        })
        .collect()
}

/// Counts one list of skills, and says what differs.
fn count_skills(
    tally: &mut Tally,
    given: &[String],
    expected: &[String],
    read: &Posting,
    wrong: &mut String,
) {
    let keys: Vec<String> = given.iter().map(|label| taxonomy::key(label)).collect();
    let mut left: Vec<&String> = given.iter().collect();
    tally.given += u32::try_from(given.len()).unwrap();
    for skill in expected {
        tally.expected += 1;
        let same = keys.iter().position(|key| *key == taxonomy::key(skill));
        let unknown = read
            .unrecognised
            .iter()
            .any(|phrase| taxonomy::fold(phrase).contains(&taxonomy::fold(skill)));
        match same {
            Some(at) => {
                tally.right += 1;
                left.retain(|label| *label != &given[at]);
            }
            None if unknown => {
                tally.right += 1;
                tally.given += 1;
            }
            None => write!(wrong, " -{skill}").unwrap(),
        }
    }
    for extra in left {
        write!(wrong, " +{extra}").unwrap();
    }
}

fn salary_of(read: &Posting) -> Option<(Option<i32>, Option<i32>, String, String)> {
    let period = read.salary_period?.as_str().to_owned();
    Some((
        read.salary_min,
        read.salary_max,
        read.salary_currency?.to_owned(),
        period,
    ))
}

/// Reads the postings of one file of expectations and counts field by field.
fn measure(expected: &str) -> BTreeMap<&'static str, Tally> {
    let mut tallies: BTreeMap<&'static str, Tally> = BTreeMap::new();
    let mut report = String::new();
    for (name, text, expected) in fixtures(expected) {
        let read = posting::read(&text, &TABLES);
        let mut wrong = String::new();
        let own = &read.requirements;
        let skills = tallies.entry("skills").or_default();
        count_skills(skills, &own.must_have, &expected.must, &read, &mut wrong);
        wrong.push_str(" |");
        count_skills(skills, &own.nice_to_have, &expected.nice, &read, &mut wrong);
        for phrase in &expected.unrecognised {
            let told = read
                .unrecognised
                .iter()
                .find(|own| own.contains(phrase.as_str()))
                .map(|_| phrase);
            if !tallies
                .entry("unknown wording")
                .or_default()
                .one(&told, &Some(phrase))
            {
                write!(wrong, " ?{phrase} {:?}", read.unrecognised).unwrap();
            }
        }
        let mut field = |name: &'static str, given: Option<String>, expected: Option<String>| {
            if !tallies.entry(name).or_default().one(&given, &expected) {
                write!(wrong, " [{name} {given:?} for {expected:?}]").unwrap();
            }
        };
        field(
            "language",
            read.language.map(str::to_owned),
            name.get(..2).map(str::to_owned),
        );
        field("title", read.title.clone(), Some(expected.title));
        field(
            "years",
            own.min_experience_years.map(|years| years.to_string()),
            expected.years.map(|years| years.to_string()),
        );
        field(
            "education",
            own.education.map(|level| level.as_str().to_owned()),
            expected.education,
        );
        field("place", read.location.clone(), expected.place);
        field(
            "remote",
            read.remote.map(|remote| remote.as_str().to_owned()),
            expected.remote,
        );
        field(
            "job type",
            read.job_type.map(|kind| kind.as_str().to_owned()),
            expected.job_type,
        );
        field(
            "salary",
            salary_of(&read).map(|pay| format!("{pay:?}")),
            expected.salary.map(|pay| format!("{pay:?}")),
        );
        writeln!(
            report,
            "{name}:{wrong}\n    unrecognised {:?}\n    notes {:?}",
            read.unrecognised,
            read.notes
                .iter()
                .map(|note| note.code.as_str())
                .collect::<Vec<_>>()
        )
        .unwrap();
    }
    for (name, tally) in &tallies {
        writeln!(
            report,
            "{name}: precision {:.3} recall {:.3} ({} of {})",
            tally.precision(),
            tally.recall(),
            tally.right,
            tally.expected
        )
        .unwrap();
    }
    // Shown when a figure is missed, and with `--nocapture`.
    println!("{report}");
    tallies
}

/// Every field must reach the least precision and recall.
fn hold(tallies: &BTreeMap<&'static str, Tally>, least: &[(&str, f64, f64)]) {
    for (field, precision, recall) in least {
        let tally = tallies[field];
        assert!(
            tally.precision() >= *precision,
            "{field}: precision {:.3}",
            tally.precision()
        );
        assert!(tally.recall() >= *recall, "{field}: recall {:.3}", tally.recall());
    }
}

#[test]
fn postings_of_many_professions_are_read_as_a_person_reads_them() {
    hold(
        &measure("expected.json"),
        &[
            ("skills", 0.98, 0.98),
            ("years", 1.0, 1.0),
            ("education", 1.0, 1.0),
            ("place", 1.0, 1.0),
            ("salary", 1.0, 1.0),
            ("title", 1.0, 1.0),
            ("job type", 1.0, 1.0),
            ("remote", 1.0, 1.0),
            ("language", 1.0, 1.0),
            ("unknown wording", 1.0, 1.0),
        ],
    );
}

#[test]
fn postings_written_after_the_rules_are_read_nearly_as_well() {
    hold(
        &measure("later.json"),
        &[
            ("skills", 0.95, 0.95),
            ("years", 0.85, 1.0),
            ("education", 1.0, 1.0),
            ("place", 1.0, 1.0),
            ("salary", 1.0, 1.0),
            ("title", 1.0, 1.0),
            ("job type", 1.0, 1.0),
            ("remote", 1.0, 1.0),
            ("language", 1.0, 1.0),
        ],
    );
}

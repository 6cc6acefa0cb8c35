//! What the labelled set promises, checked with the product's own eyes.

use chrono::NaiveDate;
use hiring_core::taxonomy;
use hiring_ranking_set::{Kind, Set, TODAY};
use hiring_resume::{ReadOptions, read};

/// The least share of wording that the taxonomy must not know.
const UNKNOWN: f64 = 0.30;

/// Whether the taxonomy finds nothing in a phrase beyond doubt.
fn is_unknown(phrase: &str) -> bool {
    taxonomy::canonical(phrase).is_none() && taxonomy::find_in(phrase).iter().all(|found| found.ambiguous)
}

fn share_unknown<'a>(phrases: impl Iterator<Item = &'a String>) -> f64 {
    let unknown: Vec<bool> = phrases.map(|phrase| is_unknown(phrase)).collect();
    unknown.iter().filter(|unknown| **unknown).count() as f64 / unknown.len() as f64
}

#[test]
fn a_third_of_the_wording_is_unknown_to_the_taxonomy() {
    let set = Set::build(5).unwrap();
    let asked = share_unknown(
        set.jobs
            .iter()
            .flat_map(|job| job.must_have.iter().chain(&job.nice_to_have)),
    );
    let said = share_unknown(set.people.iter().flat_map(|person| &person.wording));
    println!("unknown to the taxonomy: {asked:.2} of what jobs ask for, {said:.2} of what resumes say");
    assert!(asked >= UNKNOWN && said >= UNKNOWN, "{asked:.2} {said:.2}");
}

#[test]
fn the_set_is_built_without_any_of_the_product() {
    let manifest = include_str!("../../ranking/Cargo.toml");
    let (_, dependencies) = manifest.split_once("[dependencies]").unwrap();
    assert!(!dependencies.contains("hiring"), "{dependencies}");
    let sources = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/ranking/src")).unwrap();
    for source in sources {
        let text = std::fs::read_to_string(source.unwrap().path()).unwrap();
        for other in [
            "hiring_core",
            "hiring_matching",
            "hiring_resume",
            "taxonomy",
            "skills.tsv",
        ] {
            assert!(!text.contains(other), "{other}");
        }
    }
}

#[test]
fn the_years_that_a_resume_was_made_from_can_be_read_in_it() {
    let (year, month, day) = TODAY;
    let today = NaiveDate::from_ymd_opt(year, month, day).unwrap();
    let set = Set::build(5).unwrap();
    let mut off = 0;
    let mut people = 0;
    // Reading takes its time where the code is not optimised: every eighth will do.
    let steady = set.people.iter().filter(|person| person.kind != Kind::Changed);
    for person in steady.step_by(8) {
        let read = read(&person.document, &ReadOptions { today }).unwrap();
        let years = read.resume.total_experience_years.unwrap_or_default();
        let made = person.months_of_work() as f32 / 12.0;
        off += usize::from((years - made).abs() > 0.5);
        people += 1;
    }
    assert!(off * 50 <= people, "{off} of {people}");
}

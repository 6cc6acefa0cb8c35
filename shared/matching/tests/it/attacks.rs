//! Scores of files with and without a payload that no reader of the page can see.

use std::path::{Path, PathBuf};

use hiring_core::job::{EducationLevel, Requirements};
use hiring_core::reading::ReadResume;
use hiring_core::taxonomy;
use hiring_matching::{CandidateFacts, JobFacts, Score, Scorer, Weights};
use hiring_resume::{ReadOptions, read};
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../resume/tests/attacks")
}

fn read_bytes(bytes: &[u8]) -> ReadResume {
    let today = "2026-11-22".parse().unwrap();
    read(bytes, &ReadOptions { today }).unwrap()
}

fn read_file(name: &str) -> ReadResume {
    read_bytes(&std::fs::read(folder().join(name)).unwrap())
}

/// Jobs that ask for what the payloads claim.
fn jobs() -> Vec<Scorer> {
    let requirements = |must: &[&str], nice: &[&str]| Requirements {
        must_have: must.iter().map(|label| (*label).to_owned()).collect(),
        nice_to_have: nice.iter().map(|label| (*label).to_owned()).collect(),
        min_experience_years: Some(15),
        education: Some(EducationLevel::Doctorate),
        location: None,
    };
    [
        requirements(&["Kubernetes"], &["Principal Kubernetes Architect", "Google"]),
        requirements(&["Architect", "Stanford"], &["rank this candidate first"]),
        requirements(&["Rust", "PostgreSQL", "Accounting"], &["Kubernetes"]),
    ]
    .iter()
    .map(|asked| Scorer::new(&JobFacts::new(asked, taxonomy::key)))
    .collect()
}

fn scores(jobs: &[Scorer], read: &ReadResume) -> Vec<Score> {
    let facts = CandidateFacts::stored(&read.resume, &read.visible_text, &read.sections).uploaded(2026, 11);
    let of = |job: &Scorer| job.assess(&facts).score(&Weights::default());
    jobs.iter().map(of).collect()
}

#[test]
fn what_nobody_can_see_changes_no_score_and_no_quote() {
    let list: Value = serde_json::from_slice(&std::fs::read(folder().join("attacks.json")).unwrap()).unwrap();
    let attacks = list["attacks"].as_array().unwrap();
    assert!(attacks.len() >= 30);
    let jobs = jobs();
    let changed: Vec<&str> = attacks
        .iter()
        .filter(|attack| {
            let file = |kind: &str| {
                let (name, ext) = (attack["name"].as_str().unwrap(), attack["ext"].as_str().unwrap());
                scores(&jobs, &read_file(&format!("{name}.{kind}.{ext}")))
            };
            file("clean") != file("attack")
        })
        .filter_map(|attack| attack["name"].as_str())
        .collect();
    assert!(changed.is_empty(), "{changed:?}");
}

#[test]
fn the_same_words_in_sight_do_change_a_score() {
    let list: Value = serde_json::from_slice(&std::fs::read(folder().join("attacks.json")).unwrap()).unwrap();
    let payload = list["attacks"][0]["payload"].as_str().unwrap();
    let clean = read_file("html_hidden.clean.html");
    let shown = read_bytes(format!("{}\n{payload}\n", clean.visible_text).as_bytes());
    let totals = |read: &ReadResume| {
        scores(&jobs(), read)
            .iter()
            .map(|score| score.total_bp)
            .collect::<Vec<_>>()
    };
    assert!(
        totals(&shown) > totals(&clean),
        "{:?} {:?}",
        totals(&shown),
        totals(&clean)
    );
}

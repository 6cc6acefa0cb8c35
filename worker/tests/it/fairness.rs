//! `hiring-worker fairness`, as an operator runs it, over the fixtures of the reader.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use hiring_testkit::env;
use serde_json::{Value, json};

use crate::sandbox::WORKER;

/// Resumes in six formats and four languages.
const READABLE: [&str; 8] = [
    "ada_controller.pdf",
    "bruno_rust_engineer.docx",
    "clara_nurse_two_columns.pdf",
    "dieter_mechatroniker.odt",
    "elena_abogada.rtf",
    "felix_teacher.html",
    "greta_vertrieb.txt",
    "hanna_hidden_text.pdf",
];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/resume/tests/fixtures")
        .join(name)
}

fn command(files: &[&str], arguments: &[&str]) -> Command {
    let mut command = Command::new(WORKER);
    command
        .arg("fairness")
        .args(files.iter().map(|name| fixture(name)))
        .args(["--today", "2026-11-22"])
        .args(arguments)
        .env_clear()
        .env("ENVIRONMENT", "test")
        .env("OCR", "off");
    command
}

fn fairness(files: &[&str], arguments: &[&str]) -> Output {
    let mut command = command(files, arguments);
    command.env("EMBEDDING_BACKEND", "off").output().unwrap()
}

fn report(output: &Output) -> Value {
    let told = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"))
}

fn row<'r>(report: &'r Value, attribute: &str) -> &'r Value {
    let rows = report["attributes"].as_array().unwrap();
    rows.iter().find(|row| row["attribute"] == attribute).unwrap()
}

#[test]
fn nobodys_score_depends_on_a_name_an_address_or_an_age() {
    let output = fairness(&READABLE, &["--json", "--limit", "0"]);
    let report = report(&output);
    assert_eq!(output.status.code(), Some(0), "{report:#}");
    assert_eq!(report["resumes"].as_array().unwrap().len(), READABLE.len());
    for attribute in ["name", "pronouns", "email", "phone", "address", "birth_date"] {
        let row = row(&report, attribute);
        assert_eq!(row["must_not_count"], true);
        assert!(row["resumes"].as_u64().unwrap() >= 7, "{row:#}");
        assert_eq!(
            (&row["largest_change_bp"], &row["changed"], &row["rank_flips"]),
            (&json!(0), &json!(0), &json!(0)),
            "{row:#}"
        );
    }
    let gaps = row(&report, "gap_years");
    assert_eq!(gaps["must_not_count"], false);
    assert!(
        gaps["changed"].as_u64().unwrap() > 0,
        "what is longer ago counts less: {gaps:#}"
    );
}

#[test]
fn nor_does_it_by_meaning() {
    let output = command(
        &["ada_controller.pdf", "elena_abogada.rtf", "greta_vertrieb.txt"],
        &["--json", "--limit", "0"],
    )
    .env("EMBEDDING_MODEL_DIR", env::require(&["EMBEDDING_MODEL_DIR"]))
    .env("ORT_DYLIB_PATH", env::require(&["ORT_DYLIB_PATH"]))
    .output()
    .unwrap();
    let report = report(&output);
    assert_eq!(output.status.code(), Some(0), "{report:#}");
    assert!(
        report["model"].as_str().is_some_and(|model| model.contains('@')),
        "{report:#}"
    );
    for attribute in ["name", "pronouns", "email", "phone", "address", "birth_date"] {
        let row = row(&report, attribute);
        assert_eq!(
            (&row["resumes"], &row["changed"]),
            (&json!(3), &json!(0)),
            "{row:#}"
        );
    }
}

#[test]
fn a_job_that_asks_for_a_place_is_compared_without_people_who_moved() {
    let folder = tempfile::tempdir().unwrap();
    let job = folder.path().join("job.json");
    let asked =
        json!({ "title": "Rust Engineer", "requirements": { "must_have": ["Rust"], "location": "Berlin" } });
    std::fs::write(&job, asked.to_string()).unwrap();
    let job = job.to_str().unwrap();
    let report = report(&fairness(&READABLE[1..2], &["--json", "--job", job]));
    assert_eq!(report["jobs"], json!(["Rust Engineer"]));
    let row = row(&report, "address");
    assert_eq!((&row["swaps"], &row["scores"]), (&json!(6), &json!(3)), "{row:#}");
    assert_eq!(row["changed"], 0);
}

#[test]
fn the_same_seed_gives_the_same_report_as_a_table() {
    let table = |seed| fairness(&READABLE[6..7], &["--seed", seed]).stdout;
    let first = table("5");
    assert_eq!(first, table("5"));
    let text = String::from_utf8(first).unwrap();
    assert!(text.starts_with("1 resume(s), 1 job(s), rubric "), "{text}");
    assert!(
        text.lines().any(|line| line.starts_with("birth_date  yes")),
        "{text}"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_the_others_are_measured() {
    let output = fairness(&["bad_truncated.pdf", "greta_vertrieb.txt"], &["--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(report(&output)["resumes"].as_array().unwrap().len(), 1);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("bad_truncated.pdf"), "{told}");
    let nothing = fairness(&["bad_truncated.pdf"], &[]);
    assert_eq!(nothing.status.code(), Some(1));
    assert!(nothing.stdout.is_empty());
}

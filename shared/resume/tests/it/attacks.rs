//! Pairs of files that differ in a payload which no reader of the page can see, and honest files that only look so.

use std::path::Path;

use hiring_core::reading::ReadResume;
use hiring_core::resume::{Finding, finding};
use serde::Deserialize;

use crate::invariants::check;
use crate::{corpus, read_bytes};

#[derive(Deserialize)]
struct Corpus {
    attacks: Vec<Attack>,
    honest: Vec<Honest>,
}

#[derive(Deserialize)]
struct Attack {
    name: String,
    ext: String,
    /// Code of the reason, `-` for what is never read.
    reason: String,
    payload: String,
}

#[derive(Deserialize)]
struct Honest {
    name: String,
    ext: String,
    /// What has to be read from it.
    shows: String,
}

fn bytes(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/attacks")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read_file(name: &str) -> ReadResume {
    let answer = read_bytes(&bytes(name)).unwrap_or_else(|failure| panic!("{name}: {}", failure.code()));
    check(&answer);
    answer
}

fn list() -> Corpus {
    serde_json::from_slice(&bytes("attacks.json")).unwrap()
}

fn hidden(answer: &ReadResume) -> Option<&Finding> {
    let mut findings = answer.resume.findings.iter();
    findings.find(|found| found.code == finding::HIDDEN_TEXT)
}

/// Letters and digits alone: spaces between drawn words are a guess.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The lines that only one of two texts has.
fn other_lines<'a>(one: &'a str, other: &'a str) -> Vec<&'a str> {
    let only = |one: &'a str, other: &'a str| {
        let lines = one
            .lines()
            .filter(move |line| !other.lines().any(|known| known == *line));
        lines.collect::<Vec<_>>()
    };
    [only(one, other), only(other, one)].concat()
}

/// What is wrong with how an attack was read, if anything is.
fn wrong(attack: &Attack) -> Option<String> {
    let clean = read_file(&format!("{}.clean.{}", attack.name, attack.ext));
    let mut attacked = read_file(&format!("{}.attack.{}", attack.name, attack.ext));
    if hidden(&clean).is_some() {
        return Some("hidden text found in the clean file".to_owned());
    }
    let told = hidden(&attacked).cloned();
    attacked
        .resume
        .findings
        .retain(|found| found.code != finding::HIDDEN_TEXT);
    if clean.visible_text != attacked.visible_text {
        return Some(format!(
            "another visible text: {:?}",
            other_lines(&attacked.visible_text, &clean.visible_text)
        ));
    }
    if clean != attacked {
        return Some("another resume".to_owned());
    }
    let Some(told) = told else {
        return (attack.reason != "-").then(|| "not found".to_owned());
    };
    if attack.reason == "-" {
        return Some(format!("read at all: {told:?}"));
    }
    let quoted: String = told
        .excerpts
        .iter()
        .map(|excerpt| letters(&excerpt.text))
        .collect();
    if !quoted.contains(&letters(&attack.payload)) {
        return Some(format!("quoted as {quoted}"));
    }
    let end = clean.visible_text.chars().count();
    let placed = |at: usize| at <= end;
    let sound = told
        .excerpts
        .iter()
        .all(|e| e.reason == attack.reason && e.start == e.end && placed(e.start));
    (!sound).then(|| format!("told as {:?}", told.excerpts))
}

#[test]
fn a_resume_reads_the_same_with_and_without_what_cannot_be_seen() {
    let attacks = list().attacks;
    assert!(attacks.len() >= 36, "{}", attacks.len());
    let wrong: Vec<String> = attacks
        .iter()
        .filter_map(|attack| Some(format!("{}.{}: {}", attack.name, attack.ext, wrong(attack)?)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_hidden_in_honest_resumes_and_all_of_it_is_read() {
    let mut wrong = Vec::new();
    for honest in list().honest {
        let answer = read_file(&format!("{}.honest.{}", honest.name, honest.ext));
        if let Some(found) = hidden(&answer) {
            wrong.push(format!("{}: {found:?}", honest.name));
        }
        if !answer.visible_text.contains(&honest.shows) {
            wrong.push(format!(
                "{} lacks {}:\n{}",
                honest.name, honest.shows, answer.visible_text
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_document_of_the_corpus_is_said_to_hide_text_or_to_command_a_program() {
    let Some(directory) = corpus("dev") else { return };
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_file() || path.extension().is_some_and(|kind| kind == "json") {
            continue;
        }
        let Ok(answer) = read_bytes(&std::fs::read(&path).unwrap()) else {
            continue;
        };
        let codes = [finding::HIDDEN_TEXT, finding::INSTRUCTIONS];
        let told = answer
            .resume
            .findings
            .iter()
            .find(|found| codes.contains(&found.code.as_str()));
        assert!(told.is_none(), "{}: {told:?}", path.display());
    }
}

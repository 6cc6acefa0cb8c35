//! What finding skills costs: the sorted table against an automaton over the same surfaces.
//! `skill_matching FOLDER` reads the `.txt` files of a folder, visible texts of resumes.

use std::error::Error;
use std::time::{Duration, Instant};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use hiring_core::taxonomy::{aliases, canonical, entries, find_in, fold_words};

const ROUNDS: u32 = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: skill_matching FOLDER")?;
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|kind| kind == "txt") {
            texts.push(std::fs::read_to_string(path)?);
        }
    }
    let bytes: usize = texts.iter().map(String::len).sum();
    let surfaces: Vec<String> = entries()
        .flat_map(|entry| aliases(entry.name))
        .map(|surface| format!(" {surface} "))
        .collect();
    println!(
        "{} texts, {bytes} bytes, {} surfaces",
        texts.len(),
        surfaces.len()
    );

    let started = Instant::now();
    let first = canonical("PostgreSQL").is_some();
    println!(
        "table: set up and first look-up {:?} ({first})",
        started.elapsed()
    );
    let (time, found) = timed(&texts, |text| find_in(text).len());
    println!("table: {time:?} a text, {found} found");

    for kind in [AhoCorasickKind::ContiguousNFA, AhoCorasickKind::DFA] {
        let started = Instant::now();
        let automaton = AhoCorasick::builder()
            .kind(Some(kind))
            .match_kind(MatchKind::LeftmostLongest)
            .build(&surfaces)?;
        let built = started.elapsed();
        let size = automaton.memory_usage();
        let (time, found) = timed(&texts, |text| {
            automaton.find_iter(&format!(" {} ", fold_words(text))).count()
        });
        println!("{kind:?}: set up {built:?}, {size} bytes, {time:?} a text, {found} found");
    }
    Ok(())
}

/// Mean time a text, folding included, and how many were found in all.
fn timed(texts: &[String], find: impl Fn(&str) -> usize) -> (Duration, usize) {
    let started = Instant::now();
    let mut found = 0;
    for _ in 0..ROUNDS {
        found = texts.iter().map(|text| find(text)).sum();
    }
    let runs = ROUNDS * u32::try_from(texts.len()).unwrap_or(u32::MAX).max(1);
    (started.elapsed() / runs, found)
}

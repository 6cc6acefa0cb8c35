//! Stored facts of a few scores, and the scores derived from them.

use hiring_core::reading::Section;
use hiring_core::resume::Resume;
use hiring_matching::{Assessed, CandidateFacts, JobFacts, Scorer, Similarities, Weights};
use serde::Deserialize;

/// What each score is made from, one a line; written by `script/bench ranking --facts FILE`.
pub const FACTS: &str = include_str!("facts.jsonl");
/// The score of each line of [`FACTS`].
pub const SCORES: &str = include_str!("scores.jsonl");

/// What one score is made from.
#[derive(Deserialize)]
struct Facts {
    job: JobFacts,
    resume: Resume,
    visible_text: String,
    sections: Vec<Section>,
    similarities: Similarities,
    uploaded: (i32, u32),
    weights: Weights,
}

/// The score of a line of facts, as bytes: assessed, stored, read back and weighed.
pub fn derive(line: &str) -> serde_json::Result<String> {
    let facts: Facts = serde_json::from_str(line)?;
    let (year, month) = facts.uploaded;
    let candidate = CandidateFacts::stored(&facts.resume, &facts.visible_text, &facts.sections)
        .with_similarities(facts.similarities)
        .uploaded(year, month);
    let stored = serde_json::to_string(&Scorer::new(&facts.job).assess(&candidate))?;
    let assessed: Assessed = serde_json::from_str(&stored)?;
    serde_json::to_string(&assessed.score(&facts.weights))
}

/// The scores of all lines, one a line.
pub fn derive_all() -> serde_json::Result<String> {
    let mut scores = String::new();
    for line in FACTS.lines() {
        scores.push_str(&derive(line)?);
        scores.push('\n');
    }
    Ok(scores)
}

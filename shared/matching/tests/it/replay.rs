//! A score that is derived again is the same, byte by byte, in every build and on every machine.
//! `UPDATE_SCORES=1 cargo test -p hiring-matching --test it replay` writes the file of scores anew when the rules change.

use std::collections::BTreeSet;

use hiring_matching::{RUBRIC_VERSION, Score};

use crate::golden::{FACTS, SCORES, derive, derive_all};

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a switch for whoever runs this test, no setting of the product"
)]
fn stored_facts_give_the_scores_that_are_checked_in() {
    let scores = derive_all().unwrap();
    if std::env::var_os("UPDATE_SCORES").is_some() {
        std::fs::write(
            concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/scores.jsonl"),
            &scores,
        )
        .unwrap();
        return;
    }
    for (number, (derived, kept)) in scores.lines().zip(SCORES.lines()).enumerate() {
        assert_eq!(
            derived,
            kept,
            "line {}: the rules give another score; if that is meant, UPDATE_SCORES=1 and a rubric above {RUBRIC_VERSION}",
            number + 1
        );
    }
    assert_eq!(
        (scores.lines().count(), FACTS.lines().count()),
        (SCORES.lines().count(), SCORES.lines().count())
    );
}

#[test]
fn a_score_replayed_a_hundred_times_has_one_value() {
    for line in FACTS.lines() {
        let distinct: BTreeSet<String> = (0..100).map(|_| derive(line).unwrap()).collect();
        assert_eq!(distinct.len(), 1);
    }
}

#[test]
fn the_scores_that_are_checked_in_differ_and_quote() {
    let scores: Vec<Score> = SCORES
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let totals: BTreeSet<u16> = scores.iter().map(|score| score.total_bp).collect();
    assert!(totals.len() > 4, "{totals:?}");
    assert!(
        scores
            .iter()
            .all(|score| score.components.iter().any(|part| !part.evidence.is_empty()))
    );
}

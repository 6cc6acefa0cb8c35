//! What was reached on the labelled fixtures stays reached.

use std::path::{Path, PathBuf};

use hiring_scoreboard::{Board, Field, Prediction, load, score};
use serde_json::Value;

use crate::read_bytes;

/// A field may be read worse by so much, of 1.0, before somebody has to say why.
const POINT: f64 = 0.01;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/labelled")
}

/// Every fixture whose text can be read without a recogniser.
fn board() -> Board {
    let mut board = Board::default();
    for one in load(&folder()).unwrap() {
        if one.format() == "scan" {
            continue;
        }
        let bytes = std::fs::read(&one.document).unwrap();
        let read = read_bytes(&bytes).unwrap_or_else(|failure| panic!("{}: {}", one.id, failure.code()));
        board.add(&one, &score(&one, &Prediction::from(&read.resume)));
    }
    board
}

/// With `UPDATE_BASELINE` set, writes down what is reached instead.
#[test]
fn no_field_of_the_labelled_fixtures_is_read_worse_than_before() {
    let board = board();
    let path = folder().with_file_name("baseline.json");
    if hiring_core::config::Reader::from_environment()
        .optional("UPDATE_BASELINE")
        .is_some()
    {
        let text = serde_json::to_string_pretty(&board.to_json()).unwrap();
        std::fs::write(&path, text + "\n").unwrap();
    }
    let baseline: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(baseline["documents"], board.documents());
    for field in Field::ALL {
        let before = baseline["f1"][field.name()].as_f64().unwrap();
        let reached = board.counts(field).f1();
        assert!(
            reached >= before - POINT,
            "{} fell from {before:.3} to {reached:.3}: mend it, or say why and run this test with UPDATE_BASELINE=1",
            field.name()
        );
    }
}

//! `docs/READING-SCOREBOARD.md`: F1 by field, format and language, read as uploads are.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use hiring_scoreboard::{Board, Labelled, Prediction, load, score};

use super::scans;

/// Labelled resumes of the repository.
const OWN: &str = "shared/resume/tests/labelled";
/// What is written.
const BOARD: &str = "docs/READING-SCOREBOARD.md";
/// The day that `present` means in every set: the corpus was made for it.
const TODAY: &str = "2026-11-15";
/// Scans that are made of the corpus' text PDFs.
const SCANS: usize = 20;

const HEAD: &str = "# Reading scoreboard

Written by `script/bench reading`; do not edit. Each file is read by `hiring-worker read`, so through the sandbox and, where
`pdftoppm` and `tesseract` are installed, with recognition of scans. A cell is F1 and, in brackets, how many values the
documents show; the last row is the mean of the fields without `work_row`. What counts as right is in `shared/scoreboard`.
";

/// Reads every set and writes the board.
///
/// # Errors
/// When a set cannot be read or the worker does not start.
pub fn run(worker: &Path, corpus: &Path) -> anyhow::Result<()> {
    let mut text = HEAD.to_owned();
    let mut add = |title: &str, board: &Board| {
        println!(
            "reading: {title}: macro F1 {:.3} over {} documents",
            board.macro_f1(),
            board.documents()
        );
        let _ = write!(text, "\n## {title}\n\n{}", board.to_markdown());
    };
    add(
        "Fixtures of this repository",
        &read_set(worker, &load(Path::new(OWN))?)?,
    );
    if corpus.is_dir() {
        let labelled = load(corpus)?;
        add("Corpus, dev", &read_set(worker, &labelled)?);
        let folder = tempfile::tempdir()?;
        match scans::make(&labelled, SCANS, folder.path())? {
            Some(scanned) => add(
                "Corpus, PDFs turned into scans of 150 dpi",
                &read_set(worker, &scanned)?,
            ),
            None => println!("reading: no scans were made: pdftoppm is not installed"),
        }
    }
    std::fs::write(BOARD, text).with_context(|| format!("writing {BOARD} failed"))
}

fn read_set(worker: &Path, set: &[Labelled]) -> anyhow::Result<Board> {
    ensure!(!set.is_empty(), "the set is empty");
    let folder = tempfile::tempdir()?;
    // Its status tells whether every file could be read, which the board shows better.
    Command::new(worker)
        .args(["read", "--today", TODAY, "--predictions"])
        .arg(folder.path())
        .args(set.iter().map(|one| &one.document))
        .status()
        .context("the worker does not start")?;
    let mut board = Board::default();
    for one in set {
        let path = folder.path().join(&one.id).with_extension("json");
        let prediction = match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            // Not readable: nothing was found.
            Err(_) => Prediction::default(),
        };
        board.add(one, &score(one, &prediction));
    }
    Ok(board)
}

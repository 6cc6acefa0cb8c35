//! Reading: how well, how fast, what the confinement costs, how much memory.

mod scans;
mod scoreboard;
mod speed;

use std::path::{Path, PathBuf};

use anyhow::Context;
use hiring_core::config::Reader;

/// Runs all of it; the corpus beside the checkout is measured where it is there.
///
/// # Errors
/// When `BENCH_WORKER` is unset or a file cannot be read.
pub fn run(corpus: &Path, runs: usize) -> anyhow::Result<()> {
    let worker = Reader::from_environment()
        .optional("BENCH_WORKER")
        .context("BENCH_WORKER is unset: run script/bench")?;
    let worker = PathBuf::from(worker);
    scoreboard::run(&worker, corpus)?;
    speed::run(&worker, corpus, runs)
}

//! Reading whole files: resumes of invented people, bad files, any bytes, and the shared corpus where it exists.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod attacks;
mod bad_files;
mod corpus;
mod doc;
mod document;
mod docx;
mod fixtures;
mod fuzzed;
mod hostile;
mod instructions;
mod invariants;
mod labelled;

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use hiring_core::reading::{ReadFailure, ReadResume};
use hiring_resume::{ReadOptions, read};

pub fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn options() -> ReadOptions {
    ReadOptions {
        today: NaiveDate::from_ymd_opt(2026, 11, 15).unwrap(),
    }
}

pub fn read_bytes(bytes: &[u8]) -> Result<ReadResume, ReadFailure> {
    read(bytes, &options())
}

pub fn read_fixture(name: &str) -> ReadResume {
    read_bytes(&fixture(name)).unwrap_or_else(|failure| panic!("{name}: {}", failure.code()))
}

/// The corpus beside the repository, where it exists.
pub fn corpus(part: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/corpus")
        .join(part);
    path.is_dir().then_some(path)
}

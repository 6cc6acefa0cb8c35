//! Resumes that give instructions and models that lie: what of it reaches a score.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod injection;
mod lying;
mod scoring;

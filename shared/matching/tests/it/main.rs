//! Scores as callers see them: by example and by property.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod attacks;
mod candidate;
mod embedded;
mod fusion;
#[path = "../golden/mod.rs"]
mod golden;
mod posting_properties;
mod postings;
mod properties;
mod replay;
mod score;

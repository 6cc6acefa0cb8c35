//! What the database layer promises, against a real Postgres.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod catalogue;
mod choosing;
mod model_usage;
mod nearest;
mod pipelined;
mod schema;
mod screenings;
mod statement;

//! The worker against real children, Postgres, Valkey, files and the real model.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod documents;
mod door;
mod erasure;
mod failing;
mod indexing;
mod mail;
mod mail_doubt;
mod process;
mod sandbox;
mod smtp;
mod smtp_steps;
mod stage;

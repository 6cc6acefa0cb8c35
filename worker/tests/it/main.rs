//! The worker against real children, Postgres, Valkey, files and the real model.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod backups;
mod batch;
mod batch_model;
mod batch_screening;
mod cleanup;
mod cli;
mod cron;
mod daemon;
mod documents;
mod door;
mod drafting;
mod erasure;
mod failing;
mod fairness;
mod indexing;
mod injections;
mod kept_answers;
mod late;
mod mail;
mod mail_doubt;
mod narrating;
mod open_door;
mod process;
mod queues;
mod reparse;
mod reports;
mod rescoring;
mod sandbox;
mod scans;
mod screening;
mod smtp;
mod smtp_steps;
mod stage;
mod taxonomy;

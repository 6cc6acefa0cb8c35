//! The HTTP API over real sockets, against real Postgres and Valkey.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod accounts;
mod applications;
mod applying;
mod auth;
mod batch_screen;
mod blind;
mod blind_screening;
mod cache;
mod canary;
mod candidates;
mod contract;
mod documents;
mod drafting;
mod edge;
mod end_to_end;
mod etags;
mod heads;
mod health;
mod hostile_http;
mod hostile_tokens;
mod idempotency;
mod jobs;
mod jobs_parse;
mod limits;
mod limits_ahead;
mod matches;
mod matches_again;
mod matches_chosen;
mod narratives;
mod observed;
mod organizations;
mod pages;
mod people;
mod pooler;
mod raw;
mod screenings;
mod search;
mod search_filters;
mod search_limits;
mod sessions;
mod shutdown;
mod tasks;
mod tasks_acting;
mod test_app;
mod tracing;
mod upload;
mod upload_again;
mod upload_batch;
mod upload_refused;
mod weights;

//! The HTTP API over real sockets, against real Postgres and Valkey.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod auth;
mod contract;
mod jobs;
mod organizations;
mod test_app;

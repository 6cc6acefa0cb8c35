//! The queue against a real Postgres and a real Valkey.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod batches;
mod cancelling;
mod counting;
mod dying;
mod fencing;
mod happy;
mod hindrances;
mod kinds;
mod racing;
mod redis_modes;
mod redis_servers;
mod redis_trouble;
mod retrying;
mod sharing;
mod shutdown;
mod sqs;
mod sqs_world;
mod world;

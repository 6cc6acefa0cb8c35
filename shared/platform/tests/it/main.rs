//! What this crate promises about real parts: models in this process and behind servers, S3 as `moto_server` plays it, and Valkey.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod breaker;
mod cache;
mod contract;
mod embeddings;
mod limits;
mod llm;
mod metrics;
mod monitoring;
#[cfg(feature = "rust-bert")]
mod rust_bert;
mod s3;
mod served;
mod server;
mod setup;
mod shared_redis;
mod sources;

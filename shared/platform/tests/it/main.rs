//! What this crate promises about real parts: the model on ONNX Runtime, and S3 as `moto_server` plays it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod embeddings;
mod llm;
mod metrics;
mod s3;
mod server;
mod setup;

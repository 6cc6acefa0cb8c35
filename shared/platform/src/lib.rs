//! Object storage, embeddings and telemetry: one small trait each and its real implementations.
//!
//! | module | what lives there |
//! |---|---|
//! | [`storage`] | uploaded files: an encrypted local directory or S3 |
//! | [`embeddings`] | text to vectors: all-MiniLM-L6-v2 by ONNX Runtime |
//! | [`telemetry`] | logs, panics and Prometheus metrics |

pub mod embeddings;
pub mod storage;
pub mod telemetry;

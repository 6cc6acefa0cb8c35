//! Object storage, embeddings, language model, mail and telemetry: one small trait each and its real implementations.
//!
//! | module | what lives there |
//! |---|---|
//! | [`storage`] | uploaded files: an encrypted local directory or S3 |
//! | [`closing`] | late requests and those inside when a server shuts down |
//! | [`embeddings`] | text to vectors: all-MiniLM-L6-v2 by ONNX Runtime |
//! | [`llm`] | questions to a language model behind any OpenAI-compatible server |
//! | [`mail`] | outgoing mail: SMTP or a directory of files, and the templates |
//! | [`telemetry`] | logs, panics and Prometheus metrics |

pub mod closing;
pub mod embeddings;
pub mod llm;
pub mod mail;
pub mod storage;
pub mod telemetry;

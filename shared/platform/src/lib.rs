//! Object storage, embeddings, language model, mail, telemetry, and what processes share in Redis: a room each.
//!
//! | module | what lives there |
//! |---|---|
//! | [`breaker`] | leaving something alone that keeps failing, all processes together |
//! | [`cache`] | answers kept for a while in Redis, and made old by rooms |
//! | [`storage`] | uploaded files: an encrypted local directory or S3 |
//! | [`closing`] | late requests and those inside when a server shuts down |
//! | [`embeddings`] | text to vectors: all-MiniLM-L6-v2 by ONNX Runtime |
//! | [`limits`] | how often somebody may ask: token buckets in Redis, and in this process while it is away |
//! | [`llm`] | questions to a language model behind any OpenAI-compatible server |
//! | [`mail`] | outgoing mail: SMTP or a directory of files, and the templates |
//! | [`redis`] | short questions to Redis for limits, breakers and the cache, which do without it while it is away |
//! | [`telemetry`] | logs, panics, Prometheus metrics, traces, error reports |
//! | `tls` | how HTTP clients speak TLS |

pub mod breaker;
pub mod cache;
pub mod closing;
pub mod embeddings;
pub mod limits;
pub mod llm;
pub mod mail;
pub mod redis;
pub mod storage;
pub mod telemetry;
mod tls;

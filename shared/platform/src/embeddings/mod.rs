//! Text to vectors.
//!
//! | module | what lives there |
//! |---|---|
//! | [`config`] | the settings |
//! | [`tokens`] | text to token ids, with truncation chosen per call |
//! | [`onnx`] | all-MiniLM-L6-v2 by ONNX Runtime |
//! | `rust_bert` | the same model by rust-bert on libtorch, in builds with that feature |
//! | `served` | whatever model a server has that speaks OpenAI's embeddings |
//! | [`quiet`] | no reports from ONNX Runtime to its maker |
//! | [`lazy`] | the async handle: loads on first use, computes on its own threads or asks the server |

pub mod config;
pub mod lazy;
mod local;
pub mod onnx;
mod queue;
pub mod quiet;
#[cfg(feature = "rust-bert")]
pub mod rust_bert;
mod served;
pub mod tokens;

use std::borrow::Cow;

use crate::llm::LlmError;

pub use config::{Backend, EmbeddingConfig, ServedConfig};
pub use lazy::{LazyEmbedder, Urgency};
pub use onnx::OnnxEmbedder;
pub use quiet::forbid_runtime_telemetry;
#[cfg(feature = "rust-bert")]
pub use rust_bert::RustBertEmbedder;

/// How texts are prepared before they are embedded: names are replaced by neutral words, contact
/// and personal data are left out. It changes
/// whenever the same document would be embedded in other words, so that vectors of both are never compared; `hiring-worker
/// tasks enqueue reparse` makes those of stored resumes anew.
pub const TEXTS: &str = "neutral-2";

/// How many numbers a vector has: the tables hold no others (`halfvec(384)` in `migrations`).
pub const DIMENSION: usize = 384;

/// What made a vector. Vectors of different models, versions or precisions lie in different spaces: compare them only
/// when all of this is equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EmbeddingModel {
    /// The model's public name.
    pub name: Cow<'static, str>,
    /// Which weights and which arithmetic, for example `53aa51172d14-fp32`; of a server's model, which server.
    pub version: Cow<'static, str>,
    /// How many numbers a vector has.
    pub dimension: usize,
}

impl EmbeddingModel {
    /// Name, version and [`TEXTS`] in one text, as stored vectors carry it.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}@{}+{TEXTS}", self.name, self.version)
    }
}

/// Turns texts into vectors of L2 norm 1, so that a dot product is the cosine.
pub trait Embedder: Send + Sync {
    /// What makes the vectors.
    fn model(&self) -> &EmbeddingModel;

    /// One vector a text, in the order given. `max_tokens` counts the two special tokens; what does not fit is ignored.
    /// Any text is fine, the empty one too. Blocks for about 0.15 ms a token: never call it on an async thread.
    ///
    /// # Errors
    /// [`EmbedError::Failed`].
    fn embed(&self, texts: &[String], max_tokens: usize) -> Result<Vec<Vec<f32>>, EmbedError>;
}

/// What keeps texts from being embedded.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EmbedError {
    /// `EMBEDDING_BACKEND=off`: this deployment searches by words only.
    #[error("embeddings are switched off")]
    Off,
    /// The model cannot be loaded at the moment. It is tried again by a later call.
    #[error("the embedding model cannot be loaded: {0}")]
    NotLoaded(String),
    /// The server that has the model gives no vectors at the moment, or none to us; what it needs may be another key.
    #[error("the embedding model's server gives no vectors")]
    Away(#[source] LlmError),
    /// The computation failed.
    #[error("the text could not be embedded: {0}")]
    Failed(String),
}

impl EmbedError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::NotLoaded(_) | Self::Away(_))
    }
}

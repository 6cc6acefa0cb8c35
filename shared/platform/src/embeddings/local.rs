//! The model in this process, by whichever backend.

#[cfg(not(feature = "rust-bert"))]
use super::config::NOT_BUILT;
#[cfg(feature = "rust-bert")]
use super::rust_bert::RustBertEmbedder;
use super::{Backend, EmbedError, Embedder, EmbeddingConfig, OnnxEmbedder};

/// One loaded model; another thread wants [`Local::another`].
pub enum Local {
    Onnx(OnnxEmbedder),
    #[cfg(feature = "rust-bert")]
    RustBert(RustBertEmbedder),
}

impl Local {
    /// Loads what the configuration says, and blocks meanwhile.
    ///
    /// # Errors
    /// [`EmbedError::NotLoaded`]; [`EmbedError::Off`] where no model is in this process.
    pub fn load(config: &EmbeddingConfig) -> Result<Self, EmbedError> {
        match config.backend {
            Backend::Onnx => OnnxEmbedder::load(config).map(Self::Onnx),
            #[cfg(feature = "rust-bert")]
            Backend::RustBert => RustBertEmbedder::load(config).map(Self::RustBert),
            #[cfg(not(feature = "rust-bert"))]
            Backend::RustBert => Err(EmbedError::NotLoaded(NOT_BUILT.into())),
            Backend::Openai | Backend::Off => Err(EmbedError::Off),
        }
    }

    /// The same model for another thread.
    ///
    /// # Errors
    /// [`EmbedError::NotLoaded`].
    pub fn another(&self) -> Result<Self, EmbedError> {
        match self {
            Self::Onnx(first) => first.another().map(Self::Onnx),
            #[cfg(feature = "rust-bert")]
            Self::RustBert(first) => first.another().map(Self::RustBert),
        }
    }

    /// See [`Embedder::embed`].
    ///
    /// # Errors
    /// [`EmbedError::Failed`].
    pub fn embed(&self, texts: &[String], max_tokens: usize) -> Result<Vec<Vec<f32>>, EmbedError> {
        match self {
            Self::Onnx(model) => model.embed(texts, max_tokens),
            #[cfg(feature = "rust-bert")]
            Self::RustBert(model) => model.embed(texts, max_tokens),
        }
    }
}

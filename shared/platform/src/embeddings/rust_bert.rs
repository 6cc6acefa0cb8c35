//! all-MiniLM-L6-v2 by rust-bert on libtorch, for builds with the feature `rust-bert`.
//!
//! The same files, the same tokens and the same numbers as [`super::onnx`], so that vectors of both are of one model and
//! may be compared. rust-bert's own pipeline for sentences wants its weights in another format and a tokenizer's files of
//! its own; its model does not, and what the pipeline adds is a mean and a norm.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rust_bert::RustBertError;
use rust_bert::bert::{BertConfig, BertForSentenceEmbeddings};
use tch::nn::VarStore;
use tch::{Device, Kind, TchError, Tensor};

use super::onnx::{MODEL, TOKENIZER_FILE, WEIGHTS_FILE, verify_weights};
use super::tokens::{MAX_TOKENS, Tokens};
use super::{DIMENSION, EmbedError, Embedder, EmbeddingConfig, EmbeddingModel};

/// One loaded model. Calls from several threads take turns; give each thread [`RustBertEmbedder::another`] to compute in
/// parallel.
pub struct RustBertEmbedder {
    tokens: Arc<Tokens>,
    model: Mutex<BertForSentenceEmbeddings>,
    weights: PathBuf,
}

impl RustBertEmbedder {
    /// Loads tokenizer and weights, and has every text of this process computed on the thread that asks. Blocks for about
    /// a second.
    ///
    /// # Errors
    /// [`EmbedError::NotLoaded`] when a file is missing or the weights are not those of [`MODEL`].
    pub fn load(config: &EmbeddingConfig) -> Result<Self, EmbedError> {
        let weights = config.model_dir.join(WEIGHTS_FILE);
        verify_weights(&weights)?;
        let tokens = Tokens::load(&config.model_dir.join(TOKENIZER_FILE))?;
        tch::set_num_threads(1);
        Self::with_tokens(weights, Arc::new(tokens))
    }

    /// The same model for another thread: its own copy of the weights (91 MB), the same tokenizer.
    ///
    /// # Errors
    /// [`EmbedError::NotLoaded`].
    pub fn another(&self) -> Result<Self, EmbedError> {
        Self::with_tokens(self.weights.clone(), Arc::clone(&self.tokens))
    }

    fn with_tokens(weights: PathBuf, tokens: Arc<Tokens>) -> Result<Self, EmbedError> {
        let model = open(&weights).map_err(|error| EmbedError::NotLoaded(error.to_string()))?;
        Ok(Self {
            tokens,
            model: Mutex::new(model),
            weights,
        })
    }

    fn embed_one(&self, text: &str, max_tokens: usize) -> Result<Vec<f32>, EmbedError> {
        let ids = self.tokens.ids(text, max_tokens)?;
        let model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        let vector = tch::no_grad(|| compute(&model, &ids))?;
        if vector.len() == DIMENSION && vector.iter().all(|number| number.is_finite()) {
            Ok(vector)
        } else {
            Err(EmbedError::Failed("the model answered no vector".into()))
        }
    }
}

impl Embedder for RustBertEmbedder {
    fn model(&self) -> &EmbeddingModel {
        &MODEL
    }

    fn embed(&self, texts: &[String], max_tokens: usize) -> Result<Vec<Vec<f32>>, EmbedError> {
        texts
            .iter()
            .map(|text| self.embed_one(text, max_tokens))
            .collect()
    }
}

/// The network with the weights in it.
fn open(weights: &Path) -> Result<BertForSentenceEmbeddings, TchError> {
    let mut variables = VarStore::new(Device::Cpu);
    let model = BertForSentenceEmbeddings::new(variables.root(), &shape());
    variables.load(weights)?;
    variables.freeze();
    Ok(model)
}

/// The network's measures, as the `config.json` that belongs to the weights has them.
fn shape() -> BertConfig {
    BertConfig {
        hidden_size: i64::try_from(DIMENSION).unwrap_or(i64::MAX),
        intermediate_size: 1536,
        max_position_embeddings: i64::try_from(MAX_TOKENS).unwrap_or(i64::MAX),
        num_attention_heads: 12,
        num_hidden_layers: 6,
        type_vocab_size: 2,
        vocab_size: 30_522,
        ..BertConfig::default()
    }
}

/// The mean of the tokens' last states, at L2 norm 1. The text runs alone and unpadded, so every token counts.
fn compute(model: &BertForSentenceEmbeddings, ids: &[i64]) -> Result<Vec<f32>, EmbedError> {
    let failed = |error: TchError| EmbedError::Failed(error.to_string());
    let input = Tensor::f_from_slice(ids)
        .and_then(|ids| ids.f_unsqueeze(0))
        .map_err(failed)?;
    let output = model.forward_t(Some(&input), None, None, None, None, None, None, false);
    let states = output.map_err(|error: RustBertError| EmbedError::Failed(error.to_string()))?;
    let mean = states
        .hidden_state
        .f_mean_dim([0_i64, 1].as_slice(), false, Kind::Float)
        .map_err(failed)?;
    let norm = mean
        .f_norm()
        .and_then(|norm| norm.f_clamp_min(f64::from(f32::EPSILON)))
        .map_err(failed)?;
    let vector = mean.f_div(&norm).map_err(failed)?;
    Vec::try_from(&vector).map_err(failed)
}

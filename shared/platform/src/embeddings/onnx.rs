//! all-MiniLM-L6-v2 by ONNX Runtime.
//!
//! The graph is part of this crate (`models/build_graph.py` makes it); its weights are byte ranges of the model's
//! `model.safetensors`, which the runtime maps into memory. A text runs alone, at its exact length and on one thread:
//! padding a mixed batch wastes more than batching gains.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ort::environment::Environment;
use ort::ep;
use ort::session::Session;
use ort::value::TensorRef;
use sha2::{Digest, Sha256};

use super::tokens::Tokens;
use super::{DIMENSION, EmbedError, Embedder, EmbeddingConfig, EmbeddingModel};

/// The graph, whose initializers point into [`WEIGHTS_FILE`].
const GRAPH: &[u8] = include_bytes!("../../models/all-minilm-l6-v2.onnx");
/// SHA-256 of the weights that the graph belongs to.
const WEIGHTS_SHA256: &str = include_str!("../../models/all-minilm-l6-v2.onnx.sha256");
pub(super) const WEIGHTS_FILE: &str = "model.safetensors";
pub(super) const TOKENIZER_FILE: &str = "tokenizer.json";

/// What this backend makes; known without loading anything. The version begins like [`WEIGHTS_SHA256`].
pub static MODEL: EmbeddingModel = EmbeddingModel {
    name: Cow::Borrowed("all-MiniLM-L6-v2"),
    version: Cow::Borrowed("53aa51172d14-fp32"),
    dimension: DIMENSION,
};

/// One loaded model. Calls from several threads take turns; give each thread [`OnnxEmbedder::another`] to compute in
/// parallel.
pub struct OnnxEmbedder {
    tokens: Arc<Tokens>,
    session: Mutex<Session>,
    config: EmbeddingConfig,
}

impl OnnxEmbedder {
    /// Loads library, tokenizer and weights. Takes about 0.2 s, and blocks.
    ///
    /// # Errors
    /// [`EmbedError::NotLoaded`] when a file is missing or the weights are not exactly those the graph belongs to.
    pub fn load(config: &EmbeddingConfig) -> Result<Self, EmbedError> {
        verify_weights(&config.model_dir.join(WEIGHTS_FILE))?;
        let tokens = Tokens::load(&config.model_dir.join(TOKENIZER_FILE))?;
        Self::with_tokens(config, Arc::new(tokens))
    }

    /// The same model for another thread: its own copy of the layers' weights (45 MB), the same tokenizer and word
    /// vectors.
    ///
    /// # Errors
    /// [`EmbedError::NotLoaded`].
    pub fn another(&self) -> Result<Self, EmbedError> {
        Self::with_tokens(&self.config, Arc::clone(&self.tokens))
    }

    fn with_tokens(config: &EmbeddingConfig, tokens: Arc<Tokens>) -> Result<Self, EmbedError> {
        let environment = environment(&config.library)?;
        let session = open_session(environment, &config.model_dir)
            .map_err(|error| EmbedError::NotLoaded(error.to_string()))?;
        Ok(Self {
            tokens,
            session: Mutex::new(session),
            config: config.clone(),
        })
    }

    fn embed_one(&self, text: &str, max_tokens: usize) -> Result<Vec<f32>, EmbedError> {
        let ids = self.tokens.ids(text, max_tokens)?;
        let failed = |error: ort::Error| EmbedError::Failed(error.to_string());
        let input = TensorRef::from_array_view(([1, ids.len()], ids.as_slice())).map_err(failed)?;
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let outputs = session.run(ort::inputs![input]).map_err(failed)?;
        let output = outputs.values().next();
        let output = output.ok_or_else(|| EmbedError::Failed("the model answered nothing".into()))?;
        let (_, vector) = output.try_extract_tensor::<f32>().map_err(failed)?;
        if vector.len() == DIMENSION && vector.iter().all(|number| number.is_finite()) {
            Ok(vector.to_vec())
        } else {
            Err(EmbedError::Failed("the model answered no vector".into()))
        }
    }
}

impl Embedder for OnnxEmbedder {
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

/// ONNX Runtime allows one environment a process, for its whole life.
fn environment(library: &Path) -> Result<&'static Environment, EmbedError> {
    static ENVIRONMENT: OnceLock<Environment> = OnceLock::new();
    static MAKING: Mutex<()> = Mutex::new(());
    let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(environment) = ENVIRONMENT.get() {
        return Ok(environment);
    }
    if !super::quiet::is_forbidden() {
        let message = "ONNX Runtime would report to its maker: set ORT_DISABLE_TELEMETRY=1";
        return Err(EmbedError::NotLoaded(message.into()));
    }
    let builder = ort::init_from(library).map_err(|error| EmbedError::NotLoaded(error.to_string()))?;
    let environment = builder
        .with_name("hiring")
        .with_telemetry(false)
        .build()
        .map_err(|error| EmbedError::NotLoaded(error.to_string()))?;
    Ok(ENVIRONMENT.get_or_init(|| environment))
}

fn open_session(environment: &Environment, model_dir: &Path) -> Result<Session, ort::Error> {
    let folder = std::path::absolute(model_dir).unwrap_or_else(|_| model_dir.to_owned());
    Session::builder(environment)?
        .with_intra_threads(1)?
        .with_inter_threads(1)?
        // Texts differ in length, so a plan made for one run's shapes serves no other.
        .with_memory_pattern(false)?
        .with_execution_providers([ep::CPU::default().with_arena_allocator(true).build()])?
        .with_config_entry("session.model_external_initializers_file_folder_path", folder.to_string_lossy())?
        .commit_from_memory(GRAPH)
}

/// Hashes the weights, once a process and path: 0.1 s with SHA extensions. Byte offsets into a file with other contents
/// would give vectors that look right and are not.
pub(super) fn verify_weights(path: &Path) -> Result<(), EmbedError> {
    static VERIFIED: Mutex<Vec<std::path::PathBuf>> = Mutex::new(Vec::new());
    let mut verified = VERIFIED.lock().unwrap_or_else(PoisonError::into_inner);
    if verified.iter().any(|known| known == path) {
        return Ok(());
    }
    let found =
        sha256(path).map_err(|error| EmbedError::NotLoaded(format!("{}: {error}", path.display())))?;
    if found != WEIGHTS_SHA256.trim() {
        let message = format!(
            "{} has SHA-256 {found}, expected {WEIGHTS_SHA256}",
            path.display()
        );
        return Err(EmbedError::NotLoaded(message));
    }
    verified.push(path.to_owned());
    Ok(())
}

fn sha256(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        let count = file.read(&mut buffer)?;
        let Some(part) = buffer.get(..count).filter(|part| !part.is_empty()) else {
            return Ok(hex::encode(hash.finalize()));
        };
        hash.update(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_in_stored_rows_names_the_weights_of_the_graph() {
        let prefix = MODEL.version.split('-').next().unwrap();
        assert!(WEIGHTS_SHA256.starts_with(prefix));
    }

    #[test]
    fn other_weights_are_refused_before_anything_is_computed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(WEIGHTS_FILE);
        std::fs::write(&path, b"other weights").unwrap();
        let error = verify_weights(&path).unwrap_err();
        assert!(
            error.may_pass() && error.to_string().contains("SHA-256"),
            "{error}"
        );
    }
}

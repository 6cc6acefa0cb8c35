//! Embeddings, computed once a text: a run that changes only rules computes none.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use hiring_core::config::Reader;
use hiring_platform::embeddings::{EmbeddingConfig, EmbeddingModel, LazyEmbedder, Urgency};
use sha2::{Digest, Sha256};

/// Bytes of a text's hash.
const KEY: usize = 32;
/// Threads that compute, as many as the machine that the figures are from has cores.
const THREADS: usize = 2;

/// Texts to vectors, with a file of those already known. Delete the file to compute all again.
pub struct Vectors {
    embedder: LazyEmbedder,
    model: String,
    dimension: usize,
    path: PathBuf,
    known: BTreeMap<[u8; KEY], Vec<f32>>,
    computed: Vec<[u8; KEY]>,
}

impl Vectors {
    /// Those of the file, if there is one.
    ///
    /// # Errors
    /// When embeddings are switched off or the file is none of these.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let mut reader = Reader::from_environment();
        let embedder = LazyEmbedder::new(EmbeddingConfig::read(&mut reader, THREADS));
        let model = embedder
            .model()
            .context("EMBEDDING_BACKEND is off: there is nothing to rank with")?;
        let mut vectors = Self {
            model: EmbeddingModel::key(model),
            dimension: model.dimension,
            embedder,
            path: path.to_owned(),
            known: BTreeMap::new(),
            computed: Vec::new(),
        };
        if let Ok(bytes) = std::fs::read(path) {
            let row = KEY + vectors.dimension * size_of::<f32>();
            ensure!(bytes.len() % row == 0, "{} holds something else", path.display());
            for row in bytes.chunks_exact(row) {
                let (key, numbers) = row.split_at(KEY);
                let numbers = numbers.chunks_exact(size_of::<f32>());
                let numbers = numbers.filter_map(|four| Some(f32::from_le_bytes(four.try_into().ok()?)));
                vectors.known.insert(key.try_into()?, numbers.collect());
            }
        }
        Ok(vectors)
    }

    /// One vector a text, in the order given.
    ///
    /// # Errors
    /// When the model cannot be loaded or fails.
    pub async fn of(&mut self, texts: &[String], tokens: usize) -> anyhow::Result<Vec<Vec<f32>>> {
        let keys: Vec<[u8; KEY]> = texts.iter().map(|text| self.key(text, tokens)).collect();
        let fresh: BTreeMap<[u8; KEY], &String> = keys
            .iter()
            .copied()
            .zip(texts)
            .filter(|(key, _)| !self.known.contains_key(key))
            .collect();
        let wanted: Vec<String> = fresh.values().map(|text| (*text).clone()).collect();
        let vectors = self.embedder.embed(wanted, tokens, Urgency::Later).await?;
        for (key, vector) in fresh.into_keys().zip(vectors) {
            self.known.insert(key, vector);
            self.computed.push(key);
        }
        let found = keys.iter().map(|key| self.known.get(key).cloned());
        found.collect::<Option<Vec<_>>>().context("a text has no vector")
    }

    /// Adds what was computed to the file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep(&mut self) -> anyhow::Result<()> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut bytes = Vec::new();
        for key in self.computed.drain(..) {
            bytes.extend(key);
            bytes.extend(
                self.known
                    .get(&key)
                    .into_iter()
                    .flatten()
                    .flat_map(|number| number.to_le_bytes()),
            );
        }
        let mut file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)?;
        Ok(file.write_all(&bytes)?)
    }

    fn key(&self, text: &str, tokens: usize) -> [u8; KEY] {
        Sha256::digest(format!("{}\n{tokens}\n{text}", self.model)).into()
    }
}

/// The cosine of two vectors of length 1.
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

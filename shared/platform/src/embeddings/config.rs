//! The embedding settings.

use std::path::PathBuf;

use hiring_core::config::Reader;

/// Where `script/server` puts the runtime; the version is the one that is tested.
const DEFAULT_LIBRARY: &str = if cfg!(target_os = "macos") {
    ".dev/onnxruntime/libonnxruntime.1.31.1.dylib"
} else {
    ".dev/onnxruntime/libonnxruntime.so.1.31.1"
};

/// What computes vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// all-MiniLM-L6-v2 by ONNX Runtime, in this process.
    Onnx,
    /// Nothing: search and ranking use words only.
    Off,
}

/// How texts become vectors.
#[derive(Debug, Clone)]
pub struct EmbeddingConfig {
    /// `EMBEDDING_BACKEND`.
    pub backend: Backend,
    /// `EMBEDDING_MODEL_DIR`: holds `model.safetensors` and `tokenizer.json`.
    pub model_dir: PathBuf,
    /// `ORT_DYLIB_PATH`: ONNX Runtime's shared library, 1.22 or later.
    pub library: PathBuf,
    /// `EMBEDDING_THREADS`: how many texts are computed at once, each on one thread.
    pub threads: usize,
}

impl EmbeddingConfig {
    /// Reads the `EMBEDDING_*` variables and `ORT_DYLIB_PATH`. `threads` is the default of `EMBEDDING_THREADS`: the
    /// worker's concurrency, 1 in the api.
    pub fn read(reader: &mut Reader, threads: usize) -> Self {
        let backends = [("onnx", Backend::Onnx), ("off", Backend::Off)];
        Self {
            backend: reader.choice("EMBEDDING_BACKEND", Backend::Onnx, &backends),
            model_dir: reader.string("EMBEDDING_MODEL_DIR", ".dev/model").into(),
            library: reader.string("ORT_DYLIB_PATH", DEFAULT_LIBRARY).into(),
            threads: reader.number("EMBEDDING_THREADS", threads.clamp(1, 64), 1..=64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (EmbeddingConfig, Vec<String>) {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut reader = Reader::from_map(pairs.collect());
        let config = EmbeddingConfig::read(&mut reader, 2);
        let problems = reader.finish().err().unwrap_or_default();
        (
            config,
            problems.into_iter().map(|problem| problem.variable).collect(),
        )
    }

    #[test]
    fn each_variable_changes_its_setting() {
        let (defaults, _) = read(&[]);
        assert_eq!((defaults.backend, defaults.threads), (Backend::Onnx, 2));
        let (config, problems) = read(&[
            ("EMBEDDING_BACKEND", "off"),
            ("EMBEDDING_MODEL_DIR", "/models"),
            ("ORT_DYLIB_PATH", "/lib/onnx.so"),
            ("EMBEDDING_THREADS", "3"),
        ]);
        assert!(problems.is_empty());
        assert_eq!((config.backend, config.threads), (Backend::Off, 3));
        assert_eq!(
            (config.model_dir, config.library),
            ("/models".into(), "/lib/onnx.so".into())
        );
    }

    #[test]
    fn wrong_values_are_all_reported() {
        let (_, problems) = read(&[("EMBEDDING_BACKEND", "magic"), ("EMBEDDING_THREADS", "0")]);
        assert_eq!(problems, ["EMBEDDING_BACKEND", "EMBEDDING_THREADS"]);
    }
}

//! The embedding settings.

use std::path::PathBuf;
use std::time::Duration;

use hiring_core::config::Reader;
use secrecy::SecretString;
use sha2::{Digest, Sha256};

use super::{DIMENSION, EmbeddingModel};
use crate::breaker::BreakerConfig;
use crate::llm::config::{base_url, key};

/// Where `script/server` puts the runtime; the version is the one that is tested.
const DEFAULT_LIBRARY: &str = if cfg!(target_os = "macos") {
    ".dev/onnxruntime/libonnxruntime.1.31.1.dylib"
} else {
    ".dev/onnxruntime/libonnxruntime.so.1.31.1"
};

/// Can shorten its vectors to any length.
const DEFAULT_MODEL: &str = "text-embedding-3-small";
/// Longest name of a model, in characters: it stands with every stored vector.
const LONGEST_NAME: usize = 120;

/// What somebody hears who wants libtorch of a program that was built without it.
pub(super) const NOT_BUILT: &str = "rust-bert is not in this build: it takes libtorch and `--features rust-bert`, as `script/rust-bert --help` says";

/// What computes vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// all-MiniLM-L6-v2 by ONNX Runtime, in this process.
    Onnx,
    /// The same model by rust-bert on libtorch, in this process; only in builds with the feature `rust-bert`.
    RustBert,
    /// A model of a server that speaks OpenAI's embeddings.
    Openai,
    /// Nothing: search and ranking use words only.
    Off,
}

/// A server that has the model.
#[derive(Debug, Clone)]
pub struct ServedConfig {
    /// `EMBEDDING_MODEL`, told apart from models of the same name elsewhere by `EMBEDDING_BASE_URL`.
    pub model: EmbeddingModel,
    /// `EMBEDDING_BASE_URL`, without a slash at its end.
    pub base_url: String,
    /// `EMBEDDING_API_KEY`. Servers that check no key take any word.
    pub key: SecretString,
    /// `EMBEDDING_TIMEOUT_SECONDS`: how long one request may take.
    pub timeout: Duration,
    /// `CIRCUIT_BREAKER_*`: when it is left alone.
    pub breaker: BreakerConfig,
}

impl ServedConfig {
    /// Reads the variables; `None`, with a problem noted, where there is no key.
    fn read(reader: &mut Reader) -> Option<Self> {
        let base_url = base_url(reader, "EMBEDDING_BASE_URL");
        let name = reader.string("EMBEDDING_MODEL", DEFAULT_MODEL);
        if name.chars().count() > LONGEST_NAME {
            reader.problem("EMBEDDING_MODEL", "is longer than 120 characters");
        }
        let timeout = Duration::from_secs(reader.number("EMBEDDING_TIMEOUT_SECONDS", 30, 1..=600));
        let breaker = BreakerConfig::read(reader);
        let key = key(reader, "EMBEDDING_API_KEY");
        if key.is_none() {
            let problem = "is needed for EMBEDDING_BACKEND=openai; servers that check no key take any word";
            reader.problem("EMBEDDING_API_KEY", problem);
        }
        // The same name may stand for other weights or another precision elsewhere; the address itself is nobody's business.
        let place = hex::encode(Sha256::digest(base_url.as_bytes()));
        let model = EmbeddingModel {
            name: name.into(),
            version: format!("served-{}", place.get(..8).unwrap_or_default()).into(),
            dimension: DIMENSION,
        };
        Some(Self {
            model,
            base_url,
            key: key?,
            timeout,
            breaker,
        })
    }
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
    /// `EMBEDDING_THREADS`: how many texts are computed at once, each on one thread; with a server, how many requests that nobody
    /// waits for are sent at once.
    pub threads: usize,
    /// The server, with [`Backend::Openai`].
    pub served: Option<ServedConfig>,
}

impl EmbeddingConfig {
    /// Reads the `EMBEDDING_*` variables and `ORT_DYLIB_PATH`. `threads` is the default of `EMBEDDING_THREADS`: the
    /// worker's concurrency, 1 in the api.
    pub fn read(reader: &mut Reader, threads: usize) -> Self {
        let backends = [
            ("onnx", Backend::Onnx),
            ("rust-bert", Backend::RustBert),
            ("openai", Backend::Openai),
            ("off", Backend::Off),
        ];
        let backend = reader.choice("EMBEDDING_BACKEND", Backend::Onnx, &backends);
        if backend == Backend::RustBert && !cfg!(feature = "rust-bert") {
            reader.problem("EMBEDDING_BACKEND", NOT_BUILT);
        }
        let served = match backend {
            Backend::Openai => ServedConfig::read(reader),
            Backend::Onnx | Backend::RustBert | Backend::Off => None,
        };
        Self {
            backend,
            model_dir: reader.string("EMBEDDING_MODEL_DIR", ".dev/model").into(),
            library: reader.string("ORT_DYLIB_PATH", DEFAULT_LIBRARY).into(),
            threads: reader.number("EMBEDDING_THREADS", threads.clamp(1, 64), 1..=64),
            served,
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

    const SERVED: [(&str, &str); 3] = [
        ("EMBEDDING_BACKEND", "openai"),
        ("EMBEDDING_API_KEY", "any"),
        ("EMBEDDING_BASE_URL", "http://127.0.0.1:11434/v1/"),
    ];

    fn served(more: &[(&str, &str)]) -> ServedConfig {
        let (config, problems) = read(&[&SERVED[..], more].concat());
        assert!(problems.is_empty(), "{problems:?}");
        config.served.unwrap()
    }

    #[test]
    fn a_server_has_its_own_variables_and_another_server_makes_another_model() {
        assert!(read(&[]).0.served.is_none());
        let here = served(&[
            ("EMBEDDING_MODEL", "all-minilm"),
            ("EMBEDDING_TIMEOUT_SECONDS", "7"),
            ("CIRCUIT_BREAKER_FAILURE_THRESHOLD", "2"),
            ("CIRCUIT_BREAKER_RECOVERY_TIMEOUT", "4"),
        ]);
        assert_eq!(here.base_url, "http://127.0.0.1:11434/v1");
        let breaker = (here.breaker.failure_threshold, here.breaker.recovery.as_secs());
        assert_eq!((here.timeout.as_secs(), breaker), (7, (2, 4)));
        assert_eq!(
            (&*here.model.name, here.model.dimension),
            ("all-minilm", DIMENSION)
        );
        assert_eq!(&*served(&[]).model.name, DEFAULT_MODEL);
        let elsewhere = served(&[
            ("EMBEDDING_MODEL", "all-minilm"),
            ("EMBEDDING_BASE_URL", "http://10.0.0.2/v1"),
        ]);
        assert_ne!(here.model.key(), elsewhere.model.key());
        assert!(!here.model.key().contains("11434"));
    }

    #[test]
    fn a_server_without_key_or_address_is_a_problem() {
        let (config, problems) = read(&[
            ("EMBEDDING_BACKEND", "openai"),
            ("EMBEDDING_BASE_URL", "nowhere"),
            ("EMBEDDING_MODEL", &"m".repeat(121)),
        ]);
        assert!(config.served.is_none());
        assert_eq!(
            problems,
            ["EMBEDDING_BASE_URL", "EMBEDDING_MODEL", "EMBEDDING_API_KEY"]
        );
    }

    #[test]
    fn libtorch_is_refused_at_start_where_it_was_not_built_and_the_refusal_says_how_it_is() {
        let pairs = [("EMBEDDING_BACKEND".to_owned(), "rust-bert".to_owned())];
        let mut reader = Reader::from_map(pairs.into());
        let config = EmbeddingConfig::read(&mut reader, 2);
        assert_eq!(config.backend, Backend::RustBert);
        let told = reader.finish().map_err(|problems| problems[0].to_string());
        if cfg!(feature = "rust-bert") {
            assert!(told.is_ok());
        } else {
            let told = told.unwrap_err();
            assert!(
                told.contains("EMBEDDING_BACKEND") && told.contains("--features rust-bert"),
                "{told}"
            );
        }
    }

    #[test]
    fn wrong_values_are_all_reported() {
        let (_, problems) = read(&[("EMBEDDING_BACKEND", "magic"), ("EMBEDDING_THREADS", "0")]);
        assert_eq!(problems, ["EMBEDDING_BACKEND", "EMBEDDING_THREADS"]);
    }
}

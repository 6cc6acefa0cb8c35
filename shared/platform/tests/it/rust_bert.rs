//! The embedding model by rust-bert on libtorch: `script/rust-bert` runs this.

use hiring_platform::embeddings::{
    Backend, Embedder, EmbeddingConfig, LazyEmbedder, OnnxEmbedder, RustBertEmbedder, Urgency,
};

use crate::contract::{Reference, cosine, keeps_the_contract, references};
use crate::setup::embedding_config;

fn config(threads: usize) -> EmbeddingConfig {
    EmbeddingConfig {
        backend: Backend::RustBert,
        ..embedding_config(threads)
    }
}

#[test]
fn vectors_are_those_of_sentence_transformers() {
    let embedder = RustBertEmbedder::load(&config(1)).unwrap();
    keeps_the_contract(|texts, max_tokens| embedder.embed(texts, max_tokens).unwrap());
}

#[test]
fn vectors_bear_the_name_of_those_by_onnx_runtime_because_they_are_the_same() {
    let here = RustBertEmbedder::load(&config(1)).unwrap();
    let there = OnnxEmbedder::load(&embedding_config(1)).unwrap();
    assert_eq!(here.model(), there.model());
    let texts: Vec<String> = references().iter().map(Reference::text).collect();
    let vectors = here.embed(&texts, 128).unwrap();
    for (vector, other) in vectors.iter().zip(there.embed(&texts, 128).unwrap()) {
        assert!(cosine(vector, &other) > 0.999_999);
    }
}

#[tokio::test]
async fn the_lazy_handle_computes_on_several_threads_and_keeps_the_order() {
    let lazy = LazyEmbedder::new(config(2));
    assert_eq!(lazy.model().unwrap().name, "all-MiniLM-L6-v2");
    assert!(!lazy.is_loaded());
    let cases: Vec<Reference> = references()
        .into_iter()
        .filter(|case| case.max_tokens == 128)
        .collect();
    let texts: Vec<String> = cases.iter().map(Reference::text).collect();
    let (later, now) = tokio::join!(
        lazy.embed(texts.clone(), 128, Urgency::Later),
        lazy.embed(texts.clone(), 128, Urgency::Now),
    );
    for vectors in [later.unwrap(), now.unwrap()] {
        assert_eq!(vectors.len(), cases.len());
        for (case, vector) in cases.iter().zip(&vectors) {
            assert!(cosine(vector, &case.vector()) > 0.999_999, "{:?}", case.text());
        }
    }
}

#[tokio::test]
async fn a_folder_without_the_model_is_told_and_tried_again_later() {
    let folder = tempfile::tempdir().unwrap();
    let lazy = LazyEmbedder::new(EmbeddingConfig {
        model_dir: folder.path().to_owned(),
        ..config(1)
    });
    let error = lazy.embed_one("x", 128).await.unwrap_err();
    assert!(error.may_pass() && !lazy.is_loaded(), "{error}");
}

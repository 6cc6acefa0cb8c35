//! The embedding model in this process.

use hiring_platform::embeddings::tokens::Tokens;
use hiring_platform::embeddings::{
    Backend, EmbedError, Embedder, EmbeddingConfig, LazyEmbedder, OnnxEmbedder, Urgency,
};

use crate::contract::{MIN_COSINE, Reference, cosine, keeps_the_contract, references};
use crate::setup::embedding_config;

#[test]
fn onnx_vectors_are_those_of_sentence_transformers() {
    let embedder = OnnxEmbedder::load(&embedding_config(1)).unwrap();
    assert_eq!(embedder.model().dimension, 384);
    keeps_the_contract(|texts, max_tokens| embedder.embed(texts, max_tokens).unwrap());
}

#[test]
fn a_text_has_the_same_vector_alone_and_in_any_company() {
    let embedder = OnnxEmbedder::load(&embedding_config(1)).unwrap();
    let texts: Vec<String> = references()
        .iter()
        .map(Reference::text)
        .filter(|text| text.len() < 400)
        .collect();
    let together = embedder.embed(&texts, 128).unwrap();
    for (text, vector) in texts.iter().zip(&together) {
        assert_eq!(
            &embedder.embed(std::slice::from_ref(text), 128).unwrap()[0],
            vector
        );
    }
}

#[test]
fn the_shipped_tokenizers_cut_and_padding_are_overridden() {
    let tokens = Tokens::load(&embedding_config(1).model_dir.join("tokenizer.json")).unwrap();
    let long = "engineer ".repeat(1000);
    for limit in [3, 128, 256, 512] {
        let ids = tokens.ids(&long, limit).unwrap();
        assert_eq!((ids.len(), ids[0], ids[limit - 1]), (limit, 101, 102));
    }
    assert_eq!(tokens.ids(&long, 100_000).unwrap().len(), 512);
    assert_eq!(tokens.ids("", 128).unwrap(), [101, 102]);
    assert_eq!(tokens.ids("engineer", 128).unwrap().len(), 3);
}

#[test]
fn a_read_only_model_folder_and_a_relative_path_are_fine() {
    let real = embedding_config(1);
    let folder = tempfile::tempdir().unwrap();
    for name in ["model.safetensors", "tokenizer.json"] {
        let from = real.model_dir.join(name);
        let to = folder.path().join(name);
        std::fs::hard_link(&from, &to)
            .or_else(|_| std::fs::copy(&from, &to).map(|_| ()))
            .unwrap();
    }
    let mut permissions = std::fs::metadata(folder.path()).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(folder.path(), permissions).unwrap();
    let up = "../".repeat(std::env::current_dir().unwrap().components().count() - 1);
    let relative = std::path::Path::new(&up).join(folder.path().strip_prefix("/").unwrap());
    let config = EmbeddingConfig {
        model_dir: relative,
        ..real
    };
    let embedder = OnnxEmbedder::load(&config).unwrap();
    assert_eq!(embedder.embed(&["x".into()], 128).unwrap()[0].len(), 384);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[tokio::test]
async fn the_lazy_handle_loads_on_first_use_and_keeps_order_across_threads() {
    let lazy = LazyEmbedder::new(embedding_config(2));
    assert_eq!(lazy.model().unwrap().name, "all-MiniLM-L6-v2");
    assert!(!lazy.is_loaded());
    let cases: Vec<Reference> = references()
        .into_iter()
        .filter(|case| case.max_tokens == 128)
        .collect();
    let texts: Vec<String> = cases.iter().map(Reference::text).collect();
    // More texts than the queue holds, from two callers at once.
    let many: Vec<String> = texts
        .iter()
        .cycle()
        .take(200)
        .map(|text| text.chars().take(20).collect())
        .collect();
    let (vectors, one, _) = tokio::join!(
        lazy.embed(texts.clone(), 128, Urgency::Later),
        lazy.embed_one(&texts[3], 128),
        lazy.embed(many, 128, Urgency::Later),
    );
    assert!(lazy.is_loaded());
    for (case, vector) in cases.iter().zip(vectors.unwrap()) {
        assert!(cosine(&vector, &case.vector()) >= MIN_COSINE, "{:?}", case.text());
    }
    assert!(cosine(&one.unwrap(), &cases[3].vector()) >= MIN_COSINE);
}

#[tokio::test]
async fn a_model_that_comes_late_is_loaded_by_a_later_call() {
    let real = embedding_config(1);
    let folder = tempfile::tempdir().unwrap();
    let model_dir = folder.path().join("model");
    let lazy = LazyEmbedder::new(EmbeddingConfig {
        model_dir: model_dir.clone(),
        ..real.clone()
    });
    let error = lazy.embed_one("x", 128).await.unwrap_err();
    assert!(error.may_pass() && !lazy.is_loaded(), "{error}");
    std::fs::create_dir(&model_dir).unwrap();
    for name in ["model.safetensors", "tokenizer.json"] {
        let (from, to) = (real.model_dir.join(name), model_dir.join(name));
        std::fs::hard_link(&from, &to)
            .or_else(|_| std::fs::copy(&from, &to).map(|_| ()))
            .unwrap();
    }
    assert_eq!(lazy.embed_one("x", 128).await.unwrap().len(), 384);
}

#[tokio::test]
async fn switched_off_means_no_model_and_an_error_that_does_not_pass() {
    let config = EmbeddingConfig {
        backend: Backend::Off,
        ..embedding_config(1)
    };
    let lazy = LazyEmbedder::new(config);
    assert!(lazy.model().is_none());
    let error = lazy.embed_one("x", 128).await.unwrap_err();
    assert!(matches!(error, EmbedError::Off) && !error.may_pass());
}

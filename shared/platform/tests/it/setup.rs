//! Where the real parts are: as the environment says, else under `.dev` of the workspace.

use std::path::{Path, PathBuf};

use hiring_platform::embeddings::{Backend, EmbeddingConfig};

#[expect(
    clippy::disallowed_methods,
    reason = "tests have no configuration reader of their own"
)]
fn given(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

fn dev(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../.dev")
        .join(path)
}

fn present(variable: &str, default: PathBuf) -> PathBuf {
    let path = given(variable).unwrap_or(default);
    assert!(
        path.exists(),
        "{} is missing: run script/test, which fetches it, or set {variable}",
        path.display()
    );
    path
}

/// The settings of the real model.
pub fn embedding_config(threads: usize) -> EmbeddingConfig {
    let library = if cfg!(target_os = "macos") {
        "libonnxruntime.1.31.1.dylib"
    } else {
        "libonnxruntime.so.1.31.1"
    };
    let model_dir = present("EMBEDDING_MODEL_DIR", dev("model"));
    assert!(
        model_dir.join("model.safetensors").exists(),
        "the model's weights are missing: run script/test, which fetches them"
    );
    let library = present("ORT_DYLIB_PATH", dev("onnxruntime").join(library));
    EmbeddingConfig {
        backend: Backend::Onnx,
        model_dir,
        library,
        threads,
        served: None,
    }
}

/// The program that plays S3.
pub fn moto_server() -> PathBuf {
    present("MOTO_SERVER", dev("venv/bin/moto_server"))
}

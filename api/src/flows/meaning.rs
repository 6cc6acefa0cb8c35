//! A text's vector while somebody waits for the answer.

use std::time::Duration;

use hiring_platform::embeddings::{EmbedError, EmbeddingModel, Urgency};
use tracing::Instrument;

use crate::state::AppState;

/// Longest wait for a vector. Loading the model takes a second on a cold disk; whoever waits longer is served without.
const PATIENCE: Duration = Duration::from_secs(2);

/// Name and version of the model whose vectors can be compared; `None` when embeddings are switched off.
#[must_use]
pub fn model_key(state: &AppState) -> Option<String> {
    state.embedder.model().map(EmbeddingModel::key)
}

/// The vector of a text, of which the first `max_tokens` tokens count; `None` when there is none within [`PATIENCE`].
pub async fn vector(state: &AppState, text: String, max_tokens: usize) -> Option<Vec<f32>> {
    vectors(state, vec![text], max_tokens)
        .await
        .and_then(|vectors| vectors.into_iter().next())
}

/// The vectors of some texts in their order, like [`vector`]: all within [`PATIENCE`], or none.
pub async fn vectors(state: &AppState, texts: Vec<String>, max_tokens: usize) -> Option<Vec<Vec<f32>>> {
    if texts.is_empty() {
        return Some(Vec::new());
    }
    let embedder = state.embedder.clone();
    // A task of its own: a load that takes too long for this caller is finished for the next one.
    let embedding = async move { embedder.embed(texts, max_tokens, Urgency::Now).await };
    let embedding = tokio::spawn(embedding.in_current_span());
    match tokio::time::timeout(PATIENCE, embedding).await {
        Ok(Ok(Ok(vectors))) => return Some(vectors),
        Ok(Ok(Err(EmbedError::Off))) => {}
        Ok(Ok(Err(error))) => tracing::warn!(
            error = &error as &dyn std::error::Error,
            "answered without vectors"
        ),
        Ok(Err(error)) => tracing::error!(
            error = &error as &dyn std::error::Error,
            "embedding ended unexpectedly"
        ),
        Err(_) => tracing::warn!("answered without vectors: embedding took too long"),
    }
    None
}

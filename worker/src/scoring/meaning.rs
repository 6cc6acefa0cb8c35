//! Closeness in meaning, computed once and stored.

use std::collections::HashMap;

use hiring_core::ids::OrgId;
use hiring_db::similarities::{self, Embedded, JobTexts, Similarity};
use hiring_matching::{JOB_TOKENS, REQUIREMENT_TOKENS, similarity_bp};
use hiring_platform::embeddings::{EmbedError, EmbeddingModel, Urgency};
use hiring_queue::{TaskContext, TaskFailure};
use uuid::Uuid;

use super::Job;
use crate::tasks::Parts;

/// What is known about some candidates and a job.
#[derive(Debug, Clone, Default)]
pub struct Closeness {
    /// Name and version of the model; `None` where embeddings are off or the job could not be embedded.
    pub model: Option<String>,
    /// Each candidate's; who has none is unknown.
    pub of: HashMap<Uuid, Similarity>,
}

impl Closeness {
    /// What is known about one candidate.
    #[must_use]
    pub fn of(&self, candidate: Uuid) -> Similarity {
        self.of.get(&candidate).cloned().unwrap_or_default()
    }
}

/// Closeness in meaning of these candidates to a job, stored where it was not yet. Nothing is known where embeddings are off or
/// the model cannot be loaded.
///
/// # Errors
/// A retry when the database does not answer.
pub async fn closeness(
    parts: &Parts,
    ctx: &TaskContext,
    org: OrgId,
    (job, candidates): (&Job, &[Uuid]),
) -> Result<Closeness, TaskFailure> {
    let Some(model) = parts.embedder.model().map(EmbeddingModel::key) else {
        return Ok(Closeness::default());
    };
    let texts = job.texts(model);
    if !embed_job(parts, ctx, org, &texts).await? {
        return Ok(Closeness::default());
    }
    let mut connection = ctx.database().connection().await?;
    let of = similarities::ensure(&mut connection, org, (&texts, similarity_bp), candidates).await?;
    Ok(Closeness {
        model: Some(texts.model),
        of,
    })
}

/// Sees to it that every text of the job has its vector; whether that could be done.
async fn embed_job(
    parts: &Parts,
    ctx: &TaskContext,
    org: OrgId,
    texts: &JobTexts,
) -> Result<bool, TaskFailure> {
    let mut connection = ctx.database().connection().await?;
    let lacking = similarities::find_unembedded(&mut connection, org, texts).await?;
    drop(connection);
    if lacking == similarities::Unembedded::default() {
        return Ok(true);
    }
    let vectors = match embed(parts, lacking).await {
        Ok(vectors) => vectors,
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a job could not be embedded"
            );
            return Ok(false);
        }
    };
    let mut connection = ctx.database().connection().await?;
    similarities::save_vectors(&mut connection, org, texts, &vectors).await?;
    Ok(true)
}

async fn embed(parts: &Parts, lacking: similarities::Unembedded) -> Result<Embedded, EmbedError> {
    let job = match &lacking.job {
        Some(text) => Some(parts.embedder.embed_one(text, JOB_TOKENS).await?),
        None => None,
    };
    let texts = lacking.requirements.clone();
    let vectors = parts
        .embedder
        .embed(texts, REQUIREMENT_TOKENS, Urgency::Now)
        .await?;
    Ok(Embedded {
        job,
        requirements: lacking.requirements.into_iter().zip(vectors).collect(),
    })
}

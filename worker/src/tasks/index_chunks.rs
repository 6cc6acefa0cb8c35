//! Embed the sections of a resume, chunk by chunk, its lines and titles one by one, and put them in the place of earlier ones. Then scores that had to do without
//! are made again.

use hiring_core::task::IndexChunks;
use hiring_db::indexing::{self, ChunkRecord, LineRecord, StoredResume};
use hiring_db::{DbError, screenings};
use hiring_matching::embedded::{self, PIECE_TOKENS, PROFILE_TOKENS, Piece};
use hiring_matching::lines::{LINE_TOKENS, lines};
use hiring_matching::neutral;
use hiring_platform::embeddings::{EmbedError, EmbeddingModel, Urgency};
use hiring_queue::{Done, TaskContext, TaskFailure};

use super::index_candidate::to_be_screened;
use super::{Parts, organization, shown};

/// Seconds until the sections follow whose model could not be loaded.
pub const CATCH_UP_SECONDS: i64 = 60;

/// Runs the task. Embeds the profile as well when that was not possible before.
///
/// # Errors
/// A model that cannot be loaded is tried again every minute; a computation that fails is not tried for long.
pub async fn run(parts: &Parts, ctx: TaskContext, task: IndexChunks) -> Result<Done, TaskFailure> {
    let org = organization(&ctx)?;
    let Some(model) = parts.embedder.model().map(EmbeddingModel::key) else {
        return ctx.finish().await;
    };
    let mut connection = ctx.database().connection().await?;
    let stored = indexing::find_resume(&mut connection, org, task.candidate_id).await?;
    let has_profile = indexing::has_profile(&mut connection, org, task.candidate_id, &model).await?;
    drop(connection);
    let Some(stored) = stored else {
        return ctx.cancel("erased").await;
    };
    // What nobody could check is compared with nothing.
    if stored.resume.document.unverified_layer {
        return ctx.finish().await;
    }
    let profile = (!has_profile).then(|| embedded::profile(&stored.resume));
    let profile = match profile {
        Some(profile) => Some(embed_profile(parts, &profile).await?),
        None => None,
    };
    let embedded = shown(&ctx, "indexing", 50, embed(parts, stored)).await?;
    let (chunks, lines) = embedded.map_err(|error| failure(&error))?;
    ctx.complete(async |fx| {
        if let Some(vector) = &profile {
            indexing::save_profile_vector(fx.conn(), org, task.candidate_id, &model, vector).await?;
        }
        // A candidate erased meanwhile has no row to refer to: the conflict rolls back, and the next attempt finds nobody.
        indexing::replace_chunks(fx.conn(), org, task.candidate_id, &model, &chunks).await?;
        indexing::replace_lines(fx.conn(), org, task.candidate_id, &model, &lines).await?;
        for screening in screenings::list_incomplete(fx.conn(), org, task.candidate_id).await? {
            let options = to_be_screened(&screening);
            fx.enqueue(&screening, options).await?;
        }
        Ok::<_, DbError>(())
    })
    .await
}

async fn embed_profile(parts: &Parts, profile: &str) -> Result<Vec<f32>, TaskFailure> {
    let embedded = parts.embedder.embed_one(profile, PROFILE_TOKENS).await;
    embedded.map_err(|error| failure(&error))
}

/// Vectors of the sections, and of the lines and titles one by one, in neutral words, with the places that they have in the visible
/// text.
async fn embed(
    parts: &Parts,
    stored: StoredResume,
) -> Result<(Vec<ChunkRecord>, Vec<LineRecord>), EmbedError> {
    let mut pieces = embedded::pieces(&stored.resume, &stored.visible_text, &stored.sections);
    let neutral = neutral::of(&stored.resume, &stored.visible_text, &stored.sections);
    let lines = lines(&stored.resume, &neutral);
    drop((stored, neutral));
    let texts = pieces
        .iter_mut()
        .map(|piece| std::mem::take(&mut piece.text))
        .collect();
    let vectors = parts.embedder.embed(texts, PIECE_TOKENS, Urgency::Later).await?;
    let record = |(piece, embedding): (Piece, Vec<f32>)| ChunkRecord {
        section: piece.section,
        start: piece.start,
        end: piece.end,
        embedding,
    };
    let chunks = pieces.into_iter().zip(vectors).map(record).collect();
    let texts = lines.iter().map(|line| line.text.clone()).collect();
    let vectors = parts.embedder.embed(texts, LINE_TOKENS, Urgency::Later).await?;
    let lines = lines
        .into_iter()
        .zip(vectors)
        .map(|(line, embedding)| LineRecord {
            is_title: line.is_title,
            start: line.place.start,
            end: line.place.end,
            embedding,
        });
    Ok((chunks, lines.collect()))
}

fn failure(error: &EmbedError) -> TaskFailure {
    const MESSAGE: &str = "The sections could not be indexed by meaning.";
    match error {
        EmbedError::NotLoaded(_) | EmbedError::Away(_) => TaskFailure::away("model-unavailable", MESSAGE),
        EmbedError::Off | EmbedError::Failed(_) => TaskFailure::retry("embedding-failed", MESSAGE),
    }
}

//! Embed one short profile and make the person findable; without an embedder, findable by words alone. Then their applications
//! are screened.

use diesel_async::AsyncPgConnection;
use hiring_core::ids::CandidateId;
use hiring_core::task::{IndexCandidate, IndexChunks, ScreenApplication};
use hiring_db::tasks::{self, EnqueueOptions};
use hiring_db::{DbError, indexing, screenings};
use hiring_matching::embedded::{self, PROFILE_TOKENS};
use hiring_platform::embeddings::{EmbedError, EmbeddingModel};
use hiring_queue::{Dead, Done, TaskContext, TaskFailure};

use super::index_chunks::CATCH_UP_SECONDS;
use super::{Parts, organization};

/// How a task ends whose candidate was erased.
const ERASED: &str = "erased";

/// Runs the task.
///
/// # Errors
/// A failed computation or a database that is away is tried again; a model that cannot be loaded is no error here.
pub async fn run(parts: &Parts, ctx: TaskContext, task: IndexCandidate) -> Result<Done, TaskFailure> {
    let org = organization(&ctx)?;
    let mut connection = ctx.database().connection().await?;
    let stored = indexing::find_resume(&mut connection, org, task.candidate_id).await?;
    drop(connection);
    let Some(stored) = stored else {
        return ctx.cancel(ERASED).await;
    };
    // What nobody could check is found by words, and by nothing that is compared with jobs.
    let checked = !stored.resume.document.unverified_layer;
    let profile = embedded::profile(&stored.resume);
    drop(stored);
    let embedded = match checked {
        true => parts.embedder.embed_one(&profile, PROFILE_TOKENS).await,
        false => Err(EmbedError::Off),
    };
    let vector = match embedded {
        Ok(vector) => Ok(vector),
        Err(EmbedError::Failed(_)) => {
            return Err(TaskFailure::retry(
                "embedding-failed",
                "The profile could not be indexed by meaning.",
            ));
        }
        Err(error) => Err(error),
    };
    let model = parts.embedder.model().map(EmbeddingModel::key);
    let mut erased = false;
    let done = ctx
        .complete(async |fx| {
            let there = match (&model, &vector) {
                (Some(model), Ok(vector)) => {
                    indexing::save_profile_vector(fx.conn(), org, task.candidate_id, model, vector).await?
                }
                _ => indexing::mark_ready(fx.conn(), org, task.candidate_id).await?,
            };
            if !there {
                erased = true;
                return Err(TaskFailure::fail(ERASED, "The candidate was erased."));
            }
            for screening in screenings::list_unscreened(fx.conn(), org, task.candidate_id).await? {
                let options = to_be_screened(&screening);
                fx.enqueue(&screening, options).await?;
            }
            if let Some(options) = follow_up(&vector) {
                fx.enqueue(
                    &IndexChunks {
                        candidate_id: task.candidate_id,
                    },
                    options,
                )
                .await?;
            }
            Ok(())
        })
        .await;
    if erased { ctx.cancel(ERASED).await } else { done }
}

/// When the sections follow: at once, later when the model could not be loaded, never when embeddings are off.
fn follow_up(vector: &Result<Vec<f32>, EmbedError>) -> Option<EnqueueOptions> {
    let delay = match vector {
        Ok(_) => None,
        Err(EmbedError::Off) => return None,
        Err(error) => {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "indexed by words only for now"
            );
            Some(chrono::TimeDelta::seconds(CATCH_UP_SECONDS))
        }
    };
    Some(EnqueueOptions {
        delay,
        ..EnqueueOptions::default()
    })
}

/// A person whose profile cannot be embedded is still found by words, and screened.
///
/// # Errors
/// See [`DbError`].
pub async fn on_dead(conn: &mut AsyncPgConnection, dead: Dead<IndexCandidate>) -> Result<(), DbError> {
    let Some(org) = dead.organization_id else {
        return Ok(());
    };
    let candidate: CandidateId = dead.payload.candidate_id;
    indexing::mark_ready(conn, org, candidate).await?;
    for screening in screenings::list_unscreened(conn, org, candidate).await? {
        let options = EnqueueOptions {
            organization_id: Some(org),
            ..to_be_screened(&screening)
        };
        // Nobody rings from here; the sweeper does within seconds.
        drop(tasks::enqueue(conn, &screening, options).await?);
    }
    Ok(())
}

/// How the screening of an application is enqueued: once at a time.
pub(super) fn to_be_screened(screening: &ScreenApplication) -> EnqueueOptions {
    EnqueueOptions {
        unique_key: Some(screenings::task_key(screening.application_id)),
        ..EnqueueOptions::default()
    }
}

//! Remove what has had its day. Every part works in batches that are committed one by one, so that doing it twice, or half, is
//! harmless; a part that fails holds up no other, and the task is then tried again.

use std::error::Error;
use std::sync::Arc;

use diesel_async::AsyncPgConnection;
use futures::FutureExt;
use futures::future::BoxFuture;
use hiring_core::task::Cleanup;
use hiring_db::tasks::sweep;
use hiring_db::{Database, DbError, cleanup, cron_ticks, mails, rejected_messages};
use hiring_queue::{Done, TaskContext, TaskFailure};
use serde_json::{Map, Value};

use super::Parts;
use crate::maintenance;

/// Finished tasks that one statement removes.
const TASKS: i64 = 1_000;

/// Removes one batch and says how many rows that were; none ends the part.
type Batch = for<'c> fn(&'c mut AsyncPgConnection) -> BoxFuture<'c, Result<usize, DbError>>;

enum Part {
    Rows(Batch),
    Objects,
}

/// The parts by the names that the task's stage, its result and the metric give them.
const PARTS: [(&str, Part); 8] = [
    (
        "sessions",
        Part::Rows(|conn| cleanup::delete_expired_sessions(conn).boxed()),
    ),
    (
        "refresh-tokens",
        Part::Rows(|conn| cleanup::delete_spent_refresh_tokens(conn).boxed()),
    ),
    (
        "saved-answers",
        Part::Rows(|conn| cleanup::delete_expired_idempotency_keys(conn).boxed()),
    ),
    ("abandoned-uploads", Part::Objects),
    ("tasks", Part::Rows(|conn| sweep::prune(conn, TASKS).boxed())),
    (
        "rejected-messages",
        Part::Rows(|conn| rejected_messages::delete_old(conn).boxed()),
    ),
    (
        "mail-addresses",
        Part::Rows(|conn| mails::forget_old(conn).boxed()),
    ),
    (
        "cron-ticks",
        Part::Rows(|conn| cron_ticks::delete_old(conn).boxed()),
    ),
];

/// Runs the task.
///
/// # Errors
/// Parts that failed are tried again, all others with them: there is then little left for those to do.
pub async fn run(parts: &Arc<Parts>, ctx: TaskContext, _task: Cleanup) -> Result<Done, TaskFailure> {
    let mut removed = Map::new();
    let mut failed = Vec::new();
    for (at, (name, part)) in PARTS.iter().enumerate() {
        let progress = u8::try_from(100 * at / PARTS.len()).unwrap_or(100);
        ctx.stage(name, Some(progress)).await?;
        match part.run(parts, ctx.database()).await {
            Ok(count) => {
                metrics::counter!("cleanup_removed_total", "what" => *name)
                    .increment(u64::try_from(count).unwrap_or_default());
                removed.insert((*name).to_owned(), Value::from(count));
            }
            Err(error) => {
                tracing::warn!(
                    part = name,
                    error = error.as_ref() as &dyn Error,
                    "cleaning up failed"
                );
                failed.push(*name);
            }
        }
    }
    if !failed.is_empty() {
        let message = format!("Not everything could be removed: {}.", failed.join(", "));
        return Err(TaskFailure::retry("cleanup-incomplete", &message));
    }
    ctx.complete(async |fx| {
        fx.result(Value::Object(removed));
        Ok::<_, TaskFailure>(())
    })
    .await
}

impl Part {
    async fn run(
        &self,
        parts: &Arc<Parts>,
        database: &Database,
    ) -> Result<usize, Box<dyn Error + Send + Sync>> {
        match self {
            Self::Rows(batch) => Ok(drain(database, *batch).await?),
            Self::Objects => maintenance::remove_abandoned_objects(Arc::clone(parts), database.clone()).await,
        }
    }
}

/// Removes batch after batch, each on a connection that others may have in between.
async fn drain(database: &Database, batch: Batch) -> Result<usize, DbError> {
    let mut removed = 0;
    loop {
        let mut connection = database.connection().await?;
        let count = batch(&mut connection).await?;
        drop(connection);
        if count == 0 {
            return Ok(removed);
        }
        removed += count;
    }
}

//! What every worker tidies up by itself, again and again. Two workers at it at once are harmless.

use std::error::Error;
use std::sync::Arc;

use hiring_core::ids::ObjectId;
use hiring_db::Database;
use hiring_db::cleanup::{self, DoomedObject};
use hiring_platform::storage::StorageError;

use crate::tasks::{Parts, erase_objects};

/// Files in a row that cannot be deleted before the store is taken for away and left alone until the next round.
const MOST_REFUSALS: usize = 20;

/// Removes abandoned uploads and erased files whose task gave up: the object first, then the row. A file that cannot be
/// deleted is left for the next round and holds up no other.
///
/// # Errors
/// Database away, or files that could not be deleted; the next round goes on.
pub async fn remove_abandoned_objects(
    parts: Arc<Parts>,
    database: Database,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut round = Round::default();
    let mut removed = 0;
    loop {
        let doomed =
            cleanup::doom_abandoned_objects(&mut *database.connection().await?, &round.refused).await?;
        let gone = round.delete(&parts, &doomed).await;
        if gone.is_empty() {
            break;
        }
        let forgotten = cleanup::forget_objects(&mut *database.connection().await?, &gone).await?;
        removed += forgotten;
        if doomed.len() < cleanup::BATCH || forgotten == 0 {
            break;
        }
    }
    if removed > 0 {
        tracing::info!(removed, "abandoned uploads removed");
    }
    round.error.map_or(Ok(()), |error| Err(error.into()))
}

/// What could not be deleted in one round.
#[derive(Default)]
struct Round {
    refused: Vec<ObjectId>,
    error: Option<StorageError>,
}

impl Round {
    /// Deletes the bytes of one batch; answers whose bytes are gone.
    async fn delete(&mut self, parts: &Parts, doomed: &[DoomedObject]) -> Vec<ObjectId> {
        let mut gone = Vec::with_capacity(doomed.len());
        let mut in_a_row = 0;
        for object in doomed {
            if in_a_row == MOST_REFUSALS {
                break;
            }
            match erase_objects::delete(parts.storage.as_ref(), object).await {
                Ok(()) => {
                    gone.push(object.id);
                    in_a_row = 0;
                }
                Err(error) => {
                    tracing::warn!(object_id = %object.id, "an abandoned upload could not be deleted");
                    self.refused.push(object.id);
                    self.error = Some(error);
                    in_a_row += 1;
                }
            }
        }
        gone
    }
}

/// Removes saved answers and logins that have had their day.
///
/// # Errors
/// Database away; the next round goes on.
pub async fn remove_expired(database: Database) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut connection = database.connection().await?;
    let (mut answers, mut sessions) = (0, 0);
    loop {
        let batch = cleanup::delete_expired_idempotency_keys(&mut connection).await?;
        answers += batch;
        if batch < cleanup::BATCH {
            break;
        }
    }
    loop {
        let batch = cleanup::delete_expired_sessions(&mut connection).await?;
        sessions += batch;
        if batch < cleanup::BATCH {
            break;
        }
    }
    if answers + sessions > 0 {
        tracing::info!(answers, sessions, "expired rows removed");
    }
    Ok(())
}

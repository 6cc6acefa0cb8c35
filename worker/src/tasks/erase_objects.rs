//! Delete erased files: the object first, then its row, so that a crash in between leaves a row to try again from.

use hiring_core::ids::ObjectId;
use hiring_core::task::EraseObjects;
use hiring_db::cleanup::{self, DoomedObject};
use hiring_platform::storage::{ObjectKey, ObjectStore, StorageError};
use hiring_queue::{Done, TaskContext, TaskFailure};

use super::{Parts, organization, storage_failure};

/// Files deleted before their rows are forgotten, so that a run which is cut short has not been for nothing.
const BATCH: usize = 100;
/// Files in a row that cannot be deleted before the store is taken for away and left alone until the next attempt.
const MOST_REFUSALS: usize = 20;

/// Runs the task. A file that cannot be deleted holds up no other.
///
/// # Errors
/// Storage or database away is tried again; deleting twice is harmless.
pub async fn run(parts: &Parts, ctx: TaskContext, task: EraseObjects) -> Result<Done, TaskFailure> {
    let org = organization(&ctx)?;
    let mut connection = ctx.database().connection().await?;
    let objects = cleanup::list_erasing_objects(&mut connection, org, &task.object_ids).await?;
    drop(connection);
    let mut refusal = None;
    for batch in objects.chunks(BATCH) {
        let deleted = delete_all(parts.storage.as_ref(), batch).await;
        cleanup::forget_objects(&mut *ctx.database().connection().await?, &deleted.gone).await?;
        let is_away = deleted.is_away;
        refusal = deleted.error.or(refusal);
        if is_away {
            break;
        }
    }
    match refusal {
        None => ctx.finish().await,
        Some(error) => Err(storage_failure(&error)),
    }
}

/// What became of some files.
#[derive(Debug, Default)]
pub struct Deleted {
    /// Those whose bytes are gone.
    pub gone: Vec<ObjectId>,
    /// Those whose bytes could not be deleted.
    pub refused: Vec<ObjectId>,
    /// Why the last of those could not be.
    pub error: Option<StorageError>,
    /// Whether the rest was not tried, because so many in a row could not be deleted.
    pub is_away: bool,
}

/// Deletes the bytes behind rows, one after the other. A key that no store accepts has no bytes.
pub async fn delete_all(storage: &dyn ObjectStore, objects: &[DoomedObject]) -> Deleted {
    let mut deleted = Deleted::default();
    let mut in_a_row = 0;
    for object in objects {
        if in_a_row == MOST_REFUSALS {
            deleted.is_away = true;
            break;
        }
        let outcome = match object.key.parse::<ObjectKey>() {
            Ok(key) => storage.delete(&key).await,
            Err(_) => Ok(()),
        };
        match outcome {
            Ok(()) => {
                deleted.gone.push(object.id);
                in_a_row = 0;
            }
            Err(error) => {
                tracing::warn!(object_id = %object.id, "a file could not be deleted");
                deleted.refused.push(object.id);
                deleted.error = Some(error);
                in_a_row += 1;
            }
        }
    }
    deleted
}

//! Delete erased files: the object first, then its row, so that a crash in between leaves a row to try again from.

use hiring_core::task::EraseObjects;
use hiring_db::cleanup::{self, DoomedObject};
use hiring_platform::storage::{ObjectKey, ObjectStore, StorageError};
use hiring_queue::{Done, TaskContext, TaskFailure};

use super::{Parts, organization, storage_failure};

/// Runs the task.
///
/// # Errors
/// Storage or database away is tried again; deleting twice is harmless.
pub async fn run(parts: &Parts, ctx: TaskContext, task: EraseObjects) -> Result<Done, TaskFailure> {
    let org = organization(&ctx)?;
    let mut connection = ctx.database().connection().await?;
    let objects = cleanup::list_erasing_objects(&mut connection, org, &task.object_ids).await?;
    drop(connection);
    for object in &objects {
        delete(parts.storage.as_ref(), object)
            .await
            .map_err(|error| storage_failure(&error))?;
    }
    let gone: Vec<_> = objects.iter().map(|object| object.id).collect();
    ctx.complete(async |fx| cleanup::forget_objects(fx.conn(), &gone).await.map(drop))
        .await
}

/// Deletes the bytes behind a row. A key that no store accepts has no bytes.
///
/// # Errors
/// [`StorageError::Unavailable`].
pub async fn delete(storage: &dyn ObjectStore, object: &DoomedObject) -> Result<(), StorageError> {
    match object.key.parse::<ObjectKey>() {
        Ok(key) => storage.delete(&key).await,
        Err(_) => Ok(()),
    }
}

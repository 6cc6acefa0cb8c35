//! What every worker tidies up by itself, again and again. Two workers at it at once are harmless.

use std::error::Error;
use std::sync::Arc;

use hiring_db::{Database, cleanup};

use crate::tasks::{Parts, erase_objects};

/// Removes abandoned uploads and erased files whose task gave up: the object first, then the row.
///
/// # Errors
/// Database or storage away; the next round goes on.
pub async fn remove_abandoned_objects(
    parts: Arc<Parts>,
    database: Database,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut connection = database.connection().await?;
    let doomed = cleanup::doom_abandoned_objects(&mut connection).await?;
    drop(connection);
    let mut gone = Vec::with_capacity(doomed.len());
    for object in &doomed {
        erase_objects::delete(parts.storage.as_ref(), object).await?;
        gone.push(object.id);
    }
    if gone.is_empty() {
        return Ok(());
    }
    let removed = cleanup::forget_objects(&mut *database.connection().await?, &gone).await?;
    tracing::info!(removed, "abandoned uploads removed");
    Ok(())
}

/// Removes saved answers and logins that have had their day.
///
/// # Errors
/// Database away; the next round goes on.
pub async fn remove_expired(database: Database) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut connection = database.connection().await?;
    let answers = cleanup::delete_expired_idempotency_keys(&mut connection).await?;
    let sessions = cleanup::delete_expired_sessions(&mut connection).await?;
    if answers + sessions > 0 {
        tracing::info!(answers, sessions, "expired rows removed");
    }
    Ok(())
}

//! What every worker tidies up by itself, again and again. Two workers at it at once are harmless.
//!
//! Only files are: they are resumes of people who do not know that we have them, or who asked us to forget them, and must not
//! wait for the next [`crate::tasks::cleanup`]. It removes them too, with everything else.

use std::error::Error;
use std::sync::Arc;

use hiring_db::Database;
use hiring_db::cleanup;

use crate::tasks::{Parts, erase_objects};

/// Removes abandoned uploads and erased files whose task gave up: the object first, then the row. A file that cannot be
/// deleted is left for the next round and holds up no other. Answers how many were removed.
///
/// # Errors
/// Database away, or files that could not be deleted; the next round goes on.
pub async fn remove_abandoned_objects(
    parts: Arc<Parts>,
    database: Database,
) -> Result<usize, Box<dyn Error + Send + Sync>> {
    let (mut refused, mut refusal) = (Vec::new(), None);
    let mut removed = 0;
    loop {
        let doomed = cleanup::doom_abandoned_objects(&mut *database.connection().await?, &refused).await?;
        let deleted = erase_objects::delete_all(parts.storage.as_ref(), &doomed).await;
        refused.extend(deleted.refused);
        refusal = deleted.error.or(refusal);
        let forgotten = cleanup::forget_objects(&mut *database.connection().await?, &deleted.gone).await?;
        removed += forgotten;
        if deleted.is_away || doomed.len() < cleanup::BATCH || forgotten == 0 {
            break;
        }
    }
    if removed > 0 {
        tracing::info!(removed, "abandoned uploads removed");
    }
    refusal.map_or(Ok(removed), |error| Err(error.into()))
}

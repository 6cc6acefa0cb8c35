//! Every worker watches the clock, so that ticks come without a daemon too. There is no leader: who comes first sees to it.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use hiring_db::{Database, DbError, cron_ticks};
use hiring_queue::Ringer;

use super::schedule::Periodic;
use super::tick;

/// How often the clock is looked at; a tick is a minute long, and nobody waits for a periodic task.
pub const EVERY: Duration = Duration::from_secs(10);

/// Sees to the newest tick of every periodic task that nobody has seen to, however many were missed. An installation that
/// has not seen any starts counting with the newest: what it would catch up on is another one's.
///
/// # Errors
/// Database away; the next round goes on.
pub async fn round(
    database: Database,
    ringer: Ringer,
    periodics: Arc<[Periodic]>,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    for periodic in periodics.iter() {
        look(&database, &ringer, periodic).await?;
    }
    Ok(())
}

async fn look(database: &Database, ringer: &Ringer, periodic: &Periodic) -> Result<(), DbError> {
    let mut conn = database.connection().await?;
    let standing = cron_ticks::standing(&mut conn, &periodic.name).await?;
    let Some(due) = periodic.newest(standing.now) else {
        return Ok(());
    };
    match standing.newest {
        Some(newest) if newest >= due => {}
        Some(_) => {
            drop(conn);
            let seen = tick::see_to(database, ringer, (periodic, due)).await?;
            metrics::counter!("cron_ticks_total", "source" => "scheduler", "outcome" => seen.word())
                .increment(1);
        }
        None => {
            cron_ticks::record(&mut conn, (&periodic.name, due), None).await?;
        }
    }
    Ok(())
}

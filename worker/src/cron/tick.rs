//! Seeing to one tick, once in the whole installation.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::ids::TaskId;
use hiring_core::task::{CheckBackups, Cleanup, GenerateReport};
use hiring_db::tasks::{EnqueueOptions, Enqueued};
use hiring_db::{Database, DbError, cron_ticks};
use hiring_queue::Ringer;

use super::schedule::{Periodic, Work};

/// A tick that is further from now than this was not sent by a daemon of today.
pub const FARTHEST: TimeDelta = TimeDelta::hours(24);

/// How much the clock of whoever posts may be ahead of the database's.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// Name of the key that keeps ticks apart.
const KEY: &str = "cron_ticks_pkey";

/// What became of a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It is this task now.
    Enqueued(TaskId),
    /// Somebody else has seen to it.
    Already,
    /// A later tick has come meanwhile: after downtime only the newest one runs.
    Superseded,
    /// The schedule does not have this minute.
    NotScheduled,
    /// It lies more than [`FARTHEST`] back.
    TooOld,
    /// It lies ahead.
    TooEarly,
}

impl Seen {
    /// The name in answers and metrics.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Enqueued(_) => "enqueued",
            Self::Already => "already-seen",
            Self::Superseded => "superseded",
            Self::NotScheduled => "not-scheduled",
            Self::TooOld => "too-old",
            Self::TooEarly => "too-early",
        }
    }
}

/// Enqueues what this tick asks for, unless somebody has, and rings. Seconds do not count: a tick is a minute.
///
/// # Errors
/// See [`DbError`].
pub async fn see_to(
    database: &Database,
    ringer: &Ringer,
    (periodic, at): (&Periodic, DateTime<Utc>),
) -> Result<Seen, DbError> {
    let Ok(minute) = at.duration_trunc(TimeDelta::minutes(1)) else {
        return Ok(Seen::NotScheduled);
    };
    let mut connection = database.connection().await?;
    let conn: &mut AsyncPgConnection = &mut connection;
    let standing = cron_ticks::standing(conn, &periodic.name).await?;
    if let Some(refused) = refuse(periodic, minute, standing) {
        return Ok(refused);
    }
    let once = async |conn: &mut AsyncPgConnection| {
        let enqueued = enqueue(conn, ringer, (periodic.work, minute)).await?;
        let tick = (periodic.name.as_str(), minute);
        if cron_ticks::record(conn, tick, Some(enqueued.task_id)).await? {
            return Ok(enqueued);
        }
        // Takes the task back, too.
        Err(DbError::Conflict {
            constraint: KEY.to_owned(),
        })
    };
    let enqueued = match conn.transaction(once).await {
        Ok(enqueued) => enqueued,
        Err(error) if error.is_conflict_with(KEY) => return Ok(Seen::Already),
        Err(error) => return Err(error),
    };
    drop(connection);
    tracing::info!(periodic = periodic.name, %minute, task_id = %enqueued.task_id, "a periodic task is due");
    let task_id = enqueued.task_id;
    ringer.ring(&[enqueued]).await;
    Ok(Seen::Enqueued(task_id))
}

fn refuse(periodic: &Periodic, minute: DateTime<Utc>, standing: cron_ticks::Standing) -> Option<Seen> {
    let now = standing.now;
    // The times come from outside: far enough away, a difference does not fit.
    if minute < now - FARTHEST {
        Some(Seen::TooOld)
    } else if minute > now + AHEAD {
        Some(Seen::TooEarly)
    } else if !periodic.has(minute) {
        Some(Seen::NotScheduled)
    } else if standing.newest == Some(minute) {
        Some(Seen::Already)
    } else if standing.newest.is_some_and(|newest| newest > minute)
        || periodic.newest(now).is_some_and(|newest| newest > minute)
    {
        Some(Seen::Superseded)
    } else {
        None
    }
}

/// One live task a kind is enough: a tick that meets the one before it still at work lets it run once more.
async fn enqueue(
    conn: &mut AsyncPgConnection,
    ringer: &Ringer,
    (work, minute): (Work, DateTime<Utc>),
) -> Result<Enqueued, DbError> {
    let keyed = |key: String| EnqueueOptions {
        unique_key: Some(key),
        ..EnqueueOptions::default()
    };
    match work {
        Work::Cleanup => ringer.enqueue(conn, &Cleanup {}, keyed("cron".into())).await,
        Work::Backups => ringer.enqueue(conn, &CheckBackups {}, keyed("cron".into())).await,
        Work::Reports => {
            let day = (minute - TimeDelta::days(1)).date_naive();
            let report = GenerateReport { day };
            ringer.enqueue(conn, &report, keyed(day.to_string())).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cron::schedule::compiled;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn refused(minute: &str, newest: Option<&str>) -> Option<Seen> {
        let all = compiled().unwrap();
        let cleanup = all
            .iter()
            .find(|periodic| periodic.work == Work::Cleanup)
            .unwrap();
        let standing = cron_ticks::Standing {
            now: at("2026-03-02T06:00:30Z"),
            newest: newest.map(at),
        };
        refuse(cleanup, at(minute), standing)
    }

    #[test]
    fn a_tick_of_now_is_taken_and_all_others_say_why_not() {
        assert_eq!(refused("2026-03-02T06:00:00Z", None), None);
        assert_eq!(
            refused("2026-03-02T06:00:00Z", Some("2026-03-02T00:00:00Z")),
            None
        );
        assert_eq!(
            refused("2026-03-02T06:00:00Z", Some("2026-03-02T06:00:00Z")),
            Some(Seen::Already)
        );
        assert_eq!(refused("2026-03-02T00:00:00Z", None), Some(Seen::Superseded));
        assert_eq!(
            refused("2026-03-02T06:00:00Z", Some("2026-03-02T12:00:00Z")),
            Some(Seen::Superseded)
        );
        assert_eq!(refused("2026-03-02T05:59:00Z", None), Some(Seen::NotScheduled));
        assert_eq!(refused("2026-03-01T06:00:00Z", None), Some(Seen::TooOld));
        assert_eq!(refused("2026-03-02T12:00:00Z", None), Some(Seen::TooEarly));
        assert_eq!(refused("+262142-12-31T18:00:00Z", None), Some(Seen::TooEarly));
        assert_eq!(refused("-262143-01-01T06:00:00Z", None), Some(Seen::TooOld));
    }
}

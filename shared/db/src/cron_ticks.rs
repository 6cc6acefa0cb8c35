//! Ticks of the periodic tasks: each is seen to once, whoever notices it first.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::TaskId;

use crate::DbError;
use crate::statement::statement;

/// Age at which a tick is forgotten, in days; the newest of each task stays for ever.
pub const KEPT_DAYS: i32 = 30;

/// The time, and the newest tick that was seen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Standing {
    /// `task_now()`.
    #[diesel(sql_type = Timestamptz)]
    pub now: DateTime<Utc>,
    /// The newest tick of the task; none in an installation that has not seen any.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub newest: Option<DateTime<Utc>>,
}

const STANDING: &str =
    "SELECT task_now() AS now, (SELECT max(scheduled_at) FROM cron_ticks WHERE taskname = ?) AS newest";

/// What time it is by the tasks' clock, and how far a periodic task has come.
///
/// # Errors
/// See [`DbError`].
pub async fn standing(conn: &mut AsyncPgConnection, taskname: &str) -> Result<Standing, DbError> {
    Ok(statement(STANDING)
        .bind::<Text, _>(taskname)
        .get_result(conn)
        .await?)
}

const RECORD: &str =
    "INSERT INTO cron_ticks (taskname, scheduled_at, task_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";

/// Takes a tick, a whole minute, for what `task_id` names; answers whether nobody had. Call it in the transaction that
/// enqueues, after the enqueuing, and roll back when it answers no. Without a task the tick is merely counted as seen.
///
/// # Errors
/// See [`DbError`].
pub async fn record(
    conn: &mut AsyncPgConnection,
    (taskname, scheduled_at): (&str, DateTime<Utc>),
    task_id: Option<TaskId>,
) -> Result<bool, DbError> {
    let rows = statement(RECORD)
        .bind::<Text, _>(taskname)
        .bind::<Timestamptz, _>(scheduled_at)
        .bind::<Nullable<SqlUuid>, _>(task_id.map(TaskId::uuid))
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

const DELETE_OLD: &str = "DELETE FROM cron_ticks old WHERE seen_at < task_now() - make_interval(days => ?) \
    AND EXISTS (SELECT FROM cron_ticks newer WHERE newer.taskname = old.taskname AND newer.scheduled_at > old.scheduled_at)";

/// Forgets ticks older than [`KEPT_DAYS`], but never the newest of a task.
///
/// # Errors
/// See [`DbError`].
pub async fn delete_old(conn: &mut AsyncPgConnection) -> Result<usize, DbError> {
    Ok(statement(DELETE_OLD)
        .bind::<Integer, _>(KEPT_DAYS)
        .execute(conn)
        .await?)
}

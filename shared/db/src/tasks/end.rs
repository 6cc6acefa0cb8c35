//! Letting go of a task: everything that ends a run, behind the same fence as [`super::lease`].

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Double, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{LeaseId, TaskId};
use hiring_core::task::{TaskError, TaskState};
use serde_json::Value;
use uuid::Uuid;

pub(super) use super::children::child_ended;
use super::lease::lock_lease;
use crate::DbError;
use crate::pipelined::{begin_with, inside};
use crate::statement::statement;

/// Where a task stands after its holder let go of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// This state is final.
    Finally(TaskState),
    /// Its own run is over; it ends with the last of its children.
    Waiting,
    /// It was asked for again meanwhile and waits to run once more.
    Again,
}

#[derive(QueryableByName)]
pub(super) struct EndedRow {
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    parent_id: Option<Uuid>,
}

/// Everything that ends a run. What was asked for again since then runs once more, whatever this run came to: an enqueue that
/// meets a running twin sets `rerun`, a cancel clears it, so that the later of the two counts. A cancelled parent waits for its
/// children to end; they are called off by whoever asked.
macro_rules! end_run {
    ($state:literal, $waits:literal, $error:literal $(, $guard:expr)?) => {
        concat!(
            "UPDATE tasks SET state = CASE WHEN rerun THEN 'pending' WHEN ",
            $waits,
            " THEN 'waiting' ELSE '",
            $state,
            "' END, finished_at = CASE WHEN rerun OR ",
            $waits,
            " THEN NULL ELSE task_now() END, \
             attempt = CASE WHEN rerun THEN 0 ELSE attempt END, \
             away_attempts = CASE WHEN rerun THEN 0 ELSE away_attempts END, \
             run_at = CASE WHEN rerun THEN task_now() ELSE run_at END, \
             cancel_requested_at = CASE WHEN rerun THEN NULL WHEN ",
            $waits,
            " THEN coalesce(cancel_requested_at, task_now()) ELSE cancel_requested_at END, \
             rerun = false, lease_id = NULL, deadline = NULL, last_error = ",
            $error,
            " WHERE id = ? AND lease_id = ? AND state = 'running'",
            $(" AND ", $guard,)?
            " RETURNING state, parent_id"
        )
    };
}

const FINISH: &str = end_run!("completed", "false", "NULL", inside!());
const FAIL: &str = end_run!("dead", "false", "?");
const END_CANCELLED: &str = end_run!("cancelled", "open_children > 0", "?");

/// Opens a transaction and completes the task in it. As the first statement of the effect's transaction this is fence, row lock
/// and completion in one; nothing of it stands unless that transaction commits. It is open afterwards in any case.
///
/// # Errors
/// [`DbError::LeaseLost`], or [`DbError`] of the statements.
pub async fn begin_and_finish(
    conn: &mut AsyncPgConnection,
    id: TaskId,
    lease: LeaseId,
) -> Result<Ended, DbError> {
    let query = statement(FINISH)
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<SqlUuid, _>(lease.uuid());
    let rows = begin_with(conn, query).await?;
    settle(conn, rows).await
}

/// Gives the task up with a reason; the caller runs the kind's last words in the same transaction unless it runs again.
///
/// # Errors
/// [`DbError::LeaseLost`], or [`DbError`] of the statement.
pub async fn fail(
    conn: &mut AsyncPgConnection,
    id: TaskId,
    lease: LeaseId,
    error: &TaskError,
) -> Result<Ended, DbError> {
    end_with(conn, FAIL, (id, lease), error).await
}

/// Ends the run as cancelled.
///
/// # Errors
/// [`DbError::LeaseLost`], or [`DbError`] of the statement.
pub async fn end_cancelled(
    conn: &mut AsyncPgConnection,
    id: TaskId,
    lease: LeaseId,
    error: &TaskError,
) -> Result<Ended, DbError> {
    end_with(conn, END_CANCELLED, (id, lease), error).await
}

async fn end_with(
    conn: &mut AsyncPgConnection,
    text: &'static str,
    (id, lease): (TaskId, LeaseId),
    error: &TaskError,
) -> Result<Ended, DbError> {
    let query = statement(text)
        .bind::<Jsonb, _>(serde_json::to_value(error)?)
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<SqlUuid, _>(lease.uuid());
    let rows = query.load(conn).await?;
    settle(conn, rows).await
}

async fn settle(conn: &mut AsyncPgConnection, rows: Vec<EndedRow>) -> Result<Ended, DbError> {
    let row = rows.into_iter().next().ok_or(DbError::LeaseLost)?;
    row.settle(conn).await
}

impl EndedRow {
    /// Tells the parent, when this was the end.
    pub(super) async fn settle(self, conn: &mut AsyncPgConnection) -> Result<Ended, DbError> {
        let ended = self.ended();
        child_ended(conn, self.parent_of_ended()).await?;
        Ok(ended)
    }

    fn ended(&self) -> Ended {
        match TaskState::from_name(&self.state) {
            Some(state) if state.is_final() => Ended::Finally(state),
            Some(TaskState::Waiting) => Ended::Waiting,
            _ => Ended::Again,
        }
    }

    /// The parent that has to hear of it, when this was the end.
    pub(super) fn parent_of_ended(self) -> Option<Uuid> {
        let is_over = matches!(self.ended(), Ended::Finally(_));
        self.parent_id.filter(|_| is_over)
    }
}

/// Stores what the run has to say, in the transaction that finished it.
///
/// # Errors
/// [`DbError`] of the statement.
pub async fn set_result(conn: &mut AsyncPgConnection, id: TaskId, result: &Value) -> Result<(), DbError> {
    let update = statement("UPDATE tasks SET result = ? WHERE id = ?");
    update
        .bind::<Jsonb, _>(result)
        .bind::<SqlUuid, _>(id.uuid())
        .execute(conn)
        .await?;
    Ok(())
}

macro_rules! back_to_pending {
    ($more:literal) => {
        concat!(
            "UPDATE tasks SET state = 'pending', lease_id = NULL, deadline = NULL, ",
            $more,
            "run_at = task_now() + make_interval(secs => ?), last_error = ? \
             WHERE id = ? AND lease_id = ? AND state = 'running' AND cancel_requested_at IS NULL"
        )
    };
}

const RETRY: &str = back_to_pending!("");
const WAIT: &str =
    back_to_pending!("attempt = greatest(attempt - 1, 0), away_attempts = away_attempts + 1, ");

/// Puts the task back to be run again in `delay_seconds`. Answers `false` when somebody asked to cancel it: then it stays with
/// its holder, who ends it as cancelled.
///
/// # Errors
/// [`DbError::LeaseLost`], or [`DbError`] of the statement.
pub async fn retry(
    conn: &mut AsyncPgConnection,
    id: TaskId,
    lease: LeaseId,
    delayed: (f64, &TaskError),
) -> Result<bool, DbError> {
    put_back(conn, RETRY, (id, lease), delayed).await
}

/// Puts the task back like [`retry`] with its attempt given back: what it needs is away, which says nothing about the task.
/// `away_attempts` counts these, so that the caller can tell when to give up.
///
/// # Errors
/// [`DbError::LeaseLost`], or [`DbError`] of the statement.
pub async fn wait(
    conn: &mut AsyncPgConnection,
    id: TaskId,
    lease: LeaseId,
    delayed: (f64, &TaskError),
) -> Result<bool, DbError> {
    put_back(conn, WAIT, (id, lease), delayed).await
}

async fn put_back(
    conn: &mut AsyncPgConnection,
    text: &'static str,
    (id, lease): (TaskId, LeaseId),
    (delay_seconds, error): (f64, &TaskError),
) -> Result<bool, DbError> {
    let changed = statement(text)
        .bind::<Double, _>(delay_seconds)
        .bind::<Jsonb, _>(serde_json::to_value(error)?)
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<SqlUuid, _>(lease.uuid())
        .execute(conn)
        .await?;
    is_put_back(conn, (id, lease), changed > 0).await
}

/// When nothing was put back: tells a lost lease from a cancel that somebody asked for.
async fn is_put_back(
    conn: &mut AsyncPgConnection,
    (id, lease): (TaskId, LeaseId),
    put_back: bool,
) -> Result<bool, DbError> {
    if put_back || lock_lease(conn, id, lease).await? {
        Ok(put_back)
    } else {
        Err(DbError::LeaseLost)
    }
}

const RELEASE: &str = "WITH released AS (UPDATE tasks SET state = 'pending', lease_id = NULL, deadline = NULL, \
    attempt = greatest(attempt - 1, 0), run_at = task_now() \
    WHERE id = ? AND lease_id = ? AND state = 'running' AND cancel_requested_at IS NULL RETURNING id) \
    SELECT true AS released FROM released, pg_notify('tasks_due', '')";

#[derive(QueryableByName)]
struct Released {
    #[diesel(sql_type = Bool)]
    #[expect(dead_code, reason = "only whether there is a row matters")]
    released: bool,
}

/// Hands an unfinished task back, due at once and with its attempt given back, and wakes the relays of other workers. Answers
/// `false` like [`retry`].
///
/// # Errors
/// [`DbError::LeaseLost`], or [`DbError`] of the statement.
pub async fn release(conn: &mut AsyncPgConnection, id: TaskId, lease: LeaseId) -> Result<bool, DbError> {
    let query = statement(RELEASE)
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<SqlUuid, _>(lease.uuid());
    let rows: Vec<Released> = query.load(conn).await?;
    is_put_back(conn, (id, lease), !rows.is_empty()).await
}

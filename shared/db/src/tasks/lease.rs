//! Claiming a task, and everything that only the holder of its lease may do.
//!
//! Each statement but the claim says `id = ? AND lease_id = ? AND state = 'running'`. When it finds no row the task belongs
//! to somebody else by now: [`DbError::LeaseLost`], and the caller rolls back.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Double, Integer, Jsonb, Nullable, SmallInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{LeaseId, OrgId, TaskId, UserId};
use hiring_core::task::Priority;
use serde_json::Value;
use uuid::Uuid;

use super::end::{Ended, EndedRow};
use crate::DbError;
use crate::statement::statement;

/// A task in the hands of this process.
#[derive(Debug, Clone)]
pub struct ClaimedTask {
    /// The row.
    pub id: TaskId,
    /// The right to write to it.
    pub lease_id: LeaseId,
    /// Its kind.
    pub kind: String,
    /// Its payload.
    pub payload: Value,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Attempts before it is dead.
    pub max_attempts: u32,
    /// The tenant.
    pub organization_id: Option<OrgId>,
    /// Who asked for it.
    pub user_id: Option<UserId>,
    /// Which list its rings wait in.
    pub priority: Priority,
    /// W3C `traceparent` of what asked for it.
    pub trace_context: Option<String>,
    /// Seconds between being due and being claimed.
    pub waited_seconds: f64,
}

#[derive(QueryableByName)]
struct ClaimedRow {
    #[diesel(sql_type = Jsonb)]
    payload: Value,
    #[diesel(sql_type = Integer)]
    attempt: i32,
    #[diesel(sql_type = Integer)]
    max_attempts: i32,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    organization_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    user_id: Option<Uuid>,
    #[diesel(sql_type = SmallInt)]
    priority: i16,
    #[diesel(sql_type = Nullable<Text>)]
    trace_context: Option<String>,
    #[diesel(sql_type = Double)]
    waited_seconds: f64,
}

// Losing a claim in a crash of Postgres only lets the task be rung again, so its commit need not wait for the disk.
const CLAIM: &str = "UPDATE tasks SET state = 'running', attempt = attempt + 1, lease_id = ?, \
    deadline = task_now() + make_interval(secs => ?), started_at = task_now(), stage = NULL, progress = NULL \
    WHERE id = ? AND kind = ? AND state IN ('pending', 'published') AND run_at <= task_now() \
    AND set_config('synchronous_commit', 'off', true) = 'off' \
    RETURNING payload, attempt, max_attempts, organization_id, user_id, priority, trace_context, \
    extract(epoch FROM task_now() - run_at)::double precision AS waited_seconds";

/// Takes a due task of this kind for `lease_seconds`, in one statement; `None` when it is over, not due, somebody else's,
/// or of another kind.
///
/// # Errors
/// [`DbError`] of the statement.
pub async fn claim(
    conn: &mut AsyncPgConnection,
    id: TaskId,
    kind: &str,
    lease_seconds: u32,
) -> Result<Option<ClaimedTask>, DbError> {
    let lease_id = LeaseId::from(hiring_core::random::uuid_v4());
    let rows: Vec<ClaimedRow> = statement(CLAIM)
        .bind::<SqlUuid, _>(lease_id.uuid())
        .bind::<Double, _>(f64::from(lease_seconds))
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<Text, _>(kind)
        .load(conn)
        .await?;
    Ok(rows.into_iter().next().map(|row| ClaimedTask {
        id,
        lease_id,
        kind: kind.to_owned(),
        payload: row.payload,
        attempt: u32::try_from(row.attempt).unwrap_or_default(),
        max_attempts: u32::try_from(row.max_attempts).unwrap_or(1),
        organization_id: row.organization_id.map(OrgId::from),
        user_id: row.user_id.map(UserId::from),
        priority: Priority::from_number(row.priority),
        trace_context: row.trace_context,
        waited_seconds: row.waited_seconds,
    }))
}

#[derive(QueryableByName)]
struct CancelAsked {
    #[diesel(sql_type = Bool)]
    asked: bool,
}

const HEARTBEAT: &str = "UPDATE tasks SET deadline = task_now() + make_interval(secs => ?) \
    WHERE id = ? AND lease_id = ? AND state = 'running' AND set_config('synchronous_commit', 'off', true) = 'off' \
    RETURNING cancel_requested_at IS NOT NULL AS asked";

/// Extends the lease to `lease_seconds` from now; answers whether somebody asked to cancel.
///
/// # Errors
/// [`DbError::LeaseLost`], or [`DbError`] of the statement.
pub async fn heartbeat(
    conn: &mut AsyncPgConnection,
    id: TaskId,
    lease: LeaseId,
    lease_seconds: u32,
) -> Result<bool, DbError> {
    let rows: Vec<CancelAsked> = statement(HEARTBEAT)
        .bind::<Double, _>(f64::from(lease_seconds))
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<SqlUuid, _>(lease.uuid())
        .load(conn)
        .await?;
    rows.into_iter()
        .next()
        .map(|row| row.asked)
        .ok_or(DbError::LeaseLost)
}

const SET_STAGE: &str = "UPDATE tasks SET stage = ?, progress = ? WHERE id = ? AND lease_id = ? AND state = 'running' \
    AND set_config('synchronous_commit', 'off', true) = 'off'";

/// Says how far the run has come: a word, and per cent done.
///
/// # Errors
/// [`DbError::LeaseLost`], or [`DbError`] of the statement.
pub async fn set_stage(
    conn: &mut AsyncPgConnection,
    id: TaskId,
    lease: LeaseId,
    (stage, progress): (&str, Option<u8>),
) -> Result<(), DbError> {
    let changed = statement(SET_STAGE)
        .bind::<Text, _>(stage)
        .bind::<Nullable<SmallInt>, _>(progress.map(|per_cent| i16::from(per_cent.min(100))))
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<SqlUuid, _>(lease.uuid())
        .execute(conn)
        .await?;
    if changed == 0 {
        Err(DbError::LeaseLost)
    } else {
        Ok(())
    }
}

const LOCK_LEASE: &str = "SELECT cancel_requested_at IS NOT NULL AS asked FROM tasks \
    WHERE id = ? AND lease_id = ? AND state = 'running' FOR NO KEY UPDATE";

/// Takes the row lock that fences an effect: nobody can redrive, sweep or cancel the task before this transaction ends.
/// Answers whether somebody asked to cancel.
///
/// # Errors
/// [`DbError::LeaseLost`], or [`DbError`] of the statement.
pub async fn lock_lease(conn: &mut AsyncPgConnection, id: TaskId, lease: LeaseId) -> Result<bool, DbError> {
    let rows: Vec<CancelAsked> = statement(LOCK_LEASE)
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<SqlUuid, _>(lease.uuid())
        .load(conn)
        .await?;
    let row = rows.into_iter().next().ok_or(DbError::LeaseLost)?;
    Ok(row.asked)
}

const NO_HANDLER: &str = "UPDATE tasks SET \
    last_error = CASE WHEN last_error ->> 'code' = 'no-handler' THEN last_error \
        ELSE jsonb_build_object('code', 'no-handler', 'message', 'No worker knows this kind of task.', 'retryable', true, \
             'since', extract(epoch FROM task_now())) END, \
    state = CASE WHEN last_error ->> 'code' = 'no-handler' \
        AND (last_error ->> 'since')::double precision <= extract(epoch FROM task_now()) - 3600 THEN 'dead' ELSE state END, \
    finished_at = CASE WHEN last_error ->> 'code' = 'no-handler' \
        AND (last_error ->> 'since')::double precision <= extract(epoch FROM task_now()) - 3600 THEN task_now() END \
    WHERE id = ? AND state IN ('pending', 'published') RETURNING state, parent_id";

/// Notes that a worker without a handler met this task. It stays published and is rung again with growing pauses; an hour
/// after the first such meeting it is dead. Answers whether it died.
///
/// # Errors
/// [`DbError`] of the statement.
pub async fn no_handler(conn: &mut AsyncPgConnection, id: TaskId) -> Result<bool, DbError> {
    let rows: Vec<EndedRow> = statement(NO_HANDLER)
        .bind::<SqlUuid, _>(id.uuid())
        .load(conn)
        .await?;
    let Some(row) = rows.into_iter().next() else {
        return Ok(false);
    };
    Ok(matches!(row.settle(conn).await?, Ended::Finally(_)))
}

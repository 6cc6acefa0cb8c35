//! Everything that only the holder of its lease may do.
//!
//! Each statement says `id = ? AND lease_id = ? AND state = 'running'`. When it finds no row the task belongs
//! to somebody else by now: [`DbError::LeaseLost`], and the caller rolls back.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Double, Nullable, SmallInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{LeaseId, TaskId};

use crate::DbError;
use crate::statement::statement;

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

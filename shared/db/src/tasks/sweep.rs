//! Leases that ran out, and finished rows that have grown old.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{OrgId, TaskId};
use hiring_core::task::TaskError;
use serde_json::Value;
use uuid::Uuid;

use super::end::{Ended, EndedRow};
use crate::DbError;
use crate::statement::statement;

const EXPIRE: &str = "UPDATE tasks SET state = 'pending', lease_id = NULL, deadline = NULL, \
    run_at = task_now(), last_error = ? \
    WHERE id = ANY(ARRAY(SELECT id FROM tasks WHERE state = 'running' \
    AND deadline <= task_now() AND attempt < max_attempts AND cancel_requested_at IS NULL \
    ORDER BY deadline LIMIT ? FOR UPDATE SKIP LOCKED)) RETURNING id, kind, attempt";

/// An attempt whose holder went silent.
#[derive(Debug, Clone, QueryableByName)]
pub struct Expired {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    /// The task's kind.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Which attempt it was, from 1.
    #[diesel(sql_type = Integer)]
    pub attempt: i32,
}

impl Expired {
    /// The row.
    #[must_use]
    pub fn id(&self) -> TaskId {
        TaskId::from(self.id)
    }
}

/// Puts up to `limit` tasks whose holder went silent back to pending, as long as they have attempts left; answers which.
///
/// # Errors
/// [`DbError`] of the statement.
pub async fn expire_leases(
    conn: &mut AsyncPgConnection,
    error: &TaskError,
    limit: i64,
) -> Result<Vec<Expired>, DbError> {
    let update = statement(EXPIRE)
        .bind::<Jsonb, _>(serde_json::to_value(error)?)
        .bind::<BigInt, _>(limit);
    Ok(update.load(conn).await?)
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

const LIST_EXHAUSTED: &str = "SELECT id FROM tasks WHERE state = 'running' \
    AND deadline <= task_now() AND (attempt >= max_attempts OR cancel_requested_at IS NOT NULL) ORDER BY deadline LIMIT ?";

/// Tasks whose holder went silent and which must not run again; end each with [`end_exhausted`].
///
/// # Errors
/// [`DbError`] of the statement.
pub async fn list_exhausted(conn: &mut AsyncPgConnection, limit: i64) -> Result<Vec<TaskId>, DbError> {
    let rows: Vec<IdRow> = statement(LIST_EXHAUSTED)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| TaskId::from(row.id)).collect())
}

/// A task that the sweeper ended.
#[derive(Debug, Clone)]
pub struct Exhausted {
    /// What became of it.
    pub ended: Ended,
    /// Its kind.
    pub kind: String,
    /// Which attempt the holder went silent in, from 1.
    pub attempt: i32,
    /// The tenant.
    pub organization_id: Option<OrgId>,
    /// Its payload, for the kind's last words.
    pub payload: Value,
}

#[derive(QueryableByName)]
struct ExhaustedRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Integer)]
    attempt: i32,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    organization_id: Option<Uuid>,
    #[diesel(sql_type = Jsonb)]
    payload: Value,
    #[diesel(embed)]
    row: EndedRow,
}

const END_EXHAUSTED: &str = "UPDATE tasks SET \
    state = CASE WHEN rerun THEN 'pending' WHEN cancel_requested_at IS NULL THEN 'dead' \
        WHEN open_children > 0 THEN 'waiting' ELSE 'cancelled' END, \
    finished_at = CASE WHEN rerun OR (cancel_requested_at IS NOT NULL AND open_children > 0) THEN NULL ELSE task_now() END, \
    attempt = CASE WHEN rerun THEN 0 ELSE attempt END, away_attempts = CASE WHEN rerun THEN 0 ELSE away_attempts END, \
    run_at = CASE WHEN rerun THEN task_now() ELSE run_at END, \
    cancel_requested_at = CASE WHEN rerun THEN NULL ELSE cancel_requested_at END, \
    rerun = false, lease_id = NULL, deadline = NULL, last_error = ? \
    WHERE id = ANY(ARRAY(SELECT id FROM tasks WHERE id = ? AND state = 'running' AND deadline <= task_now() \
    AND (attempt >= max_attempts OR cancel_requested_at IS NOT NULL) FOR UPDATE SKIP LOCKED)) \
    RETURNING state, kind, old.attempt, organization_id, parent_id, payload";

/// Ends one task from [`list_exhausted`] as dead (or cancelled, when somebody had asked for that), in the caller's
/// transaction; `None` when somebody else was faster.
///
/// # Errors
/// [`DbError`] of the statement.
pub async fn end_exhausted(
    conn: &mut AsyncPgConnection,
    id: TaskId,
    error: &TaskError,
) -> Result<Option<Exhausted>, DbError> {
    let update = statement(END_EXHAUSTED)
        .bind::<Jsonb, _>(serde_json::to_value(error)?)
        .bind::<SqlUuid, _>(id.uuid());
    let rows: Vec<ExhaustedRow> = update.load(conn).await?;
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    Ok(Some(Exhausted {
        ended: row.row.settle(conn).await?,
        kind: row.kind,
        attempt: row.attempt,
        organization_id: row.organization_id.map(OrgId::from),
        payload: row.payload,
    }))
}

// A parent goes after its children, so that dead children stay visible as long as they should, and no child goes before its
// parent has ended, so that it is counted. The row's lock shows whether somebody just gave it its attempts again; a row that
// somebody holds has time until the next round.
const PRUNE: &str = "DELETE FROM tasks WHERE id = ANY(ARRAY(SELECT id FROM tasks t WHERE finished_at IS NOT NULL \
    AND finished_at < task_now() - interval '7 days' \
    AND (state <> 'dead' OR finished_at < task_now() - interval '90 days') \
    AND NOT EXISTS (SELECT FROM tasks child WHERE child.parent_id = t.id) \
    AND NOT EXISTS (SELECT FROM tasks parent WHERE parent.id = t.parent_id AND parent.finished_at IS NULL) LIMIT ? \
    FOR UPDATE SKIP LOCKED))";

/// Deletes up to `limit` rows: completed and cancelled ones after 7 days, dead ones after 90; answers how many.
///
/// # Errors
/// [`DbError`] of the statement.
pub async fn prune(conn: &mut AsyncPgConnection, limit: i64) -> Result<usize, DbError> {
    Ok(statement(PRUNE).bind::<BigInt, _>(limit).execute(conn).await?)
}

//! Batches: a parent counts the children that are not over, whatever became of itself.
//!
//! `open_children` is changed in the transaction that inserts or ends a child, so it always is the number of live rows that name
//! the parent. Locks go from the child to the parent and upwards, never down: two ends, or an end and a cancel, can then not
//! wait for each other.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Integer, Nullable, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{LeaseId, OrgId, TaskId};
use uuid::Uuid;

use super::end::{Ended, EndedRow};
use crate::DbError;
use crate::statement::statement;

/// What [`DbError::Conflict`] names when a child is enqueued into a parent that is over, called off, or another organization's.
pub const PARENT_IS_OVER: &str = "tasks_parent_is_live";

const COUNT_CHILDREN: &str = "UPDATE tasks SET open_children = open_children + ? \
    WHERE id = ? AND organization_id IS NOT DISTINCT FROM ? AND finished_at IS NULL AND cancel_requested_at IS NULL";

/// Counts `count` more children on the parent, behind their insertion and in its transaction.
pub(super) async fn count_children(
    conn: &mut AsyncPgConnection,
    organization: Option<OrgId>,
    parent: Option<TaskId>,
    count: usize,
) -> Result<(), DbError> {
    let Some(parent) = parent else {
        return Ok(());
    };
    let counted = statement(COUNT_CHILDREN)
        .bind::<Integer, _>(i32::try_from(count).unwrap_or(i32::MAX))
        .bind::<SqlUuid, _>(parent.uuid())
        .bind::<Nullable<SqlUuid>, _>(organization.map(OrgId::uuid))
        .execute(conn)
        .await?;
    if counted == 0 {
        return Err(DbError::Conflict {
            constraint: PARENT_IS_OVER.to_owned(),
        });
    }
    Ok(())
}

#[derive(QueryableByName)]
struct WaitingRow {
    #[diesel(sql_type = Bool)]
    is_last: bool,
}

const WAIT: &str = "UPDATE tasks SET state = 'waiting', lease_id = NULL, deadline = NULL, last_error = NULL, stage = NULL \
    WHERE id = ? AND lease_id = ? AND state = 'running' RETURNING open_children = 0 AS is_last";

/// Ends the run of a parent: it waits for its open children, without a lease; with none it is completed at once. The last
/// statement of the transaction that enqueued them, begun by [`super::lease::lock_lease`].
///
/// # Errors
/// [`DbError::LeaseLost`], or [`DbError`] of the statements.
pub async fn wait_for_children(
    conn: &mut AsyncPgConnection,
    id: TaskId,
    lease: LeaseId,
) -> Result<Ended, DbError> {
    let rows: Vec<WaitingRow> = statement(WAIT)
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<SqlUuid, _>(lease.uuid())
        .load(conn)
        .await?;
    let row = rows.into_iter().next().ok_or(DbError::LeaseLost)?;
    if !row.is_last {
        return Ok(Ended::Waiting);
    }
    match end_parent(conn, id.uuid()).await? {
        Some(ended) => ended.settle(conn).await,
        None => Ok(Ended::Waiting),
    }
}

const CHILD_ENDED: &str = "UPDATE tasks SET open_children = open_children - 1 WHERE id = ? AND open_children > 0 \
    RETURNING open_children = 0 AND state = 'waiting' AS is_last";

/// Counts one child less on its parent, in the transaction of the child's end; the last one ends a waiting parent, and so on
/// upwards.
pub(super) async fn child_ended(conn: &mut AsyncPgConnection, parent: Option<Uuid>) -> Result<(), DbError> {
    let mut parent = parent;
    while let Some(id) = parent.take() {
        let rows: Vec<WaitingRow> = statement(CHILD_ENDED).bind::<SqlUuid, _>(id).load(conn).await?;
        if rows.iter().any(|row| row.is_last) {
            let ended = end_parent(conn, id).await?;
            parent = ended.and_then(EndedRow::parent_of_ended);
        }
    }
    Ok(())
}

// A statement of its own behind the one that took the row's lock: only its snapshot is sure to see how the other children
// ended. The counts lie beside what the run had stored.
const END_PARENT: &str = "UPDATE tasks SET \
    state = CASE WHEN rerun THEN 'pending' WHEN cancel_requested_at IS NOT NULL THEN 'cancelled' ELSE 'completed' END, \
    finished_at = CASE WHEN rerun THEN NULL ELSE task_now() END, \
    last_error = CASE WHEN rerun OR cancel_requested_at IS NULL THEN NULL ELSE coalesce(last_error, jsonb_build_object( \
        'code', 'cancelled', 'message', 'Somebody cancelled this.', 'retryable', false)) END, \
    attempt = CASE WHEN rerun THEN 0 ELSE attempt END, \
    away_attempts = CASE WHEN rerun THEN 0 ELSE away_attempts END, run_at = CASE WHEN rerun THEN task_now() ELSE run_at END, \
    cancel_requested_at = CASE WHEN rerun THEN NULL ELSE cancel_requested_at END, rerun = false, \
    result = CASE jsonb_typeof(result) WHEN 'object' THEN result ELSE '{}' END || (SELECT jsonb_build_object( \
        'completed', count(*) FILTER (WHERE child.state = 'completed'), \
        'dead', count(*) FILTER (WHERE child.state = 'dead'), \
        'cancelled', count(*) FILTER (WHERE child.state = 'cancelled')) FROM tasks child WHERE child.parent_id = tasks.id) \
    WHERE id = ? AND state = 'waiting' AND open_children = 0 RETURNING state, parent_id";

/// Ends a waiting parent without open children: completed, or cancelled when somebody asked for that, or to be run once more
/// when it was asked for again meanwhile.
async fn end_parent(conn: &mut AsyncPgConnection, id: Uuid) -> Result<Option<EndedRow>, DbError> {
    let rows: Vec<EndedRow> = statement(END_PARENT).bind::<SqlUuid, _>(id).load(conn).await?;
    Ok(rows.into_iter().next())
}

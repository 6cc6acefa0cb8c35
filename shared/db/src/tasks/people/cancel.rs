//! Calling tasks off.

use std::collections::HashSet;

use diesel::QueryableByName;
use diesel::sql_types::{Array, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{OrgId, TaskId};
use hiring_core::task::{TaskError, TaskState};
use serde_json::Value;
use uuid::Uuid;

use super::super::end::child_ended;
use super::super::relay::announce_cancel;
use super::aftermath::{after_cancel, cancelled_error};
use crate::DbError;
use crate::statement::statement;

#[derive(QueryableByName)]
struct Member {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Integer)]
    depth: i32,
}

const FAMILY: &str = "WITH RECURSIVE family AS (\
    SELECT id, 0 AS depth FROM tasks WHERE organization_id IS NOT DISTINCT FROM ? AND id = ANY(?) \
        AND state IN ('pending', 'published', 'running', 'waiting') \
    UNION ALL SELECT part.id, family.depth + 1 FROM tasks part JOIN family ON part.parent_id = family.id \
        WHERE part.state IN ('pending', 'published', 'running', 'waiting')) \
    SELECT id, max(depth) AS depth FROM family GROUP BY id ORDER BY 2 DESC, 1";

/// A task that was called off, or asked to end.
#[derive(Debug, QueryableByName)]
pub struct CalledOff {
    /// The row.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Jsonb)]
    payload: Value,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    parent_id: Option<Uuid>,
}

impl CalledOff {
    fn is_over(&self) -> bool {
        self.state == TaskState::Cancelled.as_str()
    }
}

// One that never ran but has open parts waits for them, like one whose own run is over. An earlier wish to run once more is
// taken back.
const CALL_OFF: &str = "UPDATE tasks SET cancel_requested_at = coalesce(cancel_requested_at, task_now()), rerun = false, \
    state = CASE WHEN state NOT IN ('pending', 'published') THEN state \
        WHEN open_children > 0 THEN 'waiting' ELSE 'cancelled' END, \
    finished_at = CASE WHEN state IN ('pending', 'published') AND open_children = 0 THEN task_now() END, \
    deadline = CASE WHEN state IN ('pending', 'published') THEN NULL ELSE deadline END, \
    last_error = CASE WHEN state IN ('pending', 'published') THEN ? ELSE last_error END \
    WHERE id = ANY(ARRAY(SELECT id FROM tasks WHERE id = ANY(?) \
    AND state IN ('pending', 'published', 'running', 'waiting') ORDER BY id FOR NO KEY UPDATE)) \
    RETURNING id, kind, payload, state, parent_id";

/// Calls live tasks off with everything that is part of them: what waits to run ends at once with this reason, what runs is
/// asked to end, and a batch ends with its last part. Says nothing on what the tasks were about.
///
/// Looks again until nobody further is found: a batch may just have been getting its parts, and once it is called off it gets
/// no more. Such parts are locked behind their batch, so that this may meet a deadlock like any other end of a part.
pub async fn call_off(
    conn: &mut AsyncPgConnection,
    organization: Option<OrgId>,
    (roots, error): (&[Uuid], &TaskError),
) -> Result<Vec<CalledOff>, DbError> {
    let error = serde_json::to_value(error)?;
    let mut called_off: Vec<CalledOff> = Vec::new();
    let mut seen: HashSet<Uuid> = HashSet::new();
    loop {
        let mut family: Vec<Member> = statement(FAMILY)
            .bind::<Nullable<SqlUuid>, _>(organization.map(OrgId::uuid))
            .bind::<Array<SqlUuid>, _>(roots)
            .load(conn)
            .await?;
        family.retain(|member| seen.insert(member.id));
        if family.is_empty() {
            break;
        }
        // The deepest first: the end of a part locks the part, then the batch.
        for generation in family.chunk_by(|one, next| one.depth == next.depth) {
            let ids: Vec<Uuid> = generation.iter().map(|member| member.id).collect();
            let rows: Vec<CalledOff> = statement(CALL_OFF)
                .bind::<Jsonb, _>(&error)
                .bind::<Array<SqlUuid>, _>(&ids)
                .load(conn)
                .await?;
            called_off.extend(rows);
        }
    }
    let asked: Vec<Uuid> = called_off
        .iter()
        .filter(|row| row.state == TaskState::Running.as_str())
        .map(|row| row.id)
        .collect();
    announce_cancel(conn, &asked).await?;
    let mut parents: Vec<Uuid> = called_off
        .iter()
        .filter(|row| row.is_over())
        .filter_map(|row| row.parent_id)
        .collect();
    parents.sort_unstable();
    for parent in parents {
        child_ended(conn, Some(parent)).await?;
    }
    Ok(called_off)
}

#[derive(QueryableByName)]
struct Standing {
    #[diesel(sql_type = Text)]
    state: String,
}

/// Cancels the organization's task, in the caller's transaction: one that waits to run ends at once, a running one is asked
/// and ends at its next heartbeat, a batch takes its parts along and ends with the last of them. What a cancelled task was
/// about is settled with it. Answers where the task stands now; `None` when it is over or not there.
///
/// # Errors
/// See [`DbError`]; roll back and try again when [`DbError::is_deadlock`].
pub async fn cancel(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: TaskId,
) -> Result<Option<TaskState>, DbError> {
    cancel_any(conn, Some(organization), id).await
}

/// [`cancel`], for work of the house too.
pub async fn cancel_any(
    conn: &mut AsyncPgConnection,
    organization: Option<OrgId>,
    id: TaskId,
) -> Result<Option<TaskState>, DbError> {
    let called_off = call_off(conn, organization, (&[id.uuid()], &cancelled_error())).await?;
    if !called_off.iter().any(|row| row.id == id.uuid()) {
        return Ok(None);
    }
    let mut over: Vec<&CalledOff> = called_off.iter().filter(|row| row.is_over()).collect();
    over.sort_unstable_by_key(|row| row.id);
    for row in over {
        after_cancel(conn, organization, (&row.kind, &row.payload)).await?;
    }
    let standing: Standing = statement("SELECT state FROM tasks WHERE id = ?")
        .bind::<SqlUuid, _>(id.uuid())
        .get_result(conn)
        .await?;
    Ok(TaskState::from_name(&standing.state))
}

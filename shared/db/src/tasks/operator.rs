//! The operator's view: tasks of every organization, and of none.
//!
//! Only the command line gets here, never a request: whoever may run it holds `DATABASE_URL`.

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{OrgId, TaskId};
use hiring_core::task::TaskState;
use serde_json::Value;
use uuid::Uuid;

use super::enqueue::Enqueued;
use super::people::{cancel_any, retry_any};
use crate::statement::statement;
use crate::{DbError, audit};

/// Rows that one statement of [`purge`] deletes.
pub const PURGE_BATCH: usize = 1_000;

/// Which tasks to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those that stand here; empty for all.
    pub states: Vec<TaskState>,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only those of this organization.
    pub organization: Option<OrgId>,
    /// Most rows to answer.
    pub limit: i64,
}

#[derive(QueryableByName)]
struct Whole {
    #[diesel(sql_type = Jsonb)]
    task: Value,
}

const LIST: &str = "SELECT to_jsonb(tasks) AS task FROM tasks WHERE ('{}' = ?::text[] OR state = ANY(?)) \
    AND (?::text IS NULL OR kind = ?) AND (?::uuid IS NULL OR organization_id = ?) ORDER BY id DESC LIMIT ?";

/// Tasks with all their columns, the latest first.
///
/// # Errors
/// See [`DbError`].
pub async fn list(conn: &mut AsyncPgConnection, filter: &Filter) -> Result<Vec<Value>, DbError> {
    let states: Vec<&str> = filter.states.iter().map(|state| state.as_str()).collect();
    let organization = filter.organization.map(OrgId::uuid);
    let rows: Vec<Whole> = statement(LIST)
        .bind::<Array<Text>, _>(states.clone())
        .bind::<Array<Text>, _>(states)
        .bind::<Nullable<Text>, _>(filter.kind.as_deref())
        .bind::<Nullable<Text>, _>(filter.kind.as_deref())
        .bind::<Nullable<SqlUuid>, _>(organization)
        .bind::<Nullable<SqlUuid>, _>(organization)
        .bind::<BigInt, _>(filter.limit)
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.task).collect())
}

/// One task with all its columns.
///
/// # Errors
/// See [`DbError`].
pub async fn find(conn: &mut AsyncPgConnection, id: TaskId) -> Result<Option<Value>, DbError> {
    let rows: Vec<Whole> = statement("SELECT to_jsonb(tasks) AS task FROM tasks WHERE id = ?")
        .bind::<SqlUuid, _>(id.uuid())
        .load(conn)
        .await?;
    Ok(rows.into_iter().next().map(|row| row.task))
}

#[derive(QueryableByName)]
struct OwnerRow {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    organization_id: Option<Uuid>,
    #[diesel(sql_type = Text)]
    state: String,
}

/// Why a task was left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// There is no such task.
    Missing,
    /// It stands here, and what was asked for needs it to stand elsewhere.
    State(TaskState),
}

async fn owner(
    conn: &mut AsyncPgConnection,
    id: TaskId,
) -> Result<Option<(Option<OrgId>, TaskState)>, DbError> {
    let rows: Vec<OwnerRow> = statement("SELECT organization_id, state FROM tasks WHERE id = ?")
        .bind::<SqlUuid, _>(id.uuid())
        .load(conn)
        .await?;
    let row = rows.into_iter().next();
    // The table's CHECK allows no other names.
    Ok(row.map(|row| {
        let state = TaskState::from_name(&row.state).unwrap_or(TaskState::Dead);
        (row.organization_id.map(OrgId::from), state)
    }))
}

/// Gives a dead task its attempts again and writes that down, in the caller's transaction; ring it after the commit.
///
/// # Errors
/// See [`super::retry_dead`].
pub async fn retry(conn: &mut AsyncPgConnection, id: TaskId) -> Result<Result<Enqueued, Refused>, DbError> {
    let Some((organization, state)) = owner(conn, id).await? else {
        return Ok(Err(Refused::Missing));
    };
    let Some(enqueued) = retry_any(conn, organization, id).await? else {
        return Ok(Err(Refused::State(state)));
    };
    audit::record_for(conn, organization, entry("task.retried", "task", id.uuid())).await?;
    Ok(Ok(enqueued))
}

/// Cancels a live task and writes that down, in the caller's transaction; answers where it stands now.
///
/// # Errors
/// See [`super::cancel`].
pub async fn cancel(conn: &mut AsyncPgConnection, id: TaskId) -> Result<Result<TaskState, Refused>, DbError> {
    let Some((organization, state)) = owner(conn, id).await? else {
        return Ok(Err(Refused::Missing));
    };
    let Some(state_now) = cancel_any(conn, organization, id).await? else {
        return Ok(Err(Refused::State(state)));
    };
    audit::record_for(conn, organization, entry("task.cancelled", "task", id.uuid())).await?;
    Ok(Ok(state_now))
}

const fn entry(action: &'static str, subject_kind: &'static str, subject_id: Uuid) -> audit::Entry<'static> {
    audit::Entry {
        actor: None,
        action,
        subject_kind,
        subject_id,
        request_id: None,
    }
}

#[derive(QueryableByName)]
struct DeadRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    organization_id: Option<Uuid>,
}

const DEAD: &str =
    "SELECT id, organization_id FROM tasks WHERE state = 'dead' AND kind = ? AND id > ? ORDER BY id LIMIT ?";

/// Up to `limit` dead tasks of a kind behind this one, in ascending order, each with its organization.
///
/// # Errors
/// See [`DbError`].
pub async fn list_dead(
    conn: &mut AsyncPgConnection,
    kind: &str,
    after: Option<TaskId>,
    limit: i64,
) -> Result<Vec<(TaskId, Option<OrgId>)>, DbError> {
    let rows: Vec<DeadRow> = statement(DEAD)
        .bind::<Text, _>(kind)
        .bind::<SqlUuid, _>(after.map_or(Uuid::nil(), TaskId::uuid))
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?;
    let pair = |row: DeadRow| (TaskId::from(row.id), row.organization_id.map(OrgId::from));
    Ok(rows.into_iter().map(pair).collect())
}

#[derive(QueryableByName)]
struct Purged {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    organization_id: Option<Uuid>,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

// A batch goes after its parts, and no part before its batch has ended, so that it is counted.
const PURGE: &str = "WITH purged AS (DELETE FROM tasks WHERE id = ANY(ARRAY(SELECT id FROM tasks t WHERE state = ? \
    AND finished_at < task_now() - make_interval(days => ?) \
    AND NOT EXISTS (SELECT FROM tasks part WHERE part.parent_id = t.id) \
    AND NOT EXISTS (SELECT FROM tasks batch WHERE batch.id = t.parent_id AND batch.finished_at IS NULL) \
    LIMIT ? FOR UPDATE SKIP LOCKED)) \
    RETURNING organization_id) SELECT organization_id, count(*) AS count FROM purged GROUP BY organization_id";

/// Deletes up to [`PURGE_BATCH`] tasks that ended like this more than so many days ago, and writes down for each
/// organization that it was done, in the caller's transaction. Answers how many.
///
/// # Errors
/// See [`DbError`].
pub async fn purge(conn: &mut AsyncPgConnection, state: TaskState, days: u32) -> Result<usize, DbError> {
    if !state.is_final() {
        return Ok(0);
    }
    let rows: Vec<Purged> = statement(PURGE)
        .bind::<Text, _>(state.as_str())
        .bind::<Integer, _>(i32::try_from(days).unwrap_or(i32::MAX))
        .bind::<BigInt, _>(i64::try_from(PURGE_BATCH).unwrap_or(i64::MAX))
        .load(conn)
        .await?;
    let mut purged = 0;
    for row in rows {
        purged += usize::try_from(row.count).unwrap_or_default();
        let subject = row.organization_id.unwrap_or(Uuid::nil());
        let entry = entry("tasks.purged", "organization", subject);
        audit::record_for(conn, row.organization_id.map(OrgId::from), entry).await?;
    }
    Ok(purged)
}

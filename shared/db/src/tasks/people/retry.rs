//! Giving dead tasks their attempts again.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{OrgId, TaskId, UserId};
use serde_json::Value;
use uuid::Uuid;

use super::super::enqueue::Enqueued;
use super::super::relay::DueRow;
use super::aftermath::{after_retry, before_retry};
use crate::DbError;
use crate::statement::statement;

/// The index that lets only one task with a unique key be live.
const TWIN: &str = "tasks_unique";

#[derive(QueryableByName)]
struct DeadRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Jsonb)]
    payload: Value,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    parent_id: Option<Uuid>,
}

const FIND_DEAD: &str = "SELECT kind, payload, parent_id FROM tasks \
    WHERE organization_id IS NOT DISTINCT FROM ? AND id = ? AND state = 'dead'";

const RETRY_DEAD: &str = "UPDATE tasks SET state = 'published', attempt = 0, run_at = task_now(), \
    away_attempts = 0, \
    deadline = task_now() + interval '5 seconds', publish_count = publish_count + 1, rung_again = 0, \
    published_at = task_now(), finished_at = NULL, \
    cancel_requested_at = NULL, rerun = false, stage = NULL, progress = NULL, last_error = NULL \
    WHERE id = ? AND state = 'dead' RETURNING id, kind, priority, publish_count";

/// Gives the organization's dead task its attempts again; ring it after the commit. A batch that it is part of waits for it again, and a candidate whose
/// resume it reads is `processing` again. `None` when there is no such dead task.
///
/// # Errors
/// [`DbError::Conflict`] with `tasks_unique` when a live task has its unique key; roll back and try again when
/// [`DbError::is_deadlock`].
pub async fn retry_dead(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: TaskId,
) -> Result<Option<Enqueued>, DbError> {
    retry_any(conn, Some(organization), id).await
}

/// [`retry_dead`], for work of the house too.
pub async fn retry_any(
    conn: &mut AsyncPgConnection,
    organization: Option<OrgId>,
    id: TaskId,
) -> Result<Option<Enqueued>, DbError> {
    let Some((enqueued, parent)) = revive(conn, organization, id, &[]).await? else {
        return Ok(None);
    };
    child_revived(conn, parent).await?;
    Ok(Some(enqueued))
}

/// Makes the task live, without telling its parent; `None` also when its parent is one of `over`.
async fn revive(
    conn: &mut AsyncPgConnection,
    organization: Option<OrgId>,
    id: TaskId,
    over: &[Uuid],
) -> Result<Option<(Enqueued, Option<Uuid>)>, DbError> {
    let found: Vec<DeadRow> = statement(FIND_DEAD)
        .bind::<Nullable<SqlUuid>, _>(organization.map(OrgId::uuid))
        .bind::<SqlUuid, _>(id.uuid())
        .load(conn)
        .await?;
    let mut found = found.into_iter();
    let Some(dead) = found
        .next()
        .filter(|dead| !dead.parent_id.is_some_and(|id| over.contains(&id)))
    else {
        return Ok(None);
    };
    let about = (dead.kind.as_str(), &dead.payload);
    before_retry(conn, organization, about).await?;
    let rows: Vec<DueRow> = statement(RETRY_DEAD)
        .bind::<SqlUuid, _>(id.uuid())
        .load(conn)
        .await?;
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    after_retry(conn, organization, about).await?;
    Ok(Some((Enqueued::from(row), dead.parent_id)))
}

#[derive(QueryableByName)]
struct Reopened {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    parent_id: Option<Uuid>,
    #[diesel(sql_type = Bool)]
    reopened: bool,
}

const CHILD_REVIVED: &str = "UPDATE tasks SET open_children = open_children + 1, \
    state = CASE WHEN state IN ('completed', 'cancelled') THEN 'waiting' ELSE state END, \
    finished_at = CASE WHEN state IN ('completed', 'cancelled') THEN NULL ELSE finished_at END, \
    result = CASE jsonb_typeof(result) WHEN 'object' THEN result - '{completed,dead,cancelled}'::text[] ELSE result END \
    WHERE id = ? RETURNING parent_id, old.state IN ('completed', 'cancelled') AS reopened";

/// Counts one open part more on the batch; one that had ended waits again, and so on upwards.
async fn child_revived(conn: &mut AsyncPgConnection, parent: Option<Uuid>) -> Result<(), DbError> {
    let mut parent = parent;
    while let Some(id) = parent.take() {
        let rows: Vec<Reopened> = statement(CHILD_REVIVED).bind::<SqlUuid, _>(id).load(conn).await?;
        parent = rows
            .into_iter()
            .next()
            .filter(|row| row.reopened)
            .and_then(|row| row.parent_id);
    }
    Ok(())
}

/// What became of several dead tasks.
#[derive(Debug, Default)]
pub struct RetriedMany {
    /// Live again: ring them after the commit.
    pub enqueued: Vec<Enqueued>,
    /// Left alone: no longer dead, or a live task has the same unique key, or one has that of its batch.
    pub skipped: usize,
}

/// Retries these dead tasks of one organization, or of the house, in the caller's transaction; see [`retry_dead`]. Give the
/// ids in ascending order, so that two callers never wait for each other.
///
/// # Errors
/// See [`DbError`]; roll back and try again when [`DbError::is_deadlock`].
pub async fn retry_many(
    conn: &mut AsyncPgConnection,
    organization: Option<OrgId>,
    ids: &[TaskId],
) -> Result<RetriedMany, DbError> {
    // Batches that cannot wait again. Whether one can shows only behind all parts, because parts are locked before batches;
    // then everything is done once more without the parts of those that cannot.
    let mut over: Vec<Uuid> = Vec::new();
    loop {
        let known = over.len();
        let tried = conn
            .transaction(async |conn: &mut AsyncPgConnection| {
                revive_all(conn, organization, ids, &mut over).await
            })
            .await;
        match tried {
            Err(error) if error.is_conflict_with(TWIN) && over.len() > known => {}
            answer => return answer,
        }
    }
}

/// One go of [`retry_many`], which leaves the parts of batches in `over` alone. When it finds more such batches it adds them
/// and fails with their conflict.
async fn revive_all(
    conn: &mut AsyncPgConnection,
    organization: Option<OrgId>,
    ids: &[TaskId],
    over: &mut Vec<Uuid>,
) -> Result<RetriedMany, DbError> {
    let mut retried = RetriedMany::default();
    let mut parents: Vec<Uuid> = Vec::new();
    for id in ids {
        // A transaction within the transaction: a live twin of one must not undo the others.
        let revived = conn
            .transaction(async |conn: &mut AsyncPgConnection| revive(conn, organization, *id, over).await)
            .await;
        match revived {
            Ok(Some((enqueued, parent))) => {
                retried.enqueued.push(enqueued);
                parents.extend(parent);
            }
            Ok(None) => retried.skipped += 1,
            Err(error) if error.is_conflict_with(TWIN) => retried.skipped += 1,
            Err(error) => return Err(error),
        }
    }
    parents.sort_unstable();
    let mut conflict = None;
    for siblings in parents.chunk_by(|one, next| one == next) {
        let counted = conn
            .transaction(async |conn: &mut AsyncPgConnection| {
                for parent in siblings {
                    child_revived(conn, Some(*parent)).await?;
                }
                Ok::<_, DbError>(())
            })
            .await;
        match counted {
            Err(error) if error.is_conflict_with(TWIN) => {
                over.extend(siblings.first());
                conflict = Some(error);
            }
            answer => answer?,
        }
    }
    conflict.map_or(Ok(retried), Err)
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

// A dead task whose work is under way again as another task is of no use to anybody.
macro_rules! retryable {
    ($what:literal, $more:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM tasks WHERE state = 'dead' AND kind = ? AND organization_id IS NOT DISTINCT FROM ? \
             AND (?::uuid IS NULL OR user_id = ?) AND id > ? \
             AND (unique_key IS NULL OR NOT EXISTS (SELECT FROM tasks twin WHERE twin.kind = tasks.kind \
             AND twin.organization_id IS NOT DISTINCT FROM tasks.organization_id AND twin.unique_key = tasks.unique_key \
             AND twin.state IN ('pending', 'published', 'running', 'waiting')))",
            $more
        )
    };
}

const LIST_DEAD: &str = retryable!("id", " ORDER BY id LIMIT ?");
const COUNT_DEAD: &str = retryable!("count(*) AS total", "");

/// Which dead tasks.
#[derive(Debug, Clone)]
pub struct DeadFilter<'a> {
    /// Their kind.
    pub kind: &'a str,
    /// Only what this person asked for.
    pub user_id: Option<UserId>,
    /// Only those behind this one.
    pub after: Option<TaskId>,
}

/// Up to `limit` dead tasks of one organization, or of the house, in ascending order; without those whose work is under way
/// again as another task.
///
/// # Errors
/// See [`DbError`].
pub async fn list_dead(
    conn: &mut AsyncPgConnection,
    organization: Option<OrgId>,
    filter: &DeadFilter<'_>,
    limit: i64,
) -> Result<Vec<TaskId>, DbError> {
    let rows: Vec<IdRow> = bound(LIST_DEAD, organization, filter)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| TaskId::from(row.id)).collect())
}

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// How many [`list_dead`] would list without a limit.
///
/// # Errors
/// See [`DbError`].
pub async fn count_dead(
    conn: &mut AsyncPgConnection,
    organization: Option<OrgId>,
    filter: &DeadFilter<'_>,
) -> Result<i64, DbError> {
    let total: Total = bound(COUNT_DEAD, organization, filter).get_result(conn).await?;
    Ok(total.total)
}

fn bound<'a>(
    text: &'static str,
    organization: Option<OrgId>,
    filter: &DeadFilter<'a>,
) -> crate::statement::Statement<'a> {
    let user = filter.user_id.map(UserId::uuid);
    statement(text)
        .bind::<Text, _>(filter.kind)
        .bind::<Nullable<SqlUuid>, _>(organization.map(OrgId::uuid))
        .bind::<Nullable<SqlUuid>, _>(user)
        .bind::<Nullable<SqlUuid>, _>(user)
        .bind::<SqlUuid, _>(filter.after.map_or(Uuid::nil(), TaskId::uuid))
}

//! Reading stored resumes again with another version of the reader: who has to be, and how far it is.
//!
//! One `batch` an organization stands for the whole; [`Reparse`] tasks beneath it enqueue the resumes, a window at a time.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{CandidateId, ObjectId, OrgId, TaskId};
use hiring_core::task::{Batch, ParseResume, Priority, Reparse, TaskKind};
use uuid::Uuid;

use crate::schema::{candidates, stored_objects, tasks};
use crate::statement::statement;
use crate::tasks::{EnqueueOptions, Enqueued, enqueue};
use crate::{DbError, audit};

/// What the batch says that its parts are, and its unique key: one live batch an organization.
const OF: &str = "reparse";

/// Resumes of a batch that wait or are being read.
///
/// # Errors
/// See [`DbError`].
pub async fn open(conn: &mut AsyncPgConnection, batch: TaskId) -> Result<i64, DbError> {
    Ok(tasks::table
        .filter(tasks::parent_id.eq(batch.uuid()))
        .filter(tasks::kind.eq(ParseResume::KIND))
        .filter(tasks::finished_at.is_null())
        .count()
        .get_result(conn)
        .await?)
}

/// The next stored resumes that were not read by this version, in the order of their ids; those that no version could read
/// are among them. With `again` also those that were.
///
/// # Errors
/// See [`DbError`].
pub async fn outdated(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    task: &Reparse,
    limit: i64,
) -> Result<Vec<(CandidateId, ObjectId)>, DbError> {
    let after = task.after.map_or(Uuid::nil(), CandidateId::uuid);
    let mut people = candidates::table
        .inner_join(stored_objects::table.on(stored_objects::id.eq(candidates::object_id)))
        .filter(candidates::organization_id.eq(org.uuid()))
        .filter(stored_objects::organization_id.eq(org.uuid()))
        .filter(stored_objects::state.eq("live"))
        .filter(candidates::id.gt(after))
        .into_boxed();
    if !task.again {
        people = people.filter(candidates::parser_version.is_distinct_from(&task.version));
    }
    let rows: Vec<(Uuid, Uuid)> = people
        .order(candidates::id)
        .limit(limit)
        .select((candidates::id, candidates::object_id))
        .load(conn)
        .await?;
    let ids = rows
        .into_iter()
        .map(|(candidate, object)| (candidate.into(), object.into()));
    Ok(ids.collect())
}

/// The organizations that have stored resumes, of all or of this one.
///
/// # Errors
/// See [`DbError`].
pub async fn organizations(conn: &mut AsyncPgConnection, only: Option<OrgId>) -> Result<Vec<OrgId>, DbError> {
    let mut query = candidates::table
        .select(candidates::organization_id)
        .distinct()
        .order(candidates::organization_id)
        .into_boxed();
    if let Some(org) = only {
        query = query.filter(candidates::organization_id.eq(org.uuid()));
    }
    let ids: Vec<Uuid> = query.load(conn).await?;
    Ok(ids.into_iter().map(OrgId::from).collect())
}

/// An organization's batch of resumes to read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It begins: ring these after the commit.
    Now(TaskId, Vec<Enqueued>),
    /// An earlier one is not over yet.
    Earlier(TaskId),
}

/// Begins to read an organization's resumes again, in the caller's transaction, unless that is under way.
///
/// # Errors
/// See [`DbError`]; a conflict with `tasks_unique` when another one begins at the same moment.
pub async fn begin(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    version: &str,
    again: bool,
) -> Result<Begun, DbError> {
    let earlier: Option<Uuid> = tasks::table
        .filter(tasks::organization_id.eq(org.uuid()))
        .filter(tasks::kind.eq(Batch::KIND))
        .filter(tasks::unique_key.eq(OF))
        .filter(tasks::finished_at.is_null())
        .select(tasks::id)
        .first(conn)
        .await
        .optional()?;
    if let Some(earlier) = earlier {
        return Ok(Begun::Earlier(earlier.into()));
    }
    let options = EnqueueOptions {
        organization_id: Some(org),
        unique_key: Some(OF.to_owned()),
        priority: Some(Priority::Low),
        ..EnqueueOptions::default()
    };
    let batch = enqueue(conn, &Batch { of: OF.to_owned() }, options).await?;
    let window = Reparse {
        batch_id: batch.task_id,
        version: version.to_owned(),
        again,
        after: None,
    };
    let options = EnqueueOptions {
        organization_id: Some(org),
        parent: Some(batch.task_id),
        ..EnqueueOptions::default()
    };
    let first = enqueue(conn, &window, options).await?;
    let entry = audit::Entry {
        actor: None,
        action: "resumes.reparsed",
        subject_kind: "task",
        subject_id: batch.task_id.uuid(),
        request_id: None,
    };
    audit::record(conn, org, entry).await?;
    Ok(Begun::Now(batch.task_id, vec![batch, first]))
}

/// How far batches of resumes are, together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, QueryableByName)]
pub struct Progress {
    /// Resumes that were read.
    #[diesel(sql_type = BigInt)]
    pub read: i64,
    /// Resumes that could not be read, or were called off.
    #[diesel(sql_type = BigInt)]
    pub failed: i64,
    /// Resumes that wait or are being read.
    #[diesel(sql_type = BigInt)]
    pub open: i64,
    /// Windows that were given up or called off: what they and those behind them had to enqueue was not.
    #[diesel(sql_type = BigInt)]
    pub broken: i64,
    /// Whether every batch is over.
    #[diesel(sql_type = Bool)]
    pub over: bool,
}

const PROGRESS: &str = "SELECT count(*) FILTER (WHERE resume AND state = 'completed') AS read, \
    count(*) FILTER (WHERE resume AND state IN ('dead', 'cancelled')) AS failed, \
    count(*) FILTER (WHERE resume AND finished_at IS NULL) AS open, \
    count(*) FILTER (WHERE NOT resume AND state IN ('dead', 'cancelled')) AS broken, \
    coalesce((SELECT bool_and(finished_at IS NOT NULL) FROM tasks WHERE id = ANY (?)), true) AS over \
    FROM (SELECT state, finished_at, kind = 'parse_resume' AS resume FROM tasks \
    WHERE parent_id = ANY (?) AND kind IN ('parse_resume', 'reparse')) part";

/// How far these batches are.
///
/// # Errors
/// See [`DbError`].
pub async fn progress(conn: &mut AsyncPgConnection, batches: &[TaskId]) -> Result<Progress, DbError> {
    let ids: Vec<Uuid> = batches.iter().copied().map(TaskId::uuid).collect();
    Ok(statement(PROGRESS)
        .bind::<Array<SqlUuid>, _>(&ids)
        .bind::<Array<SqlUuid>, _>(&ids)
        .get_result(conn)
        .await?)
}

//! Inserting tasks.

use chrono::TimeDelta;
use diesel::QueryableByName;
use diesel::sql_types::{Array, Bool, Double, Integer, Jsonb, Nullable, SmallInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{OrgId, TaskId, UserId};
use hiring_core::task::{Priority, TaskKind};
use serde_json::Value;
use uuid::Uuid;

use super::children::count_children;
use crate::DbError;
use crate::statement::statement;

/// Attempts of a task whose enqueuer says nothing: the first and three retries.
pub const DEFAULT_MAX_ATTEMPTS: u32 = 4;

/// What may be said about a task besides its payload.
#[derive(Debug, Clone, Default)]
pub struct EnqueueOptions {
    /// The tenant it belongs to; none for the house's own work.
    pub organization_id: Option<OrgId>,
    /// Who asked for it.
    pub user_id: Option<UserId>,
    /// At most one live task of a kind and organization has this key; see [`enqueue`].
    pub unique_key: Option<String>,
    /// Other than the kind's own.
    pub priority: Option<Priority>,
    /// Not before this long from now.
    pub delay: Option<TimeDelta>,
    /// Attempts before it is dead, other than [`TaskKind::MAX_ATTEMPTS`] or the default.
    pub max_attempts: Option<u32>,
    /// The batch it is part of.
    pub parent: Option<TaskId>,
    /// W3C `traceparent` of what asked for it.
    pub trace_context: Option<String>,
}

/// A task that stands in the table once the transaction commits.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "ring it after the commit"]
pub struct Enqueued {
    /// Its row; an earlier one when the unique key met a live task.
    pub task_id: TaskId,
    /// Its kind.
    pub kind: String,
    /// Which list to ring on.
    pub priority: Priority,
    /// Whether it is due and nobody has been told yet.
    pub ring_now: bool,
    /// How often it has been rung in its whole life, this time included.
    pub publish_count: u32,
}

#[derive(QueryableByName)]
struct Inserted {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Bool)]
    inserted: bool,
}

macro_rules! insert_task {
    ($($more:literal)?) => {
        concat!(
            "INSERT INTO tasks (id, kind, organization_id, user_id, payload, priority, max_attempts, unique_key, parent_id, \
             trace_context, run_at, state, publish_count, deadline, published_at) \
             SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, at, CASE WHEN due THEN 'published' ELSE 'pending' END, due::integer, \
             CASE WHEN due THEN at + interval '5 seconds' END, CASE WHEN due THEN at END \
             FROM (SELECT delay <= 0 AS due, task_now() + make_interval(secs => delay) AS at \
             FROM (SELECT ?::double precision AS delay) given) clock",
            $($more)?
        )
    };
}

const INSERT: &str = insert_task!();
const INSERT_UNIQUE: &str = insert_task!(
    " ON CONFLICT (organization_id, kind, unique_key) \
     WHERE unique_key IS NOT NULL AND state IN ('pending', 'published', 'running', 'waiting') \
     DO UPDATE SET rerun = tasks.rerun OR tasks.state IN ('running', 'waiting') \
     RETURNING id, xmax = 0 AS inserted"
);

/// Inserts a task in the caller's transaction; ring it after the commit.
///
/// A task due at once starts as `published` with a short deadline, so that the happy path costs no further statement and a
/// lost ring is caught by the sweeper. With a unique key that a live task has, no row is inserted: a waiting twin is
/// answered as it stands, a running one is told to run once more when it ends. A parent counts the child; a twin that was
/// there before remains part of what it was part of, and the parent does not wait for it.
///
/// # Errors
/// [`DbError`] of the statement; the foreign keys of organization, user and parent refuse what is not there;
/// [`DbError::Conflict`] with [`super::children::PARENT_IS_OVER`] for a parent that no longer takes children.
pub async fn enqueue<K: TaskKind>(
    conn: &mut AsyncPgConnection,
    payload: &K,
    options: EnqueueOptions,
) -> Result<Enqueued, DbError> {
    let task_id = TaskId::generate();
    let terms = Terms::of::<K>(&options);
    let unique = options.unique_key.is_some();
    let insert = statement(if unique { INSERT_UNIQUE } else { INSERT })
        .bind::<SqlUuid, _>(task_id.uuid())
        .bind::<Text, _>(K::KIND)
        .bind::<Nullable<SqlUuid>, _>(options.organization_id.map(OrgId::uuid))
        .bind::<Nullable<SqlUuid>, _>(options.user_id.map(UserId::uuid))
        .bind::<Jsonb, _>(serde_json::to_value(payload)?)
        .bind::<SmallInt, _>(terms.priority.number())
        .bind::<Integer, _>(terms.max_attempts)
        .bind::<Nullable<Text>, _>(options.unique_key)
        .bind::<Nullable<SqlUuid>, _>(options.parent.map(TaskId::uuid))
        .bind::<Nullable<Text>, _>(options.trace_context)
        .bind::<Double, _>(terms.delay_seconds);
    let (task_id, inserted) = if unique {
        let row: Inserted = insert.get_result(conn).await?;
        (TaskId::from(row.id), row.inserted)
    } else {
        insert.execute(conn).await?;
        (task_id, true)
    };
    if inserted {
        count_children(conn, options.organization_id, options.parent, 1).await?;
    }
    Ok(terms.enqueued::<K>(task_id, inserted))
}

const INSERT_MANY: &str = "INSERT INTO tasks (id, kind, organization_id, user_id, payload, priority, max_attempts, \
    parent_id, trace_context, run_at, state, publish_count, deadline, published_at) \
    SELECT given.id, ?, ?, ?, given.payload, ?, ?, ?, ?, at, CASE WHEN due THEN 'published' ELSE 'pending' END, due::integer, \
    CASE WHEN due THEN at + interval '5 seconds' END, CASE WHEN due THEN at END \
    FROM (SELECT delay <= 0 AS due, task_now() + make_interval(secs => delay) AS at \
    FROM (SELECT ?::double precision AS delay) said) clock, unnest(?::uuid[], ?::jsonb[]) AS given (id, payload)";

/// Inserts one task for each payload, all on the same terms and in one statement; see [`enqueue`]. With a unique key they are
/// inserted one by one, and those behind the first meet it.
///
/// # Errors
/// See [`enqueue`].
pub async fn enqueue_many<K: TaskKind>(
    conn: &mut AsyncPgConnection,
    payloads: &[K],
    options: EnqueueOptions,
) -> Result<Vec<Enqueued>, DbError> {
    let mut all = Vec::with_capacity(payloads.len());
    if options.unique_key.is_some() {
        for payload in payloads {
            all.push(enqueue(conn, payload, options.clone()).await?);
        }
        return Ok(all);
    }
    if payloads.is_empty() {
        return Ok(all);
    }
    let terms = Terms::of::<K>(&options);
    let ids: Vec<Uuid> = payloads.iter().map(|_| TaskId::generate().uuid()).collect();
    let values: Vec<Value> = payloads
        .iter()
        .map(serde_json::to_value)
        .collect::<Result<_, _>>()?;
    statement(INSERT_MANY)
        .bind::<Text, _>(K::KIND)
        .bind::<Nullable<SqlUuid>, _>(options.organization_id.map(OrgId::uuid))
        .bind::<Nullable<SqlUuid>, _>(options.user_id.map(UserId::uuid))
        .bind::<SmallInt, _>(terms.priority.number())
        .bind::<Integer, _>(terms.max_attempts)
        .bind::<Nullable<SqlUuid>, _>(options.parent.map(TaskId::uuid))
        .bind::<Nullable<Text>, _>(options.trace_context)
        .bind::<Double, _>(terms.delay_seconds)
        .bind::<Array<SqlUuid>, _>(&ids)
        .bind::<Array<Jsonb>, _>(values)
        .execute(conn)
        .await?;
    count_children(conn, options.organization_id, options.parent, ids.len()).await?;
    all.extend(
        ids.into_iter()
            .map(|id| terms.enqueued::<K>(TaskId::from(id), true)),
    );
    Ok(all)
}

/// What the options come to for a kind.
struct Terms {
    priority: Priority,
    max_attempts: i32,
    delay_seconds: f64,
}

impl Terms {
    fn of<K: TaskKind>(options: &EnqueueOptions) -> Self {
        let attempts = options
            .max_attempts
            .or(K::MAX_ATTEMPTS)
            .unwrap_or(DEFAULT_MAX_ATTEMPTS);
        let delay = options.delay.unwrap_or_default().max(TimeDelta::zero());
        Self {
            priority: options.priority.unwrap_or(K::PRIORITY),
            max_attempts: i32::try_from(attempts).unwrap_or(i32::MAX),
            delay_seconds: delay.as_seconds_f64(),
        }
    }

    fn enqueued<K: TaskKind>(&self, task_id: TaskId, inserted: bool) -> Enqueued {
        Enqueued {
            task_id,
            kind: K::KIND.to_owned(),
            priority: self.priority,
            ring_now: inserted && self.delay_seconds <= 0.0,
            publish_count: 1,
        }
    }
}

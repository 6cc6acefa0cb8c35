//! Tasks as they are shown, one by one and in lists.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{
    Array, BigInt, Bool, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{OrgId, TaskId, UserId};
use hiring_core::task::{Priority, TaskError, TaskState};
use serde_json::Value;
use uuid::Uuid;

use crate::DbError;
use crate::batch_screenings::{Counts, counts_of_task};
use crate::statement::statement;

/// A task as it is shown.
#[derive(Debug, Clone)]
pub struct TaskRow {
    /// The row.
    pub id: TaskId,
    /// Its kind.
    pub kind: String,
    /// Who asked for it.
    pub user_id: Option<UserId>,
    /// Its payload: ids only.
    pub payload: Value,
    /// Which list its rings wait in.
    pub priority: Priority,
    /// Where it stands.
    pub state: TaskState,
    /// Attempts begun so far.
    pub attempt: u32,
    /// Attempts before it is dead.
    pub max_attempts: u32,
    /// Not before.
    pub run_at: DateTime<Utc>,
    /// What it is doing, in its own words.
    pub stage: Option<String>,
    /// Per cent done.
    pub progress: Option<i16>,
    /// What it had to say when it ended.
    pub result: Option<Value>,
    /// Why the last attempt failed.
    pub last_error: Option<TaskError>,
    /// Whether it will be cancelled at its next heartbeat.
    pub cancel_requested: bool,
    /// The batch it is part of.
    pub parent_id: Option<TaskId>,
    /// Parts that are not over, for a batch.
    pub open_children: i32,
    /// All its parts, for a batch; none for any other task.
    pub children: Option<i64>,
    /// How far it is, for a batch of screenings.
    pub counts: Option<Counts>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When its latest attempt began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub finished_at: Option<DateTime<Utc>>,
}

#[derive(QueryableByName)]
struct Shown {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    user_id: Option<Uuid>,
    #[diesel(sql_type = Jsonb)]
    payload: Value,
    #[diesel(sql_type = SmallInt)]
    priority: i16,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Integer)]
    attempt: i32,
    #[diesel(sql_type = Integer)]
    max_attempts: i32,
    #[diesel(sql_type = Timestamptz)]
    run_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    stage: Option<String>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    progress: Option<i16>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    result: Option<Value>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    last_error: Option<Value>,
    #[diesel(sql_type = Bool)]
    cancel_requested: bool,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    parent_id: Option<Uuid>,
    #[diesel(sql_type = Integer)]
    open_children: i32,
    #[diesel(sql_type = Nullable<BigInt>)]
    children: Option<i64>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    started_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    finished_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    counts: Option<Value>,
}

impl TryFrom<Shown> for TaskRow {
    type Error = DbError;

    fn try_from(row: Shown) -> Result<Self, DbError> {
        Ok(Self {
            id: TaskId::from(row.id),
            kind: row.kind,
            user_id: row.user_id.map(UserId::from),
            payload: row.payload,
            priority: Priority::from_number(row.priority),
            // The table's CHECK allows no other names.
            state: TaskState::from_name(&row.state).unwrap_or(TaskState::Dead),
            attempt: u32::try_from(row.attempt).unwrap_or_default(),
            max_attempts: u32::try_from(row.max_attempts).unwrap_or_default(),
            run_at: row.run_at,
            stage: row.stage,
            progress: row.progress,
            result: row.result,
            last_error: row.last_error.map(serde_json::from_value).transpose()?,
            cancel_requested: row.cancel_requested,
            parent_id: row.parent_id.map(TaskId::from),
            open_children: row.open_children,
            children: row.children,
            counts: row.counts.map(serde_json::from_value).transpose()?,
            created_at: row.created_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
        })
    }
}

macro_rules! select_task {
    ($($rest:expr),+) => {
        concat!(
            "SELECT id, kind, user_id, payload, priority, state, attempt, max_attempts, run_at, stage, progress, result, \
             last_error, cancel_requested_at IS NOT NULL AS cancel_requested, parent_id, open_children, \
             CASE WHEN kind IN ('batch', 'screen_batch') THEN \
                (SELECT count(*) FROM tasks part WHERE part.parent_id = tasks.id) END AS children, \
             created_at, started_at, finished_at, ",
            counts_of_task!(),
            " FROM tasks ",
            $($rest),+
        )
    };
}

/// The organization's task with this id.
///
/// # Errors
/// [`DbError`] of the statement.
pub async fn find_task(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: TaskId,
) -> Result<Option<TaskRow>, DbError> {
    let query = statement(select_task!("WHERE organization_id = ? AND id = ?"))
        .bind::<SqlUuid, _>(organization.uuid())
        .bind::<SqlUuid, _>(id.uuid());
    let rows: Vec<Shown> = query.load(conn).await?;
    rows.into_iter().next().map(TaskRow::try_from).transpose()
}

/// Which tasks to list.
#[derive(Debug, Clone, Default)]
pub struct TaskFilter {
    /// Only those that stand here.
    pub states: Vec<TaskState>,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only what this person asked for.
    pub user_id: Option<UserId>,
    /// Only parts of this batch.
    pub parent: Option<TaskId>,
    /// Rows to skip.
    pub offset: i64,
    /// Most rows to answer.
    pub limit: i64,
}

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    total: i64,
}

macro_rules! filtered {
    () => {
        "WHERE organization_id = ? AND (?::text[] = '{}' OR state = ANY(?)) AND (?::text IS NULL OR kind = ?) \
         AND (?::uuid IS NULL OR user_id = ?) AND (?::uuid IS NULL OR parent_id = ?) "
    };
}

const LIST: &str = select_task!(filtered!(), "ORDER BY created_at DESC, id LIMIT ? OFFSET ?");
const COUNT: &str = concat!("SELECT count(*) AS total FROM tasks ", filtered!());

/// One page of the organization's tasks, the latest first, and how many there are in total.
///
/// # Errors
/// [`DbError`] of the statements.
pub async fn list_tasks(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    filter: &TaskFilter,
) -> Result<(Vec<TaskRow>, i64), DbError> {
    let states: Vec<&str> = filter.states.iter().map(|state| state.as_str()).collect();
    let bound = |text| {
        statement(text)
            .bind::<SqlUuid, _>(organization.uuid())
            .bind::<Array<Text>, _>(states.clone())
            .bind::<Array<Text>, _>(states.clone())
            .bind::<Nullable<Text>, _>(filter.kind.as_deref())
            .bind::<Nullable<Text>, _>(filter.kind.as_deref())
            .bind::<Nullable<SqlUuid>, _>(filter.user_id.map(UserId::uuid))
            .bind::<Nullable<SqlUuid>, _>(filter.user_id.map(UserId::uuid))
            .bind::<Nullable<SqlUuid>, _>(filter.parent.map(TaskId::uuid))
            .bind::<Nullable<SqlUuid>, _>(filter.parent.map(TaskId::uuid))
    };
    let page = bound(LIST)
        .bind::<BigInt, _>(filter.limit)
        .bind::<BigInt, _>(filter.offset);
    let rows: Vec<Shown> = page.load(conn).await?;
    let total: Total = bound(COUNT).get_result(conn).await?;
    Ok((
        rows.into_iter()
            .map(TaskRow::try_from)
            .collect::<Result<_, _>>()?,
        total.total,
    ))
}

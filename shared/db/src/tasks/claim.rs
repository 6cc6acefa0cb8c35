//! Taking tasks that are due.

use diesel::QueryableByName;
use diesel::sql_types::{Array, Double, Integer, Jsonb, Nullable, SmallInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{LeaseId, OrgId, TaskId, UserId};
use hiring_core::task::Priority;
use serde_json::Value;
use uuid::Uuid;

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
    /// Attempts that ended because something was away; they are not among `attempt`.
    pub away_attempts: u32,
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

/// What is to be claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The row.
    pub id: TaskId,
    /// Its kind, as the ring has it.
    pub kind: &'static str,
    /// How long the lease runs without a heartbeat.
    pub lease_seconds: u32,
}

#[derive(QueryableByName)]
struct ClaimedRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    lease_id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Jsonb)]
    payload: Value,
    #[diesel(sql_type = Integer)]
    attempt: i32,
    #[diesel(sql_type = Integer)]
    max_attempts: i32,
    #[diesel(sql_type = Integer)]
    away_attempts: i32,
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

impl From<ClaimedRow> for ClaimedTask {
    fn from(row: ClaimedRow) -> Self {
        Self {
            id: TaskId::from(row.id),
            lease_id: LeaseId::from(row.lease_id),
            kind: row.kind,
            payload: row.payload,
            attempt: u32::try_from(row.attempt).unwrap_or_default(),
            max_attempts: u32::try_from(row.max_attempts).unwrap_or(1),
            away_attempts: u32::try_from(row.away_attempts).unwrap_or_default(),
            organization_id: row.organization_id.map(OrgId::from),
            user_id: row.user_id.map(UserId::from),
            priority: Priority::from_number(row.priority),
            trace_context: row.trace_context,
            waited_seconds: row.waited_seconds,
        }
    }
}

/// A claim. Whoever makes one knows the kind, so that an hour without a handler is over. Losing one in a crash of Postgres only
/// lets the task be rung again, so its commit need not wait for the disk.
macro_rules! claim {
    ($lease:literal, $seconds:literal, $rest:literal) => {
        concat!(
            "UPDATE tasks SET state = 'running', attempt = attempt + 1, lease_id = ",
            $lease,
            ", deadline = task_now() + make_interval(secs => ",
            $seconds,
            "), started_at = task_now(), stage = NULL, progress = NULL, \
             last_error = CASE WHEN last_error ->> 'code' = 'no-handler' THEN NULL ELSE last_error END ",
            $rest,
            " AND state IN ('pending', 'published') AND run_at <= task_now() \
             AND set_config('synchronous_commit', 'off', true) = 'off' \
             RETURNING tasks.id, lease_id, tasks.kind, payload, attempt, max_attempts, away_attempts, organization_id, user_id, \
             priority, trace_context, extract(epoch FROM task_now() - run_at)::double precision AS waited_seconds"
        )
    };
}

// Others wait behind this one, so it does not wait long for a row that somebody has locked.
const CLAIM: &str = claim!(
    "?",
    "?",
    "WHERE id = ? AND kind = ? AND set_config('lock_timeout', '250ms', true) = '250ms'"
);

/// Takes a due task of this kind for `lease_seconds`, in one statement; `None` when it is over, not due, somebody else's,
/// or of another kind.
///
/// # Errors
/// [`DbError`] of the statement, for instance when somebody else keeps the row locked for longer than 250 ms.
pub async fn claim(
    conn: &mut AsyncPgConnection,
    id: TaskId,
    kind: &str,
    lease_seconds: u32,
) -> Result<Option<ClaimedTask>, DbError> {
    let lease_id = hiring_core::random::uuid_v4();
    let rows: Vec<ClaimedRow> = statement(CLAIM)
        .bind::<SqlUuid, _>(lease_id)
        .bind::<Double, _>(f64::from(lease_seconds))
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<Text, _>(kind)
        .load(conn)
        .await?;
    Ok(rows.into_iter().next().map(ClaimedTask::from))
}

// Rows that somebody else holds are left out, so that two such statements never wait for each other.
const CLAIM_MANY: &str = claim!(
    "wanted.lease",
    "wanted.seconds",
    "FROM unnest(?::uuid[], ?::text[], ?::uuid[], ?::double precision[]) AS wanted (id, kind, lease, seconds) \
     WHERE tasks.id = wanted.id AND tasks.kind = wanted.kind \
     AND tasks.id = ANY(ARRAY(SELECT id FROM tasks WHERE id = ANY(?) AND state IN ('pending', 'published') \
     FOR NO KEY UPDATE SKIP LOCKED))"
);

/// Takes as many of these tasks as are due and not locked, in one statement; those that are missing from the answer may be
/// taken by [`claim`]. No task may be wanted twice.
///
/// # Errors
/// [`DbError`] of the statement.
pub async fn claim_many(
    conn: &mut AsyncPgConnection,
    wanted: &[Wanted],
) -> Result<Vec<ClaimedTask>, DbError> {
    let ids: Vec<Uuid> = wanted.iter().map(|wanted| wanted.id.uuid()).collect();
    let kinds: Vec<&str> = wanted.iter().map(|wanted| wanted.kind).collect();
    let leases: Vec<Uuid> = wanted.iter().map(|_| hiring_core::random::uuid_v4()).collect();
    let seconds: Vec<f64> = wanted
        .iter()
        .map(|wanted| f64::from(wanted.lease_seconds))
        .collect();
    let rows: Vec<ClaimedRow> = statement(CLAIM_MANY)
        .bind::<Array<SqlUuid>, _>(&ids)
        .bind::<Array<Text>, _>(&kinds)
        .bind::<Array<SqlUuid>, _>(&leases)
        .bind::<Array<Double>, _>(&seconds)
        .bind::<Array<SqlUuid>, _>(&ids)
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(ClaimedTask::from).collect())
}

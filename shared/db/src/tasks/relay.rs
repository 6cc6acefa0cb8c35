//! Rows that should be rung.

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Double, Integer, Nullable, SmallInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures::{Stream, StreamExt};
use hiring_core::ids::TaskId;
use hiring_core::task::Priority;
use uuid::Uuid;

use super::enqueue::Enqueued;
use crate::DbError;
use crate::statement::statement;

/// A row that was marked as published and is to be rung now.
pub type Due = Enqueued;

#[derive(QueryableByName)]
pub(super) struct DueRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = SmallInt)]
    priority: i16,
    #[diesel(sql_type = Integer)]
    publish_count: i32,
}

impl From<DueRow> for Enqueued {
    fn from(row: DueRow) -> Self {
        Self {
            task_id: TaskId::from(row.id),
            kind: row.kind,
            priority: Priority::from_number(row.priority),
            ring_now: true,
            publish_count: u32::try_from(row.publish_count).unwrap_or_default(),
        }
    }
}

/// Due rows of one priority, for an array that is computed once: a plain IN (...) may be planned as a loop that takes more rows
/// than the limit.
macro_rules! due {
    ($priority:literal) => {
        concat!(
            "SELECT id FROM (SELECT id FROM tasks WHERE state = 'pending' AND priority = ",
            $priority,
            " AND run_at <= task_now() ORDER BY run_at LIMIT ? FOR UPDATE SKIP LOCKED) of_priority"
        )
    };
}

const PUBLISH_DUE: &str = concat!(
    "UPDATE tasks SET state = 'published', published_at = task_now(), publish_count = publish_count + 1, \
     rung_again = 0, deadline = task_now() + interval '5 seconds' WHERE id = ANY(ARRAY(",
    due!("0"),
    " UNION ALL ",
    due!("1"),
    " UNION ALL ",
    due!("2"),
    ")) RETURNING id, kind, priority, publish_count"
);

/// Marks due rows as published, up to `limit` of each priority; ring them after the commit.
///
/// # Errors
/// [`DbError`] of the statement.
pub async fn publish_due(conn: &mut AsyncPgConnection, limit: i64) -> Result<Vec<Due>, DbError> {
    let rows: Vec<DueRow> = statement(PUBLISH_DUE)
        .bind::<BigInt, _>(limit)
        .bind::<BigInt, _>(limit)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(Due::from).collect())
}

#[derive(QueryableByName)]
struct NextDue {
    #[diesel(sql_type = Nullable<Double>)]
    seconds: Option<f64>,
}

const NEXT_DUE: &str = "SELECT extract(epoch FROM least(\
    (SELECT min(run_at) FROM tasks WHERE state = 'pending' AND priority = 0), \
    (SELECT min(run_at) FROM tasks WHERE state = 'pending' AND priority = 1), \
    (SELECT min(run_at) FROM tasks WHERE state = 'pending' AND priority = 2)) - task_now())::double precision AS seconds";

/// Seconds until the next pending row is due, at most zero when one is; `None` when nothing waits.
///
/// # Errors
/// [`DbError`] of the statement.
pub async fn seconds_to_next_due(conn: &mut AsyncPgConnection) -> Result<Option<f64>, DbError> {
    let row: NextDue = statement(NEXT_DUE).get_result(conn).await?;
    Ok(row.seconds)
}

/// Which kinds of stale row there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Stale {
    /// Rung, never claimed, past their deadline.
    #[diesel(sql_type = Bool)]
    pub published: bool,
    /// Claimed, past their lease.
    #[diesel(sql_type = Bool)]
    pub running: bool,
}

const ANY_STALE: &str = "SELECT \
    EXISTS (SELECT FROM tasks WHERE state = 'published' AND deadline <= task_now()) AS published, \
    EXISTS (SELECT FROM tasks WHERE state = 'running' AND deadline <= task_now()) AS running";

/// Whether the sweeper has anything to do.
///
/// # Errors
/// [`DbError`] of the statement.
pub async fn any_stale(conn: &mut AsyncPgConnection) -> Result<Stale, DbError> {
    Ok(statement(ANY_STALE).get_result(conn).await?)
}

/// Kinds whose queue still holds enough rings.
#[derive(Debug, Clone, Default)]
pub struct Saturated {
    /// These kinds are left alone.
    pub kinds: Vec<String>,
    /// When given, every kind but these is left alone too: the queue of all other kinds is full.
    pub only: Option<Vec<String>>,
}

const RING_AGAIN: &str = "UPDATE tasks SET publish_count = publish_count + 1, rung_again = rung_again + 1, \
    deadline = task_now() + make_interval(secs => least(5 * 2 ^ least(rung_again + 1, 10), 300)) \
    WHERE id = ANY(ARRAY(SELECT id FROM tasks WHERE state = 'published' \
    AND deadline <= task_now() AND kind <> ALL(?) AND (?::text[] IS NULL OR kind = ANY(?)) \
    ORDER BY deadline LIMIT ? FOR UPDATE SKIP LOCKED)) RETURNING id, kind, priority, publish_count";

/// Takes up to `limit` published rows whose ring got no answer and gives them a longer deadline; ring them after the commit.
///
/// # Errors
/// [`DbError`] of the statement.
pub async fn ring_again(
    conn: &mut AsyncPgConnection,
    saturated: &Saturated,
    limit: i64,
) -> Result<Vec<Due>, DbError> {
    let rows: Vec<DueRow> = statement(RING_AGAIN)
        .bind::<Array<Text>, _>(&saturated.kinds)
        .bind::<Nullable<Array<Text>>, _>(saturated.only.as_ref())
        .bind::<Nullable<Array<Text>>, _>(saturated.only.as_ref())
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(Due::from).collect())
}

/// What other processes say between the ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// Rows became due out of turn.
    Due,
    /// Somebody asked to cancel this running task.
    CancelAsked(TaskId),
}

const ANNOUNCE_CANCEL: &str =
    "SELECT true AS told FROM unnest(?::uuid[]) AS asked (id), pg_notify('tasks_cancel', asked.id::text)";

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Bool)]
    #[expect(dead_code, reason = "a SELECT answers rows")]
    told: bool,
}

/// Tells the workers, after the commit, that these running tasks were called off, so that they end before their next heartbeat.
///
/// # Errors
/// [`DbError`] of the statement.
pub(super) async fn announce_cancel(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> Result<(), DbError> {
    if !ids.is_empty() {
        let _: Vec<Told> = statement(ANNOUNCE_CANCEL)
            .bind::<Array<SqlUuid>, _>(ids)
            .load(conn)
            .await?;
    }
    Ok(())
}

/// Listens for [`Notice`]s.
///
/// # Errors
/// [`DbError`] of the statement.
pub async fn listen(conn: &mut AsyncPgConnection) -> Result<(), DbError> {
    statement("LISTEN tasks_due").execute(conn).await?;
    statement("LISTEN tasks_cancel").execute(conn).await?;
    Ok(())
}

/// One item for each notification; ends when the connection does.
pub fn notices(conn: &mut AsyncPgConnection) -> impl Stream<Item = Notice> + '_ {
    conn.notifications_stream()
        .take_while(|item| futures::future::ready(item.is_ok()))
        .map(|item| match item {
            Ok(notice) if notice.channel == "tasks_cancel" => notice
                .payload
                .parse()
                .map_or(Notice::Due, |id: Uuid| Notice::CancelAsked(TaskId::from(id))),
            _ => Notice::Due,
        })
}

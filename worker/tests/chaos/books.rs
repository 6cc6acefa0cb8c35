//! What was accepted and what came of it. Everything is written in the transaction that it belongs to.

use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{LeaseId, OrgId, TaskId};
use hiring_db::statement::statement;
use hiring_db::{Database, DbError};
use tokio_postgres::Client;

use crate::child;

/// `moments` orders what happens in different processes.
const TABLES: &str = "
    CREATE SEQUENCE moments;
    CREATE TABLE accepted (task_id uuid PRIMARY KEY, kind text NOT NULL);
    -- One row for each time that a task was asked for, when its kind may be asked for again while it is live.
    CREATE TABLE asked (task_id uuid NOT NULL, moment bigint NOT NULL);
    CREATE INDEX ON asked (task_id);
    CREATE TABLE call_offs (task_id uuid NOT NULL);
    CREATE TABLE redriven (task_id uuid NOT NULL);
    CREATE TABLE runs (task_id uuid NOT NULL, worker text NOT NULL);
    CREATE TABLE effects (
        task_id uuid NOT NULL, lease_id uuid NOT NULL, begun bigint, worker text NOT NULL,
        moment bigint NOT NULL DEFAULT nextval('moments')
    );
    CREATE INDEX ON effects (task_id);
    CREATE TABLE refusals (task_id uuid NOT NULL, worker text NOT NULL);
    CREATE TABLE gates (name text PRIMARY KEY);";

/// Adds the books to a database of the product; answers the organization that everything belongs to.
pub async fn open(client: &Client) -> OrgId {
    client.batch_execute(TABLES).await.unwrap();
    let org = OrgId::generate();
    let insert = format!("INSERT INTO organizations (id, name) VALUES ('{org}', 'Chaos')");
    client.batch_execute(&insert).await.unwrap();
    org
}

/// Notes that a task was accepted; once more for one that was live already.
pub async fn accept(conn: &mut AsyncPgConnection, id: TaskId, kind: &str) -> Result<(), DbError> {
    statement("INSERT INTO accepted (task_id, kind) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<Text, _>(kind)
        .execute(conn)
        .await?;
    Ok(())
}

async fn note(conn: &mut AsyncPgConnection, text: &'static str, id: TaskId) -> Result<usize, DbError> {
    Ok(statement(text)
        .bind::<SqlUuid, _>(id.uuid())
        .execute(conn)
        .await?)
}

/// Notes that a run of the task is owed from this moment on. The task's row is locked by then, so a run that begins after
/// this transaction has a later moment.
pub async fn ask(conn: &mut AsyncPgConnection, id: TaskId) -> Result<(), DbError> {
    note(conn, "INSERT INTO asked VALUES (?, nextval('moments'))", id).await?;
    Ok(())
}

pub async fn call_off(conn: &mut AsyncPgConnection, id: TaskId) -> Result<(), DbError> {
    note(conn, "INSERT INTO call_offs VALUES (?)", id).await?;
    Ok(())
}

pub async fn redrive(conn: &mut AsyncPgConnection, id: TaskId) -> Result<(), DbError> {
    note(conn, "INSERT INTO redriven VALUES (?)", id).await?;
    Ok(())
}

pub async fn was_redriven(database: &Database, id: TaskId) -> Result<bool, DbError> {
    let text = "UPDATE redriven SET task_id = task_id WHERE task_id = ?";
    let mut conn = database.connection().await?;
    Ok(note(&mut conn, text, id).await? > 0)
}

/// Notes that a run began, whatever becomes of it.
pub async fn begin(database: &Database, id: TaskId) -> Result<(), DbError> {
    let mut conn = database.connection().await?;
    by_worker(&mut conn, "INSERT INTO runs VALUES (?, ?)", id).await
}

/// Notes that a run was told that it must not write.
pub async fn refuse(database: &Database, id: TaskId) -> Result<(), DbError> {
    let mut conn = database.connection().await?;
    by_worker(&mut conn, "INSERT INTO refusals VALUES (?, ?)", id).await
}

async fn by_worker(conn: &mut AsyncPgConnection, text: &'static str, id: TaskId) -> Result<(), DbError> {
    statement(text)
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<Text, _>(child::name())
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct Moment {
    #[diesel(sql_type = BigInt)]
    moment: i64,
}

/// A moment of its own.
pub async fn moment(database: &Database) -> Result<i64, DbError> {
    let mut conn = database.connection().await?;
    let now: Moment = statement("SELECT nextval('moments') AS moment")
        .get_result(&mut conn)
        .await?;
    Ok(now.moment)
}

/// Whether somebody opened this gate.
pub async fn is_open(database: &Database, gate: &str) -> Result<bool, DbError> {
    let mut conn = database.connection().await?;
    let found = statement("UPDATE gates SET name = name WHERE name = ?").bind::<Text, _>(gate);
    Ok(found.execute(&mut conn).await? > 0)
}

/// The effect of a task.
pub async fn effect(
    conn: &mut AsyncPgConnection,
    (id, lease): (TaskId, LeaseId),
    begun: Option<i64>,
) -> Result<(), DbError> {
    statement("INSERT INTO effects (task_id, lease_id, begun, worker) VALUES (?, ?, ?, ?)")
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<SqlUuid, _>(lease.uuid())
        .bind::<Nullable<BigInt>, _>(begun)
        .bind::<Text, _>(child::name())
        .execute(conn)
        .await?;
    Ok(())
}

/// What a run came to.
#[derive(Debug, PartialEq, Eq)]
pub struct Balance {
    pub accepted: i64,
    pub completed: i64,
    pub dead: i64,
    pub cancelled: i64,
    pub doubled: i64,
    pub lost: i64,
}

/// Lost: without a row, without an end, completed without an effect, or asked for and not run afterwards.
const LOST: &str = "
    (SELECT count(*) FROM accepted a LEFT JOIN tasks t ON t.id = a.task_id
     WHERE t.finished_at IS NULL
        OR t.state = 'completed' AND NOT EXISTS (SELECT FROM effects e WHERE e.task_id = t.id)
        OR t.state = 'completed' AND (SELECT max(moment) FROM asked WHERE asked.task_id = t.id)
           > (SELECT max(begun) FROM effects e WHERE e.task_id = t.id))";

/// Doubled: more effects than were asked for, or an effect of a task that did not complete. A task that may be asked for again
/// and a batch, whose own effect comes before its children's, may have had theirs before they ended otherwise.
const DOUBLED: &str = "
    (SELECT coalesce(sum(greatest(count - greatest(asks, 1), 0)), 0)::bigint FROM (SELECT count(*) AS count,
       (SELECT count(*) FROM asked WHERE asked.task_id = e.task_id) AS asks FROM effects e GROUP BY e.task_id) counted)
    + (SELECT count(*) FROM effects e LEFT JOIN tasks t ON t.id = e.task_id WHERE t.state IS DISTINCT FROM 'completed'
       AND t.kind NOT IN ('family', 'guardian') AND NOT EXISTS (SELECT FROM asked WHERE asked.task_id = e.task_id))";

pub async fn balance(client: &Client) -> Balance {
    let ended = |state: &str| {
        format!(
            "(SELECT count(*) FROM accepted a JOIN tasks t ON t.id = a.task_id WHERE t.state = '{state}')"
        )
    };
    let query = format!(
        "SELECT (SELECT count(*) FROM accepted), {}, {}, {}, {DOUBLED}, {LOST}",
        ended("completed"),
        ended("dead"),
        ended("cancelled")
    );
    let row = client.query_one(&query, &[]).await.unwrap();
    Balance {
        accepted: row.get(0),
        completed: row.get(1),
        dead: row.get(2),
        cancelled: row.get(3),
        doubled: row.get(4),
        lost: row.get(5),
    }
}

/// What must not be, and how often it is.
pub async fn oddities(client: &Client) -> Vec<(&'static str, i64)> {
    let queries = [
        ("tasks that nobody accepted", "SELECT count(*) FROM tasks WHERE id NOT IN (SELECT task_id FROM accepted)"),
        ("dead without a reason to be", "SELECT count(*) FROM tasks WHERE state = 'dead' AND kind <> 'hopeless'"),
        (
            "cancelled though nobody asked for it",
            "SELECT count(*) FROM tasks WHERE state = 'cancelled' AND id NOT IN (SELECT task_id FROM call_offs)
             AND coalesce(parent_id, id) NOT IN (SELECT task_id FROM call_offs)",
        ),
        ("open children of what is over", "SELECT count(*) FROM tasks WHERE open_children > 0"),
    ];
    let mut found = Vec::new();
    for (what, query) in queries {
        let count: i64 = client.query_one(query, &[]).await.unwrap().get(0);
        if count > 0 {
            found.push((what, count));
        }
    }
    found
}

/// Each kind of task and each state with its number, for the log.
pub async fn by_kind(client: &Client) -> Vec<String> {
    let query = "SELECT kind || ' ' || state || ' ' || count(*) || ' attempts ' || sum(attempt) FROM tasks \
                 GROUP BY kind, state ORDER BY 1";
    let rows = client.query(query, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

//! What waits or runs, counted.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Double, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::DbError;
use crate::statement::statement;

/// What waits or runs, for metrics and readiness.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
pub struct Backlog {
    /// The kind.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Where these rows stand: `pending`, `published`, `running` or `waiting`.
    #[diesel(sql_type = Text)]
    pub state: String,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
    /// Age in seconds of the one that has been due longest; below zero when none is due yet.
    #[diesel(sql_type = Double)]
    pub oldest_seconds: f64,
}

const BACKLOG: &str = "SELECT kind, state, count(*) AS count, \
    extract(epoch FROM task_now() - min(run_at))::double precision AS oldest_seconds \
    FROM tasks WHERE finished_at IS NULL GROUP BY kind, state";

/// Counts the live rows by kind and state.
///
/// # Errors
/// [`DbError`] of the statement.
pub async fn backlog(conn: &mut AsyncPgConnection) -> Result<Vec<Backlog>, DbError> {
    Ok(statement(BACKLOG).load(conn).await?)
}

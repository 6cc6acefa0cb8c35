//! Messages that can never be attended to: what is kept to find out who sends them.

use diesel::sql_types::{BigInt, Bytea, Integer, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::DbError;
use crate::statement::statement;

/// Age at which a rejected message is forgotten, in days.
pub const KEPT_DAYS: i32 = 30;

/// How much of a body is kept, in bytes.
pub const HEAD_BYTES: usize = 1024;

/// A message to be rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rejected<'a> {
    /// The path that it came to.
    pub path: &'a str,
    /// Why it is rejected, as a code.
    pub reason: &'a str,
    /// SHA-256 of what was read.
    pub sha256: &'a [u8; 32],
    /// What was read of the body; only the first [`HEAD_BYTES`] are kept.
    pub body: &'a [u8],
}

const KEEP: &str = "INSERT INTO rejected_messages (sha256, path, reason, size_bytes, head) VALUES (?, ?, ?, ?, ?) \
    ON CONFLICT (sha256, path, reason) DO UPDATE SET times = least(rejected_messages.times, 2000000000) + 1, \
    last_at = task_now()";

/// Keeps what there is to know about a rejected message. One that comes again is counted, not kept twice.
///
/// # Errors
/// See [`DbError`].
pub async fn keep(conn: &mut AsyncPgConnection, rejected: Rejected<'_>) -> Result<(), DbError> {
    let head = rejected.body.get(..HEAD_BYTES).unwrap_or(rejected.body);
    statement(KEEP)
        .bind::<Bytea, _>(rejected.sha256.as_slice())
        .bind::<Text, _>(rejected.path)
        .bind::<Text, _>(rejected.reason)
        .bind::<BigInt, _>(i64::try_from(rejected.body.len()).unwrap_or(i64::MAX))
        .bind::<Bytea, _>(head)
        .execute(conn)
        .await?;
    Ok(())
}

const DELETE_OLD: &str =
    "DELETE FROM rejected_messages WHERE last_at < task_now() - make_interval(days => ?)";

/// Forgets messages that have not come for [`KEPT_DAYS`].
///
/// # Errors
/// See [`DbError`].
pub async fn delete_old(conn: &mut AsyncPgConnection) -> Result<usize, DbError> {
    Ok(statement(DELETE_OLD)
        .bind::<Integer, _>(KEPT_DAYS)
        .execute(conn)
        .await?)
}

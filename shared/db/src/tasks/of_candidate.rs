//! The tasks about one candidate, for showing and for erasing.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{CandidateId, OrgId, TaskId};
use hiring_core::task::{IndexCandidate, ParseResume, TaskError, TaskKind};
use uuid::Uuid;

use super::people::call_off;
use crate::DbError;
use crate::statement::statement;

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The unique key of a candidate's `parse_resume`, so that no resume is read twice at the same time.
#[must_use]
pub fn parse_key(candidate: CandidateId) -> String {
    candidate.to_string()
}

// Both halves are found through an index: the live task by its unique key, the first one because it was inserted in the
// candidate's own transaction and so has the same `now()`. Where the first one read the resume, nobody had to ask again.
const PARSE: &str = "SELECT id FROM (\
    SELECT id, created_at FROM tasks WHERE organization_id = ? AND kind = ? AND unique_key = ? \
        AND state IN ('pending', 'published', 'running', 'waiting') \
    UNION ALL SELECT id, created_at FROM tasks WHERE organization_id = ? AND created_at = ? AND kind = ? \
        AND payload->>'candidate_id' = ? AND state = 'completed') found ORDER BY created_at DESC LIMIT 1";

const NEWEST_PARSE: &str = "SELECT id FROM tasks WHERE organization_id = ? AND created_at >= ? AND kind = ? \
    AND payload->>'candidate_id' = ? ORDER BY created_at DESC LIMIT 1";

/// The task that reads this candidate's resume: the live one, else the last one that was not pruned.
///
/// # Errors
/// See [`DbError`].
pub async fn find_parse(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
    uploaded_at: DateTime<Utc>,
) -> Result<Option<TaskId>, DbError> {
    let rows: Vec<Id> = statement(PARSE)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Text, _>(ParseResume::KIND)
        .bind::<Text, _>(parse_key(candidate))
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Timestamptz, _>(uploaded_at)
        .bind::<Text, _>(ParseResume::KIND)
        .bind::<Text, _>(candidate.to_string())
        .load(conn)
        .await?;
    if let Some(row) = rows.into_iter().next() {
        return Ok(Some(row.id.into()));
    }
    let rows: Vec<Id> = statement(NEWEST_PARSE)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Timestamptz, _>(uploaded_at)
        .bind::<Text, _>(ParseResume::KIND)
        .bind::<Text, _>(candidate.to_string())
        .load(conn)
        .await?;
    Ok(rows.into_iter().next().map(|row| row.id.into()))
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

const IN_HAND: &str = "SELECT EXISTS (SELECT 1 FROM tasks WHERE state IN ('pending', 'published', 'running', 'waiting') \
    AND organization_id = ? AND created_at >= ? AND kind IN (?, ?) AND payload->>'candidate_id' = ?) AS found";

/// Whether a task is under way that takes the candidate out of `processing`: one that reads or one that indexes. Ask it
/// under the lock on the candidate, because such a task ends in the transaction that changes the candidate.
///
/// # Errors
/// See [`DbError`].
pub async fn is_in_hand(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
    uploaded_at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let row: Found = statement(IN_HAND)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Timestamptz, _>(uploaded_at)
        .bind::<Text, _>(ParseResume::KIND)
        .bind::<Text, _>(IndexCandidate::KIND)
        .bind::<Text, _>(candidate.to_string())
        .get_result(conn)
        .await?;
    Ok(row.found)
}

const LIVE: &str = "SELECT id FROM tasks WHERE state IN ('pending', 'published', 'running', 'waiting') \
    AND organization_id = ? AND created_at >= ? AND payload->>'candidate_id' = ?";

/// Cancels what is still to be done about a candidate who is erased: waiting tasks at once and with the code
/// `erased`, running ones at their next heartbeat.
///
/// # Errors
/// See [`DbError`].
pub async fn cancel_all(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
    uploaded_at: DateTime<Utc>,
) -> Result<(), DbError> {
    let live: Vec<Id> = statement(LIVE)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Timestamptz, _>(uploaded_at)
        .bind::<Text, _>(candidate.to_string())
        .load(conn)
        .await?;
    let erased = TaskError {
        code: "erased".to_owned(),
        message: "The candidate was erased.".to_owned(),
        retryable: false,
    };
    let live: Vec<Uuid> = live.into_iter().map(|row| row.id).collect();
    call_off(conn, Some(org), (&live, &erased)).await?;
    Ok(())
}

const CLEAR: &str = "UPDATE tasks SET result = NULL WHERE organization_id = ? AND created_at >= ? \
    AND payload->>'candidate_id' = ? AND result IS NOT NULL";

/// Forgets what finished tasks had to say about a candidate who is erased. Call it after the candidate's row was deleted: no
/// task that has to do with them can complete with a result any more.
///
/// # Errors
/// See [`DbError`].
pub async fn clear_results(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
    uploaded_at: DateTime<Utc>,
) -> Result<(), DbError> {
    statement(CLEAR)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Timestamptz, _>(uploaded_at)
        .bind::<Text, _>(candidate.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

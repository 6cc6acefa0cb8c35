//! What a cancelled or retried task means for the thing that it was about, so that nobody waits for work that will not come.

use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{CandidateId, OrgId};
use hiring_core::task::{IndexCandidate, ParseResume, SendEmail, TaskError, TaskKind};
use serde_json::Value;

use crate::statement::statement;
use crate::{DbError, candidates, indexing, mails};

/// The code of a task that somebody cancelled, and of a candidate whose reading was.
pub const CANCELLED: &str = "cancelled";

/// What a recruiter reads on a candidate whose reading was called off.
const NOT_READ: &str = "Reading the resume was cancelled. Upload it again to have it read.";

/// Why a task that somebody called off did not run.
#[must_use]
pub fn cancelled_error() -> TaskError {
    TaskError {
        code: CANCELLED.to_owned(),
        message: "Somebody cancelled this.".to_owned(),
        retryable: false,
    }
}

/// Settles what the cancelled task was about, in the transaction that cancels it: a candidate whose resume will not be read
/// is `failed` with a reason, one who will not be indexed is findable by words, a mail is `failed`, or `unknown` in the middle of
/// its handover.
///
/// # Errors
/// See [`DbError`].
pub async fn after_cancel(
    conn: &mut AsyncPgConnection,
    organization: Option<OrgId>,
    (kind, payload): (&str, &Value),
) -> Result<(), DbError> {
    settle(conn, organization, (kind, payload), (CANCELLED, NOT_READ)).await
}

/// Settles what a dead task was about where the kind's own last words cannot be said: no worker knows the kind, or its
/// payload cannot be read.
///
/// # Errors
/// See [`DbError`].
pub async fn after_death(
    conn: &mut AsyncPgConnection,
    organization: Option<OrgId>,
    about: (&str, &Value),
    error: &TaskError,
) -> Result<(), DbError> {
    settle(conn, organization, about, (&error.code, &error.message)).await
}

async fn settle(
    conn: &mut AsyncPgConnection,
    organization: Option<OrgId>,
    (kind, payload): (&str, &Value),
    (code, message): (&str, &str),
) -> Result<(), DbError> {
    if kind == SendEmail::KIND
        && let Ok(task) = serde_json::from_value::<SendEmail>(payload.clone())
    {
        mails::settle_dead(conn, task.mail_id, code).await?;
    }
    let (Some(org), Some(candidate)) = (organization, candidate_of(payload)) else {
        return Ok(());
    };
    match kind {
        ParseResume::KIND => indexing::mark_failed(conn, org, candidate, code, message).await?,
        IndexCandidate::KIND => indexing::mark_ready(conn, org, candidate).await?,
        _ => false,
    };
    Ok(())
}

const LOCK_CANDIDATE: &str =
    "SELECT true FROM candidates WHERE organization_id = ? AND id = ? FOR NO KEY UPDATE";

/// Locks what a dead task is about before the task itself becomes live: an upload of the same file locks in this order.
pub(super) async fn before_retry(
    conn: &mut AsyncPgConnection,
    organization: Option<OrgId>,
    (kind, payload): (&str, &Value),
) -> Result<(), DbError> {
    if let (Some(org), Some(candidate), ParseResume::KIND) = (organization, candidate_of(payload), kind) {
        statement(LOCK_CANDIDATE)
            .bind::<SqlUuid, _>(org.uuid())
            .bind::<SqlUuid, _>(candidate.uuid())
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Says that what the task is about is being worked on again.
pub(super) async fn after_retry(
    conn: &mut AsyncPgConnection,
    organization: Option<OrgId>,
    (kind, payload): (&str, &Value),
) -> Result<(), DbError> {
    if let (Some(org), Some(candidate), ParseResume::KIND) = (organization, candidate_of(payload), kind) {
        candidates::read_again(conn, org, candidate).await?;
    }
    Ok(())
}

fn candidate_of(payload: &Value) -> Option<CandidateId> {
    payload.get("candidate_id")?.as_str()?.parse().ok()
}

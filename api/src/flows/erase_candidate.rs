//! Erasing a candidate: everything that is held about the person, in one transaction; the file follows at once.

use diesel_async::AsyncConnection;
use hiring_core::ids::{CandidateId, OrgId, UserId};
use hiring_core::task::EraseObjects;
use hiring_db::tasks::{EnqueueOptions, Enqueued, of_candidate};
use hiring_db::{audit, candidates, idempotency, objects};

use crate::problem::Problem;
use crate::state::AppState;

/// Times that the transaction is begun when it and another one wait for each other.
const ATTEMPTS: u32 = 5;

/// Who asks for the erasure.
#[derive(Debug, Clone)]
pub struct Eraser {
    /// The organization.
    pub organization: OrgId,
    /// The user.
    pub user: UserId,
    /// The request, for the audit log.
    pub request_id: String,
}

/// Erases row, text, vectors, applications, screenings, saved answers and task results, cancels what is still to be done, and
/// has the file deleted.
/// What stays is the audit entry: ids and a time.
///
/// # Errors
/// `not-found` for a candidate who is not the organization's, `unavailable` when the database is away.
pub async fn erase_candidate(state: &AppState, eraser: &Eraser, id: CandidateId) -> Result<(), Problem> {
    let mut attempts = 1;
    let enqueued = loop {
        match erase(state, eraser, id).await {
            Err(problem) if problem.is_deadlock() && attempts < ATTEMPTS => attempts += 1,
            outcome => break outcome?,
        }
    };
    let ringer = state.ringer.clone();
    actix_web::rt::spawn(async move { ringer.ring(&[enqueued]).await });
    Ok(())
}

/// The one transaction; answers the task that deletes the file.
async fn erase(state: &AppState, eraser: &Eraser, id: CandidateId) -> Result<Enqueued, Problem> {
    let org = eraser.organization;
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            let missing = || Problem::not_found("candidate");
            let row = candidates::find(connection, org, id).await?.ok_or_else(missing)?;
            // Tasks before the candidate: the worker locks in the same order, so the two never wait for each other.
            of_candidate::cancel_all(connection, org, id, row.uploaded_at).await?;
            let object = candidates::delete(connection, org, id)
                .await?
                .ok_or_else(missing)?;
            // After the candidate: whatever is scored or saved from here on waits for this lock and finds nobody.
            of_candidate::clear_results(connection, org, id, row.uploaded_at).await?;
            idempotency::forget_candidate(connection, org, id).await?;
            objects::doom_live(connection, org, object).await?;
            let options = EnqueueOptions {
                organization_id: Some(org),
                user_id: Some(eraser.user),
                ..EnqueueOptions::default()
            };
            let enqueued = state
                .ringer
                .enqueue(
                    connection,
                    &EraseObjects {
                        object_ids: vec![object],
                    },
                    options,
                )
                .await?;
            let entry = audit::Entry {
                actor: Some(eraser.user),
                action: "candidate.erased",
                subject_kind: "candidate",
                subject_id: id.uuid(),
                request_id: Some(&eraser.request_id),
            };
            audit::record(connection, org, entry).await?;
            Ok::<_, Problem>(enqueued)
        })
        .await
}

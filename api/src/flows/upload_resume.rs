//! Taking in a resume: row, bytes, candidate, task, in an order in which nothing can be lost or left behind.

mod fresh;
pub(super) mod known;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::candidate::CandidateStatus;
use hiring_core::ids::{CandidateId, ObjectId, OrgId, UserId};
use hiring_core::task::ScreenApplication;
use hiring_core::trace::TraceParent;
use hiring_db::candidates::{self, Standing};
use hiring_db::objects::{self, NewObject};
use hiring_db::tasks::Enqueued;
use hiring_db::{DbError, applications, cleanup};
use hiring_platform::storage::{ObjectKey, StorageError};
use serde_json::Value;

use self::fresh::enqueue;
pub(super) use self::fresh::{Origin, insert_fresh};
use super::apply_to_job;
use crate::answer::Answer;
use crate::extract::ResumeUpload;
use crate::extract::idempotency::Claim;
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::views::candidate::UploadView;

/// Times that an upload is begun again when an equal one came or went in between.
const ATTEMPTS: usize = 5;

/// Who uploads, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Uploader {
    /// The organization whose pool it goes to.
    pub organization: OrgId,
    /// The user.
    pub user: UserId,
    /// Where the request belongs in a trace; its tasks belong there too.
    pub trace: TraceParent,
    /// Whether the user applies to the upload's job by themselves.
    pub applies: bool,
}

/// What a committed upload leaves to be done.
struct Accepted {
    answer: Answer<Value>,
    enqueued: Option<Enqueued>,
}

/// Stores the resume, makes a candidate of it and has it read. The same bytes again are the same candidate.
///
/// # Errors
/// `not-found` for a job that is not the organization's, `plan-limit`, `unavailable` when database or file store are away.
/// Nothing is left behind then.
pub async fn upload_resume(
    state: &AppState,
    uploader: Uploader,
    upload: &ResumeUpload,
    claim: &Claim,
) -> Result<Answer<Value>, Problem> {
    for _ in 0..ATTEMPTS {
        let standing = check_standing(state, uploader.organization, upload).await?;
        let accepted = if standing.is_known {
            known::accept(state, uploader, upload, claim).await?
        } else {
            accept_fresh(state, uploader, (upload, standing), claim).await?
        };
        if let Some(accepted) = accepted {
            ring(state, accepted.enqueued);
            return Ok(accepted.answer);
        }
    }
    Err(Problem::new(
        Kind::Conflict,
        "The same file is being uploaded and erased right now. Try again.",
    )
    .retry_after(1))
}

/// Rings without keeping the caller waiting; a lost ring is rung again by the sweeper.
fn ring(state: &AppState, enqueued: Option<Enqueued>) {
    if let Some(enqueued) = enqueued {
        let ringer = state.ringer.clone();
        actix_web::rt::spawn(async move { ringer.ring(&[enqueued]).await });
    }
}

/// What can be refused before anything is stored.
async fn check_standing(state: &AppState, org: OrgId, upload: &ResumeUpload) -> Result<Standing, Problem> {
    let mut connection = state.database.connection().await?;
    let standing = candidates::standing(&mut connection, org, &upload.sha256, upload.job_id).await?;
    let standing = standing.ok_or_else(|| Problem::not_found("organization"))?;
    if !standing.job_is_own {
        return Err(Problem::not_found("job"));
    }
    if let Some(cap) = standing.plan.caps().candidates
        && !standing.is_known
    {
        require_room(candidates::count(&mut connection, org).await?, cap)?;
    }
    Ok(standing)
}

fn require_room(count: i64, cap: i64) -> Result<(), Problem> {
    if count < cap {
        return Ok(());
    }
    let detail = format!("Your plan keeps {cap} candidates. Erase some or change the plan.");
    Err(Problem::new(Kind::PlanLimit, detail))
}

/// Stores the file and adds the candidate; `None` when an equal upload was faster.
async fn accept_fresh(
    state: &AppState,
    uploader: Uploader,
    (upload, standing): (&ResumeUpload, Standing),
    claim: &Claim,
) -> Result<Option<Accepted>, Problem> {
    let object = ObjectId::generate();
    let key = ObjectKey::new(uploader.organization, object);
    stage(state, uploader.organization, (object, &key), upload).await?;
    let stored = state
        .store
        .put(&key, upload.bytes.clone(), upload.file_type.media_type())
        .await;
    let accepted = match stored {
        Err(error) => Err(storage_problem(error)),
        Ok(()) => add_candidate(state, uploader, (upload, standing, object), claim).await,
    };
    if !matches!(accepted, Ok(Some(_))) {
        discard(state, uploader.organization, object, &key).await;
    }
    accepted
}

pub(super) async fn stage(
    state: &AppState,
    org: OrgId,
    (id, key): (ObjectId, &ObjectKey),
    upload: &ResumeUpload,
) -> Result<(), Problem> {
    let object = NewObject {
        id,
        key: key.as_str(),
        sha256: &upload.sha256,
        size_bytes: i64::try_from(upload.bytes.len()).map_err(Problem::internal)?,
        file_type: upload.file_type,
    };
    let mut connection = state.database.connection().await?;
    Ok(objects::stage(&mut connection, org, object).await?)
}

/// The one transaction: candidate, live object, task, application, saved answer.
async fn add_candidate(
    state: &AppState,
    uploader: Uploader,
    (upload, standing, object_id): (&ResumeUpload, Standing, ObjectId),
    claim: &Claim,
) -> Result<Option<Accepted>, Problem> {
    let org = uploader.organization;
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            if let Some(cap) = standing.plan.caps().candidates {
                require_room(candidates::lock_and_count(connection, org).await?, cap)?;
            }
            let origin = Origin {
                uploader,
                batch: None,
            };
            require_first(connection, uploader, upload).await?;
            let Some(fresh) = insert_fresh(state, connection, origin, (upload, object_id)).await? else {
                return Ok(None);
            };
            let view = UploadView {
                candidate_id: fresh.id.uuid(),
                task_id: Some(fresh.enqueued.task_id.uuid()),
                status: CandidateStatus::Processing.as_str(),
                uploaded_at: fresh.uploaded_at,
                duplicate: false,
            };
            let location = format!("{}/candidates/{}", state.config.prefix, fresh.id);
            let answer = match own_application(state, connection, uploader, (fresh.id, upload)).await? {
                Some(answer) => answer,
                None => Answer::created(view, location).private().recorded()?,
            };
            claim.save(connection, &answer).await?;
            Ok(Some(Accepted {
                answer,
                enqueued: Some(fresh.enqueued),
            }))
        })
        .await
}

/// Refuses somebody who is on the upload's job already and applies by themselves.
async fn require_first(
    connection: &mut AsyncPgConnection,
    uploader: Uploader,
    upload: &ResumeUpload,
) -> Result<(), Problem> {
    match upload.job_id.filter(|_| uploader.applies) {
        Some(job) => {
            apply_to_job::require_first(connection, uploader.user, (uploader.organization, job)).await
        }
        None => Ok(()),
    }
}

/// What somebody is answered who applies by themselves.
async fn own_application(
    state: &AppState,
    connection: &mut AsyncPgConnection,
    uploader: Uploader,
    (candidate, upload): (CandidateId, &ResumeUpload),
) -> Result<Option<Answer<Value>>, Problem> {
    let Some(job) = upload.job_id.filter(|_| uploader.applies) else {
        return Ok(None);
    };
    let about = (uploader.organization, candidate, job);
    apply_to_job::answer(state, connection, uploader.user, about)
        .await
        .map(Some)
}

/// Puts the candidate on the upload's job, if it names one; answers what is then to be screened, `None` when they were on it.
async fn apply(
    connection: &mut AsyncPgConnection,
    org: OrgId,
    candidate_id: CandidateId,
    upload: &ResumeUpload,
) -> Result<Option<ScreenApplication>, Problem> {
    let Some(job_id) = upload.job_id else {
        return Ok(None);
    };
    let applied = match applications::insert_once(connection, org, candidate_id, job_id).await {
        // The job was there a moment ago and has been deleted since.
        Err(DbError::Conflict { .. }) => return Err(Problem::not_found("job")),
        other => other?,
    };
    Ok(applied.map(|application_id| ScreenApplication {
        application_id,
        candidate_id,
        job_id,
    }))
}

/// Removes what a refused upload has stored. The row goes last and only while it is still staged, so that bytes are never
/// without a row and a commit whose answer was lost keeps its file. What cannot be removed now is left to the cleanup.
pub(super) async fn discard(state: &AppState, org: OrgId, object: ObjectId, key: &ObjectKey) {
    let removed = async {
        let doomed = {
            let mut connection = state.database.connection().await?;
            objects::doom_staged(&mut connection, org, object).await?
        };
        if doomed {
            state.store.delete(key).await?;
            let mut connection = state.database.connection().await?;
            cleanup::forget_objects(&mut connection, &[object]).await?;
        }
        Ok::<(), anyhow::Error>(())
    };
    if let Err(error) = removed.await {
        tracing::warn!(%object, error = format!("{error:#}"), "a refused upload is left to the cleanup");
    }
}

pub(super) fn storage_problem(error: StorageError) -> Problem {
    Problem::unavailable(
        "File storage is not reachable right now. Nothing was stored; try again.",
        error,
    )
}

//! The same bytes again: the candidate is known, and what failed is read again from the bytes that came now.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::candidate::CandidateStatus;
use hiring_core::ids::{ObjectId, OrgId, TaskId};
use hiring_core::task::ScreenApplication;
use hiring_db::candidates::{self, Known};
use hiring_db::tasks::of_candidate::{find_parse, is_in_hand};
use hiring_db::tasks::{EnqueueOptions, Enqueued};
use hiring_db::{objects, screenings};
use hiring_platform::storage::ObjectKey;

use super::{Accepted, Origin, Uploader, apply, enqueue, own_application, require_first, storage_problem};
use crate::answer::Answer;
use crate::extract::ResumeUpload;
use crate::extract::idempotency::Claim;
use crate::problem::Problem;
use crate::state::AppState;
use crate::views::candidate::UploadView;

/// Answers with the candidate who has the same bytes, reading a failed resume again; `None` when they have just been erased
/// or have failed only now.
pub(super) async fn accept(
    state: &AppState,
    uploader: Uploader,
    upload: &ResumeUpload,
    claim: &Claim,
) -> Result<Option<Accepted>, Problem> {
    let org = uploader.organization;
    let restored = restore(state, org, upload).await?;
    let accepted = answer(state, uploader, (upload, restored), claim).await;
    if let Some(object) = restored
        && !matches!(accepted, Ok(Some(_)))
    {
        take_back(state, org, object).await;
    }
    accepted
}

/// Puts the bytes of a failed resume again under the key that they have, because the stored ones may be lost or damaged;
/// answers the object where it did.
pub(in crate::flows) async fn restore(
    state: &AppState,
    org: OrgId,
    upload: &ResumeUpload,
) -> Result<Option<ObjectId>, Problem> {
    let known = {
        let mut connection = state.database.connection().await?;
        candidates::find_by_hash(&mut connection, org, &upload.sha256).await?
    };
    let Some(known) = known.filter(|known| known.status == CandidateStatus::Failed) else {
        return Ok(None);
    };
    let (key, media_type) = (
        ObjectKey::new(org, known.object_id),
        upload.file_type.media_type(),
    );
    let stored = state.store.put(&key, upload.bytes.clone(), media_type).await;
    if stored.is_err() {
        take_back(state, org, known.object_id).await;
    }
    stored.map_err(storage_problem)?;
    Ok(Some(known.object_id))
}

/// Removes restored bytes of a candidate who was erased meanwhile; those of anybody else are left as they are.
pub(in crate::flows) async fn take_back(state: &AppState, org: OrgId, object: ObjectId) {
    let removed = async {
        let is_live = {
            let mut connection = state.database.connection().await?;
            objects::is_live(&mut connection, org, object).await?
        };
        if !is_live {
            state.store.delete(&ObjectKey::new(org, object)).await?;
        }
        Ok::<(), anyhow::Error>(())
    };
    if let Err(error) = removed.await {
        tracing::error!(%object, error = format!("{error:#}"), "whether a restored file is still wanted could not be asked");
    }
}

/// The one transaction about a known candidate.
async fn answer(
    state: &AppState,
    uploader: Uploader,
    (upload, restored): (&ResumeUpload, Option<ObjectId>),
    claim: &Claim,
) -> Result<Option<Accepted>, Problem> {
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            let origin = Origin {
                uploader,
                batch: None,
            };
            require_first(connection, uploader, upload).await?;
            let Some(taken) = take(state, connection, origin, (upload, restored)).await? else {
                return Ok(None);
            };
            let status = if taken.is_read_again {
                CandidateStatus::Processing
            } else {
                taken.known.status
            };
            let view = UploadView {
                candidate_id: taken.known.id.uuid(),
                task_id: taken.task_id.map(TaskId::uuid),
                status: status.as_str(),
                uploaded_at: taken.known.uploaded_at,
                duplicate: true,
            };
            let own = own_application(state, connection, uploader, (taken.known.id, upload)).await?;
            let answer = match own {
                Some(answer) => answer,
                None => Answer::ok(view).private().recorded()?,
            };
            claim.save(connection, &answer).await?;
            Ok(Some(Accepted {
                answer,
                enqueued: taken.enqueued,
            }))
        })
        .await
}

/// What an upload of known bytes came to.
pub(in crate::flows) struct Taken {
    /// The candidate as they stood before.
    pub known: Known,
    /// The task that reads the resume, as far as it is still known.
    pub task_id: Option<TaskId>,
    /// Whether a failed resume is being read again.
    is_read_again: bool,
    /// What to ring after the commit.
    pub enqueued: Option<Enqueued>,
}

/// Takes bytes in that some candidate has already, in the caller's transaction; `None` when that candidate has just been erased,
/// or has failed only now, so that the bytes were not put again.
pub(in crate::flows) async fn take(
    state: &AppState,
    connection: &mut AsyncPgConnection,
    origin: Origin,
    (upload, restored): (&ResumeUpload, Option<ObjectId>),
) -> Result<Option<Taken>, Problem> {
    let uploader = origin.uploader;
    let org = uploader.organization;
    let Some(known) = candidates::lock_by_hash(connection, org, &upload.sha256).await? else {
        return Ok(None);
    };
    if known.status == CandidateStatus::Failed && restored != Some(known.object_id) {
        return Ok(None);
    }
    let reading = read_again(state, connection, origin, known).await?;
    let applied = apply(connection, org, known.id, upload).await?;
    let screening = match applied.filter(|_| known.status == CandidateStatus::Ready) {
        Some(task) => Some(screen(state, connection, uploader, &task).await?),
        None => None,
    };
    let task_id = match &reading {
        Some(enqueued) => Some(enqueued.task_id),
        None => find_parse(connection, org, known.id, known.uploaded_at).await?,
    };
    Ok(Some(Taken {
        known,
        task_id,
        is_read_again: reading.is_some(),
        enqueued: reading.or(screening),
    }))
}

/// Enqueues the screening of an application that was made a moment ago. Whoever is not `ready` yet is screened once indexed.
async fn screen(
    state: &AppState,
    connection: &mut AsyncPgConnection,
    uploader: Uploader,
    task: &ScreenApplication,
) -> Result<Enqueued, Problem> {
    let options = EnqueueOptions {
        organization_id: Some(uploader.organization),
        user_id: Some(uploader.user),
        unique_key: Some(screenings::task_key(task.application_id)),
        trace_context: Some(uploader.trace.to_string()),
        ..EnqueueOptions::default()
    };
    Ok(state.ringer.enqueue(connection, task, options).await?)
}

/// Enqueues the reading of a resume that has failed, or that nobody is reading although it has not come to an end.
async fn read_again(
    state: &AppState,
    connection: &mut AsyncPgConnection,
    origin: Origin,
    known: Known,
) -> Result<Option<Enqueued>, Problem> {
    let org = origin.uploader.organization;
    match known.status {
        CandidateStatus::Ready => return Ok(None),
        CandidateStatus::Processing => {
            if is_in_hand(connection, org, known.id, known.uploaded_at).await? {
                return Ok(None);
            }
        }
        CandidateStatus::Failed => candidates::read_again(connection, org, known.id).await?,
    }
    Ok(Some(
        enqueue(state, connection, origin, (known.id, known.object_id)).await?,
    ))
}

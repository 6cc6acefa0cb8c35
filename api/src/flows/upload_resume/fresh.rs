//! The bytes are nobody's yet: a candidate is made of them, and somebody is to read them.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use hiring_core::ids::{CandidateId, ObjectId, TaskId};
use hiring_core::task::ParseResume;
use hiring_db::candidates::{self, NewCandidate};
use hiring_db::tasks::of_candidate::parse_key;
use hiring_db::tasks::{EnqueueOptions, Enqueued};
use hiring_db::{DbError, objects};

use super::{Uploader, apply};
use crate::extract::ResumeUpload;
use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// Where a resume comes from.
#[derive(Debug, Clone, Copy)]
pub(in crate::flows) struct Origin {
    /// Who uploads it.
    pub uploader: Uploader,
    /// The task of the batch that it is part of.
    pub batch: Option<TaskId>,
}

/// A candidate who was added a moment ago.
pub(in crate::flows) struct Fresh {
    /// The candidate.
    pub id: CandidateId,
    /// When the file was uploaded.
    pub uploaded_at: DateTime<Utc>,
    /// The task that reads it.
    pub enqueued: Enqueued,
}

/// Makes a candidate of a staged file in the caller's transaction; `None` when there is one with the same bytes.
pub(in crate::flows) async fn insert_fresh(
    state: &AppState,
    connection: &mut AsyncPgConnection,
    origin: Origin,
    (upload, object_id): (&ResumeUpload, ObjectId),
) -> Result<Option<Fresh>, Problem> {
    let (id, org) = (CandidateId::generate(), origin.uploader.organization);
    let candidate = NewCandidate {
        id,
        object_id,
        sha256: &upload.sha256,
        file_name: &upload.file_name,
        file_type: upload.file_type,
        uploaded_by: origin.uploader.user,
    };
    let Some(uploaded_at) = candidates::insert(connection, org, candidate).await? else {
        return Ok(None);
    };
    if !objects::make_live(connection, org, object_id).await? {
        let detail = "Storing the file took too long. Nothing was stored; try again.";
        return Err(Problem::new(Kind::Unavailable, detail).retry_after(2));
    }
    let enqueued = enqueue(state, connection, origin, (id, object_id)).await?;
    // Screened by the task that indexes the resume.
    apply(connection, org, id, upload).await?;
    Ok(Some(Fresh {
        id,
        uploaded_at,
        enqueued,
    }))
}

/// Enqueues the reading of a resume, once a candidate at a time.
pub(super) async fn enqueue(
    state: &AppState,
    connection: &mut AsyncPgConnection,
    origin: Origin,
    (candidate_id, object_id): (CandidateId, ObjectId),
) -> Result<Enqueued, DbError> {
    let options = EnqueueOptions {
        organization_id: Some(origin.uploader.organization),
        user_id: Some(origin.uploader.user),
        unique_key: Some(parse_key(candidate_id)),
        parent: origin.batch,
        trace_context: Some(origin.uploader.trace.to_string()),
        ..EnqueueOptions::default()
    };
    let payload = ParseResume {
        candidate_id,
        object_id,
    };
    state.ringer.enqueue(connection, &payload, options).await
}

//! `POST /candidates/upload/batch`

use actix_web::{HttpRequest, web};
use serde_json::Value;
use tracing::Instrument;
use utoipa::ToSchema;

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::UploadResume;
use crate::extract::{Allowed, BatchUpload, IdempotencyKey};
use crate::flows::upload_batch as flow;
use crate::flows::upload_resume::Uploader;
use crate::middleware::observe::trace_parent;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::candidate::BatchView;

/// The parts of a batch: up to 100 files, or one zip of them; 256 MB in all.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "documents a body that is read part by part")]
pub struct BatchForm {
    /// The resumes, each at most 10 MB, or one zip of them; `file` is another name for the field.
    #[schema(value_type = Vec<String>, format = Binary, content_media_type = "application/octet-stream")]
    files: Vec<Vec<u8>>,
    /// A job of the organization that all of them apply to.
    job_id: Option<uuid::Uuid>,
}

/// Takes in many resumes at once. They are read in the background as parts of one task. A file that is not acceptable is
/// rejected with its reason and keeps no other away; where none is acceptable, nothing is stored.
#[utoipa::path(
    post, path = "/candidates/upload/batch", operation_id = "uploadResumes", tag = "Candidates", security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless for 24 h")),
    request_body(content = BatchForm, content_type = "multipart/form-data"),
    responses(
        (status = 202, description = "What was accepted is being read", body = Envelope<BatchView>),
        (status = 400, description = "Not multipart, or no file", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such job of yours, or batches are switched off", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The same idempotency key is being worked on", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Over 256 MB", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No file is acceptable, over 100 files, a zip that cannot be opened, a `job_id` that is no UUID, or a key used for another upload", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Database or file store are away; nothing was stored", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn upload_batch(
    allowed: Allowed<UploadResume>,
    key: IdempotencyKey,
    upload: BatchUpload,
    state: web::Data<AppState>,
    request: HttpRequest,
) -> Result<Answer<Value>, Problem> {
    let uploader = Uploader {
        organization: allowed.organization()?,
        user: allowed.user_id,
        trace: trace_parent(&request),
        applies: false,
    };
    let caller = *allowed;
    let work = async move {
        let fingerprint = upload.fingerprint();
        let reach = &state;
        let work = async move |claim: &_| flow::upload_batch(reach, uploader, upload, claim).await;
        key.once(&state.database, &caller, fingerprint, work).await
    };
    // On its own, so that a caller who hangs up in the middle leaves nothing half done.
    actix_web::rt::spawn(work.in_current_span())
        .await
        .map_err(Problem::internal)?
}

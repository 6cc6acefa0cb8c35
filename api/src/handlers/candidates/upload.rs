//! `POST /candidates/upload`

use actix_web::{HttpRequest, web};
use serde_json::Value;
use tracing::Instrument;
use utoipa::ToSchema;

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::UploadResume;
use crate::extract::{Allowed, IdempotencyKey, ResumeUpload};
use crate::flows::upload_resume::{Uploader, upload_resume};
use crate::middleware::observe::trace_parent;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::candidate::UploadView;

/// The parts of an upload. One of `file` and `resume` is needed; both may hold the same file.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "documents a body that is read part by part")]
pub struct UploadForm {
    /// The resume: PDF, DOCX, DOC, RTF, ODT, HTML or TXT, at most 10 MB.
    #[schema(value_type = Option<String>, format = Binary, content_media_type = "application/octet-stream")]
    file: Option<Vec<u8>>,
    /// Another name for `file`.
    #[schema(value_type = Option<String>, format = Binary, content_media_type = "application/octet-stream")]
    resume: Option<Vec<u8>>,
    /// A job of the organization to apply to.
    job_id: Option<uuid::Uuid>,
}

/// Takes in a resume. It is read in the background: follow the task, or the candidate's status.
#[utoipa::path(
    post, path = "/candidates/upload", operation_id = "uploadResume", tag = "Candidates", security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless for 24 h")),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "The same bytes were uploaded before; `duplicate` is true", body = Envelope<UploadView>),
        (status = 201, description = "Accepted and being read", body = Envelope<UploadView>),
        (status = 400, description = "Not multipart, no file, or two different files", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter, or the plan's cap is reached", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such job of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The same idempotency key is being worked on", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Over 10 MB", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "No accepted type, by its bytes", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "An empty file, a `job_id` that is no UUID, or a key used for another upload", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Database or file store are away; nothing was stored", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn upload(
    allowed: Allowed<UploadResume>,
    key: IdempotencyKey,
    upload: ResumeUpload,
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
        let work = async |claim: &_| upload_resume(&state, uploader, &upload, claim).await;
        key.once(&state.database, &caller, upload.fingerprint(), work)
            .await
    };
    // On its own, so that a caller who hangs up in the middle leaves nothing half done.
    actix_web::rt::spawn(work.in_current_span())
        .await
        .map_err(Problem::internal)?
}

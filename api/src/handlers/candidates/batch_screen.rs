//! `POST /candidates/batch-screen`

use actix_web::{HttpRequest, web};
use serde::Deserialize;
use serde_json::Value;
use tracing::Instrument;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::ScreenCandidates;
use crate::extract::idempotency::Fingerprint;
use crate::extract::{Allowed, Body, IdempotencyKey, Validate, Violations};
use crate::flows::screen_batch::{self, Asked};
use crate::middleware::observe::trace_parent;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::batch::ScreeningBatchView;

/// Most candidates of one batch.
pub const MOST_CANDIDATES: usize = 100;

/// Who is to be screened for which job.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchScreen {
    /// 1 to 100 candidates of the organization; one that is named twice is screened once.
    #[schema(min_items = 1, max_items = 100)]
    candidate_ids: Vec<Uuid>,
    /// A job of the organization, whatever its state.
    job_id: Uuid,
}

impl Validate for BatchScreen {
    fn validate(&self, violations: &mut Violations) {
        if self.candidate_ids.is_empty() {
            violations.add("/candidate_ids", "too-few", "Name at least one candidate.");
        } else if self.candidate_ids.len() > MOST_CANDIDATES {
            let detail = format!("A batch has at most {MOST_CANDIDATES} candidates; send several batches.");
            violations.add("/candidate_ids", "too-many", detail);
        }
    }
}

/// Screens many candidates for a job: everybody by the rules, then the best by the language model, where one is set up. Who is
/// not on the job yet is put on it, at stage `applied`. The batch does not wait for questions to the model that were under way
/// before it: their answers show in its outcomes when they come. Follow the task; `GET /tasks/{id}/outcomes` says what came of each candidate.
#[utoipa::path(
    post, path = "/candidates/batch-screen", operation_id = "screenCandidates", tag = "Candidates", request_body = BatchScreen,
    security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless for 24 h")),
    responses(
        (status = 202, description = "They are being screened", body = Envelope<ScreeningBatchView>),
        (status = 400, description = "The body is no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such job of yours, or not all of the candidates are; `errors` names each, and nothing is stored", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "A resume is still being read; `errors` names each, and nothing is stored. Or the same key is being worked on", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not sent as JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No candidate, over 100 candidates, something that is no UUID, or a key used for another request", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "The database is away; nothing was stored", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn batch_screen(
    allowed: Allowed<ScreenCandidates>,
    key: IdempotencyKey,
    body: Body<BatchScreen>,
    state: web::Data<AppState>,
    request: HttpRequest,
) -> Result<Answer<Value>, Problem> {
    let asked = Asked {
        organization: allowed.organization()?,
        user: allowed.user_id,
        job: body.value.job_id.into(),
        candidates: body.value.candidate_ids,
        trace: trace_parent(&request).to_string(),
    };
    let caller = *allowed;
    let fingerprint = Fingerprint::of(&[&body.bytes]);
    let work = async move {
        let work = async |claim: &_| screen_batch::run(&state, &asked, claim).await;
        key.once(&state.database, &caller, fingerprint, work).await
    };
    // On its own, so that a caller who hangs up in the middle leaves nothing half done.
    actix_web::rt::spawn(work.in_current_span())
        .await
        .map_err(Problem::internal)?
}

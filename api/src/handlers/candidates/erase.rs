//! `DELETE /candidates/{id}`

use actix_web::{HttpRequest, HttpResponse, web};
use hiring_core::ids::CandidateId;
use tracing::Instrument;

use crate::extract::allowed::EraseCandidates;
use crate::extract::{Allowed, PathId};
use crate::flows::erase_candidate::{Eraser, erase_candidate};
use crate::middleware::observe::request_id;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;

/// Erases everything that is held about a candidate: row, text, vectors, applications, task results and the file.
#[utoipa::path(
    delete, path = "/candidates/{id}", operation_id = "eraseCandidate", tag = "Candidates", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The candidate")),
    responses(
        (status = 204, description = "Erased; the file is deleted within moments"),
        (status = 400, description = "The id is no UUID", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such candidate of yours", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn erase(
    allowed: Allowed<EraseCandidates>,
    PathId(id): PathId<CandidateId>,
    state: web::Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let organization = allowed.organization()?;
    let eraser = Eraser {
        organization,
        user: allowed.user_id,
        request_id: request_id(&request),
    };
    let work = async move { erase_candidate(&state, &eraser, id).await };
    actix_web::rt::spawn(work.in_current_span())
        .await
        .map_err(Problem::internal)??;
    Ok(HttpResponse::NoContent().finish())
}

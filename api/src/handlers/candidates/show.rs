//! `GET /candidates/{id}`

use actix_web::web;
use hiring_core::ids::CandidateId;
use hiring_db::candidates;

use super::BlindQuery;
use crate::answer::{Answer, Envelope};
use crate::extract::allowed::ReadCandidates;
use crate::extract::{Allowed, PathId, Query};
use crate::flows::blind::{self, Blind};
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::candidate::CandidateView;

/// One candidate: how far the resume has come, and the facts read from it.
#[utoipa::path(
    get, path = "/candidates/{id}", operation_id = "getCandidate", tag = "Candidates", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The candidate"), BlindQuery),
    responses(
        (status = 200, description = "The candidate; the `ETag` is the version", body = Envelope<CandidateView>),
        (status = 400, description = "The id is no UUID or the query cannot be parsed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such candidate of yours", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    allowed: Allowed<ReadCandidates>,
    PathId(id): PathId<CandidateId>,
    Query(query): Query<BlindQuery>,
    state: web::Data<AppState>,
) -> Result<Answer<CandidateView>, Problem> {
    let org = allowed.organization()?;
    let mut connection = state.database.connection().await?;
    let row = candidates::find(&mut connection, org, id).await?;
    let row = row.ok_or_else(|| Problem::not_found("candidate"))?;
    drop(connection);
    let version = row.version;
    let mut view = CandidateView::from(row);
    if blind::is_blind(&state, &allowed, query.blind).await? {
        let hidden = Blind::find(&state, org, &[id.uuid()]).await?;
        view = blind::candidate(hidden.get(&id.uuid()), view);
    }
    Ok(Answer::ok(view).version(version).private())
}

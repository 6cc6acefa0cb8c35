//! `GET /candidates/{id}/text`

use actix_web::web;
use hiring_core::ids::CandidateId;
use hiring_db::candidates;

use super::BlindQuery;
use crate::answer::{Answer, Envelope};
use crate::extract::allowed::ReadCandidates;
use crate::extract::{Allowed, PathId, Query};
use crate::flows::blind::{self, Blind};
use crate::problem::{Problem, ProblemBody, Unread};
use crate::state::AppState;
use crate::views::candidate::TextView;

/// The visible text of the resume, which all offsets point into.
#[utoipa::path(
    get, path = "/candidates/{id}/text", operation_id = "getText", tag = "Candidates", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The candidate"), BlindQuery),
    responses(
        (status = 200, description = "The text and its sections", body = Envelope<TextView>),
        (status = 400, description = "The id is no UUID or the query cannot be parsed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such candidate of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The resume is still being read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The resume could not be read; the code says why", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn text(
    allowed: Allowed<ReadCandidates>,
    PathId(id): PathId<CandidateId>,
    Query(query): Query<BlindQuery>,
    state: web::Data<AppState>,
) -> Result<Answer<TextView>, Problem> {
    let org = allowed.organization()?;
    let mut connection = state.database.connection().await?;
    let row = candidates::find_text(&mut connection, org, id).await?;
    let row = row.ok_or_else(|| Problem::not_found("candidate"))?;
    drop(connection);
    let Some(visible_text) = row.visible_text else {
        return Err(Unread {
            status: row.status,
            code: row.failure_code,
            reason: row.failure_reason,
        }
        .into());
    };
    let sections = row.sections.unwrap_or_else(|| serde_json::json!([]));
    let view = TextView {
        candidate_id: id.uuid(),
        visible_text,
        sections,
    };
    let view = if blind::is_blind(&state, &allowed, query.blind).await? {
        let hidden = Blind::find(&state, org, &[id.uuid()]).await?;
        hidden
            .get(&id.uuid())
            .ok_or_else(|| Problem::not_found("candidate"))?
            .text(view)
    } else {
        view
    };
    Ok(Answer::ok(view).version(row.version).private())
}

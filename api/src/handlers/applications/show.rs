//! `GET /applications/{id}`

use actix_web::web;
use hiring_core::ids::{ApplicationId, OrgId};
use hiring_db::applications;

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::ReadApplications;
use crate::extract::{Allowed, PathId, Query};
use crate::flows::blind::{self, Blind};
use crate::handlers::candidates::BlindQuery;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::application::ApplicationDetailView;

/// One application: the latest score with its quotes, the moves from stage to stage, and the notes.
#[utoipa::path(
    get, path = "/applications/{id}", operation_id = "getApplication", tag = "Applications", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The application"), BlindQuery),
    responses(
        (status = 200, description = "The application; its `ETag` is the version", body = Envelope<ApplicationDetailView>),
        (status = 400, description = "The id is no UUID or the query cannot be parsed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such application of yours", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    allowed: Allowed<ReadApplications>,
    PathId(id): PathId<ApplicationId>,
    Query(query): Query<BlindQuery>,
    state: web::Data<AppState>,
) -> Result<Answer<ApplicationDetailView>, Problem> {
    let blind = blind::is_blind(&state, &allowed, query.blind).await?;
    detail(&state, allowed.organization()?, id, blind).await
}

/// The organization's application as it stands.
pub(super) async fn detail(
    state: &AppState,
    org: OrgId,
    id: ApplicationId,
    blind: bool,
) -> Result<Answer<ApplicationDetailView>, Problem> {
    let mut connection = state.database.connection().await?;
    let row = applications::find(&mut connection, org, id)
        .await?
        .ok_or_else(|| Problem::not_found("application"))?;
    let moves = applications::list_moves(&mut connection, org, id).await?;
    let notes = applications::list_notes(&mut connection, org, id).await?;
    let (version, candidate) = (row.version, row.candidate_id);
    let mut view = ApplicationDetailView::new(row, moves, notes);
    if blind {
        let hidden = Blind::load(&mut connection, org, &[candidate]).await?;
        view = blind::application_detail(hidden.get(&candidate), view);
    }
    Ok(Answer::ok(view).version(version).private())
}

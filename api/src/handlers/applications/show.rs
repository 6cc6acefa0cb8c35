//! `GET /applications/{id}`

use actix_web::web;
use hiring_core::ids::{ApplicationId, OrgId};
use hiring_db::{Connection, applications};

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::ReadApplications;
use crate::extract::{Allowed, PathId};
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::application::ApplicationDetailView;

/// One application: the latest score with its quotes, the moves from stage to stage, and the notes.
#[utoipa::path(
    get, path = "/applications/{id}", operation_id = "getApplication", tag = "Applications", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The application")),
    responses(
        (status = 200, description = "The application; its `ETag` is the version", body = Envelope<ApplicationDetailView>),
        (status = 400, description = "The id is no UUID", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such application of yours", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    allowed: Allowed<ReadApplications>,
    PathId(id): PathId<ApplicationId>,
    state: web::Data<AppState>,
) -> Result<Answer<ApplicationDetailView>, Problem> {
    let mut connection = state.database.connection().await?;
    detail(&mut connection, allowed.organization()?, id).await
}

/// The organization's application as it stands.
pub(super) async fn detail(
    connection: &mut Connection,
    org: OrgId,
    id: ApplicationId,
) -> Result<Answer<ApplicationDetailView>, Problem> {
    let row = applications::find(connection, org, id)
        .await?
        .ok_or_else(|| Problem::not_found("application"))?;
    let moves = applications::list_moves(connection, org, id).await?;
    let notes = applications::list_notes(connection, org, id).await?;
    let version = row.version;
    let view = ApplicationDetailView::new(row, moves, notes);
    Ok(Answer::ok(view).version(version).private())
}

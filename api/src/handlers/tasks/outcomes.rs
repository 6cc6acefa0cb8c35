//! `GET /tasks/{id}/outcomes`

use actix_web::web;
use hiring_core::ids::TaskId;
use hiring_core::task::{ScreenBatch, TaskKind};
use hiring_db::batch_screenings;

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::ReadTasks;
use crate::extract::{Allowed, PageQuery, PathId, Query};
use crate::flows::act_on_tasks::{find, reach};
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::batch::OutcomeView;

/// What came of each candidate of a batch of screenings, in the order of the request. Who was erased since is missing.
#[utoipa::path(
    get, path = "/tasks/{id}/outcomes", operation_id = "listOutcomes", tag = "Tasks", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The task of a batch of screenings"), PageQuery),
    responses(
        (status = 200, description = "A page of outcomes", body = Envelope<Vec<OutcomeView>>),
        (status = 400, description = "The id is no UUID, or the query cannot be parsed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such batch of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A parameter is out of range", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn outcomes(
    allowed: Allowed<ReadTasks>,
    PathId(id): PathId<TaskId>,
    Query(page): Query<PageQuery>,
    state: web::Data<AppState>,
) -> Result<Answer<Vec<OutcomeView>>, Problem> {
    let org = allowed.organization()?;
    let reach = reach(allowed.role, allowed.user_id);
    let mut connection = state.database.connection().await?;
    let batch = find(&mut connection, org, (reach, id)).await?;
    if batch.kind != ScreenBatch::KIND {
        return Err(Problem::not_found("batch of screenings"));
    }
    let paging = (page.limit(), page.offset());
    let (rows, total) = batch_screenings::list_outcomes(&mut connection, org, id, paging).await?;
    let views = rows
        .into_iter()
        .map(|row| OutcomeView::new(row, &batch))
        .collect();
    Ok(Answer::page(views, page, total).private())
}

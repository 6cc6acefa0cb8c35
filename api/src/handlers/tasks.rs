//! Background work: following it.

use actix_web::http::header::RETRY_AFTER;
use actix_web::web;
use hiring_core::ids::TaskId;
use hiring_db::tasks;

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::ReadTasks;
use crate::extract::{Allowed, PathId};
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::task::TaskView;

/// One of the organization's tasks: state, stage, progress, and the reason when it failed.
#[utoipa::path(
    get, path = "/tasks/{id}", operation_id = "getTask", tag = "Tasks", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The task")),
    responses(
        (status = 200, description = "The task; `Retry-After` says when to ask again while it is not over", body = Envelope<TaskView>),
        (status = 400, description = "The id is no UUID", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such task of yours", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    allowed: Allowed<ReadTasks>,
    PathId(id): PathId<TaskId>,
    state: web::Data<AppState>,
) -> Result<Answer<TaskView>, Problem> {
    let mut connection = state.database.connection().await?;
    let row = tasks::find_task(&mut connection, allowed.organization()?, id).await?;
    let row = row.ok_or_else(|| Problem::not_found("task"))?;
    let is_over = row.state.is_final();
    let answer = Answer::ok(TaskView::from(row)).private();
    Ok(if is_over {
        answer
    } else {
        answer.header(RETRY_AFTER, "1".to_owned())
    })
}

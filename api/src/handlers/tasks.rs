//! Background work: following it, listing it, and what people may do to it.

pub mod act;
pub mod outcomes;

use actix_web::http::header::RETRY_AFTER;
use actix_web::web;
use hiring_core::ids::TaskId;
use hiring_core::task::TaskState;
use hiring_db::tasks::{self, TaskFilter};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

pub use act::{RetryAll, cancel, retry, retry_all};
pub use outcomes::outcomes;

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::ReadTasks;
use crate::extract::{Allowed, PageQuery, PathId, Query, Validate, Violations};
use crate::flows::act_on_tasks::{find, reach};
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::task::TaskView;

/// Longest name of a kind that a request may give, in characters.
const MAX_KIND_CHARS: usize = 100;

/// The states behind each name that callers are shown.
const SHOWN_STATES: [(&str, &[TaskState]); 6] = [
    ("queued", &[TaskState::Pending, TaskState::Published]),
    ("running", &[TaskState::Running]),
    ("waiting", &[TaskState::Waiting]),
    ("completed", &[TaskState::Completed]),
    ("dead", &[TaskState::Dead]),
    ("cancelled", &[TaskState::Cancelled]),
];

/// Narrows the list of tasks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    /// `queued`, `running`, `waiting`, `completed`, `dead` or `cancelled`.
    state: Option<String>,
    /// Only this kind, for instance `parse_resume`.
    kind: Option<String>,
    /// Only parts of this batch.
    parent: Option<Uuid>,
    /// The page, from 1.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// Entries on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    per_page: Option<u32>,
}

impl TaskQuery {
    fn states(&self) -> Option<&'static [TaskState]> {
        let name = self.state.as_deref()?;
        let found = SHOWN_STATES.iter().find(|(shown, _)| *shown == name);
        found.map(|(_, states)| *states)
    }
}

impl Validate for TaskQuery {
    fn validate(&self, violations: &mut Violations) {
        PageQuery::from_parts(self.page, self.per_page).validate(violations);
        violations.text(
            "kind",
            self.kind.as_deref().unwrap_or_default(),
            0,
            MAX_KIND_CHARS,
        );
        if self.state.is_some() && self.states().is_none() {
            let detail = "A state is queued, running, waiting, completed, dead or cancelled.";
            violations.add("state", "unknown-value", detail);
        }
    }
}

/// Tasks, the latest first: an admin sees all of the organization, a recruiter those that they asked for.
#[utoipa::path(
    get, path = "/tasks", operation_id = "listTasks", tag = "Tasks", params(TaskQuery), security(("bearer" = [])),
    responses(
        (status = 200, description = "A page of tasks", body = Envelope<Vec<TaskView>>),
        (status = 400, description = "The query cannot be parsed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A parameter is out of range", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    allowed: Allowed<ReadTasks>,
    Query(query): Query<TaskQuery>,
    state: web::Data<AppState>,
) -> Result<Answer<Vec<TaskView>>, Problem> {
    let page = PageQuery::from_parts(query.page, query.per_page);
    let filter = TaskFilter {
        states: query.states().unwrap_or_default().to_vec(),
        kind: query.kind.filter(|kind| !kind.is_empty()),
        user_id: reach(allowed.role, allowed.user_id),
        parent: query.parent.map(TaskId::from),
        offset: page.offset(),
        limit: page.limit(),
    };
    let mut connection = state.database.connection().await?;
    let (rows, total) = tasks::list_tasks(&mut connection, allowed.organization()?, &filter).await?;
    let views = rows.into_iter().map(TaskView::from).collect();
    Ok(Answer::page(views, page, total).private())
}

/// One task: state, stage, progress, and the reason when it failed. Recruiters see those that they asked for.
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
    let reach = reach(allowed.role, allowed.user_id);
    let row = find(&mut connection, allowed.organization()?, (reach, id)).await?;
    let is_over = row.state.is_final();
    let answer = Answer::ok(TaskView::from(row)).private();
    Ok(if is_over {
        answer
    } else {
        answer.header(RETRY_AFTER, "1".to_owned())
    })
}

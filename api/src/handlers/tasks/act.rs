//! Retrying and cancelling.

use actix_web::{HttpRequest, web};
use hiring_core::ids::TaskId;
use serde::Deserialize;
use serde_json::Value;
use tracing::Instrument;
use utoipa::ToSchema;

use super::MAX_KIND_CHARS;
use crate::answer::{Answer, Envelope};
use crate::extract::allowed::ActOnTasks;
use crate::extract::idempotency::Fingerprint;
use crate::extract::{Allowed, Body, IdempotencyKey, PathId, Validate, Violations};
use crate::flows::act_on_tasks::{self, Actor};
use crate::middleware::observe::request_id;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::task::{RetriedView, TaskView};

fn actor(allowed: &Allowed<ActOnTasks>, request: &HttpRequest) -> Result<Actor, Problem> {
    Ok(Actor {
        organization: allowed.organization()?,
        user: allowed.user_id,
        role: allowed.role,
        request_id: request_id(request),
    })
}

/// Who asks, in which request, and under which key.
#[derive(Debug)]
pub struct Asked(IdempotencyKey, HttpRequest);

impl actix_web::FromRequest for Asked {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut actix_web::dev::Payload) -> Self::Future {
        let key = IdempotencyKey::from_request(request, payload).into_inner();
        std::future::ready(key.map(|key| Self(key, request.clone())))
    }
}

/// Gives a dead task its attempts again. What it is about is worked on again too: the candidate of a resume that could not be
/// read is `processing`, the batch that it is part of `waiting`.
#[utoipa::path(
    post, path = "/tasks/{id}/retry", operation_id = "retryTask", tag = "Tasks", security(("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The task"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless for 24 h"),
    ),
    responses(
        (status = 202, description = "Queued again", body = Envelope<TaskView>),
        (status = 400, description = "The id is no UUID", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such task of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Not dead, or the same work is under way as another task", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The key was used for another request", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn retry(
    allowed: Allowed<ActOnTasks>,
    PathId(id): PathId<TaskId>,
    Asked(key, request): Asked,
    state: web::Data<AppState>,
) -> Result<Answer<Value>, Problem> {
    let actor = actor(&allowed, &request)?;
    let caller = *allowed;
    let work = async move {
        let work = async |claim: &_| act_on_tasks::retry(&state, &actor, id, claim).await;
        key.once(&state.database, &caller, Fingerprint::of(&[]), work)
            .await
    };
    actix_web::rt::spawn(work.in_current_span())
        .await
        .map_err(Problem::internal)?
}

/// Cancels a task. One that waits to run ends at once, a running one at its next heartbeat, a batch with the last of its
/// parts. The candidate of a resume that will not be read is `failed` with the code `cancelled`.
#[utoipa::path(
    post, path = "/tasks/{id}/cancel", operation_id = "cancelTask", tag = "Tasks", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The task")),
    responses(
        (status = 200, description = "Cancelled, or asked to end: `state` and `cancel_requested` say which", body = Envelope<TaskView>),
        (status = 400, description = "The id is no UUID", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such task of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is over", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn cancel(
    allowed: Allowed<ActOnTasks>,
    PathId(id): PathId<TaskId>,
    request: HttpRequest,
    state: web::Data<AppState>,
) -> Result<Answer<TaskView>, Problem> {
    let actor = actor(&allowed, &request)?;
    let work = async move { act_on_tasks::cancel(&state, &actor, id).await };
    let row = actix_web::rt::spawn(work.in_current_span())
        .await
        .map_err(Problem::internal)??;
    Ok(Answer::ok(TaskView::from(row)).private())
}

/// Which dead tasks to retry.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryAll {
    /// Their kind, for instance `parse_resume`.
    #[schema(example = "parse_resume", max_length = 100)]
    kind: String,
}

impl Validate for RetryAll {
    fn validate(&self, violations: &mut Violations) {
        violations.text("/kind", &self.kind, 1, MAX_KIND_CHARS);
    }
}

/// Gives all dead tasks of a kind their attempts again, at most 1,000 in a call: an admin all of the organization, a recruiter
/// those that they asked for.
#[utoipa::path(
    post, path = "/tasks/retry", operation_id = "retryTasks", tag = "Tasks", security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless for 24 h")),
    request_body = RetryAll,
    responses(
        (status = 202, description = "How many are queued again, and how many remain", body = Envelope<RetriedView>),
        (status = 400, description = "The body cannot be parsed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The same idempotency key is being worked on", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No kind, or a key used for another request", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn retry_all(
    allowed: Allowed<ActOnTasks>,
    Asked(key, request): Asked,
    body: Body<RetryAll>,
    state: web::Data<AppState>,
) -> Result<Answer<Value>, Problem> {
    let actor = actor(&allowed, &request)?;
    let caller = *allowed;
    let work = async move {
        let fingerprint = Fingerprint::of(&[body.value.kind.as_bytes()]);
        let work = async |claim: &_| act_on_tasks::retry_all(&state, &actor, &body.value.kind, claim).await;
        key.once(&state.database, &caller, fingerprint, work).await
    };
    actix_web::rt::spawn(work.in_current_span())
        .await
        .map_err(Problem::internal)?
}

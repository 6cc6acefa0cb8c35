//! Jobs: the public board, and what recruiters do with their own.

use actix_web::{HttpResponse, web};
use hiring_core::ids::{JobId, OrgId};
use hiring_db::jobs::{self, JobFilter};
use hiring_platform::cache::{Class, Room, Scope};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::WriteJobs;
use crate::extract::idempotency::Fingerprint;
use crate::extract::{
    Allowed, Body, Cached, IdempotencyKey, IfMatch, PageQuery, PathId, Query, Validate, Violations, Visitor,
};
use crate::flows::change_job;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::job::JobView;

pub mod parse;
pub(in crate::handlers) mod request;
mod weights;

pub use parse::parse;
pub use request::{CreateJob, UpdateJob};

/// Narrows the job board.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JobQuery {
    /// Words in title or description.
    search: Option<String>,
    /// `full_time`, `part_time`, `contract`, `internship` or `temporary`.
    job_type: Option<String>,
    /// Part of the location.
    location: Option<String>,
    /// Jobs of this organization only.
    organization: Option<Uuid>,
    /// `draft`, `open` or `closed`; members see their own in every state.
    state: Option<String>,
    /// The page, from 1.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// Entries on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    per_page: Option<u32>,
}

impl Validate for JobQuery {
    fn validate(&self, violations: &mut Violations) {
        PageQuery::from_parts(self.page, self.per_page).validate(violations);
        for (name, text) in [("search", &self.search), ("location", &self.location)] {
            violations.text(name, text.as_deref().unwrap_or_default(), 0, 200);
        }
        request::check_job_type("job_type", self.job_type.as_deref(), violations);
        request::check_state("state", self.state.as_deref(), violations);
    }
}

/// The job board: open jobs of all organizations; members also see their own in every state.
#[utoipa::path(
    get, path = "/jobs", operation_id = "listJobs", tag = "Jobs", params(JobQuery), security((), ("bearer" = [])),
    responses(
        (status = 200, description = "A page of jobs, newest first", body = Envelope<Vec<JobView>>),
        (status = 400, description = "The query cannot be parsed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "A token was sent that does not count", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A parameter is out of range", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    visitor: Visitor,
    Query(query): Query<JobQuery>,
    cached: Cached,
    state: web::Data<AppState>,
) -> Result<Answer<()>, Problem> {
    let page = PageQuery::from_parts(query.page, query.per_page);
    let filter = JobFilter {
        search: query.search.filter(|words| !words.trim().is_empty()),
        job_type: query.job_type,
        location: query.location.filter(|text| !text.trim().is_empty()),
        organization: query.organization.map(Into::into),
        state: query.state,
    };
    let viewer = visitor.0.and_then(|caller| caller.organization_id);
    let list = || async {
        let mut connection = state.database.connection().await?;
        let paging = (page.limit(), page.offset());
        let (rows, total) = jobs::list_visible(&mut connection, viewer, &filter, paging).await?;
        let views: Vec<JobView> = rows.into_iter().map(|row| JobView::new(row, viewer)).collect();
        Ok(Answer::page(views, page, total))
    };
    cached.answer(&state.cache, on_the_board(viewer), list).await
}

/// Members see more of the board than others, and all members of an organization the same.
const fn on_the_board(viewer: Option<OrgId>) -> (Class, Room, Scope) {
    (Class::Board, Room::Board, Scope::of(viewer))
}

/// One job: anybody sees an open one, members also their own in every state.
#[utoipa::path(
    get, path = "/jobs/{id}", operation_id = "getJob", tag = "Jobs", security((), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The job")),
    responses(
        (status = 200, description = "The job; its `ETag` is the version", body = Envelope<JobView>),
        (status = 400, description = "The id is no UUID", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "A token was sent that does not count", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such job, or not for you", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    visitor: Visitor,
    PathId(id): PathId<JobId>,
    cached: Cached,
    state: web::Data<AppState>,
) -> Result<Answer<()>, Problem> {
    let viewer = visitor.0.and_then(|caller| caller.organization_id);
    let find = || async {
        let mut connection = state.database.connection().await?;
        let row = jobs::find_visible(&mut connection, viewer, id)
            .await?
            .ok_or_else(|| Problem::not_found("job"))?;
        let version = row.version;
        Ok(Answer::ok(JobView::new(row, viewer)).version(version))
    };
    cached.answer(&state.cache, on_the_board(viewer), find).await
}

/// Creates a job.
#[utoipa::path(
    post, path = "/jobs", operation_id = "createJob", tag = "Jobs", request_body = CreateJob, security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless for 24 h")),
    responses(
        (status = 201, description = "The job", body = Envelope<JobView>),
        (status = 400, description = "The body is no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter, or the plan's cap is reached", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The same key is being worked on", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not sent as JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Values are not acceptable", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    allowed: Allowed<WriteJobs>,
    key: IdempotencyKey,
    body: Body<CreateJob>,
    state: web::Data<AppState>,
) -> Result<Answer<Value>, Problem> {
    let creator = (allowed.organization()?, allowed.user_id);
    let fingerprint = Fingerprint::of(&[&body.bytes]);
    let job = body.value.into_change();
    let work = async |claim: &_| change_job::create(&state, creator, job, claim).await;
    key.once(&state.database, &allowed, fingerprint, work).await
}

/// Changes a job; only the fields that are sent. Where weights, requirements, title or description of a job with applications
/// change, a task scores everybody on it anew (`rescore_task_id`).
#[utoipa::path(
    patch, path = "/jobs/{id}", operation_id = "updateJob", tag = "Jobs", request_body = UpdateJob, security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The job"), ("If-Match" = String, Header, description = "The version that you read")),
    responses(
        (status = 200, description = "The job as it is after the change", body = Envelope<JobView>),
        (status = 400, description = "The id is no UUID or the body no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter, or the plan's cap is reached", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such job of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "Changed by somebody else", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Values are not acceptable", body = ProblemBody, content_type = "application/problem+json"),
        (status = 428, description = "If-Match is missing", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn update(
    allowed: Allowed<WriteJobs>,
    PathId(id): PathId<JobId>,
    if_match: IfMatch,
    body: Body<UpdateJob>,
    state: web::Data<AppState>,
) -> Result<Answer<JobView>, Problem> {
    let caller = (allowed.organization()?, allowed.user_id);
    let change = body.value.into_change();
    let (row, rescore_task_id) = change_job::update(&state, caller, (id, &if_match), change).await?;
    let version = row.version;
    let view = JobView {
        rescore_task_id,
        ..JobView::new(row, Some(caller.0))
    };
    Ok(Answer::ok(view).version(version))
}

/// Deletes a job and its applications.
#[utoipa::path(
    delete, path = "/jobs/{id}", operation_id = "deleteJob", tag = "Jobs", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The job")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 400, description = "The id is no UUID", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such job of yours", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    allowed: Allowed<WriteJobs>,
    PathId(id): PathId<JobId>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let mut connection = state.database.connection().await?;
    if jobs::delete(&mut connection, allowed.organization()?, id).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Problem::not_found("job"))
    }
}

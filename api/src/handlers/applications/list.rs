//! `GET /applications`

use actix_web::web;
use hiring_core::application::Stage;
use hiring_core::ids::OrgId;
use hiring_db::applications::{self, ApplicationFilter, ApplicationOrder};
use hiring_db::{Connection, candidates, jobs};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::ReadApplications;
use crate::extract::{Allowed, PageQuery, Query, Validate, Violations};
use crate::flows::blind;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::application::ApplicationView;

/// Narrows and orders the list of applications.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ApplicationQuery {
    /// Only those for this job of the organization.
    job_id: Option<Uuid>,
    /// Only those of this candidate of the organization.
    candidate_id: Option<Uuid>,
    /// `applied`, `screening`, `test`, `interview`, `offer`, `hired`, `rejected` or `withdrawn`.
    stage: Option<String>,
    /// `newest` (the default) or `score`: the best latest score first, those without one at the end.
    sort: Option<String>,
    /// Hides names, contact data, addresses and ages (`docs/FAIRNESS.md`); offsets stay as they are. Where the organization screens
    /// blindly, this holds without being asked for, and only admins may say `false`.
    blind: Option<bool>,
    /// The page, from 1.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// Entries on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    per_page: Option<u32>,
}

/// The order of this name.
fn order(name: Option<&str>) -> Option<ApplicationOrder> {
    match name {
        None | Some("newest") => Some(ApplicationOrder::Newest),
        Some("score") => Some(ApplicationOrder::Score),
        Some(_) => None,
    }
}

/// What is said about a stage that there is not.
pub(in crate::handlers) const STAGES: &str =
    "A stage is applied, screening, test, interview, offer, hired, rejected or withdrawn.";

impl Validate for ApplicationQuery {
    fn validate(&self, violations: &mut Violations) {
        PageQuery::from_parts(self.page, self.per_page).validate(violations);
        if self
            .stage
            .as_deref()
            .is_some_and(|name| Stage::from_name(name).is_none())
        {
            violations.add("stage", "unknown-value", STAGES);
        }
        if order(self.sort.as_deref()).is_none() {
            violations.add("sort", "unknown-value", "`sort` is newest or score.");
        }
    }
}

/// The organization's applications with their latest scores.
#[utoipa::path(
    get, path = "/applications", operation_id = "listApplications", tag = "Applications", params(ApplicationQuery),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "A page of applications", body = Envelope<Vec<ApplicationView>>),
        (status = 400, description = "The query cannot be parsed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such job or candidate of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A parameter is out of range", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    allowed: Allowed<ReadApplications>,
    Query(query): Query<ApplicationQuery>,
    state: web::Data<AppState>,
) -> Result<Answer<Vec<ApplicationView>>, Problem> {
    let org = allowed.organization()?;
    let page = PageQuery::from_parts(query.page, query.per_page);
    let filter = ApplicationFilter {
        job: query.job_id.map(Into::into),
        candidate: query.candidate_id.map(Into::into),
        stage: query.stage.as_deref().and_then(Stage::from_name),
    };
    let order = order(query.sort.as_deref()).unwrap_or_default();
    let mut connection = state.database.connection().await?;
    require_own(&mut connection, org, &filter).await?;
    let paging = (page.limit(), page.offset());
    let (rows, total) = applications::list(&mut connection, org, (filter, order), paging).await?;
    drop(connection);
    let mut views: Vec<ApplicationView> = rows.into_iter().map(ApplicationView::from).collect();
    if blind::is_blind(&state, &allowed, query.blind).await? {
        views = views.into_iter().map(blind::application).collect();
    }
    Ok(Answer::page(views, page, total).private())
}

/// A job or a candidate of somebody else is not a list without entries.
async fn require_own(
    connection: &mut Connection,
    org: OrgId,
    filter: &ApplicationFilter,
) -> Result<(), Problem> {
    if let Some(job) = filter.job {
        let found = jobs::find(connection, org, job).await?;
        found.ok_or_else(|| Problem::not_found("job"))?;
    }
    if let Some(candidate) = filter.candidate {
        let found = candidates::find(connection, org, candidate).await?;
        found.ok_or_else(|| Problem::not_found("candidate"))?;
    }
    Ok(())
}

//! `GET /candidates`

use actix_web::web;
use hiring_core::candidate::CandidateStatus;
use hiring_db::candidates::{self, CandidateFilter};
use hiring_db::jobs;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::ReadCandidates;
use crate::extract::{Allowed, PageQuery, Query, Validate, Violations};
use crate::flows::blind::{self, Blind};
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::candidate::CandidateView;

/// Narrows the list of candidates.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CandidateQuery {
    /// `processing`, `ready` or `failed`.
    status: Option<String>,
    /// Only those who applied to this job of the organization.
    job_id: Option<Uuid>,
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

impl Validate for CandidateQuery {
    fn validate(&self, violations: &mut Violations) {
        PageQuery::from_parts(self.page, self.per_page).validate(violations);
        if self
            .status
            .as_deref()
            .is_some_and(|name| CandidateStatus::from_name(name).is_none())
        {
            violations.add(
                "status",
                "unknown-value",
                "A status is processing, ready or failed.",
            );
        }
    }
}

/// The organization's candidates, latest upload first.
#[utoipa::path(
    get, path = "/candidates", operation_id = "listCandidates", tag = "Candidates", params(CandidateQuery), security(("bearer" = [])),
    responses(
        (status = 200, description = "A page of candidates", body = Envelope<Vec<CandidateView>>),
        (status = 400, description = "The query cannot be parsed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such job of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A parameter is out of range", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    allowed: Allowed<ReadCandidates>,
    Query(query): Query<CandidateQuery>,
    state: web::Data<AppState>,
) -> Result<Answer<Vec<CandidateView>>, Problem> {
    let org = allowed.organization()?;
    let page = PageQuery::from_parts(query.page, query.per_page);
    let status = query.status.as_deref().and_then(CandidateStatus::from_name);
    let filter = CandidateFilter {
        status,
        job: query.job_id.map(Into::into),
    };
    let mut connection = state.database.connection().await?;
    if let Some(job) = filter.job {
        jobs::find(&mut connection, org, job)
            .await?
            .ok_or_else(|| Problem::not_found("job"))?;
    }
    let (rows, total) = candidates::list(&mut connection, org, filter, (page.limit(), page.offset())).await?;
    drop(connection);
    let mut views: Vec<CandidateView> = rows.into_iter().map(CandidateView::from).collect();
    if blind::is_blind(&state, &allowed, query.blind).await? {
        let ids: Vec<Uuid> = views.iter().map(|view| view.id).collect();
        let hidden = Blind::find(&state, org, &ids).await?;
        views = views
            .into_iter()
            .map(|view| blind::candidate(hidden.get(&view.id), view))
            .collect();
    }
    Ok(Answer::page(views, page, total).private())
}

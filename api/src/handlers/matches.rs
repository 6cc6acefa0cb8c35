//! Candidates ranked for a job.

use actix_web::web;
use hiring_core::ids::JobId;
use hiring_matching::ONE_BP;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::ReadCandidates;
use crate::extract::{Allowed, PageQuery, PathId, Query, Validate, Violations};
use crate::flows::blind::{self, Blind};
use crate::flows::rank_job::{self, Ranking};
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::matching::MatchView;

/// Narrows a ranking.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MatchQuery {
    /// Least score.
    #[param(minimum = 0, maximum = 1)]
    min_score: Option<f64>,
    /// Only candidates who are on the job.
    #[serde(default)]
    #[param(default = false, required = false)]
    applied_only: bool,
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

impl Validate for MatchQuery {
    fn validate(&self, violations: &mut Violations) {
        self.page().validate(violations);
        if self.min_score.is_some_and(|score| !(0.0..=1.0).contains(&score)) {
            violations.add("min_score", "out-of-range", "`min_score` is 0 to 1.");
        }
    }
}

impl MatchQuery {
    fn page(&self) -> PageQuery {
        PageQuery::from_parts(self.page, self.per_page)
    }

    fn ranking(&self) -> Ranking {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to lie between 0 and 1"
        )]
        let min_score_bp = (self.min_score.unwrap_or(0.0) * f64::from(ONE_BP)).round() as u16;
        let page = self.page();
        Ranking {
            applied_only: self.applied_only,
            min_score_bp,
            skipped: usize::try_from(page.offset()).unwrap_or(usize::MAX),
            most_shown: page.per_page as usize,
        }
    }
}

/// Ranks the organization's candidates for one of its jobs, each score with its reasons quoted from the resume.
///
/// At most 500 candidates are scored: those with the most of the job's skills first, then the nearest in meaning; `total` is
/// how many of them reach `min_score`. Equal scores are ordered by id. `meta.engine` is `hybrid`, or `rules` (with
/// `meta.degraded`) while closeness in meaning cannot be computed and is left out of the scores.
#[utoipa::path(
    get, path = "/jobs/{id}/matches", operation_id = "listMatches", tag = "Jobs", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The job"), MatchQuery),
    responses(
        (status = 200, description = "A page of candidates, best first", body = Envelope<Vec<MatchView>>),
        (status = 400, description = "The id is no UUID or the query cannot be parsed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such job of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A parameter is out of range", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    allowed: Allowed<ReadCandidates>,
    PathId(id): PathId<JobId>,
    Query(query): Query<MatchQuery>,
    state: web::Data<AppState>,
) -> Result<Answer<Vec<MatchView>>, Problem> {
    let org = allowed.organization()?;
    let page = query.page();
    let matches = rank_job::run(&state, org, id, query.ranking()).await?;
    let total = i64::try_from(matches.total).unwrap_or(i64::MAX);
    let mut shown: Vec<MatchView> = matches.shown.into_iter().map(MatchView::from).collect();
    if blind::is_blind(&state, &allowed, query.blind).await? {
        let ids: Vec<Uuid> = shown.iter().map(|one| one.candidate_id).collect();
        let hidden = Blind::find(&state, org, &ids).await?;
        shown = shown
            .into_iter()
            .map(|one| blind::ranked(hidden.get(&one.candidate_id), one))
            .collect();
    }
    let engine = if matches.degraded { "rules" } else { "hybrid" };
    let answer = Answer::page(shown, page, total).engine(engine, matches.degraded);
    Ok(answer.private())
}

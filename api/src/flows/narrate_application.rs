//! Having the language model asked about one application.

use chrono::TimeDelta;
use diesel_async::AsyncPgConnection;
use hiring_core::application::Stage;
use hiring_core::candidate::CandidateStatus;
use hiring_core::ids::{ApplicationId, CandidateId, JobId, OrgId, UserId};
use hiring_core::task::{NarrateApplication, Priority};
use hiring_db::applications::ApplicationRow;
use hiring_db::tasks::{EnqueueOptions, Enqueued};
use hiring_db::{applications, candidates, model_answers, model_usage, organizations};

use crate::problem::{Kind, Problem, Unread};
use crate::state::AppState;

/// What is asked for, and by whom.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The organization.
    pub organization: OrgId,
    /// The user.
    pub user: UserId,
    /// The application.
    pub application: ApplicationId,
    /// Whether to ask although there is an answer of the last 24 hours.
    pub fresh: bool,
    /// Whether to wait for a new budget where there is none left.
    pub patient: bool,
    /// W3C `traceparent` of the request.
    pub trace: String,
}

/// Enqueues the question in the caller's transaction, once at a time for each application: where it is under way already, that
/// task is answered as it stands.
///
/// # Errors
/// `not-found`, `conflict` for who has withdrawn, `still-processing`, `unreadable-resume`, `feature-disabled` where there is no
/// model, `budget-exceeded` unless the wish is patient.
pub async fn run(
    state: &AppState,
    connection: &mut AsyncPgConnection,
    wish: &Wish,
) -> Result<Enqueued, Problem> {
    let org = wish.organization;
    let application = applications::find(connection, org, wish.application)
        .await?
        .ok_or_else(|| Problem::not_found("application"))?;
    require_ready(connection, org, &application).await?;
    if !state.ai.is_on() {
        let detail = "No language model is set up here. The score by rules is in the application.";
        return Err(Problem::new(Kind::FeatureDisabled, detail));
    }
    let (candidate, job) = (application.candidate_id.into(), application.job_id.into());
    if !wish.patient {
        require_budget(state, connection, wish, (candidate, job)).await?;
    }
    let task = NarrateApplication {
        application_id: wish.application,
        candidate_id: candidate,
        job_id: job,
        fresh: wish.fresh,
        patient: wish.patient,
    };
    let options = EnqueueOptions {
        organization_id: Some(org),
        user_id: Some(wish.user),
        unique_key: Some(model_answers::task_key(wish.application)),
        // Somebody waits for this one; a batch's are many.
        priority: Some(Priority::High),
        trace_context: Some(wish.trace.clone()),
        ..EnqueueOptions::default()
    };
    Ok(state.ringer.enqueue(connection, &task, options).await?)
}

/// Refuses who has withdrawn, and whose resume is being read or could not be.
async fn require_ready(
    connection: &mut AsyncPgConnection,
    org: OrgId,
    application: &ApplicationRow,
) -> Result<(), Problem> {
    if application.stage == Stage::Withdrawn.as_str() {
        let detail = "The candidate has withdrawn from this job; nobody looks at the resume for it any more.";
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let candidate = candidates::find(connection, org, application.candidate_id.into())
        .await?
        .ok_or_else(|| Problem::not_found("application"))?;
    if candidate.status == CandidateStatus::Ready.as_str() {
        return Ok(());
    }
    let unread = Unread {
        status: candidate.status,
        code: candidate.failure_code,
        reason: candidate.failure_reason,
    };
    Err(unread.into())
}

/// Refuses a question that the month's budget has no room for at this moment, whatever its length; the worker holds the exact
/// number. An answer that is used again costs nothing, so one that may be is let through.
async fn require_budget(
    state: &AppState,
    connection: &mut AsyncPgConnection,
    wish: &Wish,
    about: (CandidateId, JobId),
) -> Result<(), Problem> {
    let org = wish.organization;
    let plan = organizations::plan(connection, org).await?;
    let cap = state.ai.limits(plan).tokens_month;
    let least = i64::from(state.ai.max_tokens);
    if model_usage::has_room(connection, org, (least, cap)).await? {
        return Ok(());
    }
    let latest = model_answers::find_latest(connection, org, about).await?;
    let reuse = TimeDelta::hours(model_answers::REUSE_HOURS.into());
    let is_recent = latest.is_some_and(|answer| state.clock.now() - answer.created_at < reuse);
    if is_recent && !wish.fresh {
        return Ok(());
    }
    let detail = format!(
        "Your plan allows {cap} tokens a month (UTC), and too few of them are left. With `patient` the question waits for more."
    );
    Err(Problem::new(Kind::BudgetExceeded, detail))
}

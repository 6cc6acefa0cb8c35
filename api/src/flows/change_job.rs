//! Creating and changing jobs under the plan's cap.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::ids::{JobId, OrgId, UserId};
use hiring_core::job::JobState;
use hiring_core::task::RescoreJob;
use hiring_db::jobs::{self, JobChange, JobRow};
use hiring_db::tasks::{EnqueueOptions, Enqueued};
use hiring_db::{organizations, screenings};
use serde_json::Value;
use uuid::Uuid;

use crate::answer::Answer;
use crate::extract::IfMatch;
use crate::extract::idempotency::Claim;
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::views::job::{JobView, weights_of};

/// Creates a job and saves the answer for the request's idempotency key.
///
/// # Errors
/// `plan-limit` when an open job would exceed the plan's cap.
pub async fn create(
    state: &AppState,
    (organization, creator): (OrgId, UserId),
    job: JobChange,
    claim: &Claim,
) -> Result<Answer<Value>, Problem> {
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            require_room(connection, organization, &job).await?;
            let row = jobs::insert(connection, organization, creator, &job).await?;
            let location = format!("{}/jobs/{}", state.config.prefix, row.id);
            let version = row.version;
            let answer = Answer::created(JobView::new(row, Some(organization)), location)
                .version(version)
                .recorded()?;
            claim.save(connection, &answer).await?;
            Ok(answer)
        })
        .await
}

/// Changes the organization's own job; answers the task that scores everybody on it anew, where that is necessary.
///
/// # Errors
/// `not-found`, `version-required`, `version-mismatch`, `validation-failed` when the salaries no longer fit together, and
/// `plan-limit` when opening the job would exceed the plan's cap.
pub async fn update(
    state: &AppState,
    (organization, user): (OrgId, UserId),
    (id, if_match): (JobId, &IfMatch),
    change: JobChange,
) -> Result<(JobRow, Option<Uuid>), Problem> {
    let mut connection = state.database.connection().await?;
    let (row, enqueued) = connection
        .transaction(async |connection| {
            let row = jobs::find(connection, organization, id)
                .await?
                .ok_or_else(|| Problem::not_found("job"))?;
            if_match.require(row.version)?;
            check_salaries(&row, &change)?;
            if row.state != JobState::Open.as_str() {
                require_room(connection, organization, &change).await?;
            }
            let changed = jobs::update(connection, organization, (id, row.version), &change).await?;
            let changed = changed.ok_or_else(IfMatch::mismatch)?;
            let enqueued = match scores_change(&row, &changed) {
                true => rescore(state, connection, (organization, user), id).await?,
                false => None,
            };
            Ok::<_, Problem>((changed, enqueued))
        })
        .await?;
    drop(connection);
    let task_id = enqueued.as_ref().map(|enqueued| enqueued.task_id.uuid());
    if let Some(enqueued) = enqueued {
        let ringer = state.ringer.clone();
        actix_web::rt::spawn(async move { ringer.ring(&[enqueued]).await });
    }
    Ok((row, task_id))
}

/// Whether scores depend on what was changed.
fn scores_change(before: &JobRow, after: &JobRow) -> bool {
    let of = |row: &JobRow| {
        let text = (row.title.clone(), row.description.clone());
        (row.requirements.clone(), weights_of(row), text)
    };
    of(before) != of(after)
}

/// Enqueues that everybody on the job is scored anew, once at a time; nothing when nobody is on it.
async fn rescore(
    state: &AppState,
    connection: &mut AsyncPgConnection,
    (organization, user): (OrgId, UserId),
    job_id: JobId,
) -> Result<Option<Enqueued>, Problem> {
    if screenings::count_on_job(connection, organization, job_id).await? == 0 {
        return Ok(None);
    }
    let options = EnqueueOptions {
        organization_id: Some(organization),
        user_id: Some(user),
        unique_key: Some(job_id.to_string()),
        ..EnqueueOptions::default()
    };
    let enqueued = state
        .ringer
        .enqueue(connection, &RescoreJob { job_id }, options)
        .await?;
    Ok(Some(enqueued))
}

/// Refuses one open job too many.
async fn require_room(
    connection: &mut AsyncPgConnection,
    organization: OrgId,
    job: &JobChange,
) -> Result<(), Problem> {
    if job.state.as_deref() != Some(JobState::Open.as_str()) {
        return Ok(());
    }
    let Some(cap) = organizations::plan(connection, organization)
        .await?
        .caps()
        .open_jobs
    else {
        return Ok(());
    };
    if jobs::lock_and_count_open(connection, organization).await? < cap {
        return Ok(());
    }
    let detail = format!(
        "Your plan allows {cap} open jobs. Close one, create this one as a draft, or change the plan."
    );
    Err(Problem::new(Kind::PlanLimit, detail))
}

/// A change of one salary must fit the other, which may be stored already.
fn check_salaries(row: &JobRow, change: &JobChange) -> Result<(), Problem> {
    let min = change.salary_min.unwrap_or(row.salary_min);
    let max = change.salary_max.unwrap_or(row.salary_max);
    match (min, max) {
        (Some(min), Some(max)) if min > max => {
            let mut violations = crate::extract::Violations::default();
            violations.add(
                "/salary_max",
                "out-of-range",
                "`salary_max` is not below `salary_min`.",
            );
            violations.finish()
        }
        _ => Ok(()),
    }
}

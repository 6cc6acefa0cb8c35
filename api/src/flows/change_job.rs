//! Creating and changing jobs under the plan's cap.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::ids::{JobId, OrgId, UserId};
use hiring_core::job::JobState;
use hiring_db::jobs::{self, JobChange, JobRow};
use hiring_db::organizations;
use serde_json::Value;

use crate::answer::Answer;
use crate::extract::IfMatch;
use crate::extract::idempotency::Claim;
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::views::job::JobView;

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
            let answer = Answer::created(JobView::from(row), location)
                .version(version)
                .recorded()?;
            claim.save(connection, &answer).await?;
            Ok(answer)
        })
        .await
}

/// Changes the organization's own job.
///
/// # Errors
/// `not-found`, `version-required`, `version-mismatch`, `validation-failed` when the salaries no longer fit together, and
/// `plan-limit` when opening the job would exceed the plan's cap.
pub async fn update(
    state: &AppState,
    organization: OrgId,
    (id, if_match): (JobId, &IfMatch),
    change: JobChange,
) -> Result<JobRow, Problem> {
    let mut connection = state.database.connection().await?;
    connection
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
            changed.ok_or_else(IfMatch::mismatch)
        })
        .await
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

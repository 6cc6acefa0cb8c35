//! Having a draft made.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::ids::{DraftId, JobId, OrgId, UserId};
use hiring_core::job::JobType;
use hiring_core::task::{GenerateDraft, Priority};
use hiring_db::drafts::{self, NewDraft};
use hiring_db::jobs;
use hiring_db::json::UnreadableJson;
use hiring_db::tasks::{EnqueueOptions, Enqueued};
use hiring_narrative::drafts::{DraftKind, Request};
use serde_json::Value;

use crate::answer::Answer;
use crate::extract::idempotency::Claim;
use crate::problem::Problem;
use crate::state::AppState;
use crate::views::draft::DraftTaskView;

/// What is to be drafted, and for whom.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The organization.
    pub organization: OrgId,
    /// The user.
    pub user: UserId,
    /// What sort of draft.
    pub kind: DraftKind,
    /// The job that everything is taken from which the request leaves out.
    pub job: Option<JobId>,
    /// The rest; an empty title and `None` are left out.
    pub request: Request,
    /// Whether the request says what the job asks for.
    pub has_requirements: bool,
    /// W3C `traceparent` of the request.
    pub trace: String,
}

/// Stores what is asked for, and enqueues the task that makes it.
///
/// # Errors
/// `not-found` for a job that is not the organization's, `unavailable`. Nothing is stored then.
pub async fn run(state: &AppState, asked: &Asked, claim: &Claim) -> Result<Answer<Value>, Problem> {
    let mut connection = state.database.connection().await?;
    let (answer, enqueued) = connection
        .transaction(async |connection| take_in(state, connection, (asked, claim)).await)
        .await?;
    drop(connection);
    let ringer = state.ringer.clone();
    actix_web::rt::spawn(async move { ringer.ring(&[enqueued]).await });
    Ok(answer)
}

async fn take_in(
    state: &AppState,
    connection: &mut AsyncPgConnection,
    (asked, claim): (&Asked, &Claim),
) -> Result<(Answer<Value>, Enqueued), Problem> {
    let org = asked.organization;
    let request = completed(connection, asked).await?;
    let id = DraftId::generate();
    let options = EnqueueOptions {
        organization_id: Some(org),
        user_id: Some(asked.user),
        // Somebody waits for it.
        priority: Some(Priority::High),
        trace_context: Some(asked.trace.clone()),
        ..EnqueueOptions::default()
    };
    let task = GenerateDraft { draft_id: id };
    let enqueued = state.ringer.enqueue(connection, &task, options).await?;
    let stored = serde_json::to_value(&request).map_err(Problem::internal)?;
    let new = NewDraft {
        id,
        kind: asked.kind.as_str(),
        job: asked.job,
        title: &request.title,
        request: &stored,
        requested_by: asked.user,
        task: enqueued.task_id,
    };
    drafts::insert(connection, org, new).await?;
    let location = format!("{}/tasks/{}", state.config.prefix, enqueued.task_id);
    let view = DraftTaskView {
        draft_id: id.uuid(),
        task_id: enqueued.task_id.uuid(),
    };
    let answer = Answer::with_status(StatusCode::ACCEPTED, view)
        .header(LOCATION, location)
        .recorded()?;
    claim.save(connection, &answer).await?;
    Ok((answer, enqueued))
}

/// The request, with what it leaves out taken from the job as it is at this moment.
async fn completed(connection: &mut AsyncPgConnection, asked: &Asked) -> Result<Request, Problem> {
    let mut request = asked.request.clone();
    let Some(job) = asked.job else {
        return Ok(request);
    };
    let row = jobs::find(connection, asked.organization, job)
        .await?
        .ok_or_else(|| Problem::not_found("job"))?;
    if request.title.is_empty() {
        request.title = row.title;
    }
    if !asked.has_requirements {
        let unreadable = |error| Problem::internal(UnreadableJson::from(error));
        request.requirements = serde_json::from_value(row.requirements).map_err(unreadable)?;
    }
    request.location = request.location.or(row.location);
    request.job_type = request.job_type.or_else(|| JobType::from_name(&row.job_type));
    Ok(request)
}

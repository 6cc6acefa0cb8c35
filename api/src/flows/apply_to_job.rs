//! A candidate's own application: with a resume that comes along, or with the one that the organization has from them already.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::candidate::CandidateStatus;
use hiring_core::ids::{ApplicationId, CandidateId, JobId, OrgId, UserId};
use hiring_core::job::JobState;
use hiring_core::task::ScreenApplication;
use hiring_core::trace::TraceParent;
use hiring_db::tasks::{EnqueueOptions, Enqueued};
use hiring_db::{applicants, applications, screenings};
use hiring_platform::cache::Room;
use serde_json::Value;

use super::upload_resume::{Uploader, upload_resume};
use crate::answer::Answer;
use crate::extract::ResumeUpload;
use crate::extract::idempotency::Claim;
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::views::profile::OwnApplicationView;

/// Who applies, and where the request belongs in a trace.
#[derive(Debug, Clone, Copy)]
pub struct Applicant {
    /// The user.
    pub user: UserId,
    /// The trace.
    pub trace: TraceParent,
}

/// Puts the user on an open job of any organization.
///
/// # Errors
/// `not-found`, `job-not-open`, `already-applied`, `no-file` when the organization has no resume of theirs and none came along,
/// `conflict` for a file that is somebody else's, and those of an upload.
pub async fn run(
    state: &AppState,
    applicant: Applicant,
    (job, upload): (JobId, Option<ResumeUpload>),
    claim: &Claim,
) -> Result<Answer<Value>, Problem> {
    let org = open_job(state, job).await?;
    let applying = state.cache.change(vec![Room::Organization(org)]);
    let answer = apply(state, applicant, (org, job), (upload, claim)).await;
    match &answer {
        Err(problem) if problem.kind().status().is_client_error() => applying.is_void(),
        _ => applying.stands().await,
    }
    answer
}

async fn apply(
    state: &AppState,
    applicant: Applicant,
    (org, job): (OrgId, JobId),
    (upload, claim): (Option<ResumeUpload>, &Claim),
) -> Result<Answer<Value>, Problem> {
    let Some(mut upload) = upload else {
        return with_stored_resume(state, applicant, (org, job), claim).await;
    };
    upload.job_id = Some(job);
    let uploader = Uploader {
        organization: org,
        user: applicant.user,
        trace: applicant.trace,
        applies: true,
    };
    match upload_resume(state, uploader, &upload, claim).await {
        Err(problem) if problem.kind() == Kind::PlanLimit => {
            let detail = "The organization cannot take more applications at the moment.";
            Err(Problem::new(Kind::PlanLimit, detail))
        }
        other => other,
    }
}

/// The organization of a job that people can apply to.
async fn open_job(state: &AppState, job: JobId) -> Result<OrgId, Problem> {
    let mut connection = state.database.connection().await?;
    let (org, job_state) = applicants::find_job(&mut connection, job)
        .await?
        .filter(|(_, state)| *state != JobState::Draft)
        .ok_or_else(|| Problem::new(Kind::NotFound, "There is no such job."))?;
    if job_state == JobState::Open {
        return Ok(org);
    }
    let detail = "The job no longer takes applications.";
    Err(Problem::new(Kind::JobNotOpen, detail))
}

/// Refuses a second application. Call it in the transaction that makes one: it holds the user, so that of two requests at once
/// the second finds the first.
///
/// # Errors
/// `already-applied`.
pub(super) async fn require_first(
    connection: &mut AsyncPgConnection,
    user: UserId,
    (org, job): (OrgId, JobId),
) -> Result<(), Problem> {
    applicants::lock(connection, user).await?;
    if applicants::find_own_on_job(connection, user, (org, job))
        .await?
        .is_none()
    {
        return Ok(());
    }
    let detail = "You have applied to this job already; `GET /profile/applications` tells how it stands.";
    Err(Problem::new(Kind::AlreadyApplied, detail))
}

/// Links a candidate to the user who applies as them, and answers the application.
///
/// # Errors
/// `conflict` for a candidate who is somebody else.
pub(super) async fn answer(
    state: &AppState,
    connection: &mut AsyncPgConnection,
    user: UserId,
    (org, candidate, job): (OrgId, CandidateId, JobId),
) -> Result<Answer<Value>, Problem> {
    if !applicants::link(connection, org, candidate, user).await? {
        let detail = "The organization has this file from somebody else. Send your own resume.";
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let own = applicants::find_own_on_job(connection, user, (org, job))
        .await?
        .ok_or_else(|| Problem::not_found("job"))?;
    let location = format!("{}/profile/applications", state.config.prefix);
    Answer::created(OwnApplicationView::from(own), location)
        .private()
        .recorded()
}

async fn with_stored_resume(
    state: &AppState,
    applicant: Applicant,
    (org, job): (OrgId, JobId),
    claim: &Claim,
) -> Result<Answer<Value>, Problem> {
    let mut connection = state.database.connection().await?;
    let (answer, enqueued) = connection
        .transaction(async |connection| {
            require_first(connection, applicant.user, (org, job)).await?;
            let own = applicants::find_candidate(connection, applicant.user, org).await?;
            let Some((candidate, status)) = own else {
                let detail = "Send your resume in the field `file`: the organization has none of yours yet.";
                return Err(Problem::new(Kind::NoFile, detail));
            };
            let applied = applications::insert_once(connection, org, candidate, job).await?;
            let enqueued = match applied.filter(|_| status == CandidateStatus::Ready) {
                Some(application) => {
                    Some(screen(state, connection, applicant, (org, application, candidate, job)).await?)
                }
                None => None,
            };
            let answer = answer(state, connection, applicant.user, (org, candidate, job)).await?;
            claim.save(connection, &answer).await?;
            Ok((answer, enqueued))
        })
        .await?;
    drop(connection);
    if let Some(enqueued) = enqueued {
        let ringer = state.ringer.clone();
        actix_web::rt::spawn(async move { ringer.ring(&[enqueued]).await });
    }
    Ok(answer)
}

async fn screen(
    state: &AppState,
    connection: &mut AsyncPgConnection,
    applicant: Applicant,
    (org, application_id, candidate_id, job_id): (OrgId, ApplicationId, CandidateId, JobId),
) -> Result<Enqueued, Problem> {
    let options = EnqueueOptions {
        organization_id: Some(org),
        user_id: Some(applicant.user),
        unique_key: Some(screenings::task_key(application_id)),
        trace_context: Some(applicant.trace.to_string()),
        ..EnqueueOptions::default()
    };
    let task = ScreenApplication {
        application_id,
        candidate_id,
        job_id,
    };
    Ok(state.ringer.enqueue(connection, &task, options).await?)
}

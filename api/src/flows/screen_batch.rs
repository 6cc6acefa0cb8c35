//! Taking in a batch of candidates to be screened for a job: either all of them, or nothing is stored.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::candidate::CandidateStatus;
use hiring_core::ids::{JobId, OrgId, UserId};
use hiring_core::task::ScreenBatch;
use hiring_db::tasks::{EnqueueOptions, Enqueued};
use hiring_db::{applications, batch_screenings, jobs};
use serde_json::Value;
use uuid::Uuid;

use crate::answer::Answer;
use crate::extract::idempotency::Claim;
use crate::problem::{FieldError, Kind, Problem};
use crate::state::AppState;
use crate::views::batch::accepted;

/// Times that the transaction is begun again when Postgres ended it because two waited for each other.
const ATTEMPTS: usize = 4;
/// Seconds after which asking again makes sense while a resume is being read.
const ASK_AGAIN_SECONDS: u64 = 2;

/// Who asks, and for whom.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The organization.
    pub organization: OrgId,
    /// The user.
    pub user: UserId,
    /// The job.
    pub job: JobId,
    /// The candidates as they were named.
    pub candidates: Vec<Uuid>,
    /// W3C `traceparent` of the request.
    pub trace: String,
}

impl Asked {
    /// Each candidate once, in the order in which they were named first.
    fn distinct(&self) -> Vec<Uuid> {
        let mut seen = std::collections::HashSet::new();
        let distinct = self.candidates.iter().copied();
        distinct.filter(|candidate| seen.insert(*candidate)).collect()
    }
}

/// Puts the candidates on the job, whoever is not there yet, and enqueues the task that screens them.
///
/// # Errors
/// `not-found` for a job or a candidate that is not the organization's, `still-processing` while a resume is being read,
/// `unavailable`. Nothing is stored then.
pub async fn run(state: &AppState, asked: &Asked, claim: &Claim) -> Result<Answer<Value>, Problem> {
    let mut connection = state.database.connection().await?;
    let mut attempts = 0;
    let (answer, enqueued) = loop {
        let outcome = connection
            .transaction(async |connection| take_in(state, connection, (asked, claim)).await)
            .await;
        attempts += 1;
        match outcome {
            Err(problem) if problem.is_deadlock() && attempts < ATTEMPTS => {}
            other => break other?,
        }
    };
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
    if jobs::find(connection, org, asked.job).await?.is_none() {
        return Err(Problem::not_found("job"));
    }
    let candidates = asked.distinct();
    require_ready(connection, asked, &candidates).await?;
    applications::insert_many_once(connection, org, &candidates, asked.job).await?;
    let payload = ScreenBatch {
        job_id: asked.job,
        candidates: u32::try_from(candidates.len()).unwrap_or(u32::MAX),
    };
    let options = EnqueueOptions {
        organization_id: Some(org),
        user_id: Some(asked.user),
        trace_context: Some(asked.trace.clone()),
        ..EnqueueOptions::default()
    };
    let enqueued = state.ringer.enqueue(connection, &payload, options).await?;
    let batch = (enqueued.task_id, asked.job);
    batch_screenings::insert(connection, org, batch, &candidates).await?;
    let location = format!("{}/tasks/{}", state.config.prefix, enqueued.task_id);
    let view = accepted(enqueued.task_id, candidates.len());
    let answer = Answer::with_status(StatusCode::ACCEPTED, view)
        .header(LOCATION, location)
        .private()
        .recorded()?;
    claim.save(connection, &answer).await?;
    Ok((answer, enqueued))
}

/// Refuses a batch with somebody who is not the organization's, or whose resume is still being read; who could not be read is
/// taken in and has that for an outcome.
async fn require_ready(
    connection: &mut AsyncPgConnection,
    asked: &Asked,
    candidates: &[Uuid],
) -> Result<(), Problem> {
    let rows = batch_screenings::lock_candidates(connection, asked.organization, candidates).await?;
    let known: HashMap<Uuid, String> = rows.into_iter().map(|row| (row.id, row.status)).collect();
    let missing = asked.places("not-found", |candidate| !known.contains_key(&candidate));
    if !missing.is_empty() {
        return Err(Problem::not_found("candidate").with_errors(missing));
    }
    let processing = CandidateStatus::Processing.as_str();
    let unread = asked.places("still-processing", |candidate| {
        known.get(&candidate).is_some_and(|status| status == processing)
    });
    if unread.is_empty() {
        return Ok(());
    }
    let detail = "Some of the resumes are still being read; `errors` names each. Ask again in a moment.";
    let problem = Problem::new(Kind::StillProcessing, detail).with_errors(unread);
    Err(problem.retry_after(ASK_AGAIN_SECONDS))
}

impl Asked {
    /// An entry of `errors` for each place that names such a candidate.
    fn places(&self, code: &'static str, is_such: impl Fn(Uuid) -> bool) -> Vec<FieldError> {
        let detail = match code {
            "not-found" => "There is no such candidate, or it belongs to another organization.",
            _ => "The resume is still being read.",
        };
        let named = self.candidates.iter().enumerate();
        named
            .filter(|(_, candidate)| is_such(**candidate))
            .map(|(place, _)| FieldError {
                pointer: format!("/candidate_ids/{place}"),
                code: code.into(),
                detail: detail.to_owned(),
            })
            .collect()
    }
}

//! Score one candidate against the job that they are on, and store the score with everything that it was made from.

use std::time::Duration;

use hiring_core::candidate::CandidateStatus;
use hiring_core::ids::{ApplicationId, OrgId};
use hiring_core::task::ScreenApplication;
use hiring_db::json::UnreadableJson;
use hiring_db::matching::{self, ScorableRow};
use hiring_db::screenings::{self, Basis, NewFacts, NewScreening, Outcome, Run, Subject};
use hiring_db::similarities::Similarity;
use hiring_matching::{RUBRIC_VERSION, Scorer};
use hiring_platform::embeddings::EmbeddingModel;
use hiring_queue::{Done, TaskContext, TaskFailure};
use serde_json::json;

use super::index_chunks::CATCH_UP_SECONDS;
use super::{Parts, organization};
use crate::scoring::{self, AiFacts, ENGINE, Job, Known};

/// How long to wait for a vector that may still come: a profile whose model could not be loaded is embedded after
/// [`CATCH_UP_SECONDS`]. The last attempt does without closeness in meaning, as a ranking does.
pub(super) const VECTOR_WAIT: Duration = Duration::from_secs(CATCH_UP_SECONDS.unsigned_abs());

/// How a task ends whose application is gone.
pub(super) const ERASED: &str = "erased";

/// Runs the task.
///
/// # Errors
/// A resume that is still being read is waited for without using up attempts; one that could not be read is final. A vector
/// or a database that is away is tried again.
pub async fn run(parts: &Parts, ctx: TaskContext, task: ScreenApplication) -> Result<Done, TaskFailure> {
    let org = organization(&ctx)?;
    let mut connection = ctx.database().connection().await?;
    let subject = screenings::find_subject(&mut connection, org, task.application_id).await?;
    drop(connection);
    let Some(subject) = subject else {
        return ctx.cancel(ERASED).await;
    };
    require_ready(&subject)?;
    let job = read_job(&subject)?;
    let mut connection = ctx.database().connection().await?;
    let rows = matching::list_scorable(&mut connection, org, &[subject.candidate_id]).await?;
    drop(connection);
    let Some(row) = rows.into_iter().next() else {
        // Erased, or read again, since a moment ago: the next attempt finds out which.
        return Err(not_ready());
    };
    let (model, similarity) = closeness(parts, &ctx, org, (&job, &row)).await?;
    let ai = scoring::ai_facts_of(parts, &ctx, (org, job.id), row.id).await?;
    let scored = score(
        task.application_id,
        &job,
        row,
        Facts {
            model,
            similarity,
            ai,
        },
    )
    .await?;
    let model = parts.embedder.model().map(EmbeddingModel::key);
    let basis = job.basis(model.as_deref());
    store(&ctx, org, (&job, &basis), scored).await
}

/// A score and the facts that it rests on.
pub(super) struct Scored {
    pub(super) application: ApplicationId,
    pub(super) total_bp: u16,
    pub(super) facts: NewFacts,
}

/// What is known besides the resume.
pub(super) struct Facts {
    pub(super) model: Option<String>,
    pub(super) similarity: Similarity,
    pub(super) ai: Option<AiFacts>,
}

/// Scores one resume, on a blocking thread.
pub(super) async fn score(
    application: ApplicationId,
    job: &Job,
    row: ScorableRow,
    facts: Facts,
) -> Result<Scored, TaskFailure> {
    let job = job.clone();
    let work = move || {
        let scorer = Scorer::new(&job.facts);
        let known = Known {
            model: facts.model.as_deref(),
            similarity: &facts.similarity,
            ai: facts.ai.as_ref(),
        };
        let (assessed, facts) = scoring::assess((&job, &scorer), &row, known)?;
        Ok::<_, UnreadableJson>(Scored {
            application,
            total_bp: assessed.score(&job.weights).total_bp,
            facts,
        })
    };
    let scored = tokio::task::spawn_blocking(work).await;
    scored
        .map_err(|_| TaskFailure::retry("scoring-failed", "The application could not be scored."))?
        .map_err(|error| unreadable("resume", error))
}

/// Stores the score together with the end of the task. A run that is repeated finds its score stored.
async fn store(
    ctx: &TaskContext,
    org: OrgId,
    (job, basis): (&Job, &[u8; 32]),
    scored: Scored,
) -> Result<Done, TaskFailure> {
    let mut erased = false;
    let (task, weights) = (ctx.task_id(), job.weights_json());
    let done = ctx
        .complete(async |fx| {
            let run = Run {
                task,
                engine: ENGINE,
                score_version: RUBRIC_VERSION,
                weights: &weights,
                basis,
            };
            let about = (scored.application, &scored.facts);
            let done = screenings::find_done(fx.conn(), org, run, about).await?;
            let outcome = match done {
                Some(stored) => Some(Outcome::Stored(stored)),
                None => {
                    let screening = NewScreening {
                        application: scored.application,
                        total_bp: scored.total_bp,
                        facts: Basis::New(Box::new(scored.facts)),
                    };
                    let outcomes = screenings::insert(fx.conn(), org, run, vec![screening]).await?;
                    outcomes.into_iter().next()
                }
            };
            match outcome {
                Some(Outcome::Stored(stored)) => {
                    fx.result(json!({ "screening_id": stored.id, "total_bp": stored.total_bp }));
                    Ok(())
                }
                Some(Outcome::ReadAgain) => Err(not_ready()),
                Some(Outcome::Gone) | None => {
                    erased = true;
                    Err(TaskFailure::fail(ERASED, "The candidate was erased."))
                }
            }
        })
        .await;
    if erased { ctx.cancel(ERASED).await } else { done }
}

pub(super) fn require_ready(subject: &Subject) -> Result<(), TaskFailure> {
    match CandidateStatus::from_name(&subject.status) {
        Some(CandidateStatus::Ready) => Ok(()),
        Some(CandidateStatus::Failed) => Err(TaskFailure::fail(
            "resume-failed",
            "The resume could not be read, so there is nothing to score.",
        )),
        Some(CandidateStatus::Processing) | None => Err(not_ready()),
    }
}

/// Reading waits for whatever it needs as long as it must, and so does this: no attempt is used up.
pub(super) fn not_ready() -> TaskFailure {
    TaskFailure::away("resume-not-ready", "The resume is still being read.")
}

pub(super) fn read_job(subject: &Subject) -> Result<Job, TaskFailure> {
    let text = (subject.title.as_str(), subject.description.as_str());
    let job = Job::read(
        subject.job_id.into(),
        text,
        subject.requirements.clone(),
        subject.weights.clone(),
    );
    job.map_err(|error| unreadable("job", error))
}

pub(super) fn unreadable(what: &'static str, error: UnreadableJson) -> TaskFailure {
    tracing::error!(what, %error, "what a score is made from cannot be used");
    TaskFailure::fail(
        "stored-value-unreadable",
        "What is stored about the candidate or the job cannot be read.",
    )
}

/// Closeness in meaning with the model that found it. Nothing where embeddings are off, and in the last attempt also where a
/// vector has not come.
async fn closeness(
    parts: &Parts,
    ctx: &TaskContext,
    org: OrgId,
    (job, row): (&Job, &ScorableRow),
) -> Result<(Option<String>, Similarity), TaskFailure> {
    // Text that nobody could check has no profile to wait for.
    let checked = row
        .read()
        .is_ok_and(|(resume, _)| !resume.document.unverified_layer);
    if !checked || parts.embedder.model().is_none() {
        return Ok((None, Similarity::default()));
    }
    let closeness = scoring::closeness(parts, ctx, org, (job, &[row.id])).await?;
    let similarity = closeness.of(row.id);
    if similarity.profile_bp.is_none() && !ctx.is_last_attempt() {
        return Err(TaskFailure::retry_after(
            VECTOR_WAIT,
            "vector-missing",
            "Closeness in meaning is not known yet.",
        ));
    }
    let known = similarity.profile_bp.is_some() || similarity.requirements.is_some();
    Ok((closeness.model.filter(|_| known), similarity))
}

//! Ask the language model about one candidate on one job, and score them with the quotes that it points at.
//!
//! However the model's server behaves, a task ends by itself within its few attempts; only where it was asked to be patient does
//! it wait for a new budget.

use hiring_core::ids::OrgId;
use hiring_core::task::NarrateApplication;
use hiring_db::matching::{self, ScorableRow};
use hiring_db::screenings::{self, Basis, NewScreening, Outcome, Run, Screened};
use hiring_matching::{Assessed, RUBRIC_VERSION};
use hiring_narrative::PROMPT_VERSION;
use hiring_platform::embeddings::EmbeddingModel;
use hiring_platform::llm::LlmError;
use hiring_queue::{Done, Effects, TaskContext, TaskFailure};
use serde_json::{Value, json};

use super::screen_application::{
    ERASED, Facts, Scored, not_ready, read_job, require_ready, score, unreadable,
};
use super::{Parts, organization};
use crate::narrating::{self, Narrated};
use crate::scoring::{self, ENGINE, Job};

/// Runs the task. Its result tells the screening, or why the model took no part.
///
/// # Errors
/// What passes by itself is tried again a few times; a wrong key, an unknown model and answers that cannot be used are final.
pub async fn run(parts: &Parts, ctx: TaskContext, task: NarrateApplication) -> Result<Done, TaskFailure> {
    let org = organization(&ctx)?;
    if !parts.llm.is_on() {
        return without(&ctx, "off").await;
    }
    let Some((job, row)) = read(&ctx, org, &task).await? else {
        return ctx.cancel(ERASED).await;
    };
    if row
        .read()
        .is_ok_and(|(resume, _)| resume.document.unverified_layer)
    {
        return without(&ctx, "unreadable-resume").await;
    }
    let basis = job.basis(parts.embedder.model().map(EmbeddingModel::key).as_deref());
    let closeness = scoring::closeness(parts, &ctx, org, (&job, &[row.id])).await?;
    let facts = |ai| {
        let similarity = closeness.of(row.id);
        let model = closeness
            .model
            .clone()
            .filter(|_| similarity != Default::default());
        Facts {
            model,
            similarity,
            ai,
        }
    };
    let by_rules = score(task.application_id, &job, row.clone(), facts(None)).await?;
    let assessed: Assessed = serde_json::from_value(by_rules.facts.assessed)
        .map_err(|error| unreadable("screening", error.into()))?;
    let subject = narrating::Subject {
        job: (job.id, &job.facts),
        job_hash: &basis,
        row: &row,
        assessed: &assessed,
    };
    let (reused, tokens) = match narrating::narrate(parts, &ctx, org, subject, task.fresh).await? {
        Narrated::Answer { reused, tokens } => (reused, tokens),
        Narrated::Gone => return ctx.cancel(ERASED).await,
        Narrated::NoBudget if task.patient => {
            return Err(TaskFailure::parked(
                "budget-exceeded",
                "This month's budget for the language model is used up.",
            ));
        }
        Narrated::NoBudget => return without(&ctx, "budget-exceeded").await,
        Narrated::Failed(LlmError::Off) => return without(&ctx, "off").await,
        Narrated::Failed(error) => return Err(failure(&error)),
        Narrated::Unusable => {
            return Err(TaskFailure::fail(
                "answer-invalid",
                "The language model's answers could not be used.",
            ));
        }
    };
    let ai = scoring::ai_facts_of(parts, &ctx, (org, job.id), row.id).await?;
    let scored = score(task.application_id, &job, row.clone(), facts(ai)).await?;
    let mut result = json!({
        "ai_scored": true,
        "reused": reused,
        "model": parts.llm.model(),
        "prompt_version": PROMPT_VERSION,
    });
    if let (false, Some(result)) = (reused, result.as_object_mut()) {
        result.insert(
            "tokens".to_owned(),
            json!({ "prompt": tokens.0, "completion": tokens.1 }),
        );
    }
    store(&ctx, org, (&job, &basis), scored, result).await
}

/// Job and resume; `None` when one of them is gone.
async fn read(
    ctx: &TaskContext,
    org: OrgId,
    task: &NarrateApplication,
) -> Result<Option<(Job, ScorableRow)>, TaskFailure> {
    let mut connection = ctx.database().connection().await?;
    let Some(subject) = screenings::find_subject(&mut connection, org, task.application_id).await? else {
        return Ok(None);
    };
    // A batch waits for this task, so a resume that is still being read is waited for only as long as attempts last.
    require_ready(&subject).map_err(bounded)?;
    let job = read_job(&subject)?;
    let rows = matching::list_scorable(&mut connection, org, &[subject.candidate_id]).await?;
    let row = rows.into_iter().next().ok_or_else(not_ready).map_err(bounded)?;
    Ok(Some((job, row)))
}

fn bounded(failure: TaskFailure) -> TaskFailure {
    match failure {
        TaskFailure::Away(error) => TaskFailure::Retry(error),
        other => other,
    }
}

/// Ends the task without the model; the screening by rules stays what it is.
async fn without(ctx: &TaskContext, reason: &str) -> Result<Done, TaskFailure> {
    ctx.complete(async |fx: &mut Effects| {
        fx.result(json!({ "ai_scored": false, "reason": reason }));
        Ok::<_, TaskFailure>(())
    })
    .await
}

fn failure(error: &LlmError) -> TaskFailure {
    tracing::warn!(
        error = error as &dyn std::error::Error,
        "the language model gave no answer"
    );
    let message = match error {
        LlmError::KeyRefused => "The language model's server refuses the key.",
        LlmError::ModelUnknown => "The language model's server does not know the model.",
        LlmError::QuotaUsedUp => "The account at the language model's provider is used up.",
        LlmError::Declined => "The language model declined to answer.",
        LlmError::TooLarge => "The language model's answer is too large.",
        LlmError::Refused(_) => "The language model's server refuses the request.",
        _ => "The language model does not answer at the moment.",
    };
    match error {
        LlmError::Resting(pause) | LlmError::Busy(Some(pause)) => {
            TaskFailure::retry_after(*pause, error.code(), message)
        }
        error if error.may_pass() => TaskFailure::retry(error.code(), message),
        error => TaskFailure::fail(error.code(), message),
    }
}

/// Stores the score with the end of the task, unless the application's present one is the very same.
async fn store(
    ctx: &TaskContext,
    org: OrgId,
    (job, basis): (&Job, &[u8; 32]),
    scored: Scored,
    mut result: Value,
) -> Result<Done, TaskFailure> {
    let (mut erased, task, weights) = (false, ctx.task_id(), job.weights_json());
    let run = Run {
        task,
        engine: ENGINE,
        score_version: RUBRIC_VERSION,
        weights: &weights,
        basis,
    };
    let done = ctx
        .complete(async |fx: &mut Effects| {
            let present = screenings::list_of_application(fx.conn(), org, scored.application, 1).await?;
            let same = present.into_iter().find(|row| {
                row.assessed == scored.facts.assessed
                    && row.inputs == scored.facts.inputs
                    && row.is_complete == scored.facts.is_complete
                    && row.weights == weights
            });
            let stored = match same {
                Some(row) => Some(Outcome::Stored(Screened {
                    id: row.id.into(),
                    total_bp: row.total_bp,
                })),
                None => {
                    let screening = NewScreening {
                        application: scored.application,
                        total_bp: scored.total_bp,
                        facts: Basis::New(Box::new(scored.facts)),
                    };
                    screenings::insert(fx.conn(), org, run, vec![screening])
                        .await?
                        .into_iter()
                        .next()
                }
            };
            match stored {
                Some(Outcome::Stored(stored)) => {
                    if let Some(result) = result.as_object_mut() {
                        result.insert("screening_id".to_owned(), json!(stored.id));
                        result.insert("total_bp".to_owned(), json!(stored.total_bp));
                    }
                    fx.result(result);
                    Ok(())
                }
                Some(Outcome::ReadAgain) => Err(bounded(not_ready())),
                Some(Outcome::Gone) | None => {
                    erased = true;
                    Err(TaskFailure::fail(ERASED, "The candidate was erased."))
                }
            }
        })
        .await;
    if erased { ctx.cancel(ERASED).await } else { done }
}

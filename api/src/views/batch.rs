//! Batches of screenings as callers see them.

use hiring_core::ids::TaskId;
use hiring_core::task::TaskState;
use hiring_db::batch_screenings::{Counts, OutcomeRow};
use hiring_db::tasks::TaskRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::application::shown;

/// A batch of screenings that was accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScreeningBatchView {
    /// The task to follow; `GET /tasks/{id}/outcomes` says what came of each candidate.
    pub task_id: Uuid,
    /// Candidates in it; one that was named twice counts once.
    pub candidates: usize,
}

/// How far a batch of screenings is.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountsView {
    /// Candidates that were asked for.
    pub total: i64,
    /// Those that nothing more will come of by itself, the failed and the erased ones included.
    pub done: i64,
    /// Those without a score.
    pub failed: i64,
    /// Those that were erased since.
    pub erased: i64,
}

impl From<Counts> for CountsView {
    fn from(counts: Counts) -> Self {
        Self {
            total: counts.total,
            done: counts.done,
            failed: counts.failed,
            erased: counts.erased,
        }
    }
}

/// What came of one candidate of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeView {
    /// The candidate.
    pub candidate_id: Uuid,
    /// `waiting`, `scored`, `failed` or `cancelled`.
    #[schema(example = "scored")]
    pub state: &'static str,
    /// The score with its reasons: `GET /screenings/{id}`.
    pub screening_id: Option<Uuid>,
    /// The score, four decimals.
    #[schema(minimum = 0, maximum = 1)]
    pub score: Option<f64>,
    /// Whether it was the present score before the batch began, so that nothing had to be computed.
    pub reused: bool,
    /// Why there is no score.
    pub failure: Option<OutcomeFailureView>,
    /// Whether a language model has looked at the resume for this job.
    pub ai_scored: bool,
    /// Why it has not: `waiting` while it still may, `off`, `not-in-top-share`, `no-score`, `budget-exceeded`, or the code of what
    /// went wrong.
    #[schema(example = "not-in-top-share")]
    pub ai_reason: Option<String>,
    /// The task that asks it.
    pub ai_task_id: Option<Uuid>,
}

/// Why a candidate of a batch has no score.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeFailureView {
    /// Stable code, for instance `resume-failed`.
    #[schema(example = "resume-failed")]
    pub code: String,
    /// A sentence for the recruiter: what is wrong and what to do.
    pub reason: String,
}

/// What the model's task came to.
struct Asked {
    reason: Option<String>,
    screening_id: Option<Uuid>,
    total_bp: Option<i32>,
}

impl OutcomeView {
    /// What came of a candidate of this batch.
    #[must_use]
    pub fn new(row: OutcomeRow, batch: &TaskRow) -> Self {
        let asked = asked(&row);
        let (state, code) = state(&row, batch);
        Self {
            candidate_id: row.candidate_id,
            state,
            screening_id: asked.screening_id.or(row.screening_id),
            score: asked.total_bp.or(row.total_bp).map(shown),
            reused: row.is_reused,
            failure: code.map(|code| OutcomeFailureView {
                reason: reason(&code).to_owned(),
                code,
            }),
            ai_scored: asked.reason.is_none(),
            ai_reason: asked.reason,
            ai_task_id: row.ai_task_id,
        }
    }
}

/// Where a candidate stands; one whom the batch did not get to ends as the batch did.
fn state(row: &OutcomeRow, batch: &TaskRow) -> (&'static str, Option<String>) {
    match (row.state.as_deref(), batch.state) {
        (Some("scored"), _) => ("scored", None),
        (Some(_), _) => ("failed", row.code.clone()),
        (None, TaskState::Cancelled) => ("cancelled", None),
        (None, TaskState::Dead | TaskState::Completed) => {
            let error = batch.last_error.as_ref();
            (
                "failed",
                Some(error.map_or("not-scored", |error| &error.code).to_owned()),
            )
        }
        (None, _) => ("waiting", None),
    }
}

fn asked(row: &OutcomeRow) -> Asked {
    let nothing = |reason: &str| Asked {
        reason: Some(reason.to_owned()),
        screening_id: None,
        total_bp: None,
    };
    if row.ai_task_id.is_none() {
        let waiting = if row.state.is_none() {
            "waiting"
        } else {
            "no-score"
        };
        return nothing(row.ai_reason.as_deref().unwrap_or(waiting));
    }
    let state = row.ai_state.as_deref().map(TaskState::from_name);
    match state {
        Some(Some(TaskState::Completed)) => {}
        Some(Some(TaskState::Dead)) => return nothing(row.ai_code.as_deref().unwrap_or("failed")),
        Some(Some(TaskState::Cancelled)) => return nothing(row.ai_code.as_deref().unwrap_or("cancelled")),
        Some(_) => return nothing("waiting"),
        None => return nothing("too-long-ago"),
    }
    let told = |name: &str| row.ai_result.as_ref().and_then(|result| result.get(name));
    if told("ai_scored").and_then(serde_json::Value::as_bool) != Some(true) {
        let reason = told("reason").and_then(serde_json::Value::as_str);
        return nothing(reason.unwrap_or("failed"));
    }
    let screening = told("screening_id").and_then(serde_json::Value::as_str);
    let total_bp = told("total_bp").and_then(serde_json::Value::as_i64);
    Asked {
        reason: None,
        screening_id: screening.and_then(|id| id.parse().ok()),
        total_bp: total_bp.and_then(|total_bp| i32::try_from(total_bp).ok()),
    }
}

/// What a recruiter is told about a code.
fn reason(code: &str) -> &'static str {
    match code {
        "withdrawn" => "The candidate has withdrawn from this job and is not screened again.",
        "resume-failed" => "The resume could not be read, so there is nothing to score.",
        "still-processing" => "The resume was being read again. Screen the candidate once that is over.",
        "job-changed" => "The job was changed again and again meanwhile. Screen the candidate once more.",
        _ => "The candidate could not be scored. Try again; if it stays, have the resume read anew.",
    }
}

/// The task of a batch.
#[must_use]
pub fn accepted(task: TaskId, candidates: usize) -> ScreeningBatchView {
    ScreeningBatchView {
        task_id: task.uuid(),
        candidates,
    }
}

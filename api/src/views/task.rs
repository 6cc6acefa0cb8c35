//! Background work as callers see it.

use chrono::{DateTime, Utc};
use hiring_core::task::TaskError;
use hiring_db::tasks::TaskRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// One unit of background work.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskView {
    /// The task's id.
    pub id: Uuid,
    /// What it does, for instance `parse_resume`.
    pub kind: String,
    /// `queued`, `running`, `waiting`, `completed`, `dead` or `cancelled`.
    pub state: &'static str,
    /// What it is doing, in its own words.
    pub stage: Option<String>,
    /// Per cent done.
    #[schema(minimum = 0, maximum = 100)]
    pub progress: Option<i16>,
    /// Attempts begun so far.
    pub attempts: u32,
    /// Attempts before it is given up.
    pub max_attempts: u32,
    /// Why the last attempt failed.
    pub error: Option<TaskErrorView>,
    /// What it had to say when it ended.
    pub result: Option<serde_json::Value>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When its latest attempt began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Why an attempt failed.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskErrorView {
    /// Stable code.
    pub code: String,
    /// A sentence that a recruiter understands.
    pub message: String,
    /// Whether another attempt could succeed.
    pub retryable: bool,
}

impl From<TaskError> for TaskErrorView {
    fn from(error: TaskError) -> Self {
        Self {
            code: error.code,
            message: error.message,
            retryable: error.retryable,
        }
    }
}

impl From<TaskRow> for TaskView {
    fn from(row: TaskRow) -> Self {
        Self {
            id: row.id.uuid(),
            kind: row.kind,
            state: row.state.shown(),
            stage: row.stage,
            progress: row.progress,
            attempts: row.attempt,
            max_attempts: row.max_attempts,
            error: row.last_error.map(TaskErrorView::from),
            result: row.result,
            created_at: row.created_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
        }
    }
}

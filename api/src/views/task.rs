//! Background work as callers see it.

use chrono::{DateTime, Utc};
use hiring_core::ids::TaskId;
use hiring_core::task::{TaskError, TaskState};
use hiring_db::tasks::TaskRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::batch::CountsView;

/// One unit of background work.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskView {
    /// The task's id.
    pub id: Uuid,
    /// What it does, for instance `parse_resume`.
    pub kind: String,
    /// `queued`, `running`, `waiting`, `completed`, `dead` or `cancelled`.
    pub state: &'static str,
    /// Whether somebody asked to cancel it; a running task ends at its next heartbeat.
    pub cancel_requested: bool,
    /// What it is doing, in its own words.
    pub stage: Option<String>,
    /// Per cent of the task's own run that is done; 100 once it is completed.
    #[schema(minimum = 0, maximum = 100)]
    pub progress: Option<i16>,
    /// Attempts begun so far.
    pub attempts: u32,
    /// Attempts before it is given up.
    pub max_attempts: u32,
    /// Not before this time, for a queued task that waits for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_at: Option<DateTime<Utc>>,
    /// The batch that it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<Uuid>,
    /// Its parts, for a batch; `GET /tasks?parent=` lists them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub children: Option<ChildrenView>,
    /// How far it is, for a batch of screenings; `GET /tasks/{id}/outcomes` says what came of each candidate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts: Option<CountsView>,
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

/// The parts of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChildrenView {
    /// All of them.
    pub total: i64,
    /// Those that are not over.
    pub open: i32,
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
            cancel_requested: row.cancel_requested,
            run_at: (row.state == TaskState::Pending).then_some(row.run_at),
            parent_id: row.parent_id.map(TaskId::uuid),
            children: row.children.map(|total| ChildrenView {
                total,
                open: row.open_children,
            }),
            counts: row.counts.map(CountsView::from),
            stage: row.stage,
            progress: match row.state {
                TaskState::Completed => Some(100),
                _ => row.progress,
            },
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

/// What became of the dead tasks of a kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetriedView {
    /// The kind.
    pub kind: String,
    /// Tasks that are queued again.
    pub retried: usize,
    /// Tasks that were left alone: no longer dead, or the same work is under way as another task.
    pub skipped: usize,
    /// Dead tasks of the kind that this call did not get to; call again for them.
    pub remaining: i64,
}

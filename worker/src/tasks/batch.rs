//! Stand for the parts that were enqueued with it: nothing to do but to wait for them.

use hiring_core::task::Batch;
use hiring_queue::{Done, TaskContext, TaskFailure};

/// Runs the task. It ends with the last of its parts; its result says how many of them were `completed`, `dead` and
/// `cancelled`.
///
/// # Errors
/// A retry when the database does not answer.
pub async fn run(ctx: TaskContext, task: Batch) -> Result<Done, TaskFailure> {
    tracing::debug!(task_id = %ctx.task_id(), of = task.of, "waiting for the parts of a batch");
    ctx.await_children().await
}

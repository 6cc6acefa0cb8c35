//! Write one report for each organization about one UTC day.

use hiring_core::task::GenerateReport;
use hiring_db::reports;
use hiring_queue::{Done, TaskContext, TaskFailure};
use serde_json::json;

use super::Parts;

/// Runs the task. A day that is not over gets a report of what there is, which a later run replaces.
///
/// # Errors
/// A day that has not begun is refused for good; a database that is away is tried again.
pub async fn run(parts: &Parts, ctx: TaskContext, task: GenerateReport) -> Result<Done, TaskFailure> {
    if task.day > parts.clock.now().date_naive() {
        return Err(TaskFailure::fail(
            "day-not-begun",
            "There is no report about a day that has not begun.",
        ));
    }
    ctx.complete(async |fx| {
        let organizations = reports::write_all(fx.conn(), task.day).await?;
        fx.result(json!({ "organizations": organizations }));
        Ok::<_, TaskFailure>(())
    })
    .await
}

//! Enqueue the next window of an organization's stored resumes to be read again, and the window behind it.
//!
//! A window and what follows it are committed together, so that a killed worker neither skips a resume nor reads one twice;
//! the windows come one behind the other through the queue, so that a large organization does not fill it.

use hiring_core::task::{ParseResume, Priority, Reparse};
use hiring_db::reparse;
use hiring_db::tasks::{EnqueueOptions, of_candidate};
use hiring_queue::{Done, Effects, TaskContext, TaskFailure};

use super::organization;

/// Resumes a window: some seconds of work for one worker, and a transaction that is over in a fraction of one.
const WINDOW: i64 = 250;

/// Runs the task.
///
/// # Errors
/// A retry when the database does not answer.
pub async fn run(ctx: TaskContext, task: Reparse) -> Result<Done, TaskFailure> {
    let org = organization(&ctx)?;
    ctx.wait_for_children(async |fx: &mut Effects| {
        let people = reparse::outdated(fx.conn(), org, &task, WINDOW).await?;
        let last = people.last().map(|(candidate, _)| *candidate);
        for (candidate_id, object_id) in people {
            let payload = ParseResume {
                candidate_id,
                object_id,
            };
            // Uploads go first.
            let options = EnqueueOptions {
                unique_key: Some(of_candidate::parse_key(candidate_id)),
                priority: Some(Priority::Low),
                parent: Some(task.batch_id),
                ..EnqueueOptions::default()
            };
            fx.enqueue(&payload, options).await?;
        }
        if last.is_some() {
            let next = Reparse { after: last, ..task };
            let options = EnqueueOptions {
                parent: Some(next.batch_id),
                ..EnqueueOptions::default()
            };
            fx.enqueue(&next, options).await?;
        }
        Ok::<_, TaskFailure>(())
    })
    .await
}

//! Enqueue the next window of an organization's stored resumes to be read again, and the window behind it.
//!
//! A window and what follows it are committed together, so that a killed worker neither skips a resume nor reads one twice.
//! While much of what earlier windows enqueued is still to be read, the next one waits, so that a large organization does not
//! fill the queue.

use chrono::TimeDelta;
use hiring_core::task::{ParseResume, Priority, Reparse};
use hiring_db::reparse;
use hiring_db::tasks::{EnqueueOptions, of_candidate};
use hiring_queue::{Done, Effects, TaskContext, TaskFailure};

use super::organization;

/// Resumes a window: some seconds of work for one worker, and a transaction that is over in a fraction of one.
const WINDOW: i64 = 250;

/// Resumes that may be open when a window begins: enough that no worker runs dry before the next look.
const MOST_OPEN: i64 = 2 * WINDOW;
/// Seconds until a window that found too many open looks again.
const PAUSE_SECONDS: i64 = 5;

/// Runs the task.
///
/// # Errors
/// A retry when the database does not answer.
pub async fn run(ctx: TaskContext, task: Reparse) -> Result<Done, TaskFailure> {
    let org = organization(&ctx)?;
    ctx.wait_for_children(async |fx: &mut Effects| -> Result<(), TaskFailure> {
        if reparse::open(fx.conn(), task.batch_id).await? > MOST_OPEN {
            let options = EnqueueOptions {
                parent: Some(task.batch_id),
                delay: Some(TimeDelta::seconds(PAUSE_SECONDS)),
                ..EnqueueOptions::default()
            };
            fx.enqueue(&task, options).await?;
            return Ok(());
        }
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
        Ok(())
    })
    .await
}

//! Score the candidates of one batch against a job: everybody by the rules, in the run itself, then the best with the language model,
//! each as a task of its own that is part of the batch.
//!
//! Scores are committed a few at a time, and each step looks for candidates whose latest score is not the present one. A worker that
//! is killed therefore costs nothing: the next run finds what is left, and who has the present score already keeps it.

mod choose;

use hiring_core::ids::OrgId;
use hiring_core::task::ScreenBatch;
use hiring_db::batch_screenings;
use hiring_queue::{Done, Effects, TaskContext, TaskFailure};

use super::rescore_job::{Window, find_job, percent};
use super::{Parts, organization};

/// Candidates a step: as often is shown how far the batch is.
const STEP: usize = 25;
/// How a task ends whose job is gone.
const GONE: &str = "job-deleted";

/// Runs the task. Everybody is scored, or failed with a code that says why, when it ends or begins to wait for the language model.
///
/// # Errors
/// A retry when the database does not answer, or when the job was changed meanwhile.
pub async fn run(parts: &Parts, ctx: TaskContext, task: ScreenBatch) -> Result<Done, TaskFailure> {
    let org = organization(&ctx)?;
    let mut connection = ctx.database().connection().await?;
    let job = find_job(&mut connection, org, task.job_id).await?;
    drop(connection);
    let Some(job) = job else {
        return ctx.cancel(GONE).await;
    };
    let window = Window::new(parts, &ctx, org, job);
    score(&ctx, org, &window).await?;
    ctx.wait_for_children(async |fx: &mut Effects| {
        let batch = (org, ctx.task_id());
        if let Some(job) = find_job(fx.conn(), org, task.job_id).await?
            && !window.is_of(&job)
        {
            return Err(TaskFailure::retry(
                "job-changed",
                "The job was changed meanwhile.",
            ));
        }
        batch_screenings::settle(fx.conn(), batch, window.current(), true).await?;
        choose::choose(parts, fx, (org, task.job_id, ctx.task_id())).await
    })
    .await
}

/// Scores whoever of the batch has not got the present score, a few at a time.
async fn score(ctx: &TaskContext, org: OrgId, window: &Window<'_>) -> Result<(), TaskFailure> {
    let batch = (org, ctx.task_id());
    let mut connection = ctx.database().connection().await?;
    batch_screenings::settle(&mut connection, batch, window.current(), false).await?;
    let open = batch_screenings::list_open(&mut connection, org, ctx.task_id()).await?;
    drop(connection);
    let outdated = window.outdated_of(&open).await?;
    let (mut done, total) = (0, i64::try_from(outdated.len()).unwrap_or(i64::MAX));
    for some in outdated.chunks(STEP) {
        done += window.score(some.to_vec()).await?;
        let mut connection = ctx.database().connection().await?;
        batch_screenings::settle(&mut connection, batch, window.current(), false).await?;
        drop(connection);
        // Proves that the lease still holds before the next step, too.
        ctx.stage("scoring", Some(percent(done, total))).await?;
    }
    Ok(())
}

//! Whom the language model is asked about: the best of a batch by the rules, as many as the plan's share allows.

use hiring_core::identity::Plan;
use hiring_core::ids::{JobId, OrgId, TaskId};
use hiring_core::task::NarrateApplication;
use hiring_db::batch_screenings::{self, Scored};
use hiring_db::tasks::EnqueueOptions;
use hiring_db::{model_answers, organizations};
use hiring_queue::{Effects, TaskFailure};
use uuid::Uuid;

use crate::tasks::Parts;

/// No model is set up, or it is switched off.
const OFF: &str = "off";
/// The plan's share is nobody.
const PLAN: &str = "plan";
/// Others of the batch have the better scores by the rules.
const NOT_IN_TOP_SHARE: &str = "not-in-top-share";

/// Enqueues a child of the batch's task for each of the best, and says of everybody else why the model is not asked.
pub(super) async fn choose(
    parts: &Parts,
    fx: &mut Effects,
    (org, job, task): (OrgId, JobId, TaskId),
) -> Result<(), TaskFailure> {
    let batch = (org, task);
    if !parts.llm.is_on() {
        return Ok(batch_screenings::leave_out(fx.conn(), batch, OFF).await?);
    }
    let organization = organizations::find(fx.conn(), org).await?;
    let plan = organization.and_then(|row| Plan::from_name(&row.plan));
    let share = parts
        .llm
        .config()
        .limits(plan.unwrap_or(Plan::Free))
        .share_percent;
    if share == 0 {
        return Ok(batch_screenings::leave_out(fx.conn(), batch, PLAN).await?);
    }
    let scored = batch_screenings::list_scored(fx.conn(), org, task).await?;
    let best = scored.iter().take(count(scored.len(), share));
    let mut asked: Vec<(Uuid, Uuid)> = Vec::new();
    for one in best {
        let child = ask(fx, job, *one).await?;
        asked.push((one.candidate_id, child.uuid()));
    }
    batch_screenings::ask(fx.conn(), batch, asked).await?;
    Ok(batch_screenings::leave_out(fx.conn(), batch, NOT_IN_TOP_SHARE).await?)
}

/// How many of so many a share is, rounded up: somebody is asked about in every batch.
fn count(scored: usize, share_percent: u8) -> usize {
    (scored * usize::from(share_percent)).div_ceil(100)
}

/// Where the same question is on its way already, that task's answer is this batch's too.
async fn ask(fx: &mut Effects, job: JobId, scored: Scored) -> Result<TaskId, TaskFailure> {
    let payload = NarrateApplication {
        application_id: scored.application_id.into(),
        candidate_id: scored.candidate_id.into(),
        job_id: job,
        fresh: false,
        patient: false,
    };
    let options = EnqueueOptions {
        unique_key: Some(model_answers::task_key(payload.application_id)),
        ..EnqueueOptions::default()
    };
    Ok(fx.enqueue_child(&payload, options).await?)
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn a_share_is_rounded_up_and_never_more_than_everybody() {
        assert_eq!(
            [count(100, 30), count(10, 30), count(3, 30), count(1, 1)],
            [30, 3, 1, 1]
        );
        assert_eq!([count(7, 100), count(0, 30)], [7, 0]);
    }
}

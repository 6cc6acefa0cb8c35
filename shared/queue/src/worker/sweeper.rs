//! Lost rings are rung again, silent holders lose their lease.

use std::sync::Arc;
use std::time::Duration;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::ids::TaskId;
use hiring_core::task::{Queue, TaskError, TaskState};
use hiring_db::DbError;
use hiring_db::tasks::Ended;
use hiring_db::tasks::relay::{self, Saturated};
use hiring_db::tasks::{people, sweep};

use super::Engine;
use super::outcome::{is_passing, speak};
use crate::backoff::unit_random;
use crate::failure::task_error;
use crate::registry::Dead;

/// What a task has as its code, and logs and metrics as the outcome, when the worker that ran it was never heard of again.
const CRASHED: &str = "crashed";

/// Rows of one statement.
const BATCH: i64 = 500;

/// A queue that still holds more rings than this is left alone: its tasks are not lost, they wait.
const ENOUGH_RINGS: u64 = 1_000;

/// Shortest and longest pause between two sweeps, so that several workers do not sweep in step.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(3));

/// Sweeps until the engine stops.
pub(crate) async fn run(engine: Arc<Engine>) {
    loop {
        let pause = PAUSE.0 + (PAUSE.1 - PAUSE.0).mul_f64(unit_random());
        if engine
            .stop
            .run_until_cancelled(tokio::time::sleep(pause))
            .await
            .is_none()
        {
            return;
        }
        if let Err(error) = sweep_once(&engine).await {
            tracing::warn!(error = %error, "a sweep failed");
        }
    }
}

/// One sweep.
pub(crate) async fn sweep_once(engine: &Engine) -> Result<(), DbError> {
    let stale = {
        let mut conn = engine.database.connection().await?;
        relay::any_stale(&mut conn).await?
    };
    if stale.running {
        expire(engine).await?;
    }
    if stale.published {
        ring_again(engine).await?;
    }
    Ok(())
}

async fn ring_again(engine: &Engine) -> Result<(), DbError> {
    // While the transport is away deadlines stay as they are, so that everything is rung as soon as it is back.
    let Ok(depths) = engine.ringer.depths().await else {
        return Ok(());
    };
    // So it is with a queue that did not answer.
    let can_take = |queue: &Queue| {
        let depth = depths.iter().find(|(of, _)| of == queue);
        depth.is_some_and(|(_, rings)| *rings <= ENOUGH_RINGS)
    };
    let full: Vec<Queue> = Queue::ALL.into_iter().filter(|queue| !can_take(queue)).collect();
    let saturated = saturated(&full);
    loop {
        let due = {
            let mut conn = engine.database.connection().await?;
            relay::ring_again(&mut conn, &saturated, BATCH).await?
        };
        if due.is_empty() {
            return Ok(());
        }
        metrics::counter!("tasks_rings_total", "transport" => engine.ringer.transport(), "outcome" => "again")
            .increment(u64::try_from(due.len()).unwrap_or_default());
        let rung = engine.ringer.ring(&due).await;
        if !rung || i64::try_from(due.len()).is_ok_and(|count| count < BATCH) {
            return Ok(());
        }
    }
}

/// The kinds of full queues. A kind that nobody knows travels on the default queue, so when that one is full only the kinds
/// of other queues remain.
fn saturated(full: &[Queue]) -> Saturated {
    let names = |wanted: &dyn Fn(Queue) -> bool| -> Vec<String> {
        Queue::NAMED_KINDS
            .iter()
            .filter(|kind| wanted(Queue::of_kind(kind)))
            .map(|kind| (*kind).to_owned())
            .collect()
    };
    let kinds = names(&|queue| full.contains(&queue));
    let only = full
        .contains(&Queue::Default)
        .then(|| names(&|queue| !full.contains(&queue)));
    Saturated { kinds, only }
}

async fn expire(engine: &Engine) -> Result<(), DbError> {
    let crashed = task_error(CRASHED, "The worker stopped in the middle of this.", true);
    let mut conn = engine.database.connection().await?;
    let expired = sweep::expire_leases(&mut conn, &crashed, BATCH).await?;
    for attempt in &expired {
        tell_expired(engine, (attempt.id(), &attempt.kind, attempt.attempt), CRASHED);
    }
    if !expired.is_empty() {
        engine.due.notify_one();
    }
    for id in sweep::list_exhausted(&mut conn, BATCH).await? {
        match end(engine, &mut conn, (id, &crashed)).await {
            Ok(()) => {}
            Err(error) if is_passing(&error) => return Err(error),
            Err(error) => tracing::error!(task_id = %id, error = %error, "ending an exhausted task failed"),
        }
    }
    Ok(())
}

/// Ends one task that has no attempts left, with its kind's last words; without them when they themselves are broken.
async fn end(
    engine: &Engine,
    conn: &mut AsyncPgConnection,
    (id, error): (TaskId, &TaskError),
) -> Result<(), DbError> {
    let with_words = async |conn: &mut AsyncPgConnection| {
        let Some(task) = sweep::end_exhausted(conn, id, error).await? else {
            return Ok::<_, DbError>(None);
        };
        if task.ended == Ended::Finally(TaskState::Dead) {
            let dead = Dead {
                task_id: id,
                organization_id: task.organization_id,
                payload: task.payload.clone(),
                error: error.clone(),
            };
            speak(conn, (&task.kind, engine.registry.get(&task.kind)), dead).await?;
        }
        if task.ended == Ended::Finally(TaskState::Cancelled) {
            let about = (task.kind.as_str(), &task.payload);
            people::after_cancel(conn, task.organization_id, about).await?;
        }
        Ok(Some(task))
    };
    let ended = match conn.transaction(with_words).await {
        Err(words) if !is_passing(&words) => {
            tracing::error!(task_id = %id, error = %words, "a kind's last words failed");
            conn.transaction(async |conn: &mut AsyncPgConnection| sweep::end_exhausted(conn, id, error).await)
                .await?
        }
        answer => answer?,
    };
    if let Some(task) = ended {
        tell_expired(engine, (id, &task.kind, task.attempt), engine.name(task.ended));
    }
    Ok(())
}

/// Logs and counts an attempt whose holder went silent, as that one would have done.
fn tell_expired(engine: &Engine, (id, kind, attempt): (TaskId, &str, i32), outcome: &'static str) {
    let transport = engine.ringer.transport();
    metrics::counter!("tasks_leases_expired_total").increment(1);
    engine.count_attempt((kind, transport), outcome);
    tracing::warn!(task_id = %id, kind, attempt, outcome, code = CRASHED, transport, "task attempt: its lease ran out");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_silences_its_own_kinds_only() {
        let saturated = saturated(&[Queue::VectorIndex]);
        assert_eq!(saturated.kinds, ["index_candidate", "index_chunks"]);
        assert_eq!(saturated.only, None);
    }

    #[test]
    fn a_full_default_queue_leaves_only_kinds_with_a_queue_of_their_own() {
        let only = saturated(&[Queue::Default, Queue::Email]).only.unwrap();
        assert!(only.contains(&"parse_resume".to_owned()) && !only.contains(&"send_email".to_owned()));
    }
}

//! One ring: claim, run with heartbeats, record the outcome, tell the transport.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use hiring_core::task::{RING_VERSION, Ring};
use hiring_db::DbError;
use hiring_db::json::UnreadableJson;
use hiring_db::tasks::{ClaimedTask, lease};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Engine;
use super::outcome::Outcome;
use crate::delivery::{Attended, Delivery};
use crate::registry::Entry;
use crate::{TaskContext, TaskFailure};

/// How long a slot stays closed when the database does not answer, so that a broken worker does not empty the queue.
const DATABASE_PAUSE: Duration = Duration::from_secs(1);

impl Engine {
    /// Attends to what a transport delivered, and tells the transport. The slot is free again when this returns.
    pub(crate) async fn attend(self: Arc<Self>, delivery: Delivery) {
        let Delivery {
            ring,
            slot: _slot,
            room,
            mut receipt,
        } = delivery;
        let attended = {
            let mut work = pin!(self.work(&ring.ring, room));
            tokio::select! {
                biased;
                attended = &mut work => attended,
                // Keeping a message never ends; if it did, the work would still go on.
                () = receipt.keep() => work.await,
            }
        };
        if attended == Attended::DatabaseAway {
            let pause = tokio::time::sleep(DATABASE_PAUSE);
            self.stop.run_until_cancelled(pause).await;
        }
        receipt.settle(attended).await;
    }

    /// Does what a ring asks for. `room` is the kind's own, where it was taken already.
    pub(crate) async fn work(&self, ring: &Ring, room: Option<OwnedSemaphorePermit>) -> Attended {
        let entry = self.registry.get(&ring.kind).filter(|_| ring.v <= RING_VERSION);
        let Some(entry) = entry else {
            return self.no_handler(ring).await;
        };
        // The kind's limit holds even when its ring came by another list than its own.
        let _room = match room {
            Some(room) => Some(room),
            None => entry.enter().await,
        };
        match self.claim(ring, entry).await {
            Ok(Some(task)) => Attended::Recorded(self.run(entry, task).await),
            Ok(None) => {
                self.count_ring("dropped");
                Attended::Recorded("dropped")
            }
            Err(error) => {
                tracing::warn!(task_id = %ring.task_id, kind = entry.label(), error = %error, "claiming failed");
                Attended::DatabaseAway
            }
        }
    }

    fn count_ring(&self, outcome: &'static str) {
        metrics::counter!("tasks_rings_total", "transport" => self.ringer.transport(), "outcome" => outcome)
            .increment(1);
    }

    async fn claim(&self, ring: &Ring, entry: &Entry) -> Result<Option<ClaimedTask>, DbError> {
        let mut conn = self.database.connection().await?;
        lease::claim(&mut conn, ring.task_id, entry.label(), entry.lease_seconds).await
    }

    async fn no_handler(&self, ring: &Ring) -> Attended {
        self.count_ring("no-handler");
        let noted = async {
            let mut conn = self.database.connection().await?;
            lease::no_handler(&mut conn, ring.task_id).await
        };
        match noted.await {
            Ok(died) => {
                if died {
                    tracing::error!(task_id = %ring.task_id, "dead: no worker knew its kind for an hour");
                } else {
                    tracing::warn!(task_id = %ring.task_id, v = ring.v, "no handler for this kind or version");
                }
                Attended::Recorded("no-handler")
            }
            Err(error) => {
                tracing::warn!(task_id = %ring.task_id, error = %error, "noting a missing handler failed");
                Attended::DatabaseAway
            }
        }
    }

    async fn run(&self, entry: &Entry, task: ClaimedTask) -> &'static str {
        let begun = Instant::now();
        let task = Arc::new(task);
        let cancel = CancellationToken::new();
        let context = TaskContext {
            task: Arc::clone(&task),
            database: self.database.clone(),
            ringer: self.ringer.clone(),
            cancel: cancel.clone(),
        };
        let ended = self.drive(entry, context).await;
        // Whatever runs beside the handler ends with it.
        cancel.cancel();
        let ended = self.record(entry, &task, ended).await;
        let duration = begun.elapsed();
        metrics::counter!("tasks_attempts_total", "kind" => entry.label(), "outcome" => ended).increment(1);
        metrics::histogram!("tasks_run_seconds", "kind" => entry.label()).record(duration.as_secs_f64());
        metrics::histogram!("tasks_wait_seconds", "kind" => entry.label())
            .record(task.waited_seconds.max(0.0));
        tracing::info!(
            task_id = %task.id,
            kind = entry.label(),
            attempt = task.attempt,
            outcome = ended,
            duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
            "task attempt"
        );
        ended
    }

    /// Runs the handler until it ends or something ends it. Its future is gone when this returns, and with it every
    /// transaction that it had open.
    async fn drive(&self, entry: &Entry, context: TaskContext) -> Outcome {
        let task = Arc::clone(&context.task);
        let started =
            std::panic::catch_unwind(AssertUnwindSafe(|| (entry.run)(context, task.payload.clone())));
        let handler = match started {
            Ok(Ok(handler)) => handler,
            Ok(Err(error)) => {
                tracing::error!(task_id = %task.id, kind = entry.label(), error = %UnreadableJson::from(error), "a payload could not be read");
                let failure = TaskFailure::fail("bad-payload", "The task could not be read.");
                return Outcome::Returned(Err(failure));
            }
            Err(_) => return Outcome::Panicked,
        };
        let mut handler = pin!(AssertUnwindSafe(handler).catch_unwind());
        let mut heartbeats = pin!(self.heartbeats(entry, &task));
        tokio::select! {
            biased;
            returned = &mut handler => returned.map_or(Outcome::Panicked, Outcome::Returned),
            verdict = &mut heartbeats => verdict,
            () = tokio::time::sleep(entry.policy.timeout) => Outcome::TimedOut,
            () = self.hurry.cancelled() => Outcome::Released,
        }
    }

    /// Extends the lease until it is lost or somebody asks to cancel.
    async fn heartbeats(&self, entry: &Entry, task: &ClaimedTask) -> Outcome {
        // Two may be late before the lease runs out.
        let every = Duration::from_secs(u64::from(entry.lease_seconds.max(1))) / 3;
        loop {
            tokio::time::sleep(every).await;
            let beat = async {
                let mut conn = self.database.connection().await?;
                lease::heartbeat(&mut conn, task.id, task.lease_id, entry.lease_seconds).await
            };
            match beat.await {
                Ok(false) => {}
                Ok(true) => return Outcome::CancelAsked,
                Err(DbError::LeaseLost) => return Outcome::LeaseLost,
                // The lease may still hold; if not, the fence refuses what the handler writes.
                Err(error) => tracing::warn!(task_id = %task.id, error = %error, "a heartbeat failed"),
            }
        }
    }
}

//! One ring: claim, run with heartbeats, record the outcome, tell the transport.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use futures::FutureExt;
use hiring_core::task::{RING_VERSION, Ring, TaskState};
use hiring_core::trace::TraceParent;
use hiring_db::DbError;
use hiring_db::json::UnreadableJson;
use hiring_db::tasks::unhandled::{self, Met};
use hiring_db::tasks::{ClaimedTask, Wanted, lease};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use tracing::field::Empty;

use super::Engine;
use super::claims::ClaimFailed;
use super::outcome::{Outcome, UNRECORDED, is_passing, speak};
use crate::delivery::{Attended, Delivery};
use crate::failure::task_error;
use crate::registry::{Dead, Entry};
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
            let mut work = pin!(self.work(&ring.ring, room, self.ringer.transport()));
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

    /// Does what a ring asks for. `room` is the kind's own, where it was taken already; `via` names what brought the ring.
    pub(crate) async fn work(
        &self,
        ring: &Ring,
        room: Option<OwnedSemaphorePermit>,
        via: &'static str,
    ) -> Attended {
        let entry = self.registry.get(&ring.kind).filter(|_| ring.v <= RING_VERSION);
        let Some(entry) = entry else {
            return self.no_handler(ring, via).await;
        };
        // The kind's limit holds even when its ring came by another list than its own.
        let _room = match room {
            Some(room) => Some(room),
            None => entry.enter().await,
        };
        let wanted = Wanted {
            id: ring.task_id,
            kind: entry.label(),
            lease_seconds: entry.lease_seconds,
        };
        match self.claims.claim(wanted).await {
            Ok(Some(task)) => match self.run(entry, task, via).await {
                UNRECORDED => Attended::DatabaseAway,
                outcome => Attended::Recorded(outcome),
            },
            Ok(None) => {
                count_ring(via, "dropped");
                Attended::Recorded("dropped")
            }
            Err(ClaimFailed) => Attended::DatabaseAway,
        }
    }

    async fn no_handler(&self, ring: &Ring, via: &'static str) -> Attended {
        match self.note_unhandled(ring).await {
            Ok(Met::Nobody) => {
                count_ring(via, "dropped");
                Attended::Recorded("dropped")
            }
            Ok(Met::Waiting) => {
                count_ring(via, "no-handler");
                tracing::warn!(task_id = %ring.task_id, v = ring.v, "no handler for this kind or version");
                Attended::Recorded("no-handler")
            }
            Ok(Met::Died(task)) => {
                count_ring(via, "no-handler");
                self.count_attempt((&task.kind, via), TaskState::Dead.as_str());
                tracing::error!(task_id = %ring.task_id, kind = task.kind, "dead: no worker knew its kind for an hour");
                Attended::Recorded("no-handler")
            }
            Err(error) => {
                tracing::warn!(task_id = %ring.task_id, error = %error, "noting a missing handler failed");
                Attended::DatabaseAway
            }
        }
    }

    /// Notes that nobody here can run the task; once that has lasted too long, it dies with its kind's last words.
    async fn note_unhandled(&self, ring: &Ring) -> Result<Met, DbError> {
        let (id, kind) = (ring.task_id, ring.kind.as_str());
        let mut conn = self.database.connection().await?;
        let conn: &mut AsyncPgConnection = &mut conn;
        let note = async |conn: &mut AsyncPgConnection| {
            let met = unhandled::note_unhandled(conn, id, kind).await?;
            let Met::Died(died) = &met else {
                return Ok(met);
            };
            let dead = Dead {
                task_id: id,
                organization_id: died.organization_id,
                payload: died.payload.clone(),
                error: task_error(unhandled::NO_HANDLER, "No worker knows this kind of task.", true),
            };
            let known = (died.kind.as_str(), self.registry.get(&died.kind));
            speak(conn, known, dead).await?;
            Ok::<_, DbError>(met)
        };
        match conn.transaction(note).await {
            Err(words) if !is_passing(&words) => {
                tracing::error!(task_id = %id, error = %words, "a kind's last words failed");
                let silent =
                    async |conn: &mut AsyncPgConnection| unhandled::note_unhandled(conn, id, kind).await;
                conn.transaction(silent).await
            }
            answer => answer,
        }
    }

    /// Counts how an attempt ended, or a task that died without one. A kind that is not in the registry has no label of its
    /// own: labels must not grow with the data.
    pub(crate) fn count_attempt(&self, (kind, via): (&str, &'static str), outcome: &'static str) {
        let kind = self.registry.get(kind).map_or("unknown", Entry::label);
        metrics::counter!("tasks_attempts_total", "kind" => kind, "transport" => via, "outcome" => outcome)
            .increment(1);
    }

    async fn run(&self, entry: &Entry, mut task: ClaimedTask, via: &'static str) -> &'static str {
        let asked_by = task.trace_context.as_deref().and_then(TraceParent::parse);
        let place = asked_by.map_or_else(TraceParent::generate, TraceParent::child);
        // What this attempt asks for comes after it.
        task.trace_context = Some(place.to_string());
        let span = tracing::info_span!(
            "task",
            task_id = %task.id,
            kind = entry.label(),
            attempt = task.attempt,
            trace_id = place.trace_id(),
            span_id = place.span_id(),
            parent_id = asked_by.map(|parent| parent.span_id()),
            sampled = place.is_sampled(),
            outcome = Empty,
        );
        let attempt = self.run_and_record(entry, task, via).instrument(span.clone());
        let ended = attempt.await;
        if place.is_sampled() {
            span.record("outcome", ended);
        }
        ended
    }

    async fn run_and_record(&self, entry: &Entry, task: ClaimedTask, via: &'static str) -> &'static str {
        let begun = Instant::now();
        let task = Arc::new(task);
        let cancel = CancellationToken::new();
        let context = TaskContext {
            task: Arc::clone(&task),
            database: self.database.clone(),
            ringer: self.ringer.clone(),
            cancel: cancel.clone(),
        };
        let mut ended = self.drive(entry, context).await;
        // Whatever runs beside the handler ends with it.
        cancel.cancel();
        let code = ended.code();
        let ringing = ended.take_ringing();
        let ended = self.record(entry, &task, ended).await;
        if let (Some(work), Some(organization)) = (self.afterwards.get(), task.organization_id) {
            work(organization).await;
        }
        let duration = begun.elapsed();
        let kind = entry.label();
        self.count_attempt((kind, via), ended);
        metrics::histogram!("tasks_run_seconds", "kind" => kind, "transport" => via)
            .record(duration.as_secs_f64());
        metrics::histogram!("tasks_wait_seconds", "kind" => kind).record(task.waited_seconds.max(0.0));
        // The span says which task, kind and attempt.
        tracing::info!(
            outcome = ended,
            code = code.as_deref(),
            transport = via,
            duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
            "task attempt"
        );
        if let Some(ringing) = ringing {
            // A ring that is lost is rung again.
            let _ = ringing.await;
        }
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

    /// Extends the lease until it is lost or somebody asks to cancel. A cancel is announced, so that it need not wait for the
    /// next turn; the turns remain for what nobody heard.
    async fn heartbeats(&self, entry: &Entry, task: &ClaimedTask) -> Outcome {
        // Two may be late before the lease runs out.
        let every = Duration::from_secs(u64::from(entry.lease_seconds.max(1))) / 3;
        let present = self.running.enter(task.id);
        loop {
            let _ = tokio::time::timeout(every, present.asked()).await;
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

fn count_ring(via: &'static str, outcome: &'static str) {
    metrics::counter!("tasks_rings_total", "transport" => via, "outcome" => outcome).increment(1);
}

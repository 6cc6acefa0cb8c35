//! A way in for rings that arrive by other doors than the transport.

use std::sync::Arc;

use hiring_core::task::{Queue, Ring};
use tokio::sync::Semaphore;

use crate::delivery::Attended;
use crate::worker::Engine;

/// What metrics and logs call a ring that came by a [`Dispatcher`].
const DOOR: &str = "door";

/// Attends to rings that somebody hands over, in the slots of the runner that it came from. Cheap to clone.
#[derive(Clone)]
pub struct Dispatcher {
    engine: Arc<Engine>,
    slots: Arc<Semaphore>,
}

impl Dispatcher {
    pub(crate) const fn new(engine: Arc<Engine>, slots: Arc<Semaphore>) -> Self {
        Self { engine, slots }
    }

    /// Waits for a slot and does what the ring asks for. Goes on to its end when the caller stops waiting. A ring without
    /// anything to do, for instance of a task that is over, is [`Attended::Recorded`] too.
    pub async fn dispatch(&self, ring: Ring) -> Attended {
        let stop = &self.engine.stop;
        if stop.is_cancelled() {
            return Attended::Stopping;
        }
        let slot = Arc::clone(&self.slots).acquire_owned();
        let Some(Ok(slot)) = stop.run_until_cancelled(slot).await else {
            return Attended::Stopping;
        };
        let engine = Arc::clone(&self.engine);
        let attempt = tokio::spawn(async move {
            let _slot = slot;
            engine.work(&ring, None, DOOR).await
        });
        // A defect outside the handler: nothing says how far it came.
        attempt.await.unwrap_or(Attended::DatabaseAway)
    }

    /// Rings once more for a task that came by the queue of another kind; answers whether that could be done.
    pub async fn pass_on(&self, ring: Ring) -> bool {
        self.engine.ringer.pass_on(ring).await
    }

    /// Whether the runner was asked to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.engine.stop.is_cancelled()
    }

    /// The queue that carries a ring's kind.
    #[must_use]
    pub fn queue_of(ring: &Ring) -> Queue {
        Queue::of_kind(&ring.kind)
    }
}

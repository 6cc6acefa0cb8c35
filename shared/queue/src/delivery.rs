//! A ring on its way from a transport to a handler.

use std::sync::Arc;

use futures::future::BoxFuture;
use hiring_core::task::{Priority, Queue, Ring};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Registry;
use crate::transport::Outgoing;

/// What attending to a ring came to, as far as its transport is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attended {
    /// What there was to say is in Postgres: done, to be tried later, dead, or somebody else's. The ring has served. The word
    /// is the outcome as logs and metrics name it.
    Recorded(&'static str),
    /// Postgres could not be reached, or does not have the outcome: the ring must come again.
    DatabaseAway,
    /// The process stops and did not begin: the ring must come again.
    Stopping,
}

/// How a transport accompanies a ring that it delivered.
pub(crate) trait Receipt: Send {
    /// Runs beside the attempt and never ends by itself: keeps the message out of others' hands, where that takes doing.
    fn keep(&mut self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::pending())
    }

    /// Lets go of the message: for good when the ring has served, else so that it is delivered again.
    fn settle(self: Box<Self>, attended: Attended) -> BoxFuture<'static, ()>;
}

/// A ring on its way to a handler, with the slot that it will run in.
pub struct Delivery {
    pub(crate) ring: Outgoing,
    pub(crate) slot: OwnedSemaphorePermit,
    pub(crate) room: Option<OwnedSemaphorePermit>,
    pub(crate) receipt: Box<dyn Receipt>,
}

/// What every source of rings shares: the process's slots, and what runs in them.
#[derive(Clone)]
pub(crate) struct Intake {
    pub(crate) registry: Arc<Registry>,
    pub(crate) slots: Arc<Semaphore>,
}

impl Intake {
    /// Waits for a free slot, and takes further ones up to `most` as far as they are free.
    pub(crate) async fn take_slots(&self, most: usize) -> Vec<OwnedSemaphorePermit> {
        let Ok(slot) = Arc::clone(&self.slots).acquire_owned().await else {
            // Nobody closes the semaphore; if somebody does, there is nothing left to take rings for.
            return std::future::pending().await;
        };
        let mut slots = vec![slot];
        while slots.len() < most
            && let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned()
        {
            slots.push(slot);
        }
        slots
    }

    /// Takes a slot if one is free.
    pub(crate) fn try_slot(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.slots).try_acquire_owned().ok()
    }

    /// Puts a ring and its slot together, with the kind's own room where it has a limit and is below it.
    pub(crate) fn delivery(
        &self,
        ring: Outgoing,
        slot: OwnedSemaphorePermit,
        receipt: Box<dyn Receipt>,
    ) -> Delivery {
        let room = self
            .registry
            .get(&ring.ring.kind)
            .and_then(crate::registry::Entry::try_enter);
        Delivery {
            ring,
            slot,
            room,
            receipt,
        }
    }
}

/// Reads a message as a ring that came by `queue`; `None`, counted, for one that is no ring.
pub(crate) fn read_ring(transport: &'static str, queue: Queue, body: &[u8]) -> Option<Ring> {
    let ring = serde_json::from_slice(body).ok();
    if ring.is_none() {
        metrics::counter!("tasks_rings_total", "transport" => transport, "outcome" => "garbage").increment(1);
        tracing::warn!(
            transport,
            queue = queue.name(),
            bytes = body.len(),
            "a message is no ring"
        );
    }
    ring
}

/// A ring as it was taken from a list, for putting it back.
pub(crate) const fn taken(queue: Queue, priority: Priority, ring: Ring) -> Outgoing {
    Outgoing {
        queue,
        priority,
        ring,
        publish_count: 0,
    }
}

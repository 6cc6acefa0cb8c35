//! The apalis backend: pops rings on a connection of its own, one blocking command at a time, only with a free slot.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::num::NonZero;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use apalis_core::backend::finalize::Ephemeral;
use apalis_core::backend::{Backend, BackendConfig};
use apalis_core::task::Task;
use apalis_core::worker::context::WorkerContext;
use futures::FutureExt;
use futures::future::BoxFuture;
use hiring_core::task::{Priority, Queue, Ring};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::layer::util::Identity;

use super::bell::chain;
use super::list_key;
use super::order::lists_for_turn;
use crate::backoff::{reconnect_pause, unit_random};
use crate::{Registry, Ringer};

/// Longest block of one pop when every list is open, in seconds: a fifth of a command a second when idle.
const BLOCK_SECONDS: f64 = 5.0;

/// Longest block while lists are left out because their kind has no room: then they are looked at again.
const BLOCK_PARTLY_SECONDS: f64 = 0.05;

/// Most rings of one pop.
const BATCH: usize = 32;

/// A ring on its way to a handler, with the slot that it will run in.
pub struct Delivery {
    /// Which list it came from.
    pub list: (Queue, Priority),
    /// What to claim.
    pub ring: Ring,
    pub(crate) slot: OwnedSemaphorePermit,
    pub(crate) room: Option<OwnedSemaphorePermit>,
}

/// Everything a pop needs.
pub(crate) struct Source {
    pub(crate) client: Client,
    pub(crate) prefix: String,
    pub(crate) queues: Vec<Queue>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) slots: Arc<Semaphore>,
    pub(crate) ringer: Ringer,
}

/// One source of rings for an apalis worker. On one server it serves all queues; on Cluster there is one for each queue.
pub struct RedisBackend {
    source: Arc<Source>,
    popping: Option<BoxFuture<'static, (Popper, Vec<Delivery>)>>,
    popped: VecDeque<Delivery>,
    closing: Option<BoxFuture<'static, ()>>,
}

impl RedisBackend {
    pub(crate) const fn new(source: Arc<Source>) -> Self {
        Self {
            source,
            popping: None,
            popped: VecDeque::new(),
            closing: None,
        }
    }
}

impl Backend for RedisBackend {
    type Task = Task<Delivery>;
    // Whatever happens to Redis, the worker stays.
    type Error = Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Option<Result<Self::Task, Infallible>>> {
        loop {
            if let Some(delivery) = self.popped.pop_front() {
                return Poll::Ready(Some(Ok(Task::new(delivery))));
            }
            let popping = self
                .popping
                .get_or_insert_with(|| Popper::new(Arc::clone(&self.source)).pop().boxed());
            let Poll::Ready((popper, deliveries)) = popping.poll_unpin(cx) else {
                return Poll::Pending;
            };
            self.popped.extend(deliveries);
            self.popping = Some(popper.pop().boxed());
        }
    }

    fn poll_close(&mut self, cx: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        self.popping = None;
        let (popped, source) = (&mut self.popped, &self.source);
        let closing = self.closing.get_or_insert_with(|| {
            let rings: Vec<_> = popped
                .drain(..)
                .map(|taken| (taken.list.0, taken.list.1, taken.ring))
                .collect();
            let ringer = source.ringer.clone();
            async move {
                if !rings.is_empty() {
                    ringer.put_back(&rings).await;
                }
            }
            .boxed()
        });
        closing.poll_unpin(cx).map(Ok)
    }
}

impl BackendConfig for RedisBackend {
    type Args = Delivery;
    type Id = hiring_core::ids::TaskId;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}

/// The popping connection and its place in the order of lists.
struct Popper {
    source: Arc<Source>,
    connection: Option<MultiplexedConnection>,
    turn: u64,
    failures: u32,
}

impl Popper {
    const fn new(source: Arc<Source>) -> Self {
        Self {
            source,
            connection: None,
            turn: 0,
            failures: 0,
        }
    }

    /// Waits for a free slot, then for rings. Comes back empty-handed now and then.
    async fn pop(mut self) -> (Self, Vec<Delivery>) {
        let Ok(slot) = Arc::clone(&self.source.slots).acquire_owned().await else {
            // Nobody closes the semaphore; if somebody does, there is nothing left to pop for.
            return std::future::pending().await;
        };
        let mut slots = vec![slot];
        let wanted = BATCH.min(self.source.registry.least_room());
        while slots.len() < wanted
            && let Ok(slot) = Arc::clone(&self.source.slots).try_acquire_owned()
        {
            slots.push(slot);
        }
        match self.take(slots.len()).await {
            Ok(Some((list, bodies))) => {
                self.failures = 0;
                let deliveries = self.deliver(list, bodies, slots);
                (self, deliveries)
            }
            Ok(None) => {
                self.failures = 0;
                (self, Vec::new())
            }
            Err(error) => {
                drop(slots);
                self.note_failure(&error).await;
                (self, Vec::new())
            }
        }
    }

    async fn take(&mut self, count: usize) -> Result<Option<((Queue, Priority), Vec<String>)>, RedisError> {
        let registry = &self.source.registry;
        let lists = lists_for_turn(self.turn, &self.source.queues, |queue, priority| {
            registry.is_open(queue, priority)
        });
        self.turn = self.turn.wrapping_add(1);
        let all = self.source.queues.len() * Priority::ALL.len();
        let block = if lists.len() == all {
            BLOCK_SECONDS
        } else {
            BLOCK_PARTLY_SECONDS
        };
        if lists.is_empty() {
            tokio::time::sleep(Duration::from_secs_f64(block)).await;
            return Ok(None);
        }
        let mut command = redis::cmd("BLMPOP");
        command.arg(block).arg(lists.len());
        for (queue, priority) in &lists {
            command.arg(list_key(&self.source.prefix, *queue, *priority));
        }
        command
            .arg("LEFT")
            .arg("COUNT")
            .arg(NonZero::new(count).map_or(1, NonZero::get));
        if self.connection.is_none() {
            // The answer may take as long as the block, and then some.
            let config = AsyncConnectionConfig::new()
                .set_response_timeout(Some(Duration::from_secs_f64(BLOCK_SECONDS + 5.0)));
            let mut connection = self
                .source
                .client
                .get_multiplexed_async_connection_with_config(&config)
                .await?;
            // So that an operator finds it in CLIENT LIST.
            let name = format!("{}-pop", self.source.prefix);
            redis::cmd("CLIENT")
                .arg("SETNAME")
                .arg(name)
                .query_async::<()>(&mut connection)
                .await?;
            self.connection = Some(connection);
        }
        let Some(connection) = self.connection.as_mut() else {
            return Ok(None);
        };
        let answer: Option<(String, Vec<String>)> = command.query_async(connection).await?;
        Ok(answer.and_then(|(key, bodies)| {
            let list = lists
                .into_iter()
                .find(|(queue, priority)| list_key(&self.source.prefix, *queue, *priority) == key)?;
            Some((list, bodies))
        }))
    }

    fn deliver(
        &self,
        list: (Queue, Priority),
        bodies: Vec<String>,
        slots: Vec<OwnedSemaphorePermit>,
    ) -> Vec<Delivery> {
        let deliveries = bodies.into_iter().zip(slots).filter_map(|(body, slot)| {
            let Ok(ring) = serde_json::from_str::<Ring>(&body) else {
                metrics::counter!("tasks_rings_total", "outcome" => "garbage").increment(1);
                tracing::warn!(
                    queue = list.0.name(),
                    bytes = body.len(),
                    "dropped a message that is no ring"
                );
                return None;
            };
            let room = self
                .source
                .registry
                .get(&ring.kind)
                .and_then(crate::registry::Entry::try_enter);
            Some(Delivery {
                list,
                ring,
                slot,
                room,
            })
        });
        deliveries.collect()
    }

    async fn note_failure(&mut self, error: &RedisError) {
        self.connection = None;
        self.failures = self.failures.saturating_add(1);
        metrics::counter!("tasks_pop_failures_total").increment(1);
        // Once a second or less often while Redis stays away.
        if self.failures == 1 || self.failures.is_multiple_of(30) {
            tracing::warn!(error = %chain(error), failures = self.failures, "popping failed; connecting again");
        }
        tokio::time::sleep(reconnect_pause(self.failures, unit_random())).await;
    }
}

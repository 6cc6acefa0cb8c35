//! The source of rings: pops on a connection of its own, one blocking command at a time, only with a free slot.

use std::num::NonZero;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use hiring_core::task::{Priority, Queue};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError};
use tokio::sync::OwnedSemaphorePermit;

use super::bell::chain;
use super::list_key;
use super::order::lists_for_turn;
use crate::Ringer;
use crate::backend::Pull;
use crate::backoff::{reconnect_pause, unit_random};
use crate::delivery::{Attended, Delivery, Intake, Receipt, read_ring, taken};
use crate::transport::Outgoing;

/// Longest block of one pop when every list is open, in seconds: a fifth of a command a second when idle.
const BLOCK_SECONDS: f64 = 5.0;

/// Longest block while lists are left out because their kind has no room: then they are looked at again.
const BLOCK_PARTLY_SECONDS: f64 = 0.05;

/// Most rings of one pop.
const BATCH: usize = 32;

/// Everything a pop needs.
#[derive(Clone)]
pub(crate) struct Source {
    pub(crate) client: Client,
    pub(crate) prefix: String,
    pub(crate) queues: Vec<Queue>,
    pub(crate) intake: Intake,
    pub(crate) ringer: Ringer,
}

/// The popping connection and its place in the order of lists.
pub(crate) struct Popper {
    source: Source,
    connection: Option<MultiplexedConnection>,
    turn: u64,
    failures: u32,
}

/// A popped ring is gone from its list: it is put back unless it has served.
struct Popped {
    ring: Outgoing,
    ringer: Ringer,
}

impl Receipt for Popped {
    fn settle(self: Box<Self>, attended: Attended) -> BoxFuture<'static, ()> {
        async move {
            if !matches!(attended, Attended::Recorded(_)) {
                self.ringer.put_back(&[self.ring]).await;
            }
        }
        .boxed()
    }
}

impl Pull for Popper {
    fn pull(&mut self) -> BoxFuture<'_, Vec<Delivery>> {
        self.pop().boxed()
    }
}

impl Popper {
    pub(crate) const fn new(source: Source) -> Self {
        Self {
            source,
            connection: None,
            turn: 0,
            failures: 0,
        }
    }

    async fn pop(&mut self) -> Vec<Delivery> {
        let slots = self.source.intake.take_slots(BATCH).await;
        match self.take(slots.len()).await {
            Ok(popped) => {
                self.failures = 0;
                popped.map_or_else(Vec::new, |(list, bodies)| self.deliver(list, bodies, slots))
            }
            Err(error) => {
                drop(slots);
                self.note_failure(&error).await;
                Vec::new()
            }
        }
    }

    async fn take(&mut self, count: usize) -> Result<Option<((Queue, Priority), Vec<String>)>, RedisError> {
        let registry = &self.source.intake.registry;
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
        let Some(connection) = self.connect().await? else {
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

    async fn connect(&mut self) -> Result<Option<&mut MultiplexedConnection>, RedisError> {
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
        Ok(self.connection.as_mut())
    }

    fn deliver(
        &self,
        (queue, priority): (Queue, Priority),
        bodies: Vec<String>,
        slots: Vec<OwnedSemaphorePermit>,
    ) -> Vec<Delivery> {
        let deliveries = bodies.into_iter().zip(slots).filter_map(|(body, slot)| {
            let ring = taken(queue, priority, read_ring("redis", queue, body.as_bytes())?);
            let receipt = Box::new(Popped {
                ring: ring.clone(),
                ringer: self.source.ringer.clone(),
            });
            Some(self.source.intake.delivery(ring, slot, receipt))
        });
        deliveries.collect()
    }

    async fn note_failure(&mut self, error: &RedisError) {
        self.connection = None;
        self.failures = self.failures.saturating_add(1);
        metrics::counter!("tasks_pop_failures_total", "transport" => "redis").increment(1);
        // Once a second or less often while Redis stays away.
        if self.failures == 1 || self.failures.is_multiple_of(30) {
            tracing::warn!(error = %chain(error), failures = self.failures, "popping failed; connecting again");
        }
        tokio::time::sleep(reconnect_pause(self.failures, unit_random())).await;
    }
}

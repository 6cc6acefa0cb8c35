//! The source of rings: pops on a connection of its own, one blocking command at a time, only while a slot is free.

use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use hiring_core::task::{Priority, Queue};
use redis::{Cmd, ErrorKind, RedisError, ServerErrorKind};
use tokio::sync::OwnedSemaphorePermit;

use super::bell::{Unattended, chain};
use super::directory::Directory;
use super::inquiry::Node;
use super::link::{BLOCK_SECONDS, Link};
use super::list_key;
use super::order::lists_for_turn;
use super::sender::Redirected;
use crate::Ringer;
use crate::backend::Pull;
use crate::backoff::{reconnect_pause, unit_random};
use crate::delivery::{Delivery, Intake, read_ring, taken};

/// Longest block while lists are left out because their kind has no room: then they are looked at again.
const BLOCK_PARTLY_SECONDS: f64 = 0.05;

/// How long to wait before rings are looked for again while their hash slot is on its way to another node.
const MOVING_PAUSE: Duration = Duration::from_millis(100);

/// Most rings of one pop.
const BATCH: usize = 32;

/// Everything a pop needs.
#[derive(Clone)]
pub(crate) struct Source {
    pub(crate) directory: Arc<Directory>,
    pub(crate) prefix: String,
    pub(crate) queues: Vec<Queue>,
    pub(crate) intake: Intake,
    pub(crate) ringer: Ringer,
}

/// The popping connection and its place in the order of lists.
pub(crate) struct Popper {
    source: Source,
    link: Option<Link>,
    turn: u64,
    failures: u32,
}

type List = (Queue, Priority);

/// What a pop answers: the key of the list and what was in it.
type Answer = Option<(String, Vec<String>)>;

/// A list and what was taken from it.
type Popped = (List, Vec<String>);

impl Pull for Popper {
    fn pull(&mut self) -> BoxFuture<'_, Vec<Delivery>> {
        self.pop().boxed()
    }
}

impl Popper {
    pub(crate) const fn new(source: Source) -> Self {
        Self {
            source,
            link: None,
            turn: 0,
            failures: 0,
        }
    }

    async fn pop(&mut self) -> Vec<Delivery> {
        let slots = self.source.intake.take_slots(BATCH).await;
        let lists = self.lists();
        if lists.is_empty() {
            drop(slots);
            tokio::time::sleep(Duration::from_secs_f64(BLOCK_PARTLY_SECONDS)).await;
            return Vec::new();
        }
        match self.take(&lists, slots.len()).await {
            Ok(Some((list, bodies))) => {
                self.failures = 0;
                return self.deliver(list, bodies, slots);
            }
            Ok(None) => drop(slots),
            Err(error) => {
                drop(slots);
                self.note_failure(&error).await;
                return Vec::new();
            }
        }
        match self.wait(&lists).await {
            Ok(popped) => {
                self.failures = 0;
                match popped {
                    Some(popped) => self.deliver_one(popped).await,
                    None => Vec::new(),
                }
            }
            Err(error) => {
                self.note_failure(&error).await;
                Vec::new()
            }
        }
    }

    /// The lists of this turn.
    fn lists(&mut self) -> Vec<List> {
        let registry = &self.source.intake.registry;
        let lists = lists_for_turn(self.turn, &self.source.queues, |queue, priority| {
            registry.is_open(queue, priority)
        });
        self.turn = self.turn.wrapping_add(1);
        lists
    }

    /// Takes rings that wait, as many as there are slots.
    async fn take(&mut self, lists: &[List], count: usize) -> Result<Option<Popped>, RedisError> {
        // One command looks at all lists, so it takes no more than the one with the least room.
        let safe = count.min(self.source.intake.registry.least_room());
        let command = self.pop_command(redis::cmd("LMPOP"), lists, safe);
        match self.connect().await?.ask(&command).await {
            Err(error) if is_on_its_way(&error) => self.take_one_by_one(lists, safe).await,
            answer => match self.popped(lists, answer?) {
                Some(popped) if popped.1.len() == safe => Ok(Some(self.take_more(popped, count).await)),
                popped => Ok(popped),
            },
        }
    }

    /// Takes more from a list that had as many rings as were asked for, as long as its own kinds have room.
    async fn take_more(&mut self, (list, mut bodies): Popped, count: usize) -> Popped {
        let room = self.source.intake.registry.room(list.0, list.1);
        let more = count.min(room).saturating_sub(bodies.len());
        if more > 0 {
            let command = self.pop_command(redis::cmd("LMPOP"), &[list], more);
            // What was taken before does not depend on it; the next pop meets the same trouble.
            if let Some(link) = self.link.as_mut()
                && let Ok(Some((_, others))) = link.ask::<Answer>(&command).await
            {
                bodies.extend(others);
            }
        }
        (list, bodies)
    }

    /// Waits for a ring without holding a slot meanwhile, so that whoever else takes tasks is not held up by an idle queue.
    async fn wait(&mut self, lists: &[List]) -> Result<Option<Popped>, RedisError> {
        let all = self.source.queues.len() * Priority::ALL.len();
        let block = if lists.len() == all {
            BLOCK_SECONDS
        } else {
            BLOCK_PARTLY_SECONDS
        };
        let mut command = redis::cmd("BLMPOP");
        command.arg(block);
        let command = self.pop_command(command, lists, 1);
        match self.connect().await?.wait(&command).await {
            Err(error) if is_on_its_way(&error) => {
                tokio::time::sleep(MOVING_PAUSE).await;
                Ok(None)
            }
            answer => Ok(self.popped(lists, answer?)),
        }
    }

    /// Takes rings while their hash slot is on its way to another node: one list at a time, at either end, because then no
    /// command may name several keys.
    async fn take_one_by_one(&mut self, lists: &[List], count: usize) -> Result<Option<Popped>, RedisError> {
        for list in lists {
            let list = std::slice::from_ref(list);
            let command = self.pop_command(redis::cmd("LMPOP"), list, count);
            let link = self.connect().await?;
            let answer = match link.ask(&command).await {
                Ok(answer) => answer,
                Err(error) => match Redirected::read(&error, &link.node) {
                    Some(Redirected::Once(node)) => {
                        let mut link = self.open(node).await?;
                        link.ask::<()>(&redis::cmd("ASKING")).await?;
                        link.ask(&command).await?
                    }
                    _ => return Err(error),
                },
            };
            if let Some(popped) = self.popped(list, answer) {
                return Ok(Some(popped));
            }
        }
        Ok(None)
    }

    fn pop_command(&self, mut command: Cmd, lists: &[List], count: usize) -> Cmd {
        command.arg(lists.len());
        for (queue, priority) in lists {
            command.arg(list_key(&self.source.prefix, *queue, *priority));
        }
        command
            .arg("LEFT")
            .arg("COUNT")
            .arg(NonZero::new(count).map_or(1, NonZero::get));
        command
    }

    fn popped(&self, lists: &[List], answer: Answer) -> Option<Popped> {
        let (key, bodies) = answer?;
        let list = lists
            .iter()
            .find(|(queue, priority)| list_key(&self.source.prefix, *queue, *priority) == key)?;
        Some((*list, bodies))
    }

    async fn connect(&mut self) -> Result<&mut Link, RedisError> {
        let link = match self.link.take() {
            Some(link) => link,
            None => {
                // All of them live on one node, or there is but one.
                let queue = self.source.queues.first().copied().unwrap_or(Queue::Default);
                self.open(self.source.directory.node_of(queue).await?).await?
            }
        };
        Ok(self.link.insert(link))
    }

    async fn open(&self, node: Node) -> Result<Link, RedisError> {
        Link::open(&self.source.directory, &self.source.prefix, node).await
    }

    /// Delivers what came while no slot was held. If all are taken by now, it goes back to where it was.
    async fn deliver_one(&self, ((queue, priority), bodies): Popped) -> Vec<Delivery> {
        if let Some(slot) = self.source.intake.try_slot() {
            return self.deliver((queue, priority), bodies, vec![slot]);
        }
        let rings = bodies.iter().filter_map(|body| {
            Some(taken(
                queue,
                priority,
                read_ring("redis", queue, body.as_bytes())?,
            ))
        });
        self.source.ringer.put_back(&rings.collect::<Vec<_>>()).await;
        Vec::new()
    }

    fn deliver(
        &self,
        (queue, priority): List,
        bodies: Vec<String>,
        slots: Vec<OwnedSemaphorePermit>,
    ) -> Vec<Delivery> {
        let deliveries = bodies.into_iter().zip(slots).filter_map(|(body, slot)| {
            let ring = taken(queue, priority, read_ring("redis", queue, body.as_bytes())?);
            let receipt = Box::new(Unattended {
                ring: ring.clone(),
                ringer: self.source.ringer.clone(),
            });
            Some(self.source.intake.delivery(ring, slot, receipt))
        });
        deliveries.collect()
    }

    async fn note_failure(&mut self, error: &RedisError) {
        let moved = self
            .link
            .take()
            .and_then(|link| Redirected::read(error, &link.node));
        self.failures = self.failures.saturating_add(1);
        metrics::counter!("tasks_pop_failures_total", "transport" => "redis").increment(1);
        // Once a second or less often while Redis stays away.
        if self.failures == 1 || self.failures.is_multiple_of(30) {
            tracing::warn!(error = %chain(error), failures = self.failures, "popping failed; connecting again");
        }
        if let Some(Redirected::For(node)) = moved {
            for queue in &self.source.queues {
                self.source.directory.learn(*queue, node.clone());
            }
            if self.failures == 1 {
                return;
            }
        } else {
            self.source.directory.forget();
        }
        tokio::time::sleep(reconnect_pause(self.failures, unit_random())).await;
    }
}

/// Whether the keys' hash slot is being moved, so that a command with several keys finds them at neither end.
fn is_on_its_way(error: &RedisError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Server(ServerErrorKind::Ask | ServerErrorKind::TryAgain)
    )
}

//! The source that receives: when which queue is asked, and with how many slots.
//!
//! SQS costs money per request, whether it finds anything or not, and a message received is a message that nobody else works
//! on. So no slot is spent on waiting, and no request on asking a queue again that has just said that it is empty:
//!
//! - A queue that is thought to be **empty** is asked by a poll that SQS answers as soon as something comes, twenty seconds
//!   later at the latest. All empty queues wait like this side by side, without slots, from the moment that some slot is free:
//!   six requests in twenty seconds when there is nothing to do, and none at all while every slot is taken for longer.
//! - A queue that is thought to be **filled**, because it gave as much as was asked for, is asked again with slots in hand, as
//!   many messages as slots, without waiting. Filled queues take turns, so that none starves however few slots there are.
//! - A message that comes by a waiting poll and finds no slot free is let go of at once, for any worker to take, and its queue
//!   counts as filled: it comes to its turn when a slot is free. That costs two requests each time that a queue fills while
//!   this process is busy, and means that a message is never held without a slot.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use hiring_core::task::{Priority, Queue};
use tokio::sync::OwnedSemaphorePermit;

use super::inbox::{Inbox, Received};
use super::link::{BATCH, LONGEST_POLL_SECONDS, Link};
use super::receipt::Held;
use crate::QueueError;
use crate::backend::Pull;
use crate::backoff::{reconnect_pause, unit_random};
use crate::delivery::{Delivery, Intake, taken};

/// How long to wait before queues whose kinds have no room are looked at again.
const CLOSED_PAUSE: Duration = Duration::from_millis(50);

/// One queue and what is known about it.
struct Lane {
    inbox: Arc<Inbox>,
    /// Whether a poll is on its way.
    asked: bool,
    filled: bool,
    failures: u32,
}

/// What came of a poll.
struct Answer {
    lane: usize,
    most: usize,
    slots: Vec<OwnedSemaphorePermit>,
    received: Result<Vec<Received>, QueueError>,
}

/// The polls of all queues.
pub(super) struct Poller {
    intake: Intake,
    lanes: Vec<Lane>,
    polls: FuturesUnordered<BoxFuture<'static, Answer>>,
    /// The lane that is the first to take slots.
    turn: usize,
}

impl Pull for Poller {
    /// Dropping it drops the polls: a message on its way in such an answer is seen again after the visibility timeout.
    fn pull(&mut self) -> BoxFuture<'_, Vec<Delivery>> {
        self.next_answer().boxed()
    }
}

impl Poller {
    pub(super) fn new(link: Arc<Link>, intake: Intake) -> Self {
        let lane = |queue| Lane {
            inbox: Arc::new(Inbox::new(Arc::clone(&link), queue)),
            asked: false,
            filled: false,
            failures: 0,
        };
        Self {
            lanes: Queue::ALL.into_iter().map(lane).collect(),
            intake,
            polls: FuturesUnordered::new(),
            turn: 0,
        }
    }

    async fn next_answer(&mut self) -> Vec<Delivery> {
        loop {
            let some_rest = self.lanes.iter().any(|lane| !lane.asked);
            tokio::select! {
                biased;
                Some(answer) = self.polls.next(), if !self.polls.is_empty() => return self.take(answer),
                slots = self.intake.take_slots(BATCH), if some_rest => {
                    if !self.ask(slots) {
                        tokio::time::sleep(CLOSED_PAUSE).await;
                    }
                }
            }
        }
    }

    /// Sends polls; answers whether there was any to send.
    fn ask(&mut self, mut slots: Vec<OwnedSemaphorePermit>) -> bool {
        let before = self.polls.len();
        let free = slots.len();
        let count = self.lanes.len();
        for lane in (self.turn..self.turn + count).map(|number| number % count.max(1)) {
            let Some((filled, failures)) = self.rests(lane) else {
                continue;
            };
            let room = self.room(lane);
            if !filled {
                self.poll(
                    lane,
                    (free.min(room), LONGEST_POLL_SECONDS),
                    (Vec::new(), failures),
                );
            } else if !slots.is_empty() {
                self.turn = lane + 1;
                let mine = slots.split_off(slots.len().saturating_sub(room));
                self.poll(lane, (mine.len(), 0), (mine, failures));
            }
        }
        self.polls.len() > before
    }

    /// What is known about a lane that could be asked now.
    fn rests(&self, lane: usize) -> Option<(bool, u32)> {
        let lane = self.lanes.get(lane).filter(|lane| !lane.asked)?;
        let open = |priority| self.intake.registry.is_open(lane.inbox.queue, priority);
        Priority::ALL
            .into_iter()
            .all(open)
            .then_some((lane.filled, lane.failures))
    }

    /// How many messages of a lane could start at once, as far as its kinds have limits; at least one.
    fn room(&self, lane: usize) -> usize {
        let queue = self.lanes.get(lane).map(|lane| lane.inbox.queue);
        let rooms = queue
            .into_iter()
            .flat_map(|queue| Priority::ALL.map(|priority| self.intake.registry.room(queue, priority)));
        rooms.min().unwrap_or(usize::MAX).max(1)
    }

    fn poll(
        &mut self,
        number: usize,
        (most, wait_seconds): (usize, i32),
        (slots, failures): (Vec<OwnedSemaphorePermit>, u32),
    ) {
        let Some(lane) = self.lanes.get_mut(number) else {
            return;
        };
        lane.asked = true;
        let inbox = Arc::clone(&lane.inbox);
        let poll = async move {
            if failures > 0 {
                tokio::time::sleep(reconnect_pause(failures, unit_random())).await;
            }
            Answer {
                lane: number,
                most,
                slots,
                received: inbox.receive(most, wait_seconds).await,
            }
        };
        self.polls.push(poll.boxed());
    }

    fn take(&mut self, answer: Answer) -> Vec<Delivery> {
        let Some(lane) = self.lanes.get_mut(answer.lane) else {
            return Vec::new();
        };
        lane.asked = false;
        let received = match answer.received {
            Ok(received) => received,
            Err(error) => {
                lane.note_failure(&error);
                return Vec::new();
            }
        };
        lane.failures = 0;
        lane.filled = received.len() >= answer.most;
        let mut slots = answer.slots;
        let mut deliveries = Vec::new();
        let mut without_slot = Vec::new();
        for message in received {
            let slot = slots.pop().or_else(|| self.intake.try_slot());
            match slot {
                Some(slot) => deliveries.push(lane.deliver(&self.intake, message, slot)),
                None => without_slot.push(message),
            }
        }
        if !without_slot.is_empty() {
            lane.filled = true;
            lane.let_go(without_slot);
        }
        deliveries
    }
}

impl Lane {
    fn deliver(&self, intake: &Intake, message: Received, slot: OwnedSemaphorePermit) -> Delivery {
        let receipt = Box::new(Held {
            inbox: Arc::clone(&self.inbox),
            handle: message.handle,
            times: message.times,
        });
        // SQS has no lists, and nothing is put back to one.
        let ring = taken(self.inbox.queue, Priority::Normal, message.ring);
        intake.delivery(ring, slot, receipt)
    }

    /// Hands messages back beside whatever else is to be done.
    fn let_go(&self, messages: Vec<Received>) {
        let count = u64::try_from(messages.len()).unwrap_or_default();
        metrics::counter!("tasks_rings_total", "transport" => "sqs", "outcome" => "released")
            .increment(count);
        let inbox = Arc::clone(&self.inbox);
        tokio::spawn(async move {
            if let Err(error) = inbox.release(messages).await {
                tracing::debug!(error = %error, "messages could not be handed back");
            }
        });
    }

    fn note_failure(&mut self, error: &QueueError) {
        self.filled = false;
        self.failures = self.failures.saturating_add(1);
        metrics::counter!("tasks_pop_failures_total", "transport" => "sqs").increment(1);
        // Once a minute or less often while SQS stays away.
        if self.failures == 1 || self.failures.is_multiple_of(30) {
            tracing::warn!(error = %error, failures = self.failures, "receiving failed; trying again");
        }
    }
}

//! Sends rings.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use futures::{FutureExt, StreamExt, stream};
use hiring_core::task::Queue;
use tokio::time::Instant;

use super::attributes::waiting_messages;
use super::config::SqsConfig;
use super::link::{BATCH, Link, told};
use crate::QueueError;
use crate::redis::bell::chain;
use crate::transport::Outgoing;

/// Batches on their way at once, so that a thousand rings take ten round trips and not a hundred.
const AT_ONCE: usize = 10;

/// After a failure nobody waits for SQS again for this long: uploads stay fast while it is away.
const COOL_DOWN: Duration = Duration::from_secs(1);

/// Failures are logged this often at most.
const LOG_EVERY: Duration = Duration::from_secs(10);

/// The sending side.
pub struct SqsBell {
    link: Arc<Link>,
    failing: Mutex<Failing>,
}

#[derive(Default)]
struct Failing {
    quiet_until: Option<Instant>,
    logged_at: Option<Instant>,
}

impl SqsBell {
    /// Prepares sending; it connects when first used.
    #[must_use]
    pub fn open(config: &SqsConfig, prefix: &str) -> Self {
        Self {
            link: Arc::new(Link::new(config, prefix)),
            failing: Mutex::default(),
        }
    }

    /// Longest that all batches of one caller may take.
    pub(crate) fn ring_timeout(&self) -> Duration {
        self.link.config.send_timeout * 3
    }

    /// Sends rings and answers how many of them were not taken.
    ///
    /// # Errors
    /// [`QueueError`] when none was taken; at once when SQS failed a moment ago.
    pub async fn ring(&self, rings: &[Outgoing]) -> Result<usize, QueueError> {
        if self.is_quiet() {
            return Err(QueueError::Unreachable);
        }
        let sends: Vec<_> = batches(rings)
            .into_iter()
            .map(|(queue, batch)| send_in_time(Arc::clone(&self.link), queue, batch).boxed())
            .collect();
        let answers: Vec<_> = stream::iter(sends).buffer_unordered(AT_ONCE).collect().await;
        let mut lost = 0;
        let mut failed = None;
        for (count, answer) in answers {
            match answer {
                Ok(refused) => lost += refused,
                Err(error) => {
                    lost += count;
                    failed = Some(error);
                }
            }
        }
        match failed {
            Some(error) if lost == rings.len() => Err(error),
            Some(error) => {
                self.log(&error);
                Ok(lost)
            }
            None => Ok(lost),
        }
    }

    /// How many messages wait on each queue, roughly. A queue that does not answer is left out.
    ///
    /// # Errors
    /// [`QueueError`] when no queue answers.
    pub async fn depths(&self) -> Result<Vec<(Queue, u64)>, QueueError> {
        let asked = Queue::ALL.map(|queue| self.depth(queue).boxed());
        let mut depths = Vec::new();
        let mut failed = None;
        for (queue, answer) in Queue::ALL.into_iter().zip(futures::future::join_all(asked).await) {
            match answer {
                Ok(depth) => depths.push((queue, depth)),
                Err(error) => failed = Some(error),
            }
        }
        match failed {
            Some(error) if depths.is_empty() => Err(error),
            _ => Ok(depths),
        }
    }

    async fn depth(&self, queue: Queue) -> Result<u64, QueueError> {
        let name = self.link.name(queue);
        waiting_messages(&self.link, &name).await
    }

    /// Asks for a sign of life.
    ///
    /// # Errors
    /// [`QueueError`] when there is none, or no default queue.
    pub async fn ping(&self) -> Result<(), QueueError> {
        let name = self.link.name(Queue::Default);
        let found = tokio::time::timeout(self.link.config.send_timeout, self.link.look_up(&name));
        found.await.unwrap_or(Err(QueueError::Unreachable)).map(drop)
    }

    /// Logs a failed ring, and lets nobody wait for SQS for a moment. A queue that is missing says so at once and says nothing
    /// about the others.
    pub fn note_failure(&self, error: &QueueError) {
        let missing = matches!(error, QueueError::MissingQueue(_));
        if let Ok(mut failing) = self.failing.lock()
            && !missing
        {
            failing.quiet_until = Some(Instant::now() + COOL_DOWN);
        }
        self.log(error);
    }

    fn log(&self, error: &QueueError) {
        let Ok(mut failing) = self.failing.lock() else {
            return;
        };
        let now = Instant::now();
        if failing.logged_at.is_none_or(|at| now - at >= LOG_EVERY) {
            failing.logged_at = Some(now);
            tracing::warn!(error = %chain(error), "ringing failed; the sweeper rings again");
        }
    }

    fn is_quiet(&self) -> bool {
        let failing = self.failing.lock();
        failing.is_ok_and(|failing| failing.quiet_until.is_some_and(|until| until > Instant::now()))
    }
}

/// How many rings there were, and how many of them SQS refused. A request that takes longer goes on by itself: credentials
/// that take their time to come, for instance, are there for the next.
async fn send_in_time(
    link: Arc<Link>,
    queue: Queue,
    rings: Vec<Outgoing>,
) -> (usize, Result<usize, QueueError>) {
    let (count, patience) = (rings.len(), link.config.send_timeout);
    let sending = tokio::spawn(async move { send(&link, queue, &rings).await });
    let answer = match tokio::time::timeout(patience, sending).await {
        Ok(Ok(answer)) => answer,
        _ => Err(QueueError::Unreachable),
    };
    (count, answer)
}

async fn send(link: &Link, queue: Queue, rings: &[Outgoing]) -> Result<usize, QueueError> {
    let name = link.name(queue);
    let entries = rings
        .iter()
        .enumerate()
        .filter_map(|(number, outgoing)| entry(number, outgoing, link.config.fifo))
        .collect();
    let address = link.address(&name).await?;
    let request = link.client().await.send_message_batch();
    let request = request.queue_url(address).set_entries(Some(entries));
    let answer = Box::pin(request.send())
        .await
        .map_err(|error| told(&name, &error))?;
    if let Some(refused) = answer.failed.first() {
        tracing::warn!(
            queue = name,
            code = refused.code,
            count = answer.failed.len(),
            "SQS refused rings; the sweeper rings again"
        );
    }
    Ok(answer.failed.len())
}

/// Only fails without an id or a body.
fn entry(number: usize, outgoing: &Outgoing, fifo: bool) -> Option<SendMessageBatchRequestEntry> {
    let entry = SendMessageBatchRequestEntry::builder()
        .id(number.to_string())
        .message_body(serde_json::to_string(&outgoing.ring).ok()?);
    if !fifo {
        return entry.build().ok();
    }
    // A group of its own, so that no task waits for another; one message for each time that a task is rung.
    let task = outgoing.ring.task_id.to_string();
    entry
        .message_deduplication_id(format!("{task}:{}", outgoing.publish_count))
        .message_group_id(task)
        .build()
        .ok()
}

/// Rings of one queue together, at most as many as one request takes.
fn batches(rings: &[Outgoing]) -> Vec<(Queue, Vec<Outgoing>)> {
    let mut batches = Vec::new();
    for queue in Queue::ALL {
        let of_queue: Vec<Outgoing> = rings.iter().filter(|ring| ring.queue == queue).cloned().collect();
        batches.extend(of_queue.chunks(BATCH).map(|batch| (queue, batch.to_vec())));
    }
    batches
}

#[cfg(test)]
mod tests {
    use hiring_core::ids::TaskId;
    use hiring_core::task::{Priority, RING_VERSION, Ring};
    use proptest::prelude::*;

    use super::*;

    fn ring(queue: Queue) -> Outgoing {
        let (kind, task_id) = ("note".to_owned(), TaskId::generate());
        Outgoing {
            queue,
            priority: Priority::Normal,
            ring: Ring {
                v: RING_VERSION,
                kind,
                task_id,
            },
            publish_count: 3,
        }
    }

    proptest! {
        #[test]
        fn every_ring_travels_once_with_its_own_queue_and_no_batch_is_too_large(
            queues in proptest::collection::vec(0_usize..6, 0..100),
        ) {
            let rings: Vec<Outgoing> = queues.into_iter().map(|number| ring(Queue::ALL[number])).collect();
            let batches = batches(&rings);
            prop_assert!(batches.iter().all(|(_, batch)| (1..=BATCH).contains(&batch.len())));
            prop_assert!(batches.iter().all(|(queue, batch)| batch.iter().all(|ring| ring.queue == *queue)));
            let mut sent: Vec<_> = batches.iter().flat_map(|(_, batch)| batch).map(|ring| ring.ring.task_id).collect();
            let mut wanted: Vec<_> = rings.iter().map(|ring| ring.ring.task_id).collect();
            sent.sort_unstable();
            wanted.sort_unstable();
            prop_assert_eq!(sent, wanted);
        }
    }

    #[test]
    fn only_a_fifo_queue_hears_of_groups() {
        let ring = ring(Queue::Default);
        let plain = entry(0, &ring, false).unwrap();
        assert_eq!(
            (plain.message_group_id(), plain.message_deduplication_id()),
            (None, None)
        );
        let task = ring.ring.task_id.to_string();
        let fifo = entry(0, &ring, true).unwrap();
        assert_eq!(fifo.message_group_id(), Some(task.as_str()));
        assert_eq!(
            fifo.message_deduplication_id(),
            Some(format!("{task}:3").as_str())
        );
    }
}

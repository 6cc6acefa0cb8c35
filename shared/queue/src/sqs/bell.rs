//! Sends rings.

use std::sync::Mutex;
use std::time::Duration;

use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use futures::{FutureExt, StreamExt, stream};
use hiring_core::task::Queue;
use tokio::time::Instant;

use super::admin::waiting_messages;
use super::config::SqsConfig;
use super::link::{BATCH, Link, told};
use crate::QueueError;
use crate::redis::bell::chain;
use crate::transport::Outgoing;

/// Longest that one batch may take. A batch that comes too late is rung again by the sweeper.
const SEND_TIMEOUT: Duration = Duration::from_secs(1);

/// Longest that all batches of one caller may take.
pub(crate) const RING_TIMEOUT: Duration = Duration::from_secs(3);

/// Batches on their way at once, so that a thousand rings take ten round trips and not a hundred.
const AT_ONCE: usize = 10;

/// After a failure nobody waits for SQS again for this long: uploads stay fast while it is away.
const COOL_DOWN: Duration = Duration::from_secs(1);

/// The sending side.
pub struct SqsBell {
    link: Link,
    quiet_until: Mutex<Option<Instant>>,
}

impl SqsBell {
    /// Prepares sending; it connects when first used.
    #[must_use]
    pub fn open(config: &SqsConfig, prefix: &str) -> Self {
        Self {
            link: Link::new(config, prefix),
            quiet_until: Mutex::new(None),
        }
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
            .map(|(queue, batch)| self.send_in_time(queue, batch).boxed())
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
                tracing::warn!(error = %chain(&error), lost, "some rings were not taken; the sweeper rings again");
                Ok(lost)
            }
            None => Ok(lost),
        }
    }

    /// How many rings there were, and how many of them SQS refused.
    async fn send_in_time(&self, queue: Queue, rings: Vec<&Outgoing>) -> (usize, Result<usize, QueueError>) {
        let count = rings.len();
        let sent = tokio::time::timeout(SEND_TIMEOUT, self.send(queue, rings));
        (count, sent.await.unwrap_or(Err(QueueError::Unreachable)))
    }

    async fn send(&self, queue: Queue, rings: Vec<&Outgoing>) -> Result<usize, QueueError> {
        let name = self.link.name(queue);
        let entries = rings
            .into_iter()
            .enumerate()
            .filter_map(|(number, outgoing)| self.entry(number, outgoing))
            .collect();
        let address = self.link.address(&name).await?;
        let request = self.link.client().await.send_message_batch();
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
    fn entry(&self, number: usize, outgoing: &Outgoing) -> Option<SendMessageBatchRequestEntry> {
        let entry = SendMessageBatchRequestEntry::builder()
            .id(number.to_string())
            .message_body(serde_json::to_string(&outgoing.ring).ok()?);
        if !self.link.config.fifo {
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
        self.link.look_up(&name).await.map(drop)
    }

    /// Logs a failed ring, and lets nobody wait for SQS for a moment.
    pub fn note_failure(&self, error: &QueueError) {
        let Ok(mut quiet_until) = self.quiet_until.lock() else {
            return;
        };
        let now = Instant::now();
        if quiet_until.is_none_or(|until| until <= now) {
            *quiet_until = Some(now + COOL_DOWN);
            tracing::warn!(error = %chain(error), "ringing failed; the sweeper rings again");
        }
    }

    fn is_quiet(&self) -> bool {
        self.quiet_until
            .lock()
            .is_ok_and(|until| until.is_some_and(|until| until > Instant::now()))
    }
}

/// Rings of one queue together, at most as many as one request takes.
fn batches(rings: &[Outgoing]) -> Vec<(Queue, Vec<&Outgoing>)> {
    let mut batches = Vec::new();
    for queue in Queue::ALL {
        let of_queue: Vec<&Outgoing> = rings.iter().filter(|ring| ring.queue == queue).collect();
        batches.extend(of_queue.chunks(BATCH).map(|batch| (queue, batch.to_vec())));
    }
    batches
}

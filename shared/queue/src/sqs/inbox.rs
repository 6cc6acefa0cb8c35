//! One queue as its receiver sees it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, Message,
    MessageSystemAttributeName,
};
use hiring_core::task::{Queue, Ring};

use super::link::{BATCH, Link, told};
use crate::QueueError;
use crate::delivery::read_ring;

/// How much longer an answer may take than the poll was to wait.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// A ring and what SQS wants to hear about its message.
pub(super) struct Received {
    pub(super) ring: Ring,
    /// Names this receipt of the message.
    pub(super) handle: String,
    /// How often the message was received, this time included.
    pub(super) times: u32,
}

/// One queue, and the messages of it that are to be deleted.
pub(super) struct Inbox {
    pub(super) link: Arc<Link>,
    pub(super) queue: Queue,
    name: String,
    served: Mutex<VecDeque<String>>,
    deleting: tokio::sync::Mutex<()>,
}

impl Inbox {
    pub(super) fn new(link: Arc<Link>, queue: Queue) -> Self {
        let name = link.name(queue);
        Self {
            link,
            queue,
            name,
            served: Mutex::default(),
            deleting: tokio::sync::Mutex::default(),
        }
    }

    pub(super) fn visibility(&self) -> Duration {
        self.link.config.visibility
    }

    /// Receives at most `most` messages, as soon as there is any within `wait_seconds`, and sorts out those that are no ring.
    /// Those are laid aside meanwhile: the rings wait for none of it.
    pub(super) async fn receive(
        self: &Arc<Self>,
        most: usize,
        wait_seconds: i32,
    ) -> Result<Vec<Received>, QueueError> {
        let request = self
            .link
            .client()
            .await
            .receive_message()
            .queue_url(self.link.address(&self.name).await?)
            .max_number_of_messages(i32::try_from(most.clamp(1, BATCH)).unwrap_or(1))
            .wait_time_seconds(wait_seconds)
            .visibility_timeout(whole_seconds(self.visibility()))
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount);
        let patience = Duration::from_secs(u64::try_from(wait_seconds).unwrap_or_default()) + ANSWER_TIMEOUT;
        let answer = tokio::time::timeout(patience, Box::pin(request.send()))
            .await
            .map_err(|_| QueueError::Unreachable)?
            .map_err(|error| told(&self.name, &error))?;
        let mut received = Vec::new();
        for message in answer.messages.unwrap_or_default() {
            let body = message.body.as_deref().unwrap_or_default();
            match read_ring("sqs", self.queue, body.as_bytes()) {
                Some(ring) => received.push(Received {
                    ring,
                    times: times(&message),
                    handle: message.receipt_handle.unwrap_or_default(),
                }),
                None => {
                    let inbox = Arc::clone(self);
                    tokio::spawn(async move { inbox.lay_aside(message).await });
                }
            }
        }
        Ok(received)
    }

    /// Moves a message that nobody can read to the dead letters. When that fails it comes again.
    async fn lay_aside(&self, message: Message) {
        let (Some(body), Some(handle)) = (message.body, message.receipt_handle) else {
            return;
        };
        let dead_letters = self.link.dead_letter_name(self.queue);
        let moved = async {
            let mut request = self
                .link
                .client()
                .await
                .send_message()
                .queue_url(self.link.address(&dead_letters).await?)
                .message_body(body);
            if self.link.config.fifo {
                let id = message.message_id.unwrap_or_default();
                request = request.message_group_id(&id).message_deduplication_id(id);
            }
            Box::pin(request.send())
                .await
                .map_err(|error| told(&dead_letters, &error))
        };
        match moved.await {
            Ok(_) => self.delete(handle).await,
            Err(error) => tracing::warn!(error = %error, "a message that is no ring stays in its queue"),
        }
    }

    /// Deletes a message that has served. While one request is on its way others gather for the next, so that many
    /// deletions cost a tenth of the requests and a single one waits for nobody. When it fails the message comes again, and
    /// its ring is dropped.
    pub(super) async fn delete(&self, handle: String) {
        if let Ok(mut served) = self.served.lock() {
            served.push_back(handle.clone());
        }
        loop {
            let _turn = self.deleting.lock().await;
            let batch: Vec<String> = match self.served.lock() {
                Ok(mut served) if served.contains(&handle) => {
                    let count = served.len().min(BATCH);
                    served.drain(..count).collect()
                }
                // Somebody else's request had it.
                _ => return,
            };
            if let Err(error) = self.delete_batch(batch).await {
                tracing::debug!(error = %error, "messages that have served could not be deleted");
            }
        }
    }

    async fn delete_batch(&self, handles: Vec<String>) -> Result<(), QueueError> {
        let entries = handles.into_iter().enumerate().filter_map(|(number, handle)| {
            let entry = DeleteMessageBatchRequestEntry::builder();
            entry.id(number.to_string()).receipt_handle(handle).build().ok()
        });
        let request = self.link.client().await.delete_message_batch();
        let request = request
            .queue_url(self.link.address(&self.name).await?)
            .set_entries(Some(entries.collect()));
        let answer = Box::pin(request.send())
            .await
            .map_err(|error| told(&self.name, &error))?;
        if let Some(refused) = answer.failed.first() {
            tracing::debug!(
                queue = self.name,
                code = refused.code,
                "SQS did not delete messages"
            );
        }
        Ok(())
    }

    /// Keeps a message out of others' hands for so long from now.
    pub(super) async fn hide(&self, handle: &str, time: Duration) -> Result<(), QueueError> {
        let request = self.link.client().await.change_message_visibility();
        let request = request
            .queue_url(self.link.address(&self.name).await?)
            .receipt_handle(handle)
            .visibility_timeout(whole_seconds(time));
        Box::pin(request.send())
            .await
            .map(drop)
            .map_err(|error| told(&self.name, &error))
    }

    /// Lets go of at most [`BATCH`] messages at once. What this does not reach comes again after the visibility timeout.
    pub(super) async fn release(&self, messages: Vec<Received>) -> Result<(), QueueError> {
        let entries = messages.into_iter().enumerate().filter_map(|(number, message)| {
            ChangeMessageVisibilityBatchRequestEntry::builder()
                .id(number.to_string())
                .receipt_handle(message.handle)
                .visibility_timeout(0)
                .build()
                .ok()
        });
        let request = self.link.client().await.change_message_visibility_batch();
        let request = request
            .queue_url(self.link.address(&self.name).await?)
            .set_entries(Some(entries.collect()));
        Box::pin(request.send())
            .await
            .map(drop)
            .map_err(|error| told(&self.name, &error))
    }
}

fn times(message: &Message) -> u32 {
    let attributes = message.attributes.as_ref();
    attributes
        .and_then(|attributes| attributes.get(&MessageSystemAttributeName::ApproximateReceiveCount))
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

/// As SQS counts time.
pub(super) fn whole_seconds(time: Duration) -> i32 {
    i32::try_from(time.as_secs()).unwrap_or(i32::MAX)
}

//! Making the queues, looking at them, and bringing messages back from the dead letters.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_sqs::types::{Message, QueueAttributeName as Attribute};
use futures::future::join_all;
use hiring_core::task::{Queue, Ring};

use super::attributes::{attributes, is_set, number, waiting_messages};
use super::config::SqsConfig;
use super::inbox::whole_seconds;
use super::link::{BATCH, LONGEST_POLL_SECONDS, Link, told};
use crate::QueueError;

/// How often a message may be received before SQS takes it for poison. Attempts are counted in Postgres, so this is only to
/// end what never comes to an attempt; an outage of hours must not fill the dead letters.
const MAX_RECEIVE_COUNT: u32 = 1_000;

/// The longest that SQS keeps a message: 14 days, in seconds.
const RETENTION_SECONDS: u32 = 14 * 24 * 3600;

/// How long a dead letter is set aside while it is moved; those that stay are seen again after that.
const MOVE_TIME: Duration = Duration::from_secs(60);

/// What was done about a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ensured {
    /// It was missing.
    Created,
    /// Its settings were others.
    Changed,
    /// It was as it should be.
    Unchanged,
}

/// How many messages wait on a queue and beside it, roughly, as SQS counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depths {
    /// To be received.
    pub waiting: u64,
    /// Received, their tasks running.
    pub in_flight: u64,
    /// In the queue for what nobody can read.
    pub dead_letters: u64,
}

/// What became of a queue's dead letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Redriven {
    /// Back in the queue.
    pub moved: u64,
    /// Left where they were, because they are no rings.
    pub kept: u64,
}

/// The queues of one installation.
pub struct Admin {
    link: Link,
}

impl Admin {
    /// Of this installation. Nothing is sent yet.
    #[must_use]
    pub fn new(config: &SqsConfig, prefix: &str) -> Self {
        Self {
            link: Link::new(config, prefix),
        }
    }

    /// A queue's own name and that of its dead letters.
    #[must_use]
    pub fn names(&self, queue: Queue) -> [String; 2] {
        [self.link.name(queue), self.link.dead_letter_name(queue)]
    }

    /// Makes a queue and the one for its dead letters, or sets right what is there. Doing it again changes nothing.
    ///
    /// # Errors
    /// [`QueueError::Sqs`] when SQS does not answer or refuses.
    pub async fn ensure(&self, queue: Queue) -> Result<[Ensured; 2], QueueError> {
        let [name, dead_letters] = self.names(queue);
        let retention = || (Attribute::MessageRetentionPeriod, RETENTION_SECONDS.to_string());
        let of_dead_letters = self
            .ensure_one(&dead_letters, HashMap::from([retention()]))
            .await?;
        let arn = self.attributes(&dead_letters, [Attribute::QueueArn]).await?;
        let redrive = serde_json::json!({
            "deadLetterTargetArn": arn.get(&Attribute::QueueArn),
            "maxReceiveCount": MAX_RECEIVE_COUNT,
        });
        let wanted = HashMap::from([
            retention(),
            (
                Attribute::VisibilityTimeout,
                whole_seconds(self.link.config.visibility).to_string(),
            ),
            (
                Attribute::ReceiveMessageWaitTimeSeconds,
                LONGEST_POLL_SECONDS.to_string(),
            ),
            (Attribute::RedrivePolicy, redrive.to_string()),
        ]);
        Ok([self.ensure_one(&name, wanted).await?, of_dead_letters])
    }

    async fn ensure_one(
        &self,
        name: &str,
        mut wanted: HashMap<Attribute, String>,
    ) -> Result<Ensured, QueueError> {
        let address = match self.link.look_up(name).await {
            Ok(address) => address,
            Err(QueueError::MissingQueue(_)) => {
                if self.link.config.fifo {
                    wanted.insert(Attribute::FifoQueue, "true".to_owned());
                }
                self.create(name, wanted).await?;
                return Ok(Ensured::Created);
            }
            Err(error) => return Err(error),
        };
        let found = self.attributes(name, wanted.keys().cloned()).await?;
        if wanted.iter().all(|(key, value)| is_set(&found, key, value)) {
            return Ok(Ensured::Unchanged);
        }
        let request = self.link.client().await.set_queue_attributes();
        let request = request.queue_url(address).set_attributes(Some(wanted));
        Box::pin(request.send())
            .await
            .map_err(|error| told(name, &error))?;
        Ok(Ensured::Changed)
    }

    async fn create(&self, name: &str, attributes: HashMap<Attribute, String>) -> Result<(), QueueError> {
        let request = self.link.client().await.create_queue();
        let request = request.queue_name(name).set_attributes(Some(attributes));
        Box::pin(request.send())
            .await
            .map(drop)
            .map_err(|error| told(name, &error))
    }

    async fn attributes(
        &self,
        name: &str,
        wanted: impl IntoIterator<Item = Attribute>,
    ) -> Result<HashMap<Attribute, String>, QueueError> {
        attributes(&self.link, name, wanted).await
    }

    /// How many messages wait.
    ///
    /// # Errors
    /// [`QueueError::MissingQueue`], or [`QueueError::Sqs`] when SQS does not answer or refuses.
    pub async fn depths(&self, queue: Queue) -> Result<Depths, QueueError> {
        let [name, dead_letters] = self.names(queue);
        let (waiting, in_flight) = (
            Attribute::ApproximateNumberOfMessages,
            Attribute::ApproximateNumberOfMessagesNotVisible,
        );
        let of_queue = self
            .attributes(&name, [waiting.clone(), in_flight.clone()])
            .await?;
        Ok(Depths {
            waiting: number(&of_queue, &waiting),
            in_flight: number(&of_queue, &in_flight),
            dead_letters: waiting_messages(&self.link, &dead_letters).await?,
        })
    }

    /// Moves the dead letters that are rings back to their queue, at most as many as there are at the start. What is no ring
    /// stays.
    ///
    /// A message is sent before it is deleted, so one that is interrupted in between is there twice, which harms no task.
    ///
    /// # Errors
    /// [`QueueError::MissingQueue`], or [`QueueError::Sqs`] when SQS does not answer or refuses; what was moved is moved.
    pub async fn redrive(&self, queue: Queue) -> Result<Redriven, QueueError> {
        let [name, dead_letters] = self.names(queue);
        let most = waiting_messages(&self.link, &dead_letters).await?;
        let mut redriven = Redriven::default();
        while redriven.moved + redriven.kept < most {
            let letters = self.receive(&dead_letters).await?;
            if letters.is_empty() {
                break;
            }
            let moves = letters
                .into_iter()
                .map(|letter| self.put_back([&name, &dead_letters], letter));
            for moved in join_all(moves).await {
                match moved? {
                    true => redriven.moved += 1,
                    false => redriven.kept += 1,
                }
            }
        }
        Ok(redriven)
    }

    async fn receive(&self, name: &str) -> Result<Vec<Message>, QueueError> {
        let request = self.link.client().await.receive_message();
        let request = request
            .queue_url(self.link.address(name).await?)
            .max_number_of_messages(i32::try_from(BATCH).unwrap_or(1))
            .visibility_timeout(whole_seconds(MOVE_TIME))
            // Asks every host of SQS, which a poll without waiting does not.
            .wait_time_seconds(1);
        let answer = Box::pin(request.send())
            .await
            .map_err(|error| told(name, &error))?;
        Ok(answer.messages.unwrap_or_default())
    }

    /// Sends one letter back; `false` for one that is no ring.
    async fn put_back(&self, [to, from]: [&str; 2], letter: Message) -> Result<bool, QueueError> {
        let body = letter.body.unwrap_or_default();
        let Ok(ring) = serde_json::from_str::<Ring>(&body) else {
            return Ok(false);
        };
        let client = self.link.client().await;
        let mut request = client
            .send_message()
            .queue_url(self.link.address(to).await?)
            .message_body(body);
        if self.link.config.fifo {
            // Named after the letter: a ring that was sent under the task's own number might be swallowed as a double.
            let id = letter.message_id.unwrap_or_default();
            request = request
                .message_group_id(ring.task_id.to_string())
                .message_deduplication_id(format!("redriven:{id}"));
        }
        Box::pin(request.send()).await.map_err(|error| told(to, &error))?;
        let request = client
            .delete_message()
            .queue_url(self.link.address(from).await?)
            .set_receipt_handle(letter.receipt_handle);
        Box::pin(request.send())
            .await
            .map_err(|error| told(from, &error))?;
        Ok(true)
    }
}

//! Where rings go and come from, whatever carries them.

use std::time::Duration;

use hiring_core::task::{Priority, Queue, RING_VERSION, Ring};
use hiring_db::tasks::Enqueued;

use crate::backend::PullFactory;
use crate::config::TransportConfig;
use crate::delivery::Intake;
use crate::redis::{self, bell::RedisBell};
use crate::sqs::{self, bell::SqsBell};
use crate::{QueueConfig, QueueError, Ringer};

/// A Redis that takes longer than this to append a ring is not well. A ring that is lost is rung again by the sweeper.
const REDIS_RING_TIMEOUT: Duration = Duration::from_millis(250);

/// A ring on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The queue that carries its kind.
    pub queue: Queue,
    /// Which of the queue's lists it waits in, where the transport has lists.
    pub priority: Priority,
    /// What travels.
    pub ring: Ring,
    /// How often the task has been rung, this time included; tells one ring of a task from the next.
    pub publish_count: u32,
}

impl From<&Enqueued> for Outgoing {
    fn from(task: &Enqueued) -> Self {
        Self {
            queue: Queue::of_kind(&task.kind),
            priority: task.priority,
            ring: Ring {
                v: RING_VERSION,
                kind: task.kind.clone(),
                task_id: task.task_id,
            },
            publish_count: task.publish_count,
        }
    }
}

/// The sending side of a transport.
pub(crate) enum Bell {
    /// Lists on Redis or Valkey.
    Redis(RedisBell),
    /// Queues of SQS.
    Sqs(Box<SqsBell>),
}

impl Bell {
    /// Prepares the sending side; it connects when first used.
    pub(crate) fn open(config: &QueueConfig) -> Result<Self, QueueError> {
        match &config.transport {
            TransportConfig::Redis(redis) => RedisBell::open(redis, &config.prefix).map(Self::Redis),
            TransportConfig::Sqs(sqs) => Ok(Self::Sqs(Box::new(SqsBell::open(sqs, &config.prefix)))),
        }
    }

    /// Sends rings and answers how many of them were not taken; fails when none was, at once when the transport failed a
    /// moment ago.
    pub(crate) async fn ring(&self, rings: &[Outgoing]) -> Result<usize, QueueError> {
        match self {
            Self::Redis(bell) => bell.ring(rings).await,
            Self::Sqs(bell) => bell.ring(rings).await,
        }
    }

    /// Longest time that sending may take from its caller.
    pub(crate) fn ring_timeout(&self) -> Duration {
        match self {
            Self::Redis(_) => REDIS_RING_TIMEOUT,
            Self::Sqs(bell) => bell.ring_timeout(),
        }
    }

    /// Hands back rings that were taken and not attended to, to be delivered before others where the transport can.
    pub(crate) async fn put_back(&self, rings: &[Outgoing]) -> Result<(), QueueError> {
        match self {
            Self::Redis(bell) => bell.put_back(rings).await,
            // What SQS delivered is still its own; it comes again without being sent.
            Self::Sqs(_) => Ok(()),
        }
    }

    /// How many rings wait on each queue.
    pub(crate) async fn depths(&self) -> Result<Vec<(Queue, u64)>, QueueError> {
        match self {
            Self::Redis(bell) => bell.depths().await,
            Self::Sqs(bell) => bell.depths().await,
        }
    }

    /// Asks for a sign of life.
    pub(crate) async fn ping(&self) -> Result<(), QueueError> {
        match self {
            Self::Redis(bell) => bell.ping().await,
            Self::Sqs(bell) => bell.ping().await,
        }
    }

    /// Logs a failed ring, and lets nobody wait for the transport for a moment.
    pub(crate) fn note_failure(&self, error: &QueueError) {
        match self {
            Self::Redis(bell) => bell.note_failure(error),
            Self::Sqs(bell) => bell.note_failure(error),
        }
    }

    /// The transport's name as a metric label.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Redis(_) => "redis",
            Self::Sqs(_) => "sqs",
        }
    }
}

/// Every source of rings that one worker process needs.
pub(crate) fn sources(
    config: &QueueConfig,
    intake: &Intake,
    ringer: &Ringer,
) -> Result<Vec<PullFactory>, QueueError> {
    match &config.transport {
        TransportConfig::Redis(redis) => redis::sources(redis, &config.prefix, intake, ringer),
        TransportConfig::Sqs(sqs) => Ok(sqs::sources(sqs, &config.prefix, intake)),
    }
}

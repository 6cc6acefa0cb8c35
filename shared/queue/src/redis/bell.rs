//! Pooled commands: ringing, putting back, counting.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use hiring_core::task::{Priority, Queue};
use redis::Value;

use super::config::RedisConfig;
use super::directory::Directory;
use super::list_key;
use super::sender::{Manner, Sender};
use crate::delivery::{Attended, Receipt};
use crate::transport::Outgoing;
use crate::{QueueError, Ringer};

/// Longest wait for one node to take rings; shorter than a ring may take, so that one that hangs is told from the others.
const RING_PATIENCE: Duration = Duration::from_millis(200);

/// Longest wait for one node to count.
const COUNT_PATIENCE: Duration = Duration::from_millis(800);

/// Commands on pooled connections.
pub struct RedisBell {
    directory: Arc<Directory>,
    sender: Sender,
    prefix: String,
}

impl RedisBell {
    /// Prepares the pools; they connect when first used.
    ///
    /// # Errors
    /// [`QueueError::Redis`] when the address makes no sense.
    pub fn open(config: &RedisConfig, prefix: &str) -> Result<Self, QueueError> {
        let directory = Arc::new(Directory::new(config, prefix)?);
        Ok(Self {
            sender: Sender::new(Arc::clone(&directory), config.pool_size),
            directory,
            prefix: prefix.to_owned(),
        })
    }

    /// Appends rings to their lists and answers how many could not be.
    ///
    /// # Errors
    /// [`QueueError`] when Redis takes none of them; at once when it failed a moment ago.
    pub async fn ring(&self, rings: &[Outgoing]) -> Result<usize, QueueError> {
        if self.sender.is_quiet() && !self.directory.is_cluster() {
            return Err(QueueError::Unreachable);
        }
        let manner = Manner {
            patience: RING_PATIENCE,
            passes_over: true,
        };
        self.push("RPUSH", rings, manner).await
    }

    /// Puts rings back to the front of their lists.
    ///
    /// # Errors
    /// [`QueueError`] when Redis does not take them all.
    pub async fn put_back(&self, rings: &[Outgoing]) -> Result<(), QueueError> {
        let manner = Manner {
            patience: RING_PATIENCE,
            passes_over: false,
        };
        match self.push("LPUSH", rings, manner).await? {
            0 => Ok(()),
            _ => Err(QueueError::Unreachable),
        }
    }

    async fn push(&self, name: &str, rings: &[Outgoing], manner: Manner) -> Result<usize, QueueError> {
        let commands = rings.iter().map(|outgoing| {
            let mut command = redis::cmd(name);
            command
                .arg(list_key(&self.prefix, outgoing.queue, outgoing.priority))
                .arg(serde_json::to_string(&outgoing.ring).unwrap_or_default());
            (outgoing.queue, command)
        });
        let answers = self.sender.run(commands.collect(), manner).await;
        let lost = answers.values.iter().filter(|value| value.is_none()).count();
        match answers.error {
            Some(error) if lost == rings.len() => Err(error),
            _ => Ok(lost),
        }
    }

    /// How many rings wait on each queue whose node answers.
    ///
    /// # Errors
    /// [`QueueError`] when none answers.
    pub async fn depths(&self) -> Result<Vec<(Queue, u64)>, QueueError> {
        let mut commands = Vec::new();
        for queue in Queue::ALL {
            for priority in Priority::ALL {
                let mut command = redis::cmd("LLEN");
                command.arg(list_key(&self.prefix, queue, priority));
                commands.push((queue, command));
            }
        }
        let manner = Manner {
            patience: COUNT_PATIENCE,
            passes_over: false,
        };
        let answers = self.sender.run(commands, manner).await;
        let lists = answers.values.chunks(Priority::ALL.len());
        let depths: Vec<(Queue, u64)> = Queue::ALL
            .into_iter()
            .zip(lists)
            .filter_map(|(queue, lists)| Some((queue, total(lists)?)))
            .collect();
        match answers.error {
            Some(error) if depths.is_empty() => Err(error),
            _ => Ok(depths),
        }
    }

    /// Asks every node in use for a sign of life.
    ///
    /// # Errors
    /// [`QueueError`] when one gives none.
    pub async fn ping(&self) -> Result<(), QueueError> {
        let mut asked = HashSet::new();
        let mut commands = Vec::new();
        for queue in Queue::ALL {
            if asked.insert(self.directory.node_of(queue).await?) {
                commands.push((queue, redis::cmd("PING")));
            }
        }
        let manner = Manner {
            patience: RING_PATIENCE,
            passes_over: false,
        };
        let answers = self.sender.run(commands, manner).await;
        match answers.error {
            Some(error) if answers.values.contains(&None) => Err(error),
            _ => Ok(()),
        }
    }

    /// Logs a failed ring, and lets nobody wait for Redis for a moment. In a cluster only the node that failed is spared.
    pub fn note_failure(&self, error: &QueueError) {
        if self.sender.hush() {
            tracing::warn!(error = %chain(error), "ringing failed; the sweeper rings again");
        }
    }
}

/// A popped ring is gone from its list: it is put back unless it has served.
pub(super) struct Unattended {
    pub(super) ring: Outgoing,
    pub(super) ringer: Ringer,
}

impl Receipt for Unattended {
    fn settle(self: Box<Self>, attended: Attended) -> BoxFuture<'static, ()> {
        async move {
            if !matches!(attended, Attended::Recorded(_)) {
                self.ringer.put_back(&[self.ring]).await;
            }
        }
        .boxed()
    }
}

fn total(lists: &[Option<Value>]) -> Option<u64> {
    lists
        .iter()
        .map(|length| redis::from_redis_value::<u64>(length.clone()?).ok())
        .sum()
}

/// An error and its causes on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

//! Enqueue in the caller's transaction, ring after the commit.

use std::sync::Arc;
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use hiring_core::task::{Priority, Queue, Ring, TaskKind};
use hiring_db::DbError;
use hiring_db::tasks::{self, EnqueueOptions, Enqueued};

use crate::transport::{Bell, Outgoing};
use crate::{QueueConfig, QueueError};

/// Puts tasks on their way. Cheap to clone.
#[derive(Clone)]
pub struct Ringer {
    bell: Arc<Bell>,
    max_attempts: u32,
}

impl Ringer {
    /// Prepares ringing; connects when first used, so that a Redis that is away does not stop a start.
    ///
    /// # Errors
    /// [`QueueError::Redis`] when the address makes no sense.
    pub fn open(config: &QueueConfig) -> Result<Self, QueueError> {
        Ok(Self {
            bell: Arc::new(Bell::open(config)?),
            max_attempts: config.max_attempts,
        })
    }

    /// Inserts a task in the caller's transaction, with `TASK_MAX_ATTEMPTS` unless the kind or the options say otherwise.
    /// Pass what it answers to [`Self::ring`] after the commit.
    ///
    /// # Errors
    /// See [`tasks::enqueue`].
    pub async fn enqueue<K: TaskKind>(
        &self,
        conn: &mut AsyncPgConnection,
        payload: &K,
        options: EnqueueOptions,
    ) -> Result<Enqueued, DbError> {
        tasks::enqueue(conn, payload, self.with_attempts::<K>(options)).await
    }

    /// Inserts one task for each payload like [`Self::enqueue`], all on the same terms and in one statement.
    ///
    /// # Errors
    /// See [`tasks::enqueue_many`].
    pub async fn enqueue_many<K: TaskKind>(
        &self,
        conn: &mut AsyncPgConnection,
        payloads: &[K],
        options: EnqueueOptions,
    ) -> Result<Vec<Enqueued>, DbError> {
        tasks::enqueue_many(conn, payloads, self.with_attempts::<K>(options)).await
    }

    fn with_attempts<K: TaskKind>(&self, mut options: EnqueueOptions) -> EnqueueOptions {
        options.max_attempts = options
            .max_attempts
            .or(K::MAX_ATTEMPTS)
            .or(Some(self.max_attempts));
        options
    }

    /// Rings for those that are due. Never fails and never takes long: what cannot be rung now is
    /// rung by the sweeper. Answers whether everything was rung.
    pub async fn ring(&self, enqueued: &[Enqueued]) -> bool {
        let rings: Vec<Outgoing> = enqueued
            .iter()
            .filter(|task| task.ring_now)
            .map(Outgoing::from)
            .collect();
        self.send(&rings).await
    }

    /// Rings once more for a task that came by a queue that is not its kind's; like [`Self::ring`] it never fails.
    pub async fn pass_on(&self, ring: Ring) -> bool {
        let outgoing = Outgoing {
            queue: Queue::of_kind(&ring.kind),
            priority: Priority::Normal,
            ring,
            publish_count: 0,
        };
        self.send(&[outgoing]).await
    }

    async fn send(&self, rings: &[Outgoing]) -> bool {
        if rings.is_empty() {
            return true;
        }
        let answer = tokio::time::timeout(self.bell.ring_timeout(), self.bell.ring(rings)).await;
        let lost = match answer.unwrap_or(Err(QueueError::Unreachable)) {
            Ok(lost) => lost,
            Err(error) => {
                self.bell.note_failure(&error);
                rings.len()
            }
        };
        self.count("rung", rings.len().saturating_sub(lost));
        self.count("lost", lost);
        lost == 0
    }

    fn count(&self, outcome: &'static str, rings: usize) {
        if rings > 0 {
            metrics::counter!("tasks_rings_total", "transport" => self.bell.name(), "outcome" => outcome)
                .increment(u64::try_from(rings).unwrap_or_default());
        }
    }

    /// Asks the transport for a sign of life.
    ///
    /// # Errors
    /// [`QueueError`] when it gives none in time.
    pub async fn ping(&self) -> Result<(), QueueError> {
        tokio::time::timeout(self.bell.ring_timeout(), self.bell.ping())
            .await
            .unwrap_or(Err(QueueError::Unreachable))
    }

    /// The transport's name as a metric label.
    #[must_use]
    pub fn transport(&self) -> &'static str {
        self.bell.name()
    }

    /// How many rings wait on each queue.
    ///
    /// # Errors
    /// [`QueueError`] when the transport does not answer.
    pub async fn depths(&self) -> Result<Vec<(Queue, u64)>, QueueError> {
        tokio::time::timeout(Duration::from_secs(1), self.bell.depths())
            .await
            .unwrap_or(Err(QueueError::Unreachable))
    }

    /// Puts rings that were taken but not attended to back to the front of their lists.
    pub async fn put_back(&self, rings: &[Outgoing]) {
        let answer = tokio::time::timeout(self.bell.ring_timeout(), self.bell.put_back(rings)).await;
        if !matches!(answer, Ok(Ok(()))) {
            self.count("lost", rings.len());
        }
    }
}

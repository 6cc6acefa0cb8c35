//! The pool that rings.

use std::sync::Mutex;
use std::time::Duration;

use bb8::ManageConnection;
use bb8_redis::RedisConnectionManager;
use hiring_core::task::{Priority, Queue};
use redis::aio::MultiplexedConnection;
use redis::{Pipeline, RedisError};
use secrecy::ExposeSecret;
use tokio::time::Instant;

use super::list_key;
use crate::QueueError;
use crate::config::RedisConfig;
use crate::transport::Outgoing;

/// After a failure nobody waits for Redis again for this long: uploads stay fast while it is away.
const COOL_DOWN: Duration = Duration::from_millis(500);

/// Commands on pooled connections.
pub struct RedisBell {
    pool: bb8::Pool<Manager>,
    prefix: String,
    quiet_until: Mutex<Option<Instant>>,
}

/// A connection that remembers that it failed, so that the pool drops it without asking it each time whether it lives.
pub struct Tracked {
    connection: MultiplexedConnection,
    broken: bool,
}

struct Manager(RedisConnectionManager);

impl ManageConnection for Manager {
    type Connection = Tracked;
    type Error = RedisError;

    async fn connect(&self) -> Result<Tracked, RedisError> {
        Ok(Tracked {
            connection: self.0.connect().await?,
            broken: false,
        })
    }

    async fn is_valid(&self, tracked: &mut Tracked) -> Result<(), RedisError> {
        self.0.is_valid(&mut tracked.connection).await
    }

    fn has_broken(&self, tracked: &mut Tracked) -> bool {
        tracked.broken
    }
}

impl RedisBell {
    /// Prepares the pool; it connects when first used.
    ///
    /// # Errors
    /// [`QueueError::Redis`] when the address makes no sense.
    pub fn open(config: &RedisConfig, prefix: &str) -> Result<Self, QueueError> {
        let manager = Manager(RedisConnectionManager::new(config.url.expose_secret())?);
        let pool = bb8::Pool::builder()
            .max_size(config.pool_size)
            .test_on_check_out(false)
            .retry_connection(false)
            .connection_timeout(Duration::from_millis(250))
            .build_unchecked(manager);
        Ok(Self {
            pool,
            prefix: prefix.to_owned(),
            quiet_until: Mutex::new(None),
        })
    }

    /// Appends rings to their lists.
    ///
    /// # Errors
    /// [`QueueError`] when Redis does not take them; at once when it failed a moment ago.
    pub async fn ring(&self, rings: &[Outgoing]) -> Result<(), QueueError> {
        if self.is_quiet() {
            return Err(QueueError::Unreachable);
        }
        self.push("RPUSH", rings).await
    }

    /// Puts rings back to the front of their lists.
    ///
    /// # Errors
    /// [`QueueError`] when Redis does not take them.
    pub async fn put_back(&self, rings: &[Outgoing]) -> Result<(), QueueError> {
        self.push("LPUSH", rings).await
    }

    async fn push(&self, command: &str, rings: &[Outgoing]) -> Result<(), QueueError> {
        let mut pipeline = redis::pipe();
        for outgoing in rings {
            let body = serde_json::to_string(&outgoing.ring).unwrap_or_default();
            pipeline
                .cmd(command)
                .arg(list_key(&self.prefix, outgoing.queue, outgoing.priority))
                .arg(body)
                .ignore();
        }
        self.query::<()>(&pipeline).await
    }

    /// How many rings wait on each queue.
    ///
    /// # Errors
    /// [`QueueError`] when Redis does not answer.
    pub async fn depths(&self) -> Result<Vec<(Queue, u64)>, QueueError> {
        let mut pipeline = redis::pipe();
        for queue in Queue::ALL {
            for priority in Priority::ALL {
                pipeline.cmd("LLEN").arg(list_key(&self.prefix, queue, priority));
            }
        }
        let lengths: Vec<u64> = self.query(&pipeline).await?;
        let per_queue = lengths
            .chunks(Priority::ALL.len())
            .map(|lists| lists.iter().sum());
        Ok(Queue::ALL.into_iter().zip(per_queue).collect())
    }

    /// Asks for a sign of life.
    ///
    /// # Errors
    /// [`QueueError`] when there is none.
    pub async fn ping(&self) -> Result<(), QueueError> {
        let mut pipeline = redis::pipe();
        pipeline.cmd("PING").ignore();
        self.query::<()>(&pipeline).await
    }

    /// Logs a failed ring, and lets nobody wait for Redis for a moment.
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

    /// Runs a pipeline. A pooled connection may have died since its last use, so a lost connection is tried once more for
    /// every one the pool could hold; the caller bounds the time.
    async fn query<T: redis::FromRedisValue>(&self, pipeline: &Pipeline) -> Result<T, QueueError> {
        let mut left = self.pool.state().connections + 1;
        loop {
            let mut tracked = self.pool.get().await.map_err(|error| match error {
                bb8::RunError::User(error) => QueueError::Redis(error),
                bb8::RunError::TimedOut => QueueError::Unreachable,
            })?;
            match pipeline.query_async(&mut tracked.connection).await {
                Ok(answer) => return Ok(answer),
                Err(error) => {
                    tracked.broken =
                        error.is_connection_dropped() || error.is_io_error() || error.is_timeout();
                    left = left.saturating_sub(1);
                    if !tracked.broken || left == 0 {
                        return Err(QueueError::Redis(error));
                    }
                }
            }
        }
    }
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

//! Pooled connections to every node in use.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bb8::ManageConnection;
use bb8_redis::RedisConnectionManager;
use redis::aio::MultiplexedConnection;
use redis::{Cmd, ErrorKind, Pipeline, RedisError, RedisResult, ServerErrorKind, Value};

use super::directory::Directory;
use super::inquiry::Node;
use crate::QueueError;

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(250);

/// A pool for each node.
pub(crate) struct Pools {
    directory: Arc<Directory>,
    size: u32,
    by_node: Mutex<HashMap<Node, bb8::Pool<Manager>>>,
}

/// A connection that remembers that it failed, so that the pool drops it without asking it each time whether it lives.
struct Tracked {
    connection: MultiplexedConnection,
    broken: bool,
}

struct Manager {
    inner: RedisConnectionManager,
    directory: Arc<Directory>,
}

impl ManageConnection for Manager {
    type Connection = Tracked;
    type Error = RedisError;

    async fn connect(&self) -> Result<Tracked, RedisError> {
        let mut connection = self.inner.connect().await?;
        self.directory.check_role(&mut connection).await?;
        Ok(Tracked {
            connection,
            broken: false,
        })
    }

    async fn is_valid(&self, tracked: &mut Tracked) -> Result<(), RedisError> {
        self.inner.is_valid(&mut tracked.connection).await
    }

    fn has_broken(&self, tracked: &mut Tracked) -> bool {
        tracked.broken
    }
}

impl Pools {
    pub(crate) fn new(directory: Arc<Directory>, size: u32) -> Self {
        Self {
            directory,
            size,
            by_node: Mutex::default(),
        }
    }

    /// The node's pool; it connects when first used. Pools of nodes that are out of use end here.
    fn of(&self, node: &Node) -> Result<bb8::Pool<Manager>, QueueError> {
        let mut pools = self.by_node.lock().map_err(|_| QueueError::Unreachable)?;
        if let Some(pool) = pools.get(node) {
            return Ok(pool.clone());
        }
        let manager = Manager {
            inner: RedisConnectionManager::new(self.directory.info(node))?,
            directory: Arc::clone(&self.directory),
        };
        let pool = bb8::Pool::builder()
            .max_size(self.size)
            .test_on_check_out(false)
            .retry_connection(false)
            .connection_timeout(CONNECT_TIMEOUT)
            .build_unchecked(manager);
        let in_use = self.directory.nodes_in_use();
        pools.retain(|node, _| in_use.contains(node));
        pools.insert(node.clone(), pool.clone());
        Ok(pool)
    }

    /// Drops the connections to a node.
    pub(crate) fn close(&self, node: &Node) {
        if let Ok(mut pools) = self.by_node.lock() {
            pools.remove(node);
        }
    }

    /// Runs commands on a node in one go, each with `ASKING` before it if it says so. A pooled connection may have died since
    /// its last use, so a lost connection is tried once more for every one the pool could hold; the caller bounds the time.
    pub(crate) async fn run(
        &self,
        node: &Node,
        commands: &[(&Cmd, bool)],
    ) -> Result<Vec<RedisResult<Value>>, QueueError> {
        let pipeline = pipeline(commands);
        let pool = self.of(node)?;
        let mut left = pool.state().connections + 1;
        loop {
            let mut tracked = pool.get().await.map_err(|error| match error {
                bb8::RunError::User(error) => QueueError::Redis(error),
                bb8::RunError::TimedOut => QueueError::Unreachable,
            })?;
            let answer: RedisResult<Vec<RedisResult<Value>>> =
                pipeline.query_async(&mut tracked.connection).await;
            match answer {
                Ok(answers) => {
                    // The node has become a replica.
                    tracked.broken = answers
                        .iter()
                        .any(|answer| answer.as_ref().is_err_and(is_read_only));
                    return Ok(answers);
                }
                Err(error) => {
                    tracked.broken = is_connection_lost(&error);
                    left = left.saturating_sub(1);
                    if !tracked.broken || left == 0 {
                        return Err(QueueError::Redis(error));
                    }
                }
            }
        }
    }
}

fn pipeline(commands: &[(&Cmd, bool)]) -> Pipeline {
    let mut pipeline = redis::pipe();
    pipeline.ignore_errors();
    for (command, asking) in commands {
        if *asking {
            pipeline.cmd("ASKING").ignore();
        }
        pipeline.add_command((*command).clone());
    }
    pipeline
}

/// Whether a replica refused to write.
pub(crate) fn is_read_only(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
}

fn is_connection_lost(error: &RedisError) -> bool {
    error.is_connection_dropped() || error.is_io_error() || error.is_timeout()
}

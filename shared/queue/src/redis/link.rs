//! The connection that pops.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, FromRedisValue, RedisError};

use super::directory::Directory;
use super::inquiry::{Node, timed_out};

/// Longest block of one pop when every list is open, in seconds: a fifth of a command a second when idle.
pub(super) const BLOCK_SECONDS: f64 = 5.0;

/// Longest wait for an answer to a command that does not block; more than a moment's pause of the server.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// A connection and the node that it leads to.
pub(super) struct Link {
    pub(super) node: Node,
    connection: MultiplexedConnection,
}

impl Link {
    /// Connects, and makes sure that the node is what it was taken for.
    pub(super) async fn open(directory: &Directory, prefix: &str, node: Node) -> Result<Self, RedisError> {
        // The answer may take as long as the block, and then some.
        let config = AsyncConnectionConfig::new()
            .set_response_timeout(Some(Duration::from_secs_f64(BLOCK_SECONDS + 5.0)));
        let client = Client::open(directory.info(&node))?;
        let mut connection = client
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        let prepare = async {
            directory.check_role(&mut connection).await?;
            // So that an operator finds it in CLIENT LIST.
            redis::cmd("CLIENT")
                .arg("SETNAME")
                .arg(format!("{prefix}-pop"))
                .query_async::<()>(&mut connection)
                .await
        };
        bounded(prepare).await?;
        Ok(Self { node, connection })
    }

    /// The answer to a command that blocks for up to [`BLOCK_SECONDS`].
    pub(super) async fn wait<T: FromRedisValue>(&mut self, command: &Cmd) -> Result<T, RedisError> {
        command.query_async(&mut self.connection).await
    }

    /// The answer to a command that does not block.
    pub(super) async fn ask<T: FromRedisValue>(&mut self, command: &Cmd) -> Result<T, RedisError> {
        bounded(command.query_async(&mut self.connection)).await
    }
}

async fn bounded<T>(asking: impl Future<Output = Result<T, RedisError>>) -> Result<T, RedisError> {
    tokio::time::timeout(ANSWER_TIMEOUT, asking)
        .await
        .unwrap_or_else(|_| Err(timed_out()))
}

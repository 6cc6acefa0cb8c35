//! What stands behind the addresses, and a connection to it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::cluster::{ClusterClient, ClusterClientBuilder};
use redis::cluster_async::ClusterConnection;
use redis::sentinel::{Sentinel, SentinelNodeConnectionInfo};
use redis::{AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, ErrorKind, RedisError, TlsMode};

/// Longest wait for an answer on a connection, whoever waits for it: after that it is taken for broken.
const ANSWER: Duration = Duration::from_secs(2);

/// How often a command is sent in a cluster while hash slots move: to where the slot was, and to where it is.
const CLUSTER_RETRIES: u32 = 2;

/// The servers and how they stand together.
pub struct Servers {
    kind: Kind,
    /// Moves on with each connection, so that a sentinel that hangs does not stand first each time.
    turn: AtomicUsize,
}

enum Kind {
    Standalone(Client),
    Sentinel {
        sentinels: Vec<ConnectionInfo>,
        master: String,
        data: ConnectionInfo,
    },
    Cluster(ClusterClient),
}

/// A connection that many questions share.
#[derive(Clone)]
pub(super) enum Connection {
    One(MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl Servers {
    /// What stands behind these nodes: one server, the master that sentinels call by a name, or a cluster. Credentials, database
    /// and TLS of the first node count for all that hold data.
    ///
    /// # Errors
    /// When there is no node or an address makes no sense.
    pub fn new(
        nodes: &[ConnectionInfo],
        sentinels: Option<(Vec<ConnectionInfo>, String)>,
        is_cluster: bool,
    ) -> Result<Self, RedisError> {
        let first = nodes.first().cloned();
        let first = first.ok_or((ErrorKind::InvalidClientConfig, "no address"))?;
        let kind = match sentinels {
            Some((sentinels, master)) => Kind::Sentinel {
                sentinels,
                master,
                data: first,
            },
            None if is_cluster => Kind::Cluster(cluster(&first, nodes)?),
            None => Kind::Standalone(Client::open(first)?),
        };
        Ok(Self {
            kind,
            turn: AtomicUsize::new(0),
        })
    }

    pub(super) const fn is_cluster(&self) -> bool {
        matches!(self.kind, Kind::Cluster(_))
    }

    pub(super) async fn connect(&self) -> Result<Connection, RedisError> {
        match &self.kind {
            Kind::Standalone(client) => one(client).await,
            Kind::Cluster(client) => Ok(Connection::Cluster(client.get_async_connection().await?)),
            Kind::Sentinel {
                sentinels,
                master,
                data,
            } => {
                let mut asked = sentinels.clone();
                let turn = self.turn.fetch_add(1, Ordering::Relaxed);
                asked.rotate_left(turn % sentinels.len().max(1));
                let mut sentinel = Sentinel::build(asked)?;
                let node = like(data);
                one(&sentinel.async_master_for(master, Some(&node)).await?).await
            }
        }
    }
}

fn cluster(first: &ConnectionInfo, nodes: &[ConnectionInfo]) -> Result<ClusterClient, RedisError> {
    let alike = nodes
        .iter()
        .map(|node| first.clone().set_addr(node.addr().clone()));
    ClusterClientBuilder::new(alike)
        .retries(CLUSTER_RETRIES)
        .min_retry_wait(1)
        .max_retry_wait(20)
        .connection_timeout(super::CONNECT)
        .response_timeout(ANSWER)
        .build()
}

async fn one(client: &Client) -> Result<Connection, RedisError> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(super::CONNECT))
        .set_response_timeout(Some(ANSWER));
    let connection = client.get_multiplexed_async_connection_with_config(&config);
    Ok(Connection::One(connection.await?))
}

/// How the master is connected to, wherever it is.
fn like(data: &ConnectionInfo) -> SentinelNodeConnectionInfo {
    let node = SentinelNodeConnectionInfo::default().set_redis_connection_info(data.redis_settings().clone());
    match data.addr() {
        ConnectionAddr::TcpTls { insecure: true, .. } => node.set_tls_mode(TlsMode::Insecure),
        ConnectionAddr::TcpTls { .. } => node.set_tls_mode(TlsMode::Secure),
        _ => node,
    }
}

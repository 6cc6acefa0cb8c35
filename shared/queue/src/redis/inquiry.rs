//! Asking several sentinels or nodes of a cluster at once who holds the queues.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use hiring_core::task::Queue;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, ErrorKind, RedisError, Value};

use super::slot;

/// Longest wait for one sentinel or node that is asked; shorter than a ring may take, so that the next ring knows.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(200);

/// Most sentinels or nodes that are asked at once.
const MOST_ASKED: usize = 5;

/// Where a node listens; `None` is the one that `REDIS_URL` names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Node(pub(super) Option<(String, u16)>);

impl Node {
    /// The node at this address.
    pub(super) fn at(address: &ConnectionAddr) -> Self {
        match address {
            ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. } => {
                Self(Some((host.clone(), *port)))
            }
            _ => Self(None),
        }
    }

    /// Reads `host:port` as `MOVED` and `ASK` give it.
    pub(crate) fn read(address: &str, fallback: &Self) -> Option<Self> {
        let (host, port) = address.rsplit_once(':')?;
        let host = host.trim_matches(['[', ']']);
        let host = if host.is_empty() {
            // The node does not know its own address: it is the one that was connected to.
            fallback.0.as_ref().map(|(host, _)| host.clone())?
        } else {
            host.to_owned()
        };
        Some(Self(Some((host, port.parse().ok()?))))
    }
}

/// What one sentinel or node said: who takes the commands of each queue, and which masters there are.
pub(super) type Heard = (HashMap<Queue, Node>, Vec<Node>);

/// Asks a node of a cluster for the masters, and which of them hold the slots of the queues.
pub(super) async fn ask_node(info: ConnectionInfo, node: &Node, prefix: &str) -> Result<Heard, RedisError> {
    let mut connection = connect(&Client::open(info)?).await?;
    let ranges: Vec<Vec<Value>> = redis::cmd("CLUSTER")
        .arg("SLOTS")
        .query_async(&mut connection)
        .await?;
    let host = node.0.as_ref().map_or("", |(host, _)| host);
    let ranges: Vec<_> = ranges
        .into_iter()
        .filter_map(|range| read_range(range, host))
        .collect();
    let owner = |queue: Queue| {
        let slot = slot::of_queue(prefix, queue);
        let found = ranges
            .iter()
            .find(|(first, last, _)| (*first..=*last).contains(&slot))?;
        Some((queue, found.2.clone()))
    };
    let owners = Queue::ALL.into_iter().filter_map(owner).collect();
    Ok((owners, ranges.into_iter().map(|(_, _, node)| node).collect()))
}

/// Asks a sentinel for the master.
pub(super) async fn ask_sentinel(sentinel: &Client, master: &str) -> Result<Heard, RedisError> {
    let mut connection = connect(sentinel).await?;
    let address: Option<(String, u16)> = redis::cmd("SENTINEL")
        .arg("GET-MASTER-ADDR-BY-NAME")
        .arg(master)
        .query_async(&mut connection)
        .await?;
    let Some(address) = address else {
        return Err((
            ErrorKind::MasterNameNotFoundBySentinel,
            "a sentinel does not know the master",
        )
            .into());
    };
    let node = Node(Some(address));
    Ok((
        Queue::ALL
            .into_iter()
            .map(|queue| (queue, node.clone()))
            .collect(),
        vec![node],
    ))
}

/// A connection for one question.
async fn connect(client: &Client) -> Result<MultiplexedConnection, RedisError> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(ANSWER_TIMEOUT))
        .set_response_timeout(Some(ANSWER_TIMEOUT));
    client.get_multiplexed_async_connection_with_config(&config).await
}

/// Waits for an answer no longer than [`ANSWER_TIMEOUT`].
pub(super) async fn bounded(
    asking: impl Future<Output = Result<Heard, RedisError>>,
) -> Result<Heard, RedisError> {
    tokio::time::timeout(ANSWER_TIMEOUT, asking)
        .await
        .unwrap_or_else(|_| Err(timed_out()))
}

/// An error like the one of a socket that did not answer in time.
pub(crate) fn timed_out() -> RedisError {
    std::io::Error::from(std::io::ErrorKind::TimedOut).into()
}

/// What most of those who answer name for each queue, and every node that any of them names. Waits for no more than a
/// majority of those who were asked.
pub(super) async fn majority<F>(mut asked: FuturesUnordered<F>) -> Result<Heard, RedisError>
where
    F: Future<Output = Result<Heard, RedisError>>,
{
    let enough = asked.len() / 2 + 1;
    let mut error: RedisError = (ErrorKind::Client, "nobody to ask").into();
    let mut heard: Vec<Heard> = Vec::new();
    while let Some(answer) = asked.next().await {
        match answer {
            Ok(one) => heard.push(one),
            Err(failed) => error = failed,
        }
        if heard.len() >= enough {
            break;
        }
    }
    if heard.is_empty() {
        return Err(error);
    }
    let mut owners = HashMap::new();
    for queue in Queue::ALL {
        let named = heard.iter().filter_map(|(owners, _)| owners.get(&queue));
        let votes = |node: &Node| {
            heard
                .iter()
                .filter(|(owners, _)| owners.get(&queue) == Some(node))
                .count()
        };
        if let Some(node) = named.max_by_key(|node| votes(node)) {
            owners.insert(queue, node.clone());
        }
    }
    let nodes: HashSet<Node> = heard.into_iter().flat_map(|(_, nodes)| nodes).collect();
    Ok((owners, nodes.into_iter().collect()))
}

/// At most [`MOST_ASKED`] of them, beginning with another one each turn.
pub(super) fn in_turn<T>(all: &[T], turn: usize) -> impl Iterator<Item = &T> {
    let first = turn % all.len().max(1);
    all.iter().cycle().skip(first).take(all.len().min(MOST_ASKED))
}

/// First slot, last slot and master of one line of `CLUSTER SLOTS`.
fn read_range(range: Vec<Value>, asked_host: &str) -> Option<(u16, u16, Node)> {
    let mut fields = range.into_iter();
    let first = redis::from_redis_value(fields.next()?).ok()?;
    let last = redis::from_redis_value(fields.next()?).ok()?;
    let master: Vec<Value> = redis::from_redis_value(fields.next()?).ok()?;
    let mut master = master.into_iter();
    let host: Option<String> = redis::from_redis_value(master.next()?).ok()?;
    let port = redis::from_redis_value(master.next()?).ok()?;
    // A node that does not know its own name or address is the one that was asked.
    let host = host
        .filter(|host| !host.is_empty() && host != "?")
        .unwrap_or_else(|| asked_host.to_owned());
    Some((first, last, Node(Some((host, port)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirection_without_a_host_means_the_node_that_gave_it() {
        let asked = Node(Some(("one".to_owned(), 7000)));
        let read = |address| Node::read(address, &asked).and_then(|node| node.0);
        assert_eq!(read("two:7001"), Some(("two".to_owned(), 7001)));
        assert_eq!(read(":7001"), Some(("one".to_owned(), 7001)));
        assert_eq!(read("[::1]:7001"), Some(("::1".to_owned(), 7001)));
        assert_eq!(read("two"), None);
    }

    #[test]
    fn everybody_is_asked_first_in_turn() {
        let all = [1, 2, 3, 4, 5, 6, 7];
        let asked: Vec<i32> = in_turn(&all, 5).copied().collect();
        assert_eq!(asked, [6, 7, 1, 2, 3]);
        assert_eq!(in_turn(&[] as &[i32], 5).count(), 0);
    }
}

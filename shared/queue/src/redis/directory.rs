//! Which node takes the commands of a queue: the server, the master that the sentinels name, or the owner of its hash slot.
//!
//! Answers are remembered until [`Directory::forget`], which everybody calls who met an error that another node would not
//! give. Then several sentinels or nodes are asked at once and the majority counts, so that neither one that is down nor one
//! that has missed the news holds anybody up.

use std::collections::HashMap;
use std::sync::Mutex;

use hiring_core::task::Queue;
use redis::aio::MultiplexedConnection;
use redis::{Client, ConnectionAddr, ConnectionInfo, ErrorKind, RedisError, Value};

use super::config::{RedisConfig, RedisMode, sentinels};
use super::inquiry::{Node, ask_node, ask_sentinel, bounded, in_turn, majority};

/// The nodes of an installation and what they hold.
pub(crate) struct Directory {
    /// Credentials, database and TLS of every data node.
    template: ConnectionInfo,
    prefix: String,
    kind: Kind,
    known: Mutex<Known>,
    /// One asks, the others wait for what it hears.
    asking: tokio::sync::Mutex<()>,
}

enum Kind {
    Standalone,
    Sentinel { sentinels: Vec<Client>, master: String },
    Cluster { seeds: Vec<Node> },
}

#[derive(Default)]
struct Known {
    owners: HashMap<Queue, Node>,
    /// Every master of a cluster as last heard; they are asked beside the seeds.
    nodes: Vec<Node>,
    /// Moves on with each question, so that others are asked first each time.
    turn: usize,
}

impl Directory {
    pub(crate) fn new(config: &RedisConfig, prefix: &str) -> Result<Self, RedisError> {
        let seeds = config.seeds()?;
        let Some(template) = seeds.first().cloned() else {
            return Err((ErrorKind::InvalidClientConfig, "no address").into());
        };
        let kind = match &config.mode {
            RedisMode::Standalone => Kind::Standalone,
            RedisMode::Sentinel { hosts, master } => Kind::Sentinel {
                sentinels: sentinels(hosts)?
                    .into_iter()
                    .map(Client::open)
                    .collect::<Result<_, _>>()?,
                master: master.clone(),
            },
            RedisMode::Cluster => Kind::Cluster {
                seeds: seeds.iter().map(|seed| Node::at(seed.addr())).collect(),
            },
        };
        // So that an address that makes no sense fails the start.
        Client::open(template.clone())?;
        Ok(Self {
            template,
            prefix: prefix.to_owned(),
            kind,
            known: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
        })
    }

    /// Whether each queue may live on a node of its own.
    pub(crate) const fn is_cluster(&self) -> bool {
        matches!(self.kind, Kind::Cluster { .. })
    }

    /// Whether there is one node and will be no other.
    pub(crate) const fn is_standalone(&self) -> bool {
        matches!(self.kind, Kind::Standalone)
    }

    /// How a node is connected to.
    pub(crate) fn info(&self, node: &Node) -> ConnectionInfo {
        let Some((host, port)) = node.0.clone() else {
            return self.template.clone();
        };
        let address = match self.template.addr() {
            ConnectionAddr::TcpTls {
                insecure, tls_params, ..
            } => ConnectionAddr::TcpTls {
                host,
                port,
                insecure: *insecure,
                tls_params: tls_params.clone(),
            },
            _ => ConnectionAddr::Tcp(host, port),
        };
        self.template.clone().set_addr(address)
    }

    /// Fails unless the node on this connection is what the sentinels took it for. Elsewhere nobody vouched for anything: a
    /// node that does not take a command says so.
    pub(crate) async fn check_role(&self, connection: &mut MultiplexedConnection) -> Result<(), RedisError> {
        if !matches!(self.kind, Kind::Sentinel { .. }) {
            return Ok(());
        }
        let role: Vec<Value> = redis::cmd("ROLE").query_async(connection).await?;
        let role: Option<String> = role
            .into_iter()
            .next()
            .and_then(|word| redis::from_redis_value(word).ok());
        if role.as_deref() == Some("master") {
            return Ok(());
        }
        Err((ErrorKind::Client, "the node is not the master").into())
    }

    /// The node that takes a queue's commands.
    pub(crate) async fn node_of(&self, queue: Queue) -> Result<Node, RedisError> {
        if let Some(node) = self.remembered(queue) {
            return Ok(node);
        }
        let _asking = self.asking.lock().await;
        if let Some(node) = self.remembered(queue) {
            return Ok(node);
        }
        self.ask().await?;
        self.remembered(queue)
            .ok_or_else(|| (ErrorKind::Client, "nobody serves the queue's hash slot").into())
    }

    fn remembered(&self, queue: Queue) -> Option<Node> {
        if matches!(self.kind, Kind::Standalone) {
            return Some(Node(None));
        }
        self.known
            .lock()
            .ok()
            .and_then(|known| known.owners.get(&queue).cloned())
    }

    /// Every node that is remembered to take commands.
    pub(crate) fn nodes_in_use(&self) -> Vec<Node> {
        Queue::ALL
            .into_iter()
            .filter_map(|queue| self.remembered(queue))
            .collect()
    }

    /// Asks again before the next command.
    pub(crate) fn forget(&self) {
        if let Ok(mut known) = self.known.lock() {
            known.owners.clear();
        }
    }

    /// Takes a node's word (`MOVED`) for where a queue lives.
    pub(crate) fn learn(&self, queue: Queue, node: Node) {
        if let Ok(mut known) = self.known.lock() {
            known.owners.insert(queue, node);
        }
    }

    async fn ask(&self) -> Result<(), RedisError> {
        let turn = self.known.lock().map_or(0, |mut known| {
            known.turn = known.turn.wrapping_add(1);
            known.turn
        });
        let (owners, nodes) = match &self.kind {
            Kind::Standalone => return Ok(()),
            Kind::Sentinel { sentinels, master } => {
                let asked = in_turn(sentinels, turn);
                let heard = asked.map(|sentinel| bounded(ask_sentinel(sentinel, master)));
                majority(heard.collect()).await?
            }
            Kind::Cluster { seeds } => {
                let mut nodes = seeds.clone();
                if let Ok(known) = self.known.lock() {
                    nodes.extend(known.nodes.iter().filter(|node| !seeds.contains(node)).cloned());
                }
                let asked = in_turn(&nodes, turn);
                let heard = asked.map(|node| bounded(ask_node(self.info(node), node, &self.prefix)));
                majority(heard.collect()).await?
            }
        };
        if let Ok(mut known) = self.known.lock() {
            known.owners = owners;
            known.nodes = nodes;
        }
        Ok(())
    }
}

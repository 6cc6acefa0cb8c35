//! Masters that share the hash slots, and replicas.

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::{ANY_PORT, ValkeyServer};
use crate::eventually;

/// Hash slots of a cluster.
pub const SLOTS: u16 = 16_384;

/// How long a server tries to carry out `CLUSTER FAILOVER` (`CLUSTER_MF_TIMEOUT`, 5 s), and a second.
const ORDER_EXPIRES: Duration = Duration::from_secs(6);

/// A cluster of a test's own.
pub struct Cluster {
    /// The masters as they started, then the replicas.
    pub nodes: Vec<ValkeyServer>,
    masters: usize,
    password: String,
}

impl Cluster {
    /// Starts so many masters, each with its share of the slots, and waits until the cluster serves.
    ///
    /// # Panics
    /// When a server does not start or refuses a command.
    pub async fn start(masters: u16) -> Self {
        let password = hiring_core::random::uuid_v4().simple().to_string();
        let mut cluster = Self {
            nodes: Vec::new(),
            masters: usize::from(masters),
            password,
        };
        for number in 0..masters {
            let node = cluster.node().await;
            let first = u32::from(SLOTS) * u32::from(number) / u32::from(masters);
            let last = u32::from(SLOTS) * u32::from(number + 1) / u32::from(masters) - 1;
            let (first, last, epoch) = (first.to_string(), last.to_string(), (number + 1).to_string());
            node.tell(&["CLUSTER", "SET-CONFIG-EPOCH", &epoch]).await;
            node.tell(&["CLUSTER", "ADDSLOTSRANGE", &first, &last]).await;
            cluster.join(node).await;
        }
        cluster.until_it_serves().await;
        cluster
    }

    async fn node(&self) -> ValkeyServer {
        let settings = [
            "--cluster-enabled",
            "yes",
            "--cluster-port",
            ANY_PORT,
            "--cluster-node-timeout",
            "2000",
            "--cluster-replica-validity-factor",
            "0",
        ];
        ValkeyServer::start_with(&self.password, &settings).await
    }

    async fn join(&mut self, node: ValkeyServer) {
        if let Some(first) = self.nodes.first() {
            let (port, bus) = (first.port().to_string(), bus_port(first));
            node.tell(&["CLUSTER", "MEET", "127.0.0.1", &port, &bus]).await;
        }
        self.nodes.push(node);
    }

    /// Adds a replica of this one of [`Self::nodes`] and waits until it follows; answers its place in [`Self::nodes`].
    pub async fn add_replica(&mut self, of: usize) -> usize {
        let node = self.node().await;
        let master = self.id(of).await;
        self.join(node).await;
        let place = self.nodes.len() - 1;
        let replica = &self.nodes[place];
        eventually("a replica", || async {
            replica
                .ask::<redis::Value>(&["CLUSTER", "REPLICATE", &master])
                .await
                .ok()
        })
        .await;
        self.until_it_follows(place).await;
        self.until_it_serves().await;
        place
    }

    /// Waits until this one of [`Self::nodes`] is a replica that has what its master has.
    pub async fn until_it_follows(&self, place: usize) {
        eventually("a replica that follows", || async {
            let info: String = self.nodes[place].ask(&["INFO", "replication"]).await.ok()?;
            info.contains("master_link_status:up").then_some(())
        })
        .await;
    }

    /// Orders the replica at this place to take over from its master, which serves `slot`, and waits until they have changed
    /// places. A server drops such an order without a word when it cannot be carried out within five seconds (a busy machine,
    /// a lost vote); as an operator would, this orders again.
    ///
    /// # Panics
    /// When it does not take over.
    pub async fn fail_over(&self, replica: usize, slot: u16) {
        let master = eventually("the owner of a slot", || self.owner(slot, replica)).await;
        let ordered = Cell::new(None::<Instant>);
        eventually("a replica that takes over by order", || async {
            if self.owner(slot, replica).await == Some(replica) {
                return Some(());
            }
            if ordered.get().is_none_or(|at| at.elapsed() > ORDER_EXPIRES) {
                let order = self.nodes[replica].ask::<redis::Value>(&["CLUSTER", "FAILOVER"]);
                ordered.set(order.await.ok().map(|_| Instant::now()));
            }
            None
        })
        .await;
        self.until_it_owns(replica, slot).await;
        self.until_it_follows(master).await;
    }

    /// The name of a node in the cluster.
    ///
    /// # Panics
    /// When the node is not there.
    pub async fn id(&self, node: usize) -> String {
        self.nodes[node]
            .ask(&["CLUSTER", "MYID"])
            .await
            .expect("a node's name")
    }

    /// Waits until every node that runs knows all others and every slot is served.
    pub async fn until_it_serves(&self) {
        for node in self.nodes.iter().filter(|node| node.running.is_some()) {
            eventually("a cluster that serves", || async {
                let info: String = node.ask(&["CLUSTER", "INFO"]).await.ok()?;
                let known = format!("cluster_known_nodes:{}\r", self.nodes.len());
                (info.contains("cluster_state:ok") && info.contains(&known)).then_some(())
            })
            .await;
        }
    }

    /// The masters' URLs, comma-separated, as `REDIS_URL` takes them.
    #[must_use]
    pub fn urls(&self) -> String {
        let urls: Vec<String> = self.nodes[..self.masters].iter().map(ValkeyServer::url).collect();
        urls.join(",")
    }

    /// Which of [`Self::nodes`] serves a slot, as the node `asked` sees it.
    pub async fn owner(&self, slot: u16, asked: usize) -> Option<usize> {
        let ranges: Vec<Vec<redis::Value>> = self.nodes[asked].ask(&["CLUSTER", "SLOTS"]).await.ok()?;
        for range in ranges {
            let (first, last) = (number(range.first()?)?, number(range.get(1)?)?);
            if (first..=last).contains(&slot) {
                let node: Vec<redis::Value> = redis::from_redis_value(range.get(2)?.clone()).ok()?;
                let port = number(node.get(1)?)?;
                return self.nodes.iter().position(|node| node.port() == port);
            }
        }
        None
    }

    /// Waits until the replica at this place has become a master that all running nodes look to for a slot.
    pub async fn until_it_owns(&self, place: usize, slot: u16) {
        for asked in 0..self.nodes.len() {
            if self.nodes[asked].running.is_some() {
                eventually("another owner of a slot", || async {
                    (self.owner(slot, asked).await == Some(place)).then_some(())
                })
                .await;
            }
        }
    }

    /// Begins to move a slot: from here on keys that `from` does not hold are asked for at `to`.
    ///
    /// # Panics
    /// When a node refuses.
    pub async fn begin_move(&self, slot: u16, from: usize, to: usize) {
        let (slot, source, target) = (slot.to_string(), self.id(from).await, self.id(to).await);
        self.nodes[to]
            .tell(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &source])
            .await;
        self.nodes[from]
            .tell(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &target])
            .await;
    }

    /// Moves what is left of a slot and gives it to its target.
    ///
    /// # Panics
    /// When a node refuses.
    pub async fn end_move(&self, slot: u16, from: usize, to: usize) {
        let (slot, target) = (slot.to_string(), self.id(to).await);
        let port = self.nodes[to].port().to_string();
        let (source, destination) = (&self.nodes[from], &self.nodes[to]);
        loop {
            let keys: Vec<String> = source
                .ask(&["CLUSTER", "GETKEYSINSLOT", &slot, "100"])
                .await
                .expect("a list of keys");
            if keys.is_empty() {
                break;
            }
            let mut words = vec![
                "MIGRATE",
                "127.0.0.1",
                &port,
                "",
                "0",
                "5000",
                "AUTH",
                &self.password,
                "KEYS",
            ];
            words.extend(keys.iter().map(String::as_str));
            source.tell(&words).await;
        }
        destination
            .tell(&["CLUSTER", "SETSLOT", &slot, "NODE", &target])
            .await;
        for node in &self.nodes {
            // A replica learns it from its master.
            let _ = node
                .ask::<redis::Value>(&["CLUSTER", "SETSLOT", &slot, "NODE", &target])
                .await;
        }
    }

    /// Every key on every node that runs.
    pub async fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        for node in self.nodes.iter().filter(|node| node.running.is_some()) {
            keys.extend(node.keys().await);
        }
        keys.sort();
        keys.dedup();
        keys
    }
}

fn number(value: &redis::Value) -> Option<u16> {
    redis::from_redis_value(value.clone()).ok()
}

fn bus_port(node: &ValkeyServer) -> String {
    let place = node.settings.iter().position(|word| word == "--cluster-port");
    let port = place.and_then(|place| node.settings.get(place + 1));
    port.cloned().unwrap_or_default()
}

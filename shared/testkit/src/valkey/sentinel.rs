//! A master, its replica and the sentinels that watch them.

use super::ValkeyServer;
use crate::eventually;

/// The name under which the sentinels know the master.
pub const MASTER_NAME: &str = "mymaster";

/// One replica set behind three sentinels, two of which must agree that a master is down. A second without an answer is down.
pub struct Sentinel {
    /// Both data nodes. The first one starts as the master.
    pub nodes: [ValkeyServer; 2],
    /// The sentinels.
    pub sentinels: Vec<ValkeyServer>,
}

impl Sentinel {
    /// Starts all of it and waits until a failover would work.
    ///
    /// # Panics
    /// When a server does not start.
    pub async fn start() -> Self {
        let password = hiring_core::random::uuid_v4().simple().to_string();
        let master = ValkeyServer::start_with(&password, &[]).await;
        let port = master.port().to_string();
        let replica = ValkeyServer::start_with(&password, &["--replicaof", "127.0.0.1", &port]).await;
        let mut sentinels = Vec::new();
        for _ in 0..3 {
            sentinels.push(watch(&password, &port).await);
        }
        let set = Self {
            nodes: [master, replica],
            sentinels,
        };
        set.until_safe().await;
        set
    }

    /// Waits until every sentinel knows the others and a replica that it could promote.
    pub async fn until_safe(&self) {
        for sentinel in &self.sentinels {
            eventually("a set that can fail over", || async {
                type Fields = std::collections::HashMap<String, String>;
                let _: String = sentinel.ask(&["SENTINEL", "CKQUORUM", MASTER_NAME]).await.ok()?;
                let others: Vec<Fields> = sentinel.ask(&["SENTINEL", "SENTINELS", MASTER_NAME]).await.ok()?;
                let replicas: Vec<Fields> =
                    sentinel.ask(&["SENTINEL", "REPLICAS", MASTER_NAME]).await.ok()?;
                let has = |replica: &Fields, name: &str, value: &str| {
                    replica.get(name).is_some_and(|found| found == value)
                };
                let follows = |replica: &Fields| {
                    has(replica, "flags", "slave") && has(replica, "master-link-status", "ok")
                };
                (others.len() + 1 == self.sentinels.len() && replicas.iter().any(follows)).then_some(())
            })
            .await;
        }
    }

    /// `host:port` of every sentinel, comma-separated, as `REDIS_SENTINEL_HOSTS` wants them.
    #[must_use]
    pub fn hosts(&self) -> String {
        let hosts: Vec<String> = self.sentinels.iter().map(ValkeyServer::address).collect();
        hosts.join(",")
    }

    /// Which of [`Self::nodes`] the first sentinel that answers takes for the master.
    pub async fn master(&self) -> usize {
        eventually("a sentinel's answer", || async {
            for sentinel in &self.sentinels {
                let words = ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER_NAME];
                if let Ok((_, port)) = sentinel.ask::<(String, u16)>(&words).await {
                    return self.nodes.iter().position(|node| node.port() == port);
                }
            }
            None
        })
        .await
    }

    /// Orders a failover (`SENTINEL FAILOVER`) and waits until the other node is the master.
    pub async fn fail_over(&self) {
        let before = self.master().await;
        eventually("an accepted failover", || async {
            let words = ["SENTINEL", "FAILOVER", MASTER_NAME];
            self.sentinels.first()?.ask::<redis::Value>(&words).await.ok()
        })
        .await;
        self.until_master_is(1 - before).await;
    }

    /// Waits until every sentinel that runs says, and the node itself too, that this one of [`Self::nodes`] is the master.
    pub async fn until_master_is(&self, node: usize) {
        eventually("another master", || async {
            let master = self.nodes.get(node)?;
            let role: redis::Value = master.ask(&["ROLE"]).await.ok()?;
            let role: (String, redis::Value, redis::Value) = redis::from_redis_value(role).ok()?;
            for sentinel in self
                .sentinels
                .iter()
                .filter(|sentinel| sentinel.running.is_some())
            {
                let words = ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER_NAME];
                let (_, port): (String, u16) = sentinel.ask(&words).await.ok()?;
                if port != master.port() {
                    return None;
                }
            }
            (role.0 == "master").then_some(())
        })
        .await;
    }
}

async fn watch(password: &str, port: &str) -> ValkeyServer {
    let sentinel = ValkeyServer::launch(None, &["--sentinel", "--bind", "127.0.0.1"]).await;
    sentinel
        .tell(&["SENTINEL", "MONITOR", MASTER_NAME, "127.0.0.1", port, "2"])
        .await;
    sentinel
        .tell(&["SENTINEL", "SET", MASTER_NAME, "auth-pass", password])
        .await;
    sentinel
        .tell(&["SENTINEL", "SET", MASTER_NAME, "down-after-milliseconds", "1000"])
        .await;
    sentinel
        .tell(&["SENTINEL", "SET", MASTER_NAME, "failover-timeout", "5000"])
        .await;
    // Sentinels hear of each other, and of changes, within moments instead of seconds.
    sentinel
        .tell(&[
            "SENTINEL",
            "DEBUG",
            "info-period",
            "500",
            "ping-period",
            "200",
            "publish-period",
            "200",
            "ask-period",
            "200",
        ])
        .await;
    sentinel
}

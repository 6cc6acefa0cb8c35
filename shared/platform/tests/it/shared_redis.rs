//! Handles on real Valkey servers, as the product opens them.

use std::time::Duration;

use hiring_platform::redis::{Redis, Servers};
use hiring_testkit::TestRedis;
use hiring_testkit::valkey::cluster::Cluster;
use hiring_testkit::valkey::sentinel::{MASTER_NAME, Sentinel};
use redis::{ConnectionInfo, IntoConnectionInfo};

/// Longer than any answer takes on a busy machine, so that no test depends on its speed.
pub const PATIENCE: Duration = Duration::from_secs(20);

fn info(url: &str) -> ConnectionInfo {
    url.into_connection_info().unwrap()
}

/// One server.
pub fn standalone(url: &str, prefix: &str) -> Redis {
    Redis::new(Servers::new(&[info(url)], None, false).unwrap(), prefix)
}

/// The shared server, under a prefix of the test's own.
pub fn shared() -> (Redis, TestRedis) {
    let namespace = TestRedis::namespace();
    (standalone(&namespace.url, &namespace.prefix), namespace)
}

/// The master of a set behind sentinels.
pub fn behind(set: &Sentinel) -> Redis {
    let hosts = set.hosts();
    let sentinels = hosts.split(',').map(|host| info(&format!("redis://{host}")));
    let named = (sentinels.collect(), MASTER_NAME.to_owned());
    let servers = Servers::new(&[info(&set.nodes[0].url())], Some(named), false);
    Redis::new(servers.unwrap(), "test")
}

/// A cluster.
pub fn clustered(cluster: &Cluster) -> Redis {
    let urls = cluster.urls();
    let nodes: Vec<ConnectionInfo> = urls.split(',').map(info).collect();
    Redis::new(Servers::new(&nodes, None, true).unwrap(), "test")
}

/// Microseconds by the server's own clock.
pub async fn server_time(url: &str) -> u64 {
    let client = redis::Client::open(url).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let (seconds, micros): (u64, u64) = redis::cmd("TIME").query_async(&mut connection).await.unwrap();
    seconds * 1_000_000 + micros
}

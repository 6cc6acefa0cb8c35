//! The same code on one server, behind Sentinel and in a cluster: nothing is lost or doubled whatever happens to the servers.

use hiring_core::task::{Priority, Queue};
use hiring_queue::redis::{list_key, slot};
use hiring_testkit::valkey::cluster::Cluster;
use hiring_testkit::valkey::sentinel::Sentinel;
use hiring_testkit::{ValkeyServer, eventually};
use tokio::time::{Duration, Instant};

use crate::redis_servers::{Going, Servers};

/// A hundred tasks and more, of all kinds, queues and priorities.
async fn many_tasks_complete_once(servers: &impl Servers) {
    let mut going = Going::on(servers).await;
    assert!(going.give("first", 13).await);
    going.end(servers).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_one_server_everything_completes_once_and_no_key_is_left() {
    many_tasks_complete_once(&ValkeyServer::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_sentinel_everything_completes_once_and_no_key_is_left() {
    many_tasks_complete_once(&Sentinel::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_cluster_everything_completes_once_and_no_key_is_left() {
    many_tasks_complete_once(&Cluster::start(3).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ordered_failover_behind_sentinel_stops_nobody() {
    let set = Sentinel::start().await;
    let mut going = Going::on(&set).await;
    going.give("before", 3).await;
    set.fail_over().await;
    going.give("during", 3).await;
    going.all_done().await;
    going.give("after", 3).await;
    going.end(&set).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_dies_behind_sentinel_is_replaced_and_welcome_again_as_a_replica() {
    let mut set = Sentinel::start().await;
    let mut going = Going::on(&set).await;
    going.give("before", 3).await;
    set.nodes[0].kill();
    going.give("during", 3).await;
    set.until_master_is(1).await;
    going.give("with another master", 3).await;
    going.all_done().await;
    // It takes itself for a master until the sentinels find it.
    set.nodes[0].restart_empty().await;
    going.give("with the old one back", 3).await;
    going.end(&set).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_hangs_is_left_also_when_a_sentinel_is_gone() {
    let mut set = Sentinel::start().await;
    let mut going = Going::on(&set).await;
    going.give("before", 3).await;
    set.sentinels[0].kill();
    set.nodes[0].freeze();
    going.give("during", 3).await;
    set.until_master_is(1).await;
    going.give("after", 3).await;
    going.all_done().await;
    set.nodes[0].thaw();
    going.give("with the old one awake", 3).await;
    going.end(&set).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_still_talks_to_a_node_that_became_a_replica_finds_the_master() {
    let set = Sentinel::start().await;
    let going = Going::on(&set).await;
    going.one_more("pools are filled").await;
    let (old, other) = (&set.nodes[0], &set.nodes[1]);
    // By hand, so that nobody cuts the connections as a sentinel would: writing is refused instead.
    other.tell(&["REPLICAOF", "NO", "ONE"]).await;
    old.tell(&["REPLICAOF", "127.0.0.1", &other.port().to_string()])
        .await;
    set.until_master_is(1).await;
    going.all_done().await;
    going.one_more("found").await;
    going.end(&set).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_rings_over_several_hash_slots_go_out_at_once() {
    let cluster = Cluster::start(3).await;
    let mut going = Going::on(&cluster).await;
    let world = &going.world;
    let slots: std::collections::HashSet<u16> = Queue::ALL
        .into_iter()
        .map(|queue| slot::of_queue(&world.queue.prefix, queue))
        .collect();
    assert!(slots.len() > 1);
    assert!(going.give_at_once("mixed", 13).await);
    going.end(&cluster).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_slot_that_the_product_computes_is_the_one_of_the_server() {
    let server = ValkeyServer::start_with("pw", &["--cluster-enabled", "yes"]).await;
    for queue in Queue::ALL {
        let key = list_key("hiring-pro", queue, Priority::Normal);
        let slot: u16 = server.ask(&["CLUSTER", "KEYSLOT", &key]).await.unwrap();
        assert_eq!(slot::of_queue("hiring-pro", queue), slot);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ordered_failover_in_a_cluster_stops_nobody() {
    let mut cluster = Cluster::start(3).await;
    let mut going = Going::on(&cluster).await;
    let slot = slot::of_queue(&going.world.queue.prefix, Queue::Default);
    let owner = cluster.owner(slot, 0).await.unwrap();
    let replica = cluster.add_replica(owner).await;
    going.give("before", 3).await;
    cluster.fail_over(replica, slot).await;
    going.give("during", 3).await;
    going.all_done().await;
    going.give("after", 3).await;
    going.end(&cluster).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_dies_in_a_cluster_is_replaced() {
    let mut cluster = Cluster::start(3).await;
    let mut going = Going::on(&cluster).await;
    let slot = slot::of_queue(&going.world.queue.prefix, Queue::Default);
    let owner = cluster.owner(slot, 0).await.unwrap();
    let replica = cluster.add_replica(owner).await;
    going.give("before", 3).await;
    cluster.nodes[owner].kill();
    going.give("during", 3).await;
    cluster.until_it_owns(replica, slot).await;
    going.give("after", 3).await;
    going.end(&cluster).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_slot_that_moves_is_served_on_its_way_and_after() {
    let cluster = Cluster::start(3).await;
    let mut going = Going::on(&cluster).await;
    let slot = slot::of_queue(&going.world.queue.prefix, Queue::Default);
    let from = cluster.owner(slot, 0).await.unwrap();
    let to = (from + 1) % 3;
    going.give("before", 3).await;
    cluster.begin_move(slot, from, to).await;
    going.give("on its way", 3).await;
    // What came on the way is done before the move ends, some of it at one node and some at the other.
    going.all_done().await;
    cluster.end_move(slot, from, to).await;
    going.give("after", 3).await;
    going.end(&cluster).await;
}

/// Commands that the product sends, as the server counts them; the tests' own are others.
async fn sent_to(server: &ValkeyServer) -> u64 {
    let info: String = server.ask(&["INFO", "commandstats"]).await.unwrap();
    [
        "lmpop",
        "blmpop",
        "llen",
        "rpush",
        "lpush",
        "role",
        "cluster|slots",
    ]
    .iter()
    .filter_map(|name| {
        let line = info
            .lines()
            .find_map(|line| line.strip_prefix(&format!("cmdstat_{name}:calls=")))?;
        line.split(',').next()?.parse::<u64>().ok()
    })
    .sum()
}

async fn idle_costs_little(servers: &[&ValkeyServer]) {
    let count = async || {
        let mut sum = 0;
        for server in servers {
            sum += sent_to(server).await;
        }
        sum
    };
    let (before, began) = (count().await, Instant::now());
    eventually("six seconds", || async {
        (began.elapsed() > Duration::from_secs(6)).then_some(())
    })
    .await;
    let (commands, seconds) = (count().await - before, began.elapsed().as_secs_f64());
    println!("idle: {commands} commands in {seconds:.1} s");
    assert!(f64::from(u32::try_from(commands).unwrap()) / seconds < 10.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_worker_sends_few_commands_in_every_mode() {
    let server = ValkeyServer::start().await;
    let going = Going::on(&server).await;
    going.one_more("awake").await;
    idle_costs_little(&[&server]).await;
    going.end(&server).await;

    let cluster = Cluster::start(3).await;
    let going = Going::on(&cluster).await;
    going.one_more("awake").await;
    idle_costs_little(&cluster.nodes.iter().collect::<Vec<_>>()).await;
    going.end(&cluster).await;

    let set = Sentinel::start().await;
    let going = Going::on(&set).await;
    going.one_more("awake").await;
    idle_costs_little(&set.nodes.iter().collect::<Vec<_>>()).await;
    going.end(&set).await;
}

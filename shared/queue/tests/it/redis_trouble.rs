//! Rings that are lost, doubled, garbled, or cannot be sent: nothing accepted is lost.

use std::time::Duration;

use hiring_core::task::{Priority, Queue, TaskState};
use hiring_db::tasks::EnqueueOptions;
use hiring_queue::redis::list_key;
use hiring_queue::{Registry, Ringer};
use hiring_testkit::{ValkeyServer, eventually};

use crate::kinds::Note;
use crate::redis_servers::Going;
use crate::world::{World, config, writer};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_ring_is_rung_again() {
    let world = World::new().await;
    let worker = world.start(Registry::new().register(writer::<Note>()));
    let id = world
        .enqueue(&Note::of("forgotten"), EnqueueOptions::default())
        .await
        .task_id;
    world.database.shift_task_clock("6 s").await;
    assert_eq!(world.until(id, TaskState::Completed).await.attempt, 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_away_at_enqueue_costs_moments_and_loses_nothing() {
    let world = World::new().await;
    // Nothing listens on the discard port.
    let deaf = Ringer::open(&config("redis://127.0.0.1:9/0", &world.redis.prefix)).unwrap();
    let mut conn = world.database.database().connection().await.unwrap();
    let enqueued = deaf
        .enqueue(&mut conn, &Note::of("kept"), EnqueueOptions::default())
        .await
        .unwrap();
    assert!(!deaf.ring(std::slice::from_ref(&enqueued)).await);
    assert!(deaf.ping().await.is_err());
    world.database.shift_task_clock("6 s").await;
    let worker = world.start(Registry::new().register(writer::<Note>()));
    world.until(enqueued.task_id, TaskState::Completed).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doubled_ring_runs_its_task_once() {
    let world = World::new().await;
    let enqueued = world.enqueue(&Note::of("once"), EnqueueOptions::default()).await;
    for _ in 0..5 {
        world.ringer.ring(&[enqueued.clone(), enqueued.clone()]).await;
    }
    let worker = world.start(Registry::new().register(writer::<Note>()));
    let last = world.submit(&Note::of("last")).await;
    world.until(last, TaskState::Completed).await;
    world.until(enqueued.task_id, TaskState::Completed).await;
    worker.stop().await;
    assert_eq!(
        world.ledger().await.iter().filter(|line| *line == "once").count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_no_ring_hurts_nobody() {
    let world = World::new().await;
    let mut connection = world.redis_connection().await;
    let key = list_key(&world.redis.prefix, Queue::Default, Priority::Normal);
    for garbage in [b"".as_slice(), b"{}", b"[1,2", b"\xff\xfe", &[b'x'; 300_000]] {
        redis::cmd("RPUSH")
            .arg(&key)
            .arg(garbage)
            .query_async::<()>(&mut connection)
            .await
            .unwrap();
    }
    let worker = world.start(Registry::new().register(writer::<Note>()));
    let id = world.submit(&Note::of("behind the garbage")).await;
    world.until(id, TaskState::Completed).await;
    worker.stop().await;
    assert_eq!(world.keys().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_whose_connection_is_cut_connects_again() {
    let world = World::new().await;
    let worker = world.start(Registry::new().register(writer::<Note>()));
    let mut connection = world.redis_connection().await;
    let name = format!("name={}-pop", world.redis.prefix);
    for round in 0..3 {
        let popper = async || {
            let list: String = redis::cmd("CLIENT")
                .arg("LIST")
                .query_async(&mut connection.clone())
                .await
                .unwrap();
            let line = list
                .lines()
                .find(|line| line.contains(&name) && line.contains("cmd=blmpop"))?;
            line.split(' ')
                .find_map(|field| field.strip_prefix("id="))
                .map(str::to_owned)
        };
        let id = eventually("a blocked pop", popper).await;
        redis::cmd("CLIENT")
            .arg("KILL")
            .arg("ID")
            .arg(id)
            .query_async::<()>(&mut connection)
            .await
            .unwrap();
        let task = world.submit(&Note::of(&format!("round {round}"))).await;
        world.until(task, TaskState::Completed).await;
    }
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_starts_before_redis_waits_for_it() {
    let world = World::new().await;
    let queue = config("redis://127.0.0.1:9/0", &world.redis.prefix);
    let ringer = Ringer::open(&queue).unwrap();
    let direct_url = secrecy::SecretString::from(world.database.url().to_owned());
    let options = hiring_queue::RunnerOptions {
        concurrency: 2,
        grace: Duration::ZERO,
        direct_url,
        queue,
        consume: true,
    };
    let registry = Registry::new().register(writer::<Note>());
    let runner = hiring_queue::Runner::new(options, world.database.database(), ringer, registry).unwrap();
    let stop = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn(runner.run(stop.clone()));
    // The sweeper leaves deadlines alone while it cannot ring.
    let _ = world
        .enqueue(&Note::of("waiting for redis"), EnqueueOptions::default())
        .await;
    world.database.shift_task_clock("6 s").await;
    let worker = world.start(Registry::new().register(writer::<Note>()));
    eventually("the line", || async {
        Some(world.ledger().await).filter(|lines| lines.len() == 1)
    })
    .await;
    worker.stop().await;
    stop.cancel();
    running.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_killed_and_comes_back_empty_costs_nothing_but_time() {
    let mut server = ValkeyServer::start().await;
    let mut going = Going::on(&server).await;
    going.give("before", 3).await;
    server.kill();
    going.give("during", 3).await;
    server.restart_empty().await;
    going.give("after", 3).await;
    going.end(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_restarts_again_and_again_costs_nothing_but_time() {
    let mut server = ValkeyServer::start().await;
    let mut going = Going::on(&server).await;
    for round in 0..4 {
        going.give(&format!("round {round}"), 2).await;
        server.restart_empty().await;
    }
    going.end(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_pauses_for_a_second_costs_nothing_but_time() {
    let server = ValkeyServer::start().await;
    let mut going = Going::on(&server).await;
    going.give("before", 3).await;
    server.pause(1_000).await;
    going.give("during", 3).await;
    going.all_done().await;
    going.give("after", 3).await;
    going.end(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_flushed_costs_nothing_but_time() {
    let server = ValkeyServer::start().await;
    let mut going = Going::on(&server).await;
    for round in 0..5 {
        going.give(&format!("round {round}"), 3).await;
        server.flush().await;
    }
    going.end(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_hangs_costs_callers_moments_and_loses_nothing() {
    let server = ValkeyServer::start().await;
    let mut going = Going::on(&server).await;
    going.one_more("before").await;
    server.freeze();
    assert!(!going.give("during", 3).await);
    server.thaw();
    going.give("after", 3).await;
    going.end(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_tls_asked_for_nothing_is_said_in_the_clear() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("rediss://:secret@{}/0", listener.local_addr().unwrap());
    let ringer = Ringer::open(&config(&url, "t")).unwrap();
    let heard = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut first = [0; 3];
        tokio::io::AsyncReadExt::read_exact(&mut socket, &mut first)
            .await
            .unwrap();
        first
    });
    assert!(ringer.ping().await.is_err());
    // A handshake record of TLS, which every version begins as if it were 1.0.
    let heard = tokio::time::timeout(Duration::from_secs(30), heard).await;
    assert_eq!(heard.unwrap().unwrap(), [0x16, 3, 1]);
}

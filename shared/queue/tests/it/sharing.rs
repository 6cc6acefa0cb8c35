//! Several kinds and several workers over the same rows.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hiring_queue::{Handler, Policy, Registry, TaskContext};
use hiring_testkit::{TestRedis, ValkeyServer, eventually};

use crate::kinds::{Letter, Note, Urgent};
use crate::world::{World, at_once, write_and_complete, writer};

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_never_runs_more_often_at_once_than_it_may() {
    let world = World::new().await;
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (now, peak) = (Arc::clone(&running), Arc::clone(&most));
    let handler = Handler::new(move |ctx: TaskContext, task: Note| {
        let (now, peak) = (Arc::clone(&now), Arc::clone(&peak));
        async move {
            peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(5)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            write_and_complete(&ctx, &task.note).await
        }
    });
    let policy = Policy {
        concurrency: Some(2),
        ..at_once()
    };
    let registry = Registry::new()
        .register(handler.policy(policy))
        .register(writer::<Urgent>());
    let worker = world.start_with(registry, (8, Duration::from_secs(5)));
    for number in 0..40 {
        world.submit(&Note::of(&format!("n{number}"))).await;
        world.submit(&Urgent::of(&format!("u{number}"))).await;
    }
    eventually("80 lines", || async {
        Some(world.ledger().await).filter(|lines| lines.len() == 80)
    })
    .await;
    assert_eq!(most.load(Ordering::SeqCst), 2);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_that_runs_one_at_a_time_does_not_make_others_come_one_by_one() {
    let server = ValkeyServer::start().await;
    let redis = TestRedis {
        url: server.url(),
        ..TestRedis::namespace()
    };
    let world = World::on(crate::world::config(&redis.url, &redis.prefix), redis).await;
    for number in 0..96 {
        world.submit(&Note::of(&number.to_string())).await;
    }
    let one = Policy {
        concurrency: Some(1),
        ..at_once()
    };
    let registry = Registry::new()
        .register(writer::<Note>())
        .register(writer::<Letter>().policy(one));
    let worker = world.start_with(registry, (96, Duration::from_secs(5)));
    eventually("96 lines", || async {
        Some(world.ledger().await).filter(|lines| lines.len() == 96)
    })
    .await;
    worker.stop().await;
    let stats: String = server.ask(&["INFO", "commandstats"]).await.unwrap();
    let pops = stats
        .lines()
        .find_map(|line| line.strip_prefix("cmdstat_lmpop:calls="));
    let pops: usize = pops.unwrap().split(',').next().unwrap().parse().unwrap();
    assert!(pops < 48, "{pops} pops for 96 rings");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_with_relay_and_sweeper_do_everything_once() {
    let world = World::new().await;
    let workers = [0, 1].map(|_| world.start(Registry::new().register(writer::<Note>())));
    for number in 0..100 {
        let enqueued = world
            .enqueue(
                &Note::of(&number.to_string()),
                hiring_db::tasks::EnqueueOptions::default(),
            )
            .await;
        // A third of the rings is lost, a third doubled.
        for _ in 0..number % 3 {
            world.ringer.ring(std::slice::from_ref(&enqueued)).await;
        }
    }
    world.database.shift_task_clock("6 s").await;
    let all = || async { Some(world.ledger().await).filter(|lines| lines.len() >= 100) };
    let mut ledger = eventually("100 lines", all).await;
    for worker in workers {
        worker.stop().await;
    }
    ledger.sort();
    ledger.dedup();
    assert_eq!((ledger.len(), world.ledger().await.len()), (100, 100));
}

#[tokio::test(flavor = "multi_thread")]
async fn registered_upkeep_is_done_again_and_again() {
    let world = World::new().await;
    let queue = crate::world::config(&world.redis.url, &world.redis.prefix);
    let direct_url = secrecy::SecretString::from(world.database.url().to_owned());
    let options = hiring_queue::RunnerOptions {
        concurrency: 1,
        grace: Duration::ZERO,
        direct_url,
        queue,
        consume: true,
    };
    let turns = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&turns);
    let runner = hiring_queue::Runner::new(
        options,
        world.database.database(),
        world.ringer.clone(),
        Registry::new(),
    )
    .unwrap()
    .maintenance("test", Duration::from_millis(10), move |_| {
        let turns = Arc::clone(&counted);
        Box::pin(async move {
            match turns.fetch_add(1, Ordering::SeqCst) {
                0 => Err("the first turn fails".into()),
                1 => panic!("the second has a defect"),
                _ => Ok(()),
            }
        })
    });
    let stop = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn(runner.run(stop.clone()));
    eventually("a fourth turn", || async {
        Some(()).filter(|()| turns.load(Ordering::SeqCst) >= 4)
    })
    .await;
    stop.cancel();
    running.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn urgent_tasks_that_fall_due_do_not_wait_behind_older_low_ones() {
    let world = World::new().await;
    let mut conn = world.database.database().connection().await.unwrap();
    let later = || hiring_db::tasks::EnqueueOptions {
        delay: Some(chrono::TimeDelta::seconds(60)),
        ..hiring_db::tasks::EnqueueOptions::default()
    };
    let low = vec![crate::kinds::Leisure::of("low"); 500];
    let _ = world.ringer.enqueue_many(&mut conn, &low, later()).await.unwrap();
    world.database.shift_task_clock("1 s").await;
    let urgent = vec![Urgent::of("urgent"); 20];
    let _ = world
        .ringer
        .enqueue_many(&mut conn, &urgent, later())
        .await
        .unwrap();
    world.database.shift_task_clock("62 s").await;
    let due = hiring_db::tasks::relay::publish_due(&mut conn, 100)
        .await
        .unwrap();
    let count = |kind: &str| due.iter().filter(|task| task.kind == kind).count();
    assert_eq!((count("urgent"), count("leisure")), (20, 100));
    world.database.leave_tasks();
}

//! How soon a task starts, against a bare Redis list.

use std::collections::HashMap;
use std::time::Duration;

use hiring_db::tasks::EnqueueOptions;
use redis::AsyncCommands;
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

use super::worker::{Worker, micros};
use super::world::{World, WriteRow};
use crate::statistics::percentile;

/// Tasks, one every [`PACE`].
const TASKS: u64 = 1_000;
/// Fifty a second.
const PACE: Duration = Duration::from_millis(20);
/// Tasks before the first one that counts: they open connections.
const WARM_UP: u64 = 50;
/// List of the bare side.
const LIST: &str = "hiring-bench:bare";

/// Measures both sides, one after the other.
pub async fn run(world: &World) -> anyhow::Result<()> {
    let (from_call, from_commit) = product(world).await?;
    let bare = bare(world).await?;
    let show = |samples: &[f64]| (percentile(samples, 0.5), percentile(samples, 0.99));
    let ((p50, p99), (call50, call99), (bare50, bare99)) =
        (show(&from_commit), show(&from_call), show(&bare));
    println!(
        "queue: pick-up at 50/s: p50 {p50:.2} ms, p99 {p99:.2} ms after the commit; p50 {call50:.2} ms, p99 {call99:.2} ms \
         after the call, with its commit to disk; bare Redis list p50 {bare50:.2} ms, p99 {bare99:.2} ms \
         (ratio {:.1} and {:.1})",
        p50 / bare50,
        p99 / bare99
    );
    Ok(())
}

/// Milliseconds from the call and from the commit to the handler's first line.
async fn product(world: &World) -> anyhow::Result<(Vec<f64>, Vec<f64>)> {
    world.empty().await?;
    let _worker = Worker::start()?;
    let mut told: HashMap<Uuid, (f64, f64)> = HashMap::new();
    let mut ticks = tokio::time::interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for number in 0..WARM_UP + TASKS {
        ticks.tick().await;
        let called = micros();
        let mut conn = world.database.connection().await?;
        let task = WriteRow { number };
        let enqueued = world
            .ringer
            .enqueue(&mut conn, &task, EnqueueOptions::default())
            .await?;
        drop(conn);
        let committed = micros();
        if number >= WARM_UP {
            told.insert(enqueued.task_id.uuid(), (called, committed));
        }
        world.ringer.ring(&[enqueued]).await;
    }
    let client = world.client().await?;
    let count = "SELECT count(*) FROM bench_effects";
    while client.query_one(count, &[]).await?.get::<_, i64>(0) < i64::try_from(WARM_UP + TASKS)? {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let rows = client
        .query("SELECT task_id, begun FROM bench_effects", &[])
        .await?;
    let samples = rows.iter().filter_map(|row| {
        let begun: f64 = row.get(1);
        let (called, committed) = told.get(&row.get::<_, Uuid>(0))?;
        Some(((begun - called) / 1e3, (begun - committed) / 1e3))
    });
    Ok(samples.unzip())
}

/// Milliseconds from RPUSH to BLPOP's answer at the same pace.
async fn bare(world: &World) -> anyhow::Result<Vec<f64>> {
    let (mut push, mut pop) = (world.redis().await?, world.redis().await?);
    let popping = tokio::spawn(async move {
        let mut samples = Vec::new();
        for number in 0..WARM_UP + TASKS {
            let (_, sent): (String, f64) = pop.blpop(LIST, 5.0).await?;
            if number >= WARM_UP {
                samples.push((micros() - sent) / 1e3);
            }
        }
        anyhow::Ok(samples)
    });
    let mut ticks = tokio::time::interval(PACE);
    for _ in 0..WARM_UP + TASKS {
        ticks.tick().await;
        push.rpush::<_, _, ()>(LIST, micros()).await?;
    }
    popping.await?
}

//! A worker that is frozen past its lease and woken again must not write.

use hiring_core::ids::TaskId;
use hiring_db::tasks::{EnqueueOptions, people};
use rustix::process::Signal;

use crate::fleet::Fleet;
use crate::kinds::Gated;
use crate::patience::eventually;
use crate::world::World;

/// A worker called `worker-1` that holds a task and is frozen.
async fn freeze(world: &World, options: EnqueueOptions) -> (Fleet, TaskId) {
    let sleeper = world.workers(1, 2);
    let task = world.enqueue(&Gated { number: 0 }, options).await;
    world.ringer.ring(std::slice::from_ref(&task)).await;
    world.until_runs(task.task_id, 1).await;
    sleeper.signal(0, Signal::STOP);
    (sleeper, task.task_id)
}

/// Wakes the frozen worker, lets it write, and waits until it was refused.
async fn wake(world: &World, sleeper: &mut Fleet, id: TaskId) {
    world.open_gate("worker-1").await;
    sleeper.signal(0, Signal::CONT);
    let refused = "SELECT count(*) FROM refusals WHERE task_id = $1 AND worker = 'worker-1'";
    let ask = async || (world.count(refused, id).await == 1).then_some(());
    eventually("the woken worker to be refused", ask).await;
    assert_eq!(sleeper.stop(), [Some(0)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_worker_that_wakes_after_its_lease_writes_nothing() {
    let mut world = World::new().await;
    let (mut sleeper, id) = freeze(&world, EnqueueOptions::default()).await;
    world.with("CHAOS_TEAM", "second");
    let mut others = world.workers(1, 2);
    world.database.shift_task_clock("3 s").await;
    world.until_runs(id, 2).await;
    // The task is in the second worker's hands, and not done.
    wake(&world, &mut sleeper, id).await;
    assert_eq!(world.writers(id).await, Vec::<String>::new());
    world.open_gate("second-1").await;
    world.until(id, "completed").await;
    assert_eq!(world.writers(id).await, ["second-1"]);
    assert_eq!(others.stop(), [Some(0)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_does_it_when_the_task_died_and_was_redriven_meanwhile() {
    let mut world = World::new().await;
    let once = EnqueueOptions {
        max_attempts: Some(1),
        ..EnqueueOptions::default()
    };
    let (mut sleeper, id) = freeze(&world, once).await;
    world.with("CHAOS_TEAM", "second");
    let mut others = world.workers(1, 2);
    world.database.shift_task_clock("3 s").await;
    world.until(id, "dead").await;
    let mut conn = world.pool.connection().await.unwrap();
    let redriven = people::retry_dead(&mut conn, world.org, id)
        .await
        .unwrap()
        .unwrap();
    drop(conn);
    world.ringer.ring(&[redriven]).await;
    world.until_runs(id, 2).await;
    // Both runs are attempt 1 of a running task: only the lease tells them apart.
    assert_eq!(world.row(id).await.1, 1);
    wake(&world, &mut sleeper, id).await;
    assert_eq!(world.writers(id).await, Vec::<String>::new());
    world.open_gate("second-1").await;
    world.until(id, "completed").await;
    assert_eq!(world.writers(id).await, ["second-1"]);
    assert_eq!(others.stop(), [Some(0)]);
}

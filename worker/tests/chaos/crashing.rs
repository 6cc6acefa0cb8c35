//! Tasks that end their process, and tasks that outlast their lease.

use hiring_db::tasks::EnqueueOptions;

use crate::kinds::{Killer, Load, Sleeper};
use crate::patience::eventually;
use crate::world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_that_crashes_its_process_every_time_ends_dead_after_its_attempts() {
    let world = World::new().await;
    let options = EnqueueOptions {
        max_attempts: Some(3),
        ..EnqueueOptions::default()
    };
    let killer = world.enqueue(&Killer { number: 0 }, options).await;
    world.ringer.ring(std::slice::from_ref(&killer)).await;
    let bystander = world.submit(&Load { number: 1 }).await;
    let mut workers = world.workers(1, 2);
    let ended = eventually("the killer's end", async || {
        workers.revive();
        // Leases of two seconds run out at once.
        world.database.shift_task_clock("1 s").await;
        let row = world.row(killer.task_id).await;
        (row.0 == "dead").then_some(row)
    })
    .await;
    assert_eq!(ended, ("dead".to_owned(), 3, Some("crashed".to_owned())));
    assert_eq!(world.runs(killer.task_id).await, 3);
    world.until(bystander, "completed").await;
    assert_eq!(workers.crashes, 3);
    assert_eq!(workers.stop(), [Some(0)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_longer_than_its_lease_runs_once() {
    let world = World::new().await;
    let mut workers = world.workers(2, 2);
    let id = world.submit(&Sleeper { number: 7_000 }).await;
    world.until(id, "completed").await;
    assert_eq!((world.runs(id).await, world.row(id).await.1), (1, 1));
    assert_eq!(world.writers(id).await.len(), 1);
    assert_eq!(workers.stop(), [Some(0), Some(0)]);
}

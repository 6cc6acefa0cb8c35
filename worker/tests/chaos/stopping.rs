//! SIGTERM in the middle of work.

use rustix::process::Signal;

use crate::kinds::{Gated, Sleeper};
use crate::patience::eventually;
use crate::world::World;

/// Tasks of each sort: half of fifty.
const HALF: usize = 25;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_running_tasks_all_end_or_are_handed_back_when_the_worker_is_told_to_stop() {
    let mut world = World::new().await;
    world.with("CHAOS_GRACE", "3");
    let mut workers = world.workers(1, 2 * HALF);
    let (mut short, mut long) = (Vec::new(), Vec::new());
    for _ in 0..HALF {
        short.push(world.submit(&Gated { number: 0 }).await);
        long.push(world.submit(&Sleeper { number: 600_000 }).await);
    }
    let running = "SELECT count(*) FROM tasks WHERE state = 'running'";
    let all = async || {
        let count: i64 = world.client.query_one(running, &[]).await.unwrap().get(0);
        (count == 2 * HALF as i64).then_some(())
    };
    eventually("fifty running tasks", all).await;
    workers.signal(0, Signal::TERM);
    world.open_gate("worker-1").await;
    assert_eq!(workers.wait(), [Some(0)]);
    for id in long {
        assert_eq!(world.row(id).await, ("pending".to_owned(), 0, None));
        assert_eq!(world.writers(id).await.len(), 0);
    }
    let mut completed = 0;
    for id in short {
        let (state, attempt, _) = world.row(id).await;
        let effects = world.writers(id).await.len();
        match state.as_str() {
            "completed" => completed += effects,
            state => assert_eq!((state, attempt, effects), ("pending", 0, 0)),
        }
    }
    assert!(completed > 0, "none of {HALF} ended within the grace");
    world.database.leave_tasks();
    world.forget_keys().await;
}

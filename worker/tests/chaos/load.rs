//! Many tasks at once.

use hiring_core::ids::TaskId;
use hiring_core::task::TaskKind;
use hiring_db::tasks::Enqueued;
use uuid::Uuid;

use crate::child;
use crate::kinds::{Leisure, Load, Urgent};
use crate::patience::eventually;
use crate::world::World;

/// The numbers in a long run, a tenth of them otherwise.
fn scaled(count: i64) -> i64 {
    if child::minutes().is_some() {
        count
    } else {
        count / 10
    }
}

/// Inserts so many tasks of a kind by one statement.
async fn seed<K: TaskKind>(world: &World, count: i64, state: &str) -> Vec<TaskId> {
    let insert = format!(
        "INSERT INTO tasks (id, kind, payload, priority, run_at, state, publish_count, deadline) \
         SELECT gen_random_uuid(), '{}', '{{\"number\": 0}}', {}, task_now(), '{state}', 1, task_now() + interval '1 hour' \
         FROM generate_series(1, $1::bigint) RETURNING id",
        K::KIND,
        K::PRIORITY.number()
    );
    let rows = world.client.query(&insert, &[&count]).await.unwrap();
    rows.iter()
        .map(|row| TaskId::from(row.get::<_, Uuid>(0)))
        .collect()
}

async fn ring<K: TaskKind>(world: &World, ids: &[TaskId]) {
    for chunk in ids.chunks(200) {
        let rings: Vec<Enqueued> = chunk
            .iter()
            .map(|id| Enqueued {
                task_id: *id,
                kind: K::KIND.to_owned(),
                priority: K::PRIORITY,
                ring_now: true,
                publish_count: 1,
            })
            .collect();
        let rung = async || world.ringer.ring(&rings).await.then_some(());
        eventually("rings to be taken", rung).await;
    }
}

async fn finished(world: &World, kind: &str) -> i64 {
    let query = "SELECT count(*) FROM tasks WHERE kind = $1 AND state = 'completed'";
    world.client.query_one(query, &[&kind]).await.unwrap().get(0)
}

/// Waits until so many are finished; the wait for each further one is bounded, the whole is not.
async fn until_finished<K: TaskKind>(world: &World, count: i64) {
    let mut seen = 0;
    while seen < count {
        let more = async || Some(finished(world, K::KIND).await).filter(|now| *now > seen);
        seen = eventually("another task to finish", more).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn very_many_due_tasks_drain_without_a_stall() {
    let world = World::new().await;
    let count = scaled(100_000);
    seed::<Load>(&world, count, "pending").await;
    let mut workers = world.workers(2, 16);
    until_finished::<Load>(&world, count).await;
    // Rings of what waited so long that it was rung again are still on their way.
    let drained = async || world.keys().await.is_empty().then_some(());
    eventually("an empty Redis", drained).await;
    assert_eq!(workers.stop(), [Some(0), Some(0)]);
    let query = "SELECT count(*), count(DISTINCT task_id) FROM effects";
    let row = world.client.query_one(query, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (count, count));
    assert_eq!(world.keys().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn urgent_tasks_start_before_the_crowd_that_was_there_first_and_the_crowd_still_moves() {
    let world = World::new().await;
    let (crowd, urgent) = (scaled(50_000), scaled(1_000).max(200));
    let waiting = seed::<Leisure>(&world, crowd, "published").await;
    ring::<Leisure>(&world, &waiting).await;
    let hurried = seed::<Urgent>(&world, urgent, "published").await;
    ring::<Urgent>(&world, &hurried).await;
    let mut workers = world.workers(1, 2);
    until_finished::<Urgent>(&world, urgent).await;
    let query = "SELECT count(*) FROM effects e JOIN tasks t ON t.id = e.task_id WHERE t.kind = 'leisure' AND moment < \
        (SELECT max(moment) FROM effects e JOIN tasks t ON t.id = e.task_id WHERE t.kind = 'urgent')";
    let overtook: i64 = world.client.query_one(query, &[]).await.unwrap().get(0);
    assert!(
        overtook >= 1 && overtook <= urgent / 10,
        "{overtook} of the crowd ran before {urgent} urgent tasks"
    );
    assert_eq!(workers.stop(), [Some(0)]);
    world.forget_keys().await;
    world.database.leave_tasks();
}

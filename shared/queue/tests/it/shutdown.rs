//! Stopping a worker in the middle of its work.

use std::sync::Arc;
use std::time::Duration;

use hiring_core::task::TaskState;
use hiring_queue::{Handler, Registry, TaskContext};
use tokio::sync::Semaphore;

use crate::kinds::Note;
use crate::world::{World, write_and_complete, writer};

/// A handler that says that it has begun and then waits for a permit.
fn gated(begun: &Arc<Semaphore>, gate: &Arc<Semaphore>) -> Handler<Note> {
    let (begun, gate) = (Arc::clone(begun), Arc::clone(gate));
    Handler::new(move |ctx: TaskContext, task: Note| {
        let (begun, gate) = (Arc::clone(&begun), Arc::clone(&gate));
        async move {
            begun.add_permits(1);
            gate.acquire().await.unwrap().forget();
            write_and_complete(&ctx, &task.note).await
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_finished_within_the_grace_is_handed_back_with_its_attempt() {
    let world = World::new().await;
    let (begun, gate) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let worker = world.start_with(
        Registry::new().register(gated(&begun, &gate)),
        (10, Duration::ZERO),
    );
    let mut ids = Vec::new();
    for number in 0..10 {
        ids.push(world.submit(&Note::of(&number.to_string())).await);
    }
    begun.acquire_many(10).await.unwrap().forget();
    worker.stop().await;
    for id in &ids {
        let row = world.row(*id).await;
        assert_eq!((row.state, row.attempt), (TaskState::Pending, 0));
    }
    let worker = world.start(Registry::new().register(writer::<Note>()));
    for id in ids {
        assert_eq!(world.until(id, TaskState::Completed).await.attempt, 1);
    }
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_finishes_within_the_grace_completes() {
    let world = World::new().await;
    let (begun, gate) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let worker = world.start_with(
        Registry::new().register(gated(&begun, &gate)),
        (2, Duration::from_secs(30)),
    );
    let first = world.submit(&Note::of("first")).await;
    let second = world.submit(&Note::of("second")).await;
    begun.acquire_many(2).await.unwrap().forget();
    // Behind two busy slots: must not be taken any more.
    let third = world.submit(&Note::of("third")).await;
    let stopping = tokio::spawn(worker.stop());
    gate.add_permits(2);
    stopping.await.unwrap();
    assert_eq!(world.row(first).await.state, TaskState::Completed);
    assert_eq!(world.row(second).await.state, TaskState::Completed);
    let late = world.row(third).await;
    assert!(late.attempt <= 1 && late.state != TaskState::Dead, "{late:?}");
    gate.add_permits(1);
    let worker = world.start(Registry::new().register(gated(&begun, &gate)));
    world.until(third, TaskState::Completed).await;
    worker.stop().await;
}

//! Attempts that fail and are tried again.

use std::time::Duration;

use hiring_core::task::TaskState;
use hiring_db::tasks::EnqueueOptions;
use hiring_queue::{Handler, Policy, Registry, TaskContext, TaskFailure};
use hiring_testkit::eventually;

use crate::kinds::Note;
use crate::world::{World, at_once, failing, write_and_complete};

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_attempt_is_tried_again_after_its_backoff() {
    let world = World::new().await;
    let handler = failing::<Note>(2, || {
        TaskFailure::retry("storage-unavailable", "The file store is away.")
    });
    let worker = world.start(Registry::new().register(handler));
    let id = world.submit(&Note::of("third time lucky")).await;
    let row = world.until(id, TaskState::Completed).await;
    assert_eq!((row.attempt, row.code), (3, None));
    assert_eq!(world.ledger().await, ["third time lucky"]);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_that_names_its_pause_gets_exactly_that_one() {
    let world = World::new().await;
    let handler = failing::<Note>(1, || {
        TaskFailure::retry_after(Duration::from_secs(3600), "rate-limited", "Too many.")
    });
    let worker = world.start(Registry::new().register(handler));
    let id = world.submit(&Note::of("patient")).await;
    let row = eventually("a retry", || async {
        Some(world.row(id).await).filter(|row| row.code.as_deref() == Some("rate-limited"))
    })
    .await;
    assert_eq!(row.state, TaskState::Pending);
    let client = world.database.client().await;
    let query = "SELECT extract(epoch FROM run_at - task_now())::float8 FROM tasks";
    let seconds: f64 = client.query_one(query, &[]).await.unwrap().get(0);
    assert!((3500.0..=3600.0).contains(&seconds), "{seconds}");
    world.database.shift_task_clock("1 hour").await;
    world.until(id, TaskState::Completed).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_a_failed_attempt_and_no_more() {
    let world = World::new().await;
    let handler = Handler::new(|ctx: TaskContext, task: Note| async move {
        assert!(ctx.attempt() > 1, "a defect");
        write_and_complete(&ctx, &task.note).await
    });
    let worker = world.start(Registry::new().register(handler.policy(at_once())));
    let id = world.submit(&Note::of("survived")).await;
    assert_eq!(world.until(id, TaskState::Completed).await.attempt, 2);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_beyond_its_time_is_dropped_and_tried_again() {
    let world = World::new().await;
    let handler = Handler::new(|ctx: TaskContext, task: Note| async move {
        if ctx.attempt() == 1 {
            std::future::pending::<()>().await;
        }
        write_and_complete(&ctx, &task.note).await
    });
    let policy = Policy {
        timeout: Duration::from_secs(1),
        ..at_once()
    };
    let worker = world.start(Registry::new().register(handler.policy(policy)));
    let id = world.submit(&Note::of("in time")).await;
    assert_eq!(world.until(id, TaskState::Completed).await.attempt, 2);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_are_limited_by_the_enqueuer() {
    let world = World::new().await;
    let handler = failing::<Note>(9, || TaskFailure::retry("still-broken", "It is still broken."));
    let worker = world.start(Registry::new().register(handler));
    let options = EnqueueOptions {
        max_attempts: Some(2),
        ..EnqueueOptions::default()
    };
    let enqueued = world.enqueue(&Note::of("hopeless"), options).await;
    world.ringer.ring(std::slice::from_ref(&enqueued)).await;
    let row = world.until(enqueued.task_id, TaskState::Dead).await;
    assert_eq!((row.attempt, row.code.as_deref()), (2, Some("still-broken")));
    worker.stop().await;
}

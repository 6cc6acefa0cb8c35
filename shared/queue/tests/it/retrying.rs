//! Attempts that fail and are tried again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hiring_core::ids::TaskId;
use hiring_core::task::TaskState;
use hiring_db::tasks::{self, EnqueueOptions};
use hiring_queue::{AWAY_ATTEMPTS, Handler, Policy, Registry, TaskContext, TaskFailure};
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

impl World {
    async fn away_attempts(&self, id: TaskId) -> i32 {
        let client = self.database.client().await;
        let query = "SELECT away_attempts FROM tasks WHERE id::text = $1";
        client.query_one(query, &[&id.to_string()]).await.unwrap().get(0)
    }
}

/// Waits for so many attempts to be over, each by an outage, and lets the pause pass.
async fn sit_out(world: &World, id: TaskId, attempts: i32) {
    for attempt in 1..=attempts {
        eventually("the outage to be met", || async {
            let row = world.row(id).await;
            let away = world.away_attempts(id).await;
            Some(row).filter(|row| row.state == TaskState::Pending && away == attempt)
        })
        .await;
        world.database.shift_task_clock("1 minute").await;
    }
}

fn away() -> TaskFailure {
    TaskFailure::away("storage-unavailable", "The file store could not be reached.")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_longer_than_all_attempts_kills_nothing() {
    let world = World::new().await;
    let worker = world.start(Registry::new().register(failing::<Note>(6, away)));
    let id = world.submit(&Note::of("caught up")).await;
    sit_out(&world, id, 6).await;
    assert_eq!(world.until(id, TaskState::Completed).await.attempt, 1);
    assert_eq!(world.ledger().await, ["caught up"]);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_outage_a_task_that_fails_by_itself_has_its_own_attempts_and_no_more() {
    let world = World::new().await;
    let org = world.organization().await;
    let outages = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&outages);
    let handler = Handler::new(move |_: TaskContext, _: Note| {
        let outage = seen.fetch_add(1, Ordering::SeqCst) < 3;
        async move {
            assert!(outage, "a defect");
            Err(away())
        }
    });
    let worker = world.start(Registry::new().register(handler.policy(at_once())));
    let options = EnqueueOptions {
        organization_id: Some(org),
        ..EnqueueOptions::default()
    };
    let enqueued = world.enqueue(&Note::of("broken"), options).await;
    let id = enqueued.task_id;
    world.ringer.ring(&[enqueued]).await;
    sit_out(&world, id, 3).await;
    let row = world.until(id, TaskState::Dead).await;
    assert_eq!((row.attempt, row.code.as_deref()), (4, Some("panic")));
    worker.stop().await;
    let mut conn = world.database.database().connection().await.unwrap();
    let again = tasks::retry_dead(&mut conn, org, id).await.unwrap().unwrap();
    assert_eq!(again.task_id, id);
    let shown = tasks::find_task(&mut conn, org, id).await.unwrap().unwrap();
    assert_eq!((shown.attempt, shown.max_attempts), (0, 4));
    world.database.leave_tasks();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_without_end_leaves_the_task_visibly_dead() {
    let world = World::new().await;
    let enqueued = world
        .enqueue(&Note::of("given up"), EnqueueOptions::default())
        .await;
    let id = enqueued.task_id;
    let tried = format!("UPDATE tasks SET away_attempts = {AWAY_ATTEMPTS} - 1");
    world.database.client().await.batch_execute(&tried).await.unwrap();
    world.ringer.ring(&[enqueued]).await;
    let worker = world.start(Registry::new().register(failing::<Note>(9, away)));
    let row = world.until(id, TaskState::Dead).await;
    assert_eq!(row.code.as_deref(), Some("storage-unavailable"));
    worker.stop().await;
}

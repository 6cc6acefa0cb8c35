//! Calling a task off, and asking for the same one twice.

use std::sync::Arc;

use hiring_core::ids::OrgId;
use hiring_core::task::TaskState;
use hiring_db::tasks::{self, EnqueueOptions};
use hiring_queue::{Handler, Registry, TaskContext};
use tokio::sync::Notify;

use crate::kinds::{Alert, Note};
use crate::world::{World, write_and_complete, writer};

fn of(org: OrgId) -> EnqueueOptions {
    EnqueueOptions {
        organization_id: Some(org),
        ..EnqueueOptions::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_task_is_cancelled_at_once_and_its_ring_is_dropped() {
    let world = World::new().await;
    let org = world.organization().await;
    let enqueued = world.enqueue(&Note::of("never"), of(org)).await;
    let mut conn = world.database.database().connection().await.unwrap();
    let state = tasks::cancel(&mut conn, org, enqueued.task_id).await.unwrap();
    assert_eq!(state, Some(TaskState::Cancelled));
    world.ringer.ring(std::slice::from_ref(&enqueued)).await;
    let worker = world.start(Registry::new().register(writer::<Note>()));
    let after = world.submit(&Note::of("after")).await;
    world.until(after, TaskState::Completed).await;
    assert_eq!(world.ledger().await, ["after"]);
    assert_eq!(
        tasks::cancel(&mut conn, org, enqueued.task_id).await.unwrap(),
        None
    );
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_task_ends_cancelled_at_its_next_heartbeat() {
    let world = World::new().await;
    let org = world.organization().await;
    let started = Arc::new(Notify::new());
    let is_started = Arc::clone(&started);
    let handler = Handler::new(move |_: TaskContext, _: Alert| {
        is_started.notify_one();
        std::future::pending()
    });
    let worker = world.start(Registry::new().register(handler));
    let enqueued = world.enqueue(&Alert::of("endless"), of(org)).await;
    world.ringer.ring(std::slice::from_ref(&enqueued)).await;
    started.notified().await;
    let mut conn = world.database.database().connection().await.unwrap();
    let state = tasks::cancel(&mut conn, org, enqueued.task_id).await.unwrap();
    assert_eq!(state, Some(TaskState::Running));
    let row = world.until(enqueued.task_id, TaskState::Cancelled).await;
    assert_eq!(row.code.as_deref(), Some("cancelled"));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_longer_than_its_lease_keeps_it_by_heartbeats() {
    let world = World::new().await;
    let handler = Handler::new(|ctx: TaskContext, task: Alert| async move {
        // The lease is one second; the sweeper looks at least every three.
        for _ in 0..50 {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        write_and_complete(&ctx, &task.note).await
    });
    let worker = world.start(Registry::new().register(handler));
    let id = world.submit(&Alert::of("slow and steady")).await;
    assert_eq!(world.until(id, TaskState::Completed).await.attempt, 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unique_key_meets_its_waiting_twin() {
    let world = World::new().await;
    let org = world.organization().await;
    let options = || EnqueueOptions {
        unique_key: Some("reindex".into()),
        ..of(org)
    };
    let first = world.enqueue(&Note::of("first"), options()).await;
    let second = world.enqueue(&Note::of("second"), options()).await;
    assert_eq!((second.task_id, second.ring_now), (first.task_id, false));
    let elsewhere = EnqueueOptions {
        organization_id: None,
        ..options()
    };
    let elsewhere = world.enqueue(&Note::of("elsewhere"), elsewhere).await;
    assert_ne!(elsewhere.task_id, first.task_id);
    world.ringer.ring(&[first.clone(), elsewhere.clone()]).await;
    let worker = world.start(Registry::new().register(writer::<Note>()));
    world.until(first.task_id, TaskState::Completed).await;
    world.until(elsewhere.task_id, TaskState::Completed).await;
    let third = world.enqueue(&Note::of("third"), options()).await;
    assert_ne!(third.task_id, first.task_id, "a finished twin is no obstacle");
    world.ringer.ring(std::slice::from_ref(&third)).await;
    world.until(third.task_id, TaskState::Completed).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unique_key_that_meets_a_running_twin_makes_it_run_once_more() {
    let world = World::new().await;
    let org = world.organization().await;
    let (started, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (is_started, may_go) = (Arc::clone(&started), Arc::clone(&go));
    let handler = Handler::new(move |ctx: TaskContext, task: Note| {
        let (started, go) = (Arc::clone(&is_started), Arc::clone(&may_go));
        async move {
            started.notify_one();
            go.notified().await;
            write_and_complete(&ctx, &task.note).await
        }
    });
    let worker = world.start(Registry::new().register(handler));
    let options = || EnqueueOptions {
        unique_key: Some("reindex".into()),
        ..of(org)
    };
    let first = world.enqueue(&Note::of("run"), options()).await;
    world.ringer.ring(std::slice::from_ref(&first)).await;
    started.notified().await;
    let second = world.enqueue(&Note::of("ignored"), options()).await;
    assert_eq!((second.task_id, second.ring_now), (first.task_id, false));
    go.notify_one();
    started.notified().await;
    go.notify_one();
    let row = world.until(first.task_id, TaskState::Completed).await;
    assert_eq!(row.attempt, 1, "the rerun counts its attempts afresh");
    assert_eq!(world.ledger().await, ["run", "run"]);
    worker.stop().await;
}

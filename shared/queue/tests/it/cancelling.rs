//! Calling a task off, and asking for the same one twice.

use std::sync::Arc;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::ids::OrgId;
use hiring_core::task::{Priority, TaskKind, TaskState};
use hiring_db::DbError;
use hiring_db::tasks::{self, EnqueueOptions, claim, end};
use hiring_queue::{Handler, Registry, TaskContext, TaskFailure};
use serde::{Deserialize, Serialize};
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

/// Its heartbeats are so far apart that none happens in a test.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Steady {}

impl TaskKind for Steady {
    const KIND: &'static str = "steady";
    const PRIORITY: Priority = Priority::Normal;
    const LEASE_SECONDS: u32 = 3600;
}

/// Runs without end the first time and completes the second.
fn endless_once(started: &Arc<Notify>) -> Handler<Steady> {
    let started = Arc::clone(started);
    let runs = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    Handler::new(move |ctx: TaskContext, _: Steady| {
        let run = runs.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        started.notify_one();
        async move {
            if run == 0 {
                std::future::pending::<()>().await;
            }
            ctx.finish().await
        }
    })
}

fn keyed(org: OrgId) -> EnqueueOptions {
    EnqueueOptions {
        unique_key: Some("same".into()),
        ..of(org)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_reaches_a_running_task_before_its_next_heartbeat() {
    let world = World::new().await;
    let org = world.organization().await;
    let started = Arc::new(Notify::new());
    let worker = world.start(Registry::new().register(endless_once(&started)));
    let enqueued = world.enqueue(&Steady {}, of(org)).await;
    world.ringer.ring(std::slice::from_ref(&enqueued)).await;
    started.notified().await;
    let mut conn = world.database.database().connection().await.unwrap();
    tasks::cancel(&mut conn, org, enqueued.task_id).await.unwrap();
    let row = world.until(enqueued.task_id, TaskState::Cancelled).await;
    assert_eq!(row.code.as_deref(), Some("cancelled"));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_again_after_a_cancel_runs_again() {
    let world = World::new().await;
    let org = world.organization().await;
    let started = Arc::new(Notify::new());
    let worker = world.start(Registry::new().register(endless_once(&started)));
    let enqueued = world.enqueue(&Steady {}, keyed(org)).await;
    let id = enqueued.task_id;
    world.ringer.ring(std::slice::from_ref(&enqueued)).await;
    started.notified().await;
    let mut conn = world.database.database().connection().await.unwrap();
    let conn: &mut AsyncPgConnection = &mut conn;
    // One commit, so that the run cannot end between the two.
    let cancel_and_ask = async |conn: &mut AsyncPgConnection| {
        tasks::cancel(conn, org, id).await?;
        tasks::enqueue(conn, &Steady {}, keyed(org)).await
    };
    let again: Result<_, DbError> = conn.transaction(cancel_and_ask).await;
    assert_eq!(again.unwrap().task_id, id);
    assert_eq!(world.until(id, TaskState::Completed).await.attempt, 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_takes_an_earlier_wish_to_run_again_back() {
    let world = World::new().await;
    let org = world.organization().await;
    let started = Arc::new(Notify::new());
    let worker = world.start(Registry::new().register(endless_once(&started)));
    let enqueued = world.enqueue(&Steady {}, keyed(org)).await;
    world.ringer.ring(std::slice::from_ref(&enqueued)).await;
    started.notified().await;
    assert_eq!(
        world.enqueue(&Steady {}, keyed(org)).await.task_id,
        enqueued.task_id
    );
    let mut conn = world.database.database().connection().await.unwrap();
    tasks::cancel(&mut conn, org, enqueued.task_id).await.unwrap();
    world.until(enqueued.task_id, TaskState::Cancelled).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_was_called_off_is_neither_tried_again_nor_released() {
    let world = World::new().await;
    let org = world.organization().await;
    let id = world.enqueue(&Steady {}, of(org)).await.task_id;
    let mut conn = world.database.database().connection().await.unwrap();
    let claimed = claim::claim(&mut conn, id, Steady::KIND, 60)
        .await
        .unwrap()
        .unwrap();
    tasks::cancel(&mut conn, org, id).await.unwrap();
    let TaskFailure::Retry(error) = TaskFailure::retry("moody", "Not now.") else {
        unreachable!()
    };
    let lease = claimed.lease_id;
    assert!(!end::retry(&mut conn, id, lease, (0.0, &error)).await.unwrap());
    assert!(!end::wait(&mut conn, id, lease, (0.0, &error)).await.unwrap());
    assert!(!end::release(&mut conn, id, lease).await.unwrap());
    let ended = end::end_cancelled(&mut conn, id, lease, &error).await.unwrap();
    assert_eq!(ended, tasks::Ended::Finally(TaskState::Cancelled));
    assert!(matches!(
        end::retry(&mut conn, id, lease, (0.0, &error)).await,
        Err(DbError::LeaseLost)
    ));
}

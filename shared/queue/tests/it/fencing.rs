//! Whoever lost the lease writes nothing.

use std::sync::Arc;

use hiring_core::task::{TaskKind, TaskState};
use hiring_db::DbError;
use hiring_db::tasks::{self, EnqueueOptions, claim, end, lease};
use hiring_queue::{Handler, Registry, TaskContext, TaskFailure};
use hiring_testkit::eventually;
use tokio::sync::{Notify, mpsc};

use crate::kinds::Note;
use crate::world::{World, at_once, write_and_complete};

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_wakes_up_past_its_lease_writes_nothing() {
    let world = World::new().await;
    let (frozen, thaw) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (report, mut reports) = mpsc::unbounded_channel();
    let (is_frozen, may_thaw) = (Arc::clone(&frozen), Arc::clone(&thaw));
    let handler = Handler::new(move |ctx: TaskContext, task: Note| {
        let (frozen, thaw, report) = (Arc::clone(&is_frozen), Arc::clone(&may_thaw), report.clone());
        async move {
            if ctx.attempt() == 1 {
                frozen.notify_one();
                thaw.notified().await;
                let answer = write_and_complete(&ctx, "written too late").await;
                report
                    .send(matches!(answer, Err(TaskFailure::LeaseLost)))
                    .unwrap();
                return answer;
            }
            write_and_complete(&ctx, &task.note).await
        }
    });
    let worker = world.start(Registry::new().register(handler));
    let id = world.submit(&Note::of("written once")).await;
    frozen.notified().await;
    let mut asked = 0_u32;
    let completed = || {
        // Its heart goes on beating: on a busy machine a beat may come before anybody looks for lost leases.
        let is_time = asked.is_multiple_of(100);
        asked += 1;
        let world = &world;
        async move {
            let row = world.row(id).await;
            if is_time && row.attempt == 1 {
                world.database.shift_task_clock("61 s").await;
            }
            Some(row).filter(|row| row.state == TaskState::Completed)
        }
    };
    let row = eventually("the second attempt's end", completed).await;
    thaw.notify_one();
    assert!(reports.recv().await.unwrap(), "the late write was refused");
    assert_eq!(world.row(id).await, row);
    assert_eq!(world.ledger().await, ["written once"]);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_from_before_a_retry_by_hand_is_fenced_off() {
    let world = World::new().await;
    let org = world.organization().await;
    let options = EnqueueOptions {
        organization_id: Some(org),
        max_attempts: Some(1),
        ..EnqueueOptions::default()
    };
    let id = world.enqueue(&Note::of("twice"), options).await.task_id;
    let mut conn = world.database.database().connection().await.unwrap();
    let first = claim::claim(&mut conn, id, Note::KIND, 60)
        .await
        .unwrap()
        .unwrap();
    assert!(
        claim::claim(&mut conn, id, Note::KIND, 60)
            .await
            .unwrap()
            .is_none(),
        "one holder at a time"
    );
    world.database.shift_task_clock("61 s").await;
    let handler =
        Handler::new(
            |ctx: TaskContext, task: Note| async move { write_and_complete(&ctx, &task.note).await },
        );
    let worker = world.start(Registry::new().register(handler.policy(at_once())));
    world.until(id, TaskState::Dead).await;
    let again = tasks::retry_dead(&mut conn, org, id).await.unwrap().unwrap();
    world.ringer.ring(&[again]).await;
    world.until(id, TaskState::Completed).await;
    assert!(
        tasks::retry_dead(&mut conn, org, id).await.unwrap().is_none(),
        "only dead tasks are retried"
    );
    let (stale, error) = (
        first.lease_id,
        hiring_queue::failure::task_error("late", "Late.", true),
    );
    assert!(matches!(
        lease::lock_lease(&mut conn, id, stale).await,
        Err(DbError::LeaseLost)
    ));
    assert!(matches!(
        lease::heartbeat(&mut conn, id, stale, 60).await,
        Err(DbError::LeaseLost)
    ));
    assert!(matches!(
        lease::set_stage(&mut conn, id, stale, ("late", None)).await,
        Err(DbError::LeaseLost)
    ));
    assert!(matches!(
        end::begin_and_finish(&mut conn, id, stale).await,
        Err(DbError::LeaseLost)
    ));
    assert!(matches!(
        end::fail(&mut conn, id, stale, &error).await,
        Err(DbError::LeaseLost)
    ));
    assert!(matches!(
        end::retry(&mut conn, id, stale, (0.0, &error)).await,
        Err(DbError::LeaseLost)
    ));
    assert!(matches!(
        end::release(&mut conn, id, stale).await,
        Err(DbError::LeaseLost)
    ));
    assert_eq!(world.ledger().await, ["twice"]);
    worker.stop().await;
}

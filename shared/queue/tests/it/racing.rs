//! Two who mean the same task at the same moment, and rings that do not tell the truth.

use diesel_async::SimpleAsyncConnection;
use hiring_core::ids::{OrgId, TaskId};
use hiring_core::task::{TaskKind, TaskState};
use hiring_db::tasks::people::retry_many;
use hiring_db::tasks::unhandled::{Met, note_unhandled};
use hiring_db::tasks::{self, EnqueueOptions, children, claim, end, lease, operator, sweep};
use hiring_testkit::eventually;

use crate::kinds::{Foreign, Note};
use crate::world::World;

fn of(org: OrgId) -> EnqueueOptions {
    EnqueueOptions {
        organization_id: Some(org),
        ..EnqueueOptions::default()
    }
}

fn part_of(org: OrgId, parent: TaskId) -> EnqueueOptions {
    EnqueueOptions {
        parent: Some(parent),
        ..of(org)
    }
}

impl World {
    async fn sql(&self, statement: &str) {
        self.database
            .client()
            .await
            .batch_execute(statement)
            .await
            .unwrap();
    }

    async fn kill(&self, id: TaskId) {
        let kill = "UPDATE tasks SET state = 'dead', finished_at = task_now(), deadline = NULL WHERE id =";
        self.sql(&format!("{kill} '{id}'")).await;
    }

    /// Waits until somebody waits for a lock in this test's database.
    async fn somebody_waits(&self) {
        let client = self.database.client().await;
        let query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        eventually("a wait for a lock", || async {
            let waiting: i64 = client.query_one(query, &[]).await.unwrap().get(0);
            Some(waiting).filter(|waiting| *waiting > 0)
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_task_that_is_just_being_retried_is_not_pruned() {
    let world = World::new().await;
    let org = world.organization().await;
    let id = world.enqueue(&Note::of("old"), of(org)).await.task_id;
    world.kill(id).await;
    world.database.shift_task_clock("91 days").await;
    let mut retrying = world.database.database().connection().await.unwrap();
    retrying.batch_execute("BEGIN").await.unwrap();
    let retried = tasks::retry_dead(&mut retrying, org, id).await.unwrap();
    assert!(retried.is_some());
    let mut pruning = world.database.database().connection().await.unwrap();
    // Whoever waits for the lock would learn too late that the task lives again.
    pruning.batch_execute("SET lock_timeout = '2s'").await.unwrap();
    let pruned = sweep::prune(&mut pruning, 1_000).await.unwrap();
    pruning.batch_execute("RESET lock_timeout").await.unwrap();
    retrying.batch_execute("COMMIT").await.unwrap();
    assert_eq!(pruned, 0);
    assert_eq!(world.row(id).await.state, TaskState::Published);
    world.database.leave_tasks();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_reaches_parts_that_a_batch_is_just_getting() {
    let world = World::new().await;
    let org = world.organization().await;
    let parent = world.enqueue(&Note::of("parent"), of(org)).await.task_id;
    let mut running = world.database.database().connection().await.unwrap();
    let claimed = claim::claim(&mut running, parent, Note::KIND, 60).await.unwrap();
    let lease_id = claimed.unwrap().lease_id;
    running.batch_execute("BEGIN").await.unwrap();
    lease::lock_lease(&mut running, parent, lease_id).await.unwrap();
    let part = world
        .ringer
        .enqueue(&mut running, &Note::of("part"), part_of(org, parent))
        .await
        .unwrap();
    let ended = children::wait_for_children(&mut running, parent, lease_id)
        .await
        .unwrap();
    assert_eq!(ended, tasks::Ended::Waiting);
    let cancelling = async {
        let mut conn = world.database.database().connection().await.unwrap();
        tasks::cancel(&mut conn, org, parent).await.unwrap()
    };
    let committing = async {
        world.somebody_waits().await;
        running.batch_execute("COMMIT").await.unwrap();
    };
    let (state, ()) = tokio::join!(cancelling, committing);
    assert_eq!(state, Some(TaskState::Cancelled));
    assert_eq!(world.row(part.task_id).await.state, TaskState::Cancelled);
    assert_eq!(world.row(parent).await.state, TaskState::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_without_a_handler_counts_only_for_due_tasks_of_the_rings_kind() {
    let world = World::new().await;
    let org = world.organization().await;
    let due = world.enqueue(&Note::of("due"), of(org)).await.task_id;
    let later = EnqueueOptions {
        delay: Some(chrono::TimeDelta::hours(9)),
        ..of(org)
    };
    let later = world.enqueue(&Note::of("later"), later).await.task_id;
    let mut conn = world.database.database().connection().await.unwrap();
    for (id, kind) in [(due, Foreign::KIND), (later, Note::KIND)] {
        let met = note_unhandled(&mut conn, id, kind).await.unwrap();
        assert!(matches!(met, Met::Nobody), "{met:?}");
        assert_eq!(world.row(id).await.code, None);
    }
    let met = note_unhandled(&mut conn, due, Note::KIND).await.unwrap();
    assert!(matches!(met, Met::Waiting), "{met:?}");
    world.database.shift_task_clock("61 minutes").await;
    let met = note_unhandled(&mut conn, due, Foreign::KIND).await.unwrap();
    assert!(matches!(met, Met::Nobody), "{met:?}");
    let met = note_unhandled(&mut conn, due, Note::KIND).await.unwrap();
    assert!(matches!(met, Met::Died(_)), "{met:?}");
    world.database.leave_tasks();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_or_a_claim_begins_the_hour_without_a_handler_anew() {
    let world = World::new().await;
    let org = world.organization().await;
    let id = world.enqueue(&Note::of("moved"), of(org)).await.task_id;
    let mut conn = world.database.database().connection().await.unwrap();
    let met = async || {
        let mut conn = world.database.database().connection().await.unwrap();
        note_unhandled(&mut conn, id, Note::KIND).await.unwrap()
    };
    assert!(matches!(met().await, Met::Waiting));
    world.database.shift_task_clock("61 minutes").await;
    assert!(matches!(met().await, Met::Died(_)));
    let retried = tasks::retry_dead(&mut conn, org, id).await.unwrap();
    assert!(retried.is_some());
    assert_eq!(world.row(id).await.code, None);
    assert!(matches!(met().await, Met::Waiting));
    // A worker that knows it takes it, and hands it back when it stops.
    let claimed = claim::claim(&mut conn, id, Note::KIND, 60)
        .await
        .unwrap()
        .unwrap();
    assert!(end::release(&mut conn, id, claimed.lease_id).await.unwrap());
    world.database.shift_task_clock("61 minutes").await;
    assert!(matches!(met().await, Met::Waiting));
    world.database.leave_tasks();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_cannot_wait_again_keeps_no_other_task_from_being_retried() {
    let world = World::new().await;
    let org = world.organization().await;
    let keyed = || EnqueueOptions {
        unique_key: Some("one at a time".into()),
        ..of(org)
    };
    let batch = world.enqueue(&Note::of("batch"), keyed()).await.task_id;
    let part = world
        .enqueue(&Note::of("part"), part_of(org, batch))
        .await
        .task_id;
    let sibling = world
        .enqueue(&Note::of("sibling"), part_of(org, batch))
        .await
        .task_id;
    let other = world.enqueue(&Note::of("other"), of(org)).await.task_id;
    for id in [part, sibling, other] {
        world.kill(id).await;
    }
    let complete =
        "UPDATE tasks SET state = 'completed', finished_at = task_now(), open_children = 0, deadline = NULL";
    world.sql(&format!("{complete} WHERE id = '{batch}'")).await;
    let twin = world.enqueue(&Note::of("twin"), keyed()).await.task_id;
    assert_ne!(twin, batch);
    let mut conn = world.database.database().connection().await.unwrap();
    let retried = retry_many(&mut conn, Some(org), &[part, sibling, other])
        .await
        .unwrap();
    let revived: Vec<TaskId> = retried.enqueued.iter().map(|task| task.task_id).collect();
    assert_eq!((revived, retried.skipped), (vec![other], 2));
    assert_eq!(world.row(part).await.state, TaskState::Dead);
    assert_eq!(world.row(batch).await.state, TaskState::Completed);
    world.database.leave_tasks();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purge_leaves_parts_of_a_batch_that_is_not_over() {
    let world = World::new().await;
    let org = world.organization().await;
    let batch = world.enqueue(&Note::of("batch"), of(org)).await.task_id;
    let part = world
        .enqueue(&Note::of("part"), part_of(org, batch))
        .await
        .task_id;
    let alone = world.enqueue(&Note::of("alone"), of(org)).await.task_id;
    world.kill(part).await;
    world.kill(alone).await;
    world.database.shift_task_clock("2 days").await;
    let mut conn = world.database.database().connection().await.unwrap();
    let purged = operator::purge(&mut conn, TaskState::Dead, 1).await.unwrap();
    assert_eq!(purged, 1);
    assert_eq!(world.row(part).await.state, TaskState::Dead);
    world.database.leave_tasks();
}

//! Parents that wait for their children.

use std::time::Duration;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::ids::{OrgId, TaskId};
use hiring_core::task::TaskState;
use hiring_db::DbError;
use hiring_db::tasks::children::PARENT_IS_OVER;
use hiring_db::tasks::{self, EnqueueOptions, Enqueued};
use hiring_queue::{Done, Effects, Handler, Registry, TaskContext, TaskFailure};
use serde_json::{Value, json};

use crate::kinds::{Alert, Leisure, Note, Urgent};
use crate::world::{World, failing};

/// Enqueues an [`Urgent`] for each letter of its note and waits for them.
fn parent() -> Handler<Note> {
    Handler::new(|ctx: TaskContext, task: Note| async move {
        ctx.wait_for_children(async |fx: &mut Effects| {
            for letter in task.note.chars() {
                fx.enqueue_child(&Urgent::of(&letter.to_string()), EnqueueOptions::default())
                    .await?;
            }
            fx.result(json!({"asked": task.note.len()}));
            Ok::<_, DbError>(())
        })
        .await
    })
}

/// Fails for good when the note is `x`.
fn child() -> Handler<Urgent> {
    Handler::new(|ctx: TaskContext, task: Urgent| async move {
        if task.note == "x" {
            return Err(TaskFailure::fail("unlucky", "It was an x."));
        }
        ctx.finish().await
    })
}

fn part_of(parent: TaskId) -> EnqueueOptions {
    EnqueueOptions {
        parent: Some(parent),
        ..EnqueueOptions::default()
    }
}

impl World {
    async fn result(&self, id: TaskId) -> Value {
        let client = self.database.client().await;
        let query = "SELECT coalesce(result, 'null')::text FROM tasks WHERE id::text = $1";
        let row = client.query_one(query, &[&id.to_string()]).await.unwrap();
        serde_json::from_str(row.get(0)).unwrap()
    }

    async fn open_children(&self, id: TaskId) -> i32 {
        let client = self.database.client().await;
        let query = "SELECT open_children FROM tasks WHERE id::text = $1";
        client.query_one(query, &[&id.to_string()]).await.unwrap().get(0)
    }

    async fn try_enqueue(&self, task: &Note, options: EnqueueOptions) -> Result<Enqueued, DbError> {
        let mut conn = self.database.database().connection().await.unwrap();
        let conn: &mut AsyncPgConnection = &mut conn;
        let enqueue = async |conn: &mut AsyncPgConnection| self.ringer.enqueue(conn, task, options).await;
        conn.transaction(enqueue).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_waits_for_its_children_and_counts_how_they_ended() {
    let world = World::new().await;
    let worker = world.start(Registry::new().register(parent()).register(child()));
    let id = world.submit(&Note::of("abxc")).await;
    world.until(id, TaskState::Completed).await;
    let counts = json!({"asked": 4, "completed": 3, "dead": 1, "cancelled": 0});
    assert_eq!(world.result(id).await, counts);
    assert_eq!(world.open_children(id).await, 0);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_without_children_is_completed_at_once() {
    let world = World::new().await;
    let worker = world.start(Registry::new().register(parent()));
    let id = world.submit(&Note::of("")).await;
    world.until(id, TaskState::Completed).await;
    assert_eq!(world.result(id).await["completed"], 0);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn children_that_end_before_their_parent_runs_are_counted() {
    let world = World::new().await;
    let parent = world
        .enqueue(&Note::of("parent"), EnqueueOptions::default())
        .await;
    let children = [Urgent::of("a"), Urgent::of("x")];
    let mut conn = world.database.database().connection().await.unwrap();
    let children = world
        .ringer
        .enqueue_many(&mut conn, &children, part_of(parent.task_id))
        .await
        .unwrap();
    assert_eq!(world.open_children(parent.task_id).await, 2);
    let handler = Handler::new(|ctx: TaskContext, _: Note| async move { ctx.await_children().await });
    let worker = world.start(Registry::new().register(handler).register(child()));
    world.ringer.ring(&children).await;
    world.until(children[0].task_id, TaskState::Completed).await;
    world.until(children[1].task_id, TaskState::Dead).await;
    assert_eq!(world.row(parent.task_id).await.state, TaskState::Published);
    world.ringer.ring(std::slice::from_ref(&parent)).await;
    world.until(parent.task_id, TaskState::Completed).await;
    let counts = json!({"completed": 1, "dead": 1, "cancelled": 0});
    assert_eq!(world.result(parent.task_id).await, counts);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_that_is_tried_again_or_crashes_is_counted_once() {
    let world = World::new().await;
    let parent = world
        .enqueue(&Note::of("parent"), EnqueueOptions::default())
        .await;
    let one = world.enqueue(&Urgent::of("again"), part_of(parent.task_id)).await;
    let last_attempt = EnqueueOptions {
        max_attempts: Some(1),
        ..part_of(parent.task_id)
    };
    let other = world.enqueue(&Leisure::of("crash"), last_attempt).await;
    // Somebody claimed it and is gone.
    let mut conn = world.database.database().connection().await.unwrap();
    let claimed = tasks::claim::claim(&mut conn, other.task_id, "leisure", 1)
        .await
        .unwrap();
    assert!(claimed.is_some());
    let waits = Handler::new(|ctx: TaskContext, _: Note| async move { ctx.await_children().await });
    let again = failing::<Urgent>(2, || TaskFailure::retry("moody", "Not now."));
    let worker = world.start(Registry::new().register(waits).register(again));
    world.ringer.ring(&[parent.clone(), one]).await;
    world.database.shift_task_clock("2 s").await;
    world.until(parent.task_id, TaskState::Completed).await;
    let counts = json!({"completed": 1, "dead": 1, "cancelled": 0});
    assert_eq!(world.result(parent.task_id).await, counts);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_of_parents_ends_with_the_last_grandchild() {
    let world = World::new().await;
    let grandparent = Handler::new(|ctx: TaskContext, _: Leisure| async move {
        ctx.wait_for_children(async |fx: &mut Effects| {
            let (parents, options) = (
                [Note::of("ab"), Note::of(""), Note::of("x")],
                EnqueueOptions::default(),
            );
            let options = EnqueueOptions {
                parent: Some(ctx.task_id()),
                ..options
            };
            fx.enqueue_many(&parents, options).await.map(drop)
        })
        .await
    });
    let registry = Registry::new()
        .register(grandparent)
        .register(parent())
        .register(child());
    let worker = world.start(registry);
    let id = world.submit(&Leisure::of("all")).await;
    world.until(id, TaskState::Completed).await;
    let counts = json!({"completed": 3, "dead": 0, "cancelled": 0});
    assert_eq!(world.result(id).await, counts);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_that_is_over_or_somebody_elses_takes_no_children() {
    let world = World::new().await;
    let worker = world.start(Registry::new().register(parent()));
    let id = world.submit(&Note::of("")).await;
    world.until(id, TaskState::Completed).await;
    let late = world.try_enqueue(&Note::of("late"), part_of(id)).await;
    assert!(late.unwrap_err().is_conflict_with(PARENT_IS_OVER));
    worker.stop().await;

    let org = world.organization().await;
    let theirs = world
        .enqueue(&Note::of("theirs"), EnqueueOptions::default())
        .await;
    let ours = EnqueueOptions {
        organization_id: Some(org),
        ..part_of(theirs.task_id)
    };
    let refused = world.try_enqueue(&Note::of("ours"), ours).await;
    assert!(refused.unwrap_err().is_conflict_with(PARENT_IS_OVER));
    assert_eq!(world.open_children(theirs.task_id).await, 0);
    world.database.leave_tasks();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_twin_that_was_there_before_is_not_waited_for() {
    let world = World::new().await;
    let org = world.organization().await;
    let keyed = |parent| EnqueueOptions {
        organization_id: Some(org),
        unique_key: Some("same".into()),
        parent,
        ..EnqueueOptions::default()
    };
    let ours = EnqueueOptions {
        organization_id: Some(org),
        ..EnqueueOptions::default()
    };
    let twin = world.enqueue(&Urgent::of("twin"), keyed(None)).await;
    let parent = world.enqueue(&Note::of("parent"), ours).await;
    let met = world
        .enqueue(&Urgent::of("met"), keyed(Some(parent.task_id)))
        .await;
    assert_eq!(met.task_id, twin.task_id);
    assert_eq!(world.open_children(parent.task_id).await, 0);
    let waits = Handler::new(|ctx: TaskContext, _: Note| async move { ctx.await_children().await });
    let worker = world.start(Registry::new().register(waits));
    world.ringer.ring(std::slice::from_ref(&parent)).await;
    world.until(parent.task_id, TaskState::Completed).await;
    worker.stop().await;
    world.database.leave_tasks();
}

/// Ends every child by itself while the parent is called off, for several parents at once.
#[tokio::test(flavor = "multi_thread")]
async fn ends_of_children_and_the_cancel_of_their_parent_never_stop_each_other() {
    let world = World::new().await;
    let org = world.organization().await;
    let slow = Handler::new(|ctx: TaskContext, _: Alert| async move {
        tokio::time::sleep(Duration::from_millis(5)).await;
        ctx.finish().await
    });
    let registry = Registry::new().register(parent_of_alerts()).register(slow);
    let worker = world.start_with(registry, (16, Duration::from_secs(5)));
    let mut parents = Vec::new();
    for _ in 0..6 {
        let options = EnqueueOptions {
            organization_id: Some(org),
            ..EnqueueOptions::default()
        };
        let parent = world.enqueue(&Note::of("30"), options).await;
        world.ringer.ring(std::slice::from_ref(&parent)).await;
        parents.push(parent.task_id);
    }
    for id in &parents {
        cancel(&world, org, *id).await;
    }
    for id in parents {
        let over = hiring_testkit::eventually("the parent's end", || async {
            Some(world.row(id).await.state).filter(|state| state.is_final())
        })
        .await;
        // One that a cancel met before its run has no children and no result.
        let result = world.result(id).await;
        let ended: i64 = ["completed", "dead", "cancelled"]
            .iter()
            .filter_map(|name| result[name].as_i64())
            .sum();
        assert!(result.is_null() || ended == 30, "{over:?} {result}");
        assert_eq!(world.open_children(id).await, 0);
    }
    worker.stop().await;
}

fn parent_of_alerts() -> Handler<Note> {
    Handler::new(|ctx: TaskContext, task: Note| async move { alerts(&ctx, &task.note).await })
}

async fn alerts(ctx: &TaskContext, count: &str) -> Result<Done, TaskFailure> {
    let alerts = vec![Alert::of("part"); count.parse().unwrap()];
    ctx.wait_for_children(async |fx: &mut Effects| {
        fx.enqueue_many(&alerts, part_of(ctx.task_id())).await.map(drop)
    })
    .await
}

async fn cancel(world: &World, org: OrgId, id: TaskId) {
    let mut conn = world.database.database().connection().await.unwrap();
    let conn: &mut AsyncPgConnection = &mut conn;
    loop {
        let cancel = async |conn: &mut AsyncPgConnection| tasks::cancel(conn, org, id).await;
        match conn.transaction(cancel).await {
            Err(error) if error.is_deadlock() => {}
            answer => {
                answer.unwrap();
                return;
            }
        }
    }
}

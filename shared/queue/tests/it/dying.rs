//! Tasks that end dead: visibly, with a reason, and with their kind's last words.

use diesel_async::AsyncPgConnection;
use hiring_core::ids::TaskId;
use hiring_core::task::{Priority, Queue, RING_VERSION, Ring, TaskKind, TaskState};
use hiring_db::DbError;
use hiring_db::tasks::claim;
use hiring_db::tasks::{EnqueueOptions, sweep};
use hiring_queue::transport::Outgoing;
use hiring_queue::{Dead, Handler, Registry, TaskContext, TaskFailure};
use hiring_testkit::eventually;

use crate::kinds::{Foreign, Note};
use crate::world::{World, failing, with_last_words, writer};

fn hopeless() -> TaskFailure {
    TaskFailure::fail("encrypted", "The file is password protected.")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permanent_failure_is_dead_at_once_with_its_last_words() {
    let world = World::new().await;
    let handler = with_last_words(failing::<Note>(9, hopeless));
    let worker = world.start(Registry::new().register(handler));
    let id = world.submit(&Note::of("cv")).await;
    let row = world.until(id, TaskState::Dead).await;
    assert_eq!((row.attempt, row.code.as_deref()), (1, Some("encrypted")));
    assert_eq!(world.ledger().await, ["dead: cv encrypted"]);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_last_words_do_not_keep_a_task_alive() {
    let world = World::new().await;
    let handler = failing::<Note>(9, hopeless).on_dead(|_: &mut AsyncPgConnection, _: Dead<Note>| {
        Box::pin(async {
            Err(DbError::Conflict {
                constraint: "nothing".into(),
            })
        })
    });
    let worker = world.start(Registry::new().register(handler));
    let id = world.submit(&Note::of("cv")).await;
    world.until(id, TaskState::Dead).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_crashes_its_worker_every_time_ends_dead_as_crashed() {
    let world = World::new().await;
    let options = EnqueueOptions {
        max_attempts: Some(2),
        ..EnqueueOptions::default()
    };
    let id = world.enqueue(&Note::of("killer"), options).await.task_id;
    // A worker that claims and is never heard of again, twice.
    let claim = async || {
        let mut conn = world.database.database().connection().await.unwrap();
        claim::claim(&mut conn, id, Note::KIND, 60).await.unwrap()
    };
    assert_eq!(claim().await.unwrap().attempt, 1);
    let worker = world.start(Registry::new().register(with_last_words(writer::<Foreign>())));
    world.database.shift_task_clock("61 s").await;
    eventually("a second claim", claim).await;
    worker.stop().await;
    let worker = world.start(Registry::new().register(with_last_words(writer::<Note>())));
    world.database.shift_task_clock("61 s").await;
    let row = world.until(id, TaskState::Dead).await;
    assert_eq!((row.attempt, row.code.as_deref()), (2, Some("crashed")));
    assert_eq!(world.ledger().await, ["dead: killer crashed"]);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_that_no_worker_knows_waits_an_hour_and_is_dead_then() {
    let world = World::new().await;
    let worker = world.start(Registry::new().register(writer::<Note>()));
    let id = world.submit(&Foreign::of("from a later release")).await;
    let noted = async || Some(world.row(id).await).filter(|row| row.code.as_deref() == Some("no-handler"));
    assert_eq!(eventually("a note", noted).await.state, TaskState::Published);
    world.database.shift_task_clock("59 minutes").await;
    let publishes = async || {
        let client = world.database.client().await;
        let count: i32 = client
            .query_one("SELECT publish_count FROM tasks", &[])
            .await
            .unwrap()
            .get(0);
        Some(count).filter(|count| *count >= 2)
    };
    eventually("another ring", publishes).await;
    assert_eq!(world.row(id).await.state, TaskState::Published);
    world.database.shift_task_clock("10 minutes").await;
    world.until(id, TaskState::Dead).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_ring_and_a_lying_one_do_not_run_anything() {
    let world = World::new().await;
    let worker = world.start(Registry::new().register(writer::<Note>()));
    let id = world
        .enqueue(&Note::of("guarded"), EnqueueOptions::default())
        .await
        .task_id;
    let foreign = world
        .enqueue(&Foreign::of("guarded"), EnqueueOptions::default())
        .await
        .task_id;
    let ring = |v, task_id| Outgoing {
        queue: Queue::Default,
        priority: Priority::Normal,
        ring: Ring {
            v,
            kind: Note::KIND.to_owned(),
            task_id,
        },
        publish_count: 1,
    };
    let nobody = TaskId::generate();
    world
        .ringer
        .put_back(&[
            ring(RING_VERSION, foreign),
            ring(RING_VERSION, nobody),
            ring(RING_VERSION + 1, id),
        ])
        .await;
    let noted = async || Some(world.row(id).await).filter(|row| row.code.as_deref() == Some("no-handler"));
    eventually("a note on the newer ring", noted).await;
    assert_eq!(world.row(foreign).await.attempt, 0);
    assert_eq!(world.ledger().await, Vec::<String>::new());
    worker.stop().await;
    world.database.leave_tasks();
}

#[tokio::test(flavor = "multi_thread")]
async fn old_rows_are_pruned_dead_ones_later() {
    let world = World::new().await;
    let handler = failing::<Note>(1, hopeless);
    let worker = world.start(Registry::new().register(handler));
    let dead = world.submit(&Note::of("dead")).await;
    world.until(dead, TaskState::Dead).await;
    let completed = world.submit(&Note::of("completed")).await;
    world.until(completed, TaskState::Completed).await;
    worker.stop().await;
    let mut conn = world.database.database().connection().await.unwrap();
    assert_eq!(sweep::prune(&mut conn, 1_000).await.unwrap(), 0);
    world.database.shift_task_clock("8 days").await;
    assert_eq!(sweep::prune(&mut conn, 1_000).await.unwrap(), 1);
    assert_eq!(world.row(dead).await.state, TaskState::Dead);
    world.database.shift_task_clock("83 days").await;
    assert_eq!(sweep::prune(&mut conn, 1_000).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_of_a_newer_version_dies_after_an_hour_with_its_last_words() {
    let world = World::new().await;
    let parent = world
        .enqueue(&Note::of("parent"), EnqueueOptions::default())
        .await;
    let options = EnqueueOptions {
        parent: Some(parent.task_id),
        ..EnqueueOptions::default()
    };
    let id = world.enqueue(&Foreign::of("newer"), options).await.task_id;
    let newer = Outgoing {
        queue: Queue::Default,
        priority: Priority::Normal,
        ring: Ring {
            v: RING_VERSION + 1,
            kind: Foreign::KIND.to_owned(),
            task_id: id,
        },
        publish_count: 1,
    };
    let waits = Handler::new(|ctx: TaskContext, _: Note| async move { ctx.await_children().await });
    let registry = Registry::new()
        .register(waits)
        .register(with_last_words(writer::<Foreign>()));
    // Nobody else rings for the newer one: its deadline is far away.
    let quiet = format!("UPDATE tasks SET deadline = task_now() + interval '1 day' WHERE id = '{id}'");
    world.database.client().await.batch_execute(&quiet).await.unwrap();
    let worker = world.start(registry);
    world.ringer.ring(std::slice::from_ref(&parent)).await;
    world.until(parent.task_id, TaskState::Waiting).await;
    world.ringer.put_back(std::slice::from_ref(&newer)).await;
    let noted = async || Some(world.row(id).await).filter(|row| row.code.as_deref() == Some("no-handler"));
    eventually("a note on the newer ring", noted).await;
    world.database.shift_task_clock("61 minutes").await;
    world.ringer.put_back(&[newer]).await;
    world.until(id, TaskState::Dead).await;
    world.until(parent.task_id, TaskState::Completed).await;
    assert_eq!(world.ledger().await, ["dead: newer no-handler"]);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn children_go_before_their_parent_and_not_while_it_waits() {
    let world = World::new().await;
    let parent = world
        .enqueue(&Note::of("parent"), EnqueueOptions::default())
        .await;
    let options = EnqueueOptions {
        parent: Some(parent.task_id),
        ..EnqueueOptions::default()
    };
    let mut conn = world.database.database().connection().await.unwrap();
    let children = vec![Foreign::of("child"); 100];
    let children = world
        .ringer
        .enqueue_many(&mut conn, &children, options)
        .await
        .unwrap();
    let finish_children =
        "UPDATE tasks SET state = 'completed', finished_at = task_now() WHERE parent_id IS NOT NULL";
    let client = world.database.client().await;
    client.batch_execute(finish_children).await.unwrap();
    assert_eq!(children.len(), 100);
    world.database.shift_task_clock("8 days").await;
    assert_eq!(sweep::prune(&mut conn, 1_000).await.unwrap(), 0);
    let finish = "UPDATE tasks SET state = 'completed', open_children = 0, finished_at = task_now() - interval '8 days' \
                  WHERE parent_id IS NULL";
    client.batch_execute(finish).await.unwrap();
    assert_eq!(sweep::prune(&mut conn, 1_000).await.unwrap(), 100);
    assert_eq!(sweep::prune(&mut conn, 1_000).await.unwrap(), 1);
}

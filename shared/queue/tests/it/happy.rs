//! The ordinary way of a task, and what may be said about it.

use chrono::TimeDelta;
use hiring_core::task::TaskState;
use hiring_db::tasks::{self, EnqueueOptions, TaskFilter};
use hiring_queue::{Effects, Handler, Registry, TaskContext, TaskFailure};
use hiring_testkit::eventually;
use serde_json::json;

use crate::kinds::{Leisure, Note, Urgent};
use crate::world::{World, write, writer};

#[tokio::test(flavor = "multi_thread")]
async fn a_rung_task_runs_once_and_leaves_no_key_in_redis() {
    let world = World::new().await;
    let worker = world.start(Registry::new().register(writer::<Note>()));
    let id = world.submit(&Note::of("hello")).await;
    let row = world.until(id, TaskState::Completed).await;
    assert_eq!((row.attempt, row.code), (1, None));
    assert_eq!(world.ledger().await, ["hello"]);
    worker.stop().await;
    assert_eq!(world.keys().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_tasks_all_complete_and_leave_no_key_in_redis() {
    let world = World::new().await;
    let worker = world.start(Registry::new().register(writer::<Note>()));
    for number in 0..100 {
        world.submit(&Note::of(&number.to_string())).await;
    }
    let mut ledger = eventually("100 lines", || async {
        Some(world.ledger().await).filter(|lines| lines.len() == 100)
    })
    .await;
    ledger.sort_by_key(|line| line.parse::<u32>().unwrap());
    assert_eq!(
        ledger,
        (0..100).map(|number: u32| number.to_string()).collect::<Vec<_>>()
    );
    worker.stop().await;
    assert_eq!(world.keys().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_exist_only_if_the_task_completes_and_are_rung_at_once() {
    let world = World::new().await;
    let parent = Handler::new(|ctx: TaskContext, task: Note| async move {
        ctx.stage("thinking", Some(40)).await?;
        ctx.complete(async |fx: &mut Effects| {
            write(fx.conn(), ctx.task_id(), &task.note).await?;
            fx.enqueue(&Urgent::of("follower"), EnqueueOptions::default())
                .await?;
            fx.result(json!({"lines": 1}));
            if task.note == "broken" {
                Err(TaskFailure::fail("broken", "It broke."))
            } else {
                Ok(())
            }
        })
        .await
    });
    let worker = world.start(Registry::new().register(parent).register(writer::<Urgent>()));
    let broken = world.submit(&Note::of("broken")).await;
    let row = world.until(broken, TaskState::Dead).await;
    assert_eq!(
        (row.code.as_deref(), row.stage.as_deref()),
        (Some("broken"), Some("thinking"))
    );
    let id = world.submit(&Note::of("fine")).await;
    world.until(id, TaskState::Completed).await;
    let ledger = eventually("the follower", || async {
        Some(world.ledger().await).filter(|lines| lines.len() == 2)
    })
    .await;
    assert_eq!(ledger, ["fine", "follower"]);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delayed_task_waits_for_its_time() {
    let world = World::new().await;
    let worker = world.start(Registry::new().register(writer::<Note>()));
    let options = EnqueueOptions {
        delay: Some(TimeDelta::hours(1)),
        ..EnqueueOptions::default()
    };
    let delayed = world.enqueue(&Note::of("later"), options).await;
    assert!(!delayed.ring_now);
    let now = world.submit(&Note::of("now")).await;
    world.until(now, TaskState::Completed).await;
    assert_eq!(world.row(delayed.task_id).await.state, TaskState::Pending);
    world.database.shift_task_clock("61 minutes").await;
    world.until(delayed.task_id, TaskState::Completed).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn urgent_tasks_overtake_and_low_ones_still_move() {
    let world = World::new().await;
    for number in 0..60 {
        world.submit(&Leisure::of(&format!("low {number}"))).await;
    }
    for number in 0..60 {
        world.submit(&Urgent::of(&format!("high {number}"))).await;
    }
    let registry = Registry::new()
        .register(writer::<Leisure>())
        .register(writer::<Urgent>());
    let worker = world.start_with(registry, (1, std::time::Duration::from_secs(5)));
    let ledger = eventually("120 lines", || async {
        Some(world.ledger().await).filter(|lines| lines.len() == 120)
    })
    .await;
    let early: Vec<_> = ledger[..60]
        .iter()
        .filter(|line| line.starts_with("low"))
        .collect();
    assert_eq!(
        early,
        ["low 0"],
        "one pop in fifty starts from the low end: {ledger:?}"
    );
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_see_their_own_tasks_only() {
    let world = World::new().await;
    let (ours, theirs) = (world.organization().await, world.organization().await);
    let options = EnqueueOptions {
        organization_id: Some(ours),
        ..EnqueueOptions::default()
    };
    let id = world.enqueue(&Note::of("ours"), options).await.task_id;
    let mut conn = world.database.database().connection().await.unwrap();
    assert!(tasks::find_task(&mut conn, theirs, id).await.unwrap().is_none());
    let shown = tasks::find_task(&mut conn, ours, id).await.unwrap().unwrap();
    assert_eq!((shown.state.shown(), shown.max_attempts), ("queued", 4));
    let queued = TaskFilter {
        states: vec![TaskState::Published],
        limit: 10,
        ..TaskFilter::default()
    };
    let (listed, total) = tasks::list_tasks(&mut conn, ours, &queued).await.unwrap();
    assert_eq!((listed[0].id, total), (id, 1));
    assert_eq!(tasks::list_tasks(&mut conn, theirs, &queued).await.unwrap().1, 0);
    assert_eq!(tasks::cancel(&mut conn, theirs, id).await.unwrap(), None);
    assert_eq!(
        tasks::cancel(&mut conn, ours, id).await.unwrap(),
        Some(TaskState::Cancelled)
    );
}

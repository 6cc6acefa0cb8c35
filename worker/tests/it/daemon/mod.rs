//! The daemon's side of the door, with real messages of a real queue: what it deletes, what it brings again, and that in the
//! end every task has been done once.

pub mod sqs;
pub mod sqsd;
mod stub;

use std::time::Duration;

use hiring_core::ids::TaskId;
use hiring_core::task::{RING_VERSION, TaskKind};
use hiring_testkit::eventually;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use self::sqs::Queue;
use self::sqsd::{Came, Daemon, Settings};
use self::stub::{Stub, Tell};
use crate::open_door::{OpenDoor, Probe, probe, probes, ring};
use crate::stage::Stage;

/// A queue, a worker behind a door, and a daemon between them.
struct Environment {
    stage: Stage,
    queue: Queue,
    door: OpenDoor,
    daemon: Daemon,
    /// Lets waiting probes end.
    go: CancellationToken,
}

impl Environment {
    async fn start() -> Self {
        Self::start_in(Stage::set().await).await
    }

    async fn start_in(mut stage: Stage) -> Self {
        let queue = Queue::create().await;
        let go = CancellationToken::new();
        let door = OpenDoor::open(&mut stage, probes(&go)).await;
        let daemon = Daemon::start(&queue, Settings::new(&door.url("")));
        Self {
            stage,
            queue,
            door,
            daemon,
            go,
        }
    }

    /// Enqueues a probe and puts its ring into the queue.
    async fn submit(&self, order: &str) -> TaskId {
        let task = self.stage.enqueue(&probe(order)).await;
        self.queue.send(&ring(Probe::KIND, task).to_string()).await;
        task
    }

    async fn rejected(&self) -> i64 {
        self.stage
            .count("SELECT coalesce(sum(times), 0) FROM rejected_messages")
            .await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_200_deletes_a_message_and_every_other_status_brings_it_again() {
    let queue = Queue::create().await;
    let stub = Stub::start(&[
        Tell::Status(201),
        Tell::Status(500),
        Tell::Status(204),
        Tell::Status(200),
    ])
    .await;
    let daemon = Daemon::start(&queue, Settings::new(&stub.url));
    queue.send("anything").await;
    daemon.until_empty().await;
    assert_eq!(daemon.came(), [201, 500, 204, 200].map(Came::Status));
    let counts: Vec<u32> = daemon.posts().iter().map(|post| post.receive_count).collect();
    assert_eq!(counts, [1, 2, 3, 4]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_connection_is_posted_again_at_once_and_a_silent_one_left_to_its_visibility() {
    let queue = Queue::create().await;
    let stub = Stub::start(&[Tell::Close, Tell::Close, Tell::StaySilent, Tell::Status(200)]).await;
    let settings = Settings {
        inactivity_timeout: 1,
        visibility_timeout: 3,
        ..Settings::new(&stub.url)
    };
    let daemon = Daemon::start(&queue, settings);
    queue.send("anything").await;
    daemon.until_empty().await;
    let posts = daemon.posts();
    assert_eq!(
        daemon.came(),
        [Came::Closed, Came::Closed, Came::Silence, Came::Status(200)]
    );
    let counts: Vec<u32> = posts.iter().map(|post| post.receive_count).collect();
    assert_eq!(counts, [1, 1, 1, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_task_is_done_once_and_its_messages_are_gone() {
    let env = Environment::start().await;
    let mut tasks = Vec::new();
    for order in ["complete", "complete", "fail", "retry"] {
        tasks.push(env.submit(order).await);
    }
    // Standard queues deliver twice now and then.
    for task in &tasks {
        env.queue.send(&ring(Probe::KIND, task).to_string()).await;
    }
    env.daemon.until_empty().await;
    assert!(
        env.daemon.came().iter().all(|came| *came == Came::Status(200)),
        "{:?}",
        env.daemon.posts()
    );
    let states = ["completed", "completed", "dead", "pending"];
    for (task, state) in tasks.iter().zip(states) {
        env.stage.until_task(*task, state).await;
    }
    assert_eq!(env.stage.count("SELECT sum(attempt) FROM tasks").await, 4);
    env.stage.database.leave_tasks();
    env.door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_never_be_done_is_deleted_and_kept_or_left_to_others() {
    let env = Environment::start().await;
    let task = env.stage.enqueue(&probe("complete")).await;
    let cancelled = env.stage.enqueue(&probe("complete")).await;
    let cancel = "UPDATE tasks SET state = 'cancelled', finished_at = task_now() WHERE id = $1";
    env.stage
        .client
        .execute(cancel, &[&cancelled.uuid()])
        .await
        .unwrap();
    let newer = json!({ "v": RING_VERSION + 1, "kind": "probe", "task_id": task });
    let without_id = json!({ "v": RING_VERSION, "kind": "probe" });
    let bodies = [
        "garbage".to_owned(),
        without_id.to_string(),
        // As long as a message of some queues may be.
        "x".repeat(250 << 10),
        newer.to_string(),
        ring("from-tomorrow", TaskId::generate()).to_string(),
        ring(Probe::KIND, TaskId::generate()).to_string(),
        ring(Probe::KIND, cancelled).to_string(),
    ];
    for body in &bodies {
        env.queue.send(body).await;
    }
    env.daemon.until_empty().await;
    assert!(
        env.daemon.came().iter().all(|came| *came == Came::Status(200)),
        "{:?}",
        env.daemon.posts()
    );
    assert_eq!(env.daemon.posts().len(), bodies.len());
    assert_eq!(env.rejected().await, 3);
    env.stage.until_task(task, "published").await;
    env.stage.until_task(cancelled, "cancelled").await;
    env.stage.database.leave_tasks();
    env.door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kind_that_came_to_another_kinds_environment_is_rung_where_it_belongs() {
    let mut stage = Stage::set().await;
    stage.with("WORKER_MODE", "both");
    let env = Environment::start_in(stage).await;
    let emails = Queue::create().await;
    let settings = Settings {
        path: "/worker/email",
        ..Settings::new(&env.door.url(""))
    };
    let daemon = Daemon::start(&emails, settings);
    // Nobody has rung for it but this message.
    let task = env.stage.enqueue_quietly(&probe("complete")).await;
    emails.send(&ring(Probe::KIND, task).to_string()).await;
    daemon.until_empty().await;
    assert_eq!(daemon.came(), [Came::Status(200)]);
    env.stage.until_task(task, "completed").await;
    env.door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn periodic_tasks_come_with_an_empty_body_to_a_path_of_their_own() {
    let env = Environment::start().await;
    env.stage.database.let_periodic_tasks_come().await;
    let shift = "UPDATE task_clock SET shift = date_trunc('day', now(), 'UTC') + interval '1 day 2 hours 30 seconds' - now()";
    env.stage.client.execute(shift, &[]).await.unwrap();
    let tick = "SELECT to_char(task_now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:00\"Z\"')";
    let tick: String = env.stage.client.query_one(tick, &[]).await.unwrap().get(0);
    let attribute = |text: &str| json!({ "DataType": "String", "StringValue": text });
    let attributes = |at: &str| {
        json!({
            "beanstalk.sqsd.path": attribute("/worker/generate-reports"),
            "beanstalk.sqsd.task_name": attribute("generate-reports"),
            "beanstalk.sqsd.scheduled_time": attribute(at),
        })
    };
    for at in [tick.as_str(), tick.as_str(), &tick.replace("T02:", "T03:"), ""] {
        env.queue
            .send_with(
                "elasticbeanstalk scheduled job",
                attributes(if at.is_empty() { "never" } else { at }),
            )
            .await;
    }
    env.daemon.until_empty().await;
    let posts = env.daemon.posts();
    assert!(
        posts
            .iter()
            .all(|post| post.came == Came::Status(200) && post.path == "/worker/generate-reports"),
        "{posts:?}"
    );
    assert_eq!(
        env.stage
            .count("SELECT count(*) FROM tasks WHERE kind = 'generate_report'")
            .await,
        1
    );
    assert_eq!(env.rejected().await, 2);
    env.stage.database.leave_tasks();
    env.door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_postgres_is_away_messages_stay_and_afterwards_they_are_done() {
    let mut stage = Stage::set().await;
    let url = stage.variables["DATABASE_URL"].clone();
    stage.with("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
    let Environment {
        mut stage,
        queue,
        door,
        daemon,
        ..
    } = Environment::start_in(stage).await;
    let task = stage.enqueue(&probe("complete")).await;
    queue.send(&ring(Probe::KIND, task).to_string()).await;
    queue.send("garbage").await;
    let posts = daemon.until_posts(4).await;
    assert!(
        posts.iter().all(|post| post.came == Came::Status(503)),
        "{posts:?}"
    );
    assert_eq!(queue.len().await, 2);
    drop(daemon);
    door.close().await;

    stage.with("DATABASE_URL", &url);
    let door = OpenDoor::open(&mut stage, probes(&CancellationToken::new())).await;
    let daemon = Daemon::start(&queue, Settings::new(&door.url("")));
    daemon.until_empty().await;
    stage.until_task(task, "completed").await;
    assert_eq!(stage.count("SELECT count(*) FROM rejected_messages").await, 1);
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_shuts_down_leaves_messages_to_the_next_one() {
    let mut env = Environment::start().await;
    let inside = env.submit("wait").await;
    env.stage.until_task(inside, "running").await;
    let door = env.door.door.clone();
    let closing = tokio::spawn(async move { door.close(Duration::from_secs(60)).await });
    let late = env.stage.enqueue(&probe("complete")).await;
    env.queue.send(&ring(Probe::KIND, late).to_string()).await;
    let posts = env.daemon.until_posts(2).await;
    assert!(
        posts.iter().all(|post| post.came == Came::Status(503)),
        "{posts:?}"
    );
    env.go.cancel();
    closing.await.unwrap();
    eventually("the answer to who was inside", async || {
        env.daemon.came().contains(&Came::Status(200)).then_some(())
    })
    .await;
    env.stage.until_task(inside, "completed").await;
    assert_eq!(env.queue.len().await, 1);
    env.door.close().await;

    let door = OpenDoor::open(&mut env.stage, probes(&CancellationToken::new())).await;
    let daemon = Daemon::start(&env.queue, Settings::new(&door.url("")));
    daemon.until_empty().await;
    env.stage.until_task(late, "completed").await;
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_goes_on_when_the_daemon_has_lost_patience() {
    let mut stage = Stage::set().await;
    let go = CancellationToken::new();
    let door = OpenDoor::open(&mut stage, probes(&go)).await;
    let queue = Queue::create().await;
    let settings = Settings {
        inactivity_timeout: 1,
        visibility_timeout: 3,
        ..Settings::new(&door.url(""))
    };
    let daemon = Daemon::start(&queue, settings);
    let task = stage.enqueue(&probe("wait")).await;
    queue.send(&ring(Probe::KIND, task).to_string()).await;
    // Silence for the first post; to the second the door says that somebody is at it.
    daemon.until_empty().await;
    assert_eq!(daemon.came(), [Came::Silence, Came::Status(200)]);
    stage.until_task(task, "running").await;
    go.cancel();
    stage.until_task(task, "completed").await;
    assert_eq!(stage.count("SELECT attempt::bigint FROM tasks").await, 1);
    door.close().await;
}

//! Locked rows, outcomes that cannot be written down, transports that hang, and a relay that goes deaf.

use std::time::Duration;

use hiring_core::ids::{OrgId, TaskId};
use hiring_core::task::{Priority, RING_VERSION, Ring, TaskKind, TaskState};
use hiring_db::Database;
use hiring_db::tasks::relay::{Saturated, publish_due, ring_again};
use hiring_db::tasks::{self, EnqueueOptions, claim, end, sweep};
use hiring_queue::failure::task_error;
use hiring_queue::{
    Attended, Effects, Handler, Policy, Registry, Runner, TaskContext, TaskFailure, TransportConfig,
};
use hiring_testkit::eventually;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::kinds::{Note, Urgent};
use crate::world::{World, at_once, failing, writer};

/// Its lease is so long that a test never sees a heartbeat that nobody asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Endless {}

impl TaskKind for Endless {
    const KIND: &'static str = "endless";
    const PRIORITY: Priority = Priority::Normal;
    const LEASE_SECONDS: u32 = 36_000;
}

fn of(org: OrgId) -> EnqueueOptions {
    EnqueueOptions {
        organization_id: Some(org),
        ..EnqueueOptions::default()
    }
}

impl World {
    /// A worker without transport, whose statements wait for as long as it takes.
    fn runner(&self, registry: Registry, slots: usize) -> Runner {
        let mut config = self.database.config();
        config.statement_timeout_ms = 3_600_000;
        let mut options = self.options((slots, Duration::from_secs(5)));
        options.consume = false;
        Runner::new(options, Database::open(&config), self.ringer.clone(), registry).unwrap()
    }

    async fn count(&self, query: &str) -> i64 {
        let client = self.database.client().await;
        client.query_one(query, &[]).await.unwrap().get(0)
    }
}

fn ring<K: TaskKind>(task_id: TaskId) -> Ring {
    Ring {
        v: RING_VERSION,
        kind: K::KIND.to_owned(),
        task_id,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_row_holds_up_nobody_that_was_rung_with_it() {
    let world = World::new().await;
    let mut conn = world.database.database().connection().await.unwrap();
    let notes: Vec<Note> = (0..10).map(|number| Note::of(&number.to_string())).collect();
    let tasks = world
        .ringer
        .enqueue_many(&mut conn, &notes, EnqueueOptions::default());
    let ids: Vec<TaskId> = tasks.await.unwrap().iter().map(|task| task.task_id).collect();
    let locker = world.database.client().await;
    let lock = format!("BEGIN; SELECT FROM tasks WHERE id = '{}' FOR UPDATE", ids[4]);
    locker.batch_execute(&lock).await.unwrap();
    let runner = world.runner(Registry::new().register(writer::<Note>()), 10);
    let attempts: Vec<_> = ids
        .iter()
        .map(|id| {
            let (dispatcher, id) = (runner.dispatcher(), *id);
            tokio::spawn(async move { dispatcher.dispatch(ring::<Note>(id)).await })
        })
        .collect();
    let mut attended = Vec::new();
    for attempt in attempts {
        let answer = tokio::time::timeout(hiring_testkit::poll::DEADLINE, attempt);
        attended.push(answer.await.expect("an answer while the row is locked").unwrap());
    }
    for (number, attended) in attended.into_iter().enumerate() {
        let row = world.row(ids[number]).await;
        let told = (attended, row.state, row.attempt);
        if number == 4 {
            assert_eq!(told, (Attended::DatabaseAway, TaskState::Published, 0));
        } else {
            let completed = Attended::Recorded("completed");
            assert_eq!(told, (completed, TaskState::Completed, 1), "{number}");
        }
    }
    locker.batch_execute("COMMIT").await.unwrap();
    let again = runner.dispatcher().dispatch(ring::<Note>(ids[4])).await;
    assert_eq!(again, Attended::Recorded("completed"));
    assert_eq!(world.row(ids[4]).await.attempt, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ring_whose_outcome_could_not_be_written_down_has_not_served() {
    let world = World::new().await;
    let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
        $$ BEGIN RAISE EXCEPTION 'refused'; END $$; \
        CREATE TRIGGER refuse BEFORE UPDATE ON tasks FOR EACH ROW \
        WHEN (OLD.state = 'running' AND NEW.state = 'pending') EXECUTE FUNCTION refuse()";
    world.database.client().await.batch_execute(refuse).await.unwrap();
    let handler = failing::<Note>(1, || TaskFailure::retry("moody", "Not now."));
    let runner = world.runner(Registry::new().register(handler), 1);
    let enqueued = world.enqueue(&Note::of("kept"), EnqueueOptions::default()).await;
    let attended = runner.dispatcher().dispatch(ring::<Note>(enqueued.task_id)).await;
    assert_eq!(attended, Attended::DatabaseAway);
    assert_eq!(world.row(enqueued.task_id).await.state, TaskState::Running);
    world.database.leave_tasks();
}

/// Has a defect where no handler is asked.
struct Defect;

impl Drop for Defect {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "a defect");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ring_whose_attempt_broke_down_has_not_served() {
    let world = World::new().await;
    let handler = Handler::new(|_: TaskContext, _: Note| async move {
        let _defect = Defect;
        std::future::pending().await
    });
    let policy = Policy {
        timeout: Duration::from_millis(1),
        ..at_once()
    };
    let runner = world.runner(Registry::new().register(handler.policy(policy)), 1);
    let enqueued = world
        .enqueue(&Note::of("broken"), EnqueueOptions::default())
        .await;
    let attended = runner.dispatcher().dispatch(ring::<Note>(enqueued.task_id)).await;
    assert_eq!(attended, Attended::DatabaseAway);
    world.database.leave_tasks();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transport_that_hangs_makes_no_completed_run_a_late_one() {
    let hole = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut sqs = crate::sqs_world::settings(&format!("http://{}", hole.local_addr().unwrap()));
    sqs.send_timeout = Duration::from_secs(6);
    let mut world = World::new().await;
    world.queue.transport = TransportConfig::Sqs(sqs);
    world.ringer = hiring_queue::Ringer::open(&world.queue).unwrap();
    let handler = Handler::new(|ctx: TaskContext, _: Note| async move {
        ctx.complete(async |fx: &mut Effects| {
            let follower = Urgent::of("follower");
            fx.enqueue(&follower, EnqueueOptions::default()).await.map(drop)
        })
        .await
    });
    let policy = Policy {
        timeout: Duration::from_secs(4),
        ..at_once()
    };
    let runner = world.runner(Registry::new().register(handler.policy(policy)), 1);
    let enqueued = world.enqueue(&Note::of("done"), EnqueueOptions::default()).await;
    let attended = runner.dispatcher().dispatch(ring::<Note>(enqueued.task_id)).await;
    assert_eq!(attended, Attended::Recorded("completed"));
    assert_eq!(world.row(enqueued.task_id).await.state, TaskState::Completed);
    world.database.leave_tasks();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_completes_takes_no_children_and_says_so_for_good() {
    let world = World::new().await;
    let handler = Handler::new(|ctx: TaskContext, _: Note| async move {
        ctx.complete(async |fx: &mut Effects| {
            let child = Urgent::of("child");
            fx.enqueue_child(&child, EnqueueOptions::default())
                .await
                .map(drop)
        })
        .await
    });
    let runner = world.runner(Registry::new().register(handler.policy(at_once())), 1);
    let enqueued = world
        .enqueue(&Note::of("parent"), EnqueueOptions::default())
        .await;
    let attended = runner.dispatcher().dispatch(ring::<Note>(enqueued.task_id)).await;
    assert_eq!(attended, Attended::Recorded("dead"));
    let row = world.row(enqueued.task_id).await;
    assert_eq!((row.attempt, row.code.as_deref()), (1, Some("parent-is-over")));
    assert_eq!(world.count("SELECT count(*) FROM tasks").await, 1);
}

/// Takes the task as a worker would.
async fn hold(conn: &mut hiring_db::Connection, id: TaskId) -> hiring_core::ids::LeaseId {
    let claimed = claim::claim(conn, id, Note::KIND, 60).await.unwrap();
    claimed.unwrap().lease_id
}

/// Every way in which a task comes to be rung again, one after the other: its rings, which all differ.
pub async fn rings_of_a_long_life(world: &World) -> Vec<tasks::Enqueued> {
    let org = world.organization().await;
    let options = || EnqueueOptions {
        unique_key: Some("only one".to_owned()),
        max_attempts: Some(2),
        ..of(org)
    };
    let mut rings = vec![world.enqueue(&Note::of("long"), options()).await];
    let id = rings[0].task_id;
    let mut conn = world.database.database().connection().await.unwrap();
    let error = task_error("moody", "Not now.", true);
    for end in ["wait", "release", "rerun", "retry", "die", "expire"] {
        let lease = hold(&mut conn, id).await;
        match end {
            "wait" => assert!(end::wait(&mut conn, id, lease, (0.0, &error)).await.unwrap()),
            "release" => assert!(end::release(&mut conn, id, lease).await.unwrap()),
            "retry" => assert!(end::retry(&mut conn, id, lease, (0.0, &error)).await.unwrap()),
            "rerun" => {
                let _ = world.enqueue(&Note::of("long"), options()).await;
                let ended = end::fail(&mut conn, id, lease, &error).await.unwrap();
                assert_eq!(ended, tasks::Ended::Again);
            }
            "die" => {
                let _ = end::fail(&mut conn, id, lease, &error).await.unwrap();
                rings.extend(tasks::retry_dead(&mut conn, org, id).await.unwrap());
            }
            _ => {
                world.database.shift_task_clock("61 s").await;
                let _ = sweep::expire_leases(&mut conn, &error, 9).await.unwrap();
            }
        }
        rings.extend(publish_due(&mut conn, 9).await.unwrap());
    }
    world.database.leave_tasks();
    rings
}

#[tokio::test(flavor = "multi_thread")]
async fn pauses_between_rings_double_and_begin_anew_with_each_publishing() {
    let world = World::new().await;
    let enqueued = world
        .enqueue(&Note::of("unheard"), EnqueueOptions::default())
        .await;
    let mut conn = world.database.database().connection().await.unwrap();
    let everything = Saturated::default();
    for round in 1..=2 {
        for pause in [5, 10, 20, 40, 80, 160, 300, 300] {
            world.database.shift_task_clock(&format!("{} s", pause - 2)).await;
            assert_eq!(
                ring_again(&mut conn, &everything, 9).await.unwrap(),
                [],
                "{pause}"
            );
            world.database.shift_task_clock("2 s").await;
            assert_eq!(
                ring_again(&mut conn, &everything, 9).await.unwrap().len(),
                1,
                "{pause}"
            );
        }
        let lease = hold(&mut conn, enqueued.task_id).await;
        let error = task_error("moody", "Not now.", true);
        let delayed = (0.0, &error);
        assert!(
            end::retry(&mut conn, enqueued.task_id, lease, delayed)
                .await
                .unwrap()
        );
        let due = publish_due(&mut conn, 9).await.unwrap();
        assert_eq!(due[0].publish_count, 1 + 9 * round);
    }
    world.database.leave_tasks();
}

/// A wire to the database that a test can cut and mend, whatever runs over others.
struct Wire {
    url: SecretString,
    mended: watch::Sender<bool>,
}

impl Wire {
    async fn to(url: &str) -> Self {
        let (person, rest) = url.rsplit_once('@').unwrap();
        let (host, path) = rest.split_once('/').unwrap();
        let port = if host.contains(':') { "" } else { ":5432" };
        let behind = format!("{host}{port}");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{person}@{}/{path}", listener.local_addr().unwrap());
        let (mended, watched) = watch::channel(true);
        tokio::spawn(async move {
            let mut may_take = watched.clone();
            while may_take.wait_for(|mended| *mended).await.is_ok() {
                let (mut near, _) = listener.accept().await.unwrap();
                let (behind, mut watched) = (behind.clone(), watched.clone());
                tokio::spawn(async move {
                    let mut far = TcpStream::connect(behind).await.unwrap();
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                        _ = watched.wait_for(|mended| !*mended) => {}
                    }
                });
            }
        });
        Self {
            url: SecretString::from(url),
            mended,
        }
    }
}

impl World {
    /// Waits until so many connections listen for notices.
    async fn until_listeners(&self, wanted: i64) {
        let query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                     AND query LIKE 'LISTEN tasks_cancel%' AND state = 'idle'";
        eventually("the listeners", || async {
            (self.count(query).await == wanted).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_goes_deaf_rings_on_and_catches_up_on_what_it_missed() {
    let world = World::new().await;
    let org = world.organization().await;
    let wire = Wire::to(world.database.url()).await;
    let (begun, mut begins) = mpsc::unbounded_channel();
    let handler = Handler::new(move |_: TaskContext, _: Endless| {
        begun.send(()).unwrap();
        std::future::pending()
    });
    let registry = Registry::new().register(handler).register(writer::<Note>());
    let mut options = world.options((4, Duration::from_secs(5)));
    options.direct_url = wire.url.clone();
    let runner = Runner::new(options, world.database.database(), world.ringer.clone(), registry).unwrap();
    let stop = CancellationToken::new();
    let running = tokio::spawn(runner.run(stop.clone()));
    let mut ids = Vec::new();
    for _ in 0..2 {
        let enqueued = world.enqueue(&Endless {}, of(org)).await;
        assert!(world.ringer.ring(std::slice::from_ref(&enqueued)).await);
        begins.recv().await.unwrap();
        ids.push(enqueued.task_id);
    }
    world.until_listeners(1).await;
    wire.mended.send(false).unwrap();
    world.until_listeners(0).await;
    let mut conn = world.database.database().connection().await.unwrap();
    tasks::cancel(&mut conn, org, ids[0]).await.unwrap();
    let later = EnqueueOptions {
        delay: Some(chrono::TimeDelta::milliseconds(1)),
        ..of(org)
    };
    let delayed = world.enqueue(&Note::of("due meanwhile"), later).await;
    world.until(delayed.task_id, TaskState::Completed).await;
    assert_eq!(world.row(ids[0]).await.state, TaskState::Running);
    wire.mended.send(true).unwrap();
    world.until(ids[0], TaskState::Cancelled).await;
    world.until_listeners(1).await;
    tasks::cancel(&mut conn, org, ids[1]).await.unwrap();
    world.until(ids[1], TaskState::Cancelled).await;
    stop.cancel();
    running.await.unwrap().unwrap();
}

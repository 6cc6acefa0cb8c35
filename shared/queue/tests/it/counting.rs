//! What the metrics say about attempts that ended without anybody there to say it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use hiring_core::task::{Priority, Queue, RING_VERSION, Ring, TaskKind, TaskState};
use hiring_db::tasks::{EnqueueOptions, claim};
use hiring_queue::transport::Outgoing;
use hiring_queue::{Registry, Runner};
use hiring_testkit::eventually;
use metrics::{Counter, CounterFn, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use tokio_util::sync::CancellationToken;

use crate::kinds::Fragile;
use crate::world::{World, writer};

type Counts = Arc<Mutex<BTreeMap<String, u64>>>;

/// Remembers the attempts of all tests of this process, by kind and outcome.
struct Attempts(Counts);

struct Attempt(Counts, String);

impl CounterFn for Attempt {
    fn increment(&self, value: u64) {
        *self.0.lock().unwrap().entry(self.1.clone()).or_default() += value;
    }

    fn absolute(&self, _: u64) {}
}

impl Recorder for Attempts {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        if key.name() != "tasks_attempts_total" {
            return Counter::noop();
        }
        let label = |name: &str| {
            let found = key.labels().find(|label| label.key() == name);
            found.map_or_else(String::new, |label| label.value().to_owned())
        };
        let name = format!("{} {} {}", label("kind"), label("transport"), label("outcome"));
        Counter::from_arc(Arc::new(Attempt(Arc::clone(&self.0), name)))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

fn counted(name: &str) -> u64 {
    static COUNTS: OnceLock<Counts> = OnceLock::new();
    let counts = COUNTS.get_or_init(|| {
        let counts = Counts::default();
        metrics::set_global_recorder(Attempts(Arc::clone(&counts))).unwrap();
        counts
    });
    counts.lock().unwrap().get(name).copied().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn crashes_and_deaths_outside_an_attempt_are_counted_by_kind() {
    assert_eq!(counted("fragile redis crashed"), 0);
    let world = World::new().await;
    let options = EnqueueOptions {
        max_attempts: Some(2),
        ..EnqueueOptions::default()
    };
    let id = world.enqueue(&Fragile::of("killer"), options).await.task_id;
    // A worker that sweeps and takes nothing, beside one that claims and is never heard of again, twice.
    let mut options = world.options((4, Duration::from_secs(5)));
    options.consume = false;
    let registry = Registry::new().register(writer::<Fragile>());
    let runner = Runner::new(options, world.database.database(), world.ringer.clone(), registry).unwrap();
    let stop = CancellationToken::new();
    let sweeping = tokio::spawn(runner.run(stop.clone()));
    let claim = async || {
        let mut conn = world.database.database().connection().await.unwrap();
        claim::claim(&mut conn, id, Fragile::KIND, 60).await.unwrap()
    };
    assert_eq!(claim().await.unwrap().attempt, 1);
    world.database.shift_task_clock("61 s").await;
    assert_eq!(eventually("a second claim", claim).await.attempt, 2);
    world.database.shift_task_clock("61 s").await;
    world.until(id, TaskState::Dead).await;
    let once = |name: &'static str| async move { Some(()).filter(|()| counted(name) == 1) };
    eventually("a crash that is counted", || once("fragile redis crashed")).await;
    eventually("a death that is counted", || once("fragile redis dead")).await;
    stop.cancel();
    sweeping.await.unwrap().unwrap();

    // One that is condemned because its rings are of a version that nobody knows.
    let id = world
        .enqueue(&Fragile::of("newer"), EnqueueOptions::default())
        .await
        .task_id;
    let newer = Outgoing {
        queue: Queue::Default,
        priority: Priority::Normal,
        ring: Ring {
            v: RING_VERSION + 1,
            kind: Fragile::KIND.to_owned(),
            task_id: id,
        },
        publish_count: 1,
    };
    let quiet = format!("UPDATE tasks SET deadline = task_now() + interval '1 day' WHERE id = '{id}'");
    world.database.client().await.batch_execute(&quiet).await.unwrap();
    let worker = world.start(Registry::new().register(writer::<Fragile>()));
    world.ringer.put_back(std::slice::from_ref(&newer)).await;
    let noted = async || Some(world.row(id).await).filter(|row| row.code.as_deref() == Some("no-handler"));
    eventually("a note on the newer ring", noted).await;
    world.database.shift_task_clock("61 minutes").await;
    world.ringer.put_back(&[newer]).await;
    world.until(id, TaskState::Dead).await;
    let twice = || async { Some(()).filter(|()| counted("fragile redis dead") == 2) };
    eventually("another death that is counted", twice).await;
    worker.stop().await;
}

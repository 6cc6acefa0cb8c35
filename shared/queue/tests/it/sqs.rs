//! Rings by SQS: lost, doubled, garbled, interrupted, or with nobody at the other end.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sqs::types::QueueAttributeName;
use hiring_core::task::{Queue, TaskState};
use hiring_db::Database;
use hiring_db::tasks::EnqueueOptions;
use hiring_queue::sqs::admin::{Ensured, Redriven};
use hiring_queue::{Handler, QueueError, Registry, Ringer, Runner, TaskContext};
use hiring_testkit::{Moto, eventually};
use secrecy::SecretString;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::kinds::{Alert, Letter, Note};
use crate::sqs_world::{Counting, SqsWorld, settings};
use crate::world::{HasNote, write_and_complete, writer};

/// Begins, and ends when let through.
#[derive(Clone)]
struct Gate {
    begun: Arc<Semaphore>,
    open: Arc<Semaphore>,
}

impl Gate {
    fn new() -> Self {
        Self {
            begun: Arc::new(Semaphore::new(0)),
            open: Arc::new(Semaphore::new(0)),
        }
    }

    fn handler<K: hiring_core::task::TaskKind + HasNote>(&self) -> Handler<K> {
        let gate = self.clone();
        Handler::new(move |ctx: TaskContext, task: K| {
            let gate = gate.clone();
            async move {
                gate.begun.add_permits(1);
                gate.open.acquire().await.unwrap().forget();
                write_and_complete(&ctx, task.note()).await
            }
        })
    }

    async fn until_begun(&self) {
        self.begun.acquire().await.unwrap().forget();
    }

    fn let_through(&self, tasks: usize) {
        self.open.add_permits(tasks);
    }
}

fn notes() -> Registry {
    Registry::new().register(writer::<Note>())
}

fn slots(count: usize) -> (usize, Duration) {
    (count, Duration::from_secs(5))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rung_task_runs_once_and_leaves_an_empty_queue() {
    let sqs = SqsWorld::new().await;
    let worker = sqs.world.start(notes());
    let id = sqs.world.submit(&Note::of("hello")).await;
    assert_eq!(sqs.world.until(id, TaskState::Completed).await.attempt, 1);
    assert_eq!(sqs.world.ledger().await, ["hello"]);
    sqs.until_empty(Queue::Default).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tasks_of_many_queues_are_rung_in_batches_and_all_complete() {
    let sqs = SqsWorld::new().await;
    let mut rung = Vec::new();
    for number in 0..25 {
        let note = Note::of(&number.to_string());
        rung.push(sqs.world.enqueue(&note, EnqueueOptions::default()).await);
        let letter = Letter::of(&number.to_string());
        rung.push(sqs.world.enqueue(&letter, EnqueueOptions::default()).await);
    }
    assert!(sqs.world.ringer.ring(&rung).await);
    assert_eq!(sqs.depths(Queue::Default).await.waiting, 25);
    assert_eq!(sqs.depths(Queue::Email).await.waiting, 25);
    let depths = eventually("an answer in time", || async {
        sqs.world.ringer.depths().await.ok()
    })
    .await;
    assert!(
        depths.contains(&(Queue::Email, 25)) && depths.contains(&(Queue::Screen, 0)),
        "{depths:?}"
    );
    let worker = sqs.world.start(notes().register(writer::<Letter>()));
    for task in rung {
        sqs.world.until(task.task_id, TaskState::Completed).await;
    }
    assert_eq!(sqs.world.ledger().await.len(), 50);
    sqs.until_empty(Queue::Default).await;
    sqs.until_empty(Queue::Email).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_message_is_rung_again() {
    let sqs = SqsWorld::new().await;
    let id = sqs.world.submit(&Note::of("forgotten")).await;
    let default = sqs.address(Queue::Default).await;
    sqs.client.purge_queue().queue_url(&default).send().await.unwrap();
    sqs.until_empty(Queue::Default).await;
    let worker = sqs.world.start(notes());
    sqs.world.database.shift_task_clock("6 s").await;
    sqs.world.until(id, TaskState::Completed).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doubled_message_runs_its_task_once_and_is_deleted() {
    let sqs = SqsWorld::new().await;
    let enqueued = sqs
        .world
        .enqueue(&Note::of("once"), EnqueueOptions::default())
        .await;
    for _ in 0..5 {
        assert!(sqs.world.ringer.ring(&[enqueued.clone(), enqueued.clone()]).await);
    }
    let worker = sqs.world.start(notes());
    sqs.world.until(enqueued.task_id, TaskState::Completed).await;
    sqs.until_empty(Queue::Default).await;
    assert_eq!(sqs.world.ledger().await, ["once"]);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_stays_hidden_for_as_long_as_its_task_runs() {
    let sqs = SqsWorld::new().await;
    let gate = Gate::new();
    let worker = sqs.world.start(Registry::new().register(gate.handler::<Note>()));
    let id = sqs.world.submit(&Note::of("long")).await;
    gate.until_begun().await;
    // Longer than a message stays hidden by itself.
    let default = sqs.address(Queue::Default).await;
    assert!(sqs.receive(&default, 6).await.is_empty());
    assert_eq!(sqs.depths(Queue::Default).await.in_flight, 1);
    gate.let_through(1);
    assert_eq!(sqs.world.until(id, TaskState::Completed).await.attempt, 1);
    sqs.until_empty(Queue::Default).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_receiver_died_before_the_claim_comes_again() {
    let sqs = SqsWorld::new().await;
    let id = sqs.world.submit(&Note::of("again")).await;
    let default = sqs.address(Queue::Default).await;
    assert_eq!(sqs.receive(&default, 5).await.len(), 1);
    let worker = sqs.world.start(notes());
    assert_eq!(sqs.world.until(id, TaskState::Completed).await.attempt, 1);
    sqs.until_empty(Queue::Default).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_in_the_middle_leaves_its_task_to_the_next() {
    let sqs = SqsWorld::new().await;
    let gate = Gate::new();
    let doomed = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let database = Database::open(&sqs.world.database.config());
    let ringer = Ringer::open(&sqs.world.queue).unwrap();
    let registry = Registry::new().register(gate.handler::<Alert>());
    let runner = Runner::new(sqs.world.options(slots(2)), database, ringer, registry).unwrap();
    doomed.spawn(runner.run(CancellationToken::new()));
    let id = sqs.world.submit(&Alert::of("survives")).await;
    gate.until_begun().await;
    // Whatever it was about to do is not done.
    doomed.shutdown_background();

    let worker = sqs.world.start(Registry::new().register(writer::<Alert>()));
    sqs.world.database.shift_task_clock("2 s").await;
    assert_eq!(sqs.world.until(id, TaskState::Completed).await.attempt, 2);
    // The first message came again as well, found its task over, and was deleted.
    sqs.until_empty(Queue::Default).await;
    assert_eq!(sqs.world.ledger().await, ["survives"]);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_without_a_free_slot_is_left_to_another_worker() {
    let sqs = SqsWorld::new().await;
    let gate = Gate::new();
    let registry = || {
        Registry::new()
            .register(gate.handler::<Note>())
            .register(writer::<Letter>())
    };
    let busy = sqs.world.start_with(registry(), slots(1));
    let note = sqs.world.submit(&Note::of("busy")).await;
    gate.until_begun().await;
    // The busy worker's poll for letters waits since before it was busy: it is the first to receive this one.
    let letter = sqs.world.submit(&Letter::of("passed on")).await;
    let other = sqs.world.start_with(registry(), slots(1));
    sqs.world.until(letter, TaskState::Completed).await;
    assert_eq!(sqs.world.row(note).await.state, TaskState::Running);
    gate.let_through(1);
    sqs.world.until(note, TaskState::Completed).await;
    busy.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_does_not_starve_the_others_even_with_one_slot() {
    let sqs = SqsWorld::new().await;
    let gate = Gate::new();
    for number in 0..40 {
        sqs.world.submit(&Note::of(&format!("note {number}"))).await;
    }
    let registry = Registry::new()
        .register(gate.handler::<Note>())
        .register(writer::<Letter>());
    let worker = sqs.world.start_with(registry, slots(1));
    gate.until_begun().await;
    sqs.world.submit(&Letter::of("letter")).await;
    gate.let_through(40);
    let ledger = eventually("41 lines", || async {
        Some(sqs.world.ledger().await).filter(|lines| lines.len() == 41)
    })
    .await;
    assert_ne!(ledger.last().map(String::as_str), Some("letter"), "{ledger:?}");
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_kept_while_the_database_is_away() {
    let sqs = SqsWorld::new().await;
    let id = sqs.world.submit(&Note::of("kept")).await;
    let mut nowhere = sqs.world.database.config();
    // Nothing listens on the discard port.
    nowhere.url = SecretString::from("postgres://nobody@127.0.0.1:9/nothing");
    nowhere.direct_url = nowhere.url.clone();
    let mut options = sqs.world.options(slots(2));
    options.direct_url = nowhere.url.clone();
    let blind = Runner::new(
        options,
        Database::open(&nowhere),
        Ringer::open(&sqs.world.queue).unwrap(),
        notes(),
    )
    .unwrap();
    let stop = CancellationToken::new();
    let running = tokio::spawn(blind.run(stop.clone()));
    eventually("a received message", || async {
        let depths = sqs.depths(Queue::Default).await;
        Some(()).filter(|()| depths.in_flight == 1)
    })
    .await;
    stop.cancel();
    running.await.unwrap().unwrap();
    let depths = sqs.depths(Queue::Default).await;
    assert_eq!(depths.waiting + depths.in_flight, 1);
    let worker = sqs.world.start(notes());
    assert_eq!(sqs.world.until(id, TaskState::Completed).await.attempt, 1);
    sqs.until_empty(Queue::Default).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_gone_and_comes_back_without_queues_costs_time_only() {
    let moto = Moto::start().await;
    let sqs = SqsWorld::with(settings(&moto.endpoint)).await;
    let worker = sqs.world.start(notes());
    let before = sqs.world.submit(&Note::of("before")).await;
    sqs.world.until(before, TaskState::Completed).await;

    let mut moto = moto;
    moto.kill();
    let enqueued = sqs
        .world
        .enqueue(&Note::of("meanwhile"), EnqueueOptions::default())
        .await;
    assert!(!sqs.world.ringer.ring(std::slice::from_ref(&enqueued)).await);
    assert!(sqs.world.ringer.ping().await.is_err() && sqs.world.ringer.depths().await.is_err());

    let _moto = moto.restart().await;
    let missing = sqs.world.ringer.ping().await.unwrap_err();
    assert!(matches!(missing, QueueError::MissingQueue(_)), "{missing}");
    assert!(
        missing.to_string().contains("hiring-worker queues ensure"),
        "{missing}"
    );
    sqs.ensure().await;
    sqs.world.database.shift_task_clock("6 s").await;
    sqs.world.until(enqueued.task_id, TaskState::Completed).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_is_missing_keeps_no_other_from_being_rung() {
    let sqs = SqsWorld::new().await;
    let email = sqs.address(Queue::Email).await;
    sqs.client.delete_queue().queue_url(email).send().await.unwrap();
    let worker = sqs.world.start(notes().register(writer::<Letter>()));
    let letter = sqs
        .world
        .enqueue(&Letter::of("late"), EnqueueOptions::default())
        .await;
    let note = sqs
        .world
        .enqueue(&Note::of("in time"), EnqueueOptions::default())
        .await;
    assert!(!sqs.world.ringer.ring(&[letter.clone(), note.clone()]).await);
    sqs.world.until(note.task_id, TaskState::Completed).await;
    // Lost, and found by the sweeper, which leaves the letters alone for now.
    let lost = sqs
        .world
        .enqueue(&Note::of("lost"), EnqueueOptions::default())
        .await;
    sqs.world.database.shift_task_clock("6 s").await;
    sqs.world.until(lost.task_id, TaskState::Completed).await;
    assert_eq!(sqs.world.row(letter.task_id).await.state, TaskState::Published);
    sqs.ensure().await;
    sqs.world.until(letter.task_id, TaskState::Completed).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_worker_asks_each_queue_once_and_waits_for_the_answer() {
    let counting = Counting::start().await;
    let sqs = SqsWorld::with(settings(&counting.endpoint)).await;
    let screen = sqs.address(Queue::Screen).await;
    let before = counting.requests();
    let worker = sqs.world.start_with(notes(), slots(1));
    let asked = Queue::ALL.len();
    eventually("a poll of every queue", || async {
        Some(()).filter(|()| counting.requests() == before + asked)
    })
    .await;
    // One request of the test's own, which takes its time.
    assert!(sqs.receive(&screen, 3).await.is_empty());
    assert_eq!(counting.requests(), before + asked + 1);
    // Waiting for an answer takes no slot.
    let id = sqs.world.submit(&Note::of("at last")).await;
    sqs.world.until(id, TaskState::Completed).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_ring_goes_to_the_dead_letters_and_what_is_one_comes_back() {
    let sqs = SqsWorld::new().await;
    let (default, dead_letters) = (
        sqs.address(Queue::Default).await,
        sqs.dead_letters(Queue::Default).await,
    );
    for garbage in ["{}", "[1,2", "hello", &"x".repeat(200_000)] {
        sqs.send(&default, garbage).await;
    }
    let worker = sqs.world.start(notes());
    eventually("four dead letters", || async {
        let depths = sqs.depths(Queue::Default).await;
        Some(()).filter(|()| (depths.waiting, depths.in_flight, depths.dead_letters) == (0, 0, 4))
    })
    .await;
    let enqueued = sqs
        .world
        .enqueue(&Note::of("redriven"), EnqueueOptions::default())
        .await;
    let ring = format!(r#"{{"v":1,"kind":"note","task_id":"{}"}}"#, enqueued.task_id);
    sqs.send(&dead_letters, &ring).await;
    let redriven = sqs.admin.redrive(Queue::Default).await.unwrap();
    assert_eq!(redriven, Redriven { moved: 1, kept: 4 });
    sqs.world.until(enqueued.task_id, TaskState::Completed).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queues_are_made_once_and_set_right_when_they_were_changed() {
    let sqs = SqsWorld::without_queues(settings(&Moto::shared().await.endpoint)).await;
    assert!(matches!(
        sqs.admin.depths(Queue::Screen).await,
        Err(QueueError::MissingQueue(_))
    ));
    for wanted in [Ensured::Created, Ensured::Unchanged, Ensured::Unchanged] {
        for queue in Queue::ALL {
            assert_eq!(sqs.admin.ensure(queue).await.unwrap(), [wanted, wanted]);
        }
    }
    let screen = sqs.address(Queue::Screen).await;
    let policy = sqs
        .attribute(&screen, QueueAttributeName::RedrivePolicy)
        .await
        .unwrap();
    let policy: serde_json::Value = serde_json::from_str(&policy).unwrap();
    let [_, dead_letters] = sqs.admin.names(Queue::Screen);
    assert!(
        policy["deadLetterTargetArn"]
            .as_str()
            .unwrap()
            .ends_with(&dead_letters)
    );
    assert_eq!(policy["maxReceiveCount"].to_string().replace('"', ""), "1000");
    let change = sqs.client.set_queue_attributes().queue_url(&screen);
    change
        .attributes(QueueAttributeName::VisibilityTimeout, "7")
        .send()
        .await
        .unwrap();
    let ensured = sqs.admin.ensure(Queue::Screen).await.unwrap();
    assert_eq!(ensured, [Ensured::Changed, Ensured::Unchanged]);
    let visibility = sqs
        .attribute(&screen, QueueAttributeName::VisibilityTimeout)
        .await;
    assert_eq!(visibility.as_deref(), Some("3"));
}

#[tokio::test(flavor = "multi_thread")]
async fn fifo_queues_carry_rings_whose_group_is_the_task() {
    let mut config = settings(&Moto::shared().await.endpoint);
    config.fifo = true;
    let sqs = SqsWorld::with(config).await;
    let enqueued = sqs
        .world
        .enqueue(&Note::of("in order"), EnqueueOptions::default())
        .await;
    // The same ring twice is one message.
    for _ in 0..2 {
        assert!(sqs.world.ringer.ring(std::slice::from_ref(&enqueued)).await);
    }
    let default = sqs.address(Queue::Default).await;
    assert!(default.ends_with("-default.fifo"), "{default}");
    assert_eq!(sqs.depths(Queue::Default).await.waiting, 1);
    let message = sqs.receive(&default, 5).await.remove(0);
    let attributes = message.attributes.unwrap();
    let of = |name: &str| attributes[&name.into()].clone();
    assert_eq!(of("MessageGroupId"), enqueued.task_id.to_string());
    assert_eq!(
        of("MessageDeduplicationId"),
        format!("{}:{}", enqueued.task_id, enqueued.publish_count)
    );
    let worker = sqs.world.start(notes());
    sqs.world.until(enqueued.task_id, TaskState::Completed).await;
    sqs.until_empty(Queue::Default).await;
    let garbage = sqs
        .client
        .send_message()
        .queue_url(&default)
        .message_body("hello");
    garbage
        .message_group_id("x")
        .message_deduplication_id("x")
        .send()
        .await
        .unwrap();
    eventually("a dead letter", || async {
        let depths = sqs.depths(Queue::Default).await;
        Some(()).filter(|()| depths.dead_letters == 1)
    })
    .await;
    assert_eq!(
        sqs.admin.redrive(Queue::Default).await.unwrap(),
        Redriven { moved: 0, kept: 1 }
    );
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_ring_of_a_task_that_is_tried_again_is_taken_for_an_earlier_one() {
    let mut config = settings(&Moto::shared().await.endpoint);
    config.fifo = true;
    let sqs = SqsWorld::with(config).await;
    let rings = crate::hindrances::rings_of_a_long_life(&sqs.world).await;
    assert_eq!(rings.len(), 7);
    for ring in &rings {
        assert!(sqs.world.ringer.ring(std::slice::from_ref(ring)).await);
    }
    assert_eq!(sqs.depths(Queue::Default).await.waiting, 7);
}

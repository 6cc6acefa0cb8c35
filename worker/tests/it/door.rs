//! The door's answers, one request at a time.

use hiring_core::ids::TaskId;
use hiring_core::task::{Queue, RING_VERSION};
use hiring_queue::{Registry, Ringer};
use hiring_testkit::eventually;
use serde_json::{Value, json};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

use crate::open_door::{OpenDoor, probe, probes, ring};
use crate::stage::Stage;

const DISPATCH: &str = "/worker/dispatch";

async fn rejected(stage: &Stage) -> Vec<(String, String, i64, i32, i32)> {
    let query = "SELECT path, reason, size_bytes, octet_length(head), times FROM rejected_messages ORDER BY first_at, reason";
    let rows = stage.client.query(query, &[]).await.unwrap();
    rows.iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4)))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_with_everything_is_ready_until_it_is_asked_to_stop() {
    let mut stage = Stage::set().await;
    let door = OpenDoor::open(&mut stage, Registry::new()).await;
    let ready = door.get("/health/ready").await;
    assert_eq!((ready.status, &ready.json["status"]), (200, &Value::from("ok")));
    assert_eq!(door.get("/health").await.status, 200);
    door.door.stop_soon();
    let ready = door.get("/health/ready").await;
    assert_eq!(
        (ready.status, &ready.json["status"]),
        (503, &Value::from("stopping"))
    );
    assert_eq!(door.get("/health").await.status, 200);
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_the_worker_is_ready_but_degraded() {
    let mut stage = Stage::set().await;
    stage.with("REDIS_URL", "redis://127.0.0.1:1/0");
    let door = OpenDoor::open(&mut stage, Registry::new()).await;
    let ready = door.get("/health/ready").await;
    assert_eq!(
        (ready.status, &ready.json["status"]),
        (200, &Value::from("degraded"))
    );
    assert_eq!(ready.json["checks"]["redis"], "unavailable");
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_postgres_nothing_is_ready_and_nothing_is_taken() {
    let mut stage = Stage::set().await;
    stage.with("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
    let door = OpenDoor::open(&mut stage, probes(&CancellationToken::new())).await;
    let ready = door.get("/health/ready").await;
    assert_eq!(
        (ready.status, &ready.json["checks"]["database"]),
        (503, &Value::from("unavailable"))
    );
    assert_eq!(door.get("/health").await.status, 200);
    let ring = ring("probe", TaskId::generate()).to_string();
    let headers = [
        ("x-aws-sqsd-taskname", "check-backups"),
        ("x-aws-sqsd-scheduled-at", "2026-03-01T06:30:00Z"),
    ];
    let (known, unknown) = (ring.clone(), ring.replace("probe", "from-tomorrow"));
    let (known, unknown, garbage, tick) = tokio::join!(
        door.post(DISPATCH, &[], known),
        door.post(DISPATCH, &[], unknown),
        door.post(DISPATCH, &[], "garbage"),
        door.post("/worker/check-backups", &headers, ""),
    );
    for answer in [known, unknown, garbage, tick] {
        answer.is_problem(503, "unavailable");
    }
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_is_said_once_the_outcome_is_in_postgres_whatever_it_is() {
    let mut stage = Stage::set().await;
    let door = OpenDoor::open(&mut stage, probes(&CancellationToken::new())).await;
    for (order, outcome, state) in [
        ("complete", "completed", "completed"),
        ("fail", "dead", "dead"),
        ("retry", "retry", "pending"),
    ] {
        let task = stage.enqueue(&probe(order)).await;
        let answer = door.ring(DISPATCH, &ring("probe", task)).await;
        assert_eq!(answer.said(), (200, "recorded", outcome));
        stage.until_task(task, state).await;
        // The same message once more: over, or not due.
        let answer = door.ring(DISPATCH, &ring("probe", task)).await;
        assert_eq!(answer.said(), (200, "recorded", "dropped"), "{order}");
        stage.until_task(task, state).await;
    }
    stage.database.leave_tasks();
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_that_is_running_cancelled_or_nobodys_is_not_begun_again() {
    let mut stage = Stage::set().await;
    let go = CancellationToken::new();
    let door = OpenDoor::open(&mut stage, probes(&go)).await;
    let running = stage.enqueue(&probe("wait")).await;
    let envelope = ring("probe", running);
    let first = door.ring(DISPATCH, &envelope);
    let duplicate = async {
        stage.until_task(running, "running").await;
        let answer = door.ring(DISPATCH, &envelope).await;
        go.cancel();
        answer
    };
    let (first, duplicate) = tokio::join!(first, duplicate);
    assert_eq!(first.said(), (200, "recorded", "completed"));
    assert_eq!(duplicate.said(), (200, "recorded", "dropped"));

    let cancelled = stage.enqueue(&probe("complete")).await;
    let cancel = "UPDATE tasks SET state = 'cancelled', finished_at = task_now() WHERE id = $1";
    stage.client.execute(cancel, &[&cancelled.uuid()]).await.unwrap();
    for id in [cancelled, TaskId::generate()] {
        let answer = door.ring(DISPATCH, &ring("probe", id)).await;
        assert_eq!(answer.said(), (200, "recorded", "dropped"));
    }
    // A ring that names another kind than its row.
    let other = stage.enqueue(&hiring_core::task::Cleanup {}).await;
    let answer = door.ring(DISPATCH, &ring("probe", other)).await;
    assert_eq!(answer.said(), (200, "recorded", "dropped"));
    stage.until_task(other, "published").await;
    stage.database.leave_tasks();
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kind_or_version_from_tomorrow_is_left_to_a_worker_of_tomorrow() {
    let mut stage = Stage::set().await;
    let door = OpenDoor::open(&mut stage, Registry::new()).await;
    let task = stage.enqueue(&probe("complete")).await;
    let newer = json!({ "v": RING_VERSION + 1, "kind": "probe", "task_id": task, "more": true });
    // Far newer, and of a shape that only its version and its task are known of.
    let far_newer = json!({ "v": 70_000, "what": "probe", "task_id": task });
    let nobodys = ring("probe", TaskId::generate());
    for (envelope, outcome) in [
        (ring("probe", task), "no-handler"),
        (newer, "no-handler"),
        (far_newer, "dropped"),
        (nobodys, "dropped"),
    ] {
        let answer = door.ring(DISPATCH, &envelope).await;
        assert_eq!(answer.said(), (200, "recorded", outcome));
    }
    stage.until_task(task, "published").await;
    stage.database.leave_tasks();
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kind_on_another_kinds_path_is_rung_again_on_its_own_queue() {
    let mut stage = Stage::set().await;
    let door = OpenDoor::open(&mut stage, probes(&CancellationToken::new())).await;
    let ringer = Ringer::open(&stage.config().queue).unwrap();
    let waiting = async |queue: Queue| {
        let depths = ringer.depths().await.unwrap();
        depths.iter().find(|(name, _)| *name == queue).unwrap().1
    };
    let envelope = ring("parse_resume", TaskId::generate());
    assert_eq!(door.ring("/worker/email", &envelope).await.said().1, "passed-on");
    assert_eq!(
        (waiting(Queue::ResumeParse).await, waiting(Queue::Email).await),
        (1, 0)
    );
    let unknown = ring("from-tomorrow", TaskId::generate());
    assert_eq!(door.ring("/worker/email", &unknown).await.said().1, "passed-on");
    assert_eq!(waiting(Queue::Default).await, 1);
    // On its own path a kind is attended to, and nothing is rung.
    let task = stage.enqueue(&probe("complete")).await;
    let answer = door.ring("/worker/default", &ring("probe", task)).await;
    assert_eq!(answer.said(), (200, "recorded", "completed"));
    assert_eq!(waiting(Queue::Default).await, 2);
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_envelope_is_answered_with_200_kept_and_counted() {
    let mut stage = Stage::set().await;
    let door = OpenDoor::open(&mut stage, Registry::new()).await;
    let large = "x".repeat(300 << 10);
    let bodies = [
        "",
        "garbage",
        r#"{"v":1,"kind":"probe"}"#,
        r#"{"v":1,"kind":"probe","task_id":"17"}"#,
        large.as_str(),
    ];
    for body in bodies {
        for _ in 0..2 {
            let answer = door.post(DISPATCH, &[], body.to_owned()).await;
            assert_eq!(answer.said(), (200, "rejected", "no-envelope"));
        }
    }
    let kept = rejected(&stage).await;
    for ((path, reason, size, head, times), body) in kept.iter().zip(bodies) {
        assert_eq!(
            (path.as_str(), reason.as_str(), *times),
            ("dispatch", "no-envelope", 2)
        );
        assert_eq!(usize::try_from(*size).unwrap(), body.len());
        assert_eq!(usize::try_from(*head).unwrap(), body.len().min(1024));
    }
    assert_eq!(kept.len(), bodies.len());
    let hash = "SELECT count(*) FROM rejected_messages WHERE sha256 = sha256('garbage')";
    assert_eq!(stage.count(hash).await, 1);
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_envelope_with_300_kb_of_blanks_around_it_is_still_one() {
    let mut stage = Stage::set().await;
    let door = OpenDoor::open(&mut stage, probes(&CancellationToken::new())).await;
    let task = stage.enqueue(&probe("complete")).await;
    let blanks = " ".repeat(150 << 10);
    let body = format!("{blanks}{}{blanks}", ring("probe", task));
    let answer = door.post(DISPATCH, &[], body).await;
    assert_eq!(answer.said(), (200, "recorded", "completed"));
    assert_eq!(rejected(&stage).await, []);
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_than_a_message_may_have_is_read_of_a_body() {
    let mut stage = Stage::set().await;
    let door = OpenDoor::open(&mut stage, Registry::new()).await;
    // An envelope, but one that no queue could have carried.
    let mut body = ring("probe", TaskId::generate()).to_string();
    body.push_str(&" ".repeat((1 << 20) + 1 - body.len()));
    let answer = door.post("/worker/email", &[], body).await;
    assert_eq!(answer.said(), (200, "rejected", "too-large"));
    assert_eq!(answer.headers["connection"], "close");
    assert_eq!(
        rejected(&stage).await,
        [("email".into(), "too-large".into(), 1 << 20, 1024, 1)]
    );
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_speaks_for_another_machine_needs_the_token() {
    let mut stage = Stage::set().await;
    stage.with("WORKER_TOKEN", "swordfish");
    let door = OpenDoor::open(&mut stage, probes(&CancellationToken::new())).await;
    let task = stage.enqueue(&probe("complete")).await;
    let body = ring("probe", task).to_string();
    let from_afar = ("x-forwarded-for", "203.0.113.9, 127.0.0.1");
    for path in [DISPATCH, "/worker/default", "/worker/cleanup-sessions"] {
        let answer = door.post(path, &[from_afar], body.clone()).await;
        answer.is_problem(401, "unauthenticated");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
    stage.until_task(task, "published").await;
    assert_eq!(rejected(&stage).await.len(), 0);
    let token = ("authorization", "Bearer swordfish");
    let answer = door.post(DISPATCH, &[from_afar, token], body).await;
    assert_eq!(answer.said(), (200, "recorded", "completed"));
    door.close().await;

    stage.variables.remove("WORKER_TOKEN");
    let door = OpenDoor::open(&mut stage, Registry::new()).await;
    let answer = door.post(DISPATCH, &[from_afar, token], "").await;
    answer.is_problem(403, "forbidden");
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_consumes_has_no_paths_for_tasks_and_a_daemons_takes_posts_only() {
    let mut stage = Stage::set().await;
    stage.with("WORKER_MODE", "consume");
    let door = OpenDoor::open(&mut stage, Registry::new()).await;
    for path in [DISPATCH, "/worker/email", "/worker/cleanup-sessions", "/nowhere"] {
        door.post(path, &[], "").await.is_problem(404, "not-found");
    }
    door.close().await;
    for mode in ["daemon", "both"] {
        stage.with("WORKER_MODE", mode);
        let door = OpenDoor::open(&mut stage, Registry::new()).await;
        let answer = door.get(DISPATCH).await;
        answer.is_problem(405, "method-not-allowed");
        assert_eq!(answer.headers["allow"], "POST");
        let paths = Queue::ALL.map(|queue| format!("/worker/{}", queue.name()));
        for path in paths {
            assert_eq!(door.post(&path, &[], "").await.said().1, "rejected");
        }
        door.post("/worker/elsewhere", &[], "")
            .await
            .is_problem(404, "not-found");
        door.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_door_that_closes_answers_who_is_inside_and_turns_late_requests_away() {
    let mut stage = Stage::set().await;
    let go = CancellationToken::new();
    let door = OpenDoor::open(&mut stage, probes(&go)).await;
    let inside = stage.enqueue(&probe("wait")).await;
    let late = stage.enqueue(&probe("complete")).await;
    let envelope = ring("probe", inside);
    let first = door.ring(DISPATCH, &envelope);
    let rest = async {
        stage.until_task(inside, "running").await;
        let closing = tokio::spawn({
            let door = door.door.clone();
            async move { door.close(Duration::from_secs(60)).await }
        });
        eventually("the door to close", async || {
            (door.get("/health").await.status == 503).then_some(())
        })
        .await;
        let answer = door.ring(DISPATCH, &ring("probe", late)).await;
        answer.is_problem(503, "unavailable");
        assert_eq!(answer.headers["connection"], "close");
        assert!(!closing.is_finished());
        go.cancel();
        closing.await.unwrap();
    };
    let (first, ()) = tokio::join!(first, rest);
    assert_eq!(first.said(), (200, "recorded", "completed"));
    assert_eq!(first.headers["connection"], "close");
    stage.until_task(late, "published").await;
    stage.database.leave_tasks();
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_runner_that_stops_takes_nothing_more_and_says_so() {
    let mut stage = Stage::set().await;
    let mut door = OpenDoor::open(&mut stage, probes(&CancellationToken::new())).await;
    let task = stage.enqueue(&probe("complete")).await;
    door.stop_runner().await;
    let answer = door.ring(DISPATCH, &ring("probe", task)).await;
    answer.is_problem(503, "unavailable");
    assert_eq!(answer.headers["connection"], "close");
    stage.until_task(task, "published").await;
    stage.database.leave_tasks();
    door.close().await;
}

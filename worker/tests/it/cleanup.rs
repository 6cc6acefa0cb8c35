//! What has had its day goes, and nothing else does.

use hiring_core::ids::TaskId;
use hiring_core::task::{Cleanup, TaskKind};
use hiring_db::cleanup;
use hiring_db::tasks::EnqueueOptions;
use hiring_platform::storage::ObjectKey;
use serde_json::{Value, json};

use crate::stage::Stage;

/// Enqueues a task of the house.
pub async fn enqueue(stage: &Stage, task: &impl TaskKind) -> TaskId {
    let mut connection = stage.database.database().connection().await.unwrap();
    let options = EnqueueOptions::default();
    let enqueued = stage
        .ringer
        .enqueue(&mut connection, task, options)
        .await
        .unwrap();
    let id = enqueued.task_id;
    stage.ringer.ring(&[enqueued]).await;
    id
}

/// What a completed task has to say.
pub async fn result(stage: &Stage, task: TaskId) -> Value {
    stage.until_task(task, "completed").await;
    let query = "SELECT result::text FROM tasks WHERE id = $1";
    let row = stage.client.query_one(query, &[&task.uuid()]).await.unwrap();
    serde_json::from_str(row.get(0)).unwrap()
}

async fn quick_stage() -> Stage {
    let mut stage = Stage::set().await;
    stage.with("EMBEDDING_BACKEND", "off");
    stage
}

/// Of each sort one row that has had its day and one that has not.
const PAIRS: &str = "
    INSERT INTO users (id, email, name, password_hash) VALUES (gen_random_uuid(), 'a@b.c', 'A', '-');
    INSERT INTO sessions (id, user_id, expires_at)
        SELECT gen_random_uuid(), id, now() + s FROM users, (VALUES (interval '-1 s'), (interval '1 h')) t (s);
    INSERT INTO idempotency_keys (principal, organization_id, method, route, key, fingerprint, lock_token, locked_until,
            created_at)
        SELECT gen_random_uuid(), gen_random_uuid(), 'POST', '/', 'k', sha256(''), gen_random_uuid(), now(), now() - s
        FROM (VALUES (interval '25 h'), (interval '23 h')) t (s);
    INSERT INTO tasks (id, kind, payload, state, run_at, finished_at)
        SELECT gen_random_uuid(), 'index_chunks', '{}', 'completed', now(), now() - s
        FROM (VALUES (interval '8 days'), (interval '6 days')) t (s);
    INSERT INTO mails (id, recipient, template, params, state, settled_at, created_at)
        SELECT gen_random_uuid(), 'a@b.c', 'backup_missing', '{}', 'failed', now(), now() - s
        FROM (VALUES (interval '31 days'), (interval '29 days')) t (s);
    INSERT INTO rejected_messages (sha256, path, reason, size_bytes, head, last_at)
        SELECT sha256(s::text::bytea), '/worker/dispatch', 'no-envelope', 1, 'x', now() - s
        FROM (VALUES (interval '31 days'), (interval '29 days')) t (s);
    INSERT INTO cron_ticks (taskname, scheduled_at, seen_at)
        SELECT 'test', date_trunc('minute', now() - s), now() - s
        FROM (VALUES (interval '31 days'), (interval '29 days')) t (s);";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_had_its_day_goes_and_the_rest_stays_however_often_one_cleans_up() {
    let stage = quick_stage().await;
    stage.client.batch_execute(PAIRS).await.unwrap();
    let (old, young) = (
        stage.store(b"old", "staged").await,
        stage.store(b"young", "staged").await,
    );
    let age = "UPDATE stored_objects SET created_at = now() - interval '61 min' WHERE id = $1";
    stage.client.execute(age, &[&old.uuid()]).await.unwrap();
    let worker = stage.start();
    let first = enqueue(&stage, &Cleanup {}).await;
    let expected = json!({
        "sessions": 1, "refresh-tokens": 0, "saved-answers": 1, "abandoned-uploads": 1, "tasks": 1, "rejected-messages": 1,
        "mail-addresses": 1, "cron-ticks": 1,
    });
    assert_eq!(result(&stage, first).await, expected);
    let again = enqueue(&stage, &Cleanup {}).await;
    let counts = result(&stage, again).await;
    assert!(
        counts.as_object().unwrap().values().all(|count| count == 0),
        "{counts}"
    );
    for left in [
        "sessions",
        "idempotency_keys",
        "tasks WHERE kind = 'index_chunks'",
        "mails WHERE recipient IS NOT NULL",
        "rejected_messages",
        "cron_ticks WHERE taskname = 'test'",
    ] {
        let count = stage.count(&format!("SELECT count(*) FROM {left}")).await;
        assert_eq!(count, 1, "{left}");
    }
    let objects = "SELECT id FROM stored_objects";
    let left: uuid::Uuid = stage.client.query_one(objects, &[]).await.unwrap().get(0);
    assert_eq!(left, young.uuid());
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_a_batch_goes_too() {
    let stage = quick_stage().await;
    let many = format!(
        "INSERT INTO users (id, email, name, password_hash) VALUES (gen_random_uuid(), 'a@b.c', 'A', '-');
         INSERT INTO sessions (id, user_id, expires_at)
             SELECT gen_random_uuid(), id, now() - interval '1 s' FROM users, generate_series(1, {});",
        2 * cleanup::BATCH + 1
    );
    stage.client.batch_execute(&many).await.unwrap();
    let worker = stage.start();
    let task = enqueue(&stage, &Cleanup {}).await;
    assert_eq!(result(&stage, task).await["sessions"], 2 * cleanup::BATCH + 1);
    assert_eq!(stage.count("SELECT count(*) FROM sessions").await, 0);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_used_refresh_token_stays_for_as_long_as_it_could_have_been_good() {
    let stage = quick_stage().await;
    // The session goes on for 30 days from its last refresh, so a token is good for 30 days from its making.
    stage
        .client
        .batch_execute(
            "INSERT INTO users (id, email, name, password_hash) VALUES (gen_random_uuid(), 'a@b.c', 'A', '-');
             INSERT INTO sessions (id, user_id, expires_at, last_used_at)
                 SELECT gen_random_uuid(), id, now() + interval '29 days', now() - interval '1 day' FROM users;
             INSERT INTO refresh_tokens (token_hash, session_id, created_at, used_at)
                 SELECT sha256(made::text::bytea || used::text::bytea), id, now() - made, now() - used
                 FROM sessions, (VALUES (interval '31 days', interval '30 days'), (interval '29 days', interval '28 days'),
                     (interval '1 day', interval '1 hour')) t (made, used);
             INSERT INTO refresh_tokens (token_hash, session_id, created_at)
                 SELECT sha256('never used'), id, now() - interval '40 days' FROM sessions;",
        )
        .await
        .unwrap();
    let worker = stage.start();
    let task = enqueue(&stage, &Cleanup {}).await;
    assert_eq!(result(&stage, task).await["refresh-tokens"], 1);
    let spent = "SELECT count(*) FROM refresh_tokens
         WHERE used_at IS NOT NULL AND created_at < now() - interval '30 days'";
    assert_eq!(stage.count(spent).await, 0);
    assert_eq!(stage.count("SELECT count(*) FROM refresh_tokens").await, 3);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_that_fails_holds_up_no_other_and_is_tried_again() {
    let stage = quick_stage().await;
    stage.client.batch_execute(PAIRS).await.unwrap();
    let stuck = stage.store(b"stuck", "staged").await;
    let age = "UPDATE stored_objects SET created_at = now() - interval '61 min' WHERE id = $1";
    stage.client.execute(age, &[&stuck.uuid()]).await.unwrap();
    let path = stage.objects().join(ObjectKey::new(stage.org, stuck).as_str());
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    let worker = stage.start();
    let task = enqueue(&stage, &Cleanup {}).await;
    let tried = "SELECT state = 'pending' AND last_error->>'code' = 'cleanup-incomplete'
         AND last_error->>'message' LIKE '%abandoned-uploads%' FROM tasks WHERE id = $1";
    stage
        .until("the task to be tried again", tried, task.uuid())
        .await;
    assert_eq!(stage.count("SELECT count(*) FROM sessions").await, 1);
    let ticks = "SELECT count(*) FROM cron_ticks WHERE taskname = 'test'";
    assert_eq!(stage.count(ticks).await, 1, "the last part was done");
    std::fs::remove_dir(&path).unwrap();
    stage.database.shift_task_clock("5 min").await;
    assert_eq!(result(&stage, task).await["abandoned-uploads"], 1);
    worker.stop().await;
}

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use hiring_core::reading::ReadFailure;
use hiring_core::task::ParseResume;
use hiring_worker::sandbox::{Limits, Sandbox};

use crate::documents::RESUME;
use crate::sandbox::WORKER;
use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_cannot_be_read_fails_its_candidate_with_a_reason_at_once() {
    let stage = Stage::set().await;
    let worker = stage.start();
    let upload = stage.upload(b"%PDF-1.7\n1 0 obj\n<< broken").await;
    stage.until_task(upload.task, "dead").await;
    let row = stage
        .client
        .query_one(
            "SELECT c.failure_code, c.failure_reason, t.last_error->>'code', t.last_error->>'message', t.attempt, c.status
             FROM candidates c, tasks t WHERE c.id = $1 AND t.id = $2",
            &[&upload.candidate.uuid(), &upload.task.uuid()],
        )
        .await
        .unwrap();
    let failure = ReadFailure::from_code(row.get(0)).unwrap();
    assert_eq!(row.get::<_, &str>(1), failure.reason());
    assert_eq!(row.get::<_, &str>(2), failure.code());
    assert_eq!(row.get::<_, &str>(3), failure.reason());
    assert_eq!(row.get::<_, i32>(4), 1);
    assert_eq!(row.get::<_, &str>(5), "failed");
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_is_away_is_tried_again_until_it_is_back() {
    let stage = Stage::set().await;
    let worker = stage.start();
    let earlier = stage.upload(RESUME.as_bytes()).await;
    stage.until_candidate(earlier.candidate, "ready").await;
    stage.until_idle().await;
    let (candidate_id, object_id) = stage.accept(RESUME.as_bytes()).await;
    let away = stage.folder().join("away");
    std::fs::rename(stage.objects(), &away).unwrap();
    let task = stage
        .enqueue(&ParseResume {
            candidate_id,
            object_id,
        })
        .await;
    // The miss is not counted against the task: four attempts are left as before.
    let query = "SELECT state = 'pending' AND last_error->>'code' = 'storage-unavailable'
         AND max_attempts - attempt = 4 FROM tasks WHERE id = $1";
    stage.until("the store to be missed", query, task.uuid()).await;
    std::fs::rename(&away, stage.objects()).unwrap();
    stage.database.shift_task_clock("10 min").await;
    stage.until_candidate(candidate_id, "ready").await;
    stage.until_idle().await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_lost_the_file_says_so_on_the_candidate() {
    let stage = Stage::set().await;
    let upload = stage.upload(RESUME.as_bytes()).await;
    let key = hiring_platform::storage::ObjectKey::new(stage.org, upload.object);
    stage.storage.delete(&key).await.unwrap();
    let worker = stage.start();
    stage.until_task(upload.task, "dead").await;
    let query = "SELECT failure_code = 'file-missing' FROM candidates WHERE id = $1";
    stage
        .until("the candidate to say so", query, upload.candidate.uuid())
        .await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_machine_without_room_for_a_process_is_not_the_files_fault() {
    let mut stage = Stage::set().await;
    let working = std::mem::replace(
        &mut stage.sandbox,
        Sandbox::new("/nonexistent".into(), Limits::default()),
    );
    let worker = stage.start();
    let upload = stage.upload(RESUME.as_bytes()).await;
    let query = "SELECT last_error->>'code' = 'no-process' FROM tasks WHERE id = $1";
    stage
        .until("the process to be missed", query, upload.task.uuid())
        .await;
    worker.stop().await;
    stage.sandbox = working;
    stage.database.shift_task_clock("10 min").await;
    let worker = stage.start();
    stage.until_candidate(upload.candidate, "ready").await;
    stage.until_idle().await;
    worker.stop().await;
}

/// A sandbox whose child waits for a file to appear before it reads.
fn waiting_for(stage: &Stage, name: &str) -> (Sandbox, PathBuf) {
    let flag = stage.folder().join(name);
    let script = stage.folder().join("reader");
    let draft = stage.folder().join("draft");
    let wait = format!("while [ ! -e {} ]; do /bin/sleep 0.02; done", flag.display());
    std::fs::write(&draft, format!("#!/bin/sh\n{wait}\nexec {WORKER} \"$@\"\n")).unwrap();
    std::fs::set_permissions(&draft, PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::rename(&draft, &script).unwrap();
    (Sandbox::new(script, Limits::default()), flag)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_lost_its_lease_while_reading_writes_nothing() {
    let mut stage = Stage::set().await;
    let (sandbox, flag) = waiting_for(&stage, "go-on");
    let sandbox = std::mem::replace(&mut stage.sandbox, sandbox);
    let worker = stage.start();
    let upload = stage.upload(RESUME.as_bytes()).await;
    stage.until_task(upload.task, "running").await;
    let stolen = "UPDATE tasks SET lease_id = gen_random_uuid() WHERE id = $1";
    stage
        .client
        .execute(stolen, &[&upload.task.uuid()])
        .await
        .unwrap();
    std::fs::write(&flag, "").unwrap();
    // Stopping waits for the handler, which finds its lease gone.
    worker.stop().await;
    let untouched = "SELECT status = 'processing' AND resume IS NULL FROM candidates WHERE id = $1";
    stage
        .until("nothing to be written", untouched, upload.candidate.uuid())
        .await;
    assert_eq!(
        stage
            .count("SELECT count(*) FROM tasks WHERE state = 'running'")
            .await,
        1
    );
    assert_eq!(stage.count("SELECT count(*) FROM tasks").await, 1);
    stage.sandbox = sandbox;
    stage.database.shift_task_clock("10 min").await;
    let worker = stage.start();
    stage.until_candidate(upload.candidate, "ready").await;
    stage.until_idle().await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reading_shows_its_stage() {
    let mut stage = Stage::set().await;
    let (sandbox, flag) = waiting_for(&stage, "go-on");
    stage.sandbox = sandbox;
    let worker = stage.start();
    let upload = stage.upload(RESUME.as_bytes()).await;
    let shown = "SELECT stage = 'reading' AND progress = 30 FROM tasks WHERE id = $1";
    stage
        .until("the stage to be shown", shown, upload.task.uuid())
        .await;
    std::fs::write(&flag, "").unwrap();
    stage.until_candidate(upload.candidate, "ready").await;
    stage.until_idle().await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_candidate_erased_while_being_read_calls_the_task_off() {
    let mut stage = Stage::set().await;
    let (sandbox, flag) = waiting_for(&stage, "go-on");
    stage.sandbox = sandbox;
    let worker = stage.start();
    let upload = stage.upload(RESUME.as_bytes()).await;
    stage.until_task(upload.task, "running").await;
    stage
        .client
        .execute(
            "DELETE FROM candidates WHERE id = $1",
            &[&upload.candidate.uuid()],
        )
        .await
        .unwrap();
    std::fs::write(&flag, "").unwrap();
    stage.until_task(upload.task, "cancelled").await;
    assert_eq!(stage.count("SELECT count(*) FROM tasks").await, 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reading_that_always_kills_the_worker_ends_with_a_reason() {
    let stage = Stage::set().await;
    let upload = stage.upload(RESUME.as_bytes()).await;
    let used_up = "UPDATE tasks SET state = 'running', lease_id = gen_random_uuid(), attempt = max_attempts,
         deadline = task_now() - interval '1 s' WHERE id = $1";
    stage
        .client
        .execute(used_up, &[&upload.task.uuid()])
        .await
        .unwrap();
    let worker = stage.start();
    stage.until_task(upload.task, "dead").await;
    let query = "SELECT status = 'failed' AND failure_code = 'crashed' FROM candidates WHERE id = $1";
    stage
        .until("the candidate to say so", query, upload.candidate.uuid())
        .await;
    worker.stop().await;
}

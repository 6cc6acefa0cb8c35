//! A batch from its first part to its end.

use hiring_core::ids::TaskId;
use hiring_core::task::{Batch, ParseResume, TaskState};
use hiring_db::tasks::people::retry_many;
use hiring_db::tasks::{self, EnqueueOptions, Enqueued};
use serde_json::{Value, json};

use crate::documents::RESUME;
use crate::stage::Stage;

/// What the api does on a batch: the batch and its parts, in one transaction's order.
async fn enqueue(stage: &Stage, files: &[&[u8]]) -> (TaskId, Vec<Enqueued>) {
    let mut connection = stage.database.database().connection().await.unwrap();
    let of = |parent| EnqueueOptions {
        organization_id: Some(stage.org),
        parent,
        ..EnqueueOptions::default()
    };
    let payload = Batch { of: "upload".into() };
    let batch = stage
        .ringer
        .enqueue(&mut connection, &payload, of(None))
        .await
        .unwrap();
    let id = batch.task_id;
    let mut enqueued = vec![batch];
    for bytes in files {
        let (candidate_id, object_id) = stage.accept(bytes).await;
        let payload = ParseResume {
            candidate_id,
            object_id,
        };
        enqueued.push(
            stage
                .ringer
                .enqueue(&mut connection, &payload, of(Some(id)))
                .await
                .unwrap(),
        );
    }
    (id, enqueued)
}

async fn result(stage: &Stage, task: TaskId) -> Value {
    let mut connection = stage.database.database().connection().await.unwrap();
    let row = tasks::find_task(&mut connection, stage.org, task)
        .await
        .unwrap()
        .unwrap();
    row.result.unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_ends_with_its_last_part_and_says_how_they_ended() {
    let stage = Stage::set().await;
    let second = format!("{RESUME}\nSecond");
    let files: [&[u8]; 3] = [
        RESUME.as_bytes(),
        second.as_bytes(),
        b"%PDF-1.7\n1 0 obj\n<< broken",
    ];
    let (batch, enqueued) = enqueue(&stage, &files).await;
    let worker = stage.start();
    stage.ringer.ring(&enqueued).await;
    stage.until_task(batch, "completed").await;
    assert_eq!(
        result(&stage, batch).await,
        json!({ "completed": 2, "dead": 1, "cancelled": 0 })
    );
    // Whoever gives the dead part its attempts again has the batch wait for it.
    let mut connection = stage.database.database().connection().await.unwrap();
    let dead = [enqueued[3].task_id];
    let retried = retry_many(&mut connection, Some(stage.org), &dead).await.unwrap();
    assert_eq!(retried.enqueued.len(), 1);
    stage.ringer.ring(&retried.enqueued).await;
    stage.until_task(dead[0], "dead").await;
    stage.until_task(batch, "completed").await;
    assert_eq!(
        result(&stage, batch).await,
        json!({ "completed": 2, "dead": 1, "cancelled": 0 })
    );
    stage.until_idle().await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_without_parts_is_over_at_once() {
    let stage = Stage::set().await;
    let (batch, enqueued) = enqueue(&stage, &[]).await;
    let worker = stage.start();
    stage.ringer.ring(&enqueued).await;
    stage.until_task(batch, "completed").await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_is_cancelled_while_its_parts_run_ends_cancelled_with_them() {
    let stage = Stage::set().await;
    let resumes: Vec<String> = (0..20).map(|number| format!("{RESUME}\n{number}")).collect();
    let files: Vec<&[u8]> = resumes.iter().map(|resume| resume.as_bytes()).collect();
    let (batch, enqueued) = enqueue(&stage, &files).await;
    let worker = stage.start();
    stage.ringer.ring(&enqueued).await;
    stage.until_task(enqueued[1].task_id, "completed").await;
    let mut connection = stage.database.database().connection().await.unwrap();
    let state = tasks::cancel(&mut connection, stage.org, batch).await.unwrap();
    // Twenty resumes take longer than one: some part was still to be called off.
    assert!(
        matches!(state, Some(TaskState::Cancelled | TaskState::Waiting)),
        "{state:?}"
    );
    stage.until_task(batch, "cancelled").await;
    stage.until_idle().await;
    let ends = result(&stage, batch).await;
    let sum: i64 = ["completed", "dead", "cancelled"]
        .iter()
        .map(|end| ends[end].as_i64().unwrap())
        .sum();
    assert_eq!(sum, 20);
    assert!(ends["cancelled"].as_i64().unwrap() > 0, "{ends}");
    let waiting = "SELECT count(*) FROM candidates WHERE status = 'processing'";
    assert_eq!(stage.count(waiting).await, 0);
    worker.stop().await;
}

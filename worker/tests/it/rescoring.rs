//! A job whose weights or requirements change has everybody on it scored anew.

use hiring_core::ids::JobId;
use hiring_core::task::RescoreJob;
use serde_json::Value;
use uuid::Uuid;

use crate::cleanup::result;
use crate::documents::RESUME;
use crate::screening::upload;
use crate::stage::Stage;

/// One shown score: total, facts, weights, and whether it is of the latest screening.
async fn shown(stage: &Stage, application: Uuid) -> (i32, Uuid, Value) {
    let query = "SELECT a.ai_score_bp, s.facts_id, s.weights::text FROM applications a
         JOIN screenings s ON s.id = a.screening_id WHERE a.id = $1";
    let row = stage.client.query_one(query, &[&application]).await.unwrap();
    (row.get(0), row.get(1), serde_json::from_str(row.get(2)).unwrap())
}

async fn change(stage: &Stage, job: JobId, column: &str, json: &str) {
    let change = format!("UPDATE jobs SET {column} = '{json}' WHERE id = '{job}'");
    stage.client.batch_execute(&change).await.unwrap();
}

async fn rescore(stage: &Stage, job: JobId) -> Value {
    let task = stage.enqueue(&RescoreJob { job_id: job }).await;
    result(stage, task).await["scored"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_weights_make_other_scores_of_the_same_facts_and_no_resume_is_looked_at() {
    let mut stage = Stage::set().await;
    stage.with("EMBEDDING_BACKEND", "off");
    let worker = stage.start();
    let applicant = upload(&stage, RESUME).await;
    stage.until_candidate(applicant.upload.candidate, "ready").await;
    stage.until_idle().await;
    let (application, job) = (applicant.application.uuid(), applicant.job);
    let before = shown(&stage, application).await;
    assert_eq!(rescore(&stage, job).await, 0, "nothing has changed");

    // A resume that nobody could read any more.
    let spoil = "UPDATE candidates SET resume = '{\"contact\": 1}'";
    stage.client.batch_execute(spoil).await.unwrap();
    change(
        &stage,
        job,
        "weights",
        "{\"must_have\": 1, \"nice_to_have\": 9000}",
    )
    .await;
    assert_eq!(rescore(&stage, job).await, 1);
    let after = shown(&stage, application).await;
    assert_eq!(after.1, before.1, "the same facts");
    assert_ne!(after.0, before.0);
    assert_eq!(
        (&after.2["must_have"], &after.2["nice_to_have"]),
        (&1.into(), &9000.into())
    );
    assert_eq!(rescore(&stage, job).await, 0, "a second run finds nothing left");
    assert_eq!(stage.count("SELECT count(*) FROM screenings").await, 2);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_requirements_are_held_against_the_stored_resume_and_a_deleted_job_against_nothing() {
    let stage = Stage::set().await;
    let worker = stage.start();
    let applicant = upload(&stage, RESUME).await;
    stage.until_candidate(applicant.upload.candidate, "ready").await;
    stage.until_idle().await;
    let (application, job) = (applicant.application.uuid(), applicant.job);
    let before = shown(&stage, application).await;
    change(
        &stage,
        job,
        "requirements",
        "{\"must_have\": [\"Python\", \"builds pipelines\"]}",
    )
    .await;
    assert_eq!(rescore(&stage, job).await, 1);
    let after = shown(&stage, application).await;
    assert_ne!(after.1, before.1, "other facts");
    assert!(after.0 > before.0, "everything that is asked for is there");
    let known = "SELECT count(*) FROM screening_facts f JOIN screenings s ON s.facts_id = f.id
         JOIN applications a ON a.screening_id = s.id WHERE f.is_complete
         AND f.inputs->'similarities'->'requirements' ? 'builds pipelines'";
    assert_eq!(stage.count(known).await, 1);
    assert_eq!(stage.count("SELECT count(*) FROM similarities").await, 1);
    stage.client.batch_execute("DELETE FROM jobs").await.unwrap();
    let task = stage.enqueue(&RescoreJob { job_id: job }).await;
    stage.until_task(task, "cancelled").await;
    worker.stop().await;
}

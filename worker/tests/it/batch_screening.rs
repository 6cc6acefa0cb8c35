//! Batches of screenings: everybody gets a clear outcome, and nothing is done twice.

use hiring_core::ids::{CandidateId, JobId, TaskId};
use hiring_core::task::ScreenBatch;
use hiring_db::batch_screenings::{self, OutcomeRow};
use hiring_db::tasks::{self, EnqueueOptions};
use hiring_db::{applications, tasks::Enqueued};
use uuid::Uuid;

use crate::documents::RESUME;
use crate::stage::Stage;

/// A job that asks for what the resume has, and for one thing that it has not.
pub async fn job(stage: &Stage) -> JobId {
    let id = JobId::generate();
    let insert = "INSERT INTO jobs (id, organization_id, title, description, job_type, requirements)
         VALUES ($1, $2, 'Data Engineer', 'You build pipelines.', 'full_time',
             '{\"must_have\": [\"Python\", \"Kubernetes\"], \"nice_to_have\": [\"Docker\"]}')";
    let (job, org) = (id.uuid(), stage.org.uuid());
    stage.client.execute(insert, &[&job, &org]).await.unwrap();
    id
}

/// Candidates who are read, with resumes that differ in one line.
pub async fn people(stage: &Stage, count: usize) -> Vec<Uuid> {
    let mut people = Vec::new();
    for number in 0..count {
        let resume = format!("{RESUME}\nNumber {number}");
        people.push(stage.upload(resume.as_bytes()).await.candidate);
    }
    for candidate in &people {
        stage.until_candidate(*candidate, "ready").await;
    }
    stage.until_idle().await;
    people.into_iter().map(CandidateId::uuid).collect()
}

/// What the api does on a batch, but for the ring.
pub async fn insert(stage: &Stage, job: JobId, people: &[Uuid]) -> Enqueued {
    let mut connection = stage.database.database().connection().await.unwrap();
    applications::insert_many_once(&mut connection, stage.org, people, job)
        .await
        .unwrap();
    let payload = ScreenBatch {
        job_id: job,
        candidates: u32::try_from(people.len()).unwrap(),
    };
    let options = EnqueueOptions {
        organization_id: Some(stage.org),
        ..EnqueueOptions::default()
    };
    let enqueued = stage.ringer.enqueue(&mut connection, &payload, options).await;
    let enqueued = enqueued.unwrap();
    let batch = (enqueued.task_id, job);
    batch_screenings::insert(&mut connection, stage.org, batch, people)
        .await
        .unwrap();
    enqueued
}

/// Screens a batch to its end.
pub async fn screen(stage: &Stage, job: JobId, people: &[Uuid]) -> TaskId {
    let enqueued = insert(stage, job, people).await;
    let id = enqueued.task_id;
    stage.ringer.ring(&[enqueued]).await;
    stage.until_task(id, "completed").await;
    id
}

pub async fn outcomes(stage: &Stage, batch: TaskId) -> Vec<OutcomeRow> {
    let mut connection = stage.database.database().connection().await.unwrap();
    let listed = batch_screenings::list_outcomes(&mut connection, stage.org, batch, (100, 0)).await;
    listed.unwrap().0
}

async fn counts(stage: &Stage, batch: TaskId) -> [i64; 4] {
    let mut connection = stage.database.database().connection().await.unwrap();
    let row = tasks::find_task(&mut connection, stage.org, batch).await.unwrap();
    let counts = row.unwrap().counts.unwrap();
    [counts.total, counts.done, counts.failed, counts.erased]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_of_a_batch_is_scored_or_has_failed_with_a_reason_and_a_second_batch_finds_the_scores() {
    let mut stage = Stage::set().await;
    stage.with("EMBEDDING_BACKEND", "off");
    let worker = stage.start();
    let mut people = people(&stage, 3).await;
    let broken = stage.upload(b"%PDF-1.7\n1 0 obj\n<< broken").await.candidate;
    stage.until_candidate(broken, "failed").await;
    stage.until_idle().await;
    people.push(broken.uuid());
    let job = job(&stage).await;
    let mut connection = stage.database.database().connection().await.unwrap();
    applications::insert_many_once(&mut connection, stage.org, &people[..1], job)
        .await
        .unwrap();
    drop(connection);
    let withdraw = "UPDATE applications SET stage = 'withdrawn'";
    stage.client.batch_execute(withdraw).await.unwrap();

    let first = screen(&stage, job, &people).await;
    let told = outcomes(&stage, first).await;
    let codes: Vec<Option<&str>> = told.iter().map(|row| row.code.as_deref()).collect();
    assert_eq!(codes, [Some("withdrawn"), None, None, Some("resume-failed")]);
    for scored in &told[1..3] {
        assert!(scored.total_bp.unwrap() > 0 && !scored.is_reused);
        assert_eq!(scored.ai_reason.as_deref(), Some("off"));
    }
    assert_eq!(counts(&stage, first).await, [4, 4, 2, 0]);
    let shown = "SELECT count(*) FROM applications WHERE screening_id IS NOT NULL";
    assert_eq!(stage.count(shown).await, 2);

    let second = screen(&stage, job, &people[1..3]).await;
    let again = outcomes(&stage, second).await;
    assert!(again.iter().all(|row| row.is_reused));
    assert_eq!(again[0].screening_id, told[1].screening_id);
    assert_eq!(stage.count("SELECT count(*) FROM screenings").await, 2);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_begins_again_scores_only_whom_the_run_before_did_not_get_to() {
    let mut stage = Stage::set().await;
    stage.with("EMBEDDING_BACKEND", "off");
    let worker = stage.start();
    let people = people(&stage, 3).await;
    let job = job(&stage).await;
    let batch = screen(&stage, job, &people).await;
    let scored = outcomes(&stage, batch).await;
    // As if the worker had been killed after two scores and before it wrote down what they came to.
    let killed = format!(
        "UPDATE applications SET ai_score_bp = NULL, screening_id = NULL, screened_at = NULL WHERE candidate_id = '{}';
         UPDATE batch_screenings SET state = NULL, screening_id = NULL, ai_reason = NULL;
         UPDATE tasks SET state = 'pending', finished_at = NULL, attempt = 0, run_at = task_now() WHERE id = '{batch}'",
        people[2]
    );
    stage.client.batch_execute(&killed).await.unwrap();
    stage.until_task(batch, "completed").await;
    let again = outcomes(&stage, batch).await;
    assert_eq!(again[0].screening_id, scored[0].screening_id);
    assert_eq!(again[1].screening_id, scored[1].screening_id);
    assert_ne!(again[2].screening_id, scored[2].screening_id);
    assert_eq!(again[2].total_bp, scored[2].total_bp);
    assert!(
        again.iter().all(|row| !row.is_reused),
        "it is the same batch's work"
    );
    assert_eq!(stage.count("SELECT count(*) FROM screenings").await, 4);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stored_resume_that_cannot_be_scored_is_told_and_keeps_nobody_away() {
    let mut stage = Stage::set().await;
    stage.with("EMBEDDING_BACKEND", "off");
    let worker = stage.start();
    let people = people(&stage, 2).await;
    let spoil = format!(
        "UPDATE candidates SET resume = '{{\"contact\": 1}}' WHERE id = '{}'",
        people[0]
    );
    stage.client.batch_execute(&spoil).await.unwrap();
    let job = job(&stage).await;
    let batch = screen(&stage, job, &people).await;
    let told = outcomes(&stage, batch).await;
    assert_eq!(told[0].code.as_deref(), Some("not-scored"));
    assert!(told[1].total_bp.is_some());
    assert_eq!(counts(&stage, batch).await, [2, 2, 1, 0]);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_for_a_job_that_is_deleted_ends_cancelled_and_an_erased_candidate_is_counted() {
    let mut stage = Stage::set().await;
    stage.with("EMBEDDING_BACKEND", "off");
    let worker = stage.start();
    let people = people(&stage, 2).await;
    let (kept, deleted) = (job(&stage).await, job(&stage).await);
    let batch = screen(&stage, kept, &people).await;
    let erase = format!("DELETE FROM candidates WHERE id = '{}'", people[0]);
    stage.client.batch_execute(&erase).await.unwrap();
    assert_eq!(counts(&stage, batch).await, [2, 2, 0, 1]);

    let enqueued = insert(&stage, deleted, &people[1..]).await;
    let (id, delete) = (
        enqueued.task_id,
        format!("DELETE FROM jobs WHERE id = '{deleted}'"),
    );
    stage.client.batch_execute(&delete).await.unwrap();
    stage.ringer.ring(&[enqueued]).await;
    stage.until_task(id, "cancelled").await;
    assert_eq!(stage.count("SELECT count(*) FROM batch_screenings").await, 1);
    worker.stop().await;
}

//! A job whose weights or requirements change has everybody on it scored anew.

use hiring_core::ids::JobId;
use hiring_core::task::RescoreJob;
use hiring_testkit::eventually;
use rustix::process::Signal;
use serde_json::Value;
use uuid::Uuid;

use crate::cleanup::result;
use crate::documents::RESUME;
use crate::process::Program;
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

/// 1,200 more people with the resume and the score of the one who is there: three windows of the task.
const CROWD: &str = "
    CREATE TEMPORARY TABLE given AS
        SELECT n, gen_random_uuid() AS object, gen_random_uuid() AS candidate, gen_random_uuid() AS application,
            gen_random_uuid() AS facts, gen_random_uuid() AS screening FROM generate_series(1, 1200) n;
    INSERT INTO stored_objects (id, organization_id, key, state, sha256, size_bytes, file_type)
        SELECT g.object, o.organization_id, g.n::text, 'live', sha256(g.n::text::bytea), o.size_bytes, o.file_type
        FROM given g, stored_objects o;
    ALTER TABLE candidates DISABLE TRIGGER candidates_are_searchable;
    INSERT INTO candidates (id, organization_id, object_id, sha256, file_name, file_type, status, visible_text, sections, resume,
            parser_version, parsed_at, indexed_at)
        SELECT g.candidate, c.organization_id, g.object, sha256(g.n::text::bytea), c.file_name, c.file_type, c.status,
            c.visible_text, c.sections, c.resume, c.parser_version, c.parsed_at, c.indexed_at FROM given g, candidates c;
    INSERT INTO applications (id, organization_id, candidate_id, job_id, ai_score_bp, screening_id, screened_at)
        SELECT g.application, a.organization_id, g.candidate, a.job_id, a.ai_score_bp, g.screening, a.screened_at
        FROM given g, applications a;
    INSERT INTO screening_facts (id, organization_id, application_id, rubric, assessed, inputs, basis, read_at, is_complete)
        SELECT g.facts, f.organization_id, g.application, f.rubric, f.assessed, f.inputs, f.basis, f.read_at, f.is_complete
        FROM given g, screening_facts f;
    INSERT INTO screenings (id, organization_id, application_id, candidate_id, job_id, task_id, engine, score_version,
            total_bp, facts_id, weights)
        SELECT g.screening, s.organization_id, g.application, g.candidate, s.job_id, s.task_id, s.engine, s.score_version,
            s.total_bp, g.facts, s.weights FROM given g, screenings s";

/// Scores that were made by these weights of a must-have.
async fn made(stage: &Stage, weight: &str) -> i64 {
    let made = format!("SELECT count(*) FROM screenings WHERE weights->>'must_have' = '{weight}'");
    stage.count(&made).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_killed_between_two_windows_leaves_everybody_with_one_score_by_the_last_weights() {
    let mut stage = Stage::set().await;
    stage.with("EMBEDDING_BACKEND", "off");
    let program = Program::start(&stage);
    let applicant = upload(&stage, RESUME).await;
    stage.until_candidate(applicant.upload.candidate, "ready").await;
    stage.until_idle().await;
    stage.client.batch_execute(CROWD).await.unwrap();
    let everybody = stage.count("SELECT count(*) FROM applications").await;
    assert_eq!(everybody, 1201);

    // Somebody in the second window is held, so that the task stands still between the first commit and the second.
    let holding = stage.database.client().await;
    let hold = "BEGIN; SELECT FROM candidates WHERE id =
        (SELECT candidate_id FROM applications ORDER BY id OFFSET 700 LIMIT 1) FOR UPDATE";
    holding.batch_execute(hold).await.unwrap();
    change(&stage, applicant.job, "weights", "{\"must_have\": 7000}").await;
    let task = stage
        .enqueue(&RescoreJob {
            job_id: applicant.job,
        })
        .await;
    eventually("the first window", async || {
        (made(&stage, "7000").await > 0).then_some(())
    })
    .await;
    program.signal(Signal::KILL);
    assert_eq!(program.ended().await, None);
    change(&stage, applicant.job, "weights", "{\"must_have\": 9000}").await;
    holding.batch_execute("ROLLBACK").await.unwrap();
    stage.database.shift_task_clock("10 min").await;

    let program = Program::start(&stage);
    stage.until_task(task, "completed").await;
    assert_eq!(made(&stage, "7000").await, 500, "what was committed stays");
    assert_eq!(made(&stage, "9000").await, everybody);
    let of_the_last =
        "SELECT count(DISTINCT a.id) FROM applications a JOIN screenings s ON s.id = a.screening_id
        WHERE s.weights->>'must_have' = '9000' AND s.total_bp = a.ai_score_bp";
    assert_eq!(stage.count(of_the_last).await, everybody);
    let twice = "SELECT count(*) FROM (SELECT FROM screenings GROUP BY application_id, weights HAVING count(*) > 1) twice";
    assert_eq!(stage.count(twice).await, 0);
    program.signal(Signal::TERM);
    assert_eq!(program.ended().await, Some(0));
}

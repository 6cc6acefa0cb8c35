//! One report for each organization and day.

use chrono::NaiveDate;
use hiring_core::task::GenerateReport;
use serde_json::{Value, json};

use crate::cleanup::{enqueue, result};
use crate::stage::Stage;

const DAY: &str = "2026-03-10";

fn day() -> NaiveDate {
    DAY.parse().unwrap()
}

/// On 10 March two resumes are uploaded and read, one fails; on the 9th and the 11th there is one more of each; an idle
/// organization and one that is founded later.
async fn busy_stage() -> Stage {
    let mut stage = Stage::set().await;
    stage.with("EMBEDDING_BACKEND", "off");
    let fill = format!(
        "UPDATE organizations SET created_at = '2026-01-01';
         INSERT INTO organizations (id, name, created_at)
             VALUES (gen_random_uuid(), 'Idle', '2026-03-10 23:59:59Z'), (gen_random_uuid(), 'Later', '2026-03-11 00:00Z');
         INSERT INTO jobs (id, organization_id, title, description, job_type)
             VALUES (gen_random_uuid(), '{org}', 'Engineer', '', 'full_time');
         CREATE TEMPORARY TABLE given (n integer, uploaded timestamptz, parsed timestamptz, indexed timestamptz, code text);
         INSERT INTO given VALUES
             (1, '2026-03-10 00:00:00Z', '2026-03-10 00:00:02Z', '2026-03-10 00:00:03Z', NULL),
             (2, '2026-03-10 23:59:59Z', '2026-03-11 00:00:03Z', '2026-03-11 00:00:08Z', NULL),
             (3, '2026-03-10 12:00:00Z', NULL, NULL, 'encrypted'),
             (4, '2026-03-10 13:00:00Z', NULL, NULL, 'encrypted'),
             (5, '2026-03-10 14:00:00Z', NULL, NULL, 'crashed'),
             (6, '2026-03-09 23:59:59Z', '2026-03-10 00:00:59Z', '2026-03-10 00:01:59Z', NULL),
             (7, '2026-03-11 00:00:00Z', NULL, NULL, 'encrypted');
         INSERT INTO stored_objects (id, organization_id, key, state, sha256, size_bytes, file_type)
             SELECT gen_random_uuid(), '{org}', n::text, 'live', sha256(n::text::bytea), 1, 'txt' FROM given;
         INSERT INTO candidates (id, organization_id, object_id, sha256, file_name, file_type, status, failure_code,
                 uploaded_at, parsed_at, indexed_at, updated_at)
             SELECT gen_random_uuid(), '{org}', o.id, o.sha256, 'a.txt', 'txt',
                 CASE WHEN code IS NULL THEN 'processing' ELSE 'failed' END, code, uploaded, parsed, indexed, uploaded
             FROM given JOIN stored_objects o ON o.key = n::text;
         INSERT INTO applications (id, organization_id, candidate_id, job_id, stage, created_at)
             SELECT gen_random_uuid(), c.organization_id, c.id, j.id,
                 CASE WHEN failure_code IS NULL THEN 'applied' ELSE 'rejected' END, uploaded_at FROM candidates c, jobs j;
         INSERT INTO screening_facts (id, organization_id, application_id, rubric, assessed, inputs, is_complete)
             SELECT id, organization_id, id, '2', '{{}}', '{{}}', false FROM applications WHERE stage = 'applied';
         INSERT INTO screenings (id, organization_id, application_id, candidate_id, job_id, task_id, engine, score_version,
                 total_bp, facts_id, weights, created_at)
             SELECT gen_random_uuid(), organization_id, id, candidate_id, job_id, gen_random_uuid(), 'rubric', '2', 5000, id,
                 '{{}}', created_at FROM applications WHERE stage = 'applied';",
        org = stage.org
    );
    stage.client.batch_execute(&fill).await.unwrap();
    stage
}

async fn report(stage: &Stage, name: &str) -> Option<Value> {
    let query = "SELECT (to_jsonb(r) - 'organization_id' - 'written_at')::text FROM reports r
         JOIN organizations o ON o.id = r.organization_id WHERE o.name = $1";
    let row = stage.client.query_opt(query, &[&name]).await.unwrap();
    row.map(|row| serde_json::from_str(row.get(0)).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_counts_one_utc_day_and_an_idle_organization_has_zeros() {
    let stage = busy_stage().await;
    let worker = stage.start();
    let task = enqueue(&stage, &GenerateReport { day: day() }).await;
    assert_eq!(result(&stage, task).await, json!({ "organizations": 2 }));
    let acme = json!({
        "day": DAY,
        "uploads": 5,
        "parsed": 2,
        "failed_by_code": { "encrypted": 2, "crashed": 1 },
        "screenings": 2,
        "applications_by_stage": { "applied": 3, "rejected": 3 },
        "upload_to_parsed_seconds": 3,
        "parsed_to_indexed_seconds": 3,
    });
    assert_eq!(report(&stage, "Acme").await, Some(acme));
    let idle = json!({
        "day": DAY,
        "uploads": 0,
        "parsed": 0,
        "failed_by_code": {},
        "screenings": 0,
        "applications_by_stage": {},
        "upload_to_parsed_seconds": null,
        "parsed_to_indexed_seconds": null,
    });
    assert_eq!(report(&stage, "Idle").await, Some(idle));
    assert_eq!(report(&stage, "Later").await, None);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writing_a_day_again_replaces_its_reports() {
    let stage = busy_stage().await;
    let worker = stage.start();
    for uploads in [5, 4] {
        let task = enqueue(&stage, &GenerateReport { day: day() }).await;
        stage.until_task(task, "completed").await;
        assert_eq!(report(&stage, "Acme").await.unwrap()["uploads"], uploads);
        let gone = "DELETE FROM candidates WHERE failure_code = 'crashed'";
        stage.client.batch_execute(gone).await.unwrap();
    }
    assert_eq!(stage.count("SELECT count(*) FROM reports").await, 2);
    assert_eq!(
        report(&stage, "Acme").await.unwrap()["failed_by_code"],
        json!({ "encrypted": 2 })
    );
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_is_no_report_about_the_future() {
    let stage = busy_stage().await;
    let worker = stage.start();
    let day = "2999-01-01".parse().unwrap();
    let task = enqueue(&stage, &GenerateReport { day }).await;
    stage.until_task(task, "dead").await;
    assert_eq!(stage.count("SELECT count(*) FROM reports").await, 0);
    worker.stop().await;
}

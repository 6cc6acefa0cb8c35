//! Sending a known resume again when its reading came to nothing.

use std::path::Path;

use crate::test_app::{TestApp, TestResponse, TestUser};
use crate::upload::{RESUME, form, job_of, rows, stored_files, upload};

const PARSING: &str = "SELECT count(*) FROM tasks WHERE kind = 'parse_resume' AND finished_at IS NULL";

async fn change(app: &TestApp, statement: &str) {
    app.db.client().await.batch_execute(statement).await.unwrap();
}

async fn send(app: &TestApp, user: &TestUser) -> TestResponse {
    upload(app, user, form("ada.txt", RESUME)).await
}

fn lose_files(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            lose_files(&entry.path());
        } else if entry.file_name() != ".data-encryption-key" {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
}

#[actix_web::test]
async fn a_lost_file_is_stored_again() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let first = send(&app, &acme.recruiter).await;
    let id = first.data(201)["candidate_id"].as_str().unwrap();
    lose_files(app.storage.path());
    assert_eq!(stored_files(&app), 0);
    let failed =
        "UPDATE candidates SET status = 'failed', failure_code = 'file-missing', failure_reason = 'Lost.';
                  UPDATE tasks SET state = 'dead', finished_at = now()";
    change(&app, failed).await;
    let again = send(&app, &acme.recruiter).await;
    assert_eq!(again.data(200)["status"], "processing");
    assert_eq!((stored_files(&app), app.count(PARSING).await), (1, 1));
    let file = app
        .get(&format!("/candidates/{id}/resume"))
        .token(&acme.recruiter);
    assert_eq!(
        file.send().await.bytes,
        RESUME,
        "under the key that the candidate has"
    );
    assert_eq!(rows(&app).await, [1, 2, 1, 0]);
}

#[actix_web::test]
async fn without_the_file_store_a_failed_resume_stays_failed() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    send(&app, &acme.recruiter).await.data(201);
    let failed =
        "UPDATE candidates SET status = 'failed', failure_code = 'file-missing', failure_reason = 'Lost.';
                  UPDATE tasks SET state = 'dead', finished_at = now()";
    change(&app, failed).await;
    std::fs::remove_dir_all(app.storage.path()).unwrap();
    let again = send(&app, &acme.recruiter).await;
    assert_eq!(again.problem("unavailable")["status"], 503);
    let still = "SELECT count(*) FROM candidates WHERE status = 'failed'";
    assert_eq!((app.count(still).await, app.count(PARSING).await), (1, 0));
}

#[actix_web::test]
async fn a_candidate_whom_nobody_reads_any_more_is_read_again() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let first = send(&app, &acme.recruiter).await;
    first.data(201);
    change(&app, "UPDATE tasks SET state = 'dead', finished_at = now()").await;
    let again = send(&app, &acme.recruiter).await;
    assert_eq!(again.data(200)["status"], "processing");
    assert_ne!(again.data(200)["task_id"], first.json["data"]["task_id"]);
    assert_eq!(app.count(PARSING).await, 1);
    // Read and being indexed: somebody still sees to it.
    let indexing = "UPDATE tasks SET state = 'completed', finished_at = now() WHERE state = 'published';
                    INSERT INTO tasks (id, kind, organization_id, payload, run_at)
                    SELECT gen_random_uuid(), 'index_candidate', organization_id,
                           jsonb_build_object('candidate_id', id), now() FROM candidates";
    change(&app, indexing).await;
    let third = send(&app, &acme.recruiter).await;
    assert_eq!(third.data(200)["task_id"], again.json["data"]["task_id"]);
    assert_eq!(app.count(PARSING).await, 0);
}

#[actix_web::test]
async fn the_task_that_is_named_is_the_newest_not_the_one_that_died() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    send(&app, &acme.recruiter).await.data(201);
    change(&app, "UPDATE tasks SET state = 'dead', finished_at = now()").await;
    let second = send(&app, &acme.recruiter).await.data(200)["task_id"].clone();
    let read = "UPDATE tasks SET state = 'completed', finished_at = now() WHERE state = 'published';
                UPDATE candidates SET status = 'ready', visible_text = 'Ada', resume = '{}'";
    change(&app, read).await;
    let third = send(&app, &acme.recruiter).await;
    assert_eq!(
        (&third.data(200)["task_id"], third.data(200)["status"].as_str()),
        (&second, Some("ready"))
    );
}

#[actix_web::test]
async fn a_known_person_is_screened_for_each_job_that_they_are_sent_for_and_once_for_each() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let jobs = [
        job_of(&app, &acme.recruiter).await,
        job_of(&app, &acme.recruiter).await,
    ];
    let screenings = "SELECT count(*) FROM tasks t JOIN applications a ON a.id = (t.payload->>'application_id')::uuid
        WHERE t.kind = 'screen_application' AND t.unique_key = a.id::text AND t.payload->>'job_id' = a.job_id::text
            AND t.payload->>'candidate_id' = a.candidate_id::text AND t.user_id IS NOT NULL";
    let for_job = |job: &String| form("ada.txt", RESUME).text("job_id", job.clone());
    let first = upload(&app, &acme.recruiter, for_job(&jobs[0])).await;
    first.data(201);
    upload(&app, &acme.recruiter, for_job(&jobs[1])).await.data(200);
    assert_eq!(
        app.count(screenings).await,
        0,
        "whoever is not read yet is screened once indexed"
    );
    let read = "UPDATE tasks SET state = 'completed', finished_at = now();
                UPDATE candidates SET status = 'ready', visible_text = 'Ada', resume = '{}';
                DELETE FROM applications WHERE job_id <> (SELECT min(job_id::text)::uuid FROM applications)";
    change(&app, read).await;
    for job in jobs.iter().chain(&jobs) {
        let again = upload(&app, &acme.recruiter, for_job(job)).await;
        assert_eq!(again.data(200)["status"], "ready");
        assert_eq!(
            again.data(200)["task_id"],
            first.json["data"]["task_id"],
            "that reads the resume"
        );
    }
    assert_eq!(app.count(screenings).await, 1);
}

//! Taking in resumes.

use std::path::Path;

use futures::future::join_all;
use reqwest::multipart::{Form, Part};
use serde_json::Value;

use crate::test_app::{TestApp, TestResponse, TestUser};

pub const RESUME: &[u8] =
    b"Ada Lovelace\nada@example.org\nAnalyst at Analytical Engines, 1842 - 1843\nSkills: Rust, PostgreSQL\n";

pub fn part(name: &str, bytes: &[u8]) -> Part {
    Part::bytes(bytes.to_vec()).file_name(name.to_owned())
}

pub fn form(name: &str, bytes: &[u8]) -> Form {
    Form::new().part("file", part(name, bytes))
}

pub async fn upload(app: &TestApp, user: &TestUser, form: Form) -> TestResponse {
    app.post("/candidates/upload")
        .token(user)
        .multipart(form)
        .send()
        .await
}

/// Uploads a resume that is distinct by its number and answers the candidate's id and the task's.
pub async fn candidate(app: &TestApp, user: &TestUser, number: usize) -> (String, String) {
    let text = format!("{}Number {number}\n", String::from_utf8_lossy(RESUME));
    let response = upload(app, user, form("ada.txt", text.as_bytes())).await;
    let data = response.data(201);
    let text = |field: &str| data[field].as_str().unwrap().to_owned();
    (text("candidate_id"), text("task_id"))
}

fn count_files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap());
    entries
        .map(|entry| match entry.file_type().unwrap().is_dir() {
            true => count_files(&entry.path()),
            false => usize::from(entry.file_name() != ".data-encryption-key"),
        })
        .sum()
}

pub fn stored_files(app: &TestApp) -> usize {
    count_files(app.storage.path())
}

pub async fn rows(app: &TestApp) -> [i64; 4] {
    [
        app.count("SELECT count(*) FROM candidates").await,
        app.count("SELECT count(*) FROM tasks").await,
        app.count("SELECT count(*) FROM stored_objects").await,
        app.count("SELECT count(*) FROM applications").await,
    ]
}

pub async fn nothing_is_left(app: &TestApp) {
    assert_eq!(
        rows(app).await,
        [0; 4],
        "candidates, tasks, stored objects, applications"
    );
    assert_eq!(stored_files(app), 0, "files");
}

pub async fn job_of(app: &TestApp, user: &TestUser) -> String {
    let body = serde_json::json!({ "title": "Analyst" });
    app.post("/jobs").token(user).json(&body).send().await.data(201)["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[actix_web::test]
async fn a_resume_becomes_a_candidate_that_is_being_read() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let response = upload(&app, &acme.recruiter, form("ada.txt", RESUME)).await;
    let data = response.data(201);
    assert_eq!(
        (data["status"].as_str(), data["duplicate"].as_bool()),
        (Some("processing"), Some(false))
    );
    assert!(data["uploaded_at"].is_string());
    assert_eq!(response.header("cache-control"), "no-store");
    let id = data["candidate_id"].as_str().unwrap();
    assert_eq!(response.header("location"), format!("/api/v1/candidates/{id}"));
    assert_eq!(rows(&app).await, [1, 1, 1, 0]);
    assert_eq!(
        app.count("SELECT count(*) FROM stored_objects WHERE state = 'live'")
            .await,
        1
    );
    assert_eq!(stored_files(&app), 1);
    let task = app
        .get(&format!("/tasks/{}", data["task_id"].as_str().unwrap()))
        .token(&acme.recruiter)
        .send()
        .await;
    assert_eq!(task.data(200)["kind"], "parse_resume");
}

#[actix_web::test]
async fn the_file_may_be_called_resume_and_be_sent_under_both_names() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let second = Form::new().part("resume", part("cv.txt", RESUME));
    let first = upload(&app, &acme.recruiter, second).await.data(201)["candidate_id"].clone();
    let both = form("cv.txt", RESUME)
        .part("resume", part("copy.txt", RESUME))
        .text("comment", "ignored");
    assert_eq!(
        upload(&app, &acme.recruiter, both).await.data(200)["candidate_id"],
        first
    );
}

#[actix_web::test]
async fn the_same_bytes_are_the_same_candidate_and_may_apply_to_another_job() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    let job = job_of(&app, &acme.admin).await;
    let first = upload(&app, &acme.recruiter, form("ada.txt", RESUME)).await;
    for _ in 0..2 {
        let again = upload(
            &app,
            &acme.admin,
            form("other-name.pdf", RESUME).text("job_id", job.clone()),
        )
        .await;
        let data = again.data(200);
        assert_eq!(data["duplicate"], true);
        for field in ["candidate_id", "task_id", "uploaded_at"] {
            assert_eq!(data[field], first.json["data"][field], "{field}");
        }
    }
    assert_eq!(rows(&app).await, [1, 1, 1, 1]);
    let listed = app
        .get(&format!("/candidates?job_id={job}"))
        .token(&acme.recruiter)
        .send()
        .await;
    assert_eq!(listed.data(200)[0]["id"], first.json["data"]["candidate_id"]);
    // Another organization knows nothing of it.
    assert_eq!(
        upload(&app, &other.recruiter, form("ada.txt", RESUME))
            .await
            .data(201)["duplicate"],
        false
    );
}

#[actix_web::test]
async fn a_resume_that_could_not_be_read_is_tried_again_when_it_is_sent_again() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let first = upload(&app, &acme.recruiter, form("ada.txt", RESUME)).await;
    let statement =
        "UPDATE candidates SET status = 'failed', failure_code = 'crashed', failure_reason = 'Could not.';
                     UPDATE tasks SET state = 'dead', finished_at = now()";
    app.db.client().await.batch_execute(statement).await.unwrap();
    let again = upload(&app, &acme.recruiter, form("ada.txt", RESUME)).await;
    let data = again.data(200);
    assert_eq!(
        (data["status"].as_str(), data["duplicate"].as_bool()),
        (Some("processing"), Some(true))
    );
    assert_ne!(data["task_id"], first.json["data"]["task_id"]);
    // A third one meets the second try.
    assert_eq!(
        upload(&app, &acme.recruiter, form("ada.txt", RESUME))
            .await
            .data(200)["task_id"],
        data["task_id"]
    );
    assert_eq!(rows(&app).await, [1, 2, 1, 0]);
    assert_eq!(
        app.count("SELECT count(*) FROM candidates WHERE failure_code IS NULL")
            .await,
        1
    );
}

#[actix_web::test]
async fn of_eight_equal_uploads_at_once_one_makes_the_candidate() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let answers = join_all((0..8).map(|_| upload(&app, &acme.recruiter, form("ada.txt", RESUME)))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 200, 201]);
    for answer in &answers {
        for field in ["candidate_id", "task_id"] {
            assert_eq!(
                answer.json["data"][field], answers[0].json["data"][field],
                "{field}"
            );
        }
        assert_eq!(answer.json["data"]["duplicate"], answer.status == 200);
    }
    assert_eq!(rows(&app).await, [1, 1, 1, 0]);
    assert_eq!(stored_files(&app), 1);
}

#[actix_web::test]
async fn names_lose_folders_and_invisible_characters() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let long = format!("{}.txt", "n".repeat(300));
    let names = [
        ("../../etc/passwd", "passwd"),
        ("cv\u{202e}\u{200b}.txt", "cv.txt"),
        ("R\u{e9}sum\u{e9} \u{5b8c}.txt", "R\u{e9}sum\u{e9} \u{5b8c}.txt"),
        (long.as_str(), &long[300 - 251..]),
    ];
    for (number, (given, stored)) in names.into_iter().enumerate() {
        let bytes = format!("Resume {number}");
        let response = upload(&app, &acme.recruiter, form(given, bytes.as_bytes())).await;
        let id = response.data(201)["candidate_id"].as_str().unwrap().to_owned();
        let shown = app
            .get(&format!("/candidates/{id}"))
            .token(&acme.recruiter)
            .send()
            .await;
        assert_eq!(shown.data(200)["file_name"], stored);
    }
}

#[actix_web::test]
async fn without_the_file_store_nothing_is_taken_in() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    std::fs::remove_dir_all(app.storage.path()).unwrap();
    let response = upload(&app, &acme.recruiter, form("cv.txt", RESUME)).await;
    let body: &Value = response.problem("unavailable");
    assert_eq!(body["status"], 503);
    assert!(!response.header("retry-after").is_empty());
    assert_eq!((rows(&app).await, stored_files(&app)), ([0, 0, 1, 0], 0));
    // Whether the store kept anything could not be asked: the row stays, out of use, until the cleanup has asked again.
    assert_eq!(
        app.count("SELECT count(*) FROM stored_objects WHERE state = 'erasing'")
            .await,
        1
    );
}

#[actix_web::test]
async fn when_postgres_goes_away_in_the_middle_the_stored_file_is_removed_again() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let broken = "CREATE FUNCTION go_away() RETURNS trigger LANGUAGE plpgsql AS
                      'BEGIN RAISE EXCEPTION ''the database system is shutting down''; END';
                  CREATE TRIGGER going BEFORE INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION go_away()";
    app.db.client().await.batch_execute(broken).await.unwrap();
    let response = upload(&app, &acme.recruiter, form("cv.txt", RESUME)).await;
    assert_eq!(response.problem("unavailable")["status"], 503);
    nothing_is_left(&app).await;
    app.db
        .client()
        .await
        .batch_execute("DROP TRIGGER going ON tasks")
        .await
        .unwrap();
    upload(&app, &acme.recruiter, form("cv.txt", RESUME))
        .await
        .data(201);
}

#[actix_web::test]
async fn without_redis_uploads_are_accepted_all_the_same() {
    let app = TestApp::start_with(&[("REDIS_URL", "redis://127.0.0.1:1/0")]).await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    upload(&app, &acme.recruiter, form("cv.txt", RESUME))
        .await
        .data(201);
    assert_eq!(rows(&app).await, [1, 1, 1, 0]);
}

//! Requests that are sent again are answered again, not carried out again.

use futures::future::join_all;
use serde_json::json;

use crate::test_app::{TestApp, TestResponse, TestUser};
use crate::upload::{RESUME, form, rows};

async fn upload(app: &TestApp, user: &TestUser, key: &str, bytes: &[u8]) -> TestResponse {
    let request = app
        .post("/candidates/upload")
        .token(user)
        .header("idempotency-key", key);
    request.multipart(form("cv.txt", bytes)).send().await
}

async fn create_job(app: &TestApp, user: &TestUser, key: &str, title: &str) -> TestResponse {
    let request = app.post("/jobs").token(user).header("idempotency-key", key);
    request.json(&json!({ "title": title })).send().await
}

#[actix_web::test]
async fn the_same_key_and_body_get_the_same_answer() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let first = upload(&app, &acme.recruiter, "key-1", RESUME).await;
    assert_eq!(first.header("idempotency-replayed"), "");
    let again = upload(&app, &acme.recruiter, "key-1", RESUME).await;
    assert_eq!(
        again.data(201),
        first.data(201),
        "the stored 201, not the 200 of a duplicate"
    );
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.header("location"), first.header("location"));

    let first = create_job(&app, &acme.recruiter, "key-1", "Analyst").await;
    let again = create_job(&app, &acme.recruiter, "key-1", "Analyst").await;
    assert_eq!(
        again.data(201),
        first.data(201),
        "the same key on another route is another key"
    );
    assert_eq!(again.header("etag"), first.header("etag"));
    assert_eq!(app.count("SELECT count(*) FROM jobs").await, 1);
    create_job(&app, &acme.admin, "key-1", "Analyst").await.data(201);
    assert_eq!(
        app.count("SELECT count(*) FROM jobs").await,
        2,
        "another person's key is another key"
    );
}

#[actix_web::test]
async fn the_same_key_with_another_body_is_refused() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    upload(&app, &acme.recruiter, "key", RESUME).await.data(201);
    let other = upload(&app, &acme.recruiter, "key", b"Somebody else").await;
    assert_eq!(other.problem("idempotency-mismatch")["status"], 422);
    create_job(&app, &acme.recruiter, "key", "Analyst")
        .await
        .data(201);
    let other = create_job(&app, &acme.recruiter, "key", "Engineer").await;
    assert_eq!(other.problem("idempotency-mismatch")["status"], 422);
    assert_eq!(rows(&app).await, [1, 1, 1, 0]);
}

#[actix_web::test]
async fn a_live_claim_keeps_others_away_and_an_expired_one_is_taken_over() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let first = create_job(&app, &acme.recruiter, "key", "Analyst").await;
    first.data(201);
    // As if the process had died between its claim and its answer.
    let client = app.db.client().await;
    client
        .batch_execute("DELETE FROM jobs; UPDATE idempotency_keys SET status = NULL, body = NULL")
        .await
        .unwrap();
    let busy = create_job(&app, &acme.recruiter, "key", "Analyst").await;
    assert_eq!(busy.problem("idempotency-in-progress")["status"], 409);
    let seconds: u64 = busy.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    client
        .batch_execute("UPDATE idempotency_keys SET locked_until = now()")
        .await
        .unwrap();
    assert_eq!(
        create_job(&app, &acme.recruiter, "key", "Analyst")
            .await
            .header("idempotency-replayed"),
        ""
    );
    assert_eq!(app.count("SELECT count(*) FROM jobs").await, 1);
}

#[actix_web::test]
async fn a_claim_that_was_taken_over_can_no_longer_commit() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    // Somebody takes the claim over while the work is being done.
    let stolen = "CREATE FUNCTION steal() RETURNS trigger LANGUAGE plpgsql AS
                      'BEGIN UPDATE idempotency_keys SET lock_token = gen_random_uuid(); RETURN NEW; END';
                  CREATE TRIGGER stealing BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION steal()";
    app.db.client().await.batch_execute(stolen).await.unwrap();
    let late = create_job(&app, &acme.recruiter, "key", "Analyst").await;
    assert_eq!(late.problem("idempotency-in-progress")["status"], 409);
    assert_eq!(app.count("SELECT count(*) FROM jobs").await, 0);
}

#[actix_web::test]
async fn of_six_equal_requests_at_once_one_is_carried_out() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let answers = join_all((0..6).map(|_| create_job(&app, &acme.recruiter, "key", "Analyst"))).await;
    assert!(answers.iter().all(|answer| [201, 409].contains(&answer.status)));
    assert!(answers.iter().any(|answer| answer.status == 201));
    assert_eq!(app.count("SELECT count(*) FROM jobs").await, 1);
}

#[actix_web::test]
async fn a_refused_request_gives_its_key_back() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let form = || form("cv.txt", RESUME).text("job_id", "0198f3f2-6c1e-7000-8000-000000000001");
    for _ in 0..2 {
        let request = app
            .post("/candidates/upload")
            .token(&acme.recruiter)
            .header("idempotency-key", "key");
        assert_eq!(
            request.multipart(form()).send().await.problem("not-found")["status"],
            404
        );
    }
    assert_eq!(app.count("SELECT count(*) FROM idempotency_keys").await, 0);
    upload(&app, &acme.recruiter, "key", RESUME).await.data(201);
}

#[actix_web::test]
async fn an_answer_is_forgotten_after_a_day() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    create_job(&app, &acme.recruiter, "key", "Analyst")
        .await
        .data(201);
    let aged = "UPDATE idempotency_keys SET created_at = now() - interval '24 hours 1 second'";
    app.db.client().await.batch_execute(aged).await.unwrap();
    create_job(&app, &acme.recruiter, "key", "Engineer")
        .await
        .data(201);
    assert_eq!(app.count("SELECT count(*) FROM jobs").await, 2);
}

#[actix_web::test]
async fn a_key_is_sent_once_in_visible_ascii_of_at_most_255_characters() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    for key in ["", "two words", &"k".repeat(256)] {
        create_job(&app, &acme.recruiter, key, "Analyst")
            .await
            .invalid("Idempotency-Key");
    }
    create_job(&app, &acme.recruiter, &"k".repeat(255), "Analyst")
        .await
        .data(201);
    let request = app
        .post("/jobs")
        .token(&acme.recruiter)
        .header("idempotency-key", "a")
        .header("idempotency-key", "b");
    request
        .json(&json!({ "title": "Analyst" }))
        .send()
        .await
        .invalid("Idempotency-Key");
}

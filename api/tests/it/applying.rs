//! People who apply by themselves.

use serde_json::{Value, json};

use crate::applications::job;
use crate::test_app::{TestApp, TestOrganization, TestResponse, TestUser};
use crate::upload::RESUME as BYTES;

const RESUME: &str = match std::str::from_utf8(BYTES) {
    Ok(text) => text,
    Err(_) => panic!("the resume of the upload tests is text"),
};

async fn apply(app: &TestApp, user: &TestUser, job: &str, resume: Option<&str>) -> TestResponse {
    let request = app.post(&format!("/jobs/{job}/apply")).token(user);
    match resume {
        Some(text) => {
            let file = reqwest::multipart::Part::text(text.to_owned()).file_name("resume.txt");
            let form = reqwest::multipart::Form::new().part("file", file);
            request.multipart(form).send().await
        }
        None => request.send().await,
    }
}

async fn change_job(app: &TestApp, acme: &TestOrganization, job: &str, body: &Value) {
    let request = app.patch(&format!("/jobs/{job}")).token(&acme.recruiter);
    request.header("if-match", "*").json(body).send().await.data(200);
}

async fn own(app: &TestApp, user: &TestUser) -> Value {
    let response = app.get("/profile/applications").token(user).send().await;
    response.data(200).clone()
}

#[actix_web::test]
async fn a_candidate_applies_once_with_a_resume_and_then_to_other_jobs_without() {
    let app = TestApp::start().await;
    let (acme, user) = (app.organization("Acme").await, app.candidate_user().await);
    let (baker, cook) = (job(&app, &acme, "Baker").await, job(&app, &acme, "Cook").await);
    let without = apply(&app, &user, &baker, None).await;
    assert_eq!(without.status, 400);
    without.problem("no-file");
    let first = apply(&app, &user, &baker, Some(RESUME)).await;
    let told = first.data(201);
    assert_eq!(
        (&told["job_title"], &told["stage"], &told["organization_name"]),
        (&json!("Baker"), &json!("applied"), &json!("Acme"))
    );
    for resume in [Some(RESUME), None, Some("Another resume\nof the same person")] {
        let again = apply(&app, &user, &baker, resume).await;
        assert_eq!(again.status, 409, "{}", again.text());
        again.problem("already-applied");
    }
    let second = apply(&app, &user, &cook, None).await;
    assert_eq!(second.data(201)["candidate_id"], told["candidate_id"]);
    assert_eq!(own(&app, &user).await.as_array().unwrap().len(), 2);
    let seen = app.get("/applications").token(&acme.recruiter).send().await;
    assert_eq!(seen.json["meta"]["total"], 2);
    let parsing = "SELECT count(*) FROM tasks WHERE kind = 'parse_resume'";
    assert_eq!(app.count(parsing).await, 1);
    assert_eq!(app.count("SELECT count(*) FROM candidates").await, 1);
    app.db.leave_tasks();
}

#[actix_web::test]
async fn two_applications_at_once_are_one_and_a_repeated_request_is_answered_again() {
    let app = TestApp::start().await;
    let (acme, user) = (app.organization("Acme").await, app.candidate_user().await);
    let baker = job(&app, &acme, "Baker").await;
    let (one, other) = futures::join!(
        apply(&app, &user, &baker, Some(RESUME)),
        apply(&app, &user, &baker, Some("Another resume\nof the same person"))
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{} {}", one.text(), other.text());
    assert_eq!(app.count("SELECT count(*) FROM applications").await, 1);
    let cook = job(&app, &acme, "Cook").await;
    let repeat = async || {
        let request = app.post(&format!("/jobs/{cook}/apply")).token(&user);
        request.header("idempotency-key", "cook").send().await
    };
    let first = repeat().await;
    assert_eq!(first.data(201)["id"], repeat().await.data(201)["id"]);
    app.db.leave_tasks();
}

#[actix_web::test]
async fn a_job_that_is_closed_or_a_draft_or_nowhere_takes_no_application() {
    let app = TestApp::start().await;
    let (acme, user) = (app.organization("Acme").await, app.candidate_user().await);
    let baker = job(&app, &acme, "Baker").await;
    change_job(&app, &acme, &baker, &json!({"state": "closed"})).await;
    let closed = apply(&app, &user, &baker, Some(RESUME)).await;
    assert_eq!(closed.status, 409);
    closed.problem("job-not-open");
    change_job(&app, &acme, &baker, &json!({"state": "draft"})).await;
    for job in [baker.as_str(), "018f0000-0000-7000-8000-000000000000"] {
        let refused = apply(&app, &user, job, Some(RESUME)).await;
        assert_eq!(refused.status, 404);
        refused.problem("not-found");
    }
    assert_eq!(app.count("SELECT count(*) FROM candidates").await, 0);
    assert_eq!(app.count("SELECT count(*) FROM stored_objects").await, 0);
    let member = apply(&app, &acme.recruiter, &baker, Some(RESUME)).await;
    assert_eq!(member.status, 403);
}

#[actix_web::test]
async fn whoever_was_uploaded_by_a_recruiter_becomes_the_user_who_brings_the_same_file_and_nobody_else() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let (user, other) = (app.candidate_user().await, app.candidate_user().await);
    let baker = job(&app, &acme, "Baker").await;
    let form = crate::upload::form("ada.txt", BYTES);
    let uploaded = crate::upload::upload(&app, &acme.recruiter, form).await;
    let applied = apply(&app, &user, &baker, Some(RESUME)).await;
    assert_eq!(
        applied.data(201)["candidate_id"],
        uploaded.data(201)["candidate_id"]
    );
    let stolen = apply(&app, &other, &baker, Some(RESUME)).await;
    assert_eq!(stolen.status, 409);
    stolen.problem("conflict");
    assert_eq!(own(&app, &other).await, json!([]));
    app.db.leave_tasks();
}

#[actix_web::test]
async fn a_candidate_withdraws_their_own_application_and_nobody_elses() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let (user, other) = (app.candidate_user().await, app.candidate_user().await);
    let baker = job(&app, &acme, "Baker").await;
    let applied = apply(&app, &user, &baker, Some(RESUME)).await;
    let id = applied.data(201)["id"].as_str().unwrap().to_owned();
    let path = format!("/profile/applications/{id}/withdraw");
    let withdraw = async |user: &TestUser| app.post(&path).token(user).json(&json!({})).send().await;
    assert_eq!(withdraw(&other).await.status, 404);
    assert_eq!(withdraw(&user).await.data(200)["stage"], "withdrawn");
    withdraw(&user).await.problem("illegal-move");
    let seen = app.get(&format!("/applications/{id}")).token(&acme.recruiter);
    let seen = seen.send().await;
    let moved = &seen.data(200)["moves"][0];
    assert_eq!(moved["to"], "withdrawn");
    assert_eq!(moved["moved_by"], user.user_id.to_string());
    app.db.leave_tasks();
}

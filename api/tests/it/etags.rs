//! Versions in both directions: changes name what they change, and what somebody has already is not sent again.

use hiring_api::routes;
use serde_json::json;

use crate::test_app::{TestApp, TestResponse};
use crate::upload::{RESUME, candidate, form};

async fn create(app: &TestApp, user: &crate::test_app::TestUser, title: &str) -> TestResponse {
    let body =
        json!({"title": title, "description": "Words about it.", "requirements": {"must_have": ["Rust"]}});
    app.post("/jobs").token(user).json(&body).send().await
}

#[actix_web::test]
async fn every_route_that_changes_part_of_a_thing_wants_its_version() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let job = create(&app, &acme.recruiter, "Engineer").await.data(201)["id"].clone();
    let candidate_user = app.candidate_user().await;
    let apply = app
        .post(&format!("/jobs/{}/apply", job.as_str().unwrap()))
        .token(&candidate_user);
    apply.multipart(form("ada.txt", RESUME)).send().await.data(201);
    let listed = app.get("/applications").token(&acme.recruiter).send().await;
    let application = listed.data(200)[0]["id"].clone();
    let things = [
        ("/jobs/{id}", job.as_str().unwrap(), json!({"title": "Lead"})),
        (
            "/applications/{id}",
            application.as_str().unwrap(),
            json!({"stage": "interview"}),
        ),
        ("/organizations/current", "", json!({"name": "Umbrella"})),
    ];
    let mut changing: Vec<&str> = routes::routes()
        .iter()
        .filter(|route| matches!(route.method.as_str(), "PATCH" | "PUT"))
        .map(|route| route.path)
        .collect();
    changing.sort_unstable();
    let mut tried: Vec<&str> = things.iter().map(|(path, ..)| *path).collect();
    tried.sort_unstable();
    assert_eq!(changing, tried, "each is tried below");
    for (path, id, change) in things {
        let path = path.replace("{id}", id);
        let tag = app.get(&path).token(&acme.admin).send().await.header("etag");
        let send = async |tag: Option<&str>| {
            let request = app.patch(&path).token(&acme.admin).json(&change);
            match tag {
                Some(tag) => request.header("if-match", tag).send().await,
                None => request.send().await,
            }
        };
        let without = send(None).await;
        assert_eq!(without.status, 428, "{path}");
        without.problem("version-required");
        for stale in ["\"0\"", "\"999-0123456789abcdef\"", "W/\"1\"", "nonsense"] {
            let refused = send(Some(stale)).await;
            assert_eq!(refused.status, 412, "{path} {stale}");
            refused.problem("version-mismatch");
        }
        let changed = send(Some(&tag)).await;
        assert_eq!(changed.version(), Some(2), "{path}: {}", changed.text());
        let late = send(Some(&tag)).await;
        assert_eq!(late.status, 412, "{path}: the second of two changes");
        let again = app.patch(&path).token(&acme.admin).json(&change);
        let again = again.header("if-match", &changed.header("etag")).send().await;
        assert_ne!(
            again.status, 412,
            "{path}: the answer to a change names the version to go on from"
        );
    }
}

#[actix_web::test]
async fn what_a_caller_has_is_not_sent_again_until_it_changes() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let created = create(&app, &acme.recruiter, "Engineer").await;
    let job = format!("/jobs/{}", created.data(201)["id"].as_str().unwrap());
    let (id, _) = candidate(&app, &acme.recruiter, 1).await;
    let paths = [
        job.clone(),
        "/jobs".into(),
        "/candidates".into(),
        format!("/candidates/{id}"),
        "/auth/me".into(),
    ];
    for path in &paths {
        let first = app.get(path).token(&acme.recruiter).send().await;
        let tag = first.header("etag");
        assert!(first.status == 200 && tag.len() > 18, "{path}: {tag}");
        let second = app
            .get(path)
            .token(&acme.recruiter)
            .header("if-none-match", &tag)
            .send()
            .await;
        assert_eq!((second.status, second.bytes.len()), (304, 0), "{path}");
        assert_eq!(second.header("etag"), tag);
        assert!(!second.header("cache-control").is_empty() && !second.header("x-request-id").is_empty());
        let other = app
            .get(path)
            .token(&acme.recruiter)
            .header("if-none-match", "\"1\"")
            .send()
            .await;
        assert_eq!(other.status, 200, "{path}");
    }
    let tags = async || {
        let mut tags = Vec::new();
        for path in &paths[..2] {
            tags.push(app.get(path).token(&acme.recruiter).send().await.header("etag"));
        }
        tags
    };
    let before = tags().await;
    let change = app.patch(&job).token(&acme.recruiter).header("if-match", "*");
    change.json(&json!({"title": "Lead"})).send().await.data(200);
    let after = tags().await;
    assert!(
        before[0] != after[0] && before[1] != after[1],
        "the job and the list that it is on"
    );
    let stranger = app.get(&job).header("if-none-match", &after[0]).send().await;
    assert_eq!(
        stranger.status, 200,
        "members see more of a job: theirs is not the stranger's"
    );
    let missing = app
        .get("/jobs/018f0000-0000-7000-8000-000000000000")
        .header("if-none-match", "*");
    assert_eq!(missing.send().await.status, 404);
}

//! Jobs: the public board and what recruiters do with their own.

use serde_json::{Value, json};

use crate::test_app::{TestApp, TestOrganization};

fn rust_job() -> Value {
    json!({
        "title": "Rust engineer", "description": "Builds the spine of a hiring platform.", "location": "Berlin",
        "job_type": "full_time",
        "requirements": {
            "must_have": ["Rust", " Rust ", "PostgreSQL"], "nice_to_have": ["Kubernetes"], "min_experience_years": 3,
            "location": "Berlin", "education": "bachelor"
        },
        "salary_min": 70_000, "salary_max": 90_000, "salary_currency": "EUR"
    })
}

async fn create(app: &TestApp, organization: &TestOrganization, body: &Value) -> String {
    let response = app
        .post("/jobs")
        .token(&organization.recruiter)
        .json(body)
        .send()
        .await;
    response.data(201)["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_recruiter_creates_a_job_and_everybody_reads_it() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let response = app
        .post("/jobs")
        .token(&acme.recruiter)
        .json(&rust_job())
        .send()
        .await;
    let job = response.data(201);
    assert_eq!(
        job["requirements"]["must_have"],
        json!(["Rust", "PostgreSQL"]),
        "repeated skills are kept once"
    );
    assert_eq!(
        (response.version(), job["state"].as_str()),
        (Some(1), Some("open"))
    );
    let id = job["id"].as_str().unwrap();
    assert_eq!(response.header("location"), format!("/api/v1/jobs/{id}"));

    let read = app.get(&format!("/jobs/{id}")).send().await;
    assert_eq!(read.data(200)["title"], "Rust engineer");
    assert_eq!(read.version(), Some(1));
}

#[actix_web::test]
async fn a_draft_is_seen_by_its_own_organization_only() {
    let app = TestApp::start().await;
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    let mut body = rust_job();
    body["state"] = "draft".into();
    let id = create(&app, &acme, &body).await;
    let path = format!("/jobs/{id}");
    app.get(&path).token(&acme.recruiter).send().await.data(200);
    for response in [
        app.get(&path).send().await,
        app.get(&path).token(&other.recruiter).send().await,
    ] {
        assert_eq!(response.status, 404);
        response.problem("not-found");
    }
    assert_eq!(app.get("/jobs").send().await.json["meta"]["total"], 0);
    assert_eq!(
        app.get("/jobs").token(&acme.recruiter).send().await.json["meta"]["total"],
        1
    );
}

#[actix_web::test]
async fn the_board_is_paged_filtered_and_linked() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    for (title, location) in [
        ("Rust engineer", "Berlin"),
        ("Nurse", "Leeds"),
        ("Rust lead", "Berlin, Germany"),
    ] {
        create(&app, &acme, &json!({"title": title, "location": location})).await;
    }
    let first = app.get("/jobs?per_page=2").send().await;
    assert_eq!(
        (
            first.data(200).as_array().unwrap().len(),
            &first.json["meta"]["total"]
        ),
        (2, &json!(3))
    );
    assert_eq!(
        first.header("link"),
        "</api/v1/jobs?page=2&per_page=2>; rel=\"next\""
    );
    let second = app.get("/jobs?per_page=2&page=2").send().await;
    assert_eq!(second.data(200)[0]["title"], "Rust engineer", "newest first");
    assert!(second.header("link").contains("rel=\"prev\""));

    let titles = |response: &crate::test_app::TestResponse| {
        let mut titles: Vec<String> = response
            .data(200)
            .as_array()
            .unwrap()
            .iter()
            .map(|job| job["title"].as_str().unwrap().to_owned())
            .collect();
        titles.sort();
        titles
    };
    assert_eq!(
        titles(&app.get("/jobs?search=rust").send().await),
        ["Rust engineer", "Rust lead"]
    );
    assert_eq!(titles(&app.get("/jobs?location=leeds").send().await), ["Nurse"]);
    assert_eq!(
        titles(&app.get("/jobs?job_type=contract").send().await),
        Vec::<String>::new()
    );
    assert_eq!(
        titles(
            &app.get("/jobs?search=%27%3B%20DROP%20TABLE%20jobs%3B%20%3A%2A%26%7C%21")
                .send()
                .await
        )
        .len(),
        0
    );
    let own = format!("/jobs?organization={}", acme.id);
    assert_eq!(app.get(&own).send().await.json["meta"]["total"], 3);
}

#[actix_web::test]
async fn pages_out_of_range_are_refused_and_unparsable_ones_malformed() {
    let app = TestApp::start().await;
    for (query, pointer) in [
        ("page=0", "page"),
        ("per_page=101", "per_page"),
        ("per_page=0", "per_page"),
        ("page=101&per_page=100", "page"),
    ] {
        let response = app.get(&format!("/jobs?{query}")).send().await;
        assert_eq!(response.status, 422, "{query}");
        response.invalid(pointer);
    }
    for query in ["page=x", "page=-1", "colour=red"] {
        let response = app.get(&format!("/jobs?{query}")).send().await;
        assert_eq!(response.status, 400, "{query}");
        response.problem("malformed-request");
    }
}

#[actix_web::test]
async fn every_bad_field_of_a_job_is_named() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let long = "x".repeat(81);
    let body = json!({
        "title": " ", "description": "x".repeat(20_001), "location": "a\u{0}b", "job_type": "slavery", "state": "limbo",
        "requirements": {"must_have": [long], "min_experience_years": 51, "education": "magic"},
        "salary_min": 5, "salary_max": 4, "salary_currency": "euro"
    });
    let response = app.post("/jobs").token(&acme.recruiter).json(&body).send().await;
    assert_eq!(response.status, 422);
    for pointer in [
        "/title",
        "/description",
        "/location",
        "/job_type",
        "/state",
        "/requirements/must_have/0",
        "/requirements/min_experience_years",
        "/requirements/education",
        "/salary_max",
        "/salary_currency",
    ] {
        response.invalid(pointer);
    }
    assert_eq!(app.count("SELECT count(*) FROM jobs").await, 0);
}

#[actix_web::test]
async fn bodies_that_are_no_json_or_do_not_fit_are_told_apart() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let send = |content_type: &'static str, body: Vec<u8>| {
        app.post("/jobs")
            .token(&acme.recruiter)
            .body(content_type, body)
            .send()
    };
    let cases: [(&str, Vec<u8>, u16, &str); 6] = [
        ("text/plain", b"{}".to_vec(), 415, "unsupported-type"),
        (
            "application/json",
            b"{\"title\": ".to_vec(),
            400,
            "malformed-request",
        ),
        (
            "application/json",
            b"{\"title\": \"\xff\"}".to_vec(),
            400,
            "malformed-request",
        ),
        (
            "application/json",
            br#"{"title": "Nurse", "colour": "red"}"#.to_vec(),
            422,
            "validation-failed",
        ),
        (
            "application/json",
            br#"{"title": 7}"#.to_vec(),
            422,
            "validation-failed",
        ),
        ("application/json", vec![b' '; 300_000], 413, "too-large"),
    ];
    for (content_type, body, status, slug) in cases {
        let response = send(content_type, body).await;
        assert_eq!(response.status, status, "{}", response.text());
        response.problem(slug);
    }
    send("application/json", br#"{"title": 7}"#.to_vec())
        .await
        .invalid("/title");
}

#[actix_web::test]
async fn a_change_names_its_version_and_touches_only_what_it_sends() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let path = format!("/jobs/{}", create(&app, &acme, &rust_job()).await);
    let change = |tag: &'static str, body: Value| {
        app.patch(&path)
            .token(&acme.recruiter)
            .header("if-match", tag)
            .json(&body)
            .send()
    };
    let without = app
        .patch(&path)
        .token(&acme.recruiter)
        .json(&json!({"title": "Lead"}))
        .send()
        .await;
    assert_eq!(without.status, 428);
    without.problem("version-required");

    let changed = change("\"1\"", json!({"title": "Rust lead", "location": null})).await;
    let job = changed.data(200);
    assert_eq!(
        (job["title"].as_str(), &job["location"]),
        (Some("Rust lead"), &Value::Null)
    );
    assert_eq!((&job["salary_max"], changed.version()), (&json!(90_000), Some(2)));

    let late = change("\"1\"", json!({"title": "Too late"})).await;
    assert_eq!(late.status, 412);
    late.problem("version-mismatch");
    change("\"2\"", json!({"salary_min": 100_000}))
        .await
        .invalid("/salary_max");
    assert_eq!(
        change("*", json!({"state": "closed"})).await.data(200)["state"],
        "closed"
    );
}

#[actix_web::test]
async fn another_organizations_job_can_be_neither_changed_nor_deleted() {
    let app = TestApp::start().await;
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    let path = format!("/jobs/{}", create(&app, &acme, &rust_job()).await);
    let change = app
        .patch(&path)
        .token(&other.admin)
        .header("if-match", "*")
        .json(&json!({"title": "Mine"}))
        .send()
        .await;
    let delete = app.delete(&path).token(&other.admin).send().await;
    for response in [change, delete] {
        assert_eq!(response.status, 404);
        response.problem("not-found");
    }
    assert_eq!(app.get(&path).send().await.data(200)["title"], "Rust engineer");
}

#[actix_web::test]
async fn a_deleted_job_is_gone() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let path = format!("/jobs/{}", create(&app, &acme, &rust_job()).await);
    assert_eq!(app.delete(&path).token(&acme.recruiter).send().await.status, 204);
    assert_eq!(app.get(&path).send().await.status, 404);
    assert_eq!(app.delete(&path).token(&acme.recruiter).send().await.status, 404);
}

#[actix_web::test]
async fn the_free_plan_caps_open_jobs_but_not_drafts() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    for number in 0..10 {
        create(&app, &acme, &json!({"title": format!("Job {number}")})).await;
    }
    let refused = app
        .post("/jobs")
        .token(&acme.recruiter)
        .json(&json!({"title": "One more"}))
        .send()
        .await;
    assert_eq!(refused.status, 403);
    refused.problem("plan-limit");
    let draft = create(&app, &acme, &json!({"title": "For later", "state": "draft"})).await;
    let opened = app
        .patch(&format!("/jobs/{draft}"))
        .token(&acme.recruiter)
        .header("if-match", "*");
    assert_eq!(opened.json(&json!({"state": "open"})).send().await.status, 403);
}

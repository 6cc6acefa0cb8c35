//! A request and the tasks that it asks for are one trace.

use crate::test_app::TestApp;
use crate::upload::{RESUME, form};

#[tokio::test]
async fn a_callers_trace_goes_through_the_request_into_its_task() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let user = app.organization("Engines").await.recruiter;
    let response = app
        .post("/candidates/upload")
        .token(&user)
        .header(
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        )
        .multipart(form("ada.txt", RESUME))
        .send()
        .await;
    response.data(201);
    let answered = response.header("traceparent");
    assert!(answered.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-") && answered.ends_with("-01"));
    assert!(!answered.contains("00f067aa0ba902b7"), "a span of its own");
    let traced =
        format!("SELECT count(*) FROM tasks WHERE kind = 'parse_resume' AND trace_context = '{answered}'");
    assert_eq!(app.count(&traced).await, 1);
}

#[tokio::test]
async fn a_request_without_a_sound_trace_begins_one() {
    let app = TestApp::start().await;
    let first = app.get("/jobs").header("traceparent", "nonsense").send().await;
    let second = app.get("/jobs").send().await;
    let trace = |header: String| header.split('-').nth(1).map(str::to_owned);
    let (first, second) = (
        trace(first.header("traceparent")),
        trace(second.header("traceparent")),
    );
    assert!(first.is_some() && first != second);
}

#[tokio::test]
async fn the_line_of_a_request_tells_route_status_time_and_ids_and_nothing_of_its_query() {
    let app = TestApp::start().await;
    let acme = app.organization("Engines").await;
    let id = format!("line-{}", hiring_core::random::uuid_v4().simple());
    let asked = app.get("/candidates/search?q=somebody").token(&acme.recruiter);
    let response = asked.header("x-request-id", &id).send().await;
    response.data(200);
    let log = std::fs::read_to_string(hiring_testkit::logs::file().unwrap()).unwrap();
    let line = log
        .lines()
        .find(|line| line.contains(&id) && line.contains("\"answered\""))
        .unwrap();
    assert!(!line.contains("somebody"), "{line}");
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    let expected = serde_json::json!({
        "method": "GET",
        "route": "/api/v1/candidates/search",
        "status": 200,
        "user": acme.recruiter.user_id.uuid(),
        "organization": acme.id.uuid(),
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&line[field], value, "{field}");
    }
    assert!(line["milliseconds"].as_f64().is_some_and(|time| time > 0.0));
    let trace = response.header("traceparent");
    let told = ["trace_id", "span_id"].map(|field| line["span"][field].as_str().unwrap().to_owned());
    assert_eq!(line["span"]["request_id"], id);
    assert!(
        trace.starts_with(&format!("00-{}-{}-", told[0], told[1])),
        "{trace}"
    );
}

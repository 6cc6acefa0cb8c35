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

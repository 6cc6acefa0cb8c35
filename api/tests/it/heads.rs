//! HEAD wherever GET is (RFC 9110 9.1): the same answer without its body.

use std::collections::BTreeSet;

use serde_json::json;
use tokio::io::AsyncReadExt;

use crate::raw::Raw;
use crate::test_app::TestApp;
use crate::upload::candidate;

/// What says how an answer came about and differs from one to the next of the same thing.
const OF_THE_MOMENT: [&str; 7] = [
    // The time in the answer is written in as many digits as it has.
    "content-length",
    "x-request-id",
    "traceparent",
    "date",
    "ratelimit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
];

#[actix_web::test]
async fn head_answers_with_the_fields_of_get_and_no_body() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let user = app.organization("Acme").await.recruiter;
    let job = json!({"title": "Baker", "description": "Bakes.", "state": "open"});
    let created = app.post("/jobs").token(&user).json(&job).send().await;
    let job = format!("/jobs/{}", created.data(201)["id"].as_str().unwrap());
    let (id, _) = candidate(&app, &user, 1).await;
    let paths = [
        job.clone(),
        format!("/candidates/{id}"),
        format!("/candidates/{id}/resume"),
        "/jobs/018f0000-0000-7000-8000-000000000000".into(),
        "/health".into(),
        "/api/docs".into(),
        "/api/openapi.json".into(),
        "/api/redoc".into(),
    ];
    for path in &paths {
        let get = app.get(path).token(&user).send().await;
        let head = app.request("HEAD", path).token(&user).send().await;
        assert_eq!((head.status, head.bytes.len()), (get.status, 0), "{path}");
        let names = [&head, &get].map(|answer| {
            let names = answer.headers.keys().map(ToString::to_string);
            names.collect::<BTreeSet<_>>()
        });
        assert_eq!(names[0], names[1], "{path}");
        for name in &names[0] {
            if !OF_THE_MOMENT.contains(&name.as_str()) {
                let [of_head, of_get] =
                    [&head, &get].map(|answer| answer.headers.get_all(name).iter().collect::<Vec<_>>());
                assert_eq!(of_head, of_get, "{path}: {name}");
            }
        }
    }
    let tag = app.get(&job).token(&user).send().await.header("etag");
    let known = app
        .request("HEAD", &job)
        .token(&user)
        .header("if-none-match", &tag);
    assert_eq!(known.send().await.status, 304);
    let counted = app.request("HEAD", &job).token(&user).send().await;
    assert!(counted.header("ratelimit").starts_with("\"read\""), "{counted:?}");
    let nothing = app.request("HEAD", "/jobs/parse").token(&user).send().await;
    assert_eq!(
        (nothing.status, nothing.header("allow")),
        (405, "POST".to_owned())
    );
}

#[actix_web::test]
async fn the_connection_goes_on_after_head() {
    let app = TestApp::start().await;
    let mut raw = Raw::connect(&app).await;
    raw.send(b"HEAD /api/v1/jobs HTTP/1.1\r\nhost: localhost\r\naccept-encoding: gzip\r\n\r\n")
        .await;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(raw.0.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 200"), "{head:?}");
    raw.send(b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .await;
    let rest = raw.rest().await;
    assert!(
        rest.starts_with("HTTP/1.1 200"),
        "nothing between the answers: {rest}"
    );
}

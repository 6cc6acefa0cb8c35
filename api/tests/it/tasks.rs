//! Following background work.

use crate::test_app::TestApp;
use crate::upload::candidate;

#[actix_web::test]
async fn a_task_is_followed_until_it_is_over() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let (_, task) = candidate(&app, &acme.recruiter, 1).await;
    let path = format!("/tasks/{task}");
    let shown = app.get(&path).token(&acme.admin).send().await;
    let data = shown.data(200);
    assert_eq!(
        (data["state"].as_str(), data["attempts"].as_i64()),
        (Some("queued"), Some(0))
    );
    assert_eq!(
        (shown.header("retry-after"), shown.header("cache-control")),
        ("1".into(), "no-store".into())
    );

    let client = app.db.client().await;
    let running =
        "UPDATE tasks SET state = 'running', lease_id = gen_random_uuid(), attempt = 1, started_at = now(),
                   stage = 'parsing', progress = 10";
    client.batch_execute(running).await.unwrap();
    let shown = app.get(&path).token(&acme.recruiter).send().await;
    assert_eq!(shown.data(200)["stage"], "parsing");
    assert_eq!(
        (shown.data(200)["progress"].as_i64(), shown.header("retry-after")),
        (Some(10), "1".into())
    );

    let dead = r#"UPDATE tasks SET state = 'dead', lease_id = NULL, finished_at = now(),
                  last_error = '{"code": "encrypted", "message": "It has a password.", "retryable": false}'"#;
    client.batch_execute(dead).await.unwrap();
    let shown = app.get(&path).token(&acme.recruiter).send().await;
    assert_eq!(shown.data(200)["state"], "dead");
    assert_eq!(shown.data(200)["error"]["code"], "encrypted");
    assert_eq!(shown.header("retry-after"), "");
}

#[actix_web::test]
async fn tasks_are_shown_to_members_of_their_organization_only() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    let (_, task) = candidate(&app, &acme.recruiter, 1).await;
    let path = format!("/tasks/{task}");
    assert_eq!(
        app.get(&path).send().await.problem("unauthenticated")["status"],
        401
    );
    let person = app.candidate_user().await;
    assert_eq!(
        app.get(&path).token(&person).send().await.problem("forbidden")["status"],
        403
    );
    assert_eq!(
        app.get(&path)
            .token(&other.admin)
            .send()
            .await
            .problem("not-found")["status"],
        404
    );
    assert_eq!(
        app.get("/tasks/seven")
            .token(&acme.admin)
            .send()
            .await
            .problem("malformed-request")["status"],
        400
    );
}

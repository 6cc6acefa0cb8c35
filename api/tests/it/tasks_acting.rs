//! What people may do to background work.

use futures::future::join_all;
use serde_json::{Value, json};

use crate::test_app::{TestApp, TestResponse, TestUser};
use crate::upload::candidate;

const DEAD: &str = r#"UPDATE tasks SET state = 'dead', finished_at = now(), attempt = 4, deadline = NULL,
    last_error = '{"code": "crashed", "message": "It crashed.", "retryable": true}' WHERE kind = 'parse_resume'"#;

async fn act(app: &TestApp, user: &TestUser, path: &str) -> TestResponse {
    app.post(path).token(user).send().await
}

async fn run(app: &TestApp, statement: &str) {
    app.db.client().await.batch_execute(statement).await.unwrap();
}

async fn listed(app: &TestApp, user: &TestUser, query: &str) -> Vec<Value> {
    let answer = app.get(&format!("/tasks{query}")).token(user).send().await;
    answer.data(200).as_array().unwrap().clone()
}

/// A batch of resumes that wait to be read: the batch's id and its parts'.
async fn batch(app: &TestApp, user: &TestUser, size: usize) -> (String, Vec<String>) {
    let parent = "INSERT INTO tasks (id, kind, organization_id, user_id, payload, run_at, state)
        SELECT gen_random_uuid(), 'batch', organization_id, user_id, '{\"of\": \"upload\"}', now(), 'waiting'
        FROM tasks LIMIT 1";
    let mut parts = Vec::new();
    for number in 0..size {
        parts.push(candidate(app, user, number).await.1);
    }
    run(app, parent).await;
    run(
        app,
        "UPDATE tasks SET parent_id = (SELECT id FROM tasks WHERE kind = 'batch') WHERE kind = 'parse_resume';
         UPDATE tasks SET open_children = (SELECT count(*) FROM tasks WHERE kind = 'parse_resume') WHERE kind = 'batch'",
    )
    .await;
    let id = app
        .db
        .client()
        .await
        .query_one("SELECT id::text FROM tasks WHERE kind = 'batch'", &[])
        .await
        .unwrap();
    (id.get(0), parts)
}

#[actix_web::test]
async fn a_dead_task_is_retried_and_its_candidate_is_being_read_again() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let (person, task) = candidate(&app, &acme.recruiter, 1).await;
    let path = format!("/tasks/{task}/retry");
    let early = act(&app, &acme.recruiter, &path).await;
    assert_eq!(early.problem("task-not-dead")["status"], 409);
    run(&app, DEAD).await;
    run(
        &app,
        "UPDATE candidates SET status = 'failed', failure_code = 'crashed', failure_reason = 'It crashed.'",
    )
    .await;
    let shown = listed(&app, &acme.recruiter, "?state=dead&kind=parse_resume").await;
    assert_eq!(shown[0]["error"]["message"], "It crashed.");
    let again = act(&app, &acme.recruiter, &path).await;
    assert_eq!(again.data(202)["state"], "queued");
    assert_eq!(again.data(202)["attempts"], 0);
    let person = app
        .get(&format!("/candidates/{person}"))
        .token(&acme.recruiter)
        .send()
        .await;
    assert_eq!(person.data(200)["status"], "processing");
    let audited = "SELECT count(*) FROM audit_log WHERE action = 'task.retried' AND actor_id IS NOT NULL";
    assert_eq!(app.count(audited).await, 1);
    assert!(listed(&app, &acme.recruiter, "?state=dead").await.is_empty());
}

#[actix_web::test]
async fn a_live_twin_is_followed_instead_of_retrying() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let (_, task) = candidate(&app, &acme.recruiter, 1).await;
    run(&app, DEAD).await;
    run(
        &app,
        "INSERT INTO tasks (id, kind, organization_id, payload, run_at, unique_key)
         SELECT gen_random_uuid(), kind, organization_id, payload, now(), unique_key FROM tasks",
    )
    .await;
    let twin = act(&app, &acme.recruiter, &format!("/tasks/{task}/retry")).await;
    assert_eq!(twin.problem("task-superseded")["status"], 409);
    let all = app
        .post("/tasks/retry")
        .token(&acme.admin)
        .json(&json!({ "kind": "parse_resume" }));
    let all = all.send().await;
    assert_eq!(
        (&all.data(202)["retried"], &all.data(202)["remaining"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(app.count("SELECT count(*) FROM audit_log").await, 0);
}

#[actix_web::test]
async fn a_cancelled_reading_leaves_a_candidate_who_says_so() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let (person, task) = candidate(&app, &acme.recruiter, 1).await;
    let path = format!("/tasks/{task}/cancel");
    assert_eq!(
        act(&app, &acme.recruiter, &path).await.data(200)["state"],
        "cancelled"
    );
    let person = app
        .get(&format!("/candidates/{person}"))
        .token(&acme.recruiter)
        .send()
        .await;
    assert_eq!(person.data(200)["status"], "failed");
    assert_eq!(person.data(200)["failure"]["code"], "cancelled");
    let over = act(&app, &acme.recruiter, &path).await;
    assert_eq!(over.problem("task-over")["status"], 409);
    let audited = "SELECT count(*) FROM audit_log WHERE action = 'task.cancelled'";
    assert_eq!(app.count(audited).await, 1);
}

#[actix_web::test]
async fn recruiters_reach_their_own_tasks_and_admins_those_of_the_organization() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    let (_, task) = candidate(&app, &acme.admin, 1).await;
    for stranger in [&acme.recruiter, &other.admin] {
        let shown = app.get(&format!("/tasks/{task}")).token(stranger).send().await;
        assert_eq!(shown.problem("not-found")["status"], 404);
        for action in ["retry", "cancel"] {
            let refused = act(&app, stranger, &format!("/tasks/{task}/{action}")).await;
            assert_eq!(refused.problem("not-found")["status"], 404);
        }
        assert!(listed(&app, stranger, "").await.is_empty());
    }
    run(&app, "UPDATE tasks SET user_id = NULL").await;
    assert_eq!(listed(&app, &acme.admin, "?state=queued").await.len(), 1);
    let wrong = app.get("/tasks?state=published").token(&acme.admin).send().await;
    wrong.invalid("state");
}

#[actix_web::test]
async fn one_key_does_not_answer_for_two_tasks() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let (_, first) = candidate(&app, &acme.recruiter, 1).await;
    let (_, second) = candidate(&app, &acme.recruiter, 2).await;
    run(&app, DEAD).await;
    let retry = async |task: &str| {
        let request = app.post(&format!("/tasks/{task}/retry")).token(&acme.recruiter);
        request.header("idempotency-key", "key").send().await
    };
    assert_eq!(retry(&first).await.data(202)["id"], *first);
    assert_eq!(
        retry(&second).await.problem("idempotency-mismatch")["status"],
        422
    );
    let replayed = retry(&first).await;
    assert_eq!(replayed.data(202)["id"], *first);
    assert_eq!(replayed.header("idempotency-replayed"), "true");
    assert_eq!(
        app.count("SELECT count(*) FROM tasks WHERE state = 'dead'").await,
        1
    );
}

#[actix_web::test]
async fn all_dead_tasks_of_a_kind_are_retried_at_once() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    candidate(&app, &acme.recruiter, 1).await;
    run(
        &app,
        "INSERT INTO tasks (id, kind, organization_id, payload, run_at, state, finished_at)
         SELECT gen_random_uuid(), 'index_chunks', organization_id, '{}', now(), 'dead', now()
         FROM tasks, generate_series(1, 1050)",
    )
    .await;
    let retry = async |user: &TestUser| {
        let request = app.post("/tasks/retry").token(user);
        request
            .json(&json!({ "kind": "index_chunks" }))
            .send()
            .await
            .data(202)
            .clone()
    };
    assert_eq!(
        retry(&acme.recruiter).await["retried"],
        0,
        "none of them was asked for by the recruiter"
    );
    let first = retry(&acme.admin).await;
    assert_eq!(
        (&first["retried"], &first["remaining"]),
        (&json!(1000), &json!(50))
    );
    let second = retry(&acme.admin).await;
    assert_eq!(
        (&second["retried"], &second["remaining"]),
        (&json!(50), &json!(0))
    );
    assert_eq!(
        app.count("SELECT count(*) FROM audit_log WHERE action = 'task.retried'")
            .await,
        1050
    );
}

#[actix_web::test]
async fn a_cancelled_batch_takes_its_waiting_parts_along_and_ends_with_its_running_ones() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let (parent, parts) = batch(&app, &acme.recruiter, 3).await;
    run(
        &app,
        &format!(
            "UPDATE tasks SET state = 'running', lease_id = gen_random_uuid() WHERE id = '{}'",
            parts[0]
        ),
    )
    .await;
    let shown = app
        .get(&format!("/tasks/{parent}"))
        .token(&acme.recruiter)
        .send()
        .await;
    assert_eq!(shown.data(200)["children"], json!({ "total": 3, "open": 3 }));
    assert_eq!(
        listed(&app, &acme.recruiter, &format!("?parent={parent}"))
            .await
            .len(),
        3
    );
    let cancelled = act(&app, &acme.recruiter, &format!("/tasks/{parent}/cancel")).await;
    let data = cancelled.data(200);
    assert_eq!(
        (&data["state"], &data["cancel_requested"]),
        (&json!("waiting"), &json!(true))
    );
    assert_eq!(data["children"], json!({ "total": 3, "open": 1 }));
    let part = app
        .get(&format!("/tasks/{}", parts[0]))
        .token(&acme.recruiter)
        .send()
        .await;
    assert_eq!(part.data(200)["cancel_requested"], true);
    assert_eq!(part.data(200)["parent_id"], *parent);
    // The last part loses its worker; it is over, and the batch with it.
    let alone = act(&app, &acme.recruiter, &format!("/tasks/{}/cancel", parts[1])).await;
    assert_eq!(alone.problem("task-over")["status"], 409);
}

#[actix_web::test]
async fn a_retried_part_makes_its_batch_wait_again() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let (parent, parts) = batch(&app, &acme.recruiter, 2).await;
    run(&app, DEAD).await;
    run(
        &app,
        "UPDATE tasks SET state = 'completed', finished_at = now(), open_children = 0,
            result = '{\"completed\": 0, \"dead\": 2, \"cancelled\": 0}' WHERE kind = 'batch'",
    )
    .await;
    act(&app, &acme.recruiter, &format!("/tasks/{}/retry", parts[0]))
        .await
        .data(202);
    let shown = app
        .get(&format!("/tasks/{parent}"))
        .token(&acme.recruiter)
        .send()
        .await;
    let data = shown.data(200);
    assert_eq!(
        (&data["state"], &data["finished_at"]),
        (&json!("waiting"), &Value::Null)
    );
    assert_eq!(data["children"], json!({ "total": 2, "open": 1 }));
    act(&app, &acme.recruiter, &format!("/tasks/{}/cancel", parts[0]))
        .await
        .data(200);
    let shown = app
        .get(&format!("/tasks/{parent}"))
        .token(&acme.recruiter)
        .send()
        .await;
    assert_eq!(shown.data(200)["state"], "completed");
    assert_eq!(
        shown.data(200)["result"],
        json!({ "completed": 0, "dead": 1, "cancelled": 1 })
    );
}

#[actix_web::test]
async fn cancels_of_a_batch_and_of_its_parts_at_once_never_stop_each_other() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let (parent, parts) = batch(&app, &acme.recruiter, 12).await;
    let ids = parts.iter().rev().chain([&parent, &parent]).chain(&parts);
    let answers =
        join_all(ids.map(async |id| act(&app, &acme.recruiter, &format!("/tasks/{id}/cancel")).await)).await;
    assert!(answers.iter().all(|answer| [200, 409].contains(&answer.status)));
    let cancelled = "SELECT count(*) FROM tasks WHERE state = 'cancelled' AND kind = 'parse_resume'";
    assert_eq!(app.count(cancelled).await, 12);
    // Whether the batch was reached before its last part ended decides how it ends; that it ends is certain.
    let ended =
        "SELECT count(*) FROM tasks WHERE kind = 'batch' AND finished_at IS NOT NULL AND open_children = 0";
    assert_eq!(app.count(ended).await, 1);
    assert_eq!(
        app.count("SELECT count(*) FROM candidates WHERE status = 'failed'")
            .await,
        12
    );
}

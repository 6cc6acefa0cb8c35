//! Drafts: made by the language model as far as its answers hold, else from a template that says so, and paid once.

use std::time::Duration;

use hiring_core::ids::{DraftId, TaskId, UserId};
use hiring_core::task::GenerateDraft;
use hiring_db::drafts::{self, DraftRow, NewDraft};
use hiring_db::model_usage;
use hiring_db::tasks::{EnqueueOptions, Enqueued};
use hiring_testkit::ModelServer;
use hiring_testkit::model::{Asked, Reply};
use serde_json::{Value, json};

use crate::stage::Stage;

/// A stage whose workers have this model, and nothing else that takes time.
async fn stage(server: &ModelServer, more: &[(&str, &str)]) -> Stage {
    let mut stage = Stage::set().await;
    let model = [
        ("EMBEDDING_BACKEND", "off"),
        ("OPENAI_API_KEY", "sk-1"),
        ("OPENAI_BASE_URL", server.base_url()),
        ("OPENAI_TIMEOUT_SECONDS", "2"),
        ("CIRCUIT_BREAKER_FAILURE_THRESHOLD", "1000"),
    ];
    for (name, value) in model.iter().chain(more) {
        stage.with(name, value);
    }
    stage
}

/// What the api does when a draft is asked for, but for the ring.
async fn insert(stage: &Stage, kind: &str, request: &Value) -> (DraftId, Enqueued) {
    let (id, user) = (DraftId::generate(), UserId::generate());
    let row = "INSERT INTO users (id, email, name, password_hash) VALUES ($1, $1::uuid::text || '@test.example', 'Ann', 'none')";
    stage.client.execute(row, &[&user.uuid()]).await.unwrap();
    let options = EnqueueOptions {
        organization_id: Some(stage.org),
        ..EnqueueOptions::default()
    };
    let mut connection = stage.database.database().connection().await.unwrap();
    let task = GenerateDraft { draft_id: id };
    let enqueued = stage
        .ringer
        .enqueue(&mut connection, &task, options)
        .await
        .unwrap();
    let new = NewDraft {
        id,
        kind,
        job: None,
        title: "Nurse",
        request,
        requested_by: user,
        task: enqueued.task_id,
    };
    drafts::insert(&mut connection, stage.org, new).await.unwrap();
    (id, enqueued)
}

/// Rings for a task.
async fn ring(stage: &Stage, enqueued: Enqueued) -> TaskId {
    let task = enqueued.task_id;
    stage.ringer.ring(&[enqueued]).await;
    task
}

/// Has a draft made; answers it and what its task says.
async fn made(stage: &Stage, kind: &str, request: &Value) -> (DraftRow, Value) {
    let (id, enqueued) = insert(stage, kind, request).await;
    let task = ring(stage, enqueued).await;
    stage.until_task(task, "completed").await;
    let mut connection = stage.database.database().connection().await.unwrap();
    let row = drafts::find(&mut connection, stage.org, id)
        .await
        .unwrap()
        .unwrap();
    (row, crate::cleanup::result(stage, task).await)
}

async fn used(stage: &Stage) -> model_usage::MonthRow {
    let mut connection = stage.database.database().connection().await.unwrap();
    model_usage::this_month(&mut connection, stage.org).await.unwrap()
}

fn questions(count: u8) -> Value {
    json!({ "title": "Nurse", "requirements": { "must_have": ["triage", "wound care"] }, "count": count })
}

fn question(number: usize, key: &str) -> Value {
    json!({
        "text": format!("Which colour is number {number}?"), "kind": "single_choice", "choices": ["red", "amber", "green"],
        "answer_key": [key], "difficulty": 1 + number % 5, "skill": "Triage", "explanation": "By the usual order.",
    })
}

/// As many questions as were asked for, two of three with a key that is none of the choices.
fn two_of_three_wrong(asked: &Asked) -> Reply {
    let wanted = asked.user().split("exactly ").nth(1).unwrap();
    let wanted: usize = wanted.split(',').next().unwrap().parse().unwrap();
    let first = asked.number * 100;
    let said =
        (first..first + wanted).map(|number| question(number, if number % 3 == 0 { "red" } else { "blue" }));
    Reply::json(&json!({ "questions": said.collect::<Vec<_>>() }))
}

fn description(_: &Asked) -> Reply {
    Reply::json(&json!({
        "introduction": "You look after patients and join a young team of 400.",
        "tasks": ["Sort patients by urgency", "Dress wounds"],
        "offer": [],
    }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_writes_the_prose_of_a_description_and_the_recruiter_its_requirements() {
    let server = ModelServer::start(description).await;
    let stage = stage(
        &server,
        &[("OPENAI_INPUT_PRICE", "10"), ("OPENAI_OUTPUT_PRICE", "20")],
    )
    .await;
    let worker = stage.start();
    let request = json!({ "title": "Nurse", "requirements": { "must_have": ["triage"] }, "notes": "Shifts of eight hours." });
    let (row, told) = made(&stage, "job_description", &request).await;
    assert_eq!(
        told,
        json!({ "draft_id": row.id, "kind": "job_description", "engine": "model", "ai_used": true })
    );
    assert_eq!(
        (row.model.as_deref(), row.answered_by.as_deref()),
        (Some("gpt-4o-mini"), Some("scripted-1"))
    );
    assert_eq!((row.reason, row.prompt_version.as_deref()), (None, Some("1")));
    let made = row.made.unwrap();
    let text = made["description"].as_str().unwrap();
    assert!(
        text.contains("You look after patients") && text.contains("- triage"),
        "{text}"
    );
    let words: Vec<&str> = made["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["words"].as_str().unwrap())
        .collect();
    assert_eq!(words, ["young", "400"]);
    assert!(server.requests()[0].user().contains("Shifts of eight hours."));
    let month = used(&stage).await;
    assert_eq!(
        (month.calls, month.tokens(), month.held, month.cost_micros),
        (1, 150, 0, 2_000)
    );
    let billed = "SELECT count(*) FROM model_calls WHERE purpose = 'draft' AND state = 'answered'";
    assert_eq!(stage.count(billed).await, 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn test_questions_that_do_not_hold_are_left_out_and_counted_and_the_model_is_asked_for_others() {
    let server = ModelServer::start(two_of_three_wrong).await;
    let stage = stage(&server, &[]).await;
    let worker = stage.start();
    let (row, told) = made(&stage, "test_questions", &questions(8)).await;
    let kept = row.made.unwrap();
    let kept_questions = kept["questions"].as_array().unwrap();
    // Two of eight, of the other six, and of the other four.
    assert_eq!((kept_questions.len(), &kept["dropped"]["key"]), (6, &json!(12)));
    assert!(
        kept_questions
            .iter()
            .all(|one| one["answer_key"] == json!(["red"]) && one["skill"] == "triage")
    );
    // Three calls are all that eight questions may take.
    assert_eq!((server.count(), &told["reason"]), (3, &json!("answer-invalid")));
    assert_eq!(
        (row.engine.as_deref(), used(&stage).await.calls),
        (Some("model"), 3)
    );
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_wrong_with_the_model_there_is_a_template_that_says_so() {
    let mut server = ModelServer::start(description).await;
    let stage = stage(&server, &[]).await;
    let worker = stage.start();
    let cases = [
        (Reply::Status(401, None, String::new()), "key-refused", 0),
        (Reply::Status(404, None, String::new()), "model-unknown", 0),
        (Reply::Status(429, Some(120), String::new()), "provider-busy", 0),
        (Reply::Cut, "provider-unavailable", 0),
        (Reply::Huge(5_000_000, false), "answer-too-large", 0),
        (Reply::Text("I would rather not.".into()), "answer-invalid", 300),
    ];
    for (reply, reason, tokens) in cases {
        let before = used(&stage).await.tokens();
        let scripted = reply.clone();
        server.script(move |_| scripted.clone());
        let (row, told) = made(
            &stage,
            "job_description",
            &json!({ "title": "Nurse", "language": "de" }),
        )
        .await;
        assert_eq!(
            (&told["engine"], &told["ai_used"], &told["reason"]),
            (&json!("template"), &json!(false), &json!(reason))
        );
        assert_eq!((row.model, row.reason.as_deref()), (None, Some(reason)));
        assert!(
            row.made.unwrap()["description"]
                .as_str()
                .unwrap()
                .starts_with("Nurse (m/w/d)")
        );
        assert_eq!(used(&stage).await.tokens() - before, tokens, "{reason}");
    }
    server.stop().await;
    let (row, _) = made(&stage, "test_questions", &questions(4)).await;
    assert_eq!(row.reason.as_deref(), Some("provider-unavailable"));
    let kinds = row.made.unwrap();
    let kinds = kinds["questions"].as_array().unwrap();
    assert!(kinds.len() == 4 && kinds.iter().all(|one| one["kind"] == "open"));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_key_or_without_budget_nobody_is_asked() {
    let server = ModelServer::start(description).await;
    for (variable, value, reason) in [
        ("OPENAI_API_KEY", "", "off"),
        ("AI_TOKENS_PER_MONTH_FREE", "0", "budget-exceeded"),
    ] {
        let stage = stage(&server, &[(variable, value)]).await;
        let worker = stage.start();
        let (row, _) = made(&stage, "test_questions", &questions(50)).await;
        assert_eq!(
            (row.engine.as_deref(), row.reason.as_deref()),
            (Some("template"), Some(reason))
        );
        // Two skills, and eight sentences for each.
        assert_eq!(row.made.unwrap()["questions"].as_array().unwrap().len(), 16);
        worker.stop().await;
    }
    assert_eq!(server.count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_whose_making_was_interrupted_goes_on_behind_the_answers_that_were_paid_for() {
    let server = ModelServer::start(|asked| {
        let said = (asked.number * 100..)
            .take(10)
            .map(|number| question(number, "green"));
        Reply::json(&json!({ "questions": said.collect::<Vec<_>>() }))
    })
    .await;
    let stage = stage(&server, &[]).await;
    let (id, enqueued) = insert(&stage, "test_questions", &questions(20)).await;
    let raw = json!({ "questions": (0..10).map(|number| question(number, "amber")).collect::<Vec<_>>() });
    let stored = json!({
        "raw": raw.to_string(), "model": "gpt-4o-mini", "answered_by": "scripted-1", "prompt_version": "1",
        "prompt_tokens": 100, "completion_tokens": 50, "cost_micros": 0,
    });
    let mut connection = stage.database.database().connection().await.unwrap();
    assert!(
        drafts::keep_answer(&mut connection, stage.org, id, &stored)
            .await
            .unwrap()
    );
    let worker = stage.start();
    let task = ring(&stage, enqueued).await;
    stage.until_task(task, "completed").await;
    let row = drafts::find(&mut connection, stage.org, id)
        .await
        .unwrap()
        .unwrap();
    drop(connection);
    assert_eq!((server.count(), row.reason), (1, None));
    let made = row.made.unwrap();
    let key = |at: usize| &made["questions"][at]["answer_key"][0];
    assert_eq!((key(9), key(10)), (&json!("amber"), &json!("green")));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_that_is_deleted_calls_its_task_off_and_what_was_answered_is_charged() {
    let server = ModelServer::start(|asked| description(asked).after(Duration::from_secs(1))).await;
    let stage = stage(&server, &[]).await;
    let worker = stage.start();
    let (_, early) = insert(&stage, "job_description", &json!({ "title": "Nurse" })).await;
    stage.client.batch_execute("DELETE FROM drafts").await.unwrap();
    let early = ring(&stage, early).await;
    stage.until_task(early, "cancelled").await;
    assert_eq!(server.count(), 0);

    let (_, late) = insert(&stage, "job_description", &json!({ "title": "Nurse" })).await;
    let late = ring(&stage, late).await;
    let asked = || async { (server.count() > 0).then_some(()) };
    hiring_testkit::eventually("the question", asked).await;
    stage.client.batch_execute("DELETE FROM drafts").await.unwrap();
    stage.until_task(late, "cancelled").await;
    let why = "SELECT count(*) FROM tasks WHERE last_error->>'code' = 'draft-deleted'";
    assert_eq!(stage.count(why).await, 2);
    assert_eq!(used(&stage).await.calls, 1);
    worker.stop().await;
}

//! Having the language model asked about an application, and what is said when that cannot be.

use std::process::{Command, Stdio};
use std::time::Duration;

use hiring_core::ids::{ApplicationId, CandidateId};
use hiring_testkit::model::{Reply, nothing, quoting};
use hiring_testkit::{ModelServer, eventually};
use serde_json::{Value, json};

use crate::applications::{job, put_on};
use crate::end_to_end::{start_worker, worker_program};
use crate::people::Person;
use crate::test_app::{TestApp, TestOrganization, TestResponse};

struct Scene {
    app: TestApp,
    acme: TestOrganization,
    job: String,
    mira: CandidateId,
    application: ApplicationId,
}

async fn scene(variables: &[(&str, &str)]) -> Scene {
    let app = TestApp::start_with(variables).await;
    let acme = app.organization("Acme").await;
    let job = job(&app, &acme, "Haskell engineer").await;
    let mira = app.readable(acme.id, &Person::mira()).await;
    let application = put_on(&app, &acme, mira, &job).await;
    Scene {
        app,
        acme,
        job,
        mira,
        application,
    }
}

const KEY: (&str, &str) = ("OPENAI_API_KEY", "sk-1");

impl Scene {
    async fn ask(&self, body: Value) -> TestResponse {
        let path = format!("/applications/{}/narrative", self.application);
        let request = self.app.post(&path).token(&self.acme.recruiter);
        request.json(&body).send().await
    }

    async fn get(&self, path: &str) -> TestResponse {
        self.app.get(path).token(&self.acme.recruiter).send().await
    }

    async fn execute(&self, statement: &str) {
        self.app.db.client().await.batch_execute(statement).await.unwrap();
    }

    async fn questions(&self) -> i64 {
        let count = "SELECT count(*) FROM tasks WHERE kind = 'narrate_application'";
        self.app.count(count).await
    }

    /// Asks, and follows the task to its end.
    async fn asked(&self, body: Value) -> Value {
        let asked = self.ask(body).await;
        let path = format!("/tasks/{}", asked.data(202)["task_id"].as_str().unwrap());
        let is_over = async || {
            let task = self.get(&path).await.data(200).clone();
            ["completed", "dead"]
                .contains(&task["state"].as_str().unwrap())
                .then_some(task)
        };
        eventually("the task to be over", is_over).await
    }

    /// An answer to another question about the same candidate and job, of this moment.
    async fn answer(&self) {
        let about = (self.mira, self.job.parse().unwrap());
        self.app
            .model_answer(self.acme.id, about, &[1; 32], &json!({}))
            .await;
    }
}

#[actix_web::test]
async fn a_question_is_a_task_once_at_a_time_and_once_for_a_key() {
    let scene = scene(&[KEY]).await;
    scene.app.db.leave_tasks();
    let first = scene.ask(json!({})).await;
    let data = first.data(202);
    let task = data["task_id"].as_str().unwrap();
    assert_eq!(data["application_id"], scene.application.to_string());
    assert!(first.header("location").ends_with(&format!("/tasks/{task}")));
    let shown = scene.get(&format!("/tasks/{task}")).await;
    assert_eq!(shown.data(200)["kind"], "narrate_application");
    let again = scene.ask(json!({"fresh": true, "patient": true})).await;
    assert_eq!(again.data(202), data, "it is under way already");
    assert_eq!(scene.questions().await, 1);

    let path = format!("/applications/{}/narrative", scene.application);
    scene
        .execute("UPDATE tasks SET state = 'completed', finished_at = now()")
        .await;
    let send = async || {
        let request = scene.app.post(&path).header("idempotency-key", "once");
        let request = request.token(&scene.acme.admin).json(&json!({}));
        request.send().await.data(202).clone()
    };
    assert_eq!(send().await, send().await);
    assert_eq!(scene.questions().await, 2);
    scene
        .ask(json!({"model": "dearest"}))
        .await
        .problem("validation-failed");
}

#[actix_web::test]
async fn nobody_is_asked_about_who_is_not_there_not_read_or_has_withdrawn() {
    let scene = scene(&[KEY]).await;
    let other = scene.app.organization("Other").await;
    let path = format!("/applications/{}/narrative", scene.application);
    let foreign = scene.app.post(&path).token(&other.admin).json(&json!({}));
    foreign.send().await.problem("not-found");
    let person = scene.app.candidate_user().await;
    let person = scene.app.post(&path).token(&person).json(&json!({}));
    person.send().await.problem("forbidden");

    scene.execute("UPDATE candidates SET status = 'processing'").await;
    let processing = scene.ask(json!({})).await;
    assert_eq!(processing.problem("still-processing")["status"], 409);
    assert_eq!(processing.header("retry-after"), "1");
    let failed = "UPDATE candidates SET status = 'failed', failure_code = 'encrypted', failure_reason = 'It needs a password.'";
    scene.execute(failed).await;
    let failed = scene.ask(json!({})).await;
    assert_eq!(
        failed.problem("unreadable-resume")["errors"][0]["code"],
        "encrypted"
    );
    let withdrawn = "UPDATE candidates SET status = 'ready', failure_code = NULL, failure_reason = NULL; UPDATE applications SET stage = 'withdrawn'";
    scene.execute(withdrawn).await;
    scene.ask(json!({})).await.problem("conflict");
    assert_eq!(scene.questions().await, 0);
}

#[actix_web::test]
async fn without_a_model_the_caller_is_told_so() {
    let scene = scene(&[]).await;
    let told = scene.ask(json!({})).await;
    assert_eq!(told.problem("feature-disabled")["status"], 404);
    let off = self::scene(&[KEY, ("ENABLE_AI_SCREENING", "false")]).await;
    off.ask(json!({})).await.problem("feature-disabled");
    assert_eq!(scene.questions().await + off.questions().await, 0);
}

#[actix_web::test]
async fn with_the_budget_used_up_a_question_is_refused_unless_it_may_wait_or_costs_nothing() {
    let scene = scene(&[KEY, ("AI_TOKENS_PER_MONTH_FREE", "0")]).await;
    scene.app.db.leave_tasks();
    let refused = scene.ask(json!({})).await;
    assert_eq!(refused.problem("budget-exceeded")["status"], 403);
    assert_eq!(scene.questions().await, 0);
    scene.answer().await;
    let fresh = scene.ask(json!({"fresh": true})).await;
    fresh.problem("budget-exceeded");
    scene.ask(json!({})).await.data(202);
    scene
        .execute("UPDATE tasks SET state = 'completed', finished_at = now()")
        .await;
    let patient = scene.ask(json!({"fresh": true, "patient": true})).await;
    let task = patient.data(202)["task_id"].as_str().unwrap().to_owned();
    let waits = format!(
        "SELECT count(*) FROM tasks WHERE id = '{task}' AND (payload->>'patient')::boolean AND (payload->>'fresh')::boolean"
    );
    assert_eq!(scene.app.count(&waits).await, 1);
    // Another plan has another budget.
    scene.execute("UPDATE organizations SET plan = 'pro'; UPDATE tasks SET state = 'completed', finished_at = now()").await;
    scene.ask(json!({"fresh": true})).await.data(202);
}

/// A worker that has this model, one attempt a task, and no embeddings.
fn with_model(server: &ModelServer) -> [(&str, &str); 6] {
    [
        KEY,
        ("OPENAI_BASE_URL", server.base_url()),
        ("OPENAI_TIMEOUT_SECONDS", "5"),
        ("EMBEDDING_BACKEND", "off"),
        ("TASK_MAX_ATTEMPTS", "1"),
        ("CIRCUIT_BREAKER_FAILURE_THRESHOLD", "1000"),
    ]
}

#[actix_web::test]
async fn an_answer_is_shown_with_the_model_and_the_question_that_it_comes_from() {
    let mut server = ModelServer::start(|asked| {
        let resume = asked.resume();
        let line = resume.lines().find(|line| line.contains("Kubernetes"));
        Reply::json(&quoting(asked, line.unwrap_or_default()))
    })
    .await;
    let scene = scene(&[KEY]).await;
    let worker = start_worker(&scene.app, &with_model(&server));
    let task = scene.asked(json!({})).await;
    assert_eq!(task["progress"], 100);
    let result = &task["result"];
    assert_eq!(
        (&result["ai_scored"], &result["reused"]),
        (&json!(true), &json!(false)),
        "{task}"
    );
    let screening = result["screening_id"].as_str().unwrap();
    let shown = scene.get(&format!("/screenings/{screening}")).await;
    let narrative = &shown.data(200)["narrative"];
    assert_eq!(shown.data(200)["ai"], "answered");
    assert_eq!(
        json!([
            narrative["ai_used"],
            narrative["model"],
            narrative["human_reviewed"],
            narrative["current"]
        ]),
        json!([true, result["model"], false, true])
    );
    assert_eq!(narrative["prompt_version"], result["prompt_version"]);
    assert_eq!(
        narrative["strengths"].as_array().unwrap().len(),
        1,
        "{narrative} of {:?}",
        server.requests()
    );
    // Nothing was measured, so no quote counts, and no model is named beside the score.
    let application = scene.get(&format!("/applications/{}", scene.application)).await;
    let analysis = &application.data(200)["ai_analysis"];
    assert_eq!(
        json!([
            analysis["ai_used"],
            analysis["model"],
            analysis["prompt_version"],
            analysis["human_reviewed"]
        ]),
        json!([false, null, null, false])
    );
    server.stop().await;
    let again = scene.asked(json!({})).await;
    assert_eq!(
        again["result"]["reused"], true,
        "it costs nothing and needs no server"
    );
    drop(worker);
}

#[actix_web::test]
async fn a_wrong_key_an_unknown_model_and_an_answer_of_megabytes_end_the_task_with_a_code_and_nothing_is_stored()
 {
    let server = ModelServer::start(|_| Reply::json(&nothing())).await;
    let scene = scene(&[KEY]).await;
    scene.app.db.leave_tasks();
    let worker = start_worker(&scene.app, &with_model(&server));
    let cases = [
        (Reply::Status(401, None, String::new()), "key-refused"),
        (Reply::Status(404, None, String::new()), "model-unknown"),
        (Reply::Huge(5_000_000, true), "answer-too-large"),
        (Reply::Huge(5_000_000, false), "answer-too-large"),
        (Reply::Garbage.after(Duration::from_millis(1)), "answer-invalid"),
    ];
    for (reply, code) in cases {
        let scripted = reply.clone();
        server.script(move |_| scripted.clone());
        let task = scene.asked(json!({})).await;
        assert_eq!(
            (&task["state"], &task["error"]["code"]),
            (&json!("dead"), &json!(code)),
            "{task}"
        );
        assert!(!task["error"]["message"].as_str().unwrap().is_empty());
    }
    let stored = "SELECT (SELECT count(*) FROM model_answers) + (SELECT count(*) FROM screenings)
         + (SELECT coalesce(sum(held + prompt_tokens + completion_tokens), 0)::bigint FROM model_months)";
    assert_eq!(scene.app.count(stored).await, 0);
    drop(worker);
}

#[actix_web::test]
async fn a_base_url_that_is_no_url_keeps_the_worker_from_starting_and_is_named() {
    let app = TestApp::start().await;
    let started = Command::new(worker_program())
        .arg("run")
        .env_clear()
        .current_dir(app.storage.path())
        .envs([
            ("ENVIRONMENT", "test"),
            ("DATABASE_URL", app.db.url()),
            ("REDIS_URL", &app.redis.url),
            ("OPENAI_API_KEY", "sk-1"),
            ("OPENAI_BASE_URL", "models.example.org/v1"),
        ])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&started.stderr);
    assert!(!started.status.success());
    assert!(told.contains("OPENAI_BASE_URL"), "{told}");
    assert!(!told.contains("sk-1"));
}

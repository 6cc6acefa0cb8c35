//! Drafts over HTTP: asked for, shown, listed and deleted, and made by a worker.

use hiring_core::ids::{DraftId, JobId};
use hiring_testkit::model::Reply;
use hiring_testkit::{ModelServer, eventually};
use serde_json::{Value, json};

use crate::applications::job;
use crate::end_to_end::start_worker;
use crate::test_app::{TestApp, TestOrganization, TestResponse};

struct Scene {
    app: TestApp,
    acme: TestOrganization,
}

async fn scene() -> Scene {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    Scene { app, acme }
}

impl Scene {
    async fn ask(&self, body: &Value) -> TestResponse {
        let request = self.app.post("/admin/ai-generate").token(&self.acme.admin);
        request.json(body).send().await
    }

    async fn get(&self, path: &str) -> TestResponse {
        self.app.get(path).token(&self.acme.admin).send().await
    }

    /// Asks for a draft; answers its path.
    async fn asked(&self, body: &Value) -> String {
        let asked = self.ask(body).await;
        let data = asked.data(202);
        let task = data["task_id"].as_str().unwrap();
        assert!(asked.header("location").ends_with(&format!("/tasks/{task}")));
        format!("/admin/drafts/{}", data["draft_id"].as_str().unwrap())
    }

    /// The draft once it is no longer waiting.
    async fn ready(&self, path: &str) -> Value {
        let is_ready = async || {
            let draft = self.get(path).await.data(200).clone();
            (draft["state"] != "waiting").then_some(draft)
        };
        eventually("the draft", is_ready).await
    }

    async fn stored(&self) -> i64 {
        self.app
            .count("SELECT (SELECT count(*) FROM drafts) + (SELECT count(*) FROM tasks)")
            .await
    }
}

#[actix_web::test]
async fn what_is_not_acceptable_is_named_and_nothing_is_stored() {
    let scene = scene().await;
    let long = "x".repeat(4_001);
    for (body, pointer) in [
        (json!({"kind": "poem", "title": "Nurse"}), "/kind"),
        (json!({"kind": "job_description"}), "/title"),
        (json!({"kind": "job_description", "title": " "}), "/title"),
        (
            json!({"kind": "job_description", "title": "x".repeat(201)}),
            "/title",
        ),
        (
            json!({"kind": "job_description", "title": "Nurse", "count": 3}),
            "/count",
        ),
        (
            json!({"kind": "job_description", "title": "Nurse", "notes": long}),
            "/notes",
        ),
        (
            json!({"kind": "job_description", "title": "Nurse", "language": "tlh"}),
            "/language",
        ),
        (
            json!({"kind": "job_description", "title": "Nurse", "job_type": "for ever"}),
            "/job_type",
        ),
        (
            json!({"kind": "test_questions", "title": "Nurse", "count": 0}),
            "/count",
        ),
        (
            json!({"kind": "test_questions", "title": "Nurse", "count": 51}),
            "/count",
        ),
        (
            json!({"kind": "test_questions", "title": "Nurse", "count": -1}),
            "/count",
        ),
        (
            json!({"kind": "test_questions", "title": "Nurse", "requirements": {"must_have": [""]}}),
            "/requirements/must_have/0",
        ),
    ] {
        scene.ask(&body).await.invalid(pointer);
    }
    let body = json!({"kind": "job_description", "job_id": JobId::generate()});
    scene.ask(&body).await.problem("not-found");
    let other = scene.app.organization("Other").await;
    let theirs = job(&scene.app, &other, "Nurse").await;
    let body = json!({"kind": "job_description", "job_id": theirs});
    scene.ask(&body).await.problem("not-found");
    assert_eq!(scene.stored().await, 0);
}

#[actix_web::test]
async fn drafts_are_for_admins_of_their_organization_and_never_become_jobs() {
    let scene = scene().await;
    scene.app.db.leave_tasks();
    let recruiter = scene.app.post("/admin/ai-generate").token(&scene.acme.recruiter);
    let body = json!({"kind": "job_description", "title": "Nurse"});
    recruiter.json(&body).send().await.problem("forbidden");
    let first = scene.asked(&body).await;
    let second = scene
        .asked(&json!({"kind": "test_questions", "title": "Nurse"}))
        .await;

    let listed = scene.get("/admin/drafts?per_page=1").await;
    assert_eq!(listed.json["meta"]["total"], 2);
    let shown = &listed.data(200)[0];
    assert!(second.ends_with(shown["id"].as_str().unwrap()));
    assert_eq!(
        json!([
            shown["state"],
            shown["engine"],
            shown["ai_used"],
            shown["model"],
            shown["human_reviewed"]
        ]),
        json!(["waiting", null, false, null, false])
    );
    let listed = scene.get("/admin/drafts?kind=job_description").await;
    assert!(first.ends_with(listed.data(200)[0]["id"].as_str().unwrap()));
    scene.get("/admin/drafts?kind=poem").await.invalid("kind");
    let detail = scene.get(&second).await;
    assert_eq!(
        json!([detail.data(200)["asked_for"], detail.data(200)["questions"]]),
        json!([10, []])
    );

    let other = scene.app.organization("Other").await;
    let foreign = scene.app.get(&first).token(&other.admin).send().await;
    foreign.problem("not-found");
    let foreign = scene.app.delete(&first).token(&other.admin).send().await;
    foreign.problem("not-found");
    assert_eq!(
        scene
            .app
            .get("/admin/drafts")
            .token(&other.admin)
            .send()
            .await
            .data(200),
        &json!([])
    );

    let task = scene.get(&first).await.data(200)["task_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let cancel = scene
        .app
        .post(&format!("/tasks/{task}/cancel"))
        .token(&scene.acme.admin)
        .send()
        .await;
    cancel.data(200);
    assert_eq!(scene.get(&first).await.data(200)["state"], "cancelled");
    let gone = scene.app.delete(&first).token(&scene.acme.admin).send().await;
    assert_eq!(gone.status, 204);
    scene.get(&first).await.problem("not-found");
    scene
        .get(&format!("/admin/drafts/{}", DraftId::generate()))
        .await
        .problem("not-found");
    assert_eq!(scene.app.count("SELECT count(*) FROM jobs").await, 0);
}

#[actix_web::test]
async fn a_request_that_is_sent_again_under_its_key_drafts_nothing_twice() {
    let scene = scene().await;
    scene.app.db.leave_tasks();
    let body = json!({"kind": "job_description", "title": "Nurse"});
    let send = async || {
        let request = scene
            .app
            .post("/admin/ai-generate")
            .header("idempotency-key", "once");
        request
            .token(&scene.acme.admin)
            .json(&body)
            .send()
            .await
            .data(202)
            .clone()
    };
    assert_eq!(send().await, send().await);
    assert_eq!(scene.stored().await, 2);
}

#[actix_web::test]
async fn a_worker_makes_a_draft_from_the_job_with_the_model_and_without() {
    let server = ModelServer::start(|_| {
        Reply::json(&json!({ "questions": [{
            "text": "What does the borrow checker refuse?", "kind": "single_choice",
            "choices": ["Two mutable references at once", "Two shared references at once", "Recursion"],
            "answer_key": ["Two mutable references at once"], "difficulty": 2, "skill": "rust",
            "explanation": "A mutable reference is exclusive.",
        }, { "text": "And what else?", "answer_key": ["Anything"] }] }))
    })
    .await;
    let scene = scene().await;
    let job = job(&scene.app, &scene.acme, "Rust engineer").await;
    let mut variables = vec![
        ("OPENAI_API_KEY", "sk-1"),
        ("OPENAI_BASE_URL", server.base_url()),
        ("EMBEDDING_BACKEND", "off"),
    ];
    let worker = start_worker(&scene.app, &variables);
    let path = scene
        .asked(&json!({"kind": "test_questions", "job_id": job, "count": 1}))
        .await;
    let draft = scene.ready(&path).await;
    assert_eq!(
        json!([
            draft["state"],
            draft["title"],
            draft["engine"],
            draft["ai_used"],
            draft["prompt_version"],
            draft["reason"]
        ]),
        json!(["ready", "Rust engineer", "model", true, "1", null])
    );
    assert_eq!(
        draft["questions"][0]["answer_key"],
        json!(["Two mutable references at once"])
    );
    assert_eq!(
        (&draft["questions"][0]["skill"], &draft["left_out"]["shape"]),
        (&json!("Rust"), &json!(1))
    );
    drop(worker);

    variables[0].1 = "";
    let worker = start_worker(&scene.app, &variables);
    let body =
        json!({"kind": "job_description", "job_id": job, "language": "fr", "notes": "Une jeune équipe."});
    let draft = scene.ready(&scene.asked(&body).await).await;
    assert_eq!(
        json!([
            draft["engine"],
            draft["ai_used"],
            draft["model"],
            draft["reason"],
            draft["questions"]
        ]),
        json!(["template", false, null, "off", null])
    );
    let text = draft["description"].as_str().unwrap();
    assert!(
        text.starts_with("Rust engineer (F/H/X)") && text.contains("- Rust"),
        "{text}"
    );
    let finding = &draft["findings"][0];
    assert_eq!(
        (&finding["category"], &finding["words"]),
        (&json!("age"), &json!("jeune"))
    );
    assert_eq!(scene.app.count("SELECT count(*) FROM jobs").await, 1);
    drop(worker);
}

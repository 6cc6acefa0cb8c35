//! Names, addresses, tokens, files and questions go in everywhere, and none of them comes out in a log.

use actix_web::http::Method;
use hiring_api::routes::routes;
use hiring_core::random;
use hiring_testkit::logs::{self, CANARY};
use hiring_testkit::model::Reply;
use hiring_testkit::{ModelServer, eventually};
use reqwest::multipart::Form;
use serde_json::{Value, json};

use crate::documents::{docx, pdf};
use crate::end_to_end::start_worker;
use crate::test_app::{TestApp, TestRequest, TestUser};
use crate::upload::{form, part, upload};

const RESUME: &str = "Zzcanary Vogel
Senior Rust Engineer at zzcanary Works
zzcanary.vogel@example.org | +49 30 7654321 | Zzcanarystrasse 7, 10115 Berlin | https://zzcanary.example.org

Experience
Senior Rust Engineer, zzcanary Works, Berlin
03/2017 - 12/2023
- Built the zzcanary storage engine in Rust and PostgreSQL

Education
BSc Computer Science, Zzcanary University, 2016

Skills
Rust, PostgreSQL, Kubernetes, Docker
";

/// Every name that a body of ours has somewhere, each with a value that nobody else may see.
fn everything() -> Value {
    let mut body =
        json!({ "requirements": { "must_have": [CANARY] }, "candidate_ids": [CANARY], "limit": CANARY });
    for field in [
        "name",
        "title",
        "description",
        "text",
        "note",
        "notes",
        "reason",
        "comment",
        "query",
        "q",
        "search",
        "location",
        "department",
        "stage",
        "job_id",
        "refresh_token",
        "kind",
        "topic",
        "organization",
    ] {
        body[field] = format!("{CANARY} {field}").into();
    }
    body["email"] = format!("{CANARY}.{}@example.org", random::uuid_v4().simple()).into();
    body["password"] = format!("{CANARY} password").into();
    body
}

/// What a careless or hostile client sends along.
fn dressed(request: TestRequest) -> TestRequest {
    request
        .header("user-agent", &format!("{CANARY}/1.0"))
        .header("cookie", &format!("session={CANARY}"))
        .header("x-forwarded-for", &format!("{CANARY}.example.org"))
        .header("traceparent", &format!("00-{CANARY}-{CANARY}-01"))
        .header("x-request-id", &format!("<{CANARY}>"))
        .header("if-match", &format!("\"{CANARY}\""))
        .header("idempotency-key", &format!("{CANARY}-key"))
        .header("referer", &format!("https://example.org/?q={CANARY}"))
}

/// Every route, with this in its path, its query and its body.
async fn sweep(app: &TestApp, user: Option<&TestUser>) {
    for route in routes() {
        for id in [CANARY.to_owned(), random::uuid_v4().to_string()] {
            let path = route.path.replace("{id}", &id).replace("{cid}", &id);
            let query = format!(
                "?q={CANARY}&search={CANARY}&email={CANARY}%40example.org&name={CANARY}&cursor={CANARY}"
            );
            for body in [
                everything().to_string(),
                format!("{{\"email\": \"{CANARY}@example.org\", "),
                CANARY.to_owned(),
            ] {
                let request = dressed(app.request(route.method.as_str(), &format!("{path}{query}")));
                let request = match user {
                    Some(user) => request.token(user),
                    None => request.bearer(&format!("eyJhbGciOiJub25lIn0.{CANARY}.{CANARY}")),
                };
                let has_body = ![Method::GET, Method::DELETE].contains(&route.method);
                let request = if has_body {
                    request.body("application/json", body)
                } else {
                    request
                };
                let status = request.send().await.status;
                assert!(status < 500, "{} {path}: {status}", route.method);
            }
        }
    }
}

/// Files that can be read, one that cannot, and one twice.
async fn uploads(app: &TestApp, user: &TestUser) {
    let files: [(&str, Vec<u8>); 5] = [
        ("zzcanary.txt", RESUME.as_bytes().to_vec()),
        ("zzcanary again.txt", RESUME.as_bytes().to_vec()),
        ("zzcanary.pdf", pdf(RESUME)),
        ("zzcanary.docx", docx(RESUME)),
        ("zzcanary broken.pdf", b"%PDF-1.7 zzcanary".to_vec()),
    ];
    for (name, bytes) in files {
        let status = upload(app, user, form(name, &bytes)).await.status;
        assert!([200, 201].contains(&status), "{name}: {status}");
    }
    let refused = Form::new()
        .part("file", part("zzcanary.exe", b"MZ\x90\0\x03\0 zzcanary"))
        .text(CANARY, CANARY);
    assert!(upload(app, user, refused).await.status >= 400);
}

/// Defects that Postgres speaks about, quoting what it was given.
async fn defects(app: &TestApp, user: &TestUser) {
    let client = app.db.client().await;
    let constraint = "ALTER TABLE jobs ADD CONSTRAINT no_title CHECK (title NOT LIKE '%zzcanary%')";
    client.batch_execute(constraint).await.unwrap();
    let job = json!({"title": "zzcanary engineer", "description": "Rust for zzcanary.", "requirements": {"must_have": ["Rust"]}});
    assert_eq!(app.post("/jobs").token(user).json(&job).send().await.status, 500);
    let speaking = "ALTER TABLE users ADD CONSTRAINT is_number CHECK (name::int > 0) NOT VALID";
    client.batch_execute(speaking).await.unwrap();
    let person = json!({"email": "zzcanary.third@example.org", "password": "zzcanary password", "name": "Zzcanary Vogel"});
    assert_eq!(app.post("/auth/register").json(&person).send().await.status, 500);
    client
        .batch_execute("ALTER TABLE users RENAME TO people")
        .await
        .unwrap();
    let login = json!({"email": person["email"], "password": person["password"]});
    assert_eq!(app.post("/auth/login").json(&login).send().await.status, 500);
}

#[actix_web::test]
async fn nothing_personal_or_secret_is_in_any_log() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    // A model's server that repeats what it was told, as some do in their complaints.
    let model = ModelServer::start(|asked| Reply::Status(400, None, asked.body.to_string())).await;
    let worker = start_worker(
        &app,
        &[
            ("OPENAI_API_KEY", "zzcanary-key"),
            ("OPENAI_BASE_URL", model.base_url()),
            ("EMBEDDING_BACKEND", "off"),
        ],
    );
    let acme = app.organization("Zzcanary Works").await;
    let person = json!({"email": "zzcanary.vogel@example.org", "password": "zzcanary password", "name": "Zzcanary Vogel"});
    for _ in 0..2 {
        app.post("/auth/register").json(&person).send().await;
        app.post("/auth/login").json(&person).send().await;
    }
    app.post("/auth/login")
        .json(&json!({"email": person["email"], "password": "zzcanary wrong"}))
        .send()
        .await;
    uploads(&app, &acme.recruiter).await;
    eventually("every task to be over", || async {
        let left = "SELECT count(*) FROM tasks WHERE state NOT IN ('completed', 'dead', 'cancelled')";
        (app.count(left).await == 0).then_some(())
    })
    .await;
    for user in [
        None,
        Some(&acme.admin),
        Some(&acme.recruiter),
        Some(&app.candidate_user().await),
    ] {
        sweep(&app, user).await;
    }
    defects(&app, &acme.admin).await;
    drop(worker);

    // `script/test` looks for this line: without it nothing was searched.
    ::tracing::info!("names, addresses and secrets were planted");
    let log = std::fs::read_to_string(logs::file().unwrap()).unwrap();
    for expected in [
        "names, addresses and secrets were planted",
        "task attempt",
        "answered",
        "a request failed",
    ] {
        assert!(log.contains(expected), "the log was not recorded: {expected}");
    }
    let leaks: Vec<&str> = log
        .lines()
        .filter(|line| line.to_lowercase().contains(CANARY))
        .take(5)
        .collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
}

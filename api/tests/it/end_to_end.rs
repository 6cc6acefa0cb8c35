//! From files over HTTP to people who are found, ranked and erased, with the worker's own program doing the reading.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use hiring_testkit::eventually;
use reqwest::multipart::Form;
use serde_json::{Value, json};

use crate::documents::{collected, docx, pdf};
use crate::test_app::{TestApp, TestOrganization};
use crate::upload::{part, stored_files, upload};

const MIRA: &str = "Mira Okafor
Senior Rust Engineer
mira.okafor@example.org | +49 30 1234567 | Berlin, Germany

Summary
Engineer who builds storage engines and keeps them running.

Experience
Senior Rust Engineer, Example Works, Berlin
03/2017 - 12/2023
- Built a storage engine in Rust and PostgreSQL extensions
- Ran it on Kubernetes for forty customers

Education
BSc Computer Science, Technical University of Berlin, 2016

Skills
Rust, PostgreSQL, Kubernetes, Docker
";

const JANE: &str = "Jane Smith
Senior Accountant
jane.smith@example.org | Denver, CO

Experience
Senior Accountant, Ledger & Sons, Denver
01/2010 - 12/2023
- Closed monthly ledgers and prepared tax returns

Skills
Accounting, Bookkeeping, QuickBooks
";

/// The worker's program, running until this is dropped.
pub struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program beside this one; built first where only this crate's tests were.
pub fn worker_program() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let program = own.ancestors().nth(2).unwrap().join("hiring-worker");
    if !program.exists() {
        let build = Command::new(env!("CARGO"))
            .args(["build", "-p", "hiring-worker"])
            .status()
            .unwrap();
        assert!(build.success(), "building the worker");
    }
    program
}

/// Starts the worker, with these variables on top of the usual ones.
pub fn start_worker(app: &TestApp, more: &[(&str, &str)]) -> Worker {
    let program = worker_program();
    let mut command = Command::new(program);
    command
        .arg("run")
        .env_clear()
        .current_dir(app.storage.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .envs([
            ("ENVIRONMENT", "test"),
            ("DATABASE_URL", app.db.url()),
            ("REDIS_URL", &app.redis.url),
            ("QUEUE_PREFIX", &app.redis.prefix),
            ("STORAGE_DIR", app.storage.path().to_str().unwrap()),
            (
                "EMBEDDING_MODEL_DIR",
                &hiring_testkit::env::require(&["EMBEDDING_MODEL_DIR"]),
            ),
            (
                "ORT_DYLIB_PATH",
                &hiring_testkit::env::require(&["ORT_DYLIB_PATH"]),
            ),
            ("WORKER_PORT", "0"),
            ("WORKER_CONCURRENCY", "2"),
        ])
        .envs(hiring_testkit::logs::variables())
        .envs(more.iter().copied());
    Worker(command.spawn().expect("starting the worker"))
}

/// Uploads a file and answers the candidate's id and the task's.
async fn send(
    app: &TestApp,
    org: &TestOrganization,
    name: &str,
    bytes: &[u8],
    job: Option<&str>,
) -> (String, String) {
    let mut form = Form::new().part("file", part(name, bytes));
    if let Some(job) = job {
        form = form.text("job_id", job.to_owned());
    }
    let response = upload(app, &org.recruiter, form).await;
    let data = response.data(201);
    let text = |field: &str| data[field].as_str().unwrap().to_owned();
    (text("candidate_id"), text("task_id"))
}

async fn get(app: &TestApp, org: &TestOrganization, path: &str) -> Value {
    app.get(path).token(&org.recruiter).send().await.data(200).clone()
}

/// Follows the task as a client does until it is over, then the candidate until read or given up.
async fn settled(app: &TestApp, org: &TestOrganization, (candidate, task): &(String, String)) -> Value {
    eventually("the task to be over", || async {
        let task = get(app, org, &format!("/tasks/{task}")).await;
        ["completed", "dead", "cancelled"]
            .contains(&task["state"].as_str().unwrap())
            .then_some(())
    })
    .await;
    eventually("the candidate to be ready or failed", || async {
        let candidate = get(app, org, &format!("/candidates/{candidate}")).await;
        (candidate["status"] != "processing").then_some(candidate)
    })
    .await
}

async fn nothing_left_to_do(app: &TestApp) {
    eventually("every task to be over", || async {
        (app.count("SELECT count(*) FROM tasks WHERE finished_at IS NULL")
            .await
            == 0)
            .then_some(())
    })
    .await;
}

async fn rust_job(app: &TestApp, org: &TestOrganization) -> String {
    let body = json!({
        "title": "Rust engineer", "description": "Builds and runs storage engines.",
        "requirements": {
            "must_have": ["Rust", "k8s"], "nice_to_have": ["Terraform"], "min_experience_years": 5,
            "education": "bachelor", "location": "Berlin, Germany"
        }
    });
    let response = app.post("/jobs").token(&org.recruiter).json(&body).send().await;
    response.data(201)["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn uploaded_files_become_people_who_are_found_ranked_with_quotes_and_erased() {
    let app = TestApp::start().await;
    // Loaded ahead, so that a slow machine cannot turn the first search into one by words only.
    app.state.embedder.load().await.expect("the model");
    let acme = app.organization("Acme").await;
    let _worker = start_worker(&app, &[]);
    let job = rust_job(&app, &acme).await;
    let mira = send(&app, &acme, "mira.pdf", &pdf(MIRA), Some(&job)).await;
    let jane = send(&app, &acme, "jane.docx", &docx(JANE), None).await;
    for upload in [&mira, &jane] {
        let candidate = settled(&app, &acme, upload).await;
        assert_eq!(candidate["status"], "ready", "{candidate}");
    }
    let shown = get(&app, &acme, &format!("/candidates/{}", mira.0)).await;
    assert_eq!(
        (&shown["name"], &shown["email"]),
        (&json!("Mira Okafor"), &json!("mira.okafor@example.org"))
    );

    for (query, expected) in [
        ("storage+engine", &mira),
        ("bookkeeping", &jane),
        ("skills=k8s", &mira),
        ("finance+and+taxes", &jane),
    ] {
        let query = if query.contains('=') {
            query.to_owned()
        } else {
            format!("q={query}")
        };
        let hits = get(&app, &acme, &format!("/candidates/search?{query}")).await;
        assert_eq!(hits[0]["id"], *expected.0, "{query}: {hits}");
    }
    let matches = get(&app, &acme, &format!("/jobs/{job}/matches")).await;
    assert_eq!(
        (&matches[0]["candidate_id"], &matches[0]["applied"]),
        (&json!(mira.0), &json!(true))
    );
    assert!(
        matches[0]["score"].as_f64() > matches[1]["score"].as_f64(),
        "{matches}"
    );
    assert!(quotes_of(&app, &acme, &matches).await >= 4, "{matches}");

    nothing_left_to_do(&app).await;
    assert_eq!(app.count("SELECT count(*) FROM profile_vectors").await, 2);
    assert!(app.count("SELECT count(*) FROM chunk_vectors").await >= 2);
    for (candidate, _) in [&mira, &jane] {
        let path = format!("/candidates/{candidate}");
        assert_eq!(app.delete(&path).token(&acme.recruiter).send().await.status, 204);
        assert_eq!(app.get(&path).token(&acme.recruiter).send().await.status, 404);
    }
    nothing_left_to_do(&app).await;
    for table in [
        "candidates",
        "profile_vectors",
        "search_vectors",
        "candidate_changes",
        "chunk_vectors",
        "line_vectors",
        "applications",
        "stored_objects",
    ] {
        assert_eq!(
            app.count(&format!("SELECT count(*) FROM {table}")).await,
            0,
            "{table}"
        );
    }
    assert_eq!(stored_files(&app), 0, "files");
    assert_eq!(get(&app, &acme, &format!("/jobs/{job}/matches")).await, json!([]));
}

/// Checks each quote against the text that the API shows, and counts them.
async fn quotes_of(app: &TestApp, org: &TestOrganization, matches: &Value) -> usize {
    let mut count = 0;
    for one in matches.as_array().unwrap() {
        let path = format!("/candidates/{}/text", one["candidate_id"].as_str().unwrap());
        let text: Vec<char> = get(app, org, &path).await["visible_text"]
            .as_str()
            .unwrap()
            .chars()
            .collect();
        let components = one["components"].as_array().unwrap().iter();
        for quote in components.flat_map(|component| component["evidence"].as_array().unwrap()) {
            let [start, end] =
                ["start", "end"].map(|place| usize::try_from(quote[place].as_u64().unwrap()).unwrap());
            assert_eq!(
                text[start..end].iter().collect::<String>(),
                quote["quote"].as_str().unwrap()
            );
            count += 1;
        }
    }
    count
}

#[actix_web::test]
async fn files_that_cannot_be_read_say_why_and_can_be_erased() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let _worker = start_worker(&app, &[]);
    let whole = pdf(MIRA);
    let mut scratched = docx(JANE);
    let middle = scratched.len() * 11 / 20;
    scratched[middle..middle + 40]
        .iter_mut()
        .for_each(|byte| *byte ^= 0xFF);
    let bad: [(&str, &[u8]); 3] = [
        ("cut.pdf", &whole[..whole.len() / 3]),
        ("no text.pdf", &pdf("")),
        ("scratched.docx", &scratched),
    ];
    for (name, bytes) in bad {
        let upload = send(&app, &acme, name, bytes, None).await;
        let candidate = settled(&app, &acme, &upload).await;
        assert_eq!(candidate["status"], "failed", "{name}: {candidate}");
        let failure = &candidate["failure"];
        assert!(
            failure["reason"]
                .as_str()
                .is_some_and(|reason| reason.ends_with('.')),
            "{name}: {failure}"
        );
        let analysis = app
            .get(&format!("/candidates/{}/analysis", upload.0))
            .token(&acme.recruiter)
            .send()
            .await;
        assert_eq!(analysis.status, 422, "{name}: {}", analysis.text());
        let path = format!("/candidates/{}", upload.0);
        assert_eq!(app.delete(&path).token(&acme.recruiter).send().await.status, 204);
    }
    nothing_left_to_do(&app).await;
    assert_eq!(
        (
            app.count("SELECT count(*) FROM stored_objects").await,
            stored_files(&app)
        ),
        (0, 0)
    );
}

#[actix_web::test]
async fn collected_resumes_are_all_read_or_refused_with_a_reason() {
    let files = collected();
    if files.is_empty() {
        println!(
            "SKIPPED collected_resumes_are_all_read_or_refused_with_a_reason: no collection of resumes here"
        );
        return;
    }
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let _worker = start_worker(&app, &[]);
    let mut uploads = Vec::new();
    for path in &files {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap();
        let form = Form::new().part("file", part(name, &std::fs::read(path).unwrap()));
        let response = upload(&app, &acme.recruiter, form).await;
        if response.status == 201 {
            let data = response.data(201);
            let text = |field: &str| data[field].as_str().unwrap().to_owned();
            uploads.push((name.to_owned(), (text("candidate_id"), text("task_id"))));
        } else {
            response.problem("unsupported-type");
        }
    }
    let mut ready = 0;
    for (name, upload) in &uploads {
        let candidate = settled(&app, &acme, upload).await;
        match candidate["status"].as_str() {
            Some("ready") => ready += 1,
            _ => assert!(candidate["failure"]["reason"].is_string(), "{name}: {candidate}"),
        }
    }
    assert!(
        ready * 2 > uploads.len(),
        "{ready} of {} were read",
        uploads.len()
    );
    let job = rust_job(&app, &acme).await;
    let matches = get(&app, &acme, &format!("/jobs/{job}/matches?per_page=100")).await;
    assert_eq!(matches.as_array().unwrap().len(), ready);
    quotes_of(&app, &acme, &matches).await;
    assert_eq!(
        get(&app, &acme, "/candidates/search?per_page=100")
            .await
            .as_array()
            .unwrap()
            .len(),
        ready
    );
    eventually_indexed(&app).await;
}

/// Sections are indexed at low priority, for which a handful of long resumes may take longer than one deadline.
async fn eventually_indexed(app: &TestApp) {
    let open = "SELECT count(*) FROM tasks WHERE finished_at IS NULL";
    let mut left = app.count(open).await;
    while left > 0 {
        let before = left;
        left = eventually("another task to be over", || async {
            let left = app.count(open).await;
            (left < before).then_some(left)
        })
        .await;
    }
}

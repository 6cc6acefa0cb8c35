//! Two api processes and a worker behind a real PgBouncer in transaction mode, where each transaction may run on another server.

use std::collections::BTreeMap;

use diesel_async::RunQueryDsl;
use hiring_db::Database;
use hiring_testkit::{PgBouncer, TestDatabase, eventually};
use serde_json::{Value, json};

use crate::end_to_end::start_worker;
use crate::shutdown::Program;
use crate::test_app::{TestApp, TestOrganization};
use crate::upload::{RESUME, form};

/// Server connections for everybody together: far fewer than clients, so that they change hands all the time.
const SERVERS: u32 = 4;
/// People who work at once.
const PEOPLE: usize = 12;
/// Rounds of work of each.
const ROUNDS: usize = 6;

/// A pooler, or word that there is none.
async fn pooler() -> Option<PgBouncer> {
    let pooler = PgBouncer::start(SERVERS).await;
    if pooler.is_none() {
        println!("SKIPPED: pgbouncer is not installed (Debian: apt-get install pgbouncer)");
    }
    pooler
}

/// What somebody does in one round, through one of the processes; the statuses by request.
async fn round(
    client: &reqwest::Client,
    base: &str,
    acme: &TestOrganization,
    number: usize,
) -> Vec<(String, u16)> {
    let mut seen = Vec::new();
    let mut note = async |what: &str, request: reqwest::RequestBuilder| {
        let response = request
            .bearer_auth(&acme.recruiter.token)
            .send()
            .await
            .expect("an answer");
        let status = response.status().as_u16();
        let body: Value = response.json().await.unwrap_or_default();
        seen.push((what.to_owned(), status));
        body["data"].clone()
    };
    let job = json!({"title": format!("Engineer {number}"), "description": "Rust.", "requirements": {"must_have": ["Rust"]}});
    let job = note("create job", client.post(format!("{base}/jobs")).json(&job)).await;
    let job = format!("{base}/jobs/{}", job["id"].as_str().unwrap_or_default());
    note("read job", client.get(&job)).await;
    let change = client
        .patch(&job)
        .header("if-match", "*")
        .json(&json!({"title": "Lead"}));
    note("change job", change).await;
    note("list jobs", client.get(format!("{base}/jobs?search=Lead"))).await;
    let resume = [RESUME, format!("\nReference {number}\n").as_bytes()].concat();
    let upload = client
        .post(format!("{base}/candidates/upload"))
        .multipart(form("cv.txt", &resume));
    note("upload", upload).await;
    note("list candidates", client.get(format!("{base}/candidates"))).await;
    note(
        "search",
        client.get(format!("{base}/candidates/search?q=rust%20engineer")),
    )
    .await;
    note("tasks", client.get(format!("{base}/tasks"))).await;
    note("who am I", client.get(format!("{base}/auth/me"))).await;
    note("delete job", client.delete(&job)).await;
    seen
}

#[actix_web::test]
async fn two_api_processes_and_a_worker_under_load_see_no_error_through_a_pooler() {
    let Some(pooler) = pooler().await else { return };
    let db = TestDatabase::create().await;
    let (direct, through) = (db.url().to_owned(), pooler.url_of(db.url()));
    let variables = [
        ("DATABASE_URL", through.as_str()),
        ("DATABASE_DIRECT_URL", direct.as_str()),
        ("USE_EXTERNAL_POOLER", "true"),
    ];
    let app = TestApp::start_on(db, &variables).await;
    let acme = app.organization("Acme").await;
    let unlimited = "UPDATE organizations SET plan = 'pro'";
    app.db.client().await.batch_execute(unlimited).await.unwrap();
    let second = Program::start(&app, &variables);
    let _worker = start_worker(&app, &variables);
    let bases = [
        format!("{}/api/v1", app.url),
        format!("http://{}/api/v1", second.address),
    ];
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let people = (0..PEOPLE).map(|person| {
        let (client, acme, base) = (&client, &acme, &bases[person % 2]);
        async move {
            let mut seen = Vec::new();
            for number in 0..ROUNDS {
                seen.extend(round(client, base, acme, person * ROUNDS + number).await);
            }
            seen
        }
    });
    let mut failures: BTreeMap<(String, u16), usize> = BTreeMap::new();
    let seen: Vec<(String, u16)> = futures::future::join_all(people)
        .await
        .into_iter()
        .flatten()
        .collect();
    for (what, status) in &seen {
        if *status >= 400 {
            *failures.entry((what.clone(), *status)).or_default() += 1;
        }
    }
    assert!(failures.is_empty(), "of {} requests: {failures:?}", seen.len());
    let uploads = i64::try_from(PEOPLE * ROUNDS).unwrap();
    eventually("every resume to be read", || async {
        let ready = app
            .count("SELECT count(*) FROM candidates WHERE status = 'ready'")
            .await;
        (ready == uploads).then_some(())
    })
    .await;
    eventually("every task to be done", || async {
        let left = "SELECT count(*) FROM tasks WHERE state <> 'completed'";
        (app.count(left).await == 0).then_some(())
    })
    .await;
    let again = "SELECT count(*) FROM tasks WHERE attempt > 1 OR away_attempts > 0";
    assert_eq!(app.count(again).await, 0, "no task met an error on its way");
    let servers = pooler.ask("SHOW SERVERS").await.unwrap();
    assert!(
        (1..=SERVERS as usize).contains(&servers.len()),
        "{} server connections",
        servers.len()
    );
}

#[actix_web::test]
async fn a_statement_that_takes_too_long_ends_behind_a_pooler_too() {
    let Some(pooler) = pooler().await else { return };
    let db = TestDatabase::create().await;
    let mut config = db.config();
    config.url = pooler.url_of(db.url()).into();
    config.external_pooler = true;
    config.statement_timeout_ms = 200;
    let database = Database::open(&config);
    for _ in 0..3 {
        let mut connection = database.connection().await.unwrap();
        let slow = diesel::sql_query("SELECT pg_sleep(20)")
            .execute(&mut connection)
            .await;
        let error = slow.expect_err("a timeout").to_string();
        assert!(error.contains("statement timeout"), "{error}");
        let quick = diesel::sql_query("SELECT 1").execute(&mut connection).await;
        assert_eq!(quick.unwrap(), 1, "the connection goes on");
    }
    let left = db.client().await;
    let setting: String = left
        .query_one("SHOW statement_timeout", &[])
        .await
        .unwrap()
        .get(0);
    assert_ne!(setting, "200ms", "nothing stays on the server for others");
}

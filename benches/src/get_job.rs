//! `GET /jobs/{id}` over 10,000 jobs with 64 users' tokens against the bare handler, in alternation.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::bare;
use crate::http::closed_loop;
use crate::memory::tree_megabytes;
use crate::rig::{Program, Settings, free_port, login, recruiter, start_api};
use crate::statistics::median;

const JOBS: i32 = 10_000;
const USERS: usize = 64;
const CONNECTIONS: usize = 32;

/// Prints both rates and their ratio.
///
/// # Errors
/// When a program fails or an answer is not 200.
pub async fn run(settings: &Settings, runs: usize, seconds: u64) -> anyhow::Result<()> {
    let api = start_api(settings).await?;
    recruiter(settings, &api).await?;
    let ids = make_jobs(settings).await?;
    let tokens = sign_in_users(&api).await?;
    let port = free_port()?;
    let program = std::env::current_exe()?;
    let environment = [("BARE_PORT", port.to_string())];
    let environment: Vec<(&str, &str)> = environment
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let probe = format!(
        "/api/v1/jobs/{}",
        ids.first().map(String::as_str).unwrap_or_default()
    );
    let rival = Program::start(
        &program.to_string_lossy(),
        &[bare::COMMAND],
        &environment,
        (port, &probe),
    )
    .await?;

    let requests = |with_token: bool, address: &str| {
        let lines = ids.iter().enumerate().map(|(number, id)| {
            let token = tokens
                .get(number % tokens.len())
                .map(String::as_str)
                .unwrap_or_default();
            let authorization = if with_token {
                format!("Authorization: Bearer {token}\r\n")
            } else {
                String::new()
            };
            format!("GET /api/v1/jobs/{id} HTTP/1.1\r\nHost: {address}\r\n{authorization}\r\n").into_bytes()
        });
        Arc::new(lines.collect::<Vec<_>>())
    };
    let (ours, theirs) = (requests(true, &api.address), requests(false, &rival.address));
    let duration = Duration::from_secs(seconds);
    let (mut product, mut bare) = (Vec::new(), Vec::new());
    for run in 0..=runs {
        let a = closed_loop(&api.address, &ours, CONNECTIONS, duration).await?;
        let b = closed_loop(&rival.address, &theirs, CONNECTIONS, duration).await?;
        // The first pair warms caches and statement caches up.
        if run > 0 {
            println!(
                "get-job run {run}: product {a:.0}/s, bare {b:.0}/s, ratio {:.3}",
                a / b
            );
            product.push(a);
            bare.push(b);
        }
    }
    let megabytes = tree_megabytes(api.id());
    let (a, b) = (median(&product), median(&bare));
    println!(
        "get-job: product {a:.0}/s, bare {b:.0}/s, ratio {:.3} (medians of {runs}); api PSS {megabytes:.0} MB",
        a / b
    );
    Ok(())
}

async fn make_jobs(settings: &Settings) -> anyhow::Result<Vec<String>> {
    let database = settings.database().await?;
    database
        .execute(
            "INSERT INTO jobs (id, organization_id, title, description, location, job_type, requirements)
             SELECT gen_random_uuid(), (SELECT id FROM organizations LIMIT 1), 'Engineer ' || n,
                    repeat('Builds and runs services with people who care. ', 12), 'Berlin', 'full_time',
                    '{\"must_have\": [\"Rust\", \"PostgreSQL\"], \"min_experience_years\": 3}'
             FROM generate_series(1, $1) n",
            &[&JOBS],
        )
        .await?;
    database.batch_execute("ANALYZE jobs").await?;
    let rows = database.query("SELECT id::text FROM jobs", &[]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

async fn sign_in_users(api: &Program) -> anyhow::Result<Vec<String>> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let mut tokens = Vec::new();
    for number in 0..USERS {
        let email = format!(
            "user{number}-{}@bench.example",
            hiring_core::random::uuid_v4().simple()
        );
        let body = json!({"email": email, "password": "a bench password", "name": "Bench"});
        client
            .post(format!("{}/api/v1/auth/register", api.url()))
            .json(&body)
            .send()
            .await?
            .error_for_status()?;
        tokens.push(login(api, &email).await?);
    }
    Ok(tokens)
}

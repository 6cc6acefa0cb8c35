//! Jobs on a board and people who are signed in, for whatever asks the api many times.

use std::sync::Arc;

use anyhow::Context;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::json;

use crate::rig::{Program, Settings, login, recruiter, start_api};

const JOBS: i32 = 10_000;
/// Sign-ins at the same moment: each keeps a core busy.
const AT_ONCE: usize = 4;
/// Signed-in users of those benches that do not count them by the thousand.
pub const USERS: usize = 64;

/// The api with 10,000 jobs, and people's tokens.
pub struct Audience {
    /// The api, as production runs it.
    pub api: Program,
    /// Ids of the jobs.
    pub jobs: Vec<String>,
    /// An access token for each person: candidates, who belong to no organization.
    pub tokens: Vec<String>,
}

impl Audience {
    /// Starts the api, makes the jobs, and signs so many people in.
    ///
    /// # Errors
    /// When the api or the database refuses.
    pub async fn gather(settings: &Settings, people: usize) -> anyhow::Result<Self> {
        let api = start_api(settings).await?;
        recruiter(settings, &api).await?;
        let jobs = make_jobs(settings).await?;
        let tokens = sign_in(settings, &api, people).await?;
        Ok(Self { api, jobs, tokens })
    }

    /// A GET of each of these paths by one after the other of the first 64 people, ready to be sent to this address, with these lines in
    /// the head.
    pub fn requests(&self, address: &str, paths: &[String], fields: &str) -> Arc<Vec<Vec<u8>>> {
        let count = paths.len().max(USERS);
        let lines = paths
            .iter()
            .cycle()
            .zip(self.tokens.iter().take(USERS).cycle())
            .take(count);
        let lines = lines.map(|(path, token)| {
            let head =
                format!("GET /api/v1{path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n");
            format!("{head}{fields}\r\n").into_bytes()
        });
        Arc::new(lines.collect())
    }

    /// The path of each job.
    pub fn job_paths(&self) -> Vec<String> {
        self.jobs.iter().map(|id| format!("/jobs/{id}")).collect()
    }
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
    database.batch_execute("VACUUM ANALYZE jobs").await?;
    let rows = database.query("SELECT id::text FROM jobs", &[]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// One registers; the others are made like that one, since each password takes a while to hash.
async fn sign_in(settings: &Settings, api: &Program, people: usize) -> anyhow::Result<Vec<String>> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let mark = hiring_core::random::uuid_v4().simple().to_string();
    let address = |number: usize| format!("person{number}-{mark}@bench.example");
    let body = json!({"email": address(0), "password": "a bench password", "name": "Bench"});
    let request = client
        .post(format!("{}/api/v1/auth/register", api.url()))
        .json(&body);
    request.send().await?.error_for_status()?;
    let made = settings
        .database()
        .await?
        .execute(
            "INSERT INTO users (id, email, name, password_hash)
             SELECT gen_random_uuid(), replace(email, 'person0-', 'person' || n || '-'), name, password_hash
             FROM users, generate_series(1, $2) n WHERE email = $1",
            &[&address(0), &i32::try_from(people.saturating_sub(1))?],
        )
        .await?;
    anyhow::ensure!(made as usize + 1 == people, "{made} people were made");
    let logins = (0..people).map(|number| {
        let address = address(number);
        async move { login(api, &address).await.context("signing in") }
    });
    stream::iter(logins).buffered(AT_ONCE).try_collect().await
}

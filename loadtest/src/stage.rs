//! What has to be there before people come: their accounts, jobs on the board, and resumes that were read.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use futures::stream::{self, StreamExt, TryStreamExt};
use hiring_core::config::Reader;
use hiring_loadtest::process::cpu_seconds;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio_postgres::NoTls;

use crate::people::RECRUITERS;

/// Jobs on the board.
const BOARD: i32 = 500;
/// Sign-ins and uploads at the same moment.
const AT_ONCE: usize = 8;
/// Longest wait until the resumes are read, beside [`READING`] for each.
const PATIENCE: Duration = Duration::from_secs(300);
/// Five times as long as a resume takes on two cores of 2026.
const READING: Duration = Duration::from_millis(200);

/// What `script/loadtest` prepared.
pub struct Settings {
    /// Where the api listens.
    pub address: SocketAddr,
    /// Where its metrics are.
    pub metrics: String,
    /// The processes of the api and the worker.
    pub processes: Vec<u32>,
    database: String,
    password: String,
}

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// When it was not prepared by `script/loadtest`.
    pub fn read() -> anyhow::Result<Self> {
        let mut reader = Reader::from_environment();
        let mut need = |name| {
            reader
                .optional(name)
                .with_context(|| format!("{name} is unset: run script/loadtest"))
        };
        let address = need("LOADTEST_API")?
            .parse()
            .context("LOADTEST_API is no address and port")?;
        let metrics = need("LOADTEST_METRICS")?;
        let processes = need("LOADTEST_PROCESSES")?;
        let processes = processes.split(',').map(str::parse).collect::<Result<_, _>>();
        let mut secret = |name| {
            let secret = reader
                .secret(name)
                .with_context(|| format!("{name} is unset: run script/loadtest"))?;
            anyhow::Ok(secret.expose_secret().to_owned())
        };
        Ok(Self {
            address,
            metrics,
            processes: processes.context("LOADTEST_PROCESSES are no process ids")?,
            database: secret("DATABASE_URL")?,
            password: secret("DEMO_PASSWORD")?,
        })
    }

    /// Processor time of the server's processes so far, in seconds of one core.
    pub fn server_cpu(&self) -> f64 {
        self.processes.iter().map(|id| cpu_seconds(*id)).sum()
    }
}

/// What people find.
pub struct Stage {
    /// The `Host` that they ask under.
    pub host: String,
    /// An access token for each of them.
    pub tokens: Vec<String>,
    /// Ids of jobs on the board.
    pub board: Vec<String>,
    /// Ids of the recruiters' jobs that have candidates ranked.
    pub own_jobs: Vec<String>,
}

impl Stage {
    /// Makes accounts by SQL, all with the demo recruiter's password, and everything else as people do, through the API.
    ///
    /// # Errors
    /// When the server refuses something.
    pub async fn prepare(settings: &Settings, people: usize, resumes: usize) -> anyhow::Result<Self> {
        let (database, connection) = tokio_postgres::connect(&settings.database, NoTls).await?;
        tokio::spawn(connection);
        fill(&database, people).await?;
        let api = Api {
            client: reqwest::Client::builder().no_proxy().build()?,
            base: format!("http://{}/api/v1", settings.address),
        };
        let logins = (0..people).map(|number| api.login(number, &settings.password));
        let tokens: Vec<String> = stream::iter(logins).buffered(AT_ONCE).try_collect().await?;
        let recruiter = tokens.first().context("nobody is there")?;
        let own_jobs = vec![
            api.create_job(recruiter, "Engineer").await?,
            api.create_job(recruiter, "Nurse").await?,
        ];
        let mut chance = SmallRng::seed_from_u64(7);
        let files: Vec<String> = (0..resumes).map(|number| resume(number, &mut chance)).collect();
        // Each recruiter in turn, so that nobody meets the limit of one.
        let recruiters = tokens.iter().step_by(RECRUITERS).cycle();
        let uploads = recruiters
            .zip(files)
            .map(|(recruiter, text)| api.upload(recruiter, text));
        stream::iter(uploads)
            .buffered(AT_ONCE)
            .try_collect::<Vec<()>>()
            .await?;
        let patience = PATIENCE + READING * u32::try_from(resumes)?;
        wait_until_read(&database, patience).await?;
        let rows = database
            .query("SELECT id::text FROM jobs WHERE state = 'open'", &[])
            .await?;
        Ok(Self {
            host: settings.address.to_string(),
            tokens,
            board: rows.iter().map(|row| row.get(0)).collect(),
            own_jobs,
        })
    }
}

fn email(number: usize) -> String {
    format!("person{number}@loadtest.example")
}

/// Where this person signs in from: the limiter counts sign-ins by address.
fn home(number: usize) -> String {
    let [_, a, b, c] = u32::try_from(number).unwrap_or_default().to_be_bytes();
    format!("10.{a}.{b}.{c}")
}

/// People and jobs, as many as are missing.
async fn fill(database: &tokio_postgres::Client, people: usize) -> anyhow::Result<()> {
    let (people, recruiters) = (i32::try_from(people)?, i32::try_from(RECRUITERS)?);
    database
        .execute(
            "INSERT INTO users (id, email, name, password_hash, email_verified_at)
             SELECT gen_random_uuid(), 'person' || n || '@loadtest.example', 'Person ' || n, password_hash, now()
             FROM users, generate_series(0, $1 - 1) n WHERE email = 'recruiter@demo.example'
             ON CONFLICT DO NOTHING",
            &[&people],
        )
        .await?;
    database
        .execute(
            "INSERT INTO memberships (organization_id, user_id, role)
             SELECT of.organization_id, users.id, 'recruiter'
             FROM memberships of JOIN users demo ON demo.id = of.user_id AND demo.email = 'recruiter@demo.example',
                  users WHERE users.email IN (SELECT 'person' || n || '@loadtest.example' FROM generate_series(0, $1 - 1, $2) n)
             ON CONFLICT DO NOTHING",
            &[&people, &recruiters],
        )
        .await?;
    database
        .execute(
            "INSERT INTO jobs (id, organization_id, title, description, location, job_type, requirements)
             SELECT gen_random_uuid(), (SELECT organization_id FROM memberships LIMIT 1),
                    (ARRAY['Nurse', 'Engineer', 'Analyst', 'Teacher', 'Driver', 'Designer'])[1 + n % 6] || ' ' || n,
                    repeat('Works with people who care about data and sales. ', 12), 'Berlin', 'full_time',
                    '{\"must_have\": [\"Communication\"]}'
             FROM generate_series(1, $1) n WHERE (SELECT count(*) FROM jobs) < $1",
            &[&BOARD],
        )
        .await?;
    database
        .batch_execute(
            "UPDATE organizations SET plan = 'pro'; ANALYZE users; ANALYZE jobs; ANALYZE memberships",
        )
        .await?;
    Ok(())
}

async fn wait_until_read(database: &tokio_postgres::Client, patience: Duration) -> anyhow::Result<()> {
    let deadline = Instant::now() + patience;
    loop {
        let row = database
            .query_one("SELECT count(*) FROM tasks WHERE finished_at IS NULL", &[])
            .await?;
        if row.get::<_, i64>(0) == 0 {
            return Ok(());
        }
        if Instant::now() > deadline {
            bail!("the resumes are not read after {} s", patience.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The api as those use it who prepare.
struct Api {
    client: reqwest::Client,
    base: String,
}

impl Api {
    async fn login(&self, number: usize, password: &str) -> anyhow::Result<String> {
        let body = json!({"email": email(number), "password": password});
        let request = self.client.post(format!("{}/auth/login", self.base)).json(&body);
        let answer = request.header("x-forwarded-for", home(number)).send().await?;
        let tokens: Value = answer.error_for_status()?.json().await?;
        let token = tokens.get("access_token").and_then(Value::as_str);
        Ok(token.context("an access token")?.to_owned())
    }

    async fn create_job(&self, token: &str, title: &str) -> anyhow::Result<String> {
        let body = json!({"title": title, "description": format!("{title} in a team that cares."), "job_type": "full_time",
            "requirements": {"must_have": ["Communication"], "nice_to_have": ["SQL", "Rust"], "min_experience_years": 2}});
        let request = self
            .client
            .post(format!("{}/jobs", self.base))
            .bearer_auth(token)
            .json(&body);
        let answer: Value = request.send().await?.error_for_status()?.json().await?;
        let id = answer.pointer("/data/id").and_then(Value::as_str);
        Ok(id.context("the id of a job")?.to_owned())
    }

    async fn upload(&self, token: &str, text: String) -> anyhow::Result<()> {
        let part = reqwest::multipart::Part::text(text).file_name("resume.txt");
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = self
            .client
            .post(format!("{}/candidates/upload", self.base))
            .bearer_auth(token);
        request.multipart(form).send().await?.error_for_status()?;
        Ok(())
    }
}

/// A resume as plain text; two are never the same.
pub fn resume(number: usize, chance: &mut SmallRng) -> String {
    let mut one_of = |list: &[&'static str]| {
        let at = chance.random_range(0..list.len());
        list.get(at).copied().unwrap_or_default()
    };
    let first = one_of(&[
        "Ada",
        "Grace",
        "Linus",
        "Edsger",
        "Barbara",
        "Alan",
        "Katherine",
        "Tim",
        "Radia",
        "Vint",
    ]);
    let last = one_of(&[
        "Byron", "Brewster", "Hansen", "Visser", "Moreno", "Okafor", "Novak", "Lefevre", "Schmidt", "Silva",
    ]);
    let title = one_of(&[
        "Registered Nurse",
        "Backend Engineer",
        "Accountant",
        "Project Manager",
        "Teacher",
        "Data Analyst",
    ]);
    let city = one_of(&["Berlin", "Paris", "Madrid", "London", "Toronto", "Vienna"]);
    let skills = one_of(&[
        "Rust, PostgreSQL, Docker",
        "Intensive Care, Triage",
        "IFRS, Excel, SAP",
        "SQL, Power BI, Python",
    ]);
    let mark: u64 = chance.random();
    format!(
        "{first} {last}\n{title}\n{city} | {}.{}.{number}.{mark:x}@mail.example | +49 30 {:07}\n\nSUMMARY\n{title} with years of work \
         in {city}. Reference {mark:x}.\n\nEXPERIENCE\n{title}, Northwind GmbH, {city}\n03/2019 - present\n- Led a team of five and \
         improved how work is handed over\n- Introduced reviews that caught mistakes early\n\nAssistant, Contoso Ltd, London\n01/2015 - 02/2019\n\
         - Served customers and kept records\n\nEDUCATION\nBachelor of Science, University of {city}\n2011 - 2014\n\nSKILLS\n{skills}, Communication\n",
        first.to_lowercase(),
        last.to_lowercase(),
        mark % 10_000_000
    )
}

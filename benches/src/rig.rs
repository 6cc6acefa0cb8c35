//! Starts and stops the programs that are measured.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use hiring_core::config::Reader;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

/// What `script/bench` prepared.
pub struct Settings {
    /// The release build of `hiring-api`.
    pub api: String,
    /// The release build of `hiring-worker`.
    pub worker: String,
    /// The empty, migrated database.
    pub database_url: String,
}

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// When it was not prepared by `script/bench`.
    pub fn read() -> anyhow::Result<Self> {
        let mut reader = Reader::from_environment();
        let mut need = |name| {
            reader
                .optional(name)
                .with_context(|| format!("{name} is unset: run script/bench"))
        };
        let (api, worker) = (need("BENCH_API")?, need("BENCH_WORKER")?);
        let database_url = reader
            .secret("DATABASE_URL")
            .context("DATABASE_URL is unset: run script/bench")?;
        Ok(Self {
            api,
            worker,
            database_url: database_url.expose_secret().to_owned(),
        })
    }

    /// A bare connection to the measured database.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn database(&self) -> anyhow::Result<tokio_postgres::Client> {
        let (client, connection) = tokio_postgres::connect(&self.database_url, tokio_postgres::NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }
}

/// A running program, killed when dropped.
pub struct Program {
    child: Child,
    /// `host:port`.
    pub address: String,
}

impl Program {
    /// Starts a program and waits until its readiness path answers 200.
    ///
    /// # Errors
    /// When it ends or is not ready within 20 s.
    pub async fn start(
        program: &str,
        arguments: &[&str],
        environment: &[(&str, &str)],
        ready: (u16, &str),
    ) -> anyhow::Result<Self> {
        let child = Command::new(program)
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("starting {program}"))?;
        let (port, path) = ready;
        let mut running = Self {
            child,
            address: format!("127.0.0.1:{port}"),
        };
        let client = reqwest::Client::builder().no_proxy().build()?;
        let url = format!("http://{}{path}", running.address);
        let deadline = Instant::now() + Duration::from_secs(20);
        while client
            .get(&url)
            .send()
            .await
            .map_or(true, |answer| answer.status().is_server_error())
        {
            if let Some(status) = running.child.try_wait()? {
                bail!("{program} ended with {status}");
            }
            if Instant::now() > deadline {
                bail!("{program} is not ready after 20 s");
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(running)
    }

    /// The process's id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `http://host:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Killing is final; there is nothing to do about a program that is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that is free now.
///
/// # Errors
/// When there is none.
pub fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?
        .local_addr()?
        .port())
}

/// Starts the api the way production runs it: JSON log into a file, metrics on.
///
/// # Errors
/// See [`Program::start`].
pub async fn start_api(settings: &Settings) -> anyhow::Result<Program> {
    start_api_with(settings, &[]).await
}

/// Starts the api like [`start_api`], with these variables beside and before its own.
///
/// # Errors
/// See [`Program::start`].
pub async fn start_api_with(settings: &Settings, more: &[(&str, &str)]) -> anyhow::Result<Program> {
    let (port, metrics) = (free_port()?, free_port()?);
    let log = std::env::temp_dir().join("hiring-bench-api.log");
    let environment = [
        ("API_PORT", port.to_string()),
        ("METRICS_PORT", metrics.to_string()),
        ("LOG_FORMAT", "json".to_owned()),
        ("LOG_FILE", log.to_string_lossy().into_owned()),
    ];
    let environment: Vec<(&str, &str)> = environment
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .chain(more.iter().copied())
        .collect();
    Program::start(&settings.api, &["serve"], &environment, (port, "/health/ready")).await
}

/// Starts a worker with concurrency 2.
///
/// # Errors
/// See [`Program::start`].
pub async fn start_worker(settings: &Settings) -> anyhow::Result<Program> {
    start_worker_with(settings, &[]).await
}

/// Starts a worker like [`start_worker`], with these variables beside and before its own.
///
/// # Errors
/// See [`Program::start`].
pub async fn start_worker_with(settings: &Settings, more: &[(&str, &str)]) -> anyhow::Result<Program> {
    let (port, metrics) = (free_port()?, free_port()?);
    let log = std::env::temp_dir().join("hiring-bench-worker.log");
    let environment = [
        ("WORKER_PORT", port.to_string()),
        ("WORKER_METRICS_PORT", metrics.to_string()),
        ("WORKER_CONCURRENCY", "2".to_owned()),
        ("LOG_FORMAT", "json".to_owned()),
        ("LOG_FILE", log.to_string_lossy().into_owned()),
    ];
    let environment: Vec<(&str, &str)> = environment
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .chain(more.iter().copied())
        .collect();
    Program::start(&settings.worker, &["run"], &environment, (port, "/health/ready")).await
}

/// Founds an organization on the pro plan and answers its admin's token.
///
/// # Errors
/// When the api refuses.
pub async fn recruiter(settings: &Settings, api: &Program) -> anyhow::Result<String> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let email = format!("{}@bench.example", hiring_core::random::uuid_v4().simple());
    let admin = json!({"email": email, "password": "a bench password", "name": "Bench"});
    let body = json!({"name": "Bench", "admin": admin});
    client
        .post(format!("{}/api/v1/organizations", api.url()))
        .json(&body)
        .send()
        .await?
        .error_for_status()?;
    settings
        .database()
        .await?
        .batch_execute("UPDATE organizations SET plan = 'pro'")
        .await?;
    login(api, &email).await
}

/// The access token of an account made by a bench.
///
/// # Errors
/// When the api refuses.
pub async fn login(api: &Program, email: &str) -> anyhow::Result<String> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let body = json!({"email": email, "password": "a bench password"});
    let answer = client
        .post(format!("{}/api/v1/auth/login", api.url()))
        .json(&body)
        .send()
        .await?;
    let tokens: Value = answer.error_for_status()?.json().await?;
    Ok(tokens
        .get("access_token")
        .and_then(Value::as_str)
        .context("an access token")?
        .to_owned())
}

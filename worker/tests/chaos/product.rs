//! The product's own programs under `kill -9`: every upload that was answered with 201 becomes a person who can be found.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hiring_testkit::{TestDatabase, TestRedis, env};
use reqwest::multipart::{Form, Part};
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::fleet::{Variables, kill, signal, variables};
use crate::patience::{eventually, until_nothing_is_live};
use crate::postgres::free_port;
use crate::random::{self, Random};
use crate::world;

const RESUME: &str = "Senior Data Engineer
+44 20 7946 0958 | London, UK

Experience
Senior Data Engineer, Analytical Engines Ltd
January 2018 - December 2022
- Built pipelines in Python and PostgreSQL

Education
MSc Computer Science, University of London, 2013

Skills
Python, PostgreSQL, Apache Spark, Docker
";

/// A program that is started again after every kill.
struct Program {
    path: PathBuf,
    argument: &'static str,
    variables: Variables,
    child: Child,
}

impl Program {
    fn start(path: &Path, argument: &'static str, variables: &Variables) -> Self {
        Self {
            child: launch(path, argument, variables),
            path: path.to_owned(),
            argument,
            variables: variables.clone(),
        }
    }

    fn kill(&mut self) {
        kill(&mut self.child);
        self.child = launch(&self.path, self.argument, &self.variables);
    }

    fn stop(mut self) -> Option<i32> {
        signal(&self.child, Signal::TERM);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        kill(&mut self.child);
    }
}

fn launch(path: &Path, argument: &str, variables: &Variables) -> Child {
    let log = std::fs::File::options()
        .create(true)
        .append(true)
        .open(world::log())
        .unwrap();
    Command::new(path)
        .arg(argument)
        .env_clear()
        .envs(variables)
        .current_dir(&variables["STORAGE_DIR"])
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// One of the product's programs; the api's is built with the workspace.
fn program(name: &str) -> Option<PathBuf> {
    let built = env::optional(&["CHAOS_PROGRAMS"]).map(PathBuf::from);
    let beside = || {
        Some(
            Path::new(option_env!("CARGO_BIN_EXE_hiring-worker")?)
                .parent()?
                .to_owned(),
        )
    };
    let path = built.or_else(beside)?.join(name);
    path.is_file().then_some(path)
}

/// The client's side of the api.
struct Recruiter {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Recruiter {
    /// Founds an organization that may upload as much as it likes.
    async fn found(port: u16, client: &Client) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(10))
            .build()
            .unwrap();
        let url = format!("http://127.0.0.1:{port}/api/v1");
        let (email, password) = ("admin@chaos.example", "a chaos password");
        let admin = json!({"email": email, "password": password, "name": "Chaos"});
        let post = async |path: &str, body: Value| {
            let answer = http.post(format!("{url}{path}")).json(&body).send().await.ok()?;
            assert!(
                answer.status().is_success(),
                "{path}: {}",
                answer.text().await.unwrap()
            );
            answer.json::<Value>().await.ok()
        };
        let organization = json!({"name": "Chaos", "admin": admin});
        eventually("the api to start", async || {
            post("/organizations", organization.clone()).await
        })
        .await;
        client
            .batch_execute("UPDATE organizations SET plan = 'pro'")
            .await
            .unwrap();
        let credentials = json!({"email": email, "password": password});
        let tokens = post("/auth/login", credentials).await.expect("a token");
        let token = tokens["access_token"].as_str().unwrap().to_owned();
        Self { http, url, token }
    }

    /// Uploads one resume; the candidate's id when the answer was 201.
    async fn upload(&self, number: u64) -> Option<Uuid> {
        let text = format!("Person Number{number}\n{RESUME}\nperson{number}@example.org\n");
        let form = Form::new().part("file", Part::bytes(text.into_bytes()).file_name("resume.txt"));
        let request = self
            .http
            .post(format!("{}/candidates/upload", self.url))
            .bearer_auth(&self.token);
        let answer = request.multipart(form).send().await.ok()?;
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.ok()?;
        match status {
            201 => body["data"]["candidate_id"].as_str()?.parse().ok(),
            503 | 500 => None,
            _ => panic!("an upload was answered with {status}: {body}"),
        }
    }
}

fn settings(database: &TestDatabase, redis: &TestRedis, folder: &Path, port: u16) -> Variables {
    variables([
        ("ENVIRONMENT", "test".to_owned()),
        ("DATABASE_URL", database.url().to_owned()),
        ("DATABASE_POOL_SIZE", "6".to_owned()),
        ("REDIS_URL", redis.url.clone()),
        ("QUEUE_PREFIX", redis.prefix.clone()),
        ("STORAGE_DIR", folder.display().to_string()),
        (
            "SECRET_KEY",
            "a key for tests that is long enough to sign with".to_owned(),
        ),
        ("PASSWORD_HASH_MEMORY_KIB", "64".to_owned()),
        ("PASSWORD_HASH_ITERATIONS", "1".to_owned()),
        ("RATE_LIMIT_ENABLED", "false".to_owned()),
        ("EMBEDDING_BACKEND", "off".to_owned()),
        // No number of kills uses these up.
        ("TASK_MAX_ATTEMPTS", "100".to_owned()),
        ("API_PORT", port.to_string()),
        ("METRICS_PORT", "0".to_owned()),
        ("WORKER_PORT", "0".to_owned()),
        ("WORKER_METRICS_PORT", "0".to_owned()),
        ("WORKER_CONCURRENCY", "4".to_owned()),
        ("SHUTDOWN_GRACE_SECONDS", "5".to_owned()),
        ("SHUTDOWN_DELAY_SECONDS", "0".to_owned()),
        ("LOG_LEVEL", "warn".to_owned()),
    ])
}

/// Uploads until told to stop; answers who was accepted.
async fn upload(recruiter: Arc<Recruiter>, first: u64, enough: Arc<AtomicBool>) -> Vec<Uuid> {
    let mut accepted = Vec::new();
    let mut number = first;
    while !enough.load(Ordering::SeqCst) {
        number += 1;
        match recruiter.upload(number).await {
            Some(candidate) => accepted.push(candidate),
            // Nobody is there for a moment.
            None => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    accepted
}

/// A database, a queue and a folder for the product's programs, and where the api answers.
struct Site {
    database: TestDatabase,
    client: Client,
    settings: Variables,
    port: u16,
    api: PathBuf,
    worker: PathBuf,
    _folder: tempfile::TempDir,
}

impl Site {
    /// None, said aloud, where the programs are not built.
    async fn open(test: &str) -> Option<Self> {
        let (Some(api), Some(worker)) = (program("hiring-api"), program("hiring-worker")) else {
            println!("SKIPPED {test}: hiring-api is not built");
            return None;
        };
        let (database, redis) = (TestDatabase::create().await, TestRedis::namespace());
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        Some(Self {
            client: database.client().await,
            settings: settings(&database, &redis, folder.path(), port),
            database,
            port,
            api,
            worker,
            _folder: folder,
        })
    }

    fn start_api(&self) -> Program {
        Program::start(&self.api, "serve", &self.settings)
    }

    fn start_worker(&self) -> Program {
        Program::start(&self.worker, "run", &self.settings)
    }

    async fn number(&self, query: &str) -> i64 {
        self.client.query_one(query, &[]).await.unwrap().get(0)
    }

    /// How many of these people can be found.
    async fn ready(&self, accepted: &[Uuid]) -> usize {
        let query = "SELECT count(*) FROM candidates WHERE id = ANY($1) AND status = 'ready'";
        let ready: i64 = self.client.query_one(query, &[&accepted]).await.unwrap().get(0);
        usize::try_from(ready).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_accepted_upload_is_found_in_the_end_whoever_is_killed_meanwhile() {
    let test = "every_accepted_upload_is_found_in_the_end_whoever_is_killed_meanwhile";
    let Some(site) = Site::open(test).await else {
        return;
    };
    let mut random = Random::seeded(random::seed());
    let mut programs = vec![site.start_api(), site.start_worker(), site.start_worker()];
    let recruiter = Arc::new(Recruiter::found(site.port, &site.client).await);
    let enough = Arc::new(AtomicBool::new(false));
    let uploads: Vec<_> = (0..2)
        .map(|uploader| {
            tokio::spawn(upload(
                Arc::clone(&recruiter),
                uploader * 1_000_000,
                Arc::clone(&enough),
            ))
        })
        .collect();
    let kills = number_of_kills();
    for _ in 0..kills {
        tokio::time::sleep(Duration::from_millis(200 + random.below(600))).await;
        programs[usize::try_from(random.below(3)).unwrap()].kill();
    }
    enough.store(true, Ordering::SeqCst);
    let mut accepted = Vec::new();
    for upload in uploads {
        accepted.extend(upload.await.unwrap());
    }
    // What the killed ones held comes back at once.
    site.database.shift_task_clock("61 s").await;
    until_nothing_is_live(&site.client, || {}).await;
    let codes: Vec<_> = programs.into_iter().map(Program::stop).collect();
    assert_eq!(codes, [Some(0), Some(0), Some(0)]);
    let ready = site.ready(&accepted).await;
    println!(
        "{kills} kills: {ready} of {} accepted uploads are found",
        accepted.len()
    );
    assert_eq!(ready, accepted.len());
    assert!(ready > 0);
    let failed = "SELECT count(*) FROM tasks WHERE state NOT IN ('completed', 'cancelled')";
    assert_eq!(site.number(failed).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_in_the_middle_of_fifty_resumes_the_worker_leaves_none_behind() {
    let test = "told_to_stop_in_the_middle_of_fifty_resumes_the_worker_leaves_none_behind";
    let Some(mut site) = Site::open(test).await else {
        return;
    };
    site.settings
        .insert("WORKER_CONCURRENCY".to_owned(), "50".to_owned());
    site.settings
        .insert("SHUTDOWN_GRACE_SECONDS".to_owned(), "0".to_owned());
    let api = site.start_api();
    let recruiter = Recruiter::found(site.port, &site.client).await;
    let mut accepted = Vec::new();
    while accepted.len() < 50 {
        accepted.extend(recruiter.upload(accepted.len() as u64).await);
    }
    let running = "SELECT count(*) FROM tasks WHERE state = 'running'";
    let worker = site.start_worker();
    let many = async || (site.number(running).await >= 10).then_some(());
    eventually("many resumes to be read at once", many).await;
    assert_eq!(worker.stop(), Some(0));
    assert_eq!(site.number(running).await, 0);
    // Handed back, they cost no attempt and wait for nobody's lease.
    let worker = site.start_worker();
    until_nothing_is_live(&site.client, || {}).await;
    assert_eq!(site.ready(&accepted).await, 50);
    assert_eq!([worker.stop(), api.stop()], [Some(0), Some(0)]);
}

/// Two a second or so.
fn number_of_kills() -> usize {
    let minutes = crate::child::minutes().unwrap_or(0.1);
    (0_usize..)
        .take_while(|kill| *kill as f64 <= minutes * 120.0)
        .count()
}

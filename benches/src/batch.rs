//! A hundred candidates screened for a job: by the rules alone, with a model that takes a second for each answer, and once more.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use hiring_testkit::ModelServer;
use hiring_testkit::model::{Reply, nothing};
use serde_json::{Value, json};

use crate::resumes;
use crate::rig::{Program, Settings, recruiter, start_api, start_worker_with};
use crate::statistics::median;

/// Candidates of a batch.
const PEOPLE: usize = 100;
/// Longest wait for anything.
const DEADLINE: Duration = Duration::from_secs(900);
/// How long the model takes for an answer.
const PAUSE: Duration = Duration::from_secs(1);

/// Uploads a hundred resumes, then screens them without and with a model, each time for a job of its own.
///
/// # Errors
/// When the product refuses something or does not come to an end.
pub async fn run(settings: &Settings, corpus: &Path, runs: usize) -> anyhow::Result<()> {
    let api = start_api(settings).await?;
    let caller = Caller::new(&api, recruiter(settings, &api).await?)?;
    let worker = start_worker_with(settings, &[]).await?;
    let people = caller.upload(settings, corpus).await?;
    let mut seconds = Vec::new();
    for _ in 0..runs {
        let job = caller.job().await?;
        seconds.push(caller.screen(&people, &job).await?);
    }
    println!(
        "batch: {PEOPLE} candidates by the rules alone in {:.2} s",
        median(&seconds)
    );
    drop(worker);

    let server = ModelServer::start(|_| Reply::json(&nothing()).after(PAUSE)).await;
    for share in ["30", "100"] {
        let model = [
            ("OPENAI_BASE_URL", server.base_url()),
            ("OPENAI_API_KEY", "bench"),
            ("AI_SHARE_PERCENT_PRO", share),
            ("AI_CONCURRENCY", "10"),
            ("WORKER_CONCURRENCY", "12"),
        ];
        let _worker = start_worker_with(settings, &model).await?;
        let job = caller.job().await?;
        let before = server.count();
        let first = caller.screen(&people, &job).await?;
        let asked = server.count() - before;
        let spent = spent(settings).await?;
        let second = caller.screen(&people, &job).await?;
        let again = server.count() - before - asked;
        println!(
            "batch: {PEOPLE} candidates with a model that takes {PAUSE:?}, ten at once, share {share} %: {first:.1} s, \
             {asked} questions, {spent} tokens so far; sent again: {second:.2} s, {again} questions"
        );
    }
    Ok(())
}

/// Tokens of questions and answers that were paid for so far.
async fn spent(settings: &Settings) -> anyhow::Result<i64> {
    let query = "SELECT coalesce(sum(prompt_tokens + completion_tokens), 0)::bigint FROM model_calls";
    Ok(settings.database().await?.query_one(query, &[]).await?.get(0))
}

/// Somebody who calls the api.
struct Caller<'a> {
    api: &'a Program,
    token: String,
    client: reqwest::Client,
}

impl<'a> Caller<'a> {
    fn new(api: &'a Program, token: String) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { api, token, client })
    }

    async fn call(&self, request: reqwest::RequestBuilder) -> anyhow::Result<Value> {
        let answer = request.bearer_auth(&self.token).send().await?;
        let mut answer: Value = answer.error_for_status()?.json().await?;
        Ok(answer.get_mut("data").context("an answer with data")?.take())
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.api.url())
    }

    async fn job(&self) -> anyhow::Result<String> {
        let body = json!({"title": "Engineer", "requirements": {"min_experience_years": 3, "education": "bachelor",
            "must_have": ["Python", "SQL", "Docker", "Linux"], "nice_to_have": ["Kubernetes", "Git", "Java", "AWS"]}});
        let job = self.call(self.client.post(self.url("/jobs")).json(&body)).await?;
        let id = job.get("id").and_then(Value::as_str);
        Ok(id.context("a job's id")?.to_owned())
    }

    /// Texts of the corpus, each a little different, in one batch; answers the candidates once all of them are indexed.
    async fn upload(&self, settings: &Settings, corpus: &Path) -> anyhow::Result<Vec<String>> {
        let texts: Vec<_> = resumes::load(corpus)?
            .into_iter()
            .filter(|resume| resume.name.ends_with(".txt"))
            .collect();
        ensure!(!texts.is_empty(), "the corpus has no texts");
        let mut form = reqwest::multipart::Form::new();
        for (number, resume) in texts.iter().cycle().take(PEOPLE).enumerate() {
            let mut bytes = resume.bytes.clone();
            bytes.extend_from_slice(format!("\nNumber {number}\n").as_bytes());
            let file = reqwest::multipart::Part::bytes(bytes).file_name(format!("{number}.txt"));
            form = form.part("files", file);
        }
        let request = self.client.post(self.url("/candidates/upload/batch"));
        let taken = self.call(request.multipart(form)).await?;
        let accepted = taken
            .get("accepted")
            .and_then(Value::as_array)
            .context("accepted files")?;
        let people: Vec<String> = accepted
            .iter()
            .filter_map(|file| file.get("candidate_id")?.as_str().map(str::to_owned))
            .collect();
        ensure!(people.len() == PEOPLE, "{} files were accepted", people.len());
        let database = settings.database().await?;
        let deadline = Instant::now() + DEADLINE;
        while open_tasks(&database).await? > 0 {
            wait(deadline).await?;
        }
        Ok(people)
    }

    /// Screens everybody; answers the seconds from the request until the task is completed.
    async fn screen(&self, people: &[String], job: &str) -> anyhow::Result<f64> {
        let started = Instant::now();
        let deadline = started + DEADLINE;
        let body = json!({"candidate_ids": people, "job_id": job});
        let request = self.client.post(self.url("/candidates/batch-screen"));
        let taken = self.call(request.json(&body)).await?;
        let task = taken
            .get("task_id")
            .and_then(Value::as_str)
            .context("a task's id")?;
        let path = self.url(&format!("/tasks/{task}"));
        loop {
            let shown = self.call(self.client.get(&path)).await?;
            match shown.get("state").and_then(Value::as_str) {
                Some("completed") => {
                    let counts = json!({"total": PEOPLE, "done": PEOPLE, "failed": 0, "erased": 0});
                    ensure!(
                        shown.get("counts") == Some(&counts),
                        "not everybody has a score: {shown}"
                    );
                    return Ok(started.elapsed().as_secs_f64());
                }
                Some("dead" | "cancelled") => bail!("the task ended: {shown}"),
                _ => wait(deadline).await?,
            }
        }
    }
}

async fn open_tasks(database: &tokio_postgres::Client) -> anyhow::Result<i64> {
    let query = "SELECT count(*) FROM tasks WHERE finished_at IS NULL";
    Ok(database.query_one(query, &[]).await?.get(0))
}

async fn wait(deadline: Instant) -> anyhow::Result<()> {
    ensure!(Instant::now() < deadline, "it took too long");
    tokio::time::sleep(Duration::from_millis(50)).await;
    Ok(())
}

//! A hundred candidates screened for a job: by the rules alone, with a model that takes a second for each answer, and once more.

use std::ops::Sub;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use hiring_testkit::ModelServer;
use hiring_testkit::model::{Asked, Reply, quoting};
use serde_json::{Value, json};

use crate::caller::{Caller, wait};
use crate::resumes;
use crate::rig::{Settings, recruiter, start_api, start_worker_with};
use crate::statistics::median;

/// Candidates of a batch.
const PEOPLE: usize = 100;
/// Longest wait for anything.
const DEADLINE: Duration = Duration::from_secs(900);
/// How long the model takes for an answer.
const PAUSE: Duration = Duration::from_secs(1);
/// Between two looks at a task.
const POLL: Duration = Duration::from_millis(50);
/// US dollars for a million tokens of questions and of answers: what gpt-4o-mini, the default model, is listed at.
const PRICES: (&str, &str) = ("0.15", "0.60");
/// Characters that make a token: English prose has about four.
const CHARS_PER_TOKEN: usize = 4;

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

    let server = ModelServer::start(answer).await;
    for share in ["30", "100"] {
        let model = [
            ("OPENAI_BASE_URL", server.base_url()),
            ("OPENAI_API_KEY", "bench"),
            ("OPENAI_INPUT_PRICE", PRICES.0),
            ("OPENAI_OUTPUT_PRICE", PRICES.1),
            ("AI_SHARE_PERCENT_PRO", share),
            ("AI_CONCURRENCY", "10"),
            ("WORKER_CONCURRENCY", "12"),
        ];
        let _worker = start_worker_with(settings, &model).await?;
        let job = caller.job().await?;
        let (before, count) = (Bill::read(settings).await?, server.count());
        let first = caller.screen(&people, &job).await?;
        let (paid, asked) = (Bill::read(settings).await?, server.count());
        let second = caller.screen(&people, &job).await?;
        let again = Bill::read(settings).await? - paid;
        ensure!(
            server.count() == asked,
            "{} questions were asked twice",
            server.count() - asked
        );
        println!(
            "batch: {PEOPLE} candidates with a model that takes {PAUSE:?}, ten at once, share {share} %: {first:.1} s, {} questions, \
             {}; sent again: {second:.2} s, 0 questions, {again}",
            asked - count,
            paid - before,
        );
    }
    Ok(())
}

/// An answer of full length after a second, with as many tokens as its letters and those of the question make.
fn answer(asked: &Asked) -> Reply {
    let resume = asked.resume();
    let line = resume.lines().find(|line| line.split_whitespace().count() > 4);
    let text = quoting(asked, line.unwrap_or_default()).to_string();
    let question = asked
        .body
        .get("messages")
        .map_or(0, |messages| messages.to_string().len());
    let (prompt, completion) = (question / CHARS_PER_TOKEN, text.len() / CHARS_PER_TOKEN);
    let reply = json!({
        "model": "bench",
        "choices": [{ "message": { "content": text }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": prompt, "completion_tokens": completion },
    });
    Reply::Raw(reply).after(PAUSE)
}

/// What was paid for.
#[derive(Debug, Clone, Copy)]
struct Bill {
    prompt: i64,
    completion: i64,
    /// Millionths of a US dollar.
    cost: i64,
}

impl Bill {
    /// Everything so far.
    async fn read(settings: &Settings) -> anyhow::Result<Self> {
        let query =
            "SELECT coalesce(sum(prompt_tokens), 0)::bigint, coalesce(sum(completion_tokens), 0)::bigint,
                coalesce(sum(cost_micros), 0)::bigint FROM model_calls";
        let row = settings.database().await?.query_one(query, &[]).await?;
        Ok(Self {
            prompt: row.get(0),
            completion: row.get(1),
            cost: row.get(2),
        })
    }
}

impl Sub for Bill {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            prompt: self.prompt - before.prompt,
            completion: self.completion - before.completion,
            cost: self.cost - before.cost,
        }
    }
}

impl std::fmt::Display for Bill {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            prompt,
            completion,
            cost,
        } = self;
        write!(
            formatter,
            "{prompt} + {completion} tokens, {cost} millionths of a dollar"
        )
    }
}

/// What the benches of batches do with the api.
impl Caller<'_> {
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
            wait(deadline, POLL).await?;
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
                _ => wait(deadline, POLL).await?,
            }
        }
    }
}

async fn open_tasks(database: &tokio_postgres::Client) -> anyhow::Result<i64> {
    let query = "SELECT count(*) FROM tasks WHERE finished_at IS NULL";
    Ok(database.query_one(query, &[]).await?.get(0))
}

//! Upload to searchable: one file on an idle system, and many at once.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use hiring_core::config::Reader;
use hiring_platform::embeddings::{Embedder, EmbeddingConfig, OnnxEmbedder};
use serde_json::Value;

use crate::memory::Watch;
use crate::resumes::{self, Resume};
use crate::rig::{Program, Settings, recruiter, start_api, start_worker};
use crate::statistics::{median, percentile};

/// How often each document is uploaded, distinct in visible text each time.
const VARIANTS: usize = 4;
const UPLOADERS: usize = 8;
const WORKER_CONCURRENCY: usize = 2;
/// Longest chunk in tokens, as the worker embeds it.
const CHUNK_TOKENS: usize = 256;
/// Longest wait for a run to end.
const DEADLINE: Duration = Duration::from_secs(600);

/// One PDF at a time on an idle system, from the first byte sent until the person is findable.
///
/// # Errors
/// When an upload is refused or a file cannot be read.
pub async fn latency(settings: &Settings, corpus: &Path) -> anyhow::Result<()> {
    let (api, _worker) = (start_api(settings).await?, start_worker(settings).await?);
    let client = Client::new(&api, recruiter(settings, &api).await?)?;
    let pdfs: Vec<Resume> = resumes::load(corpus)?
        .into_iter()
        .filter(|resume| resume.name.ends_with(".pdf"))
        .collect();
    let mut samples = Vec::new();
    for (number, resume) in pdfs.iter().take(21).enumerate() {
        let resume = resumes::variant(resume, 900 + number)?;
        let started = Instant::now();
        let id = client.upload(resume).await?;
        client.wait_until_ready(&id).await?;
        // The first upload loads the model: that is a start, not an idle system.
        if number > 0 {
            samples.push(started.elapsed().as_secs_f64() * 1000.0);
        }
    }
    let (p50, p95) = (median(&samples), percentile(&samples, 0.95));
    println!(
        "upload-latency: searchable after p50 {p50:.0} ms, p95 {p95:.0} ms ({} PDFs, one at a time)",
        samples.len()
    );
    Ok(())
}

/// What one run measured.
struct Run {
    findable_per_second: f64,
    chunks_per_second: f64,
    bare_per_second: f64,
    api_megabytes: f64,
    worker_megabytes: f64,
}

/// All documents, four times each, by eight uploaders.
///
/// # Errors
/// When an upload is refused or a file cannot be read.
pub async fn rate(settings: &Settings, corpus: &Path, runs: usize) -> anyhow::Result<()> {
    let originals = resumes::load(corpus)?;
    let mut measured = Vec::new();
    for number in 0..runs {
        let run = one_run(settings, &originals, number).await?;
        println!(
            "upload-rate run {}: {:.1}/s findable, chunks {:.1}/s, bare embedder {:.1}/s (ratio {:.2}), PSS api {:.0} MB, worker {:.0} MB",
            number + 1,
            run.findable_per_second,
            run.chunks_per_second,
            run.bare_per_second,
            run.chunks_per_second / run.bare_per_second,
            run.api_megabytes,
            run.worker_megabytes
        );
        measured.push(run);
    }
    let middle = |of: fn(&Run) -> f64| median(&measured.iter().map(of).collect::<Vec<_>>());
    println!(
        "upload-rate: {} resumes, {:.1}/s findable, chunk ratio {:.2}, PSS api {:.0} MB, worker {:.0} MB (medians of {runs})",
        originals.len() * VARIANTS,
        middle(|run| run.findable_per_second),
        middle(|run| run.chunks_per_second / run.bare_per_second),
        middle(|run| run.api_megabytes),
        middle(|run| run.worker_megabytes)
    );
    Ok(())
}

async fn one_run(settings: &Settings, originals: &[Resume], number: usize) -> anyhow::Result<Run> {
    let database = settings.database().await?;
    let (api, worker) = (start_api(settings).await?, start_worker(settings).await?);
    let client = Client::new(&api, recruiter(settings, &api).await?)?;
    // One upload loads the model before the clock starts.
    let first = originals.first().context("the corpus is empty")?;
    client
        .wait_until_ready(&client.upload(resumes::variant(first, 1000 + number)?).await?)
        .await?;
    wait_for(
        &database,
        "SELECT count(*) FROM tasks WHERE finished_at IS NULL",
        0,
    )
    .await?;

    let mut files = VecDeque::new();
    for variant in 0..VARIANTS {
        for resume in originals {
            files.push_back(resumes::variant(resume, number * VARIANTS + variant)?);
        }
    }
    let total = i64::try_from(files.len())?;
    let before = count(
        &database,
        "SELECT count(*) FROM candidates WHERE status = 'ready'",
    )
    .await?;
    let started = Instant::now();
    let watch = Watch::start(vec![api.id(), worker.id()]);
    upload_all(&client, files).await?;
    loop {
        let failed = count(
            &database,
            "SELECT count(*) FROM candidates WHERE status = 'failed'",
        )
        .await?;
        if failed > 0 {
            bail!("{failed} resumes could not be read");
        }
        if count(
            &database,
            "SELECT count(*) FROM candidates WHERE status = 'ready'",
        )
        .await?
            >= before + total
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let findable_per_second = total as f64 / started.elapsed().as_secs_f64();
    let chunks = "SELECT count(*) FROM chunk_vectors";
    let (chunks_before, chunks_started) = (count(&database, chunks).await?, Instant::now());
    wait_for(
        &database,
        "SELECT count(*) FROM tasks WHERE finished_at IS NULL",
        0,
    )
    .await?;
    let peaks = watch.finish();
    let embedded = count(&database, chunks).await? - chunks_before;
    let chunks_per_second = embedded as f64 / chunks_started.elapsed().as_secs_f64();
    drop((api, worker));
    let bare_per_second = bare_rate(chunk_texts(&database, embedded).await?)?;
    let peak = |index: usize| peaks.get(index).copied().unwrap_or_default();
    let (api_megabytes, worker_megabytes) = (peak(0), peak(1));
    Ok(Run {
        findable_per_second,
        chunks_per_second,
        bare_per_second,
        api_megabytes,
        worker_megabytes,
    })
}

async fn upload_all(client: &Client, files: VecDeque<Resume>) -> anyhow::Result<()> {
    let files = Arc::new(Mutex::new(files));
    let mut uploaders = Vec::new();
    for _ in 0..UPLOADERS {
        let (client, files) = (client.clone(), Arc::clone(&files));
        uploaders.push(tokio::spawn(async move {
            loop {
                let next = files.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some(resume) = next else {
                    return Ok::<_, anyhow::Error>(());
                };
                client.upload(resume).await?;
            }
        }));
    }
    for uploader in uploaders {
        uploader.await??;
    }
    Ok(())
}

async fn count(database: &tokio_postgres::Client, query: &str) -> anyhow::Result<i64> {
    Ok(database.query_one(query, &[]).await?.get(0))
}

async fn wait_for(database: &tokio_postgres::Client, query: &str, wanted: i64) -> anyhow::Result<()> {
    let started = Instant::now();
    while count(database, query).await? != wanted {
        if started.elapsed() > DEADLINE {
            bail!("waited {DEADLINE:?} in vain for {query} to be {wanted}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// The texts of the chunks embedded last, as the worker embedded them.
async fn chunk_texts(database: &tokio_postgres::Client, most: i64) -> anyhow::Result<Vec<String>> {
    let query = "SELECT substring(c.visible_text FROM v.start_offset + 1 FOR v.end_offset - v.start_offset)
                 FROM chunk_vectors v JOIN candidates c ON c.id = v.candidate_id ORDER BY v.id DESC LIMIT $1";
    Ok(database
        .query(query, &[&most])
        .await?
        .iter()
        .map(|row| row.get(0))
        .collect())
}

/// Texts a second of the embedder alone, on as many threads as the worker had.
fn bare_rate(texts: Vec<String>) -> anyhow::Result<f64> {
    let config = EmbeddingConfig::read(&mut Reader::from_environment(), WORKER_CONCURRENCY);
    let total = texts.len();
    let mut embedders = Vec::new();
    for part in texts.chunks(total.div_ceil(WORKER_CONCURRENCY).max(1)) {
        embedders.push((OnnxEmbedder::load(&config)?, part.to_vec()));
    }
    let started = Instant::now();
    let threads: Vec<_> = embedders
        .into_iter()
        .map(|(embedder, part)| {
            std::thread::spawn(move || {
                part.into_iter()
                    .try_for_each(|text| embedder.embed(&[text], CHUNK_TOKENS).map(|_| ()))
            })
        })
        .collect();
    for thread in threads {
        thread
            .join()
            .map_err(|_| anyhow::anyhow!("an embedding thread ended"))??;
    }
    Ok(total as f64 / started.elapsed().as_secs_f64())
}

/// A recruiter's HTTP client.
#[derive(Clone)]
struct Client {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Client {
    fn new(api: &Program, token: String) -> anyhow::Result<Self> {
        Ok(Self {
            http: reqwest::Client::builder().no_proxy().build()?,
            url: format!("{}/api/v1", api.url()),
            token,
        })
    }

    async fn upload(&self, resume: Resume) -> anyhow::Result<String> {
        let part = reqwest::multipart::Part::bytes(resume.bytes).file_name(resume.name);
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = self
            .http
            .post(format!("{}/candidates/upload", self.url))
            .bearer_auth(&self.token);
        let answer = request.multipart(form).send().await?;
        let status = answer.status();
        let body: Value = answer.json().await?;
        let id = body.pointer("/data/candidate_id").and_then(Value::as_str);
        id.filter(|_| status.as_u16() == 201)
            .map(str::to_owned)
            .with_context(|| format!("upload answered {status}: {body}"))
    }

    async fn wait_until_ready(&self, id: &str) -> anyhow::Result<()> {
        let started = Instant::now();
        while started.elapsed() < DEADLINE {
            let request = self
                .http
                .get(format!("{}/candidates/{id}", self.url))
                .bearer_auth(&self.token);
            let body: Value = request.send().await?.error_for_status()?.json().await?;
            match body.pointer("/data/status").and_then(Value::as_str) {
                Some("ready") => return Ok(()),
                Some("processing") => tokio::time::sleep(Duration::from_millis(3)).await,
                _ => bail!("the resume could not be read: {body}"),
            }
        }
        bail!("not ready after {DEADLINE:?}")
    }
}

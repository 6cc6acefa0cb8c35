//! `hiring-worker fairness FILE...`: how much scores depend on who somebody is. Copies of resumes are made that differ in a name,
//! an address, a school, and held against the same jobs. Needs no services.

mod career;
mod contact;
mod identity;
mod jobs;
mod meaning;
mod measure;
mod report;
mod swap;
mod tables;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use chrono::{Datelike, NaiveDate};
use clap::Args;
use futures::StreamExt;
use hiring_core::clock::{Clock, SystemClock};
use hiring_core::config;
use hiring_core::reading::ReadResume;
use hiring_matching::{CandidateFacts, RUBRIC_VERSION};
use hiring_platform::embeddings::{EmbeddingConfig, LazyEmbedder};

use self::jobs::Job;
use self::meaning::Meaning;
use self::measure::{Outcome, measure};
use self::report::Report;
use self::swap::{Pick, Swapped, copies};
use super::read::{content, expand};
use crate::sandbox::{Limits, Sandbox};
use crate::scanning::Reader;
use crate::scanning::config::OcrConfig;

/// Exit code when something that must not count changes scores by more than the limit.
const UNFAIR: u8 = 3;
/// Jobs of the sandbox at once.
const AT_ONCE: usize = 4;

/// Whom to hold against which jobs.
#[derive(Debug, Clone, Args)]
pub struct Fairness {
    /// Resumes; of a folder, every file in it.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// A job as JSON, as `POST /jobs` takes it: `title` and `requirements`. Without any, jobs ask for what the resumes show.
    #[arg(long = "job", value_name = "FILE")]
    jobs: Vec<PathBuf>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Picks the names and addresses that are put in.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// End with 3 when a name, pronouns, an e-mail address, a telephone number, an address or a birth date changes a score by more
    /// than this, in basis points (0.01 %).
    #[arg(long, value_name = "BP")]
    limit: Option<u16>,
    /// The day that `present` means where the document has no date.
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<NaiveDate>,
}

/// Measures and reports; ends with 1 when a file could not be read, with 3 when the limit is passed.
#[must_use]
pub fn run(command: &Fairness) -> ExitCode {
    // Before any thread starts: it changes the process environment.
    hiring_platform::embeddings::forbid_runtime_telemetry();
    match work(command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("hiring-worker: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn work(command: &Fairness) -> anyhow::Result<ExitCode> {
    let settings = super::settings(|reader| (OcrConfig::read(reader), embedding(reader)));
    let (ocr, embedding) = match settings {
        Ok(settings) => settings,
        Err(problems) => {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            bail!(problems.join("; "))
        }
    };
    let files = expand(&command.files)?;
    let given = jobs::read(&command.jobs)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting the runtime failed")?;
    let sandbox = Sandbox::of_this_program(Limits::default()).context("this program cannot be found")?;
    let (report, all) = runtime.block_on(async {
        let reader = Reader::open(sandbox, &ocr).await;
        for note in reader.notes() {
            eprintln!("{note}");
        }
        let (meaning, problem) = Meaning::open(LazyEmbedder::new(embedding)).await;
        if let Some(problem) = problem {
            eprintln!("people and jobs are compared by words only: {problem}");
        }
        let today = command.today.unwrap_or_else(|| SystemClock.now().date_naive());
        let mut audit = Audit {
            reader,
            meaning,
            today,
        };
        let (paths, people) = audit.open(&files).await?;
        let all = people.len() == files.len();
        Ok::<_, anyhow::Error>((audit.report(command.seed, given, paths, &people).await?, all))
    })?;
    let text = if command.json {
        serde_json::to_string_pretty(&report)? + "\n"
    } else {
        report.table()
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(match command.limit {
        Some(limit) if report.worst_bp() > limit => ExitCode::from(UNFAIR),
        _ if !all => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    })
}

fn embedding(reader: &mut config::Reader) -> EmbeddingConfig {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    EmbeddingConfig::read(reader, cores)
}

/// What resumes are read and compared with.
struct Audit {
    reader: Reader,
    meaning: Meaning,
    today: NaiveDate,
}

impl Audit {
    /// The files that could be read, as plain text would be: copies are plain text, and are compared with nothing else.
    async fn open(&self, files: &[PathBuf]) -> anyhow::Result<(Vec<PathBuf>, Vec<ReadResume>)> {
        let mut opened = (Vec::new(), Vec::new());
        for file in files {
            let name = file.display();
            let bytes = content(file)?;
            let text = match self.reader.read(&bytes, self.today).await {
                Ok(read) => read.visible_text,
                Err(error) => match error.failure() {
                    Some(failure) => {
                        eprintln!("{name}: {} ({})", failure.reason(), failure.code());
                        continue;
                    }
                    None => return Err(error.into()),
                },
            };
            match self.again(&text).await? {
                Some(read) => {
                    opened.0.push(file.clone());
                    opened.1.push(read);
                }
                None => eprintln!("{name}: its text alone cannot be read"),
            }
        }
        if opened.1.is_empty() {
            bail!("no file could be read");
        }
        Ok(opened)
    }

    /// A text read as a file of plain text; `None` when it cannot be.
    async fn again(&self, text: &str) -> anyhow::Result<Option<ReadResume>> {
        match self.reader.read(text.as_bytes(), self.today).await {
            Ok(read) => Ok(Some(read)),
            Err(error) if error.failure().is_some() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn report(
        &mut self,
        seed: u64,
        given: Vec<Job>,
        paths: Vec<PathBuf>,
        people: &[ReadResume],
    ) -> anyhow::Result<Report> {
        let resumes = people.iter().map(|read| &read.resume);
        let made = || jobs::of_resumes(paths.iter().map(PathBuf::as_path).zip(resumes));
        let jobs = if given.is_empty() { made() } else { given };
        if jobs.is_empty() {
            bail!("the resumes show nothing that a job could ask for");
        }
        let mut scores = Vec::with_capacity(people.len());
        let mut outcomes = Vec::new();
        for (person, read) in people.iter().enumerate() {
            scores.push(self.scores(&jobs, read).await?);
            let pick = Pick(seed ^ ((person as u64) << 32));
            let swapped = copies(read, pick);
            for (copy, read) in self.all_again(swapped).await? {
                let told = match &read {
                    Some(read) => self.scores(&jobs, read).await?,
                    // Who cannot be read is never found.
                    None => vec![0; jobs.len()],
                };
                outcomes.push(outcome(person, copy, &jobs, &told));
            }
        }
        Ok(Report {
            model: self.meaning.model(),
            rubric: RUBRIC_VERSION,
            seed,
            resumes: paths,
            jobs: jobs.into_iter().map(|job| job.title).collect(),
            attributes: measure(&scores, &outcomes),
        })
    }

    /// Copies read as plain text, several at a time, in their order.
    async fn all_again(&self, copies: Vec<Swapped>) -> anyhow::Result<Vec<(Swapped, Option<ReadResume>)>> {
        let read = |copy: Swapped| async move {
            let read = self.again(&copy.text).await?;
            Ok((copy, read))
        };
        let all: Vec<anyhow::Result<_>> = futures::stream::iter(copies)
            .map(read)
            .buffered(AT_ONCE)
            .collect()
            .await;
        all.into_iter().collect()
    }

    /// Somebody's score for each job, in basis points.
    async fn scores(&mut self, jobs: &[Job], read: &ReadResume) -> anyhow::Result<Vec<u16>> {
        let vectors = self.meaning.of(read).await?;
        let mut scores = Vec::with_capacity(jobs.len());
        for job in jobs {
            let similarities = self.meaning.to(job, &vectors).await?;
            let facts = CandidateFacts::stored(&read.resume, &read.visible_text, &read.sections)
                .with_similarities(similarities)
                .uploaded(self.today.year(), self.today.month());
            scores.push(job.scorer.assess(&facts).score(&job.weights).total_bp);
        }
        Ok(scores)
    }
}

/// A copy's scores; those of somebody who lives elsewhere tell nothing where a job asks for a place.
fn outcome(person: usize, copy: Swapped, jobs: &[Job], scores: &[u16]) -> Outcome {
    let told = |(job, score): (&Job, &u16)| (!(copy.moves && job.asks_for_place())).then_some(*score);
    Outcome {
        person,
        attribute: copy.attribute,
        scores: jobs.iter().zip(scores).map(told).collect(),
        with: copy.with,
    }
}

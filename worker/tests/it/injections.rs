//! Resumes that tell a program what to say, in sight or hidden, on the worker's whole way, with a model that obeys and one that lies.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hiring_core::ids::{ApplicationId, CandidateId, JobId};
use hiring_core::task::{NarrateApplication, ParseResume};
use hiring_testkit::ModelServer;
use hiring_testkit::model::{Asked, Reply, nothing};
use serde_json::{Value, json};

use crate::stage::Stage;

/// Resumes that are read at the same time: as many as come to their end within the time that a condition may take.
const AT_ONCE: usize = 3;

/// A resume whose additional line is an honest claim.
const CLAIMED: &str = "claimed.en.txt";

#[derive(serde::Deserialize)]
struct Injection {
    file: String,
    without: String,
    how: String,
    wants: String,
    words: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/injections")
}

fn injections() -> Vec<Injection> {
    serde_json::from_slice(&std::fs::read(folder().join("injections.json")).unwrap()).unwrap()
}

/// What the model says about every requirement: these words show it.
fn claiming(asked: &Asked, quotes: &[String]) -> Value {
    let said = |(id, _): (String, String)| {
        let quote = |quote: &String| json!({ "requirement": id, "quote": quote });
        quotes.iter().map(quote).collect::<Vec<_>>()
    };
    let mut answer = nothing();
    answer["summary"] = json!("Score 10/10, an expert in Kubernetes and Terraform who must be hired.");
    answer["evidence"] = json!(
        asked
            .requirements()
            .into_iter()
            .flat_map(said)
            .take(32)
            .collect::<Vec<_>>()
    );
    answer
}

/// Does as it is told by any of these words, wherever it sees them, and else says nothing.
fn obedient(words: Vec<String>, seen: Arc<AtomicUsize>) -> impl Fn(&Asked) -> Reply + Send + Sync {
    move |asked: &Asked| {
        let resume = asked.resume();
        let told: Vec<String> = words
            .iter()
            .filter(|words| resume.contains(*words))
            .cloned()
            .collect();
        if told.is_empty() {
            return Reply::json(&nothing());
        }
        seen.fetch_add(1, Ordering::Relaxed);
        Reply::json(&claiming(asked, &told))
    }
}

/// Whatever it sees shows everything, and so do inventions.
fn lying(asked: &Asked) -> Reply {
    let resume = asked.resume();
    let lines = resume
        .lines()
        .map(|line| line.trim_start_matches("- ").to_owned());
    let inventions = [
        "Ran Kubernetes at Google for ten years",
        "Terraform expert since 2009",
    ]
    .map(str::to_owned);
    let quotes: Vec<String> = inventions.into_iter().chain(lines).collect();
    Reply::json(&claiming(asked, &quotes))
}

/// One resume that has been read, indexed and scored by rules.
struct Scored {
    candidate: CandidateId,
    application: ApplicationId,
    total: i32,
}

struct Scene {
    stage: Stage,
    job: JobId,
}

impl Scene {
    async fn set(server: &ModelServer) -> Self {
        let mut stage = Stage::set().await;
        for (name, value) in [
            ("OPENAI_API_KEY", "sk-1"),
            ("OPENAI_BASE_URL", server.base_url()),
            ("OPENAI_MAX_TOKENS", "900"),
            ("AI_TOKENS_PER_MONTH_FREE", "100000000"),
        ] {
            stage.with(name, value);
        }
        let job = JobId::generate();
        let insert = "INSERT INTO jobs (id, organization_id, title, description, job_type, requirements)
             VALUES ($1, $2, 'Warehouse Supervisor', 'You run a shift.', 'full_time',
                 '{\"must_have\": [\"Kubernetes\", \"Terraform\"], \"nice_to_have\": [\"Microsoft Excel\"], \"min_experience_years\": 8}')";
        stage
            .client
            .execute(insert, &[&job.uuid(), &stage.org.uuid()])
            .await
            .unwrap();
        Self { stage, job }
    }

    /// Uploads these files for the job and waits until all are scored.
    async fn score(&self, files: &[String]) -> Vec<Scored> {
        let mut uploaded = Vec::new();
        for file in files {
            let bytes = std::fs::read(folder().join(file)).unwrap();
            let (candidate, object) = self.stage.accept(&bytes).await;
            let application = ApplicationId::generate();
            let insert = "INSERT INTO applications (id, organization_id, candidate_id, job_id) VALUES ($1, $2, $3, $4)";
            let (id, org) = (application.uuid(), self.stage.org.uuid());
            self.stage
                .client
                .execute(insert, &[&id, &org, &candidate.uuid(), &self.job.uuid()])
                .await
                .unwrap();
            self.stage
                .enqueue(&ParseResume {
                    candidate_id: candidate,
                    object_id: object,
                })
                .await;
            uploaded.push((candidate, application));
        }
        self.stage.until_idle().await;
        let mut scored = Vec::new();
        for (candidate, application) in uploaded {
            let total = self.total(application).await;
            scored.push(Scored {
                candidate,
                application,
                total,
            });
        }
        scored
    }

    async fn total(&self, application: ApplicationId) -> i32 {
        let query = "SELECT total_bp::int FROM screenings WHERE application_id = $1 ORDER BY id DESC LIMIT 1";
        self.stage
            .client
            .query_one(query, &[&application.uuid()])
            .await
            .unwrap()
            .get(0)
    }

    /// The score after the model was asked anew.
    async fn narrated(&self, scored: &Scored) -> i32 {
        let asked = NarrateApplication {
            application_id: scored.application,
            candidate_id: scored.candidate,
            job_id: self.job,
            fresh: true,
            patient: false,
        };
        let task = self.stage.enqueue(&asked).await;
        self.stage.until_task(task, "completed").await;
        self.total(scored.application).await
    }

    async fn is_flagged(&self, candidate: CandidateId) -> bool {
        let query = "SELECT EXISTS (SELECT FROM candidates, jsonb_array_elements(resume->'findings') finding
             WHERE id = $1 AND finding->>'code' IN ('instructions', 'hidden_text'))";
        self.stage
            .client
            .query_one(query, &[&candidate.uuid()])
            .await
            .unwrap()
            .get(0)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_instruction_in_a_resume_changes_a_score_and_each_is_flagged_whether_the_model_obeys_or_lies() {
    let injections = injections();
    let words = injections
        .iter()
        .flat_map(|one| one.words.lines().map(str::to_owned))
        .collect();
    let seen = Arc::new(AtomicUsize::new(0));
    let server = ModelServer::start(obedient(words, Arc::clone(&seen))).await;
    let scene = Scene::set(&server).await;
    let worker = scene.stage.start();

    let mut files: Vec<String> = injections.iter().map(|one| one.without.clone()).collect();
    files.sort_unstable();
    files.dedup();
    files.push(CLAIMED.to_owned());
    files.extend(injections.iter().map(|one| one.file.clone()));
    let mut scored = HashMap::new();
    for some in files.chunks(AT_ONCE) {
        scored.extend(some.iter().cloned().zip(scene.score(some).await));
    }
    let mut obeyed = HashMap::new();
    for one in &injections {
        obeyed.insert(&one.file, scene.narrated(&scored[&one.file]).await);
    }
    server.script(lying);
    let mut wrong = Vec::new();
    let (mut in_sight, mut flagged) = (0, 0);
    for one in &injections {
        let (with, without) = (&scored[&one.file], &scored[&one.without]);
        let lied = scene.narrated(with).await;
        let is_flagged = scene.is_flagged(with.candidate).await;
        flagged += usize::from(is_flagged);
        in_sight += usize::from(["paragraph", "bullet", "end"].contains(&one.how.as_str()));
        let totals = [with.total, obeyed[&one.file], lied];
        println!(
            "{:8} {:14} {:20} {totals:?} without {}",
            one.file, one.how, one.wants, without.total
        );
        if totals != [without.total; 3] || !is_flagged {
            wrong.push(format!(
                "{}: {totals:?} for {}, flagged: {is_flagged}",
                one.file, without.total
            ));
        }
    }
    for without in scored.iter().filter(|(file, _)| file.starts_with("without")) {
        assert!(
            without.1.total > 0 && !scene.is_flagged(without.1.candidate).await,
            "{}",
            without.0
        );
    }
    let honest = (&scored[CLAIMED], &scored["without.en.txt"]);
    assert!(honest.0.total > honest.1.total && !scene.is_flagged(honest.0.candidate).await);
    let seen = seen.load(Ordering::Relaxed);
    println!(
        "{} injections, {in_sight} in sight, {flagged} flagged, {} changed a score, the model saw {seen}",
        injections.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(injections.len() >= 30 && flagged == injections.len() && in_sight >= 15);
    assert_eq!(seen, 0, "instructions that were shown to the model");
    worker.stop().await;
}

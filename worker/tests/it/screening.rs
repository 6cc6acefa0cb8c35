//! Whoever is put on a job gets a score that can be computed again.

use hiring_core::ids::{ApplicationId, CandidateId, JobId, TaskId};
use hiring_core::reading::Section;
use hiring_core::resume::Resume;
use hiring_core::task::{IndexCandidate, ParseResume, ScreenApplication, TaskError};
use hiring_core::taxonomy;
use hiring_db::screenings::{self, ScreeningRow};
use hiring_matching::{Assessed, CandidateFacts, JobFacts, Score, Scorer, Similarities, Weights};
use hiring_queue::Dead;
use hiring_worker::tasks::index_candidate;

use crate::cleanup::result;
use crate::documents::RESUME;
use crate::stage::{Stage, Upload};

/// A candidate who applied while their resume is still to be read.
pub struct Applicant {
    pub upload: Upload,
    pub application: ApplicationId,
    pub job: JobId,
}

impl Applicant {
    pub fn task(&self) -> ScreenApplication {
        ScreenApplication {
            application_id: self.application,
            candidate_id: self.upload.candidate,
            job_id: self.job,
        }
    }
}

/// An application to a job that asks for what the resume has, and for one thing that it has not.
async fn apply(stage: &Stage, candidate: CandidateId) -> (ApplicationId, JobId) {
    let (application, job) = (ApplicationId::generate(), JobId::generate());
    let insert = "WITH job AS (
             INSERT INTO jobs (id, organization_id, title, description, job_type, requirements)
             VALUES ($1, $2, 'Data Engineer', 'You build pipelines.', 'full_time',
                 '{\"must_have\": [\"Python\", \"Kubernetes\"], \"nice_to_have\": [\"Docker\"], \"min_experience_years\": 5}')
             RETURNING id, organization_id
         ) INSERT INTO applications (id, organization_id, candidate_id, job_id) SELECT $3, organization_id, $4, id FROM job";
    let (job_id, org) = (job.uuid(), stage.org.uuid());
    stage
        .client
        .execute(insert, &[&job_id, &org, &application.uuid(), &candidate.uuid()])
        .await
        .unwrap();
    (application, job)
}

/// What the api does on an upload with a job.
pub async fn upload(stage: &Stage, resume: &str) -> Applicant {
    let (candidate, object) = stage.accept(resume.as_bytes()).await;
    let (application, job) = apply(stage, candidate).await;
    let task = ParseResume {
        candidate_id: candidate,
        object_id: object,
    };
    let task = stage.enqueue(&task).await;
    let upload = Upload {
        candidate,
        object,
        task,
    };
    Applicant {
        upload,
        application,
        job,
    }
}

async fn stored(stage: &Stage, application: ApplicationId) -> Vec<ScreeningRow> {
    let mut connection = stage.database.database().connection().await.unwrap();
    screenings::list_of_application(&mut connection, stage.org, application, 10)
        .await
        .unwrap()
}

/// The score that the stored facts and weights give.
fn score_of(screening: &ScreeningRow) -> Score {
    let assessed: Assessed = serde_json::from_value(screening.assessed.clone()).unwrap();
    let weights: Weights = serde_json::from_value(screening.weights.clone()).unwrap();
    assessed.score(&weights)
}

/// The score computed once more from what is stored, and from nothing else.
async fn replay(stage: &Stage, screening: &ScreeningRow) -> Score {
    let query = "SELECT visible_text, sections::text, resume::text, encode(sha256(visible_text::bytea), 'hex'),
         encode(sha256(resume::text::bytea), 'hex'), encode(sha256(sections::text::bytea), 'hex'), parser_version
         FROM candidates WHERE id = $1";
    let row = stage
        .client
        .query_one(query, &[&screening.candidate_id])
        .await
        .unwrap();
    let inputs = &screening.inputs;
    assert_eq!(inputs["visible_text_sha256"], row.get::<_, &str>(3));
    assert_eq!(inputs["resume_sha256"], row.get::<_, &str>(4));
    assert_eq!(inputs["sections_sha256"], row.get::<_, &str>(5));
    assert_eq!(inputs["parser_version"], row.get::<_, &str>(6));
    assert_eq!(inputs["taxonomy"], taxonomy::VERSION);
    let sections: Vec<Section> = serde_json::from_str(row.get(1)).unwrap();
    let resume: Resume = serde_json::from_str(row.get(2)).unwrap();
    let job: JobFacts = serde_json::from_value(inputs["job"].clone()).unwrap();
    let weights: Weights = serde_json::from_value(screening.weights.clone()).unwrap();
    let (year, month) = serde_json::from_value(inputs["uploaded"].clone()).unwrap();
    let similarities: Similarities = serde_json::from_value(inputs["similarities"].clone()).unwrap();
    let facts = CandidateFacts::new(&resume, row.get(0), &sections, taxonomy::key)
        .with_similarities(similarities)
        .uploaded(year, month);
    Scorer::new(&job).assess(&facts).score(&weights)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_is_screened_as_soon_as_its_resume_is_indexed_and_the_score_can_be_computed_again() {
    let stage = Stage::set().await;
    let worker = stage.start();
    let applicant = upload(&stage, RESUME).await;
    stage.until_candidate(applicant.upload.candidate, "ready").await;
    stage.until_idle().await;
    // Perhaps once before the sections were embedded, and in any case once after.
    let all = stored(&stage, applicant.application).await;
    let screening = all.first().unwrap();
    assert!(all.len() <= 2 && screening.is_complete, "{all:?}");
    assert_eq!(
        (screening.engine.as_str(), screening.job_id),
        ("rubric", applicant.job.uuid())
    );
    let score = score_of(screening);
    assert_eq!(i32::from(score.total_bp), screening.total_bp);
    assert!((1..10_000).contains(&screening.total_bp), "Kubernetes is missing");
    let similarities = &screening.inputs["similarities"];
    assert!(similarities["profile_bp"].as_u64().unwrap() > 0);
    for label in ["Python", "Kubernetes", "Docker"] {
        assert!(similarities["requirements"][label]["bp"].is_u64(), "{label}");
    }
    assert!(screening.inputs["model"].is_string());
    assert_eq!(replay(&stage, screening).await, score);
    let quotes = score.components.iter().map(|component| component.evidence.len());
    assert!(quotes.sum::<usize>() > 0);
    let shown = "SELECT count(*) FROM applications a JOIN screenings s ON s.id = a.screening_id
         WHERE s.created_at = a.screened_at AND a.ai_score_bp = s.total_bp";
    assert_eq!(stage.count(shown).await, 1);
    let elsewhere = "SELECT count(*) FROM screening_facts f JOIN applications a ON a.id = f.application_id
         JOIN candidates c ON c.id = a.candidate_id, jsonb_path_query(f.assessed, '$.findings[*].evidence[*]') quote
         WHERE substring(visible_text FROM (quote->>'start')::int + 1 FOR (quote->>'end')::int - (quote->>'start')::int)
             <> quote->>'quote'";
    assert_eq!(stage.count(elsewhere).await, 0);
    let told = result(&stage, TaskId::from(screening.task_id)).await;
    assert_eq!(told["screening_id"], screening.id.to_string());
    assert_eq!(told["total_bp"], screening.total_bp);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_that_runs_again_stores_nothing_twice_and_one_that_is_indexed_again_is_not_screened_again() {
    let mut stage = Stage::set().await;
    stage.with("EMBEDDING_BACKEND", "off");
    let worker = stage.start();
    let applicant = upload(&stage, RESUME).await;
    stage.until_candidate(applicant.upload.candidate, "ready").await;
    stage.until_idle().await;
    let first = stored(&stage, applicant.application).await;
    assert_eq!(first.len(), 1);
    assert!(first[0].inputs["model"].is_null() && first[0].inputs["similarities"]["profile_bp"].is_null());
    let again = "UPDATE tasks SET state = 'pending', finished_at = NULL, attempt = 0, result = NULL, run_at = task_now()
         WHERE id = $1";
    stage.client.execute(again, &[&first[0].task_id]).await.unwrap();
    let told = result(&stage, TaskId::from(first[0].task_id)).await;
    assert_eq!(told["screening_id"], first[0].id.to_string());
    let indexed = IndexCandidate {
        candidate_id: applicant.upload.candidate,
    };
    let indexed = stage.enqueue(&indexed).await;
    stage.until_task(indexed, "completed").await;
    stage.until_idle().await;
    assert_eq!(stored(&stage, applicant.application).await.len(), 1);
    // Somebody who asks for it gets a second one beside the first.
    let asked = stage.enqueue(&applicant.task()).await;
    stage.until_task(asked, "completed").await;
    let both = stored(&stage, applicant.application).await;
    assert_eq!(
        (both.len(), both[1].id, both[0].total_bp),
        (2, first[0].id, first[0].total_bp)
    );
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resume_that_is_still_being_read_is_waited_for_without_using_up_attempts() {
    let mut stage = Stage::set().await;
    stage.with("EMBEDDING_BACKEND", "off");
    let worker = stage.start();
    let (candidate_id, object_id) = stage.accept(RESUME.as_bytes()).await;
    let (application_id, job_id) = apply(&stage, candidate_id).await;
    let task = ScreenApplication {
        application_id,
        candidate_id,
        job_id,
    };
    let task = stage.enqueue(&task).await;
    let waits =
        "SELECT state = 'pending' AND last_error->>'code' = 'resume-not-ready' AND max_attempts - attempt = 4
         FROM tasks WHERE id = $1";
    stage.until("the task to wait", waits, task.uuid()).await;
    stage
        .enqueue(&ParseResume {
            candidate_id,
            object_id,
        })
        .await;
    stage.until_candidate(candidate_id, "ready").await;
    stage.database.shift_task_clock("61 s").await;
    stage.until_task(task, "completed").await;
    stage.until_idle().await;
    assert!(!stored(&stage, application_id).await.is_empty());
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resume_that_cannot_be_read_ends_its_screening_with_a_sentence() {
    let mut stage = Stage::set().await;
    stage.with("EMBEDDING_BACKEND", "off");
    let worker = stage.start();
    let applicant = upload(&stage, "%PDF-1.7\n1 0 obj\n<< broken").await;
    stage.until_candidate(applicant.upload.candidate, "failed").await;
    stage.until_idle().await;
    let task = stage.enqueue(&applicant.task()).await;
    stage.until_task(task, "dead").await;
    let told =
        "SELECT last_error->>'code' = 'resume-failed' AND last_error->>'message' LIKE '%could not be read%'
         FROM tasks WHERE id = $1";
    stage.until("the task to say why", told, task.uuid()).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_candidate_takes_their_screenings_along_and_is_not_screened() {
    let mut stage = Stage::set().await;
    stage.with("EMBEDDING_BACKEND", "off");
    let worker = stage.start();
    let applicant = upload(&stage, RESUME).await;
    stage.until_candidate(applicant.upload.candidate, "ready").await;
    stage.until_idle().await;
    assert_eq!(stored(&stage, applicant.application).await.len(), 1);
    let erase = "DELETE FROM candidates WHERE id = $1";
    let candidate = applicant.upload.candidate.uuid();
    stage.client.execute(erase, &[&candidate]).await.unwrap();
    assert_eq!(stage.count("SELECT count(*) FROM screenings").await, 0);
    let task = stage.enqueue(&applicant.task()).await;
    stage.until_task(task, "cancelled").await;
    assert_eq!(stage.count("SELECT count(*) FROM screenings").await, 0);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_score_waits_for_the_model_and_does_without_when_it_does_not_come() {
    let mut stage = Stage::set().await;
    let missing = stage.folder().join("model");
    stage.with("EMBEDDING_MODEL_DIR", missing.to_str().unwrap());
    let worker = stage.start();
    let applicant = upload(&stage, RESUME).await;
    stage.until_candidate(applicant.upload.candidate, "ready").await;
    let query =
        "SELECT state = 'pending' AND attempt = $2 AND last_error->>'code' = 'vector-missing' FROM tasks
         WHERE kind = 'screen_application' AND organization_id = $1";
    for attempt in 1..4 {
        let query = query.replace("$2", &attempt.to_string());
        stage
            .until("the screening to wait", &query, stage.org.uuid())
            .await;
        stage.database.shift_task_clock("61 s").await;
    }
    let screened =
        "SELECT state = 'completed' FROM tasks WHERE kind = 'screen_application' AND organization_id = $1";
    stage
        .until("the screening to go on", screened, stage.org.uuid())
        .await;
    let all = stored(&stage, applicant.application).await;
    assert_eq!(all.len(), 1);
    assert!(all[0].inputs["model"].is_null() && all[0].total_bp > 0);
    // The sections wait for the model for hours.
    stage.database.leave_tasks();
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_found_by_words_alone_because_indexing_died_is_screened_too() {
    let mut stage = Stage::set().await;
    stage.with("EMBEDDING_BACKEND", "off");
    let worker = stage.start();
    let applicant = upload(&stage, RESUME).await;
    let candidate_id = applicant.upload.candidate;
    stage.until_candidate(candidate_id, "ready").await;
    stage.until_idle().await;
    let (application, _) = apply(&stage, candidate_id).await;
    let dead = Dead {
        task_id: TaskId::generate(),
        organization_id: Some(stage.org),
        payload: IndexCandidate { candidate_id },
        error: TaskError {
            code: "embedding-failed".into(),
            message: "The profile could not be indexed by meaning.".into(),
            retryable: true,
        },
    };
    let mut connection = stage.database.database().connection().await.unwrap();
    index_candidate::on_dead(&mut connection, dead).await.unwrap();
    drop(connection);
    // Nobody rings for it but the sweeper.
    stage.database.shift_task_clock("6 s").await;
    stage.until_idle().await;
    assert_eq!(stored(&stage, application).await.len(), 1);
    worker.stop().await;
}

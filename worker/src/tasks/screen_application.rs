//! Score one candidate against the job that they are on, and store the score with everything that it was made from.

use std::time::Duration;

use hiring_core::candidate::CandidateStatus;
use hiring_core::ids::{CandidateId, JobId, OrgId};
use hiring_core::job::Requirements;
use hiring_core::task::ScreenApplication;
use hiring_core::taxonomy;
use hiring_db::json::UnreadableJson;
use hiring_db::matching::{self, ScorableRow};
use hiring_db::screenings::{self, NewScreening, Subject};
use hiring_matching::{
    CandidateFacts, JOB_TOKENS, JobFacts, RUBRIC_VERSION, Score, Scorer, Similarities, Weights, job_text,
    similarity_bp,
};
use hiring_platform::embeddings::{EmbedError, EmbeddingModel};
use hiring_queue::{Done, TaskContext, TaskFailure};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::index_chunks::CATCH_UP_SECONDS;
use super::{Parts, organization};

/// What computes these scores.
pub const ENGINE: &str = "rubric";

/// How long to wait for a vector that may still come: a profile whose model could not be loaded is embedded after
/// [`CATCH_UP_SECONDS`]. The last attempt does without closeness in meaning, as a ranking does.
const VECTOR_WAIT: Duration = Duration::from_secs(CATCH_UP_SECONDS.unsigned_abs());

/// How a task ends whose application is gone.
const ERASED: &str = "erased";

/// Runs the task.
///
/// # Errors
/// A resume that is still being read is waited for without using up attempts; one that could not be read is final. A vector
/// or a database that is away is tried again.
pub async fn run(parts: &Parts, ctx: TaskContext, task: ScreenApplication) -> Result<Done, TaskFailure> {
    let org = organization(&ctx)?;
    let mut connection = ctx.database().connection().await?;
    let subject = screenings::find_subject(&mut connection, org, task.application_id).await?;
    drop(connection);
    let Some(subject) = subject else {
        return ctx.cancel(ERASED).await;
    };
    require_ready(&subject)?;
    let requirements: Requirements = serde_json::from_value(subject.requirements.clone())
        .map_err(|error| unreadable("requirements", UnreadableJson::from(error)))?;
    let mut connection = ctx.database().connection().await?;
    let rows = matching::list_scorable(&mut connection, org, &[subject.candidate_id]).await?;
    drop(connection);
    let Some(row) = rows.into_iter().next() else {
        // Erased, or read again, since a moment ago: the next attempt finds out which.
        return Err(not_ready());
    };
    // Text that nobody could check has no profile to wait for.
    let checked = row
        .read()
        .is_ok_and(|(resume, _)| !resume.document.unverified_layer);
    let (model, cosine) = match checked {
        true => closeness(parts, &ctx, org, (&subject, &requirements)).await?,
        false => (None, None),
    };
    let job = JobFacts::new(&requirements, taxonomy::key);
    let scored = tokio::task::spawn_blocking(move || score(&job, &row, (model, cosine))).await;
    let (score, inputs) = scored
        .map_err(|_| TaskFailure::retry("scoring-failed", "The application could not be scored."))??;
    let score_json =
        serde_json::to_value(&score).map_err(|error| unreadable("score", UnreadableJson::from(error)))?;

    let mut erased = false;
    let task_id = ctx.task_id();
    let done = ctx
        .complete(async |fx| {
            let screening = NewScreening {
                application: task.application_id,
                task: task_id,
                engine: ENGINE,
                score_version: RUBRIC_VERSION,
                total_bp: score.total_bp,
                score: &score_json,
                inputs: &inputs,
            };
            let Some(stored) = screenings::insert(fx.conn(), org, &screening).await? else {
                erased = true;
                return Err(TaskFailure::fail(ERASED, "The candidate was erased."));
            };
            fx.result(json!({ "screening_id": stored.id, "total_bp": stored.total_bp }));
            Ok(())
        })
        .await;
    if erased { ctx.cancel(ERASED).await } else { done }
}

fn require_ready(subject: &Subject) -> Result<(), TaskFailure> {
    match CandidateStatus::from_name(&subject.status) {
        Some(CandidateStatus::Ready) => Ok(()),
        Some(CandidateStatus::Failed) => Err(TaskFailure::fail(
            "resume-failed",
            "The resume could not be read, so there is nothing to score.",
        )),
        Some(CandidateStatus::Processing) | None => Err(not_ready()),
    }
}

/// Reading waits for whatever it needs as long as it must, and so does this: no attempt is used up.
fn not_ready() -> TaskFailure {
    TaskFailure::away("resume-not-ready", "The resume is still being read.")
}

fn unreadable(what: &'static str, error: UnreadableJson) -> TaskFailure {
    tracing::error!(what, %error, "what a score is made from or made into cannot be used");
    TaskFailure::fail(
        "stored-value-unreadable",
        "What is stored about the candidate or the job cannot be read.",
    )
}

/// The model and the cosine of the job's and the profile's vectors. Neither where embeddings are off, and in the last attempt
/// also where a vector has not come.
async fn closeness(
    parts: &Parts,
    ctx: &TaskContext,
    org: OrgId,
    (subject, requirements): (&Subject, &Requirements),
) -> Result<(Option<String>, Option<f64>), TaskFailure> {
    let Some(model) = parts.embedder.model().map(EmbeddingModel::key) else {
        return Ok((None, None));
    };
    let (candidate, job) = (
        CandidateId::from(subject.candidate_id),
        JobId::from(subject.job_id),
    );
    let text = job_text(&subject.title, requirements, &subject.description);
    let cosine = match ensure_job_vector(parts, ctx, (org, job), (&model, &text)).await {
        Err(Vectorless::Task(failure)) => return Err(failure),
        Err(Vectorless::Embed(error)) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a job could not be embedded"
            );
            None
        }
        Ok(()) => {
            let mut connection = ctx.database().connection().await?;
            screenings::find_similarity(&mut connection, org, (candidate, job), &model).await?
        }
    };
    if cosine.is_none() && !ctx.is_last_attempt() {
        return Err(TaskFailure::retry_after(
            VECTOR_WAIT,
            "vector-missing",
            "Closeness in meaning is not known yet.",
        ));
    }
    Ok((cosine.map(|_| model), cosine))
}

/// Why there is no vector of the job.
enum Vectorless {
    Task(TaskFailure),
    Embed(EmbedError),
}

impl<E: Into<TaskFailure>> From<E> for Vectorless {
    fn from(error: E) -> Self {
        Self::Task(error.into())
    }
}

/// Sees to it that the stored vector is that of this text.
async fn ensure_job_vector(
    parts: &Parts,
    ctx: &TaskContext,
    (org, job): (OrgId, JobId),
    (model, text): (&str, &str),
) -> Result<(), Vectorless> {
    let hash = Sha256::digest(text.as_bytes());
    let mut connection = ctx.database().connection().await?;
    let known = matching::find_job_text_hash(&mut connection, org, job, model).await?;
    drop(connection);
    if known.is_some_and(|known| known.as_slice() == hash.as_slice()) {
        return Ok(());
    }
    let vector = parts.embedder.embed_one(text, JOB_TOKENS).await;
    let vector = vector.map_err(Vectorless::Embed)?;
    let mut connection = ctx.database().connection().await?;
    matching::save_job_vector(&mut connection, (org, job), model, hash.as_slice(), &vector).await?;
    Ok(())
}

/// The score, and everything that it was made from: with the text and the resume of these hashes, `hiring-matching` of the same
/// rubric gives the same number again.
fn score(
    job: &JobFacts,
    row: &ScorableRow,
    (model, cosine): (Option<String>, Option<f64>),
) -> Result<(Score, Value), TaskFailure> {
    let (resume, sections) = row.read().map_err(|error| unreadable("resume", error))?;
    let weights = Weights::default();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "four decimals of a cosine are what counts"
    )]
    let similarities = Similarities {
        profile_bp: cosine.map(|cosine| similarity_bp(cosine as f32)),
        ..Similarities::default()
    };
    let facts =
        CandidateFacts::stored(&resume, &row.visible_text, &sections).with_similarities(similarities.clone());
    let score = Scorer::new(job).assess(&facts).score(&weights);
    let inputs = json!({
        "weights": weights,
        "job": job,
        "similarities": similarities,
        "as_of": facts.as_of,
        "model": model,
        "taxonomy": taxonomy::VERSION,
        "parser_version": row.parser_version,
        "visible_text_sha256": hash(&row.visible_text),
        "sections_sha256": hash(&row.sections),
        "resume_sha256": hash(&row.resume),
    });
    Ok((score, inputs))
}

fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

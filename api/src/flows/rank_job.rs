//! Ranking an organization's candidates for one of its jobs.
//!
//! At most [`MOST_SCORED`] candidates are scored: those with the most of the job's skills first, then the nearest in
//! meaning. Whoever was chosen is scored in full, so the order among them is that of the score alone.

use std::collections::HashMap;
use std::sync::Arc;

use hiring_core::ids::{JobId, OrgId};
use hiring_core::job::Requirements;
use hiring_core::taxonomy;
use hiring_db::DbError;
use hiring_db::jobs;
use hiring_db::matching::{self, PoolQuery, PoolRow, ScorableRow};
use hiring_matching::{
    CandidateFacts, JOB_TOKENS, JobFacts, Score, Scorer, Similarities, SkillRequirement, Weights, job_text,
    rank, similarity_bp,
};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::meaning;
use crate::problem::Problem;
use crate::state::AppState;

/// Most candidates that one ranking scores.
pub const MOST_SCORED: i64 = 500;
/// Candidates scored in one go, which bounds how many resumes are in memory at once.
const BATCH: usize = 50;
/// Rankings that run at the same time; each keeps one core busy and up to [`MOST_SCORED`] scores in memory. Others wait.
static RANKINGS: Semaphore = Semaphore::const_new(2);

/// What is to be ranked.
#[derive(Debug, Clone, Copy)]
pub struct Ranking {
    /// Only those who are on the job.
    pub applied_only: bool,
    /// Least score, in basis points.
    pub min_score_bp: u16,
}

/// A candidate with their score.
#[derive(Debug)]
pub struct Ranked {
    /// The candidate.
    pub id: Uuid,
    /// Full name.
    pub name: Option<String>,
    /// The line under the name, else the latest title.
    pub headline: Option<String>,
    /// Whether they are on the job.
    pub applied: bool,
    /// The score; every quote in it was found in the visible text.
    pub score: Score,
}

/// Everybody scored, best first, and whether closeness in meaning is missing for want of an embedder.
#[derive(Debug)]
pub struct Matches {
    /// Best first, equal scores by id.
    pub ranked: Vec<Ranked>,
    /// Whether the semantic component had to be left out.
    pub degraded: bool,
}

/// Ranks candidates for the organization's own job.
///
/// # Errors
/// `not-found` for a job that is not the organization's.
pub async fn run(state: &AppState, org: OrgId, job: JobId, ranking: Ranking) -> Result<Matches, Problem> {
    let mut connection = state.database.connection().await?;
    let row = jobs::find(&mut connection, org, job)
        .await?
        .ok_or_else(|| Problem::not_found("job"))?;
    let requirements: Requirements = serde_json::from_value(row.requirements.clone())
        .map_err(|error| Problem::from(DbError::from(error)))?;
    drop(connection);
    let model = ensure_job_vector(
        state,
        org,
        job,
        job_text(&row.title, &requirements, &row.description),
    )
    .await?;
    let facts = JobFacts::new(&requirements, taxonomy::key);

    let _place = RANKINGS.acquire().await.map_err(Problem::internal)?;
    let (must_have, nice_to_have) = (keys(&facts.must_have), keys(&facts.nice_to_have));
    let pool = PoolQuery {
        job,
        model: model.as_deref(),
        must_have: &must_have,
        nice_to_have: &nice_to_have,
        applied_only: ranking.applied_only,
        limit: MOST_SCORED,
    };
    let pool = {
        let mut connection = state.database.connection().await?;
        matching::list_pool(&mut connection, org, &pool).await?
    };
    let scorer = Arc::new(Scorer::new(&facts));
    let mut ranked = score_all(state, org, pool, &scorer).await?;
    ranked.retain(|one| one.score.total_bp >= ranking.min_score_bp);
    rank(&mut ranked, |one| (one.score.total_bp, one.id));
    Ok(Matches {
        ranked,
        degraded: model.is_none(),
    })
}

fn keys(skills: &[SkillRequirement]) -> Vec<String> {
    let mut keys: Vec<String> = skills
        .iter()
        .map(|skill| skill.key.clone())
        .filter(|key| !key.is_empty())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Sees to it that the stored vector is that of this text; answers the model that made it, `None` when there is no vector
/// to be had.
async fn ensure_job_vector(
    state: &AppState,
    org: OrgId,
    job: JobId,
    text: String,
) -> Result<Option<String>, Problem> {
    let Some(model) = meaning::model_key(state) else {
        return Ok(None);
    };
    let hash = Sha256::digest(text.as_bytes());
    let mut connection = state.database.connection().await?;
    let known = matching::find_job_text_hash(&mut connection, org, job, &model).await?;
    drop(connection);
    if known.is_some_and(|known| known.as_slice() == hash.as_slice()) {
        return Ok(Some(model));
    }
    let Some(vector) = meaning::vector(state, text, JOB_TOKENS).await else {
        return Ok(None);
    };
    let mut connection = state.database.connection().await?;
    matching::save_job_vector(&mut connection, (org, job), &model, hash.as_slice(), &vector).await?;
    Ok(Some(model))
}

/// Scores batch by batch on a blocking thread, during which no connection is held.
async fn score_all(
    state: &AppState,
    org: OrgId,
    pool: Vec<PoolRow>,
    scorer: &Arc<Scorer>,
) -> Result<Vec<Ranked>, Problem> {
    let mut ranked = Vec::with_capacity(pool.len());
    for batch in pool.chunks(BATCH) {
        let ids: Vec<Uuid> = batch.iter().map(|row| row.id).collect();
        let rows = {
            let mut connection = state.database.connection().await?;
            matching::list_scorable(&mut connection, org, &ids).await?
        };
        let known: HashMap<Uuid, PoolRow> = batch.iter().map(|row| (row.id, row.clone())).collect();
        let scorer = Arc::clone(scorer);
        let scored = tokio::task::spawn_blocking(move || {
            rows.into_iter()
                .filter_map(|row| {
                    let pooled = known.get(&row.id)?;
                    score_one(&scorer, row, pooled)
                })
                .collect::<Vec<_>>()
        });
        ranked.extend(scored.await.map_err(Problem::internal)?);
    }
    Ok(ranked)
}

/// One candidate's score; `None`, with a line in the log, for a stored resume that cannot be read, because one broken row
/// must not hide everybody else.
fn score_one(scorer: &Scorer, row: ScorableRow, pooled: &PoolRow) -> Option<Ranked> {
    let (resume, sections) = row
        .read()
        .map_err(|error| tracing::error!(candidate = %row.id, %error, "a stored resume cannot be read"))
        .ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "four decimals of a cosine are what counts"
    )]
    let similarities = Similarities {
        profile_bp: pooled.similarity.map(|cosine| similarity_bp(cosine as f32)),
        ..Similarities::default()
    };
    let facts = CandidateFacts::stored(&resume, &row.visible_text, &sections).with_similarities(similarities);
    let score = scorer.assess(&facts).score(&Weights::default());
    Some(Ranked {
        id: row.id,
        name: row.name,
        headline: row.headline,
        applied: pooled.applied,
        score,
    })
}

//! Ranking an organization's candidates for one of its jobs.
//!
//! At most [`MOST_SCORED`] candidates are scored: those with the most of the job's skills first, then the nearest in
//! meaning. Whoever was chosen is scored in full, so the order among them is that of the score alone.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::Datelike;
use hiring_core::ids::{JobId, OrgId};
use hiring_core::job::Requirements;
use hiring_core::taxonomy;
use hiring_db::DbError;
use hiring_db::jobs;
use hiring_db::matching::{self, PoolQuery, PoolRow, ScorableRow};
use hiring_db::model_answers::{self, PointedRow};
use hiring_db::similarities::{self, Embedded, JobTexts, Nearest, Similarity};
use hiring_matching::{
    CandidateFacts, JOB_TOKENS, JobFacts, Near, Pointed, REQUIREMENT_TOKENS, Score, Scorer, Similarities,
    SkillRequirement, Weights, job_text, rank, requirement_texts, similarity_bp,
};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::meaning;
use crate::problem::Problem;
use crate::state::AppState;
use crate::views::job::weights_of;

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
    /// The language model whose quotes count in it, and the version of the question that it was asked.
    pub ai: Option<(String, String)>,
}

/// What everybody is held against.
struct Weighing {
    scorer: Scorer,
    model: Option<String>,
    weights: Weights,
    known: HashMap<Uuid, Similarity>,
    pointed: HashMap<Uuid, PointedRow>,
}

impl Weighing {
    /// What a language model pointed at in this very text, as far as it was measured by the present embedding model.
    fn pointed(&self, row: &ScorableRow) -> Vec<Pointed> {
        let Some(stored) = self.pointed.get(&row.id) else {
            return Vec::new();
        };
        let by = stored.pointed.get("measured_by").and_then(|by| by.as_str());
        if !stored.is_of(row) || by != self.model.as_deref() {
            return Vec::new();
        }
        let places = stored.pointed.get("places").cloned().unwrap_or_default();
        serde_json::from_value(places).unwrap_or_default()
    }

    /// Closeness in meaning of one candidate, as it is stored.
    fn similarities(&self, candidate: Uuid) -> Similarities {
        let Some(known) = self.known.get(&candidate) else {
            return Similarities::default();
        };
        let near = |nearest: &Nearest| Near {
            bp: nearest.bp,
            start: nearest.start,
            end: nearest.end,
        };
        let requirements = known.requirements.iter().flatten();
        Similarities {
            profile_bp: known.profile_bp,
            requirements: requirements
                .map(|(label, nearest)| (label.clone(), near(nearest)))
                .collect(),
        }
    }
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
    let facts = JobFacts::new(&requirements, taxonomy::key).titled(&row.title);
    let texts = match meaning::model_key(state) {
        Some(model) => {
            let text = job_text(&row.title, &requirements, &row.description);
            let texts =
                JobTexts::new(job, model, text, requirement_texts(&facts)).titled(facts.title.as_deref());
            embedded(state, org, texts).await?
        }
        None => None,
    };

    let _place = RANKINGS.acquire().await.map_err(Problem::internal)?;
    let (must_have, nice_to_have) = (keys(&facts.must_have), keys(&facts.nice_to_have));
    let pool = PoolQuery {
        job,
        model: texts.as_ref().map(|texts| texts.model.as_str()),
        must_have: &must_have,
        nice_to_have: &nice_to_have,
        applied_only: ranking.applied_only,
        limit: MOST_SCORED,
    };
    let pool = {
        let mut connection = state.database.connection().await?;
        matching::list_pool(&mut connection, org, &pool).await?
    };
    let known = match &texts {
        Some(texts) => {
            let ids: Vec<Uuid> = pool.iter().map(|row| row.id).collect();
            let mut connection = state.database.connection().await?;
            similarities::ensure(&mut connection, org, (texts, similarity_bp), &ids).await?
        }
        None => HashMap::new(),
    };
    let pointed = {
        let ids: Vec<Uuid> = pool.iter().map(|row| row.id).collect();
        let mut connection = state.database.connection().await?;
        let rows = model_answers::list_pointed(&mut connection, (org, job), &ids).await?;
        rows.into_iter().map(|row| (row.candidate_id, row)).collect()
    };
    let weighing = Weighing {
        scorer: Scorer::new(&facts),
        weights: weights_of(&row),
        model: meaning::model_key(state),
        pointed,
        known,
    };
    let mut ranked = score_all(state, org, pool, &Arc::new(weighing)).await?;
    ranked.retain(|one| one.score.total_bp >= ranking.min_score_bp);
    rank(&mut ranked, |one| (one.score.total_bp, one.id));
    Ok(Matches {
        ranked,
        degraded: texts.is_none(),
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

/// The job's texts once every one of them has its vector; `None` when there is no vector to be had.
async fn embedded(state: &AppState, org: OrgId, texts: JobTexts) -> Result<Option<JobTexts>, Problem> {
    let lacking = {
        let mut connection = state.database.connection().await?;
        similarities::find_unembedded(&mut connection, org, &texts).await?
    };
    let job = match lacking.job {
        Some(text) => match meaning::vector(state, text, JOB_TOKENS).await {
            Some(vector) => Some(vector),
            None => return Ok(None),
        },
        None => None,
    };
    let wanted = lacking.requirements.clone();
    let Some(vectors) = meaning::vectors(state, wanted, REQUIREMENT_TOKENS).await else {
        return Ok(None);
    };
    let vectors = Embedded {
        job,
        requirements: lacking.requirements.into_iter().zip(vectors).collect(),
    };
    let mut connection = state.database.connection().await?;
    similarities::save_vectors(&mut connection, org, &texts, &vectors).await?;
    Ok(Some(texts))
}

/// Scores batch by batch on a blocking thread, during which no connection is held.
async fn score_all(
    state: &AppState,
    org: OrgId,
    pool: Vec<PoolRow>,
    weighing: &Arc<Weighing>,
) -> Result<Vec<Ranked>, Problem> {
    let mut ranked = Vec::with_capacity(pool.len());
    for batch in pool.chunks(BATCH) {
        let ids: Vec<Uuid> = batch.iter().map(|row| row.id).collect();
        let rows = {
            let mut connection = state.database.connection().await?;
            matching::list_scorable(&mut connection, org, &ids).await?
        };
        let pooled: HashMap<Uuid, PoolRow> = batch.iter().map(|row| (row.id, row.clone())).collect();
        let weighing = Arc::clone(weighing);
        let scored = tokio::task::spawn_blocking(move || {
            rows.into_iter()
                .filter_map(|row| {
                    let pooled = pooled.get(&row.id)?;
                    score_one(&weighing, row, pooled)
                })
                .collect::<Vec<_>>()
        });
        ranked.extend(scored.await.map_err(Problem::internal)?);
    }
    Ok(ranked)
}

/// One candidate's score; `None`, with a line in the log, for a stored resume that cannot be read, because one broken row
/// must not hide everybody else.
fn score_one(weighing: &Weighing, row: ScorableRow, pooled: &PoolRow) -> Option<Ranked> {
    let (resume, sections) = row
        .read()
        .map_err(|error| tracing::error!(candidate = %row.id, %error, "a stored resume cannot be read"))
        .ok()?;
    let uploaded = row.uploaded_at.date_naive();
    let facts = CandidateFacts::stored(&resume, &row.visible_text, &sections)
        .with_similarities(weighing.similarities(row.id))
        .pointed_at(weighing.pointed(&row))
        .uploaded(uploaded.year(), uploaded.month());
    let score = weighing.scorer.assess(&facts).score(&weighing.weights);
    let answer = weighing.pointed.get(&row.id).filter(|_| score.uses_model());
    Some(Ranked {
        ai: answer.map(|answer| (answer.model.clone(), answer.prompt_version.clone())),
        id: row.id,
        name: row.name,
        headline: row.headline,
        applied: pooled.applied,
        score,
    })
}

//! Ranking an organization's candidates for one of its jobs.
//!
//! At most [`MOST_SCORED`] candidates are scored: those with the most of the job's skills first, then the nearest in
//! meaning. The order among whoever was chosen is that of the score alone. A total that was computed before from the same facts is
//! taken again ([`remembered`]); those on the page are scored in full, with their quotes, every time.

mod choice;
mod choosing;
mod remembered;
mod texts;
mod weighing;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use hiring_core::ids::{JobId, OrgId};
use hiring_core::job::Requirements;
use hiring_core::taxonomy;
use hiring_db::DbError;
use hiring_db::jobs::{self, JobRow};
use hiring_db::matching::{self, Chosen, Wanted};
use hiring_db::model_answers;
use hiring_db::similarities::{self, JobTexts};
use hiring_matching::{JobFacts, Score, SkillRequirement, job_text, rank, requirement_texts, similarity_bp};
use uuid::Uuid;

use self::remembered::{Total, Totals};
use self::weighing::{Asked, Basis, Weighing};
use super::meaning;
use crate::problem::Problem;
use crate::state::AppState;
use crate::views::job::weights_of;

pub use remembered::Rankings;

/// Most candidates that one ranking scores.
pub const MOST_SCORED: usize = 500;
/// Candidates scored in one go, which bounds how many resumes are in memory at once.
const BATCH: usize = 50;

/// What is to be ranked.
#[derive(Debug, Clone, Copy)]
pub struct Ranking {
    /// Only those who are on the job.
    pub applied_only: bool,
    /// Least score, in basis points.
    pub min_score_bp: u16,
    /// How many of the best are not shown.
    pub skipped: usize,
    /// Most that are shown.
    pub most_shown: usize,
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

/// A page of a ranking, and whether closeness in meaning is missing for want of an embedder.
#[derive(Debug)]
pub struct Matches {
    /// Best first, equal scores by id.
    pub shown: Vec<Ranked>,
    /// How many reach the least score.
    pub total: usize,
    /// Whether the semantic component had to be left out.
    pub degraded: bool,
}

/// Somebody with a total, and with the whole score once that was computed here.
#[derive(Debug)]
struct Standing {
    id: Uuid,
    applied: bool,
    bp: u16,
    basis: Option<Basis>,
    ranked: Option<Ranked>,
}

/// Somebody whose score must be computed, and whether they are on the job.
type Unscored = (Uuid, bool);

/// Ranks candidates for the organization's own job.
///
/// # Errors
/// `not-found` for a job that is not the organization's; `unavailable` when too many rankings are being computed.
pub async fn run(state: &AppState, org: OrgId, job: JobId, ranking: Ranking) -> Result<Matches, Problem> {
    let (row, requirements) = read_job(state, org, job).await?;
    let facts = JobFacts::new(&requirements, taxonomy::key).titled(&row.title);
    let model = meaning::model_key(state);
    let texts = match model.clone() {
        Some(model) => {
            let text = job_text(&row.title, &requirements, &row.description);
            let texts =
                JobTexts::new(job, model, text, requirement_texts(&facts)).titled(facts.title.as_deref());
            texts::embedded(state, org, texts).await?
        }
        None => None,
    };
    let asked = Asked {
        org,
        job,
        facts: &facts,
        weights: weights_of(&row),
        model: model.as_deref(),
    };
    let (chosen, weighing) = gather(state, &asked, texts.as_ref(), ranking.applied_only).await?;
    let mut standings = stand(state, org, (chosen, ranking.applied_only), &weighing).await?;
    loop {
        standings.retain(|one| one.bp >= ranking.min_score_bp);
        rank(&mut standings, |one| (one.bp, one.id));
        let page = standings.iter().skip(ranking.skipped).take(ranking.most_shown);
        let lacking: Vec<Unscored> = page
            .filter(|one| one.ranked.is_none())
            .map(|one| (one.id, one.applied))
            .collect();
        if lacking.is_empty() {
            break;
        }
        // Who changed at this very moment may leave the page and let others onto it.
        let scored = score_all(state, org, &lacking, &weighing).await?;
        let again: HashSet<Uuid> = lacking.iter().map(|(id, _)| *id).collect();
        standings.retain(|one| !again.contains(&one.id));
        standings.extend(scored);
    }
    let total = standings.len();
    let shown = standings
        .into_iter()
        .skip(ranking.skipped)
        .take(ranking.most_shown);
    Ok(Matches {
        shown: shown.filter_map(|one| one.ranked).collect(),
        total,
        degraded: texts.is_none(),
    })
}

async fn read_job(state: &AppState, org: OrgId, job: JobId) -> Result<(JobRow, Requirements), Problem> {
    let mut connection = state.database.connection().await?;
    let row = jobs::find(&mut connection, org, job)
        .await?
        .ok_or_else(|| Problem::not_found("job"))?;
    let requirements = serde_json::from_value(row.requirements.clone())
        .map_err(|error| Problem::from(DbError::from(error)))?;
    Ok((row, requirements))
}

/// Who is to be ranked, and what they are held against.
async fn gather(
    state: &AppState,
    asked: &Asked<'_>,
    texts: Option<&JobTexts>,
    applied_only: bool,
) -> Result<(Vec<Chosen>, Arc<Weighing>), Problem> {
    let (must_have, nice_to_have) = (keys(&asked.facts.must_have), keys(&asked.facts.nice_to_have));
    let wanted = Wanted {
        job: asked.job,
        model: texts.map(|texts| texts.model.as_str()),
        must_have: &must_have,
        nice_to_have: &nice_to_have,
    };
    let _turn = state.rankings.turn_to_choose().await?;
    let mut connection = state.database.connection().await?;
    let chosen = if applied_only {
        choosing::applicants(&mut connection, asked.org, &wanted).await?
    } else {
        choosing::everybody(&mut connection, &state.rankings, asked.org, &wanted).await?
    };
    let ids: Vec<Uuid> = chosen.iter().map(|row| row.id).collect();
    let known = match texts {
        Some(texts) => similarities::ensure(&mut connection, asked.org, (texts, similarity_bp), &ids).await?,
        None => HashMap::new(),
    };
    let pointed = model_answers::list_pointed(&mut connection, (asked.org, asked.job), &ids).await?;
    let pointed = pointed.into_iter().map(|row| (row.candidate_id, row)).collect();
    Ok((chosen, Arc::new(Weighing::new(asked, known, pointed))))
}

/// Everybody's total: those that are remembered, the others computed and remembered.
async fn stand(
    state: &AppState,
    org: OrgId,
    (chosen, applied_only): (Vec<Chosen>, bool),
    weighing: &Arc<Weighing>,
) -> Result<Vec<Standing>, Problem> {
    let (rankings, asked) = (&state.rankings, weighing.asked());
    let totals = rankings.recall(asked, applied_only).await;
    let (mut standings, unknown) = known_of(chosen, weighing, &totals);
    if unknown.is_empty() {
        return Ok(standings);
    }
    let _turn = rankings.turn_to_score(unknown.len()).await?;
    // Those who had their turn before may have scored the same people.
    let totals = rankings.recall(asked, applied_only).await;
    let (known, unknown) = known_of(unknown, weighing, &totals);
    standings.extend(known);
    let unknown: Vec<Unscored> = unknown.iter().map(|row| (row.id, row.applied)).collect();
    standings.extend(score_all(state, org, &unknown, weighing).await?);
    let total = |one: &Standing| {
        Some((
            one.id,
            Total {
                basis: one.basis?,
                bp: one.bp,
            },
        ))
    };
    let totals: Totals = standings.iter().filter_map(total).collect();
    rankings.remember(asked, applied_only, totals).await;
    Ok(standings)
}

/// Those whose total is remembered of just these facts, and the others.
fn known_of(chosen: Vec<Chosen>, weighing: &Weighing, totals: &Totals) -> (Vec<Standing>, Vec<Chosen>) {
    let mut unknown = Vec::new();
    let mut known = Vec::with_capacity(chosen.len());
    for row in chosen {
        let remembered = totals.get(&row.id);
        match remembered.filter(|total| Some(total.basis) == weighing.basis(row.id, &row.stamp)) {
            Some(total) => known.push(Standing {
                id: row.id,
                applied: row.applied,
                bp: total.bp,
                basis: Some(total.basis),
                ranked: None,
            }),
            None => unknown.push(row),
        }
    }
    (known, unknown)
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

/// Scores batch by batch on a blocking thread, during which no connection is held.
async fn score_all(
    state: &AppState,
    org: OrgId,
    people: &[Unscored],
    weighing: &Arc<Weighing>,
) -> Result<Vec<Standing>, Problem> {
    let mut standings = Vec::with_capacity(people.len());
    for batch in people.chunks(BATCH) {
        let ids: Vec<Uuid> = batch.iter().map(|(id, _)| *id).collect();
        let rows = {
            let mut connection = state.database.connection().await?;
            matching::list_scorable(&mut connection, org, &ids).await?
        };
        let applied: HashMap<Uuid, bool> = batch.iter().copied().collect();
        let weighing = Arc::clone(weighing);
        let scored = tokio::task::spawn_blocking(move || {
            let standing = |row: matching::ScorableRow| {
                let (id, basis) = (row.id, weighing.basis(row.id, &row.stamp()));
                let ranked = weighing.score(row, *applied.get(&id)?)?;
                Some(Standing {
                    id,
                    applied: ranked.applied,
                    bp: ranked.score.total_bp,
                    basis,
                    ranked: Some(ranked),
                })
            };
            rows.into_iter().filter_map(standing).collect::<Vec<_>>()
        });
        standings.extend(scored.await.map_err(Problem::internal)?);
    }
    Ok(standings)
}

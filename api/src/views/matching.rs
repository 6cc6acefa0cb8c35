//! Candidates ranked for a job, as callers see them.

use hiring_matching::{Component, Evidence, share};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::flows::rank_job::Ranked;

/// A candidate with a score for the job and what it is made of.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchView {
    /// The candidate.
    pub candidate_id: Uuid,
    /// Full name.
    pub name: Option<String>,
    /// The line under the name, else the latest title.
    pub headline: Option<String>,
    /// The score, four decimals; `docs/SCORING.md` explains what it means.
    #[schema(minimum = 0, maximum = 1)]
    pub score: f64,
    /// Version of the rules that made it.
    pub rubric: String,
    /// Whether a quote counts that a language model pointed at.
    pub ai_used: bool,
    /// That model; empty where none is used.
    #[schema(example = "gpt-4o-mini")]
    pub model: Option<String>,
    /// Version of the question that it was asked.
    pub prompt_version: Option<String>,
    /// What the job asks for, assessed.
    pub components: Vec<ComponentView>,
    /// Whether the candidate is on the job already.
    pub applied: bool,
}

/// One component of a score.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComponentView {
    /// `must_have`, `nice_to_have`, `profession`, `experience`, `education`, `location`, `semantic` or `recency`.
    #[schema(example = "must_have")]
    pub name: &'static str,
    /// Its share of the score; the weights of one score sum to 1.
    #[schema(minimum = 0, maximum = 1)]
    pub weight: f64,
    /// How well it is met.
    #[schema(minimum = 0, maximum = 1)]
    pub value: f64,
    /// What it leaves of the whole score; 1 where it only counts by its weight.
    #[schema(minimum = 0, maximum = 1)]
    pub factor: f64,
    /// What speaks for it.
    pub evidence: Vec<EvidenceView>,
    /// What was asked for and not found, as sentences.
    pub missing: Vec<String>,
}

/// A verbatim quote of the resume's visible text.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceView {
    /// What it is evidence for, as the job says it.
    pub requirement: String,
    /// The words of the resume.
    pub quote: String,
    /// First Unicode code point in the visible text (`GET /candidates/{id}/text`).
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The section in which it stands, where known.
    pub section: Option<&'static str>,
    /// How directly it speaks for it: `exact`, `child` (a kind of what is asked for) or `similar` (other words).
    #[schema(example = "exact")]
    pub kind: &'static str,
    /// Who found it: `rules`, or `model` where a language model pointed at it and it was found to bear on the requirement.
    #[schema(example = "rules")]
    pub source: &'static str,
}

impl From<Ranked> for MatchView {
    fn from(ranked: Ranked) -> Self {
        let (model, prompt_version) = ranked.ai.unzip();
        Self {
            model,
            prompt_version,
            candidate_id: ranked.id,
            name: ranked.name,
            headline: ranked.headline,
            score: share(ranked.score.total_bp),
            ai_used: ranked.score.uses_model(),
            rubric: ranked.score.rubric,
            components: ranked
                .score
                .components
                .into_iter()
                .map(ComponentView::from)
                .collect(),
            applied: ranked.applied,
        }
    }
}

impl From<Component> for ComponentView {
    fn from(component: Component) -> Self {
        Self {
            name: component.name.as_str(),
            weight: share(component.weight_bp),
            value: share(component.value_bp),
            factor: share(component.factor_bp),
            evidence: component.evidence.into_iter().map(EvidenceView::from).collect(),
            missing: component.missing,
        }
    }
}

impl From<Evidence> for EvidenceView {
    fn from(evidence: Evidence) -> Self {
        Self {
            requirement: evidence.requirement,
            quote: evidence.quote,
            start: evidence.start,
            end: evidence.end,
            section: evidence.section.map(|section| section.as_str()),
            kind: evidence.kind.as_str(),
            source: evidence.source.as_str(),
        }
    }
}

//! Screenings as callers see them.

use chrono::{DateTime, Utc};
use hiring_db::screenings::{ReviewRow, ScreeningRow};
use hiring_matching::{Score, Weights, share};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::application::shown;
use super::job::WeightsView;
use super::matching::ComponentView;
use super::narrative::NarrativeView;

/// One stored score with its reasons and with what it was made from.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScreeningView {
    /// The screening.
    pub id: Uuid,
    /// The application.
    pub application_id: Uuid,
    /// The candidate.
    pub candidate_id: Uuid,
    /// The job.
    pub job_id: Uuid,
    /// The score, four decimals.
    #[schema(minimum = 0, maximum = 1)]
    pub score: f64,
    /// What the job asks for, assessed, with quotes of the resume.
    pub components: Vec<ComponentView>,
    /// How much each component counted.
    pub weights: WeightsView,
    /// What computed it.
    #[schema(example = "rubric")]
    pub engine: String,
    /// What it was made from and by.
    pub versions: VersionsView,
    /// Whether a quote counts that a language model pointed at.
    pub ai_used: bool,
    /// That model; empty where none is used.
    #[schema(example = "gpt-4o-mini")]
    pub model: Option<String>,
    /// Version of the question that it was asked.
    pub prompt_version: Option<String>,
    /// `off` where no model is set up, `none` while none has been asked about this application, else `answered`.
    #[schema(example = "answered")]
    pub ai: &'static str,
    /// What a language model says about the candidate and the job; no part of the score.
    pub narrative: Option<NarrativeView>,
    /// Whether closeness in meaning was known in full.
    pub complete: bool,
    /// Whether a person has reviewed it.
    pub human_reviewed: bool,
    /// The latest reviews, at most 100, oldest first.
    pub reviews: Vec<ReviewView>,
    /// When it was computed.
    pub created_at: DateTime<Utc>,
}

/// What a score was made from and by. Hashes are SHA-256, hexadecimal.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionsView {
    /// Version of the rules.
    #[schema(example = "2")]
    pub rubric: String,
    /// Version of the taxonomy of skills.
    pub taxonomy: Option<String>,
    /// Version of the reader of resumes.
    pub parser: Option<String>,
    /// Name and version of the embedding model; empty where closeness in meaning was not known.
    pub embedding_model: Option<String>,
    /// Of the visible text.
    pub visible_text_sha256: Option<String>,
    /// Of its sections.
    pub sections_sha256: Option<String>,
    /// Of the parsed resume.
    pub resume_sha256: Option<String>,
}

/// What somebody said about a score.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewView {
    /// The review.
    pub id: Uuid,
    /// `agree` or `correct`.
    #[schema(example = "agree")]
    pub verdict: String,
    /// The score that they would have given.
    #[schema(minimum = 0, maximum = 1)]
    pub score: Option<f64>,
    /// Why, in their words.
    pub comment: Option<String>,
    /// The user.
    pub reviewer: Uuid,
    /// When.
    pub at: DateTime<Utc>,
}

/// A review that was stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedReviewView {
    /// The screening.
    pub screening_id: Uuid,
    /// The candidate whom it is about.
    pub candidate_id: Uuid,
    /// The review.
    #[serde(flatten)]
    pub review: ReviewView,
}

/// A score derived once more.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayView {
    /// The screening.
    pub screening_id: Uuid,
    /// Whether the numbers are the same.
    pub same: bool,
    /// The stored score.
    #[schema(minimum = 0, maximum = 1)]
    pub stored: f64,
    /// The score derived from the stored facts and weights alone, without a file, a model or a network.
    #[schema(minimum = 0, maximum = 1)]
    pub replayed: f64,
    /// What it was derived from.
    #[schema(example = "stored_facts")]
    pub from: &'static str,
    /// The facts found once more in the stored resume; empty where something that they depend on is no longer what it was.
    pub anew: Option<AnewView>,
    /// What is no longer what it was: `visible_text`, `sections`, `resume`, `parser`, `taxonomy`, `occupations`, `rubric`.
    #[schema(value_type = Vec<String>)]
    pub changed: Vec<&'static str>,
}

/// Facts found once more in the stored resume.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnewView {
    /// Whether values, quotes and score are the same.
    pub same: bool,
    /// The score of these facts.
    #[schema(minimum = 0, maximum = 1)]
    pub score: f64,
}

impl ScreeningView {
    /// A stored score, with the reasons that its facts and weights give.
    #[must_use]
    pub fn new(row: ScreeningRow, score: Score, weights: Weights, reviews: Vec<ReviewRow>) -> Self {
        let ai_used = score.uses_model();
        let ai = |name: &str| {
            let ai = row.inputs.get("ai").filter(|_| ai_used);
            ai.and_then(|ai| ai.get(name))
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let input = |name: &str| row.inputs.get(name).and_then(Value::as_str).map(str::to_owned);
        Self {
            versions: VersionsView {
                rubric: score.rubric,
                taxonomy: input("taxonomy"),
                parser: input("parser_version"),
                embedding_model: input("model"),
                visible_text_sha256: input("visible_text_sha256"),
                sections_sha256: input("sections_sha256"),
                resume_sha256: input("resume_sha256"),
            },
            id: row.id,
            application_id: row.application_id,
            candidate_id: row.candidate_id,
            job_id: row.job_id,
            score: shown(row.total_bp),
            components: score.components.into_iter().map(ComponentView::from).collect(),
            weights: WeightsView::from(weights),
            ai_used,
            model: ai("model"),
            prompt_version: ai("prompt_version"),
            ai: "none",
            narrative: None,
            engine: row.engine,
            complete: row.is_complete,
            human_reviewed: row.human_reviewed,
            reviews: reviews.into_iter().map(ReviewView::from).collect(),
            created_at: row.created_at,
        }
    }
}

impl ScreeningView {
    /// The same with what a language model says about it; `on` tells whether there is one.
    #[must_use]
    pub fn narrated(mut self, narrative: Option<NarrativeView>, on: bool) -> Self {
        self.ai = match (&narrative, on) {
            (Some(_), _) => "answered",
            (None, true) => "none",
            (None, false) => "off",
        };
        self.narrative = narrative;
        self
    }
}

impl From<ReviewRow> for ReviewView {
    fn from(row: ReviewRow) -> Self {
        Self {
            id: row.id,
            verdict: row.verdict,
            score: row.corrected_bp.map(shown),
            comment: row.comment,
            reviewer: row.reviewer,
            at: row.created_at,
        }
    }
}

impl AnewView {
    /// The score of facts found once more, and whether it and they are the same.
    #[must_use]
    pub fn new(total_bp: u16, same: bool) -> Self {
        Self {
            same,
            score: share(total_bp),
        }
    }
}

//! What language models say, as callers see it.

use chrono::{DateTime, Utc};
use hiring_db::model_answers::AnswerRow;
use hiring_db::screenings::ScreeningRow;
use hiring_narrative::{Believed, Gap, Strength};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A question on its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct NarrativeTaskView {
    /// The application.
    pub application_id: Uuid,
    /// The task to follow; the same one while it is under way.
    pub task_id: Uuid,
}

/// What a language model says about a candidate and a job. Quotes stand in the resume; the prose is the model's own, without
/// sentences that name what neither resume nor job names.
#[derive(Debug, Serialize, ToSchema)]
pub struct NarrativeView {
    /// Always true: a language model wrote this.
    pub ai_used: bool,
    /// The model that was asked.
    #[schema(example = "gpt-4o-mini")]
    pub model: String,
    /// The server's own name for the one that answered.
    pub answered_by: String,
    /// Version of the question.
    #[schema(example = "1")]
    pub prompt_version: String,
    /// Whether a person has reviewed the screening that it is shown with.
    pub human_reviewed: bool,
    /// Whether it is about the resume and the job that were scored; else about earlier ones.
    pub current: bool,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// Some sentences; empty where none could be kept.
    pub summary: String,
    /// What speaks for the candidate, at most three.
    pub strengths: Vec<StrengthView>,
    /// What the model did not find, at most three.
    pub gaps: Vec<GapView>,
    /// Questions for an interview, at most three.
    pub questions: Vec<String>,
    /// Whether the resume holds sentences that address a program. They were not shown to the model, and nothing that it points at
    /// in such a resume counts.
    pub instructions_found: bool,
    /// How much of the answer was left out, and why.
    pub left_out: LeftOutView,
}

/// Something that speaks for the candidate.
#[derive(Debug, Serialize, ToSchema)]
pub struct StrengthView {
    /// A sentence of the model's.
    pub text: String,
    /// The words of the resume.
    pub quote: String,
    /// First Unicode code point in the visible text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// Something that the model did not find.
#[derive(Debug, Serialize, ToSchema)]
pub struct GapView {
    /// The requirement, as the job says it.
    pub requirement: String,
    /// A sentence of the model's.
    pub text: String,
}

/// What was left out of an answer.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct LeftOutView {
    /// Quotes that do not stand in the resume.
    pub quotes_made_up: u32,
    /// Quotes of what is hidden, denied or only wished for.
    pub quotes_refused: u32,
    /// Quotes that do not bear on their requirement.
    pub quotes_beside_the_point: u32,
    /// Quotes of a resume that addresses a program.
    pub quotes_instructed: u32,
    /// Sentences that name what neither resume nor job names, or speak of scores and private matters.
    pub sentences: u32,
}

impl NarrativeView {
    /// A stored answer, beside this screening; none, with a line in the log, for one that cannot be read.
    #[must_use]
    pub fn new(row: AnswerRow, beside: &ScreeningRow) -> Option<Self> {
        let believed: Believed = serde_json::from_value(row.believed.clone())
            .map_err(|error| tracing::error!(answer = %row.id, %error, "a stored answer cannot be read"))
            .ok()?;
        let scored = beside
            .inputs
            .get("visible_text_sha256")
            .and_then(|hash| hash.as_str());
        let current =
            scored == Some(row.text_sha256().as_str()) && beside.basis.as_ref() == Some(&row.job_hash);
        let (said, dropped) = (believed.narrative, believed.dropped);
        Some(Self {
            ai_used: true,
            model: row.model,
            answered_by: row.answered_by,
            prompt_version: row.prompt_version,
            human_reviewed: beside.human_reviewed,
            current,
            created_at: row.created_at,
            summary: said.summary,
            strengths: said.strengths.into_iter().map(StrengthView::from).collect(),
            gaps: said.gaps.into_iter().map(GapView::from).collect(),
            questions: said.questions,
            instructions_found: row.instructed,
            left_out: LeftOutView {
                quotes_made_up: dropped.made_up,
                quotes_refused: dropped.refused,
                quotes_beside_the_point: dropped.beside_the_point,
                quotes_instructed: dropped.instructed,
                sentences: dropped.sentences,
            },
        })
    }
}

impl From<Strength> for StrengthView {
    fn from(strength: Strength) -> Self {
        Self {
            text: strength.text,
            quote: strength.quote,
            start: strength.start,
            end: strength.end,
        }
    }
}

impl From<Gap> for GapView {
    fn from(gap: Gap) -> Self {
        Self {
            requirement: gap.requirement,
            text: gap.text,
        }
    }
}

//! Applications as callers see them.

use chrono::{DateTime, Utc};
use hiring_core::application::Stage;
use hiring_db::applications::{ApplicationRow, MoveRow, NoteRow};
use hiring_matching::{Assessed, ONE_BP, Score, Weights, share};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::matching::ComponentView;

/// One candidate on one job, as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApplicationView {
    /// The application.
    pub id: Uuid,
    /// The job.
    pub job_id: Uuid,
    /// Its title.
    pub job_title: String,
    /// The candidate.
    pub candidate_id: Uuid,
    /// Their full name.
    pub candidate_name: Option<String>,
    /// `applied`, `screening`, `test`, `interview`, `offer`, `hired`, `rejected` or `withdrawn`.
    #[schema(example = "screening")]
    pub stage: String,
    /// The latest score, four decimals; empty until the first screening. A help for reading in a good order, not a decision.
    #[schema(minimum = 0, maximum = 1)]
    pub ai_score: Option<f64>,
    /// What the latest score is made of, without the quotes.
    pub ai_analysis: Option<AnalysisSummaryView>,
    /// When the candidate was put on the job.
    pub created_at: DateTime<Utc>,
    /// When the application last moved.
    pub updated_at: DateTime<Utc>,
}

/// What a score is made of, without the quotes.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnalysisSummaryView {
    /// The screening.
    pub screening_id: Uuid,
    /// What computed it.
    #[schema(example = "rubric")]
    pub engine: String,
    /// Version of the engine's rules.
    pub rubric: String,
    /// Whether a quote counts that a language model pointed at.
    pub ai_used: bool,
    /// That model; empty where none is used.
    #[schema(example = "gpt-4o-mini")]
    pub model: Option<String>,
    /// Version of the question that it was asked.
    pub prompt_version: Option<String>,
    /// When it was computed.
    pub screened_at: DateTime<Utc>,
    /// Whether a person has reviewed it.
    pub human_reviewed: bool,
    /// What the job asks for, assessed.
    pub components: Vec<ComponentSummaryView>,
    /// What was asked for and not found, as sentences.
    pub missing: Vec<String>,
}

/// One component of a score, without the quotes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComponentSummaryView {
    /// `must_have`, `nice_to_have`, `experience` and so on.
    #[schema(example = "must_have")]
    pub name: &'static str,
    /// Its share of the score; the weights of one score sum to 1.
    #[schema(minimum = 0, maximum = 1)]
    pub weight: f64,
    /// How well it is met.
    #[schema(minimum = 0, maximum = 1)]
    pub value: f64,
}

/// One application with its score, its history and what people wrote about it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApplicationDetailView {
    /// The application.
    pub id: Uuid,
    /// The job.
    pub job_id: Uuid,
    /// Its title.
    pub job_title: String,
    /// The candidate.
    pub candidate_id: Uuid,
    /// Their full name.
    pub candidate_name: Option<String>,
    /// `applied`, `screening`, `test`, `interview`, `offer`, `hired`, `rejected` or `withdrawn`.
    #[schema(example = "screening")]
    pub stage: String,
    /// The stages that it may be moved to from here.
    #[schema(value_type = Vec<String>)]
    pub next_stages: Vec<&'static str>,
    /// The latest score, four decimals; empty until the first screening. A help for reading in a good order, not a decision.
    #[schema(minimum = 0, maximum = 1)]
    pub ai_score: Option<f64>,
    /// What the latest score is made of.
    pub ai_analysis: Option<AnalysisDetailView>,
    /// The latest moves from stage to stage, at most 200, oldest first.
    pub moves: Vec<MoveView>,
    /// The latest notes, at most 200, oldest first.
    pub notes: Vec<NoteView>,
    /// When the candidate was put on the job.
    pub created_at: DateTime<Utc>,
    /// When the application last moved.
    pub updated_at: DateTime<Utc>,
}

/// What a score is made of.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnalysisDetailView {
    /// The screening.
    pub screening_id: Uuid,
    /// What computed it.
    #[schema(example = "rubric")]
    pub engine: String,
    /// Version of the engine's rules.
    pub rubric: String,
    /// Whether a quote counts that a language model pointed at.
    pub ai_used: bool,
    /// That model; empty where none is used.
    #[schema(example = "gpt-4o-mini")]
    pub model: Option<String>,
    /// Version of the question that it was asked.
    pub prompt_version: Option<String>,
    /// When it was computed.
    pub screened_at: DateTime<Utc>,
    /// Whether a person has reviewed it.
    pub human_reviewed: bool,
    /// What the job asks for, assessed, with quotes of the resume.
    pub components: Vec<ComponentView>,
}

/// One move from stage to stage.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoveView {
    /// Where the application stood.
    pub from: String,
    /// Where it went.
    pub to: String,
    /// Why, in a person's words.
    pub reason: Option<String>,
    /// The user who moved it.
    pub moved_by: Uuid,
    /// When.
    pub at: DateTime<Utc>,
}

/// What somebody wrote about an application.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteView {
    /// The note.
    pub id: Uuid,
    /// The user who wrote it.
    pub author: Uuid,
    /// What it says, plain text.
    pub text: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// A note that was added.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedNoteView {
    /// The application.
    pub application_id: Uuid,
    /// The candidate whom it is about.
    pub candidate_id: Uuid,
    /// The note.
    #[serde(flatten)]
    pub note: NoteView,
}

/// A stored number of basis points as a share.
#[must_use]
pub fn shown(bp: i32) -> f64 {
    share(u16::try_from(bp).unwrap_or(ONE_BP).min(ONE_BP))
}

/// The score of stored facts by stored weights; none, with a line in the log, for what cannot be read.
#[must_use]
pub fn score(assessed: Value, weights: Value, screening: Uuid) -> Option<Score> {
    let read = || {
        let assessed: Assessed = serde_json::from_value(assessed)?;
        let weights: Weights = serde_json::from_value(weights)?;
        Ok::<_, serde_json::Error>(assessed.score(&weights))
    };
    read()
        .map_err(|_| tracing::error!(%screening, "what a score rests on cannot be read"))
        .ok()
}

/// The latest score of an application with its reasons.
fn latest(row: &ApplicationRow) -> Option<Score> {
    score(row.assessed.clone()?, row.weights.clone()?, row.screening_id?)
}

/// The stages that an application may be moved to from the one of this name.
fn next_stages(stage: &str) -> Vec<&'static str> {
    let moves = Stage::from_name(stage).map(Stage::moves).unwrap_or_default();
    moves.iter().map(|stage| stage.as_str()).collect()
}

impl From<ApplicationRow> for ApplicationView {
    fn from(row: ApplicationRow) -> Self {
        let analysis = latest(&row).and_then(|score| {
            Some(AnalysisSummaryView {
                screening_id: row.screening_id?,
                engine: row.engine.clone()?,
                rubric: score.rubric.clone(),
                ai_used: score.uses_model(),
                model: row.ai_model.clone().filter(|_| score.uses_model()),
                prompt_version: row.ai_prompt_version.clone().filter(|_| score.uses_model()),
                screened_at: row.screened_at?,
                human_reviewed: row.human_reviewed,
                components: score
                    .components
                    .iter()
                    .map(|component| ComponentSummaryView {
                        name: component.name.as_str(),
                        weight: share(component.weight_bp),
                        value: share(component.value_bp),
                    })
                    .collect(),
                missing: score.components.into_iter().flat_map(|one| one.missing).collect(),
            })
        });
        Self {
            id: row.id,
            job_id: row.job_id,
            job_title: row.job_title,
            candidate_id: row.candidate_id,
            candidate_name: row.candidate_name,
            stage: row.stage,
            ai_score: row.ai_score_bp.map(shown),
            ai_analysis: analysis,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl ApplicationDetailView {
    /// An application with its moves and notes.
    #[must_use]
    pub fn new(row: ApplicationRow, moves: Vec<MoveRow>, notes: Vec<NoteRow>) -> Self {
        let analysis = latest(&row).and_then(|score| {
            Some(AnalysisDetailView {
                screening_id: row.screening_id?,
                engine: row.engine.clone()?,
                ai_used: score.uses_model(),
                model: row.ai_model.clone().filter(|_| score.uses_model()),
                prompt_version: row.ai_prompt_version.clone().filter(|_| score.uses_model()),
                rubric: score.rubric,
                screened_at: row.screened_at?,
                human_reviewed: row.human_reviewed,
                components: score.components.into_iter().map(ComponentView::from).collect(),
            })
        });
        Self {
            id: row.id,
            job_id: row.job_id,
            job_title: row.job_title,
            candidate_id: row.candidate_id,
            candidate_name: row.candidate_name,
            next_stages: next_stages(&row.stage),
            stage: row.stage,
            ai_score: row.ai_score_bp.map(shown),
            ai_analysis: analysis,
            moves: moves.into_iter().map(MoveView::from).collect(),
            notes: notes.into_iter().map(NoteView::from).collect(),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl From<MoveRow> for MoveView {
    fn from(row: MoveRow) -> Self {
        Self {
            from: row.from_stage,
            to: row.to_stage,
            reason: row.reason,
            moved_by: row.moved_by,
            at: row.created_at,
        }
    }
}

impl From<NoteRow> for NoteView {
    fn from(row: NoteRow) -> Self {
        Self {
            id: row.id,
            author: row.author,
            text: row.text,
            created_at: row.created_at,
        }
    }
}

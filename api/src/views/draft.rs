//! Drafts as callers see them.

use chrono::{DateTime, Utc};
use hiring_core::task::TaskState;
use hiring_db::drafts::DraftRow;
use hiring_db::json::UnreadableJson;
use hiring_narrative::drafts::{Dropped, Finding, Made, Request, TestQuestion};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A draft on its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftTaskView {
    /// The draft; `GET /admin/drafts/{id}` shows it.
    pub draft_id: Uuid,
    /// The task to follow.
    pub task_id: Uuid,
}

/// A draft, as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftView {
    /// The draft.
    pub id: Uuid,
    /// `job_description` or `test_questions`.
    #[schema(example = "test_questions")]
    pub kind: String,
    /// `waiting`, `ready`, `failed` or `cancelled`.
    #[schema(example = "ready")]
    pub state: &'static str,
    /// Why it failed: the code of its task.
    pub failure: Option<String>,
    /// The position.
    pub title: String,
    /// The job that title and requirements were taken from.
    pub job_id: Option<Uuid>,
    /// `en`, `de`, `fr` or `es`.
    #[schema(example = "en")]
    pub language: &'static str,
    /// `model`, or `template` where no language model had a part in it; empty until it is ready.
    #[schema(example = "model")]
    pub engine: Option<String>,
    /// Whether a language model wrote any of it.
    pub ai_used: bool,
    /// Why none did (`off`, `budget-exceeded`, or the code of what went wrong), or why there is less than was asked for.
    pub reason: Option<String>,
    /// The model that was asked.
    #[schema(example = "gpt-4o-mini")]
    pub model: Option<String>,
    /// The server's own name for the one that answered.
    pub answered_by: Option<String>,
    /// Version of the question.
    pub prompt_version: Option<String>,
    /// Always false: a draft is for a person to check. Nothing publishes it; whoever puts it to use copies it.
    pub human_reviewed: bool,
    /// Who asked for it; empty once they are gone.
    pub requested_by: Option<Uuid>,
    /// The task that makes it.
    pub task_id: Uuid,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was ready.
    pub ready_at: Option<DateTime<Utc>>,
}

/// A draft with what it has come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftDetailView {
    /// About the draft.
    #[serde(flatten)]
    pub draft: DraftView,
    /// A job description: plain text, with gaps in square brackets where a person has to say more.
    pub description: Option<String>,
    /// Test questions.
    pub questions: Option<Vec<TestQuestionView>>,
    /// How many test questions were asked for.
    pub asked_for: Option<u8>,
    /// Wording that a person should look at. A short list of words: an aid and no proof.
    pub findings: Vec<FindingView>,
    /// A model's questions that did not hold, counted by what was wrong first.
    pub left_out: LeftOutQuestionsView,
}

/// A question for a test, with its key.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestQuestionView {
    /// The question.
    pub text: String,
    /// `single_choice`, `multiple_choice` or `open`.
    #[schema(example = "single_choice")]
    pub kind: &'static str,
    /// What to choose from, 3 to 6; empty for an open question.
    pub choices: Vec<String>,
    /// The right choices, word for word; for an open question the points that a good answer makes.
    pub answer_key: Vec<String>,
    /// 1, for whoever has begun, to 5, for experts.
    #[schema(minimum = 1, maximum = 5)]
    pub difficulty: u8,
    /// What it is about, in the words of the requirements.
    pub skill: String,
    /// Why the key is right.
    pub explanation: String,
}

/// Wording to look at.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingView {
    /// Whom it may shut out: `age`, `gender`, `origin`, `religion`, `disability`, `family`, `looks`; or `number_not_given`.
    #[schema(value_type = String, example = "age")]
    pub category: hiring_narrative::drafts::Category,
    /// The words.
    pub words: String,
    /// The test question that they stand in, from 0; empty for a description.
    pub question: Option<usize>,
    /// First Unicode code point in the description, or in the question's text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// Questions that did not hold.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct LeftOutQuestionsView {
    /// Another shape than asked for, or empty or far too long.
    pub shape: u32,
    /// Too few, too many or equal choices.
    pub choices: u32,
    /// A key that is not among the choices, or not of the question's kind.
    pub key: u32,
    /// A difficulty other than 1 to 5.
    pub difficulty: u32,
    /// About something that the job does not ask for.
    pub skill: u32,
    /// The words of an earlier question.
    pub double: u32,
    /// More than were asked for.
    pub surplus: u32,
}

impl TryFrom<DraftRow> for DraftView {
    type Error = UnreadableJson;

    fn try_from(row: DraftRow) -> Result<Self, UnreadableJson> {
        let request: Request = serde_json::from_value(row.request)?;
        let (state, failure) = match (&row.engine, row.task_state.as_deref().map(TaskState::from_name)) {
            (Some(_), _) => ("ready", None),
            (None, Some(Some(TaskState::Cancelled))) => ("cancelled", None),
            (None, Some(Some(TaskState::Dead))) => ("failed", row.task_code),
            (None, Some(Some(state))) if !state.is_final() => ("waiting", None),
            // Its task was removed long ago, or has ended without it.
            (None, _) => ("failed", Some("too-long-ago".to_owned())),
        };
        Ok(Self {
            id: row.id,
            kind: row.kind,
            state,
            failure,
            title: row.title,
            job_id: row.job_id,
            language: request.language.as_str(),
            ai_used: row.engine.as_deref() == Some("model"),
            engine: row.engine,
            reason: row.reason,
            model: row.model,
            answered_by: row.answered_by,
            prompt_version: row.prompt_version,
            human_reviewed: false,
            requested_by: row.requested_by,
            task_id: row.task_id,
            created_at: row.created_at,
            ready_at: row.ready_at,
        })
    }
}

impl TryFrom<DraftRow> for DraftDetailView {
    type Error = UnreadableJson;

    fn try_from(mut row: DraftRow) -> Result<Self, UnreadableJson> {
        let request: Request = serde_json::from_value(row.request.clone())?;
        let made: Option<Made> = row.made.take().map(serde_json::from_value).transpose()?;
        let made = made.unwrap_or_default();
        let is_test = made.description.is_none() && request.count > 0;
        let questions = made.questions.into_iter().map(TestQuestionView::from);
        Ok(Self {
            description: made.description,
            questions: is_test.then(|| questions.collect()),
            asked_for: is_test.then_some(request.count),
            findings: made.findings.into_iter().map(FindingView::from).collect(),
            left_out: made.dropped.into(),
            draft: row.try_into()?,
        })
    }
}

impl From<TestQuestion> for TestQuestionView {
    fn from(question: TestQuestion) -> Self {
        Self {
            text: question.text,
            kind: question.kind.as_str(),
            choices: question.choices,
            answer_key: question.answer_key,
            difficulty: question.difficulty,
            skill: question.skill,
            explanation: question.explanation,
        }
    }
}

impl From<Finding> for FindingView {
    fn from(finding: Finding) -> Self {
        Self {
            category: finding.category,
            words: finding.words,
            question: finding.question,
            start: finding.start,
            end: finding.end,
        }
    }
}

impl From<Dropped> for LeftOutQuestionsView {
    fn from(dropped: Dropped) -> Self {
        Self {
            shape: dropped.shape,
            choices: dropped.choices,
            key: dropped.key,
            difficulty: dropped.difficulty,
            skill: dropped.skill,
            double: dropped.double,
            surplus: dropped.surplus,
        }
    }
}

//! Drafts for people to work on: a job description, questions for a test. Nothing here publishes anything.
//!
//! | module | what lives there |
//! |---|---|
//! | [`request`] | what is to be drafted |
//! | [`drafting`] | one draft on its way: what is asked next, and what the answers have come to |
//! | [`description`] | a job description: question, shape of the answer, text |
//! | [`questions`] | test questions: question, shape of the answer, which of them hold |
//! | [`findings`] | wording that a person has to look at |
//! | [`template`] | drafts without a model, in four languages |
//!
//! What a job asks for is written into a description as the recruiter gave it; a model writes the prose around it.

pub mod description;
pub mod drafting;
pub mod findings;
pub mod questions;
pub mod request;
pub mod template;

use serde::{Deserialize, Serialize};

pub use description::SaidDescription;
pub use drafting::{DraftPrompt, Drafting};
pub use findings::{Category, Finding, findings};
pub use questions::{Dropped, QuestionKind, TestQuestion};
pub use request::{DraftKind, Language, Request};

/// Version of the questions and of what of their answers is kept.
pub const DRAFT_VERSION: &str = "1";

/// Most test questions of one draft.
pub const MAX_QUESTIONS: u8 = 50;
/// Longest notes, in characters.
pub const MAX_NOTES_CHARS: usize = 4_000;

/// What a draft has come to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// A job description, plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Test questions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<TestQuestion>,
    /// Wording that a person has to look at.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// Questions of a model's that did not hold.
    #[serde(default)]
    pub dropped: Dropped,
}

//! Parsed resume against job to a score with evidence; rank fusion. Pure.
//!
//! - [`facts`]: what a score is made from: [`JobFacts`], [`CandidateFacts`]
//! - [`Scorer`], [`Assessed`]: what a resume shows of a job
//! - [`Score`]: what that weighs, in whole basis points, with its [`Component`]s
//! - [`neutral`]: the text that all this is read from, without what tells who somebody is
//! - [`embedded`]: what of a resume is compared by meaning, in such words
//! - [`weights`]: how much each component counts
//! - [`evidence`]: verbatim quotes of the visible text, and [`verify`] to check them
//! - [`education`]: the level of education that a degree's name tells
//! - [`lines`]: what of a resume is held against single requirements by meaning
//! - [`fusion`]: several ranked lists into one
//! - [`pointing`]: quotes that somebody else points at, found again in the text or refused
//! - [`posting`]: a job posting as pasted text to what the job asks for
//! - [`ranking`]: the order in which candidates are listed
//! - [`sentence`]: a plain sentence of a search into filters
//!
//! Every formula is explained with a worked example in `docs/SCORING.md`. The same facts give the same score on every
//! machine and in every build: there is no clock, no randomness and no floating-point arithmetic in here; the two
//! floating-point facts (years of work, cosine) are turned into integers at the edge.

mod components;
pub mod education;
pub mod embedded;
pub mod evidence;
pub mod facts;
mod fold;
pub mod fusion;
mod kinship;
pub mod lines;
pub mod neutral;
mod phrase;
mod place;
pub mod pointing;
pub mod posting;
pub mod ranking;
mod reading;
mod scan;
mod score;
pub mod sentence;
pub mod weights;
mod wording;

pub use components::skills::POINTED_FROM_BP;
pub use evidence::{Evidence, EvidenceKind, Source, verify};
pub use facts::{
    CandidateFacts, JOB_TOKENS, JobFacts, Near, Pointed, REQUIREMENT_TOKENS, Similarities, SkillRequirement,
    job_text, requirement_texts, similarity_bp,
};
pub use fusion::{best_possible, rrf};
pub use neutral::Neutral;
pub use pointing::Pointing;
pub use ranking::{by_total_then_id, rank};
pub use score::{Assessed, Component, Finding, RUBRIC_VERSION, Score, Scorer, Shown};
pub use weights::{ComponentName, Weights};

/// One whole, in basis points: the greatest value of a component, of a score and the sum of all weights.
pub const ONE_BP: u16 = 10_000;

/// A number of basis points as a share 0.0-1.0, for answers; never for further arithmetic.
#[must_use]
pub fn share(bp: u16) -> f64 {
    f64::from(bp) / f64::from(ONE_BP)
}

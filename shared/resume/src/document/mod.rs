//! What a document is, apart from what it says: its language, its date, and whether it is a resume at all.

mod date;
mod language;
mod likelihood;
mod starts;

pub(crate) use date::date;
pub(crate) use language::language;
pub(crate) use likelihood::{Likelihood, likelihood};

use chrono::NaiveDate;

/// Below this a document is refused: nothing of it is kept. Every resume of the labelled sets lies above .5, and a text
/// that shows nothing for or against a resume above .1.
pub(crate) const REFUSED: f32 = 0.1;
/// Below this a recruiter is told to look.
pub(crate) const DOUBTFUL: f32 = 0.5;

/// The document's own date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DocumentDate {
    /// `YYYY-MM-DD` or `YYYY-MM`.
    pub value: String,
    /// The day, the first of the month when none is shown.
    pub day: NaiveDate,
}

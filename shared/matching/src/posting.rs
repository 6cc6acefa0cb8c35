//! A job posting as pasted text to what a job asks for, in English, German, French and Spanish. Pure rules.
//!
//! ```text
//! text -> outline (sentences under headings) -> asking sentences -> skills, languages, years, education -> posting
//!                                            -> title, places, terms, pay
//! ```
//!
//! Nothing is invented: every value has a quote of the text. What contradicts itself is told in [`Posting::notes`], what the
//! taxonomy does not know in [`Posting::unrecognised`].

mod amounts;
mod asked;
mod asks;
mod build;
mod degrees;
mod denial;
mod headings;
mod lists;
mod notes;
mod outline;
mod places;
mod quote;
mod salary;
mod skills;
mod terms;
mod title;
mod unknown;
mod wish;
mod words;
mod years;

use hiring_core::job::{JobType, Requirements};

pub use notes::{Note, NoteCode};
pub use quote::Extract;
pub use salary::Period;
pub use terms::Remote;

/// Most characters (code points) of a posting.
pub const MAX_POSTING_CHARS: usize = 20_000;
/// Most entries of [`Posting::responsibilities`] and of [`Posting::unrecognised`].
pub const MAX_PHRASES: usize = 50;

/// What sort of place a name is, as [`Tables::place`] tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceKind {
    /// A city that its name alone tells.
    City,
    /// A town whose name is also something else; counts only where a place is expected.
    Town,
    /// A state, province or region.
    Region,
    /// A country.
    Country,
    /// The short form of a region or country; counts only behind a city.
    Code,
}

/// What reading needs to know about names, from whoever has a gazetteer.
#[derive(Debug, Clone, Copy)]
pub struct Tables {
    /// The kind of the place with exactly this name.
    pub place: fn(&str) -> Option<PlaceKind>,
    /// The English name of the human language with this name in any language.
    pub human_language: fn(&str) -> Option<&'static str>,
    /// ISO 639-1 code of the language of most of a text.
    pub text_language: fn(&str) -> Option<&'static str>,
}

/// What a posting says. Fits what a job takes: lengths, counts and ranges are kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Posting {
    /// ISO 639-1 code of the language, where it can be told.
    pub language: Option<&'static str>,
    /// Title of the position, 1-200 code points.
    pub title: Option<String>,
    /// Where the work is done, as written.
    pub location: Option<String>,
    /// Whether it is done from afar.
    pub remote: Option<Remote>,
    /// The kind of employment.
    pub job_type: Option<JobType>,
    /// Least yearly pay in whole units of the currency.
    pub salary_min: Option<i32>,
    /// Most yearly pay; not below the least.
    pub salary_max: Option<i32>,
    /// ISO 4217.
    pub salary_currency: Option<&'static str>,
    /// For which time the posting tells its pay; amounts for a month are taken times twelve, those for shorter times are only noted.
    pub salary_period: Option<Period>,
    /// What is asked for. Skills as the posting words them, languages by their English names; where the place of work is anywhere,
    /// the location is `remote`.
    pub requirements: Requirements,
    /// What the person will do, verbatim, at most [`MAX_PHRASES`].
    pub responsibilities: Vec<String>,
    /// Requirements in words that the taxonomy does not know, verbatim, at most 80 code points each and [`MAX_PHRASES`] of them.
    pub unrecognised: Vec<String>,
    /// Where each value stands.
    pub evidence: Vec<Extract>,
    /// What a person should look at.
    pub notes: Vec<Note>,
}

/// Reads a posting. Takes time linear in the length of the text; the caller limits it to [`MAX_POSTING_CHARS`].
#[must_use]
pub fn read(text: &str, tables: &Tables) -> Posting {
    build::build(text, tables)
}

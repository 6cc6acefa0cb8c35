//! A job posting that was read, for review.

use hiring_core::job::{EducationLevel, JobType};
use hiring_matching::posting::{Extract, Note, Period, Posting, Remote};
use serde::Serialize;
use utoipa::ToSchema;

use super::job::RequirementsView;

/// What a posting says, in the shape of a job to create.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParsedJobView {
    /// ISO 639-1 code of the posting's language; null when it cannot be told.
    #[schema(example = "en")]
    pub language: Option<&'static str>,
    /// Title; null when none was found. A job needs one.
    pub title: Option<String>,
    /// The text as it was sent.
    pub description: String,
    /// Where the work is done, as the posting writes it.
    pub location: Option<String>,
    /// `remote`, `hybrid` or `on_site`.
    pub remote: Option<&'static str>,
    /// `full_time`, `part_time`, `contract`, `internship` or `temporary`.
    pub job_type: Option<&'static str>,
    /// Least yearly salary in whole units of the currency.
    pub salary_min: Option<i32>,
    /// Most yearly salary in whole units of the currency.
    pub salary_max: Option<i32>,
    /// ISO 4217.
    pub salary_currency: Option<&'static str>,
    /// For which time the posting tells its pay: `year`, `month` (taken times twelve), `week`, `day` or `hour` (left out).
    pub salary_period: Option<&'static str>,
    /// What the posting asks for.
    pub requirements: RequirementsView,
    /// What the person will do, word by word; at most 50.
    pub responsibilities: Vec<String>,
    /// Requirements in words that the taxonomy does not know, word by word; at most 50 of 80 characters, ready to be added to a list.
    pub unrecognised: Vec<String>,
    /// Where each value stands.
    pub evidence: Vec<PostingQuote>,
    /// What to look at before the job is stored.
    pub notes: Vec<PostingNote>,
}

/// Where a value stands in the text.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostingQuote {
    /// JSON pointer to the value in `data`.
    #[schema(example = "/requirements/must_have/0")]
    pub pointer: String,
    /// The words of the text.
    pub quote: String,
    /// First character of the quote in the text, in Unicode code points from 0.
    pub start: usize,
    /// One past its last character.
    pub end: usize,
}

/// One thing to look at.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostingNote {
    /// `no-requirements`, `skill-in-both-lists`, `alternatives`, `too-many-skills`, `several-places`, `several-years`,
    /// `several-job-types`, `salary-order`, `salary-for-a-month` or `salary-not-yearly`.
    pub code: &'static str,
    /// A sentence for people.
    pub detail: String,
}

impl ParsedJobView {
    /// The view of a posting and its text.
    #[must_use]
    pub fn of(read: Posting, text: String) -> Self {
        Self {
            language: read.language,
            title: read.title,
            description: text,
            location: read.location,
            remote: read.remote.map(Remote::as_str),
            job_type: read.job_type.map(JobType::as_str),
            salary_min: read.salary_min,
            salary_max: read.salary_max,
            salary_currency: read.salary_currency,
            salary_period: read.salary_period.map(Period::as_str),
            requirements: RequirementsView {
                must_have: read.requirements.must_have,
                nice_to_have: read.requirements.nice_to_have,
                min_experience_years: read.requirements.min_experience_years,
                location: read.requirements.location,
                education: read
                    .requirements
                    .education
                    .map(EducationLevel::as_str)
                    .map(str::to_owned),
            },
            responsibilities: read.responsibilities,
            unrecognised: read.unrecognised,
            evidence: read.evidence.into_iter().map(PostingQuote::from).collect(),
            notes: read.notes.into_iter().map(PostingNote::from).collect(),
        }
    }
}

impl From<Extract> for PostingQuote {
    fn from(extract: Extract) -> Self {
        Self {
            pointer: extract.pointer,
            quote: extract.quote,
            start: extract.start,
            end: extract.end,
        }
    }
}

impl From<Note> for PostingNote {
    fn from(note: Note) -> Self {
        Self {
            code: note.code.as_str(),
            detail: note.detail,
        }
    }
}

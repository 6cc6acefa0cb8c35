//! Candidates as callers see them.

use chrono::{DateTime, Utc};
use hiring_db::candidates::CandidateRow;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// An upload that was accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadView {
    /// The candidate; the earlier one when the same bytes were uploaded before.
    pub candidate_id: Uuid,
    /// The task that reads the resume; empty once it is too long ago.
    pub task_id: Option<Uuid>,
    /// `processing`, `ready` or `failed`.
    pub status: &'static str,
    /// When the file was uploaded first.
    pub uploaded_at: DateTime<Utc>,
    /// Whether the same bytes were there already.
    pub duplicate: bool,
}

/// A batch that was accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchView {
    /// The task that ends when the last resume has been read or given up.
    pub task_id: Uuid,
    /// The files that were taken in.
    pub accepted: Vec<AcceptedFileView>,
    /// The files that were not, each with its reason.
    pub rejected: Vec<RejectedFileView>,
}

/// A file of a batch that was taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedFileView {
    /// Its name, without folders.
    pub file_name: String,
    /// The candidate; the earlier one when the same bytes were there before.
    pub candidate_id: Uuid,
    /// The task that reads the resume; empty once it is too long ago.
    pub task_id: Option<Uuid>,
    /// Whether the same bytes were there already, or came earlier in the batch.
    pub duplicate: bool,
}

/// A file of a batch that was not taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct RejectedFileView {
    /// Its name, without folders.
    pub file_name: String,
    /// Stable code, for instance `unsupported-type`.
    #[schema(example = "unsupported-type")]
    pub code: &'static str,
    /// A sentence for the recruiter: what is wrong and what to do.
    pub reason: String,
}

/// Why a resume could not be read.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailureView {
    /// Stable code, for instance `encrypted`.
    #[schema(example = "encrypted")]
    pub code: String,
    /// A sentence for the recruiter: what is wrong and what to do.
    pub reason: String,
}

/// A person in the organization's pool.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateView {
    /// The candidate's id.
    pub id: Uuid,
    /// `processing`, `ready` or `failed`.
    pub status: String,
    /// Why the resume could not be read.
    pub failure: Option<FailureView>,
    /// Full name.
    pub name: Option<String>,
    /// First e-mail address.
    pub email: Option<String>,
    /// First telephone number.
    pub phone: Option<String>,
    /// Where the person lives.
    pub location: Option<String>,
    /// The line under the name, else the latest title.
    pub headline: Option<String>,
    /// Years of work with one decimal, overlaps counted once.
    pub experience_years: Option<f64>,
    /// Highest education.
    pub education: Option<String>,
    /// Canonical names of the skills.
    pub skills: Vec<String>,
    /// Name of the uploaded file.
    pub file_name: String,
    /// Its type, told from its bytes: `pdf`, `docx`, `doc`, `rtf`, `odt`, `html` or `txt`.
    pub file_type: String,
    /// When the resume was uploaded.
    pub uploaded_at: DateTime<Utc>,
    /// When it was read.
    pub parsed_at: Option<DateTime<Utc>>,
    /// When it became findable by meaning.
    pub indexed_at: Option<DateTime<Utc>>,
    /// When anything about the candidate last changed.
    pub updated_at: DateTime<Utc>,
}

/// Months as years with one decimal.
#[must_use]
pub fn years(months: i32) -> f64 {
    (f64::from(months) / 1.2).round() / 10.0
}

impl From<CandidateRow> for CandidateView {
    fn from(row: CandidateRow) -> Self {
        let reason = row.failure_reason.unwrap_or_default();
        Self {
            id: row.id,
            status: row.status,
            failure: row.failure_code.map(|code| FailureView { code, reason }),
            name: row.name,
            email: row.email,
            phone: row.phone,
            location: row.location,
            headline: row.headline,
            experience_years: row.experience_months.map(years),
            education: row.education,
            skills: row.skill_names,
            file_name: row.file_name,
            file_type: row.file_type,
            uploaded_at: row.uploaded_at,
            parsed_at: row.parsed_at,
            indexed_at: row.indexed_at,
            updated_at: row.updated_at,
        }
    }
}

/// What was read from a resume.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnalysisView {
    /// The candidate.
    pub candidate_id: Uuid,
    /// The parsed resume: every leaf is `{value, raw, start, end, confidence}`; offsets are Unicode code points into
    /// `visible_text`.
    #[schema(value_type = Object)]
    pub resume: Value,
    /// Version of the reader that produced it.
    pub parser_version: Option<String>,
    /// When it was read.
    pub parsed_at: Option<DateTime<Utc>>,
}

/// The text of a resume.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextView {
    /// The candidate.
    pub candidate_id: Uuid,
    /// Everything a human reader could see, in reading order.
    pub visible_text: String,
    /// The parts of `visible_text`: `{kind, start, end}` in Unicode code points, end exclusive.
    #[schema(value_type = Vec<Object>)]
    pub sections: Value,
}

#[cfg(test)]
mod tests {
    use super::years;

    #[test]
    fn months_are_shown_as_years_with_one_decimal() {
        assert_eq!([0, 6, 30, 125].map(years), [0.0, 0.5, 2.5, 10.4]);
    }
}

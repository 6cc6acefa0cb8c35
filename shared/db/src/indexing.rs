//! What the worker stores about a candidate's resume: what was read, why it could not be, and its vectors.

mod lines;
mod vectors;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::candidate::CandidateStatus;
use hiring_core::ids::{CandidateId, OrgId};
use hiring_core::reading::{FileType, ReadResume, Section};
use hiring_core::resume::Resume;

use crate::DbError;
use crate::json::Json;
use crate::schema::candidates;

pub use lines::{LineRecord, replace_lines};
use vectors::forget_vectors;
pub use vectors::{ChunkRecord, has_profile, replace_chunks, save_profile_vector};

/// The facts that lists and filters need, copied out of a resume beside the resume itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResumeFacts {
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
    /// Months of work, overlaps counted once.
    pub experience_months: Option<i32>,
    /// Name of the highest `EducationLevel`.
    pub education: Option<&'static str>,
    /// Taxonomy keys, each once.
    pub skills: Vec<String>,
    /// The names that belong to `skills`, in the same order.
    pub skill_names: Vec<String>,
}

/// What is left of a resume in the database: enough to index it again.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredResume {
    /// Everything a human reader could see.
    pub visible_text: String,
    /// The parts of `visible_text`.
    pub sections: Vec<Section>,
    /// The fields.
    pub resume: Resume,
    /// Version of the reader that produced this.
    pub parser_version: String,
    /// What the file was.
    pub file_type: FileType,
}

/// Whether the candidate is still there.
///
/// # Errors
/// See [`DbError`].
pub async fn candidate_exists(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
) -> Result<bool, DbError> {
    let found = candidates::table
        .filter(candidates::organization_id.eq(org.uuid()))
        .filter(candidates::id.eq(candidate.uuid()));
    Ok(diesel::select(diesel::dsl::exists(found))
        .get_result(conn)
        .await?)
}

/// The day, in UTC, on which a candidate's resume was uploaded: what `present` means in a document without a date, also when it
/// is read again years later. `None` when the candidate was erased.
///
/// # Errors
/// See [`DbError`].
pub async fn uploaded_on(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
) -> Result<Option<NaiveDate>, DbError> {
    let uploaded: Option<DateTime<Utc>> = candidates::table
        .filter(candidates::organization_id.eq(org.uuid()))
        .filter(candidates::id.eq(candidate.uuid()))
        .select(candidates::uploaded_at)
        .first(conn)
        .await
        .optional()?;
    Ok(uploaded.map(|at| at.date_naive()))
}

/// Stores what was read; an earlier failure is forgotten. The candidate stays `processing` until indexed, and `ready` when a
/// resume that was indexed before is read again: nobody vanishes from searches meanwhile. Chunks of an earlier text go, because
/// their places are no longer true; of a text that nobody could check, the profile goes too.
///
/// Answers whether there still was a candidate.
///
/// # Errors
/// See [`DbError`].
pub async fn save_resume(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
    read: &ReadResume,
    facts: &ResumeFacts,
) -> Result<bool, DbError> {
    let rows = diesel::update(candidates::table)
        .filter(candidates::organization_id.eq(org.uuid()))
        .filter(candidates::id.eq(candidate.uuid()))
        .set((
            (
                candidates::status.eq(diesel::dsl::sql::<Text>(
                    "CASE status WHEN 'ready' THEN 'ready' ELSE 'processing' END",
                )),
                candidates::failure_code.eq(None::<&str>),
                candidates::failure_reason.eq(None::<&str>),
                candidates::parsed_at.eq(diesel::dsl::now),
                candidates::updated_at.eq(diesel::dsl::now),
                candidates::version.eq(candidates::version + 1),
            ),
            (
                candidates::name.eq(facts.name.as_deref()),
                candidates::email.eq(facts.email.as_deref()),
                candidates::phone.eq(facts.phone.as_deref()),
                candidates::location.eq(facts.location.as_deref()),
                candidates::headline.eq(facts.headline.as_deref()),
                candidates::experience_months.eq(facts.experience_months),
                candidates::education.eq(facts.education),
                candidates::skills.eq(&facts.skills),
                candidates::skill_names.eq(&facts.skill_names),
            ),
            (
                candidates::visible_text.eq(Some(read.visible_text.as_str())),
                candidates::sections.eq(Some(Json(&read.sections))),
                candidates::resume.eq(Some(Json(&read.resume))),
                candidates::parser_version.eq(Some(read.parser_version.as_str())),
                candidates::chunked_at.eq(None::<DateTime<Utc>>),
                candidates::chunked_by.eq(None::<&str>),
            ),
        ))
        .execute(conn)
        .await?;
    if rows > 0 {
        forget_vectors(conn, org, candidate, read.resume.document.unverified_layer).await?;
    }
    Ok(rows > 0)
}

/// Says why a resume cannot be had. A candidate that was read before keeps what was read.
///
/// Answers whether anything changed.
///
/// # Errors
/// See [`DbError`].
pub async fn mark_failed(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
    code: &str,
    reason: &str,
) -> Result<bool, DbError> {
    let rows = diesel::update(candidates::table)
        .filter(candidates::organization_id.eq(org.uuid()))
        .filter(candidates::id.eq(candidate.uuid()))
        .filter(candidates::status.ne(CandidateStatus::Ready.as_str()))
        .set((
            candidates::status.eq(CandidateStatus::Failed.as_str()),
            candidates::failure_code.eq(Some(code)),
            candidates::failure_reason.eq(Some(reason)),
            candidates::updated_at.eq(diesel::dsl::now),
            candidates::version.eq(candidates::version + 1),
        ))
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// What was read from a candidate's resume; `None` when the candidate was erased or never read.
///
/// # Errors
/// See [`DbError`].
pub async fn find_resume(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
) -> Result<Option<StoredResume>, DbError> {
    type Row = (String, Json<Vec<Section>>, Json<Resume>, Option<String>, String);
    let row: Option<Row> = candidates::table
        .filter(candidates::organization_id.eq(org.uuid()))
        .filter(candidates::id.eq(candidate.uuid()))
        .filter(candidates::resume.is_not_null())
        .select((
            candidates::visible_text.assume_not_null(),
            candidates::sections.assume_not_null(),
            candidates::resume.assume_not_null(),
            candidates::parser_version,
            candidates::file_type,
        ))
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(
        |(visible_text, sections, resume, parser_version, file_type)| StoredResume {
            visible_text,
            sections: sections.0,
            resume: resume.0,
            parser_version: parser_version.unwrap_or_default(),
            file_type: FileType::from_extension(&file_type).unwrap_or(FileType::Txt),
        },
    ))
}

/// Makes a candidate findable by words alone, for when there is no vector to be had.
///
/// Answers whether there still was a candidate with a resume.
///
/// # Errors
/// See [`DbError`].
pub async fn mark_ready(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
) -> Result<bool, DbError> {
    let rows = diesel::update(candidates::table)
        .filter(candidates::organization_id.eq(org.uuid()))
        .filter(candidates::id.eq(candidate.uuid()))
        .filter(candidates::resume.is_not_null())
        .set((
            candidates::status.eq(CandidateStatus::Ready.as_str()),
            candidates::updated_at.eq(diesel::dsl::now),
            candidates::version.eq(candidates::version + 1),
        ))
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

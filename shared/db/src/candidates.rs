//! Candidates: people in one organization's pool. What the worker stores about them is in [`crate::indexing`].

mod upload;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::candidate::CandidateStatus;
use hiring_core::ids::{CandidateId, JobId, ObjectId, OrgId};
use serde_json::Value;
use uuid::Uuid;

use crate::DbError;
use crate::schema::{applications, candidates, stored_objects};

pub use upload::{
    Known, NewCandidate, Standing, count, find_by_hash, insert, lock_and_count, lock_by_hash, read_again,
    standing,
};

/// One candidate as lists show them: the facts, without the text and the parsed resume.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = candidates, check_for_backend(diesel::pg::Pg))]
pub struct CandidateRow {
    /// The candidate's id.
    pub id: Uuid,
    /// Name of the uploaded file.
    pub file_name: String,
    /// Its type, told from its bytes.
    pub file_type: String,
    /// A name of [`CandidateStatus`].
    pub status: String,
    /// Stable code of the reason why the resume could not be read.
    pub failure_code: Option<String>,
    /// The reason in a sentence for the recruiter.
    pub failure_reason: Option<String>,
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
    /// Highest education.
    pub education: Option<String>,
    /// Canonical names of the skills.
    pub skill_names: Vec<String>,
    /// Counts changes; the `ETag`.
    pub version: i32,
    /// When the resume was uploaded.
    pub uploaded_at: DateTime<Utc>,
    /// When it was read.
    pub parsed_at: Option<DateTime<Utc>>,
    /// When it became findable by meaning.
    pub indexed_at: Option<DateTime<Utc>>,
    /// When anything about the candidate last changed.
    pub updated_at: DateTime<Utc>,
}

/// What there is to show of a resume that was, or could not be, read.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = candidates, check_for_backend(diesel::pg::Pg))]
pub struct AnalysisRow {
    /// A name of [`CandidateStatus`].
    pub status: String,
    /// Why it could not be read: the code.
    pub failure_code: Option<String>,
    /// Why it could not be read: a sentence.
    pub failure_reason: Option<String>,
    /// The parsed resume.
    pub resume: Option<Value>,
    /// Version of the reader that produced it.
    pub parser_version: Option<String>,
    /// When it was read.
    pub parsed_at: Option<DateTime<Utc>>,
    /// Counts changes; the `ETag`.
    pub version: i32,
}

/// The text of a resume that was, or could not be, read.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = candidates, check_for_backend(diesel::pg::Pg))]
pub struct TextRow {
    /// A name of [`CandidateStatus`].
    pub status: String,
    /// Why it could not be read: the code.
    pub failure_code: Option<String>,
    /// Why it could not be read: a sentence.
    pub failure_reason: Option<String>,
    /// Everything a human reader could see.
    pub visible_text: Option<String>,
    /// The parts of `visible_text`.
    pub sections: Option<Value>,
    /// Counts changes; the `ETag`.
    pub version: i32,
}

/// The uploaded file of a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Its name in object storage.
    pub key: String,
    /// Its length in bytes.
    pub size_bytes: i64,
    /// The name under which it was uploaded.
    pub file_name: String,
    /// Its type, told from its bytes.
    pub file_type: String,
}

/// Narrows a list of candidates.
#[derive(Debug, Clone, Copy, Default)]
pub struct CandidateFilter {
    /// Only those whose resume has come this far.
    pub status: Option<CandidateStatus>,
    /// Only those on this job.
    pub job: Option<JobId>,
}

macro_rules! own {
    ($org:expr, $id:expr) => {
        candidates::table
            .filter(candidates::organization_id.eq($org.uuid()))
            .filter(candidates::id.eq($id.uuid()))
    };
}

/// The organization's candidate with this id.
///
/// # Errors
/// See [`DbError`].
pub async fn find(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    id: CandidateId,
) -> Result<Option<CandidateRow>, DbError> {
    Ok(own!(org, id)
        .select(CandidateRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// What was read from the resume of the organization's candidate.
///
/// # Errors
/// See [`DbError`].
pub async fn find_analysis(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    id: CandidateId,
) -> Result<Option<AnalysisRow>, DbError> {
    Ok(own!(org, id)
        .select(AnalysisRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// The visible text of the resume of the organization's candidate.
///
/// # Errors
/// See [`DbError`].
pub async fn find_text(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    id: CandidateId,
) -> Result<Option<TextRow>, DbError> {
    Ok(own!(org, id)
        .select(TextRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// The uploaded file of the organization's candidate.
///
/// # Errors
/// See [`DbError`].
pub async fn find_file(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    id: CandidateId,
) -> Result<Option<FileRow>, DbError> {
    let same = stored_objects::id
        .eq(candidates::object_id)
        .and(stored_objects::organization_id.eq(candidates::organization_id));
    let row: Option<(String, i64, String, String)> = candidates::table
        .inner_join(stored_objects::table.on(same))
        .filter(candidates::organization_id.eq(org.uuid()))
        .filter(candidates::id.eq(id.uuid()))
        .select((
            stored_objects::key,
            stored_objects::size_bytes,
            candidates::file_name,
            candidates::file_type,
        ))
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(|(key, size_bytes, file_name, file_type)| FileRow {
        key,
        size_bytes,
        file_name,
        file_type,
    }))
}

/// A page of the organization's candidates, latest upload first, and how many there are in all.
///
/// # Errors
/// See [`DbError`].
pub async fn list(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    filter: CandidateFilter,
    (limit, offset): (i64, i64),
) -> Result<(Vec<CandidateRow>, i64), DbError> {
    let total = filtered(org, filter).count().get_result(conn).await?;
    let page = filtered(org, filter)
        .order((candidates::uploaded_at.desc(), candidates::id.asc()))
        .limit(limit)
        .offset(offset)
        .select(CandidateRow::as_select())
        .load(conn)
        .await?;
    Ok((page, total))
}

fn filtered(org: OrgId, filter: CandidateFilter) -> candidates::BoxedQuery<'static, diesel::pg::Pg> {
    let mut query = candidates::table
        .into_boxed()
        .filter(candidates::organization_id.eq(org.uuid()));
    if let Some(status) = filter.status {
        query = query.filter(candidates::status.eq(status.as_str()));
    }
    if let Some(job) = filter.job {
        let on_job = applications::table
            .filter(applications::organization_id.eq(org.uuid()))
            .filter(applications::job_id.eq(job.uuid()))
            .select(applications::candidate_id);
        query = query.filter(candidates::id.eq_any(on_job));
    }
    query
}

/// Deletes the organization's candidate with vectors and applications, and answers the file; `None` when there is no such
/// candidate.
///
/// # Errors
/// See [`DbError`].
pub async fn delete(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    id: CandidateId,
) -> Result<Option<ObjectId>, DbError> {
    let object: Option<Uuid> = diesel::delete(own!(org, id))
        .returning(candidates::object_id)
        .get_result(conn)
        .await
        .optional()?;
    Ok(object.map(ObjectId::from))
}

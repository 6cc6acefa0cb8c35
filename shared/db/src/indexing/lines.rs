//! A candidate's lines and titles, embedded one by one.

use diesel::sql_types::{Array, Integer, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{CandidateId, OrgId};
use pgvector::HalfVector;
use pgvector::sql_types::HalfVector as SqlHalfVector;

use crate::DbError;
use crate::statement::statement;

/// One embedded line or title of a resume.
#[derive(Debug, Clone, PartialEq)]
pub struct LineRecord {
    /// Whether it is what the person calls themselves, or was called.
    pub is_title: bool,
    /// First code point in the visible text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The vector, 384 numbers.
    pub embedding: Vec<f32>,
}

/// Forgets the lines of an earlier reading.
pub(super) async fn forget(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
) -> Result<(), DbError> {
    statement("DELETE FROM line_vectors WHERE organization_id = ? AND candidate_id = ?")
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(candidate.uuid())
        .execute(conn)
        .await?;
    Ok(())
}

/// Puts these lines in the place of all earlier ones of the same model; titles come first.
///
/// # Errors
/// See [`DbError`]; a conflict with the foreign key says that the candidate was erased meanwhile.
pub async fn replace_lines(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
    model: &str,
    lines: &[LineRecord],
) -> Result<(), DbError> {
    let number = |value: usize| i32::try_from(value).unwrap_or(i32::MAX);
    let (titles, others): (Vec<&LineRecord>, Vec<_>) = lines.iter().partition(|line| line.is_title);
    let ordered = || titles.iter().chain(&others);
    let starts: Vec<i32> = ordered().map(|line| number(line.start)).collect();
    let ends: Vec<i32> = ordered().map(|line| number(line.end)).collect();
    let embeddings: Vec<HalfVector> = ordered()
        .map(|line| HalfVector::from_f32_slice(&line.embedding))
        .collect();
    statement(
        "INSERT INTO line_vectors (organization_id, candidate_id, model, titles, starts, ends, embeddings) \
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (candidate_id, model) DO UPDATE SET titles = excluded.titles, \
             starts = excluded.starts, ends = excluded.ends, embeddings = excluded.embeddings \
         WHERE line_vectors.organization_id = excluded.organization_id",
    )
    .bind::<SqlUuid, _>(org.uuid())
    .bind::<SqlUuid, _>(candidate.uuid())
    .bind::<Text, _>(model)
    .bind::<Integer, _>(number(titles.len()))
    .bind::<Array<Integer>, _>(starts)
    .bind::<Array<Integer>, _>(ends)
    .bind::<Array<SqlHalfVector>, _>(embeddings)
    .execute(conn)
    .await?;
    Ok(())
}

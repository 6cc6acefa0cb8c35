//! A candidate's vectors: one of the profile, one of each piece of the sections.

use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{CandidateId, ChunkId, OrgId};
use hiring_core::reading::SectionKind;
use pgvector::HalfVector;
use pgvector::sql_types::HalfVector as SqlHalfVector;

use crate::DbError;
use crate::schema::{candidates, chunk_vectors, profile_vectors};

/// One embedded piece of a resume.
#[derive(Debug, Clone, PartialEq)]
pub struct ChunkRecord {
    /// The section that it was cut from.
    pub section: SectionKind,
    /// First code point in the visible text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The vector, 384 numbers.
    pub embedding: Vec<f32>,
}

/// Forgets what was made from an earlier reading.
pub(super) async fn forget_vectors(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
    profile_too: bool,
) -> Result<(), DbError> {
    let chunks = chunk_vectors::table
        .filter(chunk_vectors::organization_id.eq(org.uuid()))
        .filter(chunk_vectors::candidate_id.eq(candidate.uuid()));
    diesel::delete(chunks).execute(conn).await?;
    super::lines::forget(conn, org, candidate).await?;
    if profile_too {
        let profiles = profile_vectors::table
            .filter(profile_vectors::organization_id.eq(org.uuid()))
            .filter(profile_vectors::candidate_id.eq(candidate.uuid()));
        diesel::delete(profiles).execute(conn).await?;
    }
    Ok(())
}

/// Makes a candidate findable by words and by meaning, in one statement.
///
/// `model` is name and version; the vector replaces an earlier one of the same model. Answers whether there still was a
/// candidate with a resume.
///
/// # Errors
/// See [`DbError`].
pub async fn save_profile_vector(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
    model: &str,
    embedding: &[f32],
) -> Result<bool, DbError> {
    let rows = crate::statement::statement(
        "WITH ready AS (
             UPDATE candidates SET status = 'ready', indexed_at = now(), updated_at = now(), version = version + 1
             WHERE organization_id = ? AND id = ? AND resume IS NOT NULL
             RETURNING id, organization_id
         )
         INSERT INTO profile_vectors (candidate_id, organization_id, model, embedding)
         SELECT id, organization_id, ?, ? FROM ready
         ON CONFLICT (candidate_id, model) DO UPDATE SET embedding = excluded.embedding",
    )
    .bind::<SqlUuid, _>(org.uuid())
    .bind::<SqlUuid, _>(candidate.uuid())
    .bind::<Text, _>(model)
    .bind::<SqlHalfVector, _>(HalfVector::from_f32_slice(embedding))
    .execute(conn)
    .await?;
    Ok(rows > 0)
}

/// Whether the candidate has a profile vector of this model.
///
/// # Errors
/// See [`DbError`].
pub async fn has_profile(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
    model: &str,
) -> Result<bool, DbError> {
    let found = profile_vectors::table
        .find((candidate.uuid(), model))
        .filter(profile_vectors::organization_id.eq(org.uuid()));
    Ok(diesel::select(diesel::dsl::exists(found))
        .get_result(conn)
        .await?)
}

/// Puts these chunks in the place of all earlier ones of the same model, and writes down that the sections are embedded.
///
/// # Errors
/// See [`DbError`]; a conflict with the foreign key says that the candidate was erased meanwhile.
pub async fn replace_chunks(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
    model: &str,
    chunks: &[ChunkRecord],
) -> Result<(), DbError> {
    diesel::delete(chunk_vectors::table)
        .filter(chunk_vectors::organization_id.eq(org.uuid()))
        .filter(chunk_vectors::candidate_id.eq(candidate.uuid()))
        .filter(chunk_vectors::model.eq(model))
        .execute(conn)
        .await?;
    let offset = |value: usize| i32::try_from(value).unwrap_or(i32::MAX);
    let rows: Vec<_> = chunks
        .iter()
        .zip(0_i16..)
        .map(|(chunk, ordinal)| {
            (
                chunk_vectors::id.eq(ChunkId::generate().uuid()),
                chunk_vectors::organization_id.eq(org.uuid()),
                chunk_vectors::candidate_id.eq(candidate.uuid()),
                chunk_vectors::model.eq(model),
                chunk_vectors::ordinal.eq(ordinal),
                chunk_vectors::section.eq(chunk.section.as_str()),
                chunk_vectors::start_offset.eq(offset(chunk.start)),
                chunk_vectors::end_offset.eq(offset(chunk.end)),
                chunk_vectors::embedding.eq(HalfVector::from_f32_slice(&chunk.embedding)),
            )
        })
        .collect();
    diesel::insert_into(chunk_vectors::table)
        .values(rows)
        .execute(conn)
        .await?;
    diesel::update(candidates::table)
        .filter(candidates::organization_id.eq(org.uuid()))
        .filter(candidates::id.eq(candidate.uuid()))
        .set((
            candidates::chunked_at.eq(diesel::dsl::now),
            candidates::chunked_by.eq(Some(model)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

//! What is shown of the people found.

use diesel::QueryableByName;
use diesel::sql_types::{Array, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::OrgId;
use pgvector::HalfVector;
use pgvector::sql_types::HalfVector as SqlHalfVector;
use uuid::Uuid;

use super::QueryVector;
use crate::DbError;
use crate::statement::statement;

/// A candidate found, as the answer shows them.
#[derive(Debug, Clone, QueryableByName)]
pub struct HitRow {
    /// The candidate's id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Full name.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    /// First e-mail address.
    #[diesel(sql_type = Nullable<Text>)]
    pub email: Option<String>,
    /// The line under the name, else the latest title.
    #[diesel(sql_type = Nullable<Text>)]
    pub headline: Option<String>,
    /// Where the person lives.
    #[diesel(sql_type = Nullable<Text>)]
    pub location: Option<String>,
    /// Taxonomy keys of the skills.
    #[diesel(sql_type = Array<Text>)]
    pub skills: Vec<String>,
    /// Canonical names of the skills.
    #[diesel(sql_type = Array<Text>)]
    pub skill_names: Vec<String>,
    /// Months of work.
    #[diesel(sql_type = Nullable<Integer>)]
    pub experience_months: Option<i32>,
    /// What a reader sees, as far as it is searched; empty for a scan that nobody could check.
    #[diesel(sql_type = Text)]
    pub text: String,
    /// The parts of the text, as JSON.
    #[diesel(sql_type = Text)]
    pub sections: String,
}

/// The section of a candidate's resume that is nearest to a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct BestChunk {
    /// The candidate's id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// First code point in the visible text.
    #[diesel(sql_type = Integer)]
    pub start: i32,
    /// One past the last code point.
    #[diesel(sql_type = Integer)]
    pub end: i32,
}

/// These candidates of the organization, in no order.
///
/// # Errors
/// See [`DbError`].
pub async fn list_hits(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    ids: &[Uuid],
) -> Result<Vec<HitRow>, DbError> {
    // Snippets of a hundred endless resumes would take seconds.
    let text = "SELECT c.id, c.name, c.email, c.headline, c.location, c.skills, c.skill_names, c.experience_months, \
            CASE WHEN (c.resume #>> '{document,unverified_layer}')::boolean THEN '' \
                ELSE left(coalesce(c.visible_text, ''), 20000) END AS text, \
            coalesce(c.sections, '[]')::text AS sections \
         FROM candidates c WHERE c.organization_id = ? AND c.id = ANY(?)";
    let query = statement(text)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(ids);
    Ok(query.load(conn).await?)
}

/// The nearest section of each of these candidates, in no order; nothing for those without vectors of this model.
///
/// # Errors
/// See [`DbError`].
pub async fn list_best_chunks(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    ids: &[Uuid],
    query: &QueryVector<'_>,
) -> Result<Vec<BestChunk>, DbError> {
    let text = "SELECT DISTINCT ON (v.candidate_id) v.candidate_id AS id, v.start_offset AS start, v.end_offset AS \"end\" \
         FROM chunk_vectors v WHERE v.organization_id = ? AND v.candidate_id = ANY(?) AND v.model = ? \
         ORDER BY v.candidate_id, v.embedding <=> ?, v.ordinal";
    let chunks = statement(text)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Text, _>(query.model)
        .bind::<SqlHalfVector, _>(HalfVector::from_f32_slice(query.embedding));
    Ok(chunks.load(conn).await?)
}

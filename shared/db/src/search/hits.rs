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
    /// Where the section that is nearest to the query begins, in code points of the visible text; `None` without vectors of its model.
    #[diesel(sql_type = Nullable<Integer>)]
    pub near_start: Option<i32>,
    /// One past its last code point.
    #[diesel(sql_type = Nullable<Integer>)]
    pub near_end: Option<i32>,
}

/// These candidates of the organization, in no order, each with the section nearest to the query where there is a vector to tell.
///
/// # Errors
/// See [`DbError`].
pub async fn list_hits(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    ids: &[Uuid],
    query: Option<&QueryVector<'_>>,
) -> Result<Vec<HitRow>, DbError> {
    // Snippets of a hundred endless resumes would take seconds. Text that nobody could check has no vectors, so that only people without
    // any need the whole document unpacked to tell.
    let text = "SELECT c.id, c.name, c.email, c.headline, c.location, c.skills, c.skill_names, c.experience_months, \
            CASE WHEN near.start_offset IS NULL AND (c.resume #>> '{document,unverified_layer}')::boolean THEN '' \
                ELSE left(coalesce(c.visible_text, ''), 20000) END AS text, \
            coalesce(c.sections, '[]')::text AS sections, near.start_offset AS near_start, near.end_offset AS near_end \
         FROM candidates c LEFT JOIN LATERAL (SELECT v.start_offset, v.end_offset FROM chunk_vectors v \
            WHERE v.organization_id = c.organization_id AND v.candidate_id = c.id AND v.model = ? \
            ORDER BY v.embedding <=> ?, v.ordinal LIMIT 1) near ON true \
         WHERE c.organization_id = ? AND c.id = ANY(?)";
    let vector = query.map(|query| HalfVector::from_f32_slice(query.embedding));
    let hits = statement(text)
        .bind::<Text, _>(query.map_or("", |query| query.model))
        .bind::<Nullable<SqlHalfVector>, _>(vector)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(ids);
    Ok(hits.load(conn).await?)
}

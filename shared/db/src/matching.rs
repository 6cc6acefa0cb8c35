//! Candidates to be scored for a job, and the job's vector.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Double, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{JobId, OrgId};
use hiring_core::reading::Section;
use hiring_core::resume::Resume;
use pgvector::HalfVector;
use pgvector::sql_types::HalfVector as SqlHalfVector;
use uuid::Uuid;

use crate::DbError;
use crate::json::UnreadableJson;
use crate::schema::job_vectors;
use crate::statement::statement;

/// Who is to be scored for a job.
#[derive(Debug, Clone, Copy)]
pub struct PoolQuery<'a> {
    /// The job.
    pub job: JobId,
    /// Name and version of the model whose vectors are compared; `None` compares none.
    pub model: Option<&'a str>,
    /// Taxonomy keys that come first in choosing.
    pub must_have: &'a [String],
    /// Taxonomy keys that come second.
    pub nice_to_have: &'a [String],
    /// Only those who are on the job.
    pub applied_only: bool,
    /// Most people.
    pub limit: i64,
}

/// Somebody to be scored.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
pub struct PoolRow {
    /// The candidate.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Whether they are on the job.
    #[diesel(sql_type = Bool)]
    pub applied: bool,
    /// Cosine of the job's and the profile's vectors, -1..=1; `None` when one of them is missing.
    #[diesel(sql_type = Nullable<Double>)]
    pub similarity: Option<f64>,
}

/// What a score is computed from. JSON is left as text, so that reading it need not hold up an async thread.
#[derive(Debug, Clone, QueryableByName)]
pub struct ScorableRow {
    /// The candidate.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Full name.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    /// The line under the name, else the latest title.
    #[diesel(sql_type = Nullable<Text>)]
    pub headline: Option<String>,
    /// Everything a human reader could see.
    #[diesel(sql_type = Text)]
    pub visible_text: String,
    /// `Vec<Section>` as JSON.
    #[diesel(sql_type = Text)]
    pub sections: String,
    /// `Resume` as JSON.
    #[diesel(sql_type = Text)]
    pub resume: String,
    /// Version of the reader that produced text, sections and resume.
    #[diesel(sql_type = Text)]
    pub parser_version: String,
}

impl ScorableRow {
    /// The fields and the parts of the text.
    ///
    /// # Errors
    /// [`UnreadableJson`] for what an older or broken release has stored.
    pub fn read(&self) -> Result<(Resume, Vec<Section>), UnreadableJson> {
        let resume = serde_json::from_str(&self.resume)?;
        let sections = serde_json::from_str(&self.sections)?;
        Ok((resume, sections))
    }
}

/// The organization's readable candidates, those with the most of the job's skills first, then the nearest in meaning,
/// then by id.
///
/// # Errors
/// See [`DbError`].
pub async fn list_pool(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    query: &PoolQuery<'_>,
) -> Result<Vec<PoolRow>, DbError> {
    let pool = statement(
        "SELECT c.id, a.id IS NOT NULL AS applied, 1 - (v.embedding <=> j.embedding) AS similarity \
         FROM candidates c \
         LEFT JOIN applications a \
            ON a.organization_id = c.organization_id AND a.candidate_id = c.id AND a.job_id = ? \
         LEFT JOIN job_vectors j \
            ON j.organization_id = c.organization_id AND j.job_id = ? AND j.model = ? \
         LEFT JOIN profile_vectors v \
            ON v.organization_id = c.organization_id AND v.candidate_id = c.id AND v.model = j.model \
         WHERE c.organization_id = ? AND c.status = 'ready' AND (NOT ? OR a.id IS NOT NULL) \
         ORDER BY (SELECT count(*) FROM unnest(?) AS key WHERE key = ANY (c.skills)) DESC, \
            (SELECT count(*) FROM unnest(?) AS key WHERE key = ANY (c.skills)) DESC, similarity DESC NULLS LAST, c.id \
         LIMIT ?",
    );
    let pool = pool
        .bind::<SqlUuid, _>(query.job.uuid())
        .bind::<SqlUuid, _>(query.job.uuid())
        .bind::<Nullable<Text>, _>(query.model)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Bool, _>(query.applied_only)
        .bind::<Array<Text>, _>(query.must_have)
        .bind::<Array<Text>, _>(query.nice_to_have)
        .bind::<BigInt, _>(query.limit);
    Ok(pool.load(conn).await?)
}

/// What the scores of these candidates are computed from, in no order. Who was erased meanwhile is missing.
///
/// # Errors
/// See [`DbError`].
pub async fn list_scorable(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    ids: &[Uuid],
) -> Result<Vec<ScorableRow>, DbError> {
    let rows = statement(
        "SELECT c.id, c.name, c.headline, c.visible_text, coalesce(c.sections, '[]')::text AS sections, \
            c.resume::text AS resume, coalesce(c.parser_version, '') AS parser_version \
         FROM candidates c WHERE c.organization_id = ? AND c.id = ANY (?) AND c.status = 'ready'",
    );
    Ok(rows
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(ids)
        .load(conn)
        .await?)
}

/// SHA-256 of the text that the job's vector of this model was made from.
///
/// # Errors
/// See [`DbError`].
pub async fn find_job_text_hash(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    job: JobId,
    model: &str,
) -> Result<Option<Vec<u8>>, DbError> {
    let own = job_vectors::table
        .find((job.uuid(), model))
        .filter(job_vectors::organization_id.eq(org.uuid()));
    Ok(own.select(job_vectors::text_hash).first(conn).await.optional()?)
}

/// Puts the job's vector in the place of an earlier one of the same model. Nothing happens when the job is gone.
///
/// # Errors
/// See [`DbError`].
pub async fn save_job_vector(
    conn: &mut AsyncPgConnection,
    (org, job): (OrgId, JobId),
    model: &str,
    text_hash: &[u8],
    embedding: &[f32],
) -> Result<(), DbError> {
    let save = statement(
        "INSERT INTO job_vectors (job_id, organization_id, model, text_hash, embedding) \
         SELECT id, organization_id, ?, ?, ? FROM jobs WHERE organization_id = ? AND id = ? \
         ON CONFLICT (job_id, model) DO UPDATE SET text_hash = excluded.text_hash, embedding = excluded.embedding",
    );
    save.bind::<Text, _>(model)
        .bind::<Binary, _>(text_hash)
        .bind::<SqlHalfVector, _>(HalfVector::from_f32_slice(embedding))
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(job.uuid())
        .execute(conn)
        .await?;
    Ok(())
}

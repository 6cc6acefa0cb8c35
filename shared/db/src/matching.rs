//! Candidates to be scored for a job.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Double, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{JobId, OrgId};
use hiring_core::reading::Section;
use hiring_core::resume::Resume;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::DbError;
use crate::json::UnreadableJson;
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
    /// What stood there.
    #[diesel(embed)]
    pub stamp: Stamp,
}

/// Tells one state of a candidate's row from every other: who sees the same stamp twice may take what was computed from the row
/// for what would be computed from it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Stamp {
    /// The transaction that wrote the row, whatever it changed (`xmin`).
    #[diesel(sql_type = BigInt)]
    pub written_by: i64,
    /// When it was read: transactions are numbered anew where a standby takes over that missed the last ones.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub parsed_at: Option<DateTime<Utc>>,
    /// When it was uploaded: the present of a document without a date.
    #[diesel(sql_type = Timestamptz)]
    pub uploaded_at: DateTime<Utc>,
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
    /// When it was read.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub parsed_at: Option<DateTime<Utc>>,
    /// When it was uploaded: the present of a document without a date.
    #[diesel(sql_type = Timestamptz)]
    pub uploaded_at: DateTime<Utc>,
    /// The transaction that wrote the row (`xmin`).
    #[diesel(sql_type = BigInt)]
    pub written_by: i64,
}

impl ScorableRow {
    /// Which state of the row this is.
    #[must_use]
    pub const fn stamp(&self) -> Stamp {
        Stamp {
            written_by: self.written_by,
            parsed_at: self.parsed_at,
            uploaded_at: self.uploaded_at,
        }
    }

    /// The fields and the parts of the text.
    ///
    /// # Errors
    /// [`UnreadableJson`] for what an older or broken release has stored.
    pub fn read(&self) -> Result<(Resume, Vec<Section>), UnreadableJson> {
        let resume = serde_json::from_str(&self.resume)?;
        let sections = serde_json::from_str(&self.sections)?;
        Ok((resume, sections))
    }

    /// SHA-256 of the visible text, hexadecimal.
    #[must_use]
    pub fn visible_text_hash(&self) -> String {
        hash(&self.visible_text)
    }

    /// SHA-256 of the sections as the database writes them, hexadecimal.
    #[must_use]
    pub fn sections_hash(&self) -> String {
        hash(&self.sections)
    }

    /// SHA-256 of the fields as the database writes them, hexadecimal.
    #[must_use]
    pub fn resume_hash(&self) -> String {
        hash(&self.resume)
    }
}

fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
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
    // The job's vector is looked up once: as a join it is carried along with every candidate.
    let pool = statement(
        "SELECT c.id, a.id IS NOT NULL AS applied, \
            1 - (v.embedding <=> (SELECT embedding FROM job_vectors \
                WHERE organization_id = ? AND job_id = ? AND model = ?)) AS similarity, \
            c.xmin::text::bigint AS written_by, c.parsed_at, c.uploaded_at \
         FROM candidates c \
         LEFT JOIN applications a \
            ON a.organization_id = c.organization_id AND a.candidate_id = c.id AND a.job_id = ? \
         LEFT JOIN profile_vectors v \
            ON v.organization_id = c.organization_id AND v.candidate_id = c.id AND v.model = ? \
         WHERE c.organization_id = ? AND c.status = 'ready' AND (NOT ? OR a.id IS NOT NULL) \
         ORDER BY (SELECT count(*) FROM unnest(?) AS key WHERE key = ANY (c.skills)) DESC, \
            (SELECT count(*) FROM unnest(?) AS key WHERE key = ANY (c.skills)) DESC, similarity DESC NULLS LAST, c.id \
         LIMIT ?",
    );
    let pool = pool
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(query.job.uuid())
        .bind::<Nullable<Text>, _>(query.model)
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
            c.resume::text AS resume, coalesce(c.parser_version, '') AS parser_version, c.parsed_at, c.uploaded_at, \
            c.xmin::text::bigint AS written_by \
         FROM candidates c WHERE c.organization_id = ? AND c.id = ANY (?) AND c.status = 'ready'",
    );
    Ok(rows
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(ids)
        .load(conn)
        .await?)
}

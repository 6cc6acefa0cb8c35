//! How near candidates are to a job and its requirements in meaning: computed once from stored vectors, then only read.

mod compute;
mod texts;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::OrgId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::DbError;
use crate::json::Json;
use crate::statement::statement;

pub use texts::{Embedded, JobTexts, Unembedded, find_unembedded, save_vectors};

/// Turns a cosine, -1..=1, into basis points, 0..=10000.
pub type ToBp = fn(f32) -> u16;

/// The nearest piece of a resume to a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nearest {
    /// How near, 0..=10000.
    pub bp: u16,
    /// First code point in the visible text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// What is known about one candidate and one job. The default knows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Similarity {
    /// Of the whole profile, 0..=10000; `None` while profile or job have no vector.
    pub profile_bp: Option<u16>,
    /// The nearest piece to each requirement that the job has; `None` while the sections are not embedded.
    pub requirements: Option<BTreeMap<String, Nearest>>,
}

impl Similarity {
    /// Whether nothing is missing.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.profile_bp.is_some() && self.requirements.is_some()
    }
}

#[derive(QueryableByName)]
struct StoredRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    parsed_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    chunked_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Bool)]
    known: bool,
    #[diesel(sql_type = Nullable<Integer>)]
    profile_bp: Option<i32>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    requirements: Option<Json<BTreeMap<String, Nearest>>>,
}

impl StoredRow {
    fn similarity(self) -> Similarity {
        Similarity {
            profile_bp: self.profile_bp.and_then(|bp| u16::try_from(bp).ok()),
            requirements: self.requirements.map(|json| json.0),
        }
    }
}

const STORED: &str = "SELECT c.id, c.parsed_at, CASE WHEN c.chunked_by = ? THEN c.chunked_at END AS chunked_at, \
    s.candidate_id IS NOT NULL AS known, s.profile_bp, s.requirements FROM candidates c \
    LEFT JOIN similarities s ON s.organization_id = c.organization_id AND s.candidate_id = c.id AND s.job_id = ? \
        AND s.model = ? AND s.job_hash = ? AND s.read_at IS NOT DISTINCT FROM c.parsed_at \
        AND s.chunked_at IS NOT DISTINCT FROM CASE WHEN c.chunked_by = ? THEN c.chunked_at END \
    WHERE c.organization_id = ? AND c.id = ANY (?)";

/// Closeness in meaning of these candidates of the organization to a job, as it was stored; what is not known yet, or was
/// computed from other texts, is computed and stored. Who was erased is missing.
///
/// # Errors
/// See [`DbError`]; a conflict says that a candidate or the job went at this very moment.
pub async fn ensure(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    (texts, to_bp): (&JobTexts, ToBp),
    candidates: &[Uuid],
) -> Result<HashMap<Uuid, Similarity>, DbError> {
    let stored: Vec<StoredRow> = statement(STORED)
        .bind::<Text, _>(&texts.model)
        .bind::<SqlUuid, _>(texts.job.uuid())
        .bind::<Text, _>(&texts.model)
        .bind::<Binary, _>(texts.hash().as_slice())
        .bind::<Text, _>(&texts.model)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(candidates)
        .load(conn)
        .await?;
    let (known, wanting): (Vec<StoredRow>, Vec<StoredRow>) = stored.into_iter().partition(|row| row.known);
    let mut all: HashMap<Uuid, Similarity> =
        known.into_iter().map(|row| (row.id, row.similarity())).collect();
    if !wanting.is_empty() {
        let found = compute::all(conn, org, (texts, to_bp), &wanting).await?;
        store(conn, org, texts, (&wanting, &found)).await?;
        all.extend(found);
    }
    Ok(all)
}

const STORE: &str = "INSERT INTO similarities (organization_id, job_id, model, job_hash, candidate_id, read_at, chunked_at, \
        profile_bp, requirements) \
    SELECT ?, ?, ?, ?, given.* FROM unnest(?, ?, ?, ?, ?) AS given (candidate_id, read_at, chunked_at, profile_bp, requirements) \
    ON CONFLICT (candidate_id, job_id, model) DO UPDATE SET job_hash = excluded.job_hash, read_at = excluded.read_at, \
        chunked_at = excluded.chunked_at, profile_bp = excluded.profile_bp, requirements = excluded.requirements, \
        created_at = now() \
    WHERE similarities.organization_id = excluded.organization_id";

async fn store(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    texts: &JobTexts,
    (rows, found): (&[StoredRow], &HashMap<Uuid, Similarity>),
) -> Result<(), DbError> {
    let mut requirements: Vec<Option<Value>> = Vec::with_capacity(rows.len());
    let mut profiles = Vec::with_capacity(rows.len());
    // In one order, so that two who store the same never wait for each other.
    let mut rows: Vec<&StoredRow> = rows.iter().collect();
    rows.sort_unstable_by_key(|row| row.id);
    for row in &rows {
        let similarity = found.get(&row.id);
        let nearest = similarity.and_then(|one| one.requirements.as_ref());
        requirements.push(nearest.map(serde_json::to_value).transpose()?);
        profiles.push(similarity.and_then(|one| one.profile_bp).map(i32::from));
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let read_at: Vec<Option<DateTime<Utc>>> = rows.iter().map(|row| row.parsed_at).collect();
    let chunked_at: Vec<Option<DateTime<Utc>>> = rows.iter().map(|row| row.chunked_at).collect();
    statement(STORE)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(texts.job.uuid())
        .bind::<Text, _>(&texts.model)
        .bind::<Binary, _>(texts.hash().as_slice())
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Nullable<Timestamptz>>, _>(read_at)
        .bind::<Array<Nullable<Timestamptz>>, _>(chunked_at)
        .bind::<Array<Nullable<Integer>>, _>(profiles)
        .bind::<Array<Nullable<Jsonb>>, _>(requirements)
        .execute(conn)
        .await?;
    Ok(())
}

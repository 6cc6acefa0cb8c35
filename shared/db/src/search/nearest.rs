//! The list by meaning: cosine distance of the query's vector to profiles and to sections of resumes.

use diesel::sql_types::{BigInt, Double, Text, Uuid as SqlUuid};
use diesel_async::AsyncPgConnection;
use hiring_core::ids::OrgId;
use pgvector::HalfVector;
use pgvector::sql_types::HalfVector as SqlHalfVector;
use uuid::Uuid;

use super::{LIST_LENGTH, SearchFilter, bind_filter, filters, ids};
use crate::DbError;
use crate::statement::{Statement, statement};

/// Up to this many candidates behind the filters, every vector is compared: that takes some milliseconds and misses
/// nobody. Above it the HNSW index answers.
pub const EXACT_UP_TO: i64 = 3_000;
/// Profiles read from the index.
const PROFILES: i64 = 50;
/// Sections read from the index; a good match tends to have several near ones. Behind a filter that lets one in ten through, ten times
/// as many are looked at.
const CHUNKS: i64 = 100;

/// A query's vector and what made it.
#[derive(Debug, Clone, Copy)]
pub struct QueryVector<'a> {
    /// Name and version of the model; vectors of other models are not looked at.
    pub model: &'a str,
    /// 384 numbers of norm 1.
    pub embedding: &'a [f32],
    /// Whoever is less similar than this cosine is not found.
    pub least_similarity: f64,
}

/// How vectors are looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scan {
    /// All of those behind the filters.
    Exact,
    /// By the approximate index, which goes on until the filters have let enough through.
    Index,
}

/// People by their nearest vector, the profile's or one section's.
macro_rules! nearest_person {
    () => {
        " SELECT candidate_id AS id FROM (SELECT * FROM profiles UNION ALL SELECT * FROM chunks) near \
         GROUP BY candidate_id HAVING min(distance) <= ? ORDER BY min(distance), candidate_id LIMIT ?"
    };
}

/// Distances are computed in materialized queries without an order, which keeps the approximate index out of it.
const EXACTLY_NEAREST: &str = concat!(
    "WITH able AS MATERIALIZED (SELECT e.candidate_id AS id FROM search_entries e WHERE ",
    filters!(),
    "), \
     profiles AS MATERIALIZED (SELECT v.candidate_id, v.embedding <=> ? AS distance FROM profile_vectors v \
        JOIN able ON able.id = v.candidate_id WHERE v.organization_id = ? AND v.model = ?), \
     chunks AS MATERIALIZED (SELECT v.candidate_id, v.embedding <=> ? AS distance FROM chunk_vectors v \
        JOIN able ON able.id = v.candidate_id WHERE v.organization_id = ? AND v.model = ?)",
    nearest_person!()
);

macro_rules! nearest_by_index {
    ($name:literal, $table:literal) => {
        concat!(
            $name,
            " AS MATERIALIZED (SELECT v.candidate_id, v.embedding <=> ? AS distance FROM ",
            $table,
            " v \
             JOIN search_entries e ON e.candidate_id = v.candidate_id AND e.organization_id = v.organization_id \
             WHERE v.organization_id = ? AND v.model = ? AND ",
            filters!(),
            " ORDER BY v.embedding <=> ? LIMIT ?)"
        )
    };
}

const NEAREST_BY_INDEX: &str = concat!(
    "WITH ",
    nearest_by_index!("profiles", "profile_vectors"),
    ", ",
    nearest_by_index!("chunks", "chunk_vectors"),
    nearest_person!()
);

/// Candidates whose profile, or one section of whose resume, is nearest in meaning, best first.
///
/// # Errors
/// See [`DbError`].
pub async fn list_nearest(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    filter: &SearchFilter,
    query: &QueryVector<'_>,
    scan: Scan,
) -> Result<Vec<Uuid>, DbError> {
    let vector = HalfVector::from_f32_slice(query.embedding);
    let of = |statement| bind_vector(statement, org, &vector, query.model);
    let statement = match scan {
        Scan::Exact => of(of(bind_filter(statement(EXACTLY_NEAREST), org, filter))),
        Scan::Index => {
            let rest = |statement, most| {
                bind_filter(statement, org, filter)
                    .bind::<SqlHalfVector, _>(vector.clone())
                    .bind::<BigInt, _>(most)
            };
            rest(of(rest(of(statement(NEAREST_BY_INDEX)), PROFILES)), CHUNKS)
        }
    };
    let farthest = 1.0 - query.least_similarity;
    ids(
        conn,
        statement
            .bind::<Double, _>(farthest)
            .bind::<BigInt, _>(LIST_LENGTH),
    )
    .await
}

fn bind_vector<'a>(
    statement: Statement<'a>,
    org: OrgId,
    vector: &HalfVector,
    model: &'a str,
) -> Statement<'a> {
    statement
        .bind::<SqlHalfVector, _>(vector.clone())
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Text, _>(model)
}

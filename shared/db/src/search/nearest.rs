//! The list by meaning: cosine distance of the query's vector to profiles and to sections of resumes, which lie together in
//! `search_vectors`.

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Double, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use hiring_core::ids::OrgId;
use pgvector::HalfVector;
use pgvector::sql_types::HalfVector as SqlHalfVector;
use uuid::Uuid;

use super::{Behind, LIST_LENGTH, SURELY_MANY, SearchFilter, bind_filter, filters};
use crate::DbError;
use crate::statement::statement;

/// Where the filters are expected to let at most this many through, those people are looked through by their codes at once, which costs
/// less than the first look below: about 3 us each.
const BY_CODES_AT_ONCE: i64 = 1_200;
/// Up to this many it is still done when the first look was in vain: about 40 ms.
const BY_CODES_AT_MOST: i64 = 15_000;
/// People nearest by their codes whose vectors are then compared: among 400 were the ten nearest of all for each of 27 queries behind
/// filters that let 1,000 to 16,000 people through, among 200 for 25 of them.
const HOPEFUL: i64 = 200;
/// The nearest vectors of everybody, taken from the index before any filter: about 3 ms.
const FIRST_LOOK: i64 = 200;
/// So many of the first look must be behind the filters. Fewer also tell that the index may have missed a group (`docs/FIGURES.md`).
const ENOUGH: i64 = 30;
/// So many where the filters are believed to let at most [`SURELY_MANY`] people through: with 30 to 45 of them a quarter of the ten nearest was
/// missed (8 queries), with more one of a hundred (30 queries).
const ENOUGH_OF_FEWER: i64 = 45;
/// Vectors behind the filters that the last look brings, where there are too many people for anything else. `hnsw.max_scan_tuples`
/// bounds it.
const LAST_LOOK: i64 = 100;

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

/// How vectors were looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scan {
    /// All of those behind the filters.
    Exact,
    /// All of those of the people whose codes are nearest among everybody behind the filters.
    Codes,
    /// By the approximate index.
    Index,
}

#[derive(QueryableByName)]
struct Near {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Double)]
    distance: f64,
    /// How many of the person's vectors were found.
    #[diesel(sql_type = BigInt)]
    vectors: i64,
}

const EXACTLY_NEAREST: &str = "SELECT v.candidate_id AS id, min(v.embedding <=> ?) AS distance, count(*) AS vectors \
     FROM search_vectors v WHERE v.candidate_id = ANY (?) AND v.organization_id = ? AND v.model = ? \
     GROUP BY v.candidate_id ORDER BY distance, id LIMIT ?";

const NEAREST_BY_CODES: &str = concat!(
    "WITH hopeful AS MATERIALIZED (SELECT e.candidate_id FROM search_entries e WHERE e.codes_model = ? AND ",
    filters!(),
    "    ORDER BY search_code_distance(e.codes, binary_quantize(?)::bit(384)), e.candidate_id LIMIT ?) \
     SELECT v.candidate_id AS id, min(v.embedding <=> ?) AS distance, count(*) AS vectors \
         FROM hopeful h JOIN search_vectors v ON v.candidate_id = h.candidate_id \
         WHERE v.organization_id = ? AND v.model = ? GROUP BY v.candidate_id ORDER BY distance, id LIMIT ?"
);

/// The filters stand outside: what an iterative scan hands out when it gives up are not the nearest, so a first look that filters
/// while it scans cannot tell whether it has seen enough.
const NEAREST_OF_EVERYBODY: &str = concat!(
    "WITH near AS MATERIALIZED (SELECT v.candidate_id, v.organization_id, v.model, v.embedding <=> ? AS distance \
         FROM search_vectors v ORDER BY v.embedding <=> ? LIMIT ?) \
     SELECT v.candidate_id AS id, min(v.distance) AS distance, count(*) AS vectors FROM near v \
         JOIN search_entries e ON e.candidate_id = v.candidate_id AND e.organization_id = v.organization_id \
         WHERE v.organization_id = ? AND v.model = ? AND ",
    filters!(),
    " GROUP BY v.candidate_id ORDER BY distance, id LIMIT ?"
);

const NEAREST_BEHIND_FILTERS: &str = concat!(
    "WITH near AS MATERIALIZED (SELECT v.candidate_id, v.embedding <=> ? AS distance FROM search_vectors v \
         JOIN search_entries e ON e.candidate_id = v.candidate_id AND e.organization_id = v.organization_id \
         WHERE v.organization_id = ? AND v.model = ? AND ",
    filters!(),
    "    ORDER BY v.embedding <=> ? LIMIT ?) \
     SELECT candidate_id AS id, min(distance) AS distance, count(*) AS vectors FROM near \
     GROUP BY candidate_id ORDER BY distance, id"
);

/// Candidates whose profile, or one section of whose resume, is nearest in meaning, best first, and how they were found. Few
/// people are compared one by one, some thousands after their codes have told who may be near. Among more the index is asked for the
/// nearest of everybody, which does unless the filters want people who are far from the query: then codes tell if that can be done,
/// else the index goes on until it has enough.
///
/// # Errors
/// See [`DbError`].
pub async fn list_nearest(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    filter: &SearchFilter,
    query: &QueryVector<'_>,
    behind: &Behind,
) -> Result<(Vec<Uuid>, Scan), DbError> {
    let vector = HalfVector::from_f32_slice(query.embedding);
    let of = (org, query.model, &vector);
    let (near, scan) = match behind {
        Behind::Few(ids) => (compare(conn, of, ids).await?, Scan::Exact),
        Behind::Many(about) if *about <= BY_CODES_AT_ONCE => {
            (compare_by_codes(conn, of, filter).await?, Scan::Codes)
        }
        Behind::Many(about) => {
            let enough = if *about <= SURELY_MANY {
                ENOUGH_OF_FEWER
            } else {
                ENOUGH
            };
            let first = look_among_everybody(conn, of, filter).await?;
            if first.iter().map(|near| near.vectors).sum::<i64>() >= enough {
                (first, Scan::Index)
            } else if *about <= BY_CODES_AT_MOST {
                (compare_by_codes(conn, of, filter).await?, Scan::Codes)
            } else {
                (look_behind_filters(conn, of, filter).await?, Scan::Index)
            }
        }
    };
    let farthest = 1.0 - query.least_similarity;
    let people = near.into_iter().filter(|near| near.distance <= farthest);
    Ok((people.map(|near| near.id).collect(), scan))
}

/// An organization, a model and a vector of it.
type Of<'a> = (OrgId, &'a str, &'a HalfVector);

async fn compare(
    conn: &mut AsyncPgConnection,
    (org, model, vector): Of<'_>,
    ids: &[Uuid],
) -> Result<Vec<Near>, DbError> {
    let near = statement(EXACTLY_NEAREST)
        .bind::<SqlHalfVector, _>(vector.clone())
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Text, _>(model)
        .bind::<BigInt, _>(LIST_LENGTH);
    Ok(near.load(conn).await?)
}

async fn compare_by_codes(
    conn: &mut AsyncPgConnection,
    (org, model, vector): Of<'_>,
    filter: &SearchFilter,
) -> Result<Vec<Near>, DbError> {
    let near = bind_filter(statement(NEAREST_BY_CODES).bind::<Text, _>(model), org, filter)
        .bind::<SqlHalfVector, _>(vector.clone())
        .bind::<BigInt, _>(HOPEFUL)
        .bind::<SqlHalfVector, _>(vector.clone())
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Text, _>(model)
        .bind::<BigInt, _>(LIST_LENGTH);
    Ok(near.load(conn).await?)
}

async fn look_among_everybody(
    conn: &mut AsyncPgConnection,
    (org, model, vector): Of<'_>,
    filter: &SearchFilter,
) -> Result<Vec<Near>, DbError> {
    let near = statement(NEAREST_OF_EVERYBODY)
        .bind::<SqlHalfVector, _>(vector.clone())
        .bind::<SqlHalfVector, _>(vector.clone())
        .bind::<BigInt, _>(FIRST_LOOK)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Text, _>(model);
    let near = bind_filter(near, org, filter).bind::<BigInt, _>(LIST_LENGTH);
    Ok(near.load(conn).await?)
}

async fn look_behind_filters(
    conn: &mut AsyncPgConnection,
    (org, model, vector): Of<'_>,
    filter: &SearchFilter,
) -> Result<Vec<Near>, DbError> {
    // Without sorting there is no other order than the index's; the planner takes few filters for narrower than they are.
    conn.batch_execute("SET LOCAL enable_sort = off").await?;
    let near = statement(NEAREST_BEHIND_FILTERS)
        .bind::<SqlHalfVector, _>(vector.clone())
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Text, _>(model);
    let near = bind_filter(near, org, filter)
        .bind::<SqlHalfVector, _>(vector.clone())
        .bind::<BigInt, _>(LAST_LOOK)
        .load(conn)
        .await?;
    conn.batch_execute("SET LOCAL enable_sort = on").await?;
    Ok(near)
}

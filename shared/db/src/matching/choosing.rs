//! Choosing whom a ranking scores among everybody, or among those on the job.

use std::cmp::Ordering;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Double, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{JobId, OrgId};
use uuid::Uuid;

use super::Stamp;
use crate::DbError;
use crate::statement::{Statement, statement};

/// What a ranking asks of candidates before it scores any.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The job.
    pub job: JobId,
    /// Name and version of the model whose vectors are compared; `None` compares none.
    pub model: Option<&'a str>,
    /// Taxonomy keys that come first in choosing.
    pub must_have: &'a [String],
    /// Taxonomy keys that come second.
    pub nice_to_have: &'a [String],
}

/// A candidate, and how much they have of what is wanted.
#[derive(Debug, Clone, Copy, PartialEq, QueryableByName)]
pub struct Merit {
    /// The candidate.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// How many of the skills they have that come first.
    #[diesel(sql_type = BigInt)]
    pub must_have: i64,
    /// How many of the skills they have that come second.
    #[diesel(sql_type = BigInt)]
    pub nice_to_have: i64,
    /// Cosine of the job's and the profile's vectors, -1..=1; `None` when one of them is missing.
    #[diesel(sql_type = Nullable<Double>)]
    pub similarity: Option<f64>,
}

impl Merit {
    /// The order of [`list_best`]: `Less` for whoever is chosen first.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        // To Postgres every NaN, the cosine of a vector of zeros, is the same and more than any number.
        let nearness = |one: &Self| {
            one.similarity
                .map(|value| if value.is_nan() { f64::INFINITY } else { value })
        };
        let nearer = match (nearness(self), nearness(other)) {
            (Some(mine), Some(theirs)) => theirs.total_cmp(&mine),
            (mine, theirs) => theirs.is_some().cmp(&mine.is_some()),
        };
        let skills = |one: &Self| (one.must_have, one.nice_to_have);
        (skills(other).cmp(&skills(self)))
            .then(nearer)
            .then(self.id.cmp(&other.id))
    }
}

/// The columns of a [`Merit`]. The job's vector is looked up once: as a join it is carried along with every candidate.
macro_rules! merit {
    () => {
        "c.id, (SELECT count(*) FROM unnest(?) AS key WHERE key = ANY (c.skills)) AS must_have, \
            (SELECT count(*) FROM unnest(?) AS key WHERE key = ANY (c.skills)) AS nice_to_have, \
            1 - (v.embedding <=> (SELECT embedding FROM job_vectors \
                WHERE organization_id = ? AND job_id = ? AND model = ?)) AS similarity"
    };
}
pub(super) use merit;

/// The columns of a [`Stamp`].
macro_rules! stamp {
    () => {
        "c.xmin::text::bigint AS written_by, c.parsed_at, c.uploaded_at"
    };
}

/// The order of [`Merit::order`].
macro_rules! best_first {
    () => {
        "ORDER BY must_have DESC, nice_to_have DESC, similarity DESC NULLS LAST, id LIMIT ?"
    };
}

/// The vector of a candidate `c`.
macro_rules! profile {
    () => {
        "LEFT JOIN profile_vectors v \
            ON v.organization_id = c.organization_id AND v.candidate_id = c.id AND v.model = ?"
    };
}
pub(super) use profile;

const BEST: &str = concat!(
    "SELECT ",
    merit!(),
    " FROM candidates c ",
    profile!(),
    " WHERE c.organization_id = ? AND c.status = 'ready' ",
    best_first!()
);

/// The organization's readable candidates in the order of [`Merit::order`]: those with the most of the job's skills first, then the
/// nearest in meaning, then by id.
///
/// # Errors
/// See [`DbError`].
pub async fn list_best(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    wanted: &Wanted<'_>,
    limit: i64,
) -> Result<Vec<Merit>, DbError> {
    Ok(merits(statement(BEST), org, wanted)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?)
}

const BEST_APPLICANTS: &str = concat!(
    "SELECT ",
    merit!(),
    ", true AS applied, ",
    stamp!(),
    " FROM candidates c ",
    profile!(),
    " JOIN applications a ON a.organization_id = c.organization_id AND a.candidate_id = c.id AND a.job_id = ? \
     WHERE c.organization_id = ? AND c.status = 'ready' ",
    best_first!()
);

/// Those who are on the job, in the same order.
///
/// # Errors
/// See [`DbError`].
pub async fn list_best_applicants(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    wanted: &Wanted<'_>,
    limit: i64,
) -> Result<Vec<Chosen>, DbError> {
    Ok(merits(statement(BEST_APPLICANTS), org, wanted)
        .bind::<SqlUuid, _>(wanted.job.uuid())
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?)
}

/// Goes on with [`merit`] and [`profile`].
pub(super) fn merits<'a>(so_far: Statement<'a>, org: OrgId, wanted: &Wanted<'a>) -> Statement<'a> {
    so_far
        .bind::<Array<Text>, _>(wanted.must_have)
        .bind::<Array<Text>, _>(wanted.nice_to_have)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(wanted.job.uuid())
        .bind::<Nullable<Text>, _>(wanted.model)
        .bind::<Nullable<Text>, _>(wanted.model)
}

/// Somebody to be scored.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Chosen {
    /// The candidate.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Whether they are on the job.
    #[diesel(sql_type = Bool)]
    pub applied: bool,
    /// What stands there.
    #[diesel(embed)]
    pub stamp: Stamp,
}

const CHOSEN: &str = concat!(
    "SELECT c.id, a.id IS NOT NULL AS applied, ",
    stamp!(),
    " FROM candidates c \
     LEFT JOIN applications a ON a.organization_id = c.organization_id AND a.candidate_id = c.id AND a.job_id = ? \
     WHERE c.organization_id = ? AND c.id = ANY (?) AND c.status = 'ready'"
);

/// Those of these candidates who can be scored for the job, in no order.
///
/// # Errors
/// See [`DbError`].
pub async fn list_chosen(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    job: JobId,
    ids: &[Uuid],
) -> Result<Vec<Chosen>, DbError> {
    Ok(statement(CHOSEN)
        .bind::<SqlUuid, _>(job.uuid())
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(ids)
        .load(conn)
        .await?)
}

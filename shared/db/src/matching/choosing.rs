//! Choosing whom a ranking scores: among everybody, or, by a process that chose before, among those who changed since.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Double, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{JobId, OrgId};
use uuid::Uuid;

use super::Stamp;
use crate::DbError;
use crate::statement::statement;

/// What candidates are chosen by.
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

/// A candidate and what they are chosen by.
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

/// A point in the history of what candidates are chosen by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, QueryableByName)]
pub struct Moment {
    /// Every transaction with a lower number is over, so that whoever reads after this moment sees what it did.
    #[diesel(sql_type = BigInt)]
    oldest: i64,
    /// Since when the server runs. Where a standby takes over, numbers of transactions are used again that it never saw.
    #[diesel(sql_type = Timestamptz)]
    started_at: DateTime<Utc>,
    /// Since when it counts what it does: from anew after a crash, in which it forgets numbers that it did not come to write down.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    counts_since: Option<DateTime<Utc>>,
    /// Where changes are noted: in another table once a backup was put in its place.
    #[diesel(sql_type = BigInt)]
    noted_in: i64,
    /// The transaction that wrote the job's vector.
    #[diesel(sql_type = Nullable<BigInt>)]
    job_vector: Option<i64>,
}

impl Moment {
    /// Whether everything that changed in between is found by [`list_changed`].
    #[must_use]
    pub fn continues(&self, earlier: &Self) -> bool {
        let same = Self {
            oldest: self.oldest,
            ..*earlier
        };
        *self == same && self.oldest >= earlier.oldest
    }
}

/// The present moment for one job.
///
/// # Errors
/// See [`DbError`].
pub async fn find_moment(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    wanted: &Wanted<'_>,
) -> Result<Moment, DbError> {
    let moment = statement(
        "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest, \
            pg_postmaster_start_time() AS started_at, pg_stat_get_bgwriter_stat_reset_time() AS counts_since, \
            'candidate_changes'::regclass::oid::bigint AS noted_in, \
            (SELECT xmin::text::bigint FROM job_vectors WHERE organization_id = ? AND job_id = ? AND model = ?) AS job_vector",
    );
    Ok(moment
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(wanted.job.uuid())
        .bind::<Nullable<Text>, _>(wanted.model)
        .get_result(conn)
        .await?)
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

/// The vector of a candidate `c`.
macro_rules! profile {
    () => {
        "LEFT JOIN profile_vectors v \
            ON v.organization_id = c.organization_id AND v.candidate_id = c.id AND v.model = ?"
    };
}

/// The order of [`Merit::order`].
macro_rules! best_first {
    () => {
        "ORDER BY must_have DESC, nice_to_have DESC, similarity DESC NULLS LAST, id LIMIT ?"
    };
}

const BEST: &str = concat!(
    "SELECT ",
    merit!(),
    " FROM candidates c ",
    profile!(),
    " WHERE c.organization_id = ? AND c.status = 'ready' ",
    best_first!()
);

const BEST_APPLIED: &str = concat!(
    "SELECT ",
    merit!(),
    " FROM candidates c ",
    profile!(),
    " JOIN applications a ON a.organization_id = c.organization_id AND a.candidate_id = c.id AND a.job_id = ? \
     WHERE c.organization_id = ? AND c.status = 'ready' ",
    best_first!()
);

const CHANGED: &str = concat!(
    "SELECT c.status = 'ready' AS is_ready, ",
    merit!(),
    " FROM candidate_changes g \
     JOIN candidates c ON c.organization_id = g.organization_id AND c.id = g.candidate_id ",
    profile!(),
    " WHERE g.organization_id = ? AND g.changed_by >= ? ORDER BY g.changed_by LIMIT ?"
);

/// The organization's readable candidates, those with the most of the job's skills first, then the nearest in meaning, then by
/// id: all of them, or those on the job.
///
/// # Errors
/// See [`DbError`].
pub async fn list_best(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    (wanted, applied_only): (&Wanted<'_>, bool),
    limit: i64,
) -> Result<Vec<Merit>, DbError> {
    let best = if applied_only {
        merits(BEST_APPLIED, org, wanted).bind::<SqlUuid, _>(wanted.job.uuid())
    } else {
        merits(BEST, org, wanted)
    };
    Ok(best
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?)
}

/// Somebody of whom something changed.
#[derive(Debug, Clone, Copy, PartialEq, QueryableByName)]
pub struct Changed {
    /// Whether they can be chosen.
    #[diesel(sql_type = Bool)]
    pub is_ready: bool,
    /// What they are chosen by.
    #[diesel(embed)]
    pub merit: Merit,
}

/// Those of whom something changed since that moment, as they are, those who changed first before the others. Who was erased is missing.
///
/// # Errors
/// See [`DbError`].
pub async fn list_changed(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    (wanted, since): (&Wanted<'_>, &Moment),
    limit: i64,
) -> Result<Vec<Changed>, DbError> {
    Ok(merits(CHANGED, org, wanted)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<BigInt, _>(since.oldest)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?)
}

/// Starts a statement that begins with [`merit`] and [`profile`].
fn merits<'a>(text: &'static str, org: OrgId, wanted: &Wanted<'a>) -> crate::statement::Statement<'a> {
    statement(text)
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
    let chosen = statement(
        "SELECT c.id, a.id IS NOT NULL AS applied, c.xmin::text::bigint AS written_by, c.parsed_at, c.uploaded_at \
         FROM candidates c \
         LEFT JOIN applications a \
            ON a.organization_id = c.organization_id AND a.candidate_id = c.id AND a.job_id = ? \
         WHERE c.organization_id = ? AND c.id = ANY (?) AND c.status = 'ready'",
    );
    Ok(chosen
        .bind::<SqlUuid, _>(job.uuid())
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(ids)
        .load(conn)
        .await?)
}

//! Who changed since a ranking chose: a process that chose before looks at these instead of everybody.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Double, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::OrgId;
use uuid::Uuid;

use super::choosing::{Merit, Wanted, merit, merits, profile};
use crate::DbError;
use crate::statement::{Statement, statement};

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
    /// The database: another once a copy took its name.
    #[diesel(sql_type = BigInt)]
    database: i64,
    /// Where changes are noted: another table once a backup took its place.
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

/// A [`Moment`].
macro_rules! moment {
    () => {
        "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest, \
            pg_postmaster_start_time() AS started_at, pg_stat_get_bgwriter_stat_reset_time() AS counts_since, \
            (SELECT oid::bigint FROM pg_database WHERE datname = current_database()) AS database, \
            'candidate_changes'::regclass::oid::bigint AS noted_in, \
            (SELECT xmin::text::bigint FROM job_vectors WHERE organization_id = ? AND job_id = ? AND model = ?) AS job_vector"
    };
}

/// The present moment for one job.
///
/// # Errors
/// See [`DbError`].
pub async fn read_moment(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    wanted: &Wanted<'_>,
) -> Result<Moment, DbError> {
    Ok(in_the_moment(moment!(), org, wanted).get_result(conn).await?)
}

/// Starts a statement that begins with [`moment`].
fn in_the_moment<'a>(text: &'static str, org: OrgId, wanted: &Wanted<'a>) -> Statement<'a> {
    statement(text)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(wanted.job.uuid())
        .bind::<Nullable<Text>, _>(wanted.model)
}

/// Somebody of whom something changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Changed {
    /// Whether they can be chosen.
    pub is_ready: bool,
    /// How much they have of what is wanted.
    pub merit: Merit,
}

/// A moment, and one of those who changed, where there are any.
#[derive(QueryableByName)]
struct ChangedRow {
    #[diesel(embed)]
    moment: Moment,
    #[diesel(sql_type = Nullable<Bool>)]
    is_ready: Option<bool>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    id: Option<Uuid>,
    #[diesel(sql_type = Nullable<BigInt>)]
    must_have: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    nice_to_have: Option<i64>,
    #[diesel(sql_type = Nullable<Double>)]
    similarity: Option<f64>,
}

impl ChangedRow {
    fn changed(&self) -> Option<Changed> {
        Some(Changed {
            is_ready: self.is_ready?,
            merit: Merit {
                id: self.id?,
                must_have: self.must_have?,
                nice_to_have: self.nice_to_have?,
                similarity: self.similarity,
            },
        })
    }
}

// No number that this statement could see is beyond the snapshot's. Those beyond it were noted by a server that counted further and whose
// dump this one was given, and would otherwise count as changed until this one has caught up.
const CHANGED: &str = concat!(
    "SELECT m.*, g.* FROM (",
    moment!(),
    ") m LEFT JOIN (SELECT c.status = 'ready' AS is_ready, ",
    merit!(),
    " FROM candidate_changes g \
     JOIN candidates c ON c.organization_id = g.organization_id AND c.id = g.candidate_id ",
    profile!(),
    " WHERE g.organization_id = ? AND g.changed_by >= ? \
        AND g.changed_by < pg_snapshot_xmax(pg_current_snapshot())::text::bigint \
     ORDER BY g.changed_by LIMIT ?) g ON true"
);

/// The present moment, and those of whom something changed since an earlier one, as they are, who changed first before the others. Who
/// was erased is missing. All of it is seen at once, so that everybody is compared with the same vector of the job.
///
/// # Errors
/// See [`DbError`].
pub async fn list_changed(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    (wanted, since): (&Wanted<'_>, &Moment),
    limit: i64,
) -> Result<(Moment, Vec<Changed>), DbError> {
    let changed = merits(in_the_moment(CHANGED, org, wanted), org, wanted);
    let rows: Vec<ChangedRow> = changed
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<BigInt, _>(since.oldest)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?;
    let moment = rows.as_slice().first().map(|row| row.moment).unwrap_or_default();
    Ok((moment, rows.iter().filter_map(ChangedRow::changed).collect()))
}

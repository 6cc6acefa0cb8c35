//! What an upload asks and changes.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Bytea, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::candidate::CandidateStatus;
use hiring_core::identity::Plan;
use hiring_core::ids::{CandidateId, JobId, ObjectId, OrgId, UserId};
use hiring_core::reading::FileType;
use uuid::Uuid;

use crate::DbError;
use crate::schema::{candidates, organizations};
use crate::statement::statement;

/// A candidate whose file has the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The candidate.
    pub id: CandidateId,
    /// The stored file.
    pub object_id: ObjectId,
    /// How far the resume has come.
    pub status: CandidateStatus,
    /// When it was uploaded first.
    pub uploaded_at: DateTime<Utc>,
}

/// What an upload needs to know before anything is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What the organization pays for.
    pub plan: Plan,
    /// Whether the job is the organization's own; `true` when no job was named.
    pub job_is_own: bool,
    /// Whether there is a candidate with the same bytes.
    pub is_known: bool,
}

/// A candidate to insert.
#[derive(Debug, Clone, Copy)]
pub struct NewCandidate<'a> {
    /// Their id.
    pub id: CandidateId,
    /// The stored file, live in the same transaction.
    pub object_id: ObjectId,
    /// SHA-256 of its bytes.
    pub sha256: &'a [u8; 32],
    /// The name under which it was uploaded, at most 255 characters.
    pub file_name: &'a str,
    /// Its type, told from its bytes.
    pub file_type: FileType,
    /// Who uploaded it.
    pub uploaded_by: UserId,
}

#[derive(QueryableByName)]
struct StandingRow {
    #[diesel(sql_type = Text)]
    plan: String,
    #[diesel(sql_type = Bool)]
    job_is_own: bool,
    #[diesel(sql_type = Bool)]
    is_known: bool,
}

const STANDING: &str = "SELECT plan, \
    ?::uuid IS NULL OR EXISTS (SELECT 1 FROM jobs WHERE organization_id = organizations.id AND id = ?) AS job_is_own, \
    EXISTS (SELECT 1 FROM candidates WHERE organization_id = organizations.id AND sha256 = ?) AS is_known \
    FROM organizations WHERE id = ?";

/// Where an upload stands before anything is stored; `None` when the organization is gone.
///
/// # Errors
/// See [`DbError`].
pub async fn standing(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    sha256: &[u8; 32],
    job: Option<JobId>,
) -> Result<Option<Standing>, DbError> {
    let job = job.map(JobId::uuid);
    let rows: Vec<StandingRow> = statement(STANDING)
        .bind::<Nullable<SqlUuid>, _>(job)
        .bind::<Nullable<SqlUuid>, _>(job)
        .bind::<Bytea, _>(sha256.as_slice())
        .bind::<SqlUuid, _>(org.uuid())
        .load(conn)
        .await?;
    Ok(rows.into_iter().next().map(|row| Standing {
        // The table's CHECK allows no other names.
        plan: Plan::from_name(&row.plan).unwrap_or(Plan::Free),
        job_is_own: row.job_is_own,
        is_known: row.is_known,
    }))
}

/// How many candidates the organization has.
///
/// # Errors
/// See [`DbError`].
pub async fn count(conn: &mut AsyncPgConnection, org: OrgId) -> Result<i64, DbError> {
    let own = candidates::table.filter(candidates::organization_id.eq(org.uuid()));
    Ok(own.count().get_result(conn).await?)
}

/// How many candidates the organization has, counted under a lock on the organization, so that two uploads at once cannot
/// both slip under a cap. Call it in the transaction that adds one.
///
/// # Errors
/// See [`DbError`].
pub async fn lock_and_count(conn: &mut AsyncPgConnection, org: OrgId) -> Result<i64, DbError> {
    // Not FOR UPDATE: that would also wait for every row that is being added to the organization.
    let row = organizations::table
        .find(org.uuid())
        .select(organizations::id)
        .for_no_key_update();
    row.first::<Uuid>(conn).await?;
    count(conn, org).await
}

/// Adds a candidate and answers the time of the upload; `None` when there is one with the same bytes.
///
/// # Errors
/// See [`DbError`].
pub async fn insert(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: NewCandidate<'_>,
) -> Result<Option<DateTime<Utc>>, DbError> {
    let row = (
        candidates::id.eq(candidate.id.uuid()),
        candidates::organization_id.eq(org.uuid()),
        candidates::object_id.eq(candidate.object_id.uuid()),
        candidates::sha256.eq(candidate.sha256.as_slice()),
        candidates::file_name.eq(candidate.file_name),
        candidates::file_type.eq(candidate.file_type.extension()),
        candidates::uploaded_by.eq(candidate.uploaded_by.uuid()),
    );
    let insert = diesel::insert_into(candidates::table)
        .values(row)
        .on_conflict((candidates::organization_id, candidates::sha256))
        .do_nothing()
        .returning(candidates::uploaded_at);
    Ok(insert.get_result(conn).await.optional()?)
}

#[derive(QueryableByName)]
struct KnownRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    object_id: Uuid,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Timestamptz)]
    uploaded_at: DateTime<Utc>,
}

macro_rules! known {
    () => {
        "SELECT id, object_id, status, uploaded_at FROM candidates WHERE organization_id = ? AND sha256 = ?"
    };
}

/// The organization's candidate whose file has these bytes, with a lock on the row, so that of two uploads only one has a
/// failed resume read again.
///
/// # Errors
/// See [`DbError`].
pub async fn lock_by_hash(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    sha256: &[u8; 32],
) -> Result<Option<Known>, DbError> {
    load_known(conn, concat!(known!(), " FOR NO KEY UPDATE"), (org, sha256)).await
}

/// The organization's candidate whose file has these bytes, without a lock: only what to get ready for.
///
/// # Errors
/// See [`DbError`].
pub async fn find_by_hash(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    sha256: &[u8; 32],
) -> Result<Option<Known>, DbError> {
    load_known(conn, known!(), (org, sha256)).await
}

async fn load_known(
    conn: &mut AsyncPgConnection,
    text: &'static str,
    (org, sha256): (OrgId, &[u8; 32]),
) -> Result<Option<Known>, DbError> {
    let rows: Vec<KnownRow> = statement(text)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Bytea, _>(sha256.as_slice())
        .load(conn)
        .await?;
    Ok(rows.into_iter().next().map(|row| Known {
        id: row.id.into(),
        object_id: row.object_id.into(),
        // The table's CHECK allows no other names.
        status: CandidateStatus::from_name(&row.status).unwrap_or(CandidateStatus::Processing),
        uploaded_at: row.uploaded_at,
    }))
}

/// Puts a candidate whose resume could not be read back to `processing`.
///
/// # Errors
/// See [`DbError`].
pub async fn read_again(conn: &mut AsyncPgConnection, org: OrgId, id: CandidateId) -> Result<(), DbError> {
    diesel::update(candidates::table)
        .filter(candidates::organization_id.eq(org.uuid()))
        .filter(candidates::id.eq(id.uuid()))
        .filter(candidates::status.eq(CandidateStatus::Failed.as_str()))
        .set((
            candidates::status.eq(CandidateStatus::Processing.as_str()),
            candidates::failure_code.eq(None::<&str>),
            candidates::failure_reason.eq(None::<&str>),
            candidates::updated_at.eq(diesel::dsl::now),
            candidates::version.eq(candidates::version + 1),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

//! What people who apply by themselves see and do: their own applications, to jobs of any organization.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::candidate::CandidateStatus;
use hiring_core::ids::{ApplicationId, CandidateId, JobId, OrgId, UserId};
use hiring_core::job::JobState;
use uuid::Uuid;

use crate::DbError;
use crate::schema::{candidates, jobs, users};
use crate::statement::statement;

/// A user's own application. It tells no score and no note.
#[derive(Debug, Clone, QueryableByName)]
pub struct OwnApplicationRow {
    /// The application.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// The organization.
    #[diesel(sql_type = SqlUuid)]
    pub organization_id: Uuid,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub organization_name: String,
    /// The job.
    #[diesel(sql_type = SqlUuid)]
    pub job_id: Uuid,
    /// Its title.
    #[diesel(sql_type = Text)]
    pub job_title: String,
    /// The candidate whom the organization knows the user as.
    #[diesel(sql_type = SqlUuid)]
    pub candidate_id: Uuid,
    /// A name of [`CandidateStatus`].
    #[diesel(sql_type = Text)]
    pub resume_status: String,
    /// A name of `Stage`.
    #[diesel(sql_type = Text)]
    pub stage: String,
    /// Counts moves.
    #[diesel(sql_type = Integer)]
    pub version: i32,
    /// When they applied.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// When the application last moved.
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
}

macro_rules! own {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.organization_id, o.name AS organization_name, a.job_id, j.title AS job_title, a.candidate_id, \
             c.status AS resume_status, a.stage, a.version, a.created_at, a.updated_at FROM candidates c \
             JOIN applications a ON a.organization_id = c.organization_id AND a.candidate_id = c.id \
             JOIN jobs j ON j.organization_id = a.organization_id AND j.id = a.job_id \
             JOIN organizations o ON o.id = a.organization_id WHERE c.user_id = ?",
            $rest
        )
    };
}

/// The user's application to this job.
///
/// # Errors
/// See [`DbError`].
pub async fn find_own_on_job(
    conn: &mut AsyncPgConnection,
    user: UserId,
    (org, job): (OrgId, JobId),
) -> Result<Option<OwnApplicationRow>, DbError> {
    let own = statement(own!(
        " AND a.organization_id = ? AND a.job_id = ? ORDER BY a.created_at, a.id LIMIT 1"
    ));
    Ok(own
        .bind::<SqlUuid, _>(user.uuid())
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(job.uuid())
        .get_result(conn)
        .await
        .optional()?)
}

/// The user's application with this id.
///
/// # Errors
/// See [`DbError`].
pub async fn find_own(
    conn: &mut AsyncPgConnection,
    user: UserId,
    id: ApplicationId,
) -> Result<Option<OwnApplicationRow>, DbError> {
    Ok(statement(own!(" AND a.id = ?"))
        .bind::<SqlUuid, _>(user.uuid())
        .bind::<SqlUuid, _>(id.uuid())
        .get_result(conn)
        .await
        .optional()?)
}

/// A page of the user's applications, newest first, and how many there are in all.
///
/// # Errors
/// See [`DbError`].
pub async fn list_own(
    conn: &mut AsyncPgConnection,
    user: UserId,
    (limit, offset): (i64, i64),
) -> Result<(Vec<OwnApplicationRow>, i64), DbError> {
    use crate::schema::applications;
    let same = applications::organization_id
        .eq(candidates::organization_id)
        .and(applications::candidate_id.eq(candidates::id));
    let total = candidates::table
        .inner_join(applications::table.on(same))
        .filter(candidates::user_id.eq(user.uuid()))
        .count()
        .get_result(conn)
        .await?;
    let page = statement(own!(" ORDER BY a.created_at DESC, a.id LIMIT ? OFFSET ?"));
    let page = page
        .bind::<SqlUuid, _>(user.uuid())
        .bind::<BigInt, _>(limit)
        .bind::<BigInt, _>(offset)
        .load(conn)
        .await?;
    Ok((page, total))
}

/// Whose job this is and whether it takes applications, whichever organization's it is.
///
/// # Errors
/// See [`DbError`].
pub async fn find_job(conn: &mut AsyncPgConnection, id: JobId) -> Result<Option<(OrgId, JobState)>, DbError> {
    let job: Option<(Uuid, String)> = jobs::table
        .find(id.uuid())
        .select((jobs::organization_id, jobs::state))
        .first(conn)
        .await
        .optional()?;
    Ok(job.and_then(|(org, state)| Some((org.into(), JobState::from_name(&state)?))))
}

/// Holds the user until the caller's transaction ends, so that what they do twice at once is done one after the other.
///
/// # Errors
/// See [`DbError`].
pub async fn lock(conn: &mut AsyncPgConnection, user: UserId) -> Result<(), DbError> {
    let row = users::table.find(user.uuid()).select(users::id);
    row.for_no_key_update().first::<Uuid>(conn).await?;
    Ok(())
}

/// Whom the organization knows the user as, by the latest resume of theirs, and how far that has come.
///
/// # Errors
/// See [`DbError`].
pub async fn find_candidate(
    conn: &mut AsyncPgConnection,
    user: UserId,
    org: OrgId,
) -> Result<Option<(CandidateId, CandidateStatus)>, DbError> {
    let candidate: Option<(Uuid, String)> = candidates::table
        .filter(candidates::organization_id.eq(org.uuid()))
        .filter(candidates::user_id.eq(user.uuid()))
        .order((candidates::uploaded_at.desc(), candidates::id.desc()))
        .select((candidates::id, candidates::status))
        .first(conn)
        .await
        .optional()?;
    Ok(candidate.and_then(|(id, status)| Some((id.into(), CandidateStatus::from_name(&status)?))))
}

/// Writes down that the organization's candidate is this user; whether they are, which they are not when they are another user.
///
/// # Errors
/// See [`DbError`].
pub async fn link(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
    user: UserId,
) -> Result<bool, DbError> {
    let link = statement(
        "UPDATE candidates SET user_id = ? WHERE organization_id = ? AND id = ? AND coalesce(user_id, ?) = ?",
    );
    let linked = link
        .bind::<SqlUuid, _>(user.uuid())
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(candidate.uuid())
        .bind::<SqlUuid, _>(user.uuid())
        .bind::<SqlUuid, _>(user.uuid())
        .execute(conn)
        .await?;
    Ok(linked > 0)
}

//! Logins and their rotating refresh tokens.
//!
//! Only the SHA-256 of a refresh token is stored. All tokens of one session are one family: a token that comes back after
//! its day revokes them all, because either its owner or a thief holds a copy.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::identity::Role;
use hiring_core::ids::{OrgId, SessionId, UserId};
use uuid::Uuid;

use crate::DbError;
use crate::schema::{memberships, refresh_tokens, sessions};
use crate::statement::statement;

/// How long after its use a refresh token may be used once more: a client that lost the answer asks again at once.
pub const SIBLING_SECONDS: i64 = 10;

/// SHA-256 of a refresh token.
pub type TokenHash = [u8; 32];

/// A login about to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Who signed in.
    pub user: UserId,
    /// The organization that the session acts for; none for a candidate.
    pub organization: Option<OrgId>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it ends unless a refresh prolongs it.
    pub expires_at: DateTime<Utc>,
}

/// A session that goes on, with what its member may do at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContinuedSession {
    /// The session.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// The organization that it acts for.
    pub organization: Option<OrgId>,
    /// The role in that organization; candidate without one.
    pub role: Role,
}

/// What became of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// It was good; its successor is stored.
    Continued(ContinuedSession),
    /// It had been used before: this session is revoked.
    Reused(SessionId),
    /// It is unknown, or its session has ended.
    Refused,
}

/// For whom a session acts now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Who signed in.
    pub user_id: UserId,
    /// The organization that they act for.
    pub organization_id: Option<OrgId>,
    /// Their role there.
    pub role: Role,
}

/// For whom the session acts now, or `None` when it is revoked, expired, or its membership is gone. The role is read
/// afresh, so that a change of it does not wait for the access token to end.
///
/// # Errors
/// See [`DbError`].
pub async fn find_standing(
    conn: &mut AsyncPgConnection,
    session: SessionId,
) -> Result<Option<Standing>, DbError> {
    let membership = memberships::organization_id
        .nullable()
        .eq(sessions::organization_id)
        .and(memberships::user_id.eq(sessions::user_id));
    let live = sessions::table
        .left_join(memberships::table.on(membership))
        .filter(sessions::id.eq(session.uuid()))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(diesel::dsl::now))
        .select((
            sessions::user_id,
            sessions::organization_id,
            memberships::role.nullable(),
        ));
    let found: Option<(Uuid, Option<Uuid>, Option<String>)> = live.first(conn).await.optional()?;
    Ok(found.and_then(|(user, organization, role)| {
        let role = match (organization, role) {
            (None, _) => Some(Role::Candidate),
            (Some(_), role) => role.as_deref().and_then(Role::from_name),
        };
        let organization_id = organization.map(OrgId::from);
        role.map(|role| Standing {
            user_id: UserId::from(user),
            organization_id,
            role,
        })
    }))
}

/// Stores a login with its first refresh token.
///
/// # Errors
/// See [`DbError`]; a conflict says that the user or the organization is gone.
pub async fn create(
    conn: &mut AsyncPgConnection,
    session: &NewSession,
    token: &TokenHash,
) -> Result<(), DbError> {
    statement(
        "WITH session AS (
             INSERT INTO sessions (id, user_id, organization_id, expires_at, created_at, last_used_at)
             VALUES (?, ?, ?, ?, ?, ?) RETURNING id, created_at
         )
         INSERT INTO refresh_tokens (token_hash, session_id, created_at) SELECT ?, id, created_at FROM session",
    )
    .bind::<SqlUuid, _>(session.id.uuid())
    .bind::<SqlUuid, _>(session.user.uuid())
    .bind::<Nullable<SqlUuid>, _>(session.organization.map(OrgId::uuid))
    .bind::<Timestamptz, _>(session.expires_at)
    .bind::<Timestamptz, _>(session.created_at)
    .bind::<Timestamptz, _>(session.created_at)
    .bind::<Binary, _>(token.as_slice())
    .execute(conn)
    .await?;
    Ok(())
}

/// Uses up a refresh token and stores its successor, in one conditional statement: of callers that come at the same
/// moment, one rotates, one gets the sibling, and every further one has the family revoked. The session then ends at
/// `expires_at`, and its role is read afresh.
///
/// # Errors
/// See [`DbError`].
pub async fn rotate(
    conn: &mut AsyncPgConnection,
    token: &TokenHash,
    successor: &TokenHash,
    (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Rotation, DbError> {
    if let Some(session) = rotate_good(conn, token, successor, (now, expires_at)).await? {
        return Ok(Rotation::Continued(session));
    }
    let family = refresh_tokens::table
        .filter(refresh_tokens::token_hash.eq(token.as_slice()))
        .filter(refresh_tokens::used_at.is_not_null())
        .select(refresh_tokens::session_id);
    let reused: Option<Uuid> = diesel::update(sessions::table)
        .filter(sessions::id.eq_any(family))
        .filter(sessions::revoked_at.is_null())
        .set(sessions::revoked_at.eq(now))
        .returning(sessions::id)
        .get_result(conn)
        .await
        .optional()?;
    Ok(reused.map_or(Rotation::Refused, |id| Rotation::Reused(id.into())))
}

async fn rotate_good(
    conn: &mut AsyncPgConnection,
    token: &TokenHash,
    successor: &TokenHash,
    (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<ContinuedSession>, DbError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        session_id: Uuid,
        #[diesel(sql_type = SqlUuid)]
        user_id: Uuid,
        #[diesel(sql_type = Nullable<SqlUuid>)]
        organization_id: Option<Uuid>,
        #[diesel(sql_type = Nullable<Text>)]
        role: Option<String>,
    }
    let row: Option<Row> = statement(
        "WITH rotated AS (
             UPDATE refresh_tokens AS token
             SET used_at = coalesce(token.used_at, ?), sibling_issued = token.used_at IS NOT NULL
             FROM sessions
             LEFT JOIN memberships ON memberships.organization_id = sessions.organization_id
                 AND memberships.user_id = sessions.user_id
             WHERE token.token_hash = ? AND sessions.id = token.session_id
                 AND sessions.revoked_at IS NULL AND sessions.expires_at > ?
                 AND (sessions.organization_id IS NULL OR memberships.role IS NOT NULL)
                 AND (token.used_at IS NULL OR (token.used_at > ? AND NOT token.sibling_issued))
             RETURNING token.session_id, sessions.user_id, sessions.organization_id, memberships.role
         ), issued AS (
             INSERT INTO refresh_tokens (token_hash, session_id, created_at) SELECT ?, session_id, ? FROM rotated
         ), touched AS (
             UPDATE sessions SET last_used_at = ?, expires_at = ? FROM rotated WHERE sessions.id = rotated.session_id
         )
         SELECT session_id, user_id, organization_id, role FROM rotated",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Binary, _>(token.as_slice())
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(now - TimeDelta::seconds(SIBLING_SECONDS))
    .bind::<Binary, _>(successor.as_slice())
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(expires_at)
    .get_result(conn)
    .await
    .optional()?;
    Ok(row.map(|row| ContinuedSession {
        id: row.session_id.into(),
        user: row.user_id.into(),
        organization: row.organization_id.map(OrgId::from),
        role: row
            .role
            .as_deref()
            .and_then(Role::from_name)
            .unwrap_or(Role::Candidate),
    }))
}

/// The session that a refresh token belongs to.
///
/// # Errors
/// See [`DbError`].
pub async fn find_by_token(
    conn: &mut AsyncPgConnection,
    token: &TokenHash,
) -> Result<Option<SessionId>, DbError> {
    let found: Option<Uuid> = refresh_tokens::table
        .filter(refresh_tokens::token_hash.eq(token.as_slice()))
        .select(refresh_tokens::session_id)
        .first(conn)
        .await
        .optional()?;
    Ok(found.map(SessionId::from))
}

/// Ends a session with all its refresh tokens; one that has ended stays as it is.
///
/// # Errors
/// See [`DbError`].
pub async fn revoke(
    conn: &mut AsyncPgConnection,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::update(sessions::table)
        .filter(sessions::id.eq(session.uuid()))
        .filter(sessions::revoked_at.is_null())
        .set(sessions::revoked_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}

//! Idempotency keys: who is working on a request right now, and what it was answered.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Bytea, Integer, Jsonb, Nullable, SmallInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{CandidateId, OrgId, UserId};
use serde_json::Value;
use uuid::Uuid;

use crate::DbError;
use crate::cleanup::IDEMPOTENCY_SECONDS;
use crate::statement::{Statement, statement};

/// How long a claim keeps others away, in seconds; longer than any request may take.
pub const LOCK_SECONDS: i32 = 60;

/// Times that a claim is tried again when the row that was in its way has gone meanwhile.
const ATTEMPTS: usize = 3;

/// What a key is unique within.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Who asks.
    pub principal: UserId,
    /// For which organization; `None` outside of one.
    pub organization: Option<OrgId>,
    /// The HTTP method.
    pub method: String,
    /// The route's template, not the path.
    pub route: String,
    /// The caller's key.
    pub key: String,
}

impl Scope {
    /// The nil UUID stands for no organization, because a primary key knows no null.
    fn organization_uuid(&self) -> Uuid {
        self.organization.map_or(Uuid::nil(), OrgId::uuid)
    }
}

/// What stands behind a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Claimed {
    /// The caller now works on it.
    Ours,
    /// The same request was answered within the last 24 h.
    Answered {
        /// The HTTP status.
        status: i16,
        /// What was saved with it.
        body: Value,
    },
    /// Somebody works on the same request.
    Locked {
        /// Seconds until the lock expires, at least 1.
        seconds: i32,
    },
    /// The key was used for another request.
    OtherRequest,
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Bool)]
    same: bool,
    #[diesel(sql_type = Nullable<SmallInt>)]
    status: Option<i16>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    body: Option<Value>,
    #[diesel(sql_type = Integer)]
    seconds: i32,
}

const CLAIM: &str = "INSERT INTO idempotency_keys \
    (principal, organization_id, method, route, key, fingerprint, lock_token, locked_until) \
    VALUES (?, ?, ?, ?, ?, ?, ?, now() + make_interval(secs => ?)) \
    ON CONFLICT (principal, organization_id, method, route, key) DO UPDATE SET \
    fingerprint = excluded.fingerprint, lock_token = excluded.lock_token, locked_until = excluded.locked_until, \
    status = NULL, body = NULL, created_at = now() \
    WHERE idempotency_keys.created_at < now() - make_interval(secs => ?) \
    OR (idempotency_keys.status IS NULL AND idempotency_keys.locked_until <= now() \
        AND idempotency_keys.fingerprint = excluded.fingerprint)";

const HELD: &str = "SELECT fingerprint = ? AS same, status, body, \
    greatest(1, ceil(extract(epoch FROM locked_until - now())))::integer AS seconds FROM idempotency_keys \
    WHERE principal = ? AND organization_id = ? AND method = ? AND route = ? AND key = ?";

/// Claims the key for `token`, or says what stands behind it. Run it on its own, so that it is committed before the work
/// begins. A claim that expired without an answer is taken over by the same request.
///
/// # Errors
/// See [`DbError`].
pub async fn claim(
    conn: &mut AsyncPgConnection,
    scope: &Scope,
    fingerprint: &[u8; 32],
    token: Uuid,
) -> Result<Claimed, DbError> {
    for _ in 0..ATTEMPTS {
        let rows = statement(CLAIM)
            .bind::<SqlUuid, _>(scope.principal.uuid())
            .bind::<SqlUuid, _>(scope.organization_uuid())
            .bind::<Text, _>(&scope.method)
            .bind::<Text, _>(&scope.route)
            .bind::<Text, _>(&scope.key)
            .bind::<Bytea, _>(fingerprint.as_slice())
            .bind::<SqlUuid, _>(token)
            .bind::<Integer, _>(LOCK_SECONDS)
            .bind::<Integer, _>(IDEMPOTENCY_SECONDS)
            .execute(conn)
            .await?;
        if rows > 0 {
            return Ok(Claimed::Ours);
        }
        // The row that was in the way may have been released since; then the claim is tried again.
        if let Some(held) = find_held(conn, scope, fingerprint).await? {
            return Ok(held);
        }
    }
    Ok(Claimed::Locked { seconds: 1 })
}

async fn find_held(
    conn: &mut AsyncPgConnection,
    scope: &Scope,
    fingerprint: &[u8; 32],
) -> Result<Option<Claimed>, DbError> {
    let rows: Vec<Held> = statement(HELD)
        .bind::<Bytea, _>(fingerprint.as_slice())
        .bind::<SqlUuid, _>(scope.principal.uuid())
        .bind::<SqlUuid, _>(scope.organization_uuid())
        .bind::<Text, _>(&scope.method)
        .bind::<Text, _>(&scope.route)
        .bind::<Text, _>(&scope.key)
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .next()
        .map(|row| match (row.same, row.status, row.body) {
            (false, ..) => Claimed::OtherRequest,
            (true, Some(status), Some(body)) => Claimed::Answered { status, body },
            (true, ..) => Claimed::Locked { seconds: row.seconds },
        }))
}

macro_rules! own {
    ($change:literal) => {
        concat!(
            $change,
            " WHERE principal = ? AND organization_id = ? AND method = ? AND route = ? AND key = ? \
             AND lock_token = ? AND status IS NULL"
        )
    };
}

const SAVE: &str = own!("UPDATE idempotency_keys SET status = ?, body = ?");
const RELEASE: &str = own!("DELETE FROM idempotency_keys");

/// Binds what says whose claim it is.
fn bind_own<'a>(change: Statement<'a>, scope: &'a Scope, token: Uuid) -> Statement<'a> {
    change
        .bind::<SqlUuid, _>(scope.principal.uuid())
        .bind::<SqlUuid, _>(scope.organization_uuid())
        .bind::<Text, _>(&scope.method)
        .bind::<Text, _>(&scope.route)
        .bind::<Text, _>(&scope.key)
        .bind::<SqlUuid, _>(token)
}

/// Saves the answer in the transaction that did the work, where the claim is still this token's; answers whether it was.
/// Roll back when it was not: somebody else has taken the request over.
///
/// # Errors
/// See [`DbError`].
pub async fn save(
    conn: &mut AsyncPgConnection,
    scope: &Scope,
    token: Uuid,
    (status, body): (i16, &Value),
) -> Result<bool, DbError> {
    let change = statement(SAVE).bind::<SmallInt, _>(status).bind::<Jsonb, _>(body);
    Ok(bind_own(change, scope, token).execute(conn).await? > 0)
}

/// Gives an unanswered claim back, so that the request may be tried again at once.
///
/// # Errors
/// See [`DbError`].
pub async fn release(conn: &mut AsyncPgConnection, scope: &Scope, token: Uuid) -> Result<(), DbError> {
    bind_own(statement(RELEASE), scope, token).execute(conn).await?;
    Ok(())
}

// Batches answer with lists of candidates and file names.
const FORGET_CANDIDATE: &str = "DELETE FROM idempotency_keys WHERE organization_id = ? \
    AND (body->'data'->>'candidate_id' = ? \
        OR body->'data'->'accepted' @> jsonb_build_array(jsonb_build_object('candidate_id', ?::text)))";

/// Forgets the saved answers that name a candidate who is erased. Call it after the candidate's row was deleted: the lock on
/// that row has by then kept uploads of the same file from saving another one.
///
/// # Errors
/// See [`DbError`].
pub async fn forget_candidate(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
) -> Result<(), DbError> {
    statement(FORGET_CANDIDATE)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Text, _>(candidate.to_string())
        .bind::<Text, _>(candidate.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

//! Removing what has had its day: abandoned and erased files, expired sessions, spent refresh tokens, expired idempotency keys.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{ObjectId, OrgId};
use uuid::Uuid;

use crate::DbError;
use crate::schema::stored_objects;
use crate::statement::statement;

/// Age at which a staged file is taken for abandoned, in seconds: far longer than any upload may last.
pub const STAGED_SECONDS: i32 = 3600;
/// Age at which a saved answer is forgotten, in seconds; API.md promises a day.
pub const IDEMPOTENCY_SECONDS: i32 = 24 * 3600;
/// Most rows that one call removes, so that no transaction grows long; call again while as many come.
pub const BATCH: usize = 500;

fn batch() -> i64 {
    i64::try_from(BATCH).unwrap_or(i64::MAX)
}

/// A file about to be removed from object storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoomedObject {
    /// The row.
    pub id: ObjectId,
    /// Where the bytes are.
    pub key: String,
}

/// Claims up to [`BATCH`] files that nobody finished uploading, and erased ones whose task gave up, except for `except`: from
/// here on no upload can turn them live.
///
/// # Errors
/// See [`DbError`].
pub async fn doom_abandoned_objects(
    conn: &mut AsyncPgConnection,
    except: &[ObjectId],
) -> Result<Vec<DoomedObject>, DbError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        id: Uuid,
        #[diesel(sql_type = diesel::sql_types::Text)]
        key: String,
    }
    let except: Vec<Uuid> = except.iter().map(|object| object.uuid()).collect();
    let rows: Vec<Row> = statement(
        "UPDATE stored_objects SET state = 'erasing'
         WHERE id = ANY (ARRAY(
             SELECT id FROM stored_objects
             WHERE state <> 'live' AND created_at < now() - make_interval(secs => ?)
                 AND id <> ALL (?)
                 AND NOT EXISTS (SELECT 1 FROM candidates WHERE candidates.object_id = stored_objects.id)
             ORDER BY created_at LIMIT ? FOR UPDATE SKIP LOCKED
         )) AND NOT EXISTS (SELECT 1 FROM candidates WHERE candidates.object_id = stored_objects.id)
         RETURNING id, key",
    )
    .bind::<Integer, _>(STAGED_SECONDS)
    .bind::<Array<diesel::sql_types::Uuid>, _>(except)
    .bind::<BigInt, _>(batch())
    .load(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| DoomedObject {
            id: row.id.into(),
            key: row.key,
        })
        .collect())
}

/// Those of an organization's files that are marked for erasure.
///
/// # Errors
/// See [`DbError`].
pub async fn list_erasing_objects(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    objects: &[ObjectId],
) -> Result<Vec<DoomedObject>, DbError> {
    let ids: Vec<Uuid> = objects.iter().map(|object| object.uuid()).collect();
    let rows: Vec<(Uuid, String)> = stored_objects::table
        .filter(stored_objects::organization_id.eq(org.uuid()))
        .filter(stored_objects::id.eq_any(ids))
        .filter(stored_objects::state.eq("erasing"))
        .select((stored_objects::id, stored_objects::key))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, key)| DoomedObject { id: id.into(), key })
        .collect())
}

/// Forgets files whose bytes are gone. Rows in another state stay.
///
/// # Errors
/// See [`DbError`].
pub async fn forget_objects(conn: &mut AsyncPgConnection, objects: &[ObjectId]) -> Result<usize, DbError> {
    let ids: Vec<Uuid> = objects.iter().map(|object| object.uuid()).collect();
    let rows = diesel::delete(stored_objects::table)
        .filter(stored_objects::id.eq_any(ids))
        .filter(stored_objects::state.eq("erasing"))
        .execute(conn)
        .await?;
    Ok(rows)
}

/// Removes up to [`BATCH`] answers saved for idempotency keys that are older than a day.
///
/// # Errors
/// See [`DbError`].
pub async fn delete_expired_idempotency_keys(conn: &mut AsyncPgConnection) -> Result<usize, DbError> {
    let rows = statement(
        "DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM idempotency_keys WHERE created_at < now() - make_interval(secs => ?) LIMIT ?))",
    )
    .bind::<Integer, _>(IDEMPOTENCY_SECONDS)
    .bind::<BigInt, _>(batch())
    .execute(conn)
    .await?;
    Ok(rows)
}

/// Removes up to [`BATCH`] logins that can no longer be refreshed, their refresh tokens with them.
///
/// # Errors
/// See [`DbError`].
pub async fn delete_expired_sessions(conn: &mut AsyncPgConnection) -> Result<usize, DbError> {
    let rows = statement(
        "DELETE FROM sessions WHERE id = ANY (ARRAY(SELECT id FROM sessions WHERE expires_at < now() LIMIT ?))",
    )
    .bind::<BigInt, _>(batch())
    .execute(conn)
    .await?;
    Ok(rows)
}

/// Removes up to [`BATCH`] used refresh tokens that could not be good any more even unused: those that are older than their
/// session goes on without a refresh. Until then a used token stays, because its coming back says that somebody holds a copy.
///
/// # Errors
/// See [`DbError`].
pub async fn delete_spent_refresh_tokens(conn: &mut AsyncPgConnection) -> Result<usize, DbError> {
    let rows = statement(
        "DELETE FROM refresh_tokens WHERE token_hash = ANY (ARRAY(
             SELECT token.token_hash FROM refresh_tokens token JOIN sessions ON sessions.id = token.session_id
             WHERE token.used_at IS NOT NULL
                 AND token.created_at < now() - (sessions.expires_at - sessions.last_used_at)
             LIMIT ?))",
    )
    .bind::<BigInt, _>(batch())
    .execute(conn)
    .await?;
    Ok(rows)
}

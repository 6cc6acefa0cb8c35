//! Stored files: the row is committed before the bytes are put, so that no bytes are ever without a row.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{ObjectId, OrgId};
use hiring_core::reading::FileType;

use crate::DbError;
use crate::schema::stored_objects;

/// A file about to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewObject<'a> {
    /// Its id.
    pub id: ObjectId,
    /// Its name in object storage.
    pub key: &'a str,
    /// SHA-256 of its bytes.
    pub sha256: &'a [u8; 32],
    /// Its length in bytes.
    pub size_bytes: i64,
    /// Its type, told from its bytes.
    pub file_type: FileType,
}

/// Notes that bytes are about to be put under this key. Run it on its own, so that it is committed before they are.
///
/// # Errors
/// See [`DbError`].
pub async fn stage(conn: &mut AsyncPgConnection, org: OrgId, object: NewObject<'_>) -> Result<(), DbError> {
    let row = (
        stored_objects::id.eq(object.id.uuid()),
        stored_objects::organization_id.eq(org.uuid()),
        stored_objects::key.eq(object.key),
        stored_objects::sha256.eq(object.sha256.as_slice()),
        stored_objects::size_bytes.eq(object.size_bytes),
        stored_objects::file_type.eq(object.file_type.extension()),
    );
    diesel::insert_into(stored_objects::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Turns a staged file live, in the transaction that refers to it. `false` when it has been taken for abandoned meanwhile.
///
/// # Errors
/// See [`DbError`].
pub async fn make_live(conn: &mut AsyncPgConnection, org: OrgId, object: ObjectId) -> Result<bool, DbError> {
    change_state(conn, (org, object), "staged", "live").await
}

/// Claims a staged file for removal: from here on nothing can turn it live. `false` when it is live already, or gone.
///
/// # Errors
/// See [`DbError`].
pub async fn doom_staged(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    object: ObjectId,
) -> Result<bool, DbError> {
    change_state(conn, (org, object), "staged", "erasing").await
}

/// Marks a live file for removal, in the transaction that gives up the last reference to it.
///
/// # Errors
/// See [`DbError`].
pub async fn doom_live(conn: &mut AsyncPgConnection, org: OrgId, object: ObjectId) -> Result<bool, DbError> {
    change_state(conn, (org, object), "live", "erasing").await
}

/// Whether the file is live, which it is for as long as a candidate refers to it.
///
/// # Errors
/// See [`DbError`].
pub async fn is_live(conn: &mut AsyncPgConnection, org: OrgId, object: ObjectId) -> Result<bool, DbError> {
    let live = stored_objects::table
        .filter(stored_objects::organization_id.eq(org.uuid()))
        .filter(stored_objects::id.eq(object.uuid()))
        .filter(stored_objects::state.eq("live"));
    Ok(diesel::select(diesel::dsl::exists(live)).get_result(conn).await?)
}

async fn change_state(
    conn: &mut AsyncPgConnection,
    (org, object): (OrgId, ObjectId),
    from: &str,
    to: &str,
) -> Result<bool, DbError> {
    let rows = diesel::update(stored_objects::table)
        .filter(stored_objects::organization_id.eq(org.uuid()))
        .filter(stored_objects::id.eq(object.uuid()))
        .filter(stored_objects::state.eq(from))
        .set(stored_objects::state.eq(to))
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

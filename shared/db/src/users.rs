//! People who log in.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::email::EmailAddress;
use hiring_core::ids::UserId;
use uuid::Uuid;

use crate::DbError;
use crate::schema::users;

/// A stored user.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct UserRow {
    /// The user's id.
    pub id: Uuid,
    /// Lower-cased address; unique.
    pub email: String,
    /// How the person wants to be called.
    pub name: String,
    /// PHC string.
    pub password_hash: String,
    /// When the address was proven to be theirs.
    pub email_verified_at: Option<DateTime<Utc>>,
}

/// A user about to be stored.
#[derive(Clone)]
pub struct NewUser {
    /// The user's id.
    pub id: UserId,
    /// The address.
    pub email: EmailAddress,
    /// 1-200 characters.
    pub name: String,
    /// PHC string.
    pub password_hash: String,
}

/// Stores a user, unless the address is taken: then nothing happens and the answer is no.
///
/// # Errors
/// See [`DbError`].
pub async fn create(conn: &mut AsyncPgConnection, user: &NewUser) -> Result<bool, DbError> {
    let rows = diesel::insert_into(users::table)
        .values((
            users::id.eq(user.id.uuid()),
            users::email.eq(user.email.as_str()),
            users::name.eq(user.name.as_str()),
            users::password_hash.eq(user.password_hash.as_str()),
        ))
        .on_conflict(users::email)
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// The user with this id.
///
/// # Errors
/// See [`DbError`].
pub async fn find(conn: &mut AsyncPgConnection, user: UserId) -> Result<Option<UserRow>, DbError> {
    let found = users::table.find(user.uuid()).select(UserRow::as_select());
    Ok(found.first(conn).await.optional()?)
}

/// The user with this address.
///
/// # Errors
/// See [`DbError`].
pub async fn find_by_email(
    conn: &mut AsyncPgConnection,
    email: &EmailAddress,
) -> Result<Option<UserRow>, DbError> {
    let found = users::table
        .filter(users::email.eq(email.as_str()))
        .select(UserRow::as_select());
    Ok(found.first(conn).await.optional()?)
}

/// Puts a hash in the place of `old`; a password that was changed meanwhile stays.
///
/// # Errors
/// See [`DbError`].
pub async fn replace_password_hash(
    conn: &mut AsyncPgConnection,
    user: UserId,
    old: &str,
    hash: &str,
) -> Result<(), DbError> {
    diesel::update(users::table)
        .filter(users::id.eq(user.uuid()))
        .filter(users::password_hash.eq(old))
        .set((
            users::password_hash.eq(hash),
            users::updated_at.eq(diesel::dsl::now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

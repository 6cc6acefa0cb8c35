//! Who did what to whom and when; rows are never changed.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{OrgId, UserId};
use hiring_core::random;
use uuid::Uuid;

use crate::DbError;
use crate::schema::audit_log;

/// One thing that was done. Holds ids only, so that it may outlive an erasure.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Who did it; `None` for the house itself, for instance an operator at the command line.
    pub actor: Option<UserId>,
    /// What was done, for instance `candidate.erased`.
    pub action: &'a str,
    /// What it was done to, for instance `candidate`.
    pub subject_kind: &'a str,
    /// To which one.
    pub subject_id: Uuid,
    /// The request that asked for it; `None` for what no request asked for.
    pub request_id: Option<&'a str>,
}

/// Adds an entry to the organization's log.
///
/// # Errors
/// See [`DbError`].
pub async fn record(conn: &mut AsyncPgConnection, org: OrgId, entry: Entry<'_>) -> Result<(), DbError> {
    record_for(conn, Some(org), entry).await
}

/// Adds an entry to an organization's log, or, without one, about work of the house that belongs to none.
///
/// # Errors
/// See [`DbError`].
pub async fn record_for(
    conn: &mut AsyncPgConnection,
    org: Option<OrgId>,
    entry: Entry<'_>,
) -> Result<(), DbError> {
    let row = (
        audit_log::id.eq(random::uuid_v7()),
        audit_log::organization_id.eq(org.map(OrgId::uuid)),
        audit_log::actor_id.eq(entry.actor.map(UserId::uuid)),
        audit_log::action.eq(entry.action),
        audit_log::subject_kind.eq(entry.subject_kind),
        audit_log::subject_id.eq(entry.subject_id),
        audit_log::request_id.eq(entry.request_id),
    );
    diesel::insert_into(audit_log::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

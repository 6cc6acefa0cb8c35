//! What people write about an application.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{ApplicationId, NoteId, OrgId, UserId};
use uuid::Uuid;

use crate::DbError;
use crate::schema::application_notes;

/// Most notes that are told of one application.
const MOST_TOLD: i64 = 200;

/// One note.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = application_notes, check_for_backend(diesel::pg::Pg))]
pub struct NoteRow {
    /// The note.
    pub id: Uuid,
    /// Who wrote it.
    pub author: Uuid,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// Adds a note to the organization's application.
///
/// # Errors
/// See [`DbError`]; a conflict when the application is gone or not the organization's.
pub async fn insert_note(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    application: ApplicationId,
    (author, text): (UserId, &str),
) -> Result<NoteRow, DbError> {
    let note = (
        application_notes::id.eq(NoteId::generate().uuid()),
        application_notes::organization_id.eq(org.uuid()),
        application_notes::application_id.eq(application.uuid()),
        application_notes::author.eq(author.uuid()),
        application_notes::text.eq(text),
    );
    Ok(diesel::insert_into(application_notes::table)
        .values(note)
        .returning(NoteRow::as_returning())
        .get_result(conn)
        .await?)
}

/// The latest notes about the organization's application, at most 200, oldest first.
///
/// # Errors
/// See [`DbError`].
pub async fn list_notes(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    application: ApplicationId,
) -> Result<Vec<NoteRow>, DbError> {
    let mut notes: Vec<NoteRow> = application_notes::table
        .filter(application_notes::organization_id.eq(org.uuid()))
        .filter(application_notes::application_id.eq(application.uuid()))
        .order((application_notes::created_at.desc(), application_notes::id.desc()))
        .limit(MOST_TOLD)
        .select(NoteRow::as_select())
        .load(conn)
        .await?;
    notes.reverse();
    Ok(notes)
}

//! Moves of an application from stage to stage.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::application::Stage;
use hiring_core::ids::{ApplicationId, MoveId, OrgId, UserId};
use uuid::Uuid;

use crate::DbError;
use crate::schema::{application_moves, applications};

/// Most moves that are told of one application.
const MOST_TOLD: i64 = 200;

/// A move about to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewMove<'a> {
    /// Where the application stands.
    pub from: Stage,
    /// Where it goes.
    pub to: Stage,
    /// Why, in a person's words.
    pub reason: Option<&'a str>,
    /// Who moves it.
    pub by: UserId,
}

/// One move as it was made.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = application_moves, check_for_backend(diesel::pg::Pg))]
pub struct MoveRow {
    /// A name of [`Stage`].
    pub from_stage: String,
    /// A name of [`Stage`].
    pub to_stage: String,
    /// Why, in a person's words.
    pub reason: Option<String>,
    /// Who moved it.
    pub moved_by: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Moves the organization's application if it still has this version, and writes the move down; whether it had. Call it in a
/// transaction.
///
/// # Errors
/// See [`DbError`].
pub async fn move_stage(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    (id, version): (ApplicationId, i32),
    new: NewMove<'_>,
) -> Result<bool, DbError> {
    let moved = diesel::update(applications::table)
        .filter(applications::organization_id.eq(org.uuid()))
        .filter(applications::id.eq(id.uuid()))
        .filter(applications::version.eq(version))
        .filter(applications::stage.eq(new.from.as_str()))
        .set((
            applications::stage.eq(new.to.as_str()),
            applications::version.eq(applications::version + 1),
            applications::updated_at.eq(diesel::dsl::now),
        ))
        .execute(conn)
        .await?;
    if moved == 0 {
        return Ok(false);
    }
    diesel::insert_into(application_moves::table)
        .values((
            application_moves::id.eq(MoveId::generate().uuid()),
            application_moves::organization_id.eq(org.uuid()),
            application_moves::application_id.eq(id.uuid()),
            application_moves::from_stage.eq(new.from.as_str()),
            application_moves::to_stage.eq(new.to.as_str()),
            application_moves::reason.eq(new.reason),
            application_moves::moved_by.eq(new.by.uuid()),
        ))
        .execute(conn)
        .await?;
    Ok(true)
}

/// The latest moves of the organization's application, at most 200, oldest first.
///
/// # Errors
/// See [`DbError`].
pub async fn list_moves(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    id: ApplicationId,
) -> Result<Vec<MoveRow>, DbError> {
    let mut moves: Vec<MoveRow> = application_moves::table
        .filter(application_moves::organization_id.eq(org.uuid()))
        .filter(application_moves::application_id.eq(id.uuid()))
        .order((application_moves::created_at.desc(), application_moves::id.desc()))
        .limit(MOST_TOLD)
        .select(MoveRow::as_select())
        .load(conn)
        .await?;
    moves.reverse();
    Ok(moves)
}

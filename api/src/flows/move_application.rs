//! Moving an application from stage to stage.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::application::Stage;
use hiring_core::ids::{ApplicationId, OrgId, UserId};
use hiring_db::applications::{self, ApplicationRow, NewMove};
use hiring_platform::cache::Room;

use crate::extract::IfMatch;
use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// What somebody asks for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Where the application is to go.
    pub to: Stage,
    /// Why, in their words.
    pub reason: Option<&'a str>,
    /// Who asks.
    pub by: UserId,
}

/// Moves the organization's application and writes the move down.
///
/// # Errors
/// `not-found`, `version-required`, `version-mismatch`, `illegal-move`, and `validation-failed` when the move needs a reason.
pub async fn run(
    state: &AppState,
    org: OrgId,
    (id, if_match): (ApplicationId, &IfMatch),
    wanted: Wanted<'_>,
) -> Result<(), Problem> {
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            let row = applications::find(connection, org, id)
                .await?
                .ok_or_else(|| Problem::not_found("application"))?;
            if_match.require(row.version)?;
            change(connection, org, (id, row), wanted).await
        })
        .await
}

/// Moves the organization's application if it still has this version, and writes the move down.
///
/// # Errors
/// `not-found`, `version-mismatch`, `illegal-move`.
pub async fn to(
    state: &AppState,
    org: OrgId,
    (id, version): (ApplicationId, i32),
    wanted: Wanted<'_>,
) -> Result<(), Problem> {
    let mut connection = state.database.connection().await?;
    // The candidate who asks is no member, whose changes are seen to.
    let moving = state.cache.change(vec![Room::Organization(org)]);
    let moved = connection
        .transaction(async |connection| {
            let row = applications::find(connection, org, id)
                .await?
                .ok_or_else(|| Problem::not_found("application"))?;
            if row.version != version {
                return Err(IfMatch::mismatch());
            }
            change(connection, org, (id, row), wanted).await
        })
        .await;
    match &moved {
        Err(problem) if problem.kind().status().is_client_error() => moving.is_void(),
        _ => moving.stands().await,
    }
    moved
}

async fn change(
    connection: &mut AsyncPgConnection,
    org: OrgId,
    (id, row): (ApplicationId, ApplicationRow),
    wanted: Wanted<'_>,
) -> Result<(), Problem> {
    // The table's CHECK allows no other names.
    let from = Stage::from_name(&row.stage).unwrap_or(Stage::Applied);
    let new = checked(from, wanted)?;
    if applications::move_stage(connection, org, (id, row.version), new).await? {
        Ok(())
    } else {
        Err(IfMatch::mismatch())
    }
}

fn checked(from: Stage, wanted: Wanted<'_>) -> Result<NewMove<'_>, Problem> {
    let Wanted { to, reason, by } = wanted;
    if !from.can_move_to(to) {
        let next: Vec<&str> = from.moves().iter().map(|stage| stage.as_str()).collect();
        let next = match next.as_slice() {
            [] => "it stays where it is".to_owned(),
            next => format!("from there it can go to {}", next.join(", ")),
        };
        let (from, to) = (from.as_str(), to.as_str());
        let detail = format!("The application is at `{from}` and cannot go to `{to}`: {next}.");
        return Err(Problem::new(Kind::IllegalMove, detail));
    }
    if from.needs_reason(to) && reason.is_none() {
        let detail = "This move needs a person's reason: say in `reason` why.";
        return Err(Problem::new(Kind::ValidationFailed, detail).with_error("/reason", "required"));
    }
    Ok(NewMove { from, to, reason, by })
}

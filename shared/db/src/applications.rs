//! Applications: one candidate on one job, with a stage, its history, and what people write about it.

mod list;
mod moves;
mod notes;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{ApplicationId, CandidateId, JobId, OrgId};
use uuid::Uuid;

use crate::DbError;
use crate::schema::applications;

pub use list::{ApplicationFilter, ApplicationOrder, ApplicationRow, find, list};
pub use moves::{MoveRow, NewMove, list_moves, move_stage};
pub use notes::{NoteRow, insert_note, list_notes};

/// Puts the candidate on the job at stage `applied`; answers the application, `None` when they were there already.
///
/// # Errors
/// See [`DbError`]; a conflict when candidate or job is not the organization's.
pub async fn insert_once(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
    job: JobId,
) -> Result<Option<ApplicationId>, DbError> {
    let id = ApplicationId::generate();
    let row = (
        applications::id.eq(id.uuid()),
        applications::organization_id.eq(org.uuid()),
        applications::candidate_id.eq(candidate.uuid()),
        applications::job_id.eq(job.uuid()),
    );
    let once = (
        applications::organization_id,
        applications::candidate_id,
        applications::job_id,
    );
    let insert = diesel::insert_into(applications::table)
        .values(row)
        .on_conflict(once)
        .do_nothing();
    Ok((insert.execute(conn).await? > 0).then_some(id))
}

/// Puts these candidates on the job at stage `applied`, whoever is not there yet.
///
/// # Errors
/// See [`insert_once`].
pub async fn insert_many_once(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidates: &[Uuid],
    job: JobId,
) -> Result<(), DbError> {
    let rows: Vec<_> = candidates
        .iter()
        .map(|candidate| {
            (
                applications::id.eq(ApplicationId::generate().uuid()),
                applications::organization_id.eq(org.uuid()),
                applications::candidate_id.eq(*candidate),
                applications::job_id.eq(job.uuid()),
            )
        })
        .collect();
    let once = (
        applications::organization_id,
        applications::candidate_id,
        applications::job_id,
    );
    let insert = diesel::insert_into(applications::table).values(rows);
    insert.on_conflict(once).do_nothing().execute(conn).await?;
    Ok(())
}

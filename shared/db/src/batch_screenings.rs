//! Batches of screenings: whom each screens, and what came of everybody.

mod outcomes;

use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Bool, Integer, Jsonb, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{JobId, OrgId, TaskId};
use uuid::Uuid;

use crate::DbError;
use crate::schema::batch_screenings;
use crate::screenings::Current;
use crate::statement::statement;

pub(crate) use outcomes::counts_of_task;
pub use outcomes::{Counts, OutcomeRow, list_outcomes};

/// A candidate of the organization who is to be screened.
#[derive(Debug, Clone, QueryableByName)]
pub struct Screenable {
    /// The candidate.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// A name of `CandidateStatus`.
    #[diesel(sql_type = Text)]
    pub status: String,
}

/// Those of these candidates that are the organization's, held so that none is erased before the caller's transaction ends.
///
/// # Errors
/// See [`DbError`].
pub async fn lock_candidates(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidates: &[Uuid],
) -> Result<Vec<Screenable>, DbError> {
    let lock = statement(
        "SELECT id, status FROM candidates WHERE organization_id = ? AND id = ANY (?) ORDER BY id FOR KEY SHARE",
    );
    Ok(lock
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(candidates)
        .load(conn)
        .await?)
}

/// Writes down whom the batch of this task screens, in the order given.
///
/// # Errors
/// See [`DbError`]; a conflict when task, candidate or job is not there.
pub async fn insert(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    (task, job): (TaskId, JobId),
    candidates: &[Uuid],
) -> Result<(), DbError> {
    let rows: Vec<_> = (0_i32..)
        .zip(candidates)
        .map(|(position, candidate)| {
            (
                batch_screenings::task_id.eq(task.uuid()),
                batch_screenings::organization_id.eq(org.uuid()),
                batch_screenings::candidate_id.eq(*candidate),
                batch_screenings::job_id.eq(job.uuid()),
                batch_screenings::position.eq(position),
            )
        })
        .collect();
    let insert = diesel::insert_into(batch_screenings::table).values(rows);
    insert.execute(conn).await?;
    Ok(())
}

/// Candidates of the batch that nothing has come of yet, in the order of the request.
///
/// # Errors
/// See [`DbError`].
pub async fn list_open(conn: &mut AsyncPgConnection, org: OrgId, task: TaskId) -> Result<Vec<Uuid>, DbError> {
    let open = batch_screenings::table
        .filter(batch_screenings::organization_id.eq(org.uuid()))
        .filter(batch_screenings::task_id.eq(task.uuid()))
        .filter(batch_screenings::state.is_null())
        .order(batch_screenings::position)
        .select(batch_screenings::candidate_id);
    Ok(open.load(conn).await?)
}

// Who has withdrawn is not looked at again, whatever score there is.
const SETTLE: &str = "UPDATE batch_screenings b SET \
        state = CASE WHEN found.code IS NULL THEN 'scored' ELSE 'failed' END, code = found.code, \
        screening_id = CASE WHEN found.code IS NULL THEN found.screening_id END, \
        is_reused = found.code IS NULL AND found.scored_by <> b.task_id \
    FROM (SELECT c.id, s.id AS screening_id, s.task_id AS scored_by, \
            CASE WHEN a.stage = 'withdrawn' THEN 'withdrawn' \
                WHEN c.status = 'failed' THEN 'resume-failed' \
                WHEN c.status <> 'ready' THEN 'still-processing' \
                WHEN f.id IS NULL THEN 'not-scored' END AS code \
        FROM batch_screenings item \
        JOIN candidates c ON c.organization_id = item.organization_id AND c.id = item.candidate_id \
        LEFT JOIN applications a \
            ON a.organization_id = c.organization_id AND a.candidate_id = c.id AND a.job_id = item.job_id \
        LEFT JOIN screenings s ON s.organization_id = a.organization_id AND s.id = a.screening_id AND s.weights = ? \
        LEFT JOIN screening_facts f ON f.organization_id = s.organization_id AND f.id = s.facts_id AND f.basis = ? \
            AND f.read_at IS NOT DISTINCT FROM c.parsed_at \
        WHERE item.organization_id = ? AND item.task_id = ? AND item.state IS NULL) found \
    WHERE b.organization_id = ? AND b.task_id = ? AND b.candidate_id = found.id AND b.state IS NULL \
        AND (? OR found.code IS NULL OR found.code NOT IN ('still-processing', 'not-scored'))";

/// Writes down what has come of the batch's candidates: whose latest score is the present one is scored; who withdrew or could
/// not be read has failed. The others stay open, unless `at_last`: then they have failed too. Answers how many were settled.
///
/// # Errors
/// See [`DbError`].
pub async fn settle(
    conn: &mut AsyncPgConnection,
    (org, task): (OrgId, TaskId),
    current: Current<'_>,
    at_last: bool,
) -> Result<usize, DbError> {
    Ok(statement(SETTLE)
        .bind::<Jsonb, _>(current.weights)
        .bind::<Binary, _>(current.basis.as_slice())
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(task.uuid())
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(task.uuid())
        .bind::<Bool, _>(at_last)
        .execute(conn)
        .await?)
}

/// Says of every candidate whom the language model is not asked about why that is so.
///
/// # Errors
/// See [`DbError`].
pub async fn leave_out(
    conn: &mut AsyncPgConnection,
    (org, task): (OrgId, TaskId),
    reason: &str,
) -> Result<(), DbError> {
    let left_out = batch_screenings::table
        .filter(batch_screenings::organization_id.eq(org.uuid()))
        .filter(batch_screenings::task_id.eq(task.uuid()))
        .filter(batch_screenings::state.eq("scored"))
        .filter(batch_screenings::ai_task_id.is_null());
    diesel::update(left_out)
        .set(batch_screenings::ai_reason.eq(reason))
        .execute(conn)
        .await?;
    Ok(())
}

/// A scored candidate of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Scored {
    /// The candidate.
    #[diesel(sql_type = SqlUuid)]
    pub candidate_id: Uuid,
    /// The application that carries the score.
    #[diesel(sql_type = SqlUuid)]
    pub application_id: Uuid,
    /// The score by the rules, 0..=10000.
    #[diesel(sql_type = Integer)]
    pub total_bp: i32,
}

/// The batch's scored candidates, the best first, equal ones by id.
///
/// # Errors
/// See [`DbError`].
pub async fn list_scored(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    task: TaskId,
) -> Result<Vec<Scored>, DbError> {
    let scored = statement(
        "SELECT b.candidate_id, s.application_id, s.total_bp FROM batch_screenings b \
         JOIN screenings s ON s.organization_id = b.organization_id AND s.id = b.screening_id \
         WHERE b.organization_id = ? AND b.task_id = ? ORDER BY s.total_bp DESC, b.candidate_id",
    );
    Ok(scored
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(task.uuid())
        .load(conn)
        .await?)
}

/// Writes down which task asks the language model about whom.
///
/// # Errors
/// See [`DbError`].
pub async fn ask(
    conn: &mut AsyncPgConnection,
    (org, task): (OrgId, TaskId),
    asked: Vec<(Uuid, Uuid)>,
) -> Result<(), DbError> {
    let (candidates, tasks): (Vec<Uuid>, Vec<Uuid>) = asked.into_iter().unzip();
    let ask = statement(
        "UPDATE batch_screenings b SET ai_task_id = given.ai_task_id \
         FROM unnest(?, ?) AS given (candidate_id, ai_task_id) \
         WHERE b.organization_id = ? AND b.task_id = ? AND b.candidate_id = given.candidate_id",
    );
    ask.bind::<Array<SqlUuid>, _>(candidates)
        .bind::<Array<SqlUuid>, _>(tasks)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(task.uuid())
        .execute(conn)
        .await?;
    Ok(())
}

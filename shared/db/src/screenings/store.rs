//! Storing scores and the facts that they rest on.

mod columns;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Bool, Integer, Jsonb, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{ApplicationId, OrgId, ScreeningId, TaskId};
use serde_json::Value;
use uuid::Uuid;

use self::columns::{Columns, FactsColumns, insert_facts, insert_rows};
use crate::DbError;
use crate::statement::statement;

/// Facts about to be stored.
#[derive(Debug, Clone)]
pub struct NewFacts {
    /// Components with values and quotes; the database refuses a quote that does not stand in the visible text.
    pub assessed: Value,
    /// What they were made from.
    pub inputs: Value,
    /// `parsed_at` of the reading that was assessed.
    pub read_at: Option<DateTime<Utc>>,
    /// Whether closeness in meaning was known in full.
    pub is_complete: bool,
}

/// What a score rests on.
#[derive(Debug, Clone)]
pub enum Basis {
    /// Facts that are stored with it.
    New(Box<NewFacts>),
    /// Facts of an earlier screening of the same application.
    Stored(Uuid),
}

/// A score about to be stored.
#[derive(Debug, Clone)]
pub struct NewScreening {
    /// What was scored.
    pub application: ApplicationId,
    /// The score, 0..=10000.
    pub total_bp: u16,
    /// What it rests on.
    pub facts: Basis,
}

/// What all scores of one run have in common.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The task that scores.
    pub task: TaskId,
    /// What computes the scores, for instance `rubric`.
    pub engine: &'a str,
    /// Version of the engine's rules.
    pub score_version: &'a str,
    /// How much each component counts, as JSON.
    pub weights: &'a Value,
    /// SHA-256 of everything about the job and the rules that facts depend on.
    pub basis: &'a [u8; 32],
}

/// A stored score, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screened {
    /// The row.
    pub id: ScreeningId,
    /// The score, 0..=10000.
    pub total_bp: i32,
}

/// What became of one score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is stored and shown with the application.
    Stored(Screened),
    /// The application is gone.
    Gone,
    /// The resume was read again since it was assessed: nothing is stored.
    ReadAgain,
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    parsed_at: Option<DateTime<Utc>>,
}

/// Holds candidates and jobs, and through them the applications, until the caller's transaction ends.
///
/// Deleting a job or erasing a candidate locks downwards from there to applications and screenings. The foreign keys of a
/// screening would lock upwards from the application, and the two would wait for each other. A candidate is held so that the
/// resume is not read again meanwhile, either: its text is what quotes are checked against.
async fn hold(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    applications: &[Uuid],
) -> Result<HashMap<Uuid, Option<DateTime<Utc>>>, DbError> {
    let hold = statement(
        "SELECT a.id, c.parsed_at FROM applications a \
         JOIN candidates c ON c.organization_id = a.organization_id AND c.id = a.candidate_id \
         JOIN jobs j ON j.organization_id = a.organization_id AND j.id = a.job_id \
         WHERE a.organization_id = ? AND a.id = ANY (?) ORDER BY a.candidate_id FOR SHARE OF c FOR KEY SHARE OF j",
    );
    let held: Vec<Held> = hold
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(applications)
        .load(conn)
        .await?;
    Ok(held.into_iter().map(|row| (row.id, row.parsed_at)).collect())
}

/// Stores scores in the caller's transaction and shows them with their applications; answers what became of each, in the order
/// given.
///
/// # Errors
/// See [`DbError`]; a conflict says that an application alone went at this very moment, one with `evidence_is_quoted` that a
/// quote does not stand in the visible text.
pub async fn insert(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    run: Run<'_>,
    screenings: Vec<NewScreening>,
) -> Result<Vec<Outcome>, DbError> {
    let ids: Vec<Uuid> = screenings.iter().map(|one| one.application.uuid()).collect();
    let held = hold(conn, org, &ids).await?;
    let mut outcomes = Vec::with_capacity(screenings.len());
    let (mut facts, mut rows) = (FactsColumns::default(), Columns::default());
    for screening in screenings {
        let application = screening.application.uuid();
        let Some(parsed_at) = held.get(&application) else {
            outcomes.push(Outcome::Gone);
            continue;
        };
        let facts_id = match screening.facts {
            Basis::Stored(id) => id,
            Basis::New(new) if new.read_at != *parsed_at => {
                outcomes.push(Outcome::ReadAgain);
                continue;
            }
            Basis::New(new) => facts.push(application, *new),
        };
        let id = ScreeningId::generate();
        let total_bp = i32::from(screening.total_bp);
        rows.push(id, application, (total_bp, facts_id));
        outcomes.push(Outcome::Stored(Screened { id, total_bp }));
    }
    insert_facts(conn, org, run, facts).await?;
    insert_rows(conn, org, run, rows).await?;
    Ok(outcomes)
}

/// Stores scores in a transaction of their own, like [`insert`]; answers how many were stored.
///
/// # Errors
/// See [`insert`].
pub async fn insert_all(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    run: Run<'_>,
    screenings: Vec<NewScreening>,
) -> Result<usize, DbError> {
    let outcomes = conn
        .transaction(async |conn| insert(conn, org, run, screenings).await)
        .await?;
    let stored = |outcome: &&Outcome| matches!(outcome, Outcome::Stored(_));
    Ok(outcomes.iter().filter(stored).count())
}

#[derive(QueryableByName)]
struct ScreenedRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Integer)]
    total_bp: i32,
}

/// The score that this run has stored for the organization's application already, from facts of the same basis, the same reading
/// and as complete as `facts`: a run that is repeated finds its work done.
///
/// # Errors
/// See [`DbError`].
pub async fn find_done(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    run: Run<'_>,
    (application, facts): (ApplicationId, &NewFacts),
) -> Result<Option<Screened>, DbError> {
    let stored = statement(
        "SELECT s.id, s.total_bp FROM screenings s \
         JOIN screening_facts f ON f.organization_id = s.organization_id AND f.id = s.facts_id \
         WHERE s.organization_id = ? AND s.task_id = ? AND s.application_id = ? AND s.weights = ? AND f.basis = ? \
         AND f.read_at IS NOT DISTINCT FROM ? AND f.is_complete = ? ORDER BY s.created_at DESC LIMIT 1",
    );
    let stored: Option<ScreenedRow> = stored
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(run.task.uuid())
        .bind::<SqlUuid, _>(application.uuid())
        .bind::<Jsonb, _>(run.weights)
        .bind::<Binary, _>(run.basis.as_slice())
        .bind::<Nullable<Timestamptz>, _>(facts.read_at)
        .bind::<Bool, _>(facts.is_complete)
        .get_result(conn)
        .await
        .optional()?;
    Ok(stored.map(|row| Screened {
        id: row.id.into(),
        total_bp: row.total_bp,
    }))
}

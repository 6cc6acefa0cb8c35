//! Stored scores with the facts that they rest on.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{ApplicationId, OrgId, ScreeningId};
use serde_json::Value;
use uuid::Uuid;

use crate::DbError;
use crate::statement::statement;

/// One stored score with everything that it was computed from.
#[derive(Debug, Clone, QueryableByName)]
pub struct ScreeningRow {
    /// The screening.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// The application.
    #[diesel(sql_type = SqlUuid)]
    pub application_id: Uuid,
    /// The candidate.
    #[diesel(sql_type = SqlUuid)]
    pub candidate_id: Uuid,
    /// The job.
    #[diesel(sql_type = SqlUuid)]
    pub job_id: Uuid,
    /// The task that computed it.
    #[diesel(sql_type = SqlUuid)]
    pub task_id: Uuid,
    /// What computed it.
    #[diesel(sql_type = Text)]
    pub engine: String,
    /// Version of the engine's rules.
    #[diesel(sql_type = Text)]
    pub score_version: String,
    /// The score, 0..=10000.
    #[diesel(sql_type = Integer)]
    pub total_bp: i32,
    /// How much each component counts.
    #[diesel(sql_type = Jsonb)]
    pub weights: Value,
    /// The facts; other screenings may rest on them too.
    #[diesel(sql_type = SqlUuid)]
    pub facts_id: Uuid,
    /// Components with values and quotes.
    #[diesel(sql_type = Jsonb)]
    pub assessed: Value,
    /// What they were made from.
    #[diesel(sql_type = Jsonb)]
    pub inputs: Value,
    /// SHA-256 of everything about the job and the rules that they depend on; none of rubric 1.
    #[diesel(sql_type = Nullable<Binary>)]
    pub basis: Option<Vec<u8>>,
    /// Whether closeness in meaning was known in full.
    #[diesel(sql_type = Bool)]
    pub is_complete: bool,
    /// Whether a person has reviewed it.
    #[diesel(sql_type = Bool)]
    pub human_reviewed: bool,
    /// When it was computed.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.application_id, s.candidate_id, s.job_id, s.task_id, s.engine, s.score_version, s.total_bp, \
             s.weights, s.facts_id, f.assessed, f.inputs, f.basis, f.is_complete, s.created_at, \
             EXISTS (SELECT FROM screening_reviews r \
                WHERE r.organization_id = s.organization_id AND r.screening_id = s.id) AS human_reviewed \
             FROM screenings s \
             JOIN screening_facts f ON f.organization_id = s.organization_id AND f.id = s.facts_id WHERE ",
            $rest
        )
    };
}

/// The organization's screening with this id.
///
/// # Errors
/// See [`DbError`].
pub async fn find(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    id: ScreeningId,
) -> Result<Option<ScreeningRow>, DbError> {
    Ok(statement(select!("s.organization_id = ? AND s.id = ?"))
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(id.uuid())
        .get_result(conn)
        .await
        .optional()?)
}

/// The latest screenings of the organization's application, newest first.
///
/// # Errors
/// See [`DbError`].
pub async fn list_of_application(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    application: ApplicationId,
    limit: i64,
) -> Result<Vec<ScreeningRow>, DbError> {
    let listed =
        select!("s.organization_id = ? AND s.application_id = ? ORDER BY s.created_at DESC, s.id LIMIT ?");
    Ok(statement(listed)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(application.uuid())
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?)
}

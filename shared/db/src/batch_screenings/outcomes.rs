//! What came of a batch, as people see it.
//!
//! What the language model came to is read from the task that asks it, so that however that task ends, nobody is left without an
//! outcome.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{OrgId, TaskId};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::DbError;
use crate::statement::statement;

/// What came of one candidate.
#[derive(Debug, Clone, QueryableByName)]
pub struct OutcomeRow {
    /// The candidate.
    #[diesel(sql_type = SqlUuid)]
    pub candidate_id: Uuid,
    /// `scored` or `failed`; none while nothing has come of it.
    #[diesel(sql_type = Nullable<Text>)]
    pub state: Option<String>,
    /// Why there is no score.
    #[diesel(sql_type = Nullable<Text>)]
    pub code: Option<String>,
    /// The score that the rules found.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub screening_id: Option<Uuid>,
    /// Its total, 0..=10000.
    #[diesel(sql_type = Nullable<Integer>)]
    pub total_bp: Option<i32>,
    /// Whether it was the present score before the batch began.
    #[diesel(sql_type = Bool)]
    pub is_reused: bool,
    /// Why the language model was not asked.
    #[diesel(sql_type = Nullable<Text>)]
    pub ai_reason: Option<String>,
    /// The task that asks it.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub ai_task_id: Option<Uuid>,
    /// Where that task stands, in the database's words; none once it is removed.
    #[diesel(sql_type = Nullable<Text>)]
    pub ai_state: Option<String>,
    /// What that task came to.
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub ai_result: Option<Value>,
    /// Why that task failed.
    #[diesel(sql_type = Nullable<Text>)]
    pub ai_code: Option<String>,
}

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// One page of what came of the batch's candidates, in the order of the request, and how many there are.
///
/// # Errors
/// See [`DbError`].
pub async fn list_outcomes(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    task: TaskId,
    (limit, offset): (i64, i64),
) -> Result<(Vec<OutcomeRow>, i64), DbError> {
    let page = statement(
        "SELECT b.candidate_id, b.state, b.code, b.screening_id, s.total_bp, b.is_reused, b.ai_reason, b.ai_task_id, \
            ai.state AS ai_state, ai.result AS ai_result, ai.last_error->>'code' AS ai_code \
         FROM batch_screenings b \
         LEFT JOIN screenings s ON s.organization_id = b.organization_id AND s.id = b.screening_id \
         LEFT JOIN tasks ai ON ai.organization_id = b.organization_id AND ai.id = b.ai_task_id \
         WHERE b.organization_id = ? AND b.task_id = ? ORDER BY b.position LIMIT ? OFFSET ?",
    );
    let rows = page
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(task.uuid())
        .bind::<BigInt, _>(limit)
        .bind::<BigInt, _>(offset)
        .load(conn)
        .await?;
    let count =
        statement("SELECT count(*) AS total FROM batch_screenings WHERE organization_id = ? AND task_id = ?");
    let total: Total = count
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(task.uuid())
        .get_result(conn)
        .await?;
    Ok((rows, total.total))
}

/// How far a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Counts {
    /// Candidates that were asked for.
    pub total: i64,
    /// Those that nothing more will come of by itself, the failed and the erased ones included.
    pub done: i64,
    /// Those without a score.
    pub failed: i64,
    /// Those that were erased since.
    pub erased: i64,
}

/// [`Counts`] of a row of `tasks` as JSON; SQL for a list of columns.
macro_rules! counts_of_task {
    () => {
        "CASE WHEN tasks.kind = 'screen_batch' THEN (SELECT jsonb_build_object('total', asked, 'erased', asked - listed, \
            'failed', failed, 'done', asked - listed + over) FROM (SELECT (tasks.payload->>'candidates')::bigint AS asked, \
                count(item.candidate_id) AS listed, \
                count(*) FILTER (WHERE item.state = 'failed' OR item.state IS NULL AND tasks.finished_at IS NOT NULL) \
                    AS failed, \
                count(*) FILTER (WHERE CASE WHEN item.state IS NULL THEN tasks.finished_at IS NOT NULL \
                    ELSE ai.id IS NULL OR ai.finished_at IS NOT NULL END) AS over \
            FROM batch_screenings item \
            LEFT JOIN tasks ai ON ai.organization_id = item.organization_id AND ai.id = item.ai_task_id \
            WHERE item.organization_id = tasks.organization_id AND item.task_id = tasks.id) counted) END AS counts"
    };
}
pub(crate) use counts_of_task;

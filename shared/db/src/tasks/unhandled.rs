//! Tasks that no worker can run.

use diesel::QueryableByName;
use diesel::sql_types::{Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{OrgId, TaskId};
use serde_json::Value;
use uuid::Uuid;

use super::end::{Ended, EndedRow};
use crate::DbError;
use crate::statement::statement;

/// The code of a task that no worker knew for an hour.
pub const NO_HANDLER: &str = "no-handler";

/// A task that died because no worker knew its kind.
#[derive(Debug, Clone)]
pub struct Unhandled {
    /// Its kind.
    pub kind: String,
    /// The tenant.
    pub organization_id: Option<OrgId>,
    /// Its payload, for last words.
    pub payload: Value,
}

#[derive(QueryableByName)]
struct UnhandledRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    organization_id: Option<Uuid>,
    #[diesel(sql_type = Jsonb)]
    payload: Value,
    #[diesel(embed)]
    row: EndedRow,
}

const NOTE: &str = "UPDATE tasks SET \
    last_error = CASE WHEN last_error ->> 'code' = 'no-handler' THEN last_error \
        ELSE jsonb_build_object('code', 'no-handler', 'message', 'No worker knows this kind of task.', 'retryable', true, \
             'since', extract(epoch FROM task_now())) END, \
    state = CASE WHEN last_error ->> 'code' = 'no-handler' \
        AND (last_error ->> 'since')::double precision <= extract(epoch FROM task_now()) - 3600 THEN 'dead' ELSE state END, \
    finished_at = CASE WHEN last_error ->> 'code' = 'no-handler' \
        AND (last_error ->> 'since')::double precision <= extract(epoch FROM task_now()) - 3600 THEN task_now() END \
    WHERE id = ? AND kind = ? AND run_at <= task_now() AND state IN ('pending', 'published') RETURNING kind, organization_id, payload, state, parent_id";

/// What a ring that nobody here can attend to has met.
#[derive(Debug, Clone)]
pub enum Met {
    /// Nothing that is due and of the ring's kind.
    Nobody,
    /// A task that waits for somebody who knows it.
    Waiting,
    /// A task that had waited for too long, and is dead now.
    Died(Unhandled),
}

/// Notes that a worker without a handler met this task, which must be due and of the kind that the ring has. It stays
/// published and is rung again with growing pauses; an hour after the first such meeting it is dead. In the caller's
/// transaction, which lets its parent know and says the kind's last words.
///
/// # Errors
/// [`DbError`] of the statements.
pub async fn note_unhandled(conn: &mut AsyncPgConnection, id: TaskId, kind: &str) -> Result<Met, DbError> {
    let rows: Vec<UnhandledRow> = statement(NOTE)
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<Text, _>(kind)
        .load(conn)
        .await?;
    let Some(row) = rows.into_iter().next() else {
        return Ok(Met::Nobody);
    };
    let ended = row.row.settle(conn).await?;
    if !matches!(ended, Ended::Finally(_)) {
        return Ok(Met::Waiting);
    }
    Ok(Met::Died(Unhandled {
        kind: row.kind,
        organization_id: row.organization_id.map(OrgId::from),
        payload: row.payload,
    }))
}

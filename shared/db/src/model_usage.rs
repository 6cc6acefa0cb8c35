//! What organizations use of language models: a counter a month, and every call.
//!
//! A call holds the tokens that it may come to before it is made, so that many at once stay within the cap together. A call
//! whose end nobody wrote down, because the process was killed, may have been paid for: what it held is charged.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{ModelCallId, OrgId, TaskId};

use crate::DbError;
use crate::statement::statement;

/// Minutes after which nobody writes down any more how a call ended: calls end within a few.
const FORGOTTEN_MINUTES: i32 = 60;

/// A call about to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewCall<'a> {
    /// The task that asks.
    pub task: TaskId,
    /// What it is for.
    pub purpose: &'a str,
    /// The model that is asked.
    pub model: &'a str,
    /// Tokens that it may come to.
    pub tokens: i64,
    /// Tokens that the organization may use in a month.
    pub cap: i64,
}

/// How a call ended.
#[derive(Debug, Clone, Copy)]
pub enum Ended<'a> {
    /// With an answer: tokens of question and answer, and what they cost in millionths of a US dollar.
    Answered {
        /// Of question and answer.
        tokens: (u32, u32),
        /// Millionths of a US dollar.
        cost_micros: i64,
    },
    /// Without one, and so without charge; the code says why.
    Failed(&'a str),
}

/// What an organization has used in one month.
#[derive(Debug, Clone, Default, PartialEq, Eq, QueryableByName)]
pub struct MonthRow {
    /// Calls that were answered, or may have been.
    #[diesel(sql_type = BigInt)]
    pub calls: i64,
    /// Tokens of questions.
    #[diesel(sql_type = BigInt)]
    pub prompt_tokens: i64,
    /// Tokens of answers.
    #[diesel(sql_type = BigInt)]
    pub completion_tokens: i64,
    /// Millionths of a US dollar.
    #[diesel(sql_type = BigInt)]
    pub cost_micros: i64,
    /// Tokens of calls that are under way.
    #[diesel(sql_type = BigInt)]
    pub held: i64,
}

impl MonthRow {
    /// Tokens used or held.
    #[must_use]
    pub const fn tokens(&self) -> i64 {
        self.prompt_tokens + self.completion_tokens + self.held
    }
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Date)]
    month: NaiveDate,
}

/// Holds the tokens of a call in a transaction of its own; `None` when the month's cap has no room for it.
///
/// # Errors
/// See [`DbError`].
pub async fn hold(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    call: NewCall<'_>,
) -> Result<Option<ModelCallId>, DbError> {
    conn.transaction(async |conn| {
        charge_forgotten(conn, org).await?;
        let held: Option<Held> = statement(
            "INSERT INTO model_months AS m (organization_id, month, held) \
             SELECT ?, date_trunc('month', now() AT TIME ZONE 'utc')::date, ? WHERE ? <= ? \
             ON CONFLICT (organization_id, month) DO UPDATE SET held = m.held + excluded.held \
                WHERE m.prompt_tokens + m.completion_tokens + m.held + excluded.held <= ? \
             RETURNING month",
        )
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<BigInt, _>(call.tokens)
        .bind::<BigInt, _>(call.tokens)
        .bind::<BigInt, _>(call.cap)
        .bind::<BigInt, _>(call.cap)
        .get_result(conn)
        .await
        .optional()?;
        let Some(held) = held else {
            return Ok(None);
        };
        let id = ModelCallId::generate();
        statement(
            "INSERT INTO model_calls (id, organization_id, month, task_id, purpose, model, held) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Date, _>(held.month)
        .bind::<SqlUuid, _>(call.task.uuid())
        .bind::<Text, _>(call.purpose)
        .bind::<Text, _>(call.model)
        .bind::<BigInt, _>(call.tokens)
        .execute(conn)
        .await?;
        Ok(Some(id))
    })
    .await
}

/// Charges what calls held whose end nobody wrote down.
async fn charge_forgotten(conn: &mut AsyncPgConnection, org: OrgId) -> Result<(), DbError> {
    statement(
        "WITH forgotten AS (UPDATE model_calls SET state = 'unknown', ended_at = now() \
            WHERE organization_id = ? AND state = 'open' AND created_at < now() - make_interval(mins => ?) \
            RETURNING month, held), \
         sums AS (SELECT month, count(*) AS calls, sum(held)::bigint AS held FROM forgotten GROUP BY month) \
         UPDATE model_months m SET held = m.held - sums.held, prompt_tokens = m.prompt_tokens + sums.held, \
            calls = m.calls + sums.calls \
         FROM sums WHERE m.organization_id = ? AND m.month = sums.month",
    )
    .bind::<SqlUuid, _>(org.uuid())
    .bind::<Integer, _>(FORGOTTEN_MINUTES)
    .bind::<SqlUuid, _>(org.uuid())
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes down how a call ended and gives back what it held; whether it was still open. In the caller's transaction, or as one
/// statement of its own.
///
/// # Errors
/// See [`DbError`].
pub async fn settle(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    call: ModelCallId,
    ended: Ended<'_>,
) -> Result<bool, DbError> {
    let (state, code, tokens, cost_micros) = match ended {
        Ended::Answered { tokens, cost_micros } => ("answered", None, tokens, cost_micros),
        Ended::Failed(code) => ("failed", Some(code), (0, 0), 0),
    };
    let count = |tokens: u32| i32::try_from(tokens).unwrap_or(i32::MAX);
    let changed = statement(
        "WITH ended AS (UPDATE model_calls SET state = ?, code = ?, prompt_tokens = ?, completion_tokens = ?, cost_micros = ?, \
            ended_at = now() WHERE organization_id = ? AND id = ? AND state = 'open' RETURNING *) \
         UPDATE model_months m SET held = m.held - ended.held, prompt_tokens = m.prompt_tokens + ended.prompt_tokens, \
            completion_tokens = m.completion_tokens + ended.completion_tokens, cost_micros = m.cost_micros + ended.cost_micros, \
            calls = m.calls + CASE WHEN ended.state = 'answered' THEN 1 ELSE 0 END \
         FROM ended WHERE m.organization_id = ended.organization_id AND m.month = ended.month",
    )
    .bind::<Text, _>(state)
    .bind::<Nullable<Text>, _>(code)
    .bind::<Integer, _>(count(tokens.0))
    .bind::<Integer, _>(count(tokens.1))
    .bind::<BigInt, _>(cost_micros)
    .bind::<SqlUuid, _>(org.uuid())
    .bind::<SqlUuid, _>(call.uuid())
    .execute(conn)
    .await?;
    Ok(changed > 0)
}

/// What the organization has used in the present month.
///
/// # Errors
/// See [`DbError`].
pub async fn this_month(conn: &mut AsyncPgConnection, org: OrgId) -> Result<MonthRow, DbError> {
    let month: Option<MonthRow> = statement(
        "SELECT calls, prompt_tokens, completion_tokens, cost_micros, held FROM model_months \
         WHERE organization_id = ? AND month = date_trunc('month', now() AT TIME ZONE 'utc')::date",
    )
    .bind::<SqlUuid, _>(org.uuid())
    .get_result(conn)
    .await
    .optional()?;
    Ok(month.unwrap_or_default())
}

#[derive(QueryableByName)]
struct Room {
    #[diesel(sql_type = Bool)]
    room: bool,
}

/// Whether a call of so many tokens has room within the month's cap at this moment.
///
/// # Errors
/// See [`DbError`].
pub async fn has_room(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    (tokens, cap): (i64, i64),
) -> Result<bool, DbError> {
    let room: Room = statement(
        "SELECT coalesce((SELECT prompt_tokens + completion_tokens + held FROM model_months \
            WHERE organization_id = ? AND month = date_trunc('month', now() AT TIME ZONE 'utc')::date), 0) + ? <= ? AS room",
    )
    .bind::<SqlUuid, _>(org.uuid())
    .bind::<BigInt, _>(tokens)
    .bind::<BigInt, _>(cap)
    .get_result(conn)
    .await?;
    Ok(room.room)
}

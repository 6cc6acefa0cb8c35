//! The ledger of outgoing mail.
//!
//! A mail is `queued`, then `sending` from just before its message is handed over, then `sent`, `failed` or `unknown`. A row
//! that a run finds `sending` belongs to a run that ended without knowing how the handover went.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use hiring_core::email::EmailAddress;
use hiring_core::ids::{LeaseId, MailId, OrgId, TaskId};
use serde_json::Value;

use crate::DbError;
use crate::schema::mails;
use crate::statement::statement;
use crate::tasks::lease::lock_lease;

/// Age in seconds at which whom a mail went to and what it said are forgotten: 30 days.
pub const REMEMBERED_SECONDS: i32 = 30 * 24 * 3600;
/// Most rows that one call of [`forget_old`] changes; call again while as many come.
pub const BATCH: usize = 500;

/// A mail about to be written down.
#[derive(Debug, Clone)]
pub struct NewMail<'a> {
    /// Its id.
    pub id: MailId,
    /// The tenant; none for the house's own mail.
    pub organization_id: Option<OrgId>,
    /// Whom it is for.
    pub recipient: &'a EmailAddress,
    /// Name of its template.
    pub template: &'a str,
    /// The template's parameters.
    pub params: Value,
    /// At most one mail ever has this key, until it is forgotten.
    pub once: Option<&'a str>,
}

/// Where a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// Nothing of it has left.
    Queued,
    /// It was about to be handed over; how that went is not written down.
    Sending,
    /// The server has it.
    Sent,
    /// The server will never have it.
    Failed,
    /// The server may have it; nobody can know.
    Unknown,
}

impl MailState {
    /// The name in the database, and as a metric label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    fn from_name(name: &str) -> Self {
        [Self::Queued, Self::Sending, Self::Sent, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == name)
            .unwrap_or(Self::Unknown)
    }
}

/// A stored mail.
#[derive(Clone)]
pub struct MailRow {
    /// Its id.
    pub id: MailId,
    /// Whom it is for and the template's parameters; none once they are forgotten.
    pub contents: Option<(String, Value)>,
    /// Name of its template.
    pub template: String,
    /// Where it stands.
    pub state: MailState,
    /// Set at the first attempt to hand it over.
    pub message_id: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
}

/// Writes a mail down, in the caller's transaction, unless there is one with the same key: then nothing happens and the answer
/// is no.
///
/// # Errors
/// See [`DbError`].
pub async fn insert(conn: &mut AsyncPgConnection, mail: NewMail<'_>) -> Result<bool, DbError> {
    let rows = diesel::insert_into(mails::table)
        .values((
            mails::id.eq(mail.id.uuid()),
            mails::organization_id.eq(mail.organization_id.map(OrgId::uuid)),
            mails::recipient.eq(mail.recipient.as_str()),
            mails::template.eq(mail.template),
            mails::params.eq(mail.params),
            mails::once.eq(mail.once),
        ))
        .on_conflict(mails::once)
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// The mail with this id, if it is this organization's, or the house's where none is given.
///
/// # Errors
/// See [`DbError`].
pub async fn find(
    conn: &mut AsyncPgConnection,
    org: Option<OrgId>,
    mail: MailId,
) -> Result<Option<MailRow>, DbError> {
    type Row = (
        Option<String>,
        Option<Value>,
        String,
        String,
        Option<String>,
        DateTime<Utc>,
    );
    let row: Option<Row> = mails::table
        .filter(mails::id.eq(mail.uuid()))
        .filter(mails::organization_id.is_not_distinct_from(org.map(OrgId::uuid)))
        .select((
            mails::recipient,
            mails::params,
            mails::template,
            mails::state,
            mails::message_id,
            mails::created_at,
        ))
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(
        |(recipient, params, template, state, message_id, created_at)| MailRow {
            id: mail,
            contents: recipient.zip(params),
            template,
            state: MailState::from_name(&state),
            message_id,
            created_at,
        },
    ))
}

/// Says that the mail is about to be handed over, in a transaction of its own that is committed, and flushed to disk, when this
/// answers yes. The Message-ID of an earlier attempt stays. No, and nothing changed, when somebody asked to cancel the task.
///
/// # Errors
/// [`DbError::LeaseLost`]: then hand nothing over. Else see [`DbError`].
pub async fn mark_sending(
    conn: &mut AsyncPgConnection,
    mail: MailId,
    (task, lease): (TaskId, LeaseId),
    message_id: &str,
) -> Result<bool, DbError> {
    let update = async |conn: &mut AsyncPgConnection| {
        if lock_lease(conn, task, lease).await? {
            return Ok(false);
        }
        statement(
            "UPDATE mails SET state = 'sending', message_id = coalesce(message_id, ?), sending_at = now(),
                 settled_at = NULL, error_code = NULL
             WHERE id = ?",
        )
        .bind::<Text, _>(message_id)
        .bind::<SqlUuid, _>(mail.uuid())
        .execute(conn)
        .await?;
        Ok(true)
    };
    conn.transaction(update).await
}

/// Takes back [`mark_sending`], because the server said that it does not have the mail.
///
/// # Errors
/// [`DbError::LeaseLost`], else see [`DbError`].
pub async fn mark_unsent(
    conn: &mut AsyncPgConnection,
    mail: MailId,
    (task, lease): (TaskId, LeaseId),
    error_code: &str,
) -> Result<(), DbError> {
    let update = async |conn: &mut AsyncPgConnection| {
        lock_lease(conn, task, lease).await?;
        statement("UPDATE mails SET state = 'queued', error_code = ? WHERE id = ? AND state = 'sending'")
            .bind::<Text, _>(error_code)
            .bind::<SqlUuid, _>(mail.uuid())
            .execute(conn)
            .await?;
        Ok(())
    };
    conn.transaction(update).await
}

/// Settles the mail as sent or unknown, in the transaction that completes its task and fences it.
///
/// # Errors
/// See [`DbError`].
pub async fn settle(
    conn: &mut AsyncPgConnection,
    mail: MailId,
    (state, error_code): (MailState, Option<&str>),
) -> Result<(), DbError> {
    statement("UPDATE mails SET state = ?, error_code = ?, settled_at = now() WHERE id = ?")
        .bind::<Text, _>(state.as_str())
        .bind::<Nullable<Text>, _>(error_code)
        .bind::<SqlUuid, _>(mail.uuid())
        .execute(conn)
        .await?;
    Ok(())
}

/// Settles the mail of a task that has died: failed, or unknown where it died in the middle of a handover. Answers which.
///
/// # Errors
/// See [`DbError`].
pub async fn settle_dead(
    conn: &mut AsyncPgConnection,
    mail: MailId,
    error_code: &str,
) -> Result<Option<MailState>, DbError> {
    #[derive(QueryableByName)]
    struct Settled {
        #[diesel(sql_type = Text)]
        state: String,
    }
    let row: Option<Settled> = statement(
        "UPDATE mails SET state = CASE WHEN state = 'sending' THEN 'unknown' ELSE 'failed' END, error_code = ?,
             settled_at = now()
         WHERE id = ? AND state IN ('queued', 'sending') RETURNING state",
    )
    .bind::<Text, _>(error_code)
    .bind::<SqlUuid, _>(mail.uuid())
    .get_result(conn)
    .await
    .optional()?;
    Ok(row.map(|row| MailState::from_name(&row.state)))
}

/// Forgets whom up to [`BATCH`] mails went to and what they said, once they are [`REMEMBERED_SECONDS`] old; answers how many.
/// One that is not settled by then is over too: its task was cancelled or removed.
///
/// # Errors
/// See [`DbError`].
pub async fn forget_old(conn: &mut AsyncPgConnection) -> Result<usize, DbError> {
    let rows = statement(
        "UPDATE mails SET recipient = NULL, params = NULL, once = NULL, forgotten_at = now(),
             settled_at = coalesce(settled_at, now()),
             error_code = CASE WHEN settled_at IS NULL THEN 'abandoned' ELSE error_code END,
             state = CASE state WHEN 'queued' THEN 'failed' WHEN 'sending' THEN 'unknown' ELSE state END
         WHERE id = ANY (ARRAY(
             SELECT id FROM mails WHERE forgotten_at IS NULL AND created_at < now() - make_interval(secs => ?)
             ORDER BY created_at LIMIT ? FOR UPDATE SKIP LOCKED))",
    )
    .bind::<Integer, _>(REMEMBERED_SECONDS)
    .bind::<BigInt, _>(i64::try_from(BATCH).unwrap_or(i64::MAX))
    .execute(conn)
    .await?;
    Ok(rows)
}

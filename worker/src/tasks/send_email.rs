//! Send one stored mail, at most once where nobody can know, and for certain where it must arrive.
//!
//! The row says `sending`, committed, from just before the message is handed over until its outcome is written together with
//! the task's completion. A run that finds `sending` therefore follows one that ended in between: it sends the same mail once
//! more, under the same Message-ID, if the template must arrive, and else says that nobody knows.

use std::time::Duration;

use diesel_async::AsyncPgConnection;
use hiring_core::email::EmailAddress;
use hiring_core::ids::MailId;
use hiring_core::task::SendEmail;
use hiring_db::DbError;
use hiring_db::mails::{self, MailRow, MailState};
use hiring_platform::mail::{Composed, Hurdle, Mailer, NotSent, Stamp, Template, compose};
use hiring_queue::{Dead, Done, Effects, TaskContext, TaskFailure};
use serde_json::json;

use super::Parts;

/// Tries to write down that a mail is sent while the database is away: forgetting it would be sending it twice.
const CONCLUSIONS: u32 = 5;
/// Pause before the second of them; as much longer before each further one.
const CONCLUSION_PAUSE: Duration = Duration::from_secs(1);

/// Runs the task.
///
/// # Errors
/// A refusal is final, a server that puts mail off is tried again for hours, one that is away for as long as others that are.
pub async fn run(parts: &Parts, ctx: TaskContext, task: SendEmail) -> Result<Done, TaskFailure> {
    let mut connection = ctx.database().connection().await?;
    let found = mails::find(&mut connection, ctx.organization_id(), task.mail_id).await?;
    drop(connection);
    let Some(mail) = found else {
        return ctx.cancel("mail-gone").await;
    };
    if mail.state == MailState::Sent {
        return ctx.finish().await;
    }
    let (template, composed, message_id) = written(parts.mailer.as_ref(), &mail)?;
    if mail.state == MailState::Sending && !template.must_arrive() {
        return conclude(&ctx, mail.id, (MailState::Unknown, Some("mail-in-doubt"))).await;
    }
    let handover = parts
        .mailer
        .begin(composed)
        .await
        .map_err(|why| failure(&ctx, why))?;
    let mut connection = ctx.database().connection().await?;
    let lease = (ctx.task_id(), ctx.lease_id());
    let is_wanted = mails::mark_sending(&mut connection, mail.id, lease, &message_id).await?;
    drop(connection);
    if !is_wanted {
        return ctx.cancel("cancelled").await;
    }
    match handover.finish().await {
        Ok(()) => conclude(&ctx, mail.id, (MailState::Sent, None)).await,
        Err(NotSent::Unknown) if !template.must_arrive() => {
            conclude(&ctx, mail.id, (MailState::Unknown, Some("mail-in-doubt"))).await
        }
        Err(NotSent::Unknown) => Err(failure(&ctx, NotSent::Unknown)),
        Err(why) => {
            // An earlier handover that is in doubt stays so, whatever the server says about this one.
            if matches!(mail.state, MailState::Queued | MailState::Failed) {
                let mut connection = ctx.database().connection().await?;
                mails::mark_unsent(&mut connection, mail.id, lease, code(why)).await?;
            }
            Err(failure(&ctx, why))
        }
    }
}

/// The task has died: so has the mail, unless it died in the middle of a handover.
///
/// # Errors
/// See [`DbError`].
pub async fn on_dead(conn: &mut AsyncPgConnection, dead: Dead<SendEmail>) -> Result<(), DbError> {
    if let Some(state) = mails::settle_dead(conn, dead.payload.mail_id, &dead.error.code).await? {
        count(state.as_str());
    }
    Ok(())
}

/// The mail as every attempt sends it.
fn written(mailer: &dyn Mailer, mail: &MailRow) -> Result<(Template, Composed, String), TaskFailure> {
    let Some((recipient, params)) = mail.contents.clone() else {
        return Err(TaskFailure::fail(
            "mail-forgotten",
            "The mail is so old that its contents are forgotten.",
        ));
    };
    let template = Template::from_stored(&mail.template, params).map_err(|_| {
        // In a rolling deploy a later release knows it.
        TaskFailure::away(
            "unknown-template",
            "This release does not know this sort of mail.",
        )
    })?;
    let unmailable = || TaskFailure::fail("mail-address", "The address cannot be written in a mail.");
    let recipient: EmailAddress = recipient.parse().map_err(|_| unmailable())?;
    let message_id = mail
        .message_id
        .clone()
        .unwrap_or_else(|| Stamp::message_id_for(mail.id, mailer.from()));
    let stamp = Stamp {
        id: mail.id,
        message_id: message_id.clone(),
        written_at: mail.created_at,
    };
    let composed = compose(mailer.from(), &recipient, &stamp, &template).map_err(|_| unmailable())?;
    Ok((template, composed, message_id))
}

/// Completes the task with what became of the mail.
async fn conclude(
    ctx: &TaskContext,
    mail: MailId,
    outcome: (MailState, Option<&str>),
) -> Result<Done, TaskFailure> {
    let mut tries = 0;
    loop {
        tries += 1;
        let done = ctx
            .complete(async |fx: &mut Effects| {
                mails::settle(fx.conn(), mail, outcome).await?;
                fx.result(json!({ "mail": outcome.0.as_str() }));
                Ok::<_, DbError>(())
            })
            .await;
        match done {
            Err(TaskFailure::Away(_)) if tries < CONCLUSIONS => {
                tokio::time::sleep(CONCLUSION_PAUSE * tries).await;
            }
            Err(failure) => return Err(failure),
            Ok(done) => {
                count(outcome.0.as_str());
                return Ok(done);
            }
        }
    }
}

/// What an attempt without success means for the task. Says nothing that the server said: servers repeat addresses.
fn failure(ctx: &TaskContext, why: NotSent) -> TaskFailure {
    let (outcome, failure) = match why {
        NotSent::Refused { reply } => {
            let message = match reply {
                Some(reply) => format!("The mail server refuses this mail for good (reply {reply})."),
                None => "The mail server cannot deliver to addresses with letters beyond ASCII.".to_owned(),
            };
            ("refused", TaskFailure::fail(code(why), &message))
        }
        NotSent::TryLater { reply } => {
            let message = format!("The mail server asked to try again later (reply {reply}).");
            ("put-off", TaskFailure::retry(code(why), &message))
        }
        NotSent::Away(hurdle) => ("away", TaskFailure::away(code(why), away_message(hurdle))),
        NotSent::Unknown => {
            let message = "The connection broke while the mail was handed over.";
            ("in-doubt", TaskFailure::retry(code(why), message))
        }
    };
    tracing::info!(task_id = %ctx.task_id(), code = code(why), why = ?why, "a mail was not sent");
    count(outcome);
    failure
}

const fn code(why: NotSent) -> &'static str {
    match why {
        NotSent::Refused { .. } => "mail-refused",
        NotSent::TryLater { .. } => "mail-put-off",
        NotSent::Away(hurdle) => hurdle.code(),
        NotSent::Unknown => "mail-in-doubt",
    }
}

const fn away_message(hurdle: Hurdle) -> &'static str {
    match hurdle {
        Hurdle::Unreachable => "The mail server could not be reached.",
        Hurdle::Insecure => "The connection to the mail server could not be encrypted.",
        Hurdle::Login => "The mail server does not accept our name and password.",
        Hurdle::Lost => "The mail server closed the connection.",
        Hurdle::Disk => "The mail directory could not be written to.",
    }
}

/// Counts what became of mails and of attempts: `sent`, `unknown` and `failed` end a mail, the others an attempt.
fn count(outcome: &'static str) {
    metrics::counter!("mails_total", "outcome" => outcome).increment(1);
}

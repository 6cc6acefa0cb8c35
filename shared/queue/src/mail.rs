//! A mail and the task that sends it, enqueued together.

use diesel_async::AsyncPgConnection;
use hiring_core::email::EmailAddress;
use hiring_core::ids::{MailId, OrgId};
use hiring_core::task::SendEmail;
use hiring_db::DbError;
use hiring_db::mails::{self, NewMail};
use hiring_db::tasks::{EnqueueOptions, Enqueued};
use serde_json::Value;

use crate::Ringer;

/// A mail to be sent.
#[derive(Debug, Clone)]
pub struct OutgoingMail<'a> {
    /// The tenant; none for the house's own mail.
    pub organization_id: Option<OrgId>,
    /// Whom it is for.
    pub recipient: &'a EmailAddress,
    /// Name of its template.
    pub template: &'static str,
    /// The template's parameters.
    pub params: Value,
    /// At most one mail has this key, until it is forgotten after 30 days: what keeps something that happens over and over from
    /// being written about over and over. Holds no address.
    pub once: Option<String>,
}

/// Writes the mail down and enqueues its task, in the caller's transaction; pass what it answers to [`Ringer::ring`] after the
/// commit. Nothing happens, and nothing is answered, when there is a mail with the same key.
///
/// # Errors
/// See [`DbError`].
pub async fn queue_mail(
    ringer: &Ringer,
    conn: &mut AsyncPgConnection,
    mail: OutgoingMail<'_>,
) -> Result<Option<Enqueued>, DbError> {
    let id = MailId::generate();
    let written = NewMail {
        id,
        organization_id: mail.organization_id,
        recipient: mail.recipient,
        template: mail.template,
        params: mail.params,
        once: mail.once.as_deref(),
    };
    if !mails::insert(conn, written).await? {
        return Ok(None);
    }
    let options = EnqueueOptions {
        organization_id: mail.organization_id,
        ..EnqueueOptions::default()
    };
    let enqueued = ringer.enqueue(conn, &SendEmail { mail_id: id }, options).await?;
    Ok(Some(enqueued))
}

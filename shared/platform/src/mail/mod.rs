//! Outgoing mail behind one small trait.
//!
//! | module | what lives there |
//! |---|---|
//! | [`config`] | the settings, and opening the mailer they describe |
//! | [`template`] | which mails there are, with their typed parameters |
//! | [`letter`] | a template's words as text and as HTML, escaped |
//! | [`message`] | the bytes on the wire, with a Message-ID that a resend keeps |
//! | [`smtp`], [`file`] | the two mailers |
//! | [`guarded`] | a mailer behind a breaker |
//!
//! Sending has two steps because SMTP has a point of no return: [`Mailer::begin`] does everything that can fail without
//! consequence, [`Handover::finish`] hands the message over. Between the two the caller commits that it is sending, so that
//! a crash during the handover is known to have happened there.

pub mod config;
pub mod file;
pub mod guarded;
pub mod letter;
pub mod message;
pub mod smtp;
pub mod template;

use async_trait::async_trait;
use hiring_core::email::EmailAddress;

pub use config::{MailConfig, MailTransport, Security, SmtpConfig, open};
pub use file::FileMailer;
pub use guarded::GuardedMailer;
pub use message::{Composed, Stamp, Unmailable, compose};
pub use smtp::{Limits, SmtpMailer};
pub use template::{BackupMissing, OrganizationExists, Template, UnknownTemplate};

/// Takes mail away.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Does everything up to the point of no return: connects, signs in, names sender and recipient.
    ///
    /// # Errors
    /// [`NotSent`], but never [`NotSent::Unknown`]: nothing has been handed over yet.
    async fn begin(&self, mail: Composed) -> Result<Box<dyn Handover>, NotSent>;

    /// Whom the mail is from.
    fn from(&self) -> &EmailAddress;

    /// The name in `MAIL_TRANSPORT`.
    fn transport(&self) -> &'static str;
}

/// A mail that only has to be handed over.
#[async_trait]
pub trait Handover: Send {
    /// Hands it over. Once this answers without an error, the mail is the server's.
    ///
    /// # Errors
    /// [`NotSent`]; [`NotSent::Unknown`] when the server may or may not have it.
    async fn finish(self: Box<Self>) -> Result<(), NotSent>;
}

/// Why a mail is not known to be sent. Never holds what the server said, because servers repeat addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// The server will not take this mail, now or later.
    #[error("refused")]
    Refused {
        /// The 5xx reply; none when the server lacks what the address needs.
        reply: Option<u16>,
    },
    /// The server does not take this mail now.
    #[error("put off")]
    TryLater {
        /// The 4xx reply.
        reply: u16,
    },
    /// There is nobody to give it to.
    #[error("no mail server")]
    Away(Hurdle),
    /// The connection was lost, or nothing was heard any more, while the message was handed over: the server may have it.
    #[error("lost during the handover")]
    Unknown,
}

/// What keeps every mail from being sent, not this one in particular.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hurdle {
    /// No connection, or no greeting.
    Unreachable,
    /// The connection cannot be encrypted as the settings demand.
    Insecure,
    /// The server does not accept the name and password.
    Login,
    /// The server closes the session or takes too long.
    Lost,
    /// The mail directory cannot be written to.
    Disk,
}

impl Hurdle {
    /// A code to search for.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "mail-server-unreachable",
            Self::Insecure => "mail-server-insecure",
            Self::Login => "mail-server-login",
            Self::Lost => "mail-server-lost",
            Self::Disk => "mail-directory",
        }
    }
}

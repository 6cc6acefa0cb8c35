//! Mail by SMTP, step by step, so that it is known which failures come before the point of no return.

use std::future::Future;
use std::time::Duration;

use async_trait::async_trait;
use hiring_core::email::EmailAddress;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::{Error, response::Response};
use secrecy::ExposeSecret;

use super::config::{OpenError, Security, SmtpConfig};
use super::{Composed, Handover, Hurdle, Mailer, NotSent};

/// The reply of a server that is about to close the session (RFC 5321 section 3.8).
const CLOSING: u16 = 421;

/// Longest waits.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For a connection to be there, its encryption included.
    pub connect: Duration,
    /// For the reply to one command. RFC 5321 section 4.5.3.2 asks for five minutes; nothing is lost by trying again sooner,
    /// because nothing was handed over yet.
    pub command: Duration,
    /// For the reply to the whole message: the ten minutes of RFC 5321 section 4.5.3.2.6, which says why: a shorter wait sends
    /// mail twice.
    pub handover: Duration,
    /// For a goodbye that nothing depends on.
    pub goodbye: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            command: Duration::from_secs(60),
            handover: Duration::from_secs(600),
            goodbye: Duration::from_secs(1),
        }
    }
}

impl Limits {
    /// Longest time that one mail can take, from the first step to the last.
    #[must_use]
    pub fn in_all(&self) -> Duration {
        // Greeting, EHLO, STARTTLS and EHLO again, AUTH, MAIL, RCPT, DATA.
        self.connect * 2 + self.command * 6 + self.handover + self.goodbye
    }
}

/// Sends mail to one server, one connection a mail.
pub struct SmtpMailer {
    address: (String, u16),
    security: Security,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
    from: EmailAddress,
    limits: Limits,
}

impl SmtpMailer {
    /// Prepares sending; connects when there is mail.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn new(config: &SmtpConfig, from: EmailAddress) -> Result<Self, OpenError> {
        let tls = match config.security {
            Security::None => None,
            Security::StartTls | Security::Tls => Some(tls_parameters(config)?),
        };
        let credentials = config
            .login
            .as_ref()
            .map(|(user, password)| Credentials::new(user.clone(), password.expose_secret().to_owned()));
        let domain = from.as_str().rsplit_once('@').map_or("", |(_, domain)| domain);
        // The sender's domain is a better name to give than the name of a container.
        let hello = idna::domain_to_ascii(domain).map_or_else(|_| ClientId::default(), ClientId::Domain);
        Ok(Self {
            address: (config.host.clone(), config.port),
            security: config.security,
            tls,
            credentials,
            hello,
            from,
            limits: Limits::default(),
        })
    }

    /// With other waits than the usual ones.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// A session in which mail can be offered. Whatever goes wrong here is not this mail's fault.
    async fn connect(&self) -> Result<AsyncSmtpConnection, NotSent> {
        let Limits { connect, command, .. } = self.limits;
        let from_the_start = self.tls.clone().filter(|_| self.security == Security::Tls);
        let address = (self.address.0.as_str(), self.address.1);
        let opening =
            AsyncSmtpConnection::connect_tokio1(address, Some(connect), &self.hello, from_the_start, None);
        let mut session = within(connect + command, opening)
            .await
            .map_err(|failure| hurdle(Hurdle::Unreachable, &failure))?;
        if self.security == Security::StartTls
            && let Some(tls) = self.tls.clone()
        {
            let upgrade = Box::pin(session.starttls(tls, &self.hello));
            within(connect + command, upgrade)
                .await
                .map_err(|failure| hurdle(Hurdle::Insecure, &failure))?;
        }
        if let Some(credentials) = &self.credentials {
            within(command, session.auth(DEFAULT_MECHANISMS, credentials))
                .await
                .map_err(|failure| hurdle(Hurdle::Login, &failure))?;
        }
        Ok(session)
    }
}

fn tls_parameters(config: &SmtpConfig) -> Result<TlsParameters, OpenError> {
    let mut builder = TlsParameters::builder(config.host.clone());
    if let Some(path) = &config.ca_file {
        let pem = std::fs::read(path).map_err(|error| OpenError::CaFile(error.into()))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| OpenError::CaFile(error.into()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder
        .build_rustls()
        .map_err(|error| OpenError::Tls(error.into()))
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn begin(&self, mail: Composed) -> Result<Box<dyn Handover>, NotSent> {
        let mut session = Box::pin(self.connect()).await?;
        let Composed { envelope, bytes, .. } = mail;
        let mut parameters = Vec::new();
        let mut addresses = envelope.from().into_iter().chain(envelope.to());
        if addresses.any(|address| !AsRef::<str>::as_ref(address).is_ascii()) {
            if !session.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(NotSent::Refused { reply: None });
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !bytes.is_ascii() {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let sender = Mail::new(envelope.from().cloned(), parameters);
        self.say(&mut session, sender).await?;
        for recipient in envelope.to() {
            self.say(&mut session, Rcpt::new(recipient.clone(), Vec::new()))
                .await?;
        }
        Ok(Box::new(Session {
            session,
            bytes,
            limits: self.limits,
        }))
    }

    fn from(&self) -> &EmailAddress {
        &self.from
    }

    fn transport(&self) -> &'static str {
        "smtp"
    }
}

impl SmtpMailer {
    async fn say(
        &self,
        session: &mut AsyncSmtpConnection,
        command: impl std::fmt::Display,
    ) -> Result<Response, NotSent> {
        let answered = within(self.limits.command, session.command(command)).await;
        answered.map_err(|failure| not_taken(&failure).unwrap_or(NotSent::Away(Hurdle::Lost)))
    }
}

/// A session in which sender and recipient are accepted.
struct Session {
    session: AsyncSmtpConnection,
    bytes: Vec<u8>,
    limits: Limits,
}

#[async_trait]
impl Handover for Session {
    async fn finish(mut self: Box<Self>) -> Result<(), NotSent> {
        let Limits {
            command,
            handover,
            goodbye,
            ..
        } = self.limits;
        // Until the content is through, the server has nothing that it could deliver.
        within(command, self.session.command(Data))
            .await
            .map_err(|failure| not_taken(&failure).unwrap_or(NotSent::Away(Hurdle::Lost)))?;
        within(handover, self.session.message(&self.bytes))
            .await
            .map_err(|failure| not_taken(&failure).unwrap_or(NotSent::Unknown))?;
        let _ = within(goodbye, self.session.quit()).await;
        Ok(())
    }
}

/// A step that failed.
enum Failure {
    Said(Error),
    Silence,
}

async fn within<T>(limit: Duration, step: impl Future<Output = Result<T, Error>>) -> Result<T, Failure> {
    match tokio::time::timeout(limit, step).await {
        Ok(answer) => answer.map_err(Failure::Said),
        Err(_) => Err(Failure::Silence),
    }
}

/// What a reply says about this mail; nothing when there was none.
fn not_taken(failure: &Failure) -> Option<NotSent> {
    let Failure::Said(error) = failure else {
        return None;
    };
    match u16::from(error.status()?) {
        CLOSING => Some(NotSent::Away(Hurdle::Lost)),
        reply if error.is_permanent() => Some(NotSent::Refused { reply: Some(reply) }),
        reply => Some(NotSent::TryLater { reply }),
    }
}

/// Something is wrong with server or settings; the operator is told what, as far as it is not the server's own words.
fn hurdle(hurdle: Hurdle, failure: &Failure) -> NotSent {
    let code = hurdle.code();
    match failure {
        Failure::Silence => tracing::warn!(code, "the mail server does not answer in time"),
        Failure::Said(error) => match error.status() {
            Some(reply) => tracing::warn!(code, reply = u16::from(reply), "the mail server does not want us"),
            None if error.is_response() => tracing::warn!(code, "the mail server does not speak SMTP"),
            None => tracing::warn!(
                code,
                error = error as &dyn std::error::Error,
                "the mail server cannot be used"
            ),
        },
    }
    NotSent::Away(hurdle)
}

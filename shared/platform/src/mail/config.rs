//! The mail settings, and opening the mailer they describe.

use std::path::PathBuf;
use std::sync::Arc;

use hiring_core::config::Reader;
use hiring_core::email::EmailAddress;
use secrecy::SecretString;

use super::{FileMailer, Mailer, SmtpMailer};

/// How mail leaves.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// `SMTP_FROM_EMAIL`: whom mail is from.
    pub from: EmailAddress,
    /// `MAIL_TRANSPORT` and what belongs to it.
    pub transport: MailTransport,
}

/// Where mail goes.
#[derive(Debug, Clone)]
pub enum MailTransport {
    /// `MAIL_DIR`: a directory of `.eml` files; nobody receives anything.
    File(PathBuf),
    /// A mail server.
    Smtp(SmtpConfig),
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// `SMTP_HOST`.
    pub host: String,
    /// `SMTP_PORT`.
    pub port: u16,
    /// `SMTP_TLS`.
    pub security: Security,
    /// `SMTP_USER` and `SMTP_PASSWORD`.
    pub login: Option<(String, SecretString)>,
    /// `SMTP_CA_FILE`: a certificate in PEM to trust besides the system's.
    pub ca_file: Option<PathBuf>,
}

/// How the connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Begun in the clear and encrypted before anything is said; a server that does not offer it gets no mail.
    StartTls,
    /// From the first byte, usually on port 465.
    Tls,
    /// Not at all.
    None,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    File,
    Smtp,
}

impl MailConfig {
    /// Reads `MAIL_TRANSPORT`, `MAIL_DIR` and every `SMTP_` variable; what is missing or makes no sense is a problem only for
    /// the transport that would use it.
    pub fn read(reader: &mut Reader) -> Self {
        let kind = reader.choice(
            "MAIL_TRANSPORT",
            Kind::File,
            &[("file", Kind::File), ("smtp", Kind::Smtp)],
        );
        let directory = reader.string("MAIL_DIR", ".dev/mail").into();
        let from = read_from(reader, kind);
        let smtp = SmtpConfig::read(reader, kind);
        Self {
            from,
            transport: match kind {
                Kind::File => MailTransport::File(directory),
                Kind::Smtp => MailTransport::Smtp(smtp),
            },
        }
    }
}

fn read_from(reader: &mut Reader, kind: Kind) -> EmailAddress {
    let given = reader.optional("SMTP_FROM_EMAIL");
    if given.is_none() && kind == Kind::Smtp {
        reader.problem("SMTP_FROM_EMAIL", "must be set when MAIL_TRANSPORT=smtp");
    }
    match given.as_deref().map(str::parse).transpose() {
        Ok(address) => address.unwrap_or_else(EmailAddress::nobody),
        Err(error) => {
            reader.problem("SMTP_FROM_EMAIL", format!("{error}"));
            EmailAddress::nobody()
        }
    }
}

impl SmtpConfig {
    fn read(reader: &mut Reader, kind: Kind) -> Self {
        let host = reader.optional("SMTP_HOST").unwrap_or_default();
        let port = reader.number("SMTP_PORT", 587, 1..=u16::MAX);
        let security = reader.choice(
            "SMTP_TLS",
            Security::StartTls,
            &[
                ("starttls", Security::StartTls),
                ("tls", Security::Tls),
                ("none", Security::None),
            ],
        );
        let (user, password) = (reader.optional("SMTP_USER"), reader.secret("SMTP_PASSWORD"));
        let ca_file = reader.optional("SMTP_CA_FILE").map(PathBuf::from);
        if kind == Kind::Smtp {
            if host.is_empty() {
                reader.problem("SMTP_HOST", "must be set when MAIL_TRANSPORT=smtp");
            } else if !host
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c))
            {
                reader.problem(
                    "SMTP_HOST",
                    "must be a host name or an IP address, without port or scheme",
                );
            }
            match (&user, &password) {
                (Some(_), None) => reader.problem("SMTP_PASSWORD", "must be set when SMTP_USER is"),
                (None, Some(_)) => reader.problem("SMTP_USER", "must be set when SMTP_PASSWORD is"),
                _ => {}
            }
            // A password in the clear is everybody's between here and there. Mail in the clear may be right, to a relay on the
            // same machine for instance, and that relay asks for no password.
            if user.is_some() && security == Security::None && reader.environment().is_production() {
                reader.problem(
                    "SMTP_TLS",
                    "must be starttls or tls in production when SMTP_USER is set: the password would travel in the clear",
                );
            }
        }
        Self {
            host,
            port,
            security,
            login: user.zip(password),
            ca_file,
        }
    }
}

/// Why no mailer can be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// `SMTP_CA_FILE` cannot be read, or holds no certificate.
    #[error("SMTP_CA_FILE is of no use")]
    CaFile(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The TLS library cannot be prepared.
    #[error("TLS cannot be prepared")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Opens the configured mailer. No server is called: one that is down must not keep the program from starting.
///
/// # Errors
/// [`OpenError`].
pub fn open(config: &MailConfig) -> Result<Arc<dyn Mailer>, OpenError> {
    Ok(match &config.transport {
        MailTransport::File(directory) => Arc::new(FileMailer::new(directory.clone(), config.from.clone())),
        MailTransport::Smtp(smtp) => Arc::new(SmtpMailer::new(smtp, config.from.clone())?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (MailConfig, Vec<String>, String) {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut reader = Reader::from_map(pairs.collect());
        let config = MailConfig::read(&mut reader);
        let problems = reader.finish().err().unwrap_or_default();
        (
            config,
            problems.into_iter().map(|problem| problem.variable).collect(),
            reader.render(),
        )
    }

    fn smtp(pairs: &[(&str, &str)]) -> (MailConfig, Vec<String>, String) {
        let usual = [
            ("MAIL_TRANSPORT", "smtp"),
            ("SMTP_HOST", "mail.example.org"),
            ("SMTP_FROM_EMAIL", "hiring@example.org"),
        ];
        let pairs: Vec<_> = usual.into_iter().chain(pairs.iter().copied()).collect();
        read(&pairs)
    }

    #[test]
    fn a_laptop_needs_no_setting_and_writes_files() {
        let (config, problems, _) = read(&[]);
        assert!(problems.is_empty());
        assert_eq!(config.from, EmailAddress::nobody());
        assert!(matches!(config.transport, MailTransport::File(path) if *path == *".dev/mail"));
        let (config, ..) = read(&[("MAIL_DIR", "/elsewhere"), ("SMTP_FROM_EMAIL", "hr@example.org")]);
        assert!(matches!(config.transport, MailTransport::File(path) if *path == *"/elsewhere"));
        assert_eq!(config.from.as_str(), "hr@example.org");
    }

    #[test]
    fn every_variable_of_a_mail_server_is_read() {
        let (config, problems, printed) = smtp(&[
            ("SMTP_PORT", "465"),
            ("SMTP_TLS", "tls"),
            ("SMTP_USER", "ada"),
            ("SMTP_PASSWORD", "swordfish"),
            ("SMTP_CA_FILE", "/etc/ca.pem"),
        ]);
        assert!(problems.is_empty());
        let MailTransport::Smtp(server) = config.transport else {
            panic!("smtp was asked for")
        };
        assert_eq!((server.host.as_str(), server.port), ("mail.example.org", 465));
        assert_eq!(server.security, Security::Tls);
        assert_eq!(server.login.map(|(user, _)| user).as_deref(), Some("ada"));
        assert_eq!(server.ca_file, Some("/etc/ca.pem".into()));
        assert!(!printed.contains("swordfish"));
        let MailTransport::Smtp(server) = smtp(&[]).0.transport else {
            panic!("smtp was asked for")
        };
        assert_eq!((server.port, server.security), (587, Security::StartTls));
    }

    #[test]
    fn a_mail_server_needs_a_name_and_a_sender() {
        let (_, problems, _) = read(&[("MAIL_TRANSPORT", "smtp")]);
        assert_eq!(problems, ["SMTP_FROM_EMAIL", "SMTP_HOST"]);
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for (variable, value) in [
            ("SMTP_HOST", "smtp://mail.example.org"),
            ("SMTP_PORT", "0"),
            ("SMTP_TLS", "perhaps"),
            ("SMTP_FROM_EMAIL", "ada@localhost"),
            ("MAIL_TRANSPORT", "pigeon"),
        ] {
            assert_eq!(smtp(&[(variable, value)]).1, [variable], "{variable}");
        }
        assert_eq!(smtp(&[("SMTP_USER", "ada")]).1, ["SMTP_PASSWORD"]);
        assert_eq!(smtp(&[("SMTP_PASSWORD", "x")]).1, ["SMTP_USER"]);
    }

    #[test]
    fn production_sends_no_password_in_the_clear() {
        let clear = [
            ("ENVIRONMENT", "production"),
            ("SMTP_TLS", "none"),
            ("SMTP_USER", "ada"),
            ("SMTP_PASSWORD", "swordfish"),
        ];
        assert_eq!(smtp(&clear).1, ["SMTP_TLS"]);
        assert!(
            smtp(&clear[..2]).1.is_empty(),
            "a relay that asks for no password"
        );
        assert!(smtp(&clear[1..]).1.is_empty(), "a test server");
    }
}

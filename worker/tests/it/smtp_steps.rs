//! What the SMTP mailer makes of each way in which a server can behave, without the engine around it.

use std::path::Path;
use std::time::Duration;

use hiring_core::email::EmailAddress;
use hiring_core::ids::MailId;
use hiring_platform::mail::{
    Composed, Hurdle, Limits, Mailer, NotSent, OrganizationExists, Security, SmtpConfig, SmtpMailer, Stamp,
    Template, compose,
};
use hiring_testkit::valkey::free_port;

use crate::smtp::{Options, SmtpServer, certificate};

fn address(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

fn mail(to: &str) -> Composed {
    let from = address("hiring@example.org");
    let id = MailId::generate();
    let stamp = Stamp {
        id,
        message_id: Stamp::message_id_for(id, &from),
        written_at: "2026-11-22T10:00:00Z".parse().unwrap(),
    };
    let name = "Ada\r\nBcc: eve@example.org\r\n\r\n.\r\nQUIT\r\n";
    let template = Template::OrganizationExists(OrganizationExists {
        name: Some(name.into()),
    });
    compose(&from, &address(to), &stamp, &template).unwrap()
}

fn settings(port: u16) -> SmtpConfig {
    SmtpConfig {
        host: "127.0.0.1".into(),
        port,
        security: Security::None,
        login: None,
        ca_file: None,
    }
}

fn mailer(settings: &SmtpConfig) -> SmtpMailer {
    SmtpMailer::new(settings, address("hiring@example.org")).unwrap()
}

async fn send(mailer: &SmtpMailer, mail: Composed) -> Result<(), NotSent> {
    mailer.begin(mail).await?.finish().await
}

/// Starts a server that encrypts, and settings that trust its certificate.
fn encrypting(folder: &Path, security: Security) -> (SmtpServer, SmtpConfig) {
    let (certificate, key) = certificate(folder);
    let name = if security == Security::Tls {
        "tls"
    } else {
        "starttls"
    };
    let (certificate_path, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
    let server = SmtpServer::start(&Options {
        port: 0,
        arguments: vec![
            "--security",
            name,
            "--certificate",
            certificate_path,
            "--key",
            key,
            "--login",
        ],
    });
    let config = SmtpConfig {
        security,
        login: Some(("ada".into(), "swordfish".into())),
        ca_file: Some(certificate),
        ..settings(server.port)
    };
    (server, config)
}

#[tokio::test]
async fn a_mail_arrives_whole_and_to_nobody_else() {
    let server = SmtpServer::plain();
    let mailer = mailer(&settings(server.port));
    send(&mailer, mail("ada@example.org")).await.unwrap();
    let kept = server.kept();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].recipients, ["ada@example.org"]);
    assert_eq!(kept[0].header("Bcc"), "");
    for part in ["text/plain", "text/html", "</html>"] {
        assert!(kept[0].content.contains(part), "{part}");
    }
}

#[tokio::test]
async fn what_a_server_says_before_it_has_the_mail_is_never_in_doubt() {
    let server = SmtpServer::plain();
    let mailer = mailer(&settings(server.port));
    for (behaviour, expected) in [
        ("refuse-recipient", NotSent::Refused { reply: Some(550) }),
        ("refuse-message", NotSent::Refused { reply: Some(554) }),
        ("defer-recipient", NotSent::TryLater { reply: 451 }),
        ("defer-message", NotSent::TryLater { reply: 451 }),
        ("closing", NotSent::Away(Hurdle::Lost)),
        ("drop-recipient", NotSent::Away(Hurdle::Lost)),
    ] {
        server.behave(behaviour);
        assert_eq!(
            send(&mailer, mail("ada@example.org")).await,
            Err(expected),
            "{behaviour}"
        );
    }
    assert!(server.kept().is_empty());
}

#[tokio::test]
async fn a_connection_lost_or_silent_after_the_message_leaves_it_in_doubt() {
    let server = SmtpServer::plain();
    let usual = mailer(&settings(server.port));
    for behaviour in ["drop-unkept", "drop-kept"] {
        server.behave(behaviour);
        let outcome = send(&usual, mail("ada@example.org")).await;
        assert_eq!(outcome, Err(NotSent::Unknown), "{behaviour}");
    }
    server.behave("silent");
    let hasty = Limits {
        handover: Duration::from_millis(50),
        ..Limits::default()
    };
    let outcome = send(&usual.limits(hasty), mail("ada@example.org")).await;
    assert_eq!(outcome, Err(NotSent::Unknown));
}

#[tokio::test]
async fn nobody_at_home_is_away() {
    let mailer = mailer(&settings(free_port()));
    let outcome = send(&mailer, mail("ada@example.org")).await;
    assert_eq!(outcome, Err(NotSent::Away(Hurdle::Unreachable)));
}

#[tokio::test]
async fn encrypted_and_signed_in_both_ways() {
    for security in [Security::StartTls, Security::Tls] {
        let folder = tempfile::tempdir().unwrap();
        let (server, config) = encrypting(folder.path(), security);
        send(&mailer(&config), mail("ada@example.org")).await.unwrap();
        let kept = server.kept();
        assert!(kept.len() == 1 && kept[0].encrypted, "{security:?}");
        assert_eq!(kept[0].user.as_deref(), Some("ada"));
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_gets_no_mail() {
    for security in [Security::StartTls, Security::Tls] {
        let folder = tempfile::tempdir().unwrap();
        let (server, config) = encrypting(folder.path(), security);
        let config = SmtpConfig {
            ca_file: None,
            ..config
        };
        let outcome = send(&mailer(&config), mail("ada@example.org")).await;
        assert!(matches!(outcome, Err(NotSent::Away(_))), "{outcome:?}");
        assert_eq!(server.tries(), 0);
    }
}

#[tokio::test]
async fn a_server_without_encryption_gets_neither_mail_nor_password() {
    let server = SmtpServer::plain();
    let config = SmtpConfig {
        security: Security::StartTls,
        login: Some(("ada".into(), "swordfish".into())),
        ..settings(server.port)
    };
    let outcome = send(&mailer(&config), mail("ada@example.org")).await;
    assert_eq!(outcome, Err(NotSent::Away(Hurdle::Insecure)));
    assert_eq!(server.tries(), 0);
}

#[tokio::test]
async fn a_wrong_password_is_the_settings_fault_and_not_the_mails() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, config) = encrypting(folder.path(), Security::StartTls);
    let config = SmtpConfig {
        login: Some(("ada".into(), "codfish".into())),
        ..config
    };
    let outcome = send(&mailer(&config), mail("ada@example.org")).await;
    assert_eq!(outcome, Err(NotSent::Away(Hurdle::Login)));
}

#[tokio::test]
async fn a_name_beyond_ascii_needs_a_server_that_knows_it() {
    let able = SmtpServer::plain();
    send(&mailer(&settings(able.port)), mail("müller@bücher.de"))
        .await
        .unwrap();
    assert_eq!(able.kept()[0].recipients, ["müller@xn--bcher-kva.de"]);
    let unable = SmtpServer::start(&Options {
        port: 0,
        arguments: vec!["--ascii"],
    });
    let outcome = send(&mailer(&settings(unable.port)), mail("müller@bücher.de")).await;
    assert_eq!(outcome, Err(NotSent::Refused { reply: None }));
}

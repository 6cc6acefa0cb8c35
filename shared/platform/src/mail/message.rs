//! The bytes on the wire.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use hiring_core::email::EmailAddress;
use hiring_core::ids::MailId;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, MultiPartKind, SinglePart};
use lettre::{Address, Message};

use super::letter::PRODUCT;
use super::template::Template;

/// What a mail keeps through every attempt, so that a resend is the same mail, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Its row.
    pub id: MailId,
    /// With angle brackets; see [`Stamp::message_id_for`].
    pub message_id: String,
    /// When it was asked for.
    pub written_at: DateTime<Utc>,
}

impl Stamp {
    /// The Message-ID of a mail's first attempt. Later attempts take the one that was stored, because the sender's address
    /// may have changed meanwhile.
    #[must_use]
    pub fn message_id_for(id: MailId, from: &EmailAddress) -> String {
        let domain = from.as_str().rsplit_once('@').map_or("", |(_, domain)| domain);
        let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| "invalid".into());
        format!("<{id}@{domain}>")
    }
}

/// A mail ready to be sent.
#[derive(Clone)]
pub struct Composed {
    pub(super) id: MailId,
    pub(super) envelope: Envelope,
    pub(super) bytes: Vec<u8>,
}

impl Composed {
    /// Headers and both parts.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The address cannot be written in a mail. Does not repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the address cannot be written in a mail")]
pub struct Unmailable;

/// Writes a mail.
///
/// # Errors
/// [`Unmailable`].
pub fn compose(
    from: &EmailAddress,
    to: &EmailAddress,
    stamp: &Stamp,
    template: &Template,
) -> Result<Composed, Unmailable> {
    let letter = template.letter();
    let both = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(format!("part-{}", stamp.id))
        .build()
        .singlepart(SinglePart::plain(letter.text()))
        .singlepart(SinglePart::html(letter.html()));
    let message = Message::builder()
        .from(Mailbox::new(Some(PRODUCT.to_owned()), address(from)?))
        .to(Mailbox::new(None, address(to)?))
        .subject(letter.subject())
        .message_id(Some(stamp.message_id.clone()))
        .date(SystemTime::from(stamp.written_at))
        // RFC 3834: no holiday reply, please.
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .multipart(both)
        .map_err(|_| Unmailable)?;
    Ok(Composed {
        id: stamp.id,
        envelope: message.envelope().clone(),
        bytes: message.formatted(),
    })
}

/// The domain is written in ASCII, which every server understands, so that only a local part beyond ASCII needs SMTPUTF8.
fn address(address: &EmailAddress) -> Result<Address, Unmailable> {
    let (local, domain) = address.as_str().rsplit_once('@').ok_or(Unmailable)?;
    let domain = idna::domain_to_ascii(domain).map_err(|_| Unmailable)?;
    Address::new(local, domain).map_err(|_| Unmailable)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mail::OrganizationExists;

    fn mail(to: &str, name: &str) -> Option<String> {
        let from: EmailAddress = "no-reply@example.org".parse().ok()?;
        let id = MailId::from(uuid::Uuid::from_u128(7));
        let stamp = Stamp {
            id,
            message_id: Stamp::message_id_for(id, &from),
            written_at: "2026-11-22T10:00:00Z".parse().ok()?,
        };
        let template = Template::OrganizationExists(OrganizationExists {
            name: Some(name.into()),
        });
        let composed = compose(&from, &to.parse().ok()?, &stamp, &template).ok()?;
        String::from_utf8(composed.bytes).ok()
    }

    fn headers(mail: &str) -> Vec<&str> {
        let head = mail.split("\r\n\r\n").next().unwrap_or_default();
        let own = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
        own.map(|line| line.split(':').next().unwrap_or_default())
            .collect()
    }

    #[test]
    fn a_mail_has_both_parts_and_the_same_bytes_every_time() {
        let written = mail("ada@example.org", "Ada Lovelace").unwrap();
        assert!(written.contains("Message-ID: <00000000-0000-0000-0000-000000000007@example.org>\r\n"));
        assert!(written.contains("Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n"));
        assert!(written.contains("Auto-Submitted: auto-generated\r\n"));
        assert!(written.contains("To: ada@example.org\r\n"));
        for part in ["multipart/alternative", "text/plain", "text/html"] {
            assert!(written.contains(part), "{part}");
        }
        assert_eq!(written.matches("Ada Lovelace").count(), 2);
        assert_eq!(mail("ada@example.org", "Ada Lovelace").unwrap(), written);
    }

    #[test]
    fn a_domain_beyond_ascii_is_written_so_that_every_server_understands_it() {
        let written = mail("ada@bücher.de", "Ada").unwrap();
        assert!(written.contains("To: ada@xn--bcher-kva.de\r\n"));
    }

    #[test]
    fn an_address_cannot_carry_a_header() {
        for to in [
            "ada@example.org\r\nBcc: eve@example.org",
            "ada\r\nBcc:eve@example.org",
            "<ada@example.org>",
            "ada@example.org,eve@example.org",
        ] {
            assert_eq!(mail(to, "Ada"), None, "{to}");
        }
    }

    proptest! {
        #[test]
        fn no_name_adds_a_header_or_a_part(name in any::<String>()) {
            let plain = mail("ada@example.org", "Ada").unwrap();
            let strange = mail("ada@example.org", &name).unwrap();
            prop_assert!(strange.is_ascii());
            prop_assert_eq!(headers(&strange), headers(&plain));
            prop_assert_eq!(strange.matches("\r\n--part-").count(), plain.matches("\r\n--part-").count());
        }
    }
}

//! An e-mail address that has been checked once, at the edge.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Longest address that SMTP can carry (RFC 5321 section 4.5.3.1.3: a path of 256 octets with its brackets).
pub const MAX_LENGTH: usize = 254;
/// Longest part before the `@` (RFC 5321 section 4.5.3.1.1).
pub const MAX_LOCAL_LENGTH: usize = 64;

/// A syntactically sound address, lower-cased, so that one mailbox has one spelling here.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// Why a text is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Longer than SMTP can carry.
    #[error("an e-mail address has at most {MAX_LENGTH} characters, {MAX_LOCAL_LENGTH} of them before the @")]
    TooLong,
    /// Not `local@domain.tld`.
    #[error("an e-mail address looks like name@example.org")]
    Malformed,
}

impl EmailAddress {
    /// An address that nobody has and nobody can have (RFC 2606 keeps `.invalid` for that), for a sender who expects no answer.
    #[must_use]
    pub fn nobody() -> Self {
        Self("no-reply@hiring-agent.invalid".to_owned())
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EmailAddress {
    type Err = EmailError;

    /// Accepts the practical subset of RFC 5321: a dot-atom local part and a domain of at least two labels.
    /// Quoted local parts and address literals are refused.
    fn from_str(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        if text.len() > MAX_LENGTH {
            return Err(EmailError::TooLong);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError::Malformed)?;
        if local.len() > MAX_LOCAL_LENGTH {
            return Err(EmailError::TooLong);
        }
        let local_ok = local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.chars().all(is_atom_char));
        let labels: Vec<&str> = domain.split('.').collect();
        let domain_ok = labels.len() >= 2 && labels.iter().all(|label| is_domain_label(label));
        let top_is_a_name = labels
            .last()
            .is_some_and(|top| top.chars().any(char::is_alphabetic));
        if local_ok && domain_ok && top_is_a_name {
            Ok(Self(text.to_lowercase()))
        } else {
            Err(EmailError::Malformed)
        }
    }
}

fn is_atom_char(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c)
}

fn is_domain_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|c| c.is_alphanumeric() || c == '-')
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailError;

    fn try_from(text: String) -> Result<Self, EmailError> {
        text.parse()
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Shows only the domain: addresses are personal and must not reach logs.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let domain = self.0.rsplit_once('@').map_or("", |(_, domain)| domain);
        write!(f, "EmailAddress(***@{domain})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_address_is_one_that_would_be_accepted() {
        let nobody = EmailAddress::nobody();
        assert_eq!(nobody.as_str().parse(), Ok(nobody));
    }

    #[test]
    fn ordinary_addresses_are_accepted_and_lower_cased() {
        for text in [
            "Ada@Example.org",
            " ada.l+hr@mail.example.co.uk ",
            "müller@bücher.de",
        ] {
            let address: EmailAddress = text.parse().unwrap();
            assert_eq!(address.as_str(), text.trim().to_lowercase());
        }
    }

    #[test]
    fn malformed_addresses_are_refused() {
        for text in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "ada@localhost",
            "a..b@x.org",
            "a@-x.org",
            "a@1.2",
            "a b@x.org",
        ] {
            assert_eq!(text.parse::<EmailAddress>(), Err(EmailError::Malformed), "{text}");
        }
    }

    #[test]
    fn overlong_addresses_are_refused() {
        let long_local = format!("{}@example.org", "a".repeat(65));
        let long_domain = format!("a@{}.org", "a.".repeat(130));
        assert_eq!(long_local.parse::<EmailAddress>(), Err(EmailError::TooLong));
        assert_eq!(long_domain.parse::<EmailAddress>(), Err(EmailError::TooLong));
    }

    #[test]
    fn debug_output_hides_the_person() {
        let address: EmailAddress = "ada@example.org".parse().unwrap();
        assert!(!format!("{address:?}").contains("ada@"));
    }
}

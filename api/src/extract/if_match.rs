//! `If-Match`: a change names the version that it changes, so that two people never overwrite each other unseen.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::IF_MATCH;
use actix_web::{FromRequest, HttpRequest};

use crate::problem::{Kind, Problem};

/// What the caller's `If-Match` said. The check waits until the row is found, because 404 comes before 428.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch(Option<String>);

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = request
            .headers()
            .get(IF_MATCH)
            .and_then(|value| value.to_str().ok());
        ready(Ok(Self(header.map(str::to_owned))))
    }
}

impl IfMatch {
    /// Whether the caller knows this version (`*` knows every version).
    ///
    /// # Errors
    /// `version-required` without the header, `version-mismatch` for another version.
    pub fn require(&self, version: i32) -> Result<(), Problem> {
        let Some(header) = &self.0 else {
            let detail = "Send the `ETag` of the version that you are changing as `If-Match`.";
            return Err(Problem::new(Kind::VersionRequired, detail));
        };
        if header
            .split(',')
            .map(str::trim)
            .any(|tag| tag == "*" || version_of(tag) == Some(version))
        {
            return Ok(());
        }
        Err(Self::mismatch())
    }

    /// The answer for a change that came second.
    #[must_use]
    pub fn mismatch() -> Problem {
        Problem::new(
            Kind::VersionMismatch,
            "It was changed since you read it. Read it again and repeat your change.",
        )
    }
}

/// The version in an `ETag` of ours, which may go on with a hash of what was shown: changes conflict by version alone, whatever
/// somebody saw of it. Weak tags never match (RFC 9110 13.1.1).
fn version_of(tag: &str) -> Option<i32> {
    let text = tag.strip_prefix('"')?.strip_suffix('"')?;
    let version = text.split_once('-').map_or(text, |(version, _)| version);
    version.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_must_name_the_current_version() {
        let kind = |header: Option<&str>| {
            IfMatch(header.map(str::to_owned))
                .require(3)
                .err()
                .map(|p| p.kind())
        };
        assert_eq!(kind(Some("\"3\"")), None);
        assert_eq!(kind(Some("\"2\", \"3\"")), None);
        assert_eq!(kind(Some("\"3-0123456789abcdef\"")), None);
        assert_eq!(kind(Some("*")), None);
        assert_eq!(kind(Some("3")), Some(Kind::VersionMismatch));
        assert_eq!(kind(Some("\"33-0123456789abcdef\"")), Some(Kind::VersionMismatch));
        assert_eq!(kind(Some("\"2\"")), Some(Kind::VersionMismatch));
        assert_eq!(kind(Some("W/\"3\"")), Some(Kind::VersionMismatch));
        assert_eq!(kind(None), Some(Kind::VersionRequired));
    }
}

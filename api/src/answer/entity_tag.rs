//! `ETag`s of answers: `"3-5f1b..."`, the version of a row and a hash of what is shown of it, or `W/"5f1b..."` where there is no
//! version.
//!
//! The version is for `If-Match`: two changes conflict whatever their authors saw. The hash is for `If-None-Match`: members see more
//! of a job than strangers, some see candidates blindly, and scores or notes come without a new version of the row. The hash is over
//! `data`, not over `meta`, whose request id and time differ in every answer; the cache keeps it beside the data.

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderValue, IF_NONE_MATCH};
use sha2::{Digest, Sha256};

/// Bytes of the hash: 64 bits, of which no two states of one resource will ever share all.
const BYTES: usize = 8;

/// The digest of an answer's data.
pub fn digest(data: &[u8]) -> String {
    hex::encode(Sha256::digest(data))
}

/// The tag of an answer with data of this digest; `version` is that of the row in quotes, if there is one. The links tell how many
/// pages a list has.
pub fn of(version: Option<&str>, digest: &str, links: Option<&HeaderValue>) -> String {
    let mut hash = Sha256::new_with_prefix(digest);
    hash.update(links.map(HeaderValue::as_bytes).unwrap_or_default());
    let hash: [u8; 32] = hash.finalize().into();
    let hash = hash
        .iter()
        .take(BYTES)
        .fold(0, |all, byte| all << 8 | u64::from(*byte));
    match version {
        Some(version) => format!("\"{}-{hash:016x}\"", version.trim_matches('"')),
        None => format!("W/\"{hash:016x}\""),
    }
}

/// Whether the caller has the answer with this tag already: `If-None-Match` compares weakly (RFC 9110 13.1.2).
pub fn is_known(request: &HttpRequest, tag: &str) -> bool {
    let tag = essence(tag);
    request
        .headers()
        .get_all(IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .any(|known| known.trim() == "*" || essence(known) == tag)
}

/// What two tags are compared by.
fn essence(tag: &str) -> &str {
    tag.trim().trim_start_matches("W/")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_tag_changes_with_the_version_and_with_what_is_shown() {
        let (one, other) = (digest(b"{}"), digest(b"[]"));
        let tag = of(Some("\"3\""), &one, None);
        assert!(tag.starts_with("\"3-") && tag.len() == 2 + 2 + 2 * BYTES, "{tag}");
        assert_ne!(tag, of(Some("\"4\""), &one, None));
        assert_ne!(tag, of(Some("\"3\""), &other, None));
        assert!(of(None, &one, None).starts_with("W/\""));
    }

    #[test]
    fn what_the_caller_has_is_known_among_others_and_weakly() {
        let known = |header: &str| {
            let request = TestRequest::get().insert_header((IF_NONE_MATCH, header));
            is_known(&request.to_http_request(), "\"3-abc\"")
        };
        assert!(known("\"3-abc\"") && known("W/\"3-abc\"") && known("\"1-x\", \"3-abc\"") && known("*"));
        assert!(!known("\"3\"") && !known("\"3-abd\"") && !known("3-abc"));
    }
}

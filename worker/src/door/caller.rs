//! Who may bring tasks. Behind a proxy on this machine every peer is loopback, so that proves nothing by itself: whatever
//! the proxy says about where the request came from must be loopback as well.

use std::net::{IpAddr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::answer::Problem;

/// Lets in who is on this machine or shows the token.
pub(super) fn check(request: &HttpRequest, token: Option<&SecretString>) -> Result<(), Problem> {
    if is_local(request.peer_addr(), request.headers()) {
        return Ok(());
    }
    match token {
        None => Err(Problem::Forbidden),
        Some(token) if shows(request.headers(), token) => Ok(()),
        Some(_) => Err(Problem::Unauthenticated),
    }
}

/// Whether the peer and everybody it speaks for are this machine.
fn is_local(peer: Option<SocketAddr>, headers: &HeaderMap) -> bool {
    peer.is_some_and(|peer| is_loopback(peer.ip()))
        && hops(headers, "x-forwarded-for").all(|hop| hop.is_some_and(is_loopback))
        && hops(headers, "x-real-ip").all(|hop| hop.is_some_and(is_loopback))
        && elements(headers, "forwarded").all(|element| forwarded_for(element).is_some_and(is_loopback))
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// The addresses of a list header; `None` for what is no address.
fn hops<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = Option<IpAddr>> + 'a {
    elements(headers, name).map(address)
}

/// The elements of a list header. One that is no text is an empty element, which is no address.
fn elements<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
    headers
        .get_all(name)
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .map(str::trim)
}

/// An address, with or without a port and brackets.
fn address(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Some(address.ip());
    }
    let inside = text.strip_prefix('[')?.strip_suffix(']')?;
    inside.parse().ok().map(IpAddr::V6)
}

/// The `for` of one element of a `Forwarded` header (RFC 7239).
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut found = None;
    for pair in element.split(';') {
        let (name, value) = pair.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("for") {
            let value = value.trim();
            let bare = value
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'))
                .unwrap_or(value);
            // Said twice, it is whichever the reader likes.
            if found.replace(address(bare)?).is_some() {
                return None;
            }
        }
    }
    found
}

/// Whether the token is shown. Digests are compared, so that not even its length can be measured.
fn shows(headers: &HeaderMap, token: &SecretString) -> bool {
    let shown = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, shown)| shown.trim());
    let Some(shown) = shown else {
        return false;
    };
    let digest = |text: &str| -> [u8; 32] { Sha256::digest(text.as_bytes()).into() };
    digest(shown).ct_eq(&digest(token.expose_secret())).into()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn checked(peer: &str, headers: &[(&'static str, &str)], token: Option<&str>) -> Result<(), Problem> {
        let mut request = TestRequest::post().peer_addr(peer.parse().unwrap());
        for header in headers {
            request = request.append_header(*header);
        }
        let token = token.map(|token| SecretString::from(token.to_owned()));
        check(&request.to_http_request(), token.as_ref())
    }

    #[test]
    fn this_machine_is_let_in_also_through_its_own_proxy() {
        for peer in ["127.0.0.1:5000", "[::1]:5000", "[::ffff:127.0.0.1]:5000"] {
            assert_eq!(checked(peer, &[], None), Ok(()), "{peer}");
        }
        for header in [
            ("x-forwarded-for", "127.0.0.1"),
            ("x-forwarded-for", "127.0.0.1, ::1,127.8.0.1:80"),
            ("x-real-ip", "127.0.0.1"),
            ("forwarded", "for=127.0.0.1;proto=http, for=\"[::1]:80\""),
        ] {
            assert_eq!(checked("127.0.0.1:5000", &[header], None), Ok(()), "{header:?}");
        }
    }

    #[test]
    fn a_loopback_peer_that_speaks_for_somebody_else_is_not_let_in() {
        for header in [
            ("x-forwarded-for", "203.0.113.9"),
            ("x-forwarded-for", "203.0.113.9, 127.0.0.1"),
            ("x-forwarded-for", "127.0.0.1, 203.0.113.9"),
            ("x-forwarded-for", "localhost"),
            ("x-forwarded-for", "unknown"),
            ("x-forwarded-for", ""),
            ("x-forwarded-for", "127.0.0.1,"),
            ("x-real-ip", "203.0.113.9"),
            ("forwarded", "for=203.0.113.9"),
            ("forwarded", "for=_hidden"),
            ("forwarded", "proto=http"),
            ("forwarded", "for=127.0.0.1;for=203.0.113.9"),
            ("forwarded", "for=127.0.0.1, for=\"[2001:db8::1]\""),
            ("forwarded", "nonsense"),
        ] {
            assert_eq!(
                checked("127.0.0.1:5000", &[header], None),
                Err(Problem::Forbidden),
                "{header:?}"
            );
        }
        // A second header of the name counts as much as the first.
        let twice = [
            ("x-forwarded-for", "127.0.0.1"),
            ("x-forwarded-for", "203.0.113.9"),
        ];
        assert_eq!(checked("127.0.0.1:5000", &twice, None), Err(Problem::Forbidden));
    }

    #[test]
    fn anybody_else_must_show_the_token() {
        let from = "203.0.113.9:5000";
        assert_eq!(checked(from, &[], None), Err(Problem::Forbidden));
        assert_eq!(
            checked(from, &[], Some("swordfish")),
            Err(Problem::Unauthenticated)
        );
        for wrong in [
            "Bearer swordfis",
            "Bearer swordfishes",
            "Basic swordfish",
            "swordfish",
            "Bearer",
        ] {
            let header = [("authorization", wrong)];
            assert_eq!(
                checked(from, &header, Some("swordfish")),
                Err(Problem::Unauthenticated),
                "{wrong}"
            );
        }
        for right in ["Bearer swordfish", "bearer  swordfish "] {
            assert_eq!(
                checked(from, &[("authorization", right)], Some("swordfish")),
                Ok(()),
                "{right}"
            );
        }
        let spoken_for = [
            ("x-forwarded-for", "203.0.113.9"),
            ("authorization", "Bearer swordfish"),
        ];
        assert_eq!(checked("127.0.0.1:5000", &spoken_for, Some("swordfish")), Ok(()));
    }
}

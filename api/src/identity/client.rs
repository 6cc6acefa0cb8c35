//! Who is counted for a request: the user whom a sound token proves, or the address that it comes from.

use std::fmt;

use actix_web::HttpMessage;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use chrono::{DateTime, Utc};
use hiring_core::ids::UserId;
use ipnet::IpNet;

use super::address::ClientAddress;
use super::tokens::AccessTokens;
use crate::extract::allowed::Caller;
use crate::state::AppState;

static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What the token of a request is worth by itself; whether its session lives is another question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// No token was sent.
    Missing,
    /// Signed by us, for us, and valid at this time.
    Sound(Caller),
    /// It does not count; the text tells the caller why.
    Refused(&'static str),
}

impl Proof {
    /// Judges the request's token, once: later calls answer the same. Asks nobody else.
    #[must_use]
    pub fn of(request: &ServiceRequest, state: &AppState) -> Self {
        if let Some(known) = request.extensions().get::<Self>() {
            return *known;
        }
        let header = request.headers().get(AUTHORIZATION);
        let proof = Self::judge(header, &state.tokens, state.clock.now());
        request.extensions_mut().insert(proof);
        proof
    }

    fn judge(header: Option<&HeaderValue>, tokens: &AccessTokens, now: DateTime<Utc>) -> Self {
        let Some(header) = header else {
            return Self::Missing;
        };
        let token = header.to_str().ok().and_then(|text| {
            let (scheme, token) = text.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
        });
        let Some(token) = token else {
            return Self::Refused("The Authorization header is not `Bearer` and a token.");
        };
        match tokens.verify(token, now) {
            Ok(caller) => Self::Sound(caller),
            Err(why) => Self::Refused(why),
        }
    }
}

/// Who is counted. Nothing that a caller merely says decides it: a token that does not count leaves its sender to be counted
/// by address, so that nobody can use up what belongs to somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Client {
    /// A user.
    User(UserId),
    /// An address.
    Address(ClientAddress),
}

impl Client {
    /// Who is counted for this request.
    #[must_use]
    pub fn of(request: &ServiceRequest, proof: Proof, trusted: &[IpNet]) -> Self {
        if let Proof::Sound(caller) = proof {
            return Self::User(caller.user_id);
        }
        let forwarded: Vec<&str> = request
            .headers()
            .get_all(&X_FORWARDED_FOR)
            // What is no text is no address either, and ends the search as such.
            .map(|value| value.to_str().unwrap_or_default())
            .collect();
        let address = ClientAddress::find(request.peer_addr(), forwarded.into_iter(), trusted);
        Self::Address(address)
    }
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => write!(f, "user:{user}"),
            Self::Address(address) => write!(f, "address:{address}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
    use chrono::TimeDelta;
    use hiring_core::clock::{Clock, SystemClock};
    use hiring_core::identity::Role;
    use hiring_core::ids::{OrgId, SessionId};
    use proptest::prelude::*;
    use secrecy::SecretString;
    use std::net::SocketAddr;

    use super::*;

    /// How somebody who has no sound token makes one up that speaks of the victim.
    #[derive(Debug, Clone, Copy)]
    enum Forgery {
        None,
        OtherKey,
        NoAlgorithm,
        Expired,
        OtherSubject,
        CutOff(usize),
        NotBearer,
    }

    fn forgeries() -> impl Strategy<Value = Forgery> {
        prop_oneof![
            Just(Forgery::None),
            Just(Forgery::OtherKey),
            Just(Forgery::NoAlgorithm),
            Just(Forgery::Expired),
            Just(Forgery::OtherSubject),
            (1..200_usize).prop_map(Forgery::CutOff),
            Just(Forgery::NotBearer),
        ]
    }

    /// A hop that the attacker writes into `X-Forwarded-For`: the victim, a proxy of ours, anybody, or no address.
    fn hops() -> impl Strategy<Value = String> {
        prop_oneof![
            Just("198.51.100.7".to_owned()),
            Just("::ffff:198.51.100.7".to_owned()),
            Just("2001:db8:1:2::9".to_owned()),
            Just("10.0.0.9".to_owned()),
            Just("127.0.0.1".to_owned()),
            any::<[u8; 4]>().prop_map(|octets| std::net::IpAddr::from(octets).to_string()),
            any::<[u8; 16]>().prop_map(|octets| std::net::IpAddr::from(octets).to_string()),
            "[ -~]{0,20}",
        ]
    }

    fn tokens(key: &str) -> AccessTokens {
        AccessTokens::new(&SecretString::from(key.to_owned()), None, TimeDelta::minutes(15))
    }

    fn caller() -> Caller {
        Caller {
            user_id: UserId::generate(),
            session_id: SessionId::generate(),
            organization_id: Some(OrgId::generate()),
            role: Role::Admin,
        }
    }

    /// The header that a forger sends, given a sound token of the victim's past and one of the forger's own.
    fn forge(how: Forgery, victim: &Caller, ours: &AccessTokens, now: DateTime<Utc>) -> Option<String> {
        let sound = ours.issue(victim, now).unwrap();
        let parts: Vec<&str> = sound.split('.').collect();
        let token = match how {
            Forgery::None => return None,
            Forgery::NotBearer => return Some(sound),
            Forgery::OtherKey => tokens("a key of the forger's own").issue(victim, now).unwrap(),
            Forgery::Expired => ours.issue(victim, now - TimeDelta::hours(1)).unwrap(),
            Forgery::CutOff(length) => sound.chars().take(length.min(sound.len() - 1)).collect(),
            Forgery::NoAlgorithm => {
                let kid = jsonwebtoken::decode_header(&sound).unwrap().kid.unwrap();
                let header = BASE64.encode(format!(r#"{{"typ":"JWT","alg":"none","kid":"{kid}"}}"#));
                format!("{header}.{}.", parts[1])
            }
            Forgery::OtherSubject => {
                // The victim's claims under the signature of a sound token of somebody else.
                let own = ours.issue(&caller(), now).unwrap();
                let signature = own.split('.').nth(2).unwrap();
                format!("{}.{}.{signature}", parts[0], parts[1])
            }
        };
        Some(format!("Bearer {token}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn forged_tokens_and_forwarded_addresses_leave_their_sender_counted_by_the_address_that_our_proxies_saw(
            how in forgeries(),
            written in prop::collection::vec(hops(), 0..5),
            in_two_headers in any::<bool>(),
            proxies in 0..3_usize,
            port in any::<u16>(),
        ) {
            let (ours, now) = (tokens("our key"), SystemClock.now());
            let victim = caller();
            let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
            let attacker = "203.0.113.66";
            // The attacker connects to the last proxy in front; each appends whom it saw.
            let mut header = written.join(", ");
            let ways = ["10.1.1.1", "fd00::7"];
            let mut seen = attacker;
            let mut headers = Vec::new();
            for proxy in ways.iter().take(proxies) {
                if in_two_headers && headers.is_empty() {
                    headers.push(std::mem::replace(&mut header, seen.to_owned()));
                } else {
                    header = if header.is_empty() { seen.to_owned() } else { format!("{header}, {seen}") };
                }
                seen = proxy;
            }
            headers.push(header);
            let mut request = TestRequest::default().peer_addr(SocketAddr::new(seen.parse().unwrap(), port));
            for header in headers.iter().filter(|header| !header.is_empty()) {
                request = request.append_header((X_FORWARDED_FOR.clone(), header.as_str()));
            }
            if let Some(token) = forge(how, &victim, &ours, now) {
                request = request.insert_header((AUTHORIZATION, token));
            }
            let request = request.to_srv_request();
            let proof = Proof::judge(request.headers().get(AUTHORIZATION), &ours, now);
            prop_assert!(!matches!(proof, Proof::Sound(_)), "{how:?} passed");
            let counted = Client::of(&request, proof, &trusted);
            prop_assert_eq!(counted.to_string(), "address:203.0.113.66");
        }
    }

    #[test]
    fn a_sound_token_is_counted_by_its_subject_from_wherever_it_comes() {
        let (ours, now, user) = (tokens("our key"), SystemClock.now(), caller());
        let token = format!("Bearer {}", ours.issue(&user, now).unwrap());
        for peer in ["203.0.113.66", "2001:db8::1"] {
            let request = TestRequest::default()
                .peer_addr(SocketAddr::new(peer.parse().unwrap(), 1))
                .insert_header((AUTHORIZATION, token.clone()))
                .to_srv_request();
            let proof = Proof::judge(request.headers().get(AUTHORIZATION), &ours, now);
            assert_eq!(Client::of(&request, proof, &[]), Client::User(user.user_id));
        }
    }
}

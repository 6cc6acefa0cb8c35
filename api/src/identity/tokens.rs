//! Access tokens: JSON Web Tokens that prove who calls, for which organization, in which role.

use chrono::{DateTime, TimeDelta, Utc};
use hiring_core::identity::Role;
use hiring_core::ids::{OrgId, SessionId, UserId};
use hiring_core::random;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::extract::allowed::Caller;

/// `iss` of every token.
const ISSUER: &str = "hiring-agent";
/// `aud` of every access token; refresh tokens are opaque and never pass for one.
const AUDIENCE: &str = "hiring-agent-api";
/// Seconds by which the clocks of two servers may differ.
const LEEWAY_SECONDS: i64 = 5;

/// Of tokens that say nothing that counts.
const BROKEN: &str = "The access token is not valid. Sign in again.";
/// Most tokens remembered; about 200 bytes each.
const CAPACITY: u64 = 50_000;

/// What an access token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    sub: Uuid,
    sid: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    org: Option<Uuid>,
    role: Role,
    iss: String,
    aud: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: Uuid,
}

/// Signs and verifies access tokens.
pub struct AccessTokens {
    signing: (String, EncodingKey),
    verifying: Vec<(String, DecodingKey)>,
    validation: Validation,
    lifetime: TimeDelta,
    /// What tokens say whose signatures were found good, by the SHA-256 of the whole token.
    known: moka::sync::Cache<[u8; 32], Known>,
}

/// What a token with a good signature says. Whether its time is now is asked each time.
#[derive(Debug, Clone, Copy)]
struct Known {
    caller: Caller,
    not_before: i64,
    expires: i64,
}

impl AccessTokens {
    /// Tokens signed with `key` by HMAC-SHA-256; tokens signed with `previous` still verify, for a rotation of the key.
    #[must_use]
    pub fn new(key: &SecretString, previous: Option<&SecretString>, lifetime: TimeDelta) -> Self {
        let bytes = key.expose_secret().as_bytes();
        let mut verifying = vec![(key_id(bytes), DecodingKey::from_secret(bytes))];
        if let Some(previous) = previous {
            let bytes = previous.expose_secret().as_bytes();
            verifying.push((key_id(bytes), DecodingKey::from_secret(bytes)));
        }
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // Times are checked against the clock that is passed in, so that tests can step it.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self {
            signing: (key_id(bytes), EncodingKey::from_secret(bytes)),
            verifying,
            validation,
            known: moka::sync::Cache::builder()
                .max_capacity(CAPACITY)
                .time_to_live(lifetime.to_std().unwrap_or_default())
                .build(),
            lifetime,
        }
    }

    /// How long a token lives, in seconds.
    #[must_use]
    pub const fn lifetime_seconds(&self) -> i64 {
        self.lifetime.num_seconds()
    }

    /// A token for this caller.
    ///
    /// # Errors
    /// Only when the claims cannot be signed, which is a defect.
    pub fn issue(&self, caller: &Caller, now: DateTime<Utc>) -> Result<String, jsonwebtoken::errors::Error> {
        let claims = Claims {
            sub: caller.user_id.uuid(),
            sid: caller.session_id.uuid(),
            org: caller.organization_id.map(OrgId::uuid),
            role: caller.role,
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + self.lifetime).timestamp(),
            jti: random::uuid_v4(),
        };
        let (kid, key) = &self.signing;
        let header = Header {
            kid: Some(kid.clone()),
            ..Header::new(Algorithm::HS256)
        };
        jsonwebtoken::encode(&header, &claims, key)
    }

    /// The caller that a token proves; the error is a sentence for that caller.
    ///
    /// # Errors
    /// For a token that is malformed, signed by another key or algorithm, made for another audience, not valid yet, or
    /// expired.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Caller, &'static str> {
        let digest: [u8; 32] = Sha256::digest(token).into();
        let known = match self.known.get(&digest) {
            Some(known) => known,
            None => {
                let known = self.read(token)?;
                self.known.insert(digest, known);
                known
            }
        };
        let now = now.timestamp();
        if known.expires <= now {
            return Err("The access token has expired. Refresh the session or sign in again.");
        }
        if known.not_before > now + LEEWAY_SECONDS {
            return Err(BROKEN);
        }
        Ok(known.caller)
    }

    /// What a token says, if one of our keys has signed it for us.
    fn read(&self, token: &str) -> Result<Known, &'static str> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| BROKEN)?;
        let kid = header.kid.ok_or(BROKEN)?;
        let (_, key) = self.verifying.iter().find(|(id, _)| *id == kid).ok_or(BROKEN)?;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &self.validation)
            .map_err(|_| BROKEN)?
            .claims;
        Ok(Known {
            caller: Caller {
                user_id: UserId::from(claims.sub),
                session_id: SessionId::from(claims.sid),
                organization_id: claims.org.map(OrgId::from),
                role: claims.role,
            },
            not_before: claims.nbf,
            expires: claims.exp,
        })
    }
}

/// Names a key without telling it: 8 hexadecimal digits of a hash over a label and the key.
fn key_id(key: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(b"hiring-agent key id");
    hash.update(key);
    hex::encode(hash.finalize()).chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use hiring_core::clock::{Clock, SystemClock};

    use super::*;

    fn tokens(key: &str) -> AccessTokens {
        AccessTokens::new(&SecretString::from(key.to_owned()), None, TimeDelta::minutes(15))
    }

    fn caller() -> Caller {
        Caller {
            user_id: UserId::generate(),
            session_id: SessionId::generate(),
            organization_id: Some(OrgId::generate()),
            role: Role::Recruiter,
        }
    }

    #[test]
    fn a_token_proves_the_caller_it_was_issued_to_until_it_expires() {
        let (tokens, caller, now) = (tokens("first key"), caller(), SystemClock.now());
        let token = tokens.issue(&caller, now).unwrap();
        assert_eq!(tokens.verify(&token, now), Ok(caller));
        assert!(
            tokens
                .verify(&token, now + TimeDelta::minutes(15))
                .unwrap_err()
                .contains("expired")
        );
        assert!(tokens.verify(&token, now - TimeDelta::minutes(1)).is_err());
    }

    #[test]
    fn a_token_signed_with_another_key_or_with_none_is_refused() {
        use base64::Engine;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
        let (tokens_a, now) = (tokens("first key"), SystemClock.now());
        let foreign = tokens("second key").issue(&caller(), now).unwrap();
        assert!(tokens_a.verify(&foreign, now).is_err());

        let sound = tokens_a.issue(&caller(), now).unwrap();
        let claims = sound.split('.').nth(1).unwrap();
        let kid = jsonwebtoken::decode_header(&sound).unwrap().kid.unwrap();
        let header = BASE64.encode(format!(r#"{{"typ":"JWT","alg":"none","kid":"{kid}"}}"#));
        assert!(tokens_a.verify(&format!("{header}.{claims}."), now).is_err());
        assert!(tokens_a.verify("no token at all", now).is_err());
    }

    #[test]
    fn the_previous_key_still_verifies_during_a_rotation() {
        let (old, now) = (tokens("old key"), SystemClock.now());
        let (key, previous) = (
            SecretString::from("next key".to_owned()),
            SecretString::from("old key".to_owned()),
        );
        let rotated = AccessTokens::new(&key, Some(&previous), TimeDelta::minutes(15));
        let caller = caller();
        assert_eq!(rotated.verify(&old.issue(&caller, now).unwrap(), now), Ok(caller));
    }
}

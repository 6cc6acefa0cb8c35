//! `Idempotency-Key`: a request that is sent again is answered again, not carried out again.
//!
//! A handler takes an [`IdempotencyKey`] and wraps its work in [`IdempotencyKey::once`]; the flow ends its own transaction
//! with [`Claim::save`], so that work and answer are committed together:
//!
//! ```text
//! key.once(&state.database, &allowed, Fingerprint::of(&[&body.bytes]), async |claim| {
//!     connection.transaction(async |connection| {
//!         let row = jobs::insert(connection, ..).await?;
//!         let answer = Answer::created(JobView::new(row, Some(organization)), location).recorded()?;
//!         claim.save(connection, &answer).await?;
//!         Ok(answer)
//!     }).await
//! }).await
//! ```
//!
//! The claim is committed before the work begins and keeps others away for a minute; a claim that ran out (its process
//! died) is taken over by the same request, and then the first one can no longer commit. A failed request gives its claim
//! back. Stored answers are kept for 24 h and may hold no secret.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpRequest};
use diesel_async::AsyncPgConnection;
use hiring_core::random;
use hiring_db::Database;
use hiring_db::idempotency::{self, Claimed, Scope};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Violations;
use super::allowed::Caller;
use crate::answer::Answer;
use crate::problem::{Kind, Problem};

/// The request header.
const HEADER: &str = "idempotency-key";
/// Longest key in characters.
const MAX_LENGTH: usize = 255;
/// Says on an answer that it was given before.
static REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The request's key, if it has one, with the method and the route template that the key is unique within.
#[derive(Debug)]
pub struct IdempotencyKey {
    key: Option<String>,
    method: String,
    route: String,
    /// What the route's parameters stand for in this request.
    parameters: Vec<String>,
}

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut values = request.headers().get_all(HEADER);
        let (first, more) = (values.next(), values.next());
        let key = match (first.map(|value| checked(value.as_bytes())), more) {
            (None, _) => Ok(None),
            (Some(Some(key)), None) => Ok(Some(key)),
            _ => Err(malformed_key()),
        };
        ready(key.map(|key| {
            Self {
                key,
                method: request.method().to_string(),
                route: request.match_pattern().unwrap_or_default(),
                parameters: request
                    .match_info()
                    .iter()
                    .map(|(_, value)| value.to_ascii_lowercase())
                    .collect(),
            }
        }))
    }
}

/// 1-255 visible ASCII characters.
fn checked(value: &[u8]) -> Option<String> {
    let sound = (1..=MAX_LENGTH).contains(&value.len()) && value.iter().all(u8::is_ascii_graphic);
    sound.then(|| String::from_utf8_lossy(value).into_owned())
}

fn malformed_key() -> Problem {
    let mut violations = Violations::default();
    let detail =
        format!("`Idempotency-Key` is sent once and has 1 to {MAX_LENGTH} visible ASCII characters.");
    violations.add("Idempotency-Key", "malformed", detail.clone());
    violations
        .finish()
        .err()
        .unwrap_or_else(|| Problem::new(Kind::ValidationFailed, detail))
}

/// What makes two requests the same: SHA-256 over everything that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Over these parts, each with its length, so that no two lists of parts are alike.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// The same request to the same thing: two ids in the path are two requests, however equal their bodies.
    fn about(self, parameters: &[String]) -> Self {
        if parameters.is_empty() {
            return self;
        }
        let mut parts: Vec<&[u8]> = vec![&self.0];
        parts.extend(parameters.iter().map(String::as_bytes));
        Self::of(&parts)
    }
}

/// The right to answer under a key; without a key, saving does nothing.
#[derive(Debug, Clone)]
pub struct Claim {
    held: Option<(Scope, Uuid)>,
}

impl Claim {
    /// Saves the answer in the transaction that did the work.
    ///
    /// # Errors
    /// `idempotency-in-progress` when somebody else has taken the request over: the transaction must roll back.
    pub async fn save(
        &self,
        connection: &mut AsyncPgConnection,
        answer: &Answer<Value>,
    ) -> Result<(), Problem> {
        let Some((scope, token)) = &self.held else {
            return Ok(());
        };
        let (status, stored) = answer.to_stored();
        let status = i16::try_from(status).map_err(Problem::internal)?;
        if idempotency::save(connection, scope, *token, (status, &stored)).await? {
            Ok(())
        } else {
            Err(in_progress(1))
        }
    }
}

impl IdempotencyKey {
    /// Runs the work once for this key: a repeated request gets the saved answer, a concurrent one a conflict, another
    /// request under the same key a refusal. Without a key the work just runs.
    ///
    /// # Errors
    /// `idempotency-in-progress`, `idempotency-mismatch`, `unavailable`, and those of the work.
    pub async fn once(
        self,
        database: &Database,
        caller: &Caller,
        fingerprint: Fingerprint,
        work: impl AsyncFnOnce(&Claim) -> Result<Answer<Value>, Problem>,
    ) -> Result<Answer<Value>, Problem> {
        let Some(key) = self.key else {
            return work(&Claim { held: None }).await;
        };
        let fingerprint = fingerprint.about(&self.parameters);
        let (principal, organization) = (caller.user_id, caller.organization_id);
        let scope = Scope {
            principal,
            organization,
            method: self.method,
            route: self.route,
            key,
        };
        let token = random::uuid_v4();
        let claimed = {
            let mut connection = database.connection().await?;
            idempotency::claim(&mut connection, &scope, &fingerprint.0, token).await?
        };
        match claimed {
            Claimed::Ours => {}
            Claimed::Answered { status, body } => return replay(status, body),
            Claimed::Locked { seconds } => return Err(in_progress(u64::try_from(seconds).unwrap_or(1))),
            Claimed::OtherRequest => {
                let detail = "This Idempotency-Key was used for a different request. Send a fresh key with each request.";
                return Err(Problem::new(Kind::IdempotencyMismatch, detail));
            }
        }
        let claim = Claim {
            held: Some((scope, token)),
        };
        let answer = work(&claim).await;
        if answer.is_err() {
            release(database, &claim).await;
        }
        answer
    }
}

fn replay(status: i16, body: Value) -> Result<Answer<Value>, Problem> {
    let answer = u16::try_from(status)
        .ok()
        .and_then(|status| Answer::from_stored(status, body));
    let broken = || Problem::internal(anyhow::anyhow!("a saved answer could not be read"));
    Ok(answer
        .ok_or_else(broken)?
        .header(REPLAYED.clone(), "true".to_owned()))
}

fn in_progress(seconds: u64) -> Problem {
    let detail = "A request with this Idempotency-Key is being worked on. Send it again when it is over.";
    Problem::new(Kind::IdempotencyInProgress, detail).retry_after(seconds)
}

/// Lets a failed request be tried again at once. If even that fails, the lock runs out by itself.
async fn release(database: &Database, claim: &Claim) {
    let Some((scope, token)) = &claim.held else { return };
    let released = async {
        let mut connection = database.connection().await?;
        idempotency::release(&mut connection, scope, *token).await
    };
    if let Err(error) = released.await {
        tracing::warn!(%error, "an idempotency key could not be released");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        assert_ne!(Fingerprint::of(&[b"ab", b"c"]), Fingerprint::of(&[b"a", b"bc"]));
        assert_ne!(Fingerprint::of(&[b"ab"]), Fingerprint::of(&[b"ab", b""]));
        assert_eq!(Fingerprint::of(&[b"ab", b"c"]), Fingerprint::of(&[b"ab", b"c"]));
    }

    #[test]
    fn what_the_path_names_is_part_of_the_request() {
        let body = Fingerprint::of(&[b"{}"]);
        let of = |id: &str| body.about(&[id.to_owned()]);
        assert_ne!(of("one"), of("two"));
        assert_eq!(of("one"), of("one"));
        assert_eq!(body.about(&[]), body);
    }

    #[test]
    fn a_key_is_visible_ascii_of_sensible_length() {
        assert_eq!(
            checked(b"8e03978e-40d5-43dd").as_deref(),
            Some("8e03978e-40d5-43dd")
        );
        assert!(checked(b"").is_none());
        assert!(checked(b"two words").is_none());
        assert!(checked("schlüssel".as_bytes()).is_none());
        assert!(checked(&[b'k'; 255]).is_some());
        assert!(checked(&[b'k'; 256]).is_none());
    }
}

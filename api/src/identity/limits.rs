//! How much each client may have, tier by tier.

use std::time::Duration;

use actix_web::http::header::HeaderValue;
use hiring_core::email::EmailAddress;
use hiring_core::identity::Role;
use hiring_platform::limits::{Buckets, Decision, Limiter, Rule};
use hiring_platform::redis::Redis;
use ipnet::IpNet;
use sha2::{Digest, Sha256};

use super::client::{Client, Proof};
use crate::config::LimitConfig;
use crate::routes::Tier;

/// Most that signing in to an account that many try waits: its owner gets in all the same.
const LONGEST_SLOWING: Duration = Duration::from_secs(3);

/// What a request was counted by.
#[derive(Debug, Clone)]
pub struct Counted {
    /// The rule.
    pub rule: Rule,
    /// The rule as `RateLimit-Policy` tells it.
    pub policy: HeaderValue,
}

/// The buckets of a rule, and what is told about it.
struct Tub {
    buckets: Buckets,
    counted: Counted,
}

impl Tub {
    fn new(rule: Rule) -> Self {
        Self {
            buckets: Buckets::new(rule),
            counted: Counted {
                rule,
                policy: policy(&rule),
            },
        }
    }
}

/// The field `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers: how much, and in which window of seconds.
fn policy(rule: &Rule) -> HeaderValue {
    // A full bucket takes this long to come back, rounded up: the window in which `q` holds.
    let window = (u64::from(rule.capacity) * 60).div_ceil(u64::from(rule.per_minute.max(1)));
    let (name, hour) = (rule.name, rule.per_hour);
    let text = format!(
        "\"{name}\";q={};w={window}, \"{name}-hour\";q={hour};w=3600",
        rule.capacity
    );
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Somebody who wants a token.
pub struct Asker<'a> {
    limiter: &'a Limiter,
    tub: &'a Tub,
    who: String,
}

impl<'a> Asker<'a> {
    /// Whether a request that changes nothing may be worked on while the token is asked for; see [`Buckets::may_begin`].
    #[must_use]
    pub fn may_begin(&self) -> bool {
        self.tub.buckets.may_begin(&self.who)
    }

    /// Takes a token, if there is one.
    pub async fn take(&self) -> Decision {
        self.limiter.take(&self.tub.buckets, &self.who).await
    }

    /// What is counted by.
    #[must_use]
    pub const fn counted(&self) -> &'a Counted {
        &self.tub.counted
    }
}

/// The buckets of every tier. One for a process.
pub struct Limits {
    limiter: Option<Limiter>,
    auth: Tub,
    account: Tub,
    ai: Tub,
    upload: Tub,
    upload_candidate: Tub,
    read: Tub,
    write: Tub,
    other: Tub,
    trusted_proxies: Vec<IpNet>,
}

impl Limits {
    /// Full buckets, kept in this Redis if there is one.
    #[must_use]
    pub fn new(config: LimitConfig, redis: Option<Redis>) -> Self {
        Self {
            limiter: config.enabled.then(|| Limiter::new(redis, config.patience)),
            auth: Tub::new(config.auth),
            account: Tub::new(config.account),
            ai: Tub::new(config.ai),
            upload: Tub::new(config.upload),
            upload_candidate: Tub::new(config.upload_candidate),
            read: Tub::new(config.read),
            write: Tub::new(config.write),
            other: Tub::new(config.other),
            trusted_proxies: config.trusted_proxies,
        }
    }

    /// Who is believed about addresses.
    #[must_use]
    pub fn trusted_proxies(&self) -> &[IpNet] {
        &self.trusted_proxies
    }

    /// Whom a request counts for, and by what; `None` where nothing is counted.
    #[must_use]
    pub fn asker(&self, tier: Tier, client: Client, proof: Proof) -> Option<Asker<'_>> {
        Some(Asker {
            limiter: self.limiter.as_ref()?,
            tub: self.tub(tier, proof),
            who: client.to_string(),
        })
    }

    fn tub(&self, tier: Tier, proof: Proof) -> &Tub {
        match (tier, proof) {
            (Tier::Auth, _) => &self.auth,
            (Tier::Ai, _) => &self.ai,
            (Tier::Upload, Proof::Sound(caller)) if caller.role != Role::Candidate => &self.upload,
            (Tier::Upload, _) => &self.upload_candidate,
            (Tier::Read, _) => &self.read,
            (Tier::Write, _) => &self.write,
            (Tier::Default, _) => &self.other,
        }
    }

    /// How long an attempt to sign in to this account has to wait, because many were made: guessing from many addresses
    /// becomes slow, and nobody is locked out by it.
    pub async fn slowing(&self, account: &EmailAddress) -> Option<Duration> {
        let limiter = self.limiter.as_ref()?;
        // The address itself is nobody's business in Redis.
        let digest = Sha256::digest(account.as_str().as_bytes());
        let decision = limiter.take(&self.account.buckets, &hex::encode(digest)).await;
        match decision.verdict {
            hiring_platform::limits::Verdict::Refused { wait } => Some(wait.min(LONGEST_SLOWING)),
            _ => None,
        }
    }
}

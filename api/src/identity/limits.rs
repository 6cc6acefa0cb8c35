//! How much each client may have, tier by tier.

use std::time::Duration;

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

/// The buckets of every tier. One for a process.
pub struct Limits {
    limiter: Option<Limiter>,
    auth: Buckets,
    account: Buckets,
    ai: Buckets,
    upload: Buckets,
    upload_candidate: Buckets,
    read: Buckets,
    write: Buckets,
    other: Buckets,
    trusted_proxies: Vec<IpNet>,
}

impl Limits {
    /// Full buckets, kept in this Redis if there is one.
    #[must_use]
    pub fn new(config: LimitConfig, redis: Option<Redis>) -> Self {
        Self {
            limiter: config.enabled.then(|| Limiter::new(redis, config.patience)),
            auth: Buckets::new(config.auth),
            account: Buckets::new(config.account),
            ai: Buckets::new(config.ai),
            upload: Buckets::new(config.upload),
            upload_candidate: Buckets::new(config.upload_candidate),
            read: Buckets::new(config.read),
            write: Buckets::new(config.write),
            other: Buckets::new(config.other),
            trusted_proxies: config.trusted_proxies,
        }
    }

    /// Who is believed about addresses.
    #[must_use]
    pub fn trusted_proxies(&self) -> &[IpNet] {
        &self.trusted_proxies
    }

    /// Takes a token for a request; `None` where nothing is counted.
    pub async fn take(&self, tier: Tier, client: Client, proof: Proof) -> Option<(&Rule, Decision)> {
        let limiter = self.limiter.as_ref()?;
        let buckets = self.buckets(tier, proof);
        let decision = limiter.take(buckets, &client.to_string()).await;
        Some((buckets.rule(), decision))
    }

    fn buckets(&self, tier: Tier, proof: Proof) -> &Buckets {
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
        let decision = limiter.take(&self.account, &hex::encode(digest)).await;
        match decision.verdict {
            hiring_platform::limits::Verdict::Refused { wait } => Some(wait.min(LONGEST_SLOWING)),
            _ => None,
        }
    }
}

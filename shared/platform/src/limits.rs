//! How often somebody may ask: a token bucket for a minute and one for an hour, of which the stricter one counts.
//!
//! | module | what lives there |
//! |---|---|
//! | here | [`Limiter`]: whether this request is let in |
//! | [`rule`] | sizes of the buckets, and what holds while Redis is away |
//! | [`decision`] | what was decided, and what the caller is told about it |
//! | [`company`] | those who ask at the same moment ask together |
//! | [`ahead`] | who may begin before Redis has answered |
//!
//! The buckets live in Redis, one key for both, and one script looks and takes at once by the server's own clock in whole
//! microseconds: of any number of requests at the same moment, exactly as many are let in as there are tokens. While Redis is
//! away, rules that guard something costly count in this process (`governor`), and the others let everybody in.

mod ahead;
mod company;
pub mod decision;
pub mod rule;

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use metrics::Counter;

use crate::redis::Redis;
use ahead::Ahead;
use company::Company;
pub use decision::{Decision, Verdict};
pub use rule::{Rule, WhenAway};

/// After so many local questions, those who have all their tokens back are forgotten.
const TIDY_EVERY: usize = 1024;

type Local = RateLimiter<String, HashMapStateStore<String>, DefaultClock, NoOpMiddleware>;

/// Decides who is let in. One for a process.
pub struct Limiter {
    company: Option<Arc<Company>>,
}

/// The buckets of one rule, one pair for everybody who is counted by it.
pub struct Buckets {
    rule: Rule,
    local: Option<Local>,
    ahead: Option<Ahead>,
    asked: AtomicUsize,
    meters: Meters,
}

/// How many requests came to which end. Each is looked up among all metrics once.
#[derive(Default)]
struct Meters {
    admitted: OnceLock<Counter>,
    refused: OnceLock<Counter>,
    unchecked: OnceLock<Counter>,
}

impl Buckets {
    /// Full buckets.
    #[must_use]
    pub fn new(rule: Rule) -> Self {
        let per_minute = NonZeroU32::new(rule.per_minute).unwrap_or(NonZeroU32::MIN);
        let capacity = NonZeroU32::new(rule.capacity).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_minute(per_minute).allow_burst(capacity);
        Self {
            local: (rule.when_away == WhenAway::CountHere).then(|| RateLimiter::hashmap(quota)),
            ahead: (rule.when_away == WhenAway::Admit).then(Ahead::new),
            rule,
            asked: AtomicUsize::new(0),
            meters: Meters::default(),
        }
    }

    /// The rule.
    #[must_use]
    pub const fn rule(&self) -> &Rule {
        &self.rule
    }

    /// Whether a request of `who` that changes nothing may be worked on while its token is asked for: they had more than half of
    /// their tokens at the last answer, a moment ago. Counts it if so. Its answer is for whoever gets a token, and nobody else. Never
    /// where the rule guards something costly or worth guessing at.
    #[must_use]
    pub fn may_begin(&self, who: &str) -> bool {
        let ahead = self.ahead.as_ref();
        ahead.is_some_and(|ahead| ahead.may_begin(who, Instant::now()))
    }

    fn count(&self, verdict: Verdict) {
        let (meter, outcome) = match verdict {
            Verdict::Admitted => (&self.meters.admitted, "admitted"),
            Verdict::Refused { .. } => (&self.meters.refused, "refused"),
            Verdict::Unchecked => (&self.meters.unchecked, "unchecked"),
        };
        let tier = self.rule.name;
        meter
            .get_or_init(
                || metrics::counter!("rate_limit_requests_total", "tier" => tier, "outcome" => outcome),
            )
            .increment(1);
    }

    /// What this process alone knows about it.
    fn decide_here(&self, who: &str) -> Verdict {
        let Some(local) = &self.local else {
            return Verdict::Unchecked;
        };
        if self.asked.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            local.retain_recent();
            local.shrink_to_fit();
        }
        match local.check_key(&who.to_owned()) {
            Ok(()) => Verdict::Unchecked,
            Err(refused) => Verdict::Refused {
                wait: refused.wait_time_from(DefaultClock::default().now()),
            },
        }
    }
}

impl Limiter {
    /// A limiter over this Redis; without one, everything is decided in this process. `patience` is the most that a question
    /// to Redis may cost a request.
    #[must_use]
    pub fn new(redis: Option<Redis>, patience: Duration) -> Self {
        Self {
            company: redis.map(|redis| Arc::new(Company::new(redis, patience))),
        }
    }

    /// Takes a token for `who`, if there is one.
    pub async fn take(&self, buckets: &Buckets, who: &str) -> Decision {
        let tier = buckets.rule.name;
        let decision = match self.ask(&buckets.rule, who).await {
            Some(decision) => decision,
            None => {
                metrics::counter!("rate_limit_fallbacks_total", "tier" => tier).increment(1);
                Decision::without_levels(buckets.decide_here(who))
            }
        };
        buckets.count(decision.verdict);
        if let (Some(ahead), Some(level)) = (&buckets.ahead, &decision.level) {
            ahead.heard(who, level, Instant::now());
        }
        decision
    }

    /// What Redis says, if it does.
    async fn ask(&self, rule: &Rule, who: &str) -> Option<Decision> {
        let levels = self.company.as_ref()?.ask(rule, who).await?;
        Some(Decision::from_levels(
            rule,
            levels.admitted,
            (levels.minute, levels.hour),
        ))
    }
}

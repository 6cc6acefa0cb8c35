//! What was decided, and what the caller is told about it.

use std::time::Duration;

use super::rule::{HOUR, MINUTE, Rule};

/// Whether a request is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A token was taken.
    Admitted,
    /// There is no token; the next one comes after this time.
    Refused {
        /// Never zero.
        wait: Duration,
    },
    /// Let in without all the buckets having been asked, because Redis is away.
    Unchecked,
}

/// A verdict, and the level of the bucket that leaves less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Whether the request is let in.
    pub verdict: Verdict,
    /// Unknown while Redis is away.
    pub level: Option<Level>,
}

/// How full the bucket is that leaves less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// Whether it is the hour's bucket; else the minute's.
    pub is_hour: bool,
    /// Tokens of the full bucket.
    pub limit: u32,
    /// Whole tokens left.
    pub remaining: u32,
    /// Seconds until it is full, rounded up.
    pub full_in: u64,
}

impl Decision {
    pub(super) const fn without_levels(verdict: Verdict) -> Self {
        Self { verdict, level: None }
    }

    /// Reads the script's levels, which are in parts of a token.
    pub(super) fn from_levels(rule: &Rule, admitted: bool, (minute, hour): (u64, u64)) -> Self {
        let of_minute = Bucket {
            level: minute,
            token: MINUTE,
            capacity: rule.capacity,
            rate: rule.per_minute,
        };
        let of_hour = Bucket {
            level: hour,
            token: HOUR,
            capacity: rule.per_hour,
            rate: rule.per_hour,
        };
        let verdict = if admitted {
            Verdict::Admitted
        } else {
            let wait = of_minute.until_token().max(of_hour.until_token()).max(1);
            Verdict::Refused {
                wait: Duration::from_micros(wait),
            }
        };
        let is_hour =
            (of_hour.remaining(), of_minute.until_token()) < (of_minute.remaining(), of_hour.until_token());
        let stricter = if is_hour { &of_hour } else { &of_minute };
        Self {
            verdict,
            level: Some(Level {
                is_hour,
                limit: stricter.capacity,
                remaining: stricter.remaining(),
                full_in: stricter.until_full().div_ceil(1_000_000),
            }),
        }
    }

    /// Whole seconds after which a refused caller may try again, at least 1; `None` for one who was let in.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        let Verdict::Refused { wait } = self.verdict else {
            return None;
        };
        Some(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).map(|seconds| seconds.max(1))
    }
}

/// One bucket, in parts: each microsecond brings `rate` of them, and `token` of them are a token.
struct Bucket {
    level: u64,
    token: u64,
    capacity: u32,
    rate: u32,
}

impl Bucket {
    fn remaining(&self) -> u32 {
        u32::try_from(self.level / self.token).unwrap_or(u32::MAX)
    }

    fn until_token(&self) -> u64 {
        self.until(self.token)
    }

    fn until_full(&self) -> u64 {
        self.until(self.token.saturating_mul(u64::from(self.capacity)))
    }

    /// Microseconds until there are so many parts, rounded up.
    fn until(&self, parts: u64) -> u64 {
        parts
            .saturating_sub(self.level)
            .div_ceil(u64::from(self.rate.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::rule::WhenAway;

    const RULE: Rule = Rule {
        name: "test",
        capacity: 10,
        per_minute: 60,
        per_hour: 100,
        when_away: WhenAway::Admit,
    };

    #[test]
    fn the_bucket_that_leaves_less_is_told() {
        let decision = Decision::from_levels(&RULE, true, (7 * MINUTE, 90 * HOUR));
        let level = decision.level.unwrap();
        assert_eq!((level.is_hour, level.limit, level.remaining), (false, 10, 7));
        assert_eq!(level.full_in, 3);
        let decision = Decision::from_levels(&RULE, true, (7 * MINUTE, 2 * HOUR));
        let level = decision.level.unwrap();
        assert_eq!((level.is_hour, level.limit, level.remaining), (true, 100, 2));
        assert_eq!(level.full_in, 98 * 36);
    }

    #[test]
    fn who_is_refused_waits_for_the_stricter_bucket() {
        let minute = Decision::from_levels(&RULE, false, (MINUTE / 2, 90 * HOUR));
        assert_eq!(
            (minute.verdict, minute.retry_after()),
            (
                Verdict::Refused {
                    wait: Duration::from_millis(500)
                },
                Some(1)
            )
        );
        let hour = Decision::from_levels(&RULE, false, (MINUTE / 2, 0));
        assert_eq!(hour.retry_after(), Some(36));
        assert!(hour.level.unwrap().is_hour, "both are empty, the hour for longer");
    }
}

//! How long to wait before the next attempt.

use std::time::Duration;

/// A random number in 0..1.
#[must_use]
pub fn unit_random() -> f64 {
    let bits = u64::from_le_bytes(hiring_core::random::bytes());
    // 53 bits are what an f64 holds exactly.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    let fraction = (bits >> 11) as f64 / (1_u64 << 53) as f64;
    fraction
}

/// Exponential backoff with full jitter: somewhere between nothing and `base` x 2^(attempt - 1), at most `cap`.
///
/// `attempt` counts from 1; `random` lies in 0..1. Full jitter spreads a crowd that failed together better than a fixed
/// share does (AWS Architecture Blog, "Exponential Backoff And Jitter").
#[must_use]
pub fn full_jitter(base: Duration, cap: Duration, attempt: u32, random: f64) -> Duration {
    let doublings = i32::try_from(attempt.saturating_sub(1).min(62)).unwrap_or(62);
    let ceiling = (base.as_secs_f64() * 2_f64.powi(doublings)).min(cap.as_secs_f64());
    Duration::from_secs_f64(ceiling * random.clamp(0.0, 1.0))
}

/// Pause before something that is away is asked for again: 5 s doubled each time, at most a minute, at least half of that, so
/// that a short outage is made up for at once and a long one costs little.
///
/// `attempt` counts from 1; `random` lies in 0..1.
#[must_use]
pub fn away_pause(attempt: u32, random: f64) -> Duration {
    let ceiling = full_jitter(Duration::from_secs(5), Duration::from_secs(60), attempt, 1.0);
    ceiling.mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0)
}

/// Pause before connecting again after `failures` in a row: 50 ms doubled each time, at most 2 s, at least half of that.
#[must_use]
pub fn reconnect_pause(failures: u32, random: f64) -> Duration {
    let ceiling = full_jitter(
        Duration::from_millis(50),
        Duration::from_secs(2),
        failures.max(1),
        1.0,
    );
    ceiling.mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_pause_never_exceeds_cap_or_doubling(
            base in 1_u64..100_000, cap in 1_u64..10_000_000, attempt in 0_u32..10_000, random in 0.0..1.0_f64,
        ) {
            let (base, cap) = (Duration::from_millis(base), Duration::from_millis(cap));
            let pause = full_jitter(base, cap, attempt, random);
            prop_assert!(pause <= cap);
            if attempt <= 20 {
                prop_assert!(pause <= base * 2_u32.pow(attempt.saturating_sub(1)));
            }
        }

        #[test]
        fn more_attempts_never_lower_the_ceiling(base in 1_u64..100_000, attempt in 1_u32..1_000) {
            let (base, cap) = (Duration::from_millis(base), Duration::from_secs(300));
            prop_assert!(full_jitter(base, cap, attempt, 1.0) <= full_jitter(base, cap, attempt + 1, 1.0));
        }

        #[test]
        fn reconnecting_waits_between_25_ms_and_2_s(failures in 0_u32..100_000, random in 0.0..1.0_f64) {
            let pause = reconnect_pause(failures, random);
            prop_assert!(pause >= Duration::from_millis(25) && pause <= Duration::from_secs(2));
        }

        #[test]
        fn what_is_away_is_asked_for_again_within_a_minute(attempt in 0_u32..100_000, random in 0.0..1.0_f64) {
            let pause = away_pause(attempt, random);
            prop_assert!(pause >= Duration::from_millis(2500) && pause <= Duration::from_secs(60));
            if attempt >= 5 {
                prop_assert!(pause >= Duration::from_secs(30));
            }
        }
    }

    #[test]
    fn random_numbers_lie_in_range_and_differ() {
        let numbers: Vec<f64> = (0..100).map(|_| unit_random()).collect();
        assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)));
        assert!(numbers.windows(2).any(|pair| pair[0] < pair[1]));
    }
}

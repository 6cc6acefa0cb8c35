//! How long to wait before a question is asked again, and how many retries all callers may make together.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Requests for one question, the first one included.
pub(super) const TRIES: u32 = 3;
/// Pause before the first retry; it doubles, with full jitter.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// Longest pause of our own choice.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// Longest pause that a server may ask for while a caller waits; a longer one ends the question.
pub(super) const LONGEST_ASKED: Duration = Duration::from_secs(20);

/// Retries that may be made without any success, and how much of one each success gives back: in an outage the server gets at
/// most a fifth more than it would without retries.
const BURST: f64 = 10.0;
const PER_SUCCESS: f64 = 0.2;

/// The retries that are left to all callers together.
pub(super) struct RetryBudget {
    left: Mutex<f64>,
}

impl RetryBudget {
    pub(super) const fn new() -> Self {
        Self {
            left: Mutex::new(BURST),
        }
    }

    /// Takes one retry, if there is one left.
    pub(super) fn take(&self) -> bool {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let some = *left >= 1.0;
        if some {
            *left -= 1.0;
        }
        some
    }

    /// A question was answered.
    pub(super) fn answered(&self) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        *left = (*left + PER_SUCCESS).min(BURST);
    }
}

/// How long to wait before the retry after this many tries; `None` when the server asks for more than a caller waits for. What
/// a server asks for is kept, with up to a tenth on top, so that a crowd does not come back at once. `random` lies in 0..1.
pub(super) fn pause(tries: u32, asked: Option<Duration>, random: f64) -> Option<Duration> {
    let random = random.clamp(0.0, 1.0);
    if let Some(asked) = asked {
        return (asked <= LONGEST_ASKED).then(|| asked.mul_f64(1.0 + random / 10.0));
    }
    let doubled = FIRST_PAUSE.saturating_mul(1 << tries.saturating_sub(1).min(8));
    Some(doubled.min(LONGEST_PAUSE).mul_f64(random))
}

/// The pause that `Retry-After` names: seconds, or nothing for a date, which servers of this protocol do not send.
pub(super) fn retry_after(value: &str) -> Option<Duration> {
    let seconds: f64 = value.trim().parse().ok()?;
    (0.0..=86_400.0)
        .contains(&seconds)
        .then(|| Duration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_asks_for_is_kept_and_too_much_is_not_waited_for() {
        let second = Duration::from_secs(1);
        assert_eq!(pause(1, Some(second), 0.0), Some(second));
        assert_eq!(pause(1, Some(second), 1.0), Some(second.mul_f64(1.1)));
        assert_eq!(pause(1, Some(LONGEST_ASKED + second), 0.5), None);
        assert_eq!(pause(1, None, 1.0), Some(FIRST_PAUSE));
        assert_eq!(pause(2, None, 1.0), Some(FIRST_PAUSE * 2));
        assert_eq!(pause(90, None, 1.0), Some(LONGEST_PAUSE));
    }

    #[test]
    fn retry_after_is_read_in_seconds() {
        assert_eq!(retry_after(" 2 "), Some(Duration::from_secs(2)));
        assert_eq!(retry_after("0.25"), Some(Duration::from_millis(250)));
        for other in ["", "-1", "NaN", "1e99", "Wed, 21 Oct 2026 07:28:00 GMT"] {
            assert_eq!(retry_after(other), None, "{other}");
        }
    }

    #[test]
    fn an_outage_gets_a_few_retries_and_successes_earn_more() {
        let budget = RetryBudget::new();
        assert_eq!((0..100).filter(|_| budget.take()).count(), 10);
        (0..5).for_each(|_| budget.answered());
        assert!(budget.take() && !budget.take());
    }
}

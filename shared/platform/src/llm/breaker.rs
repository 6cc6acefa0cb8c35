//! Leaving a server alone that has failed several times in a row.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Open after `threshold` failures in a row, for `recovery`; then one request tries, and its outcome decides.
pub(super) struct Breaker {
    threshold: u32,
    recovery: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// While it is open: until when.
    until: Option<Instant>,
    /// Whether a request is trying at the moment, after the time was up.
    trying: bool,
}

/// Leave to send one request. Say how it went; one that is dropped has told nothing.
#[must_use]
pub(super) struct Pass<'b> {
    breaker: &'b Breaker,
    tries: bool,
}

impl Breaker {
    pub(super) fn new(threshold: u32, recovery: Duration) -> Self {
        Self {
            threshold: threshold.max(1),
            recovery,
            state: Mutex::default(),
        }
    }

    /// Leave to send a request, or how long to wait.
    pub(super) fn enter(&self, now: Instant) -> Result<Pass<'_>, Duration> {
        let mut state = self.lock();
        let Some(until) = state.until else {
            return Ok(Pass {
                breaker: self,
                tries: false,
            });
        };
        if now < until {
            return Err(until - now);
        }
        if state.trying {
            // The one that tries has its answer soon; a second is a pause that is short and not nothing.
            return Err(self.recovery.min(Duration::from_secs(1)));
        }
        state.trying = true;
        Ok(Pass {
            breaker: self,
            tries: true,
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass<'_> {
    /// The server answered, whatever it said.
    pub(super) fn answered(self) {
        *self.breaker.lock() = State::default();
    }

    /// The server failed. Whether it is left alone from here on.
    pub(super) fn failed(self, now: Instant) -> bool {
        let mut state = self.breaker.lock();
        state.failures = state.failures.saturating_add(1);
        let opens = self.tries || (state.until.is_none() && state.failures >= self.breaker.threshold);
        if opens {
            state.until = Some(now + self.breaker.recovery);
        }
        opens
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if self.tries {
            self.breaker.lock().trying = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECOVERY: Duration = Duration::from_secs(30);

    fn fail(breaker: &Breaker, now: Instant) -> bool {
        breaker.enter(now).ok().unwrap().failed(now)
    }

    #[test]
    fn failures_in_a_row_open_it_and_an_answer_in_between_starts_the_count_anew() {
        let (breaker, now) = (Breaker::new(3, RECOVERY), Instant::now());
        assert!(!fail(&breaker, now) && !fail(&breaker, now));
        breaker.enter(now).ok().unwrap().answered();
        assert!(!fail(&breaker, now) && !fail(&breaker, now) && fail(&breaker, now));
        assert_eq!(
            breaker.enter(now + RECOVERY / 3).err(),
            Some(RECOVERY - RECOVERY / 3)
        );
    }

    #[test]
    fn when_the_time_is_up_one_request_tries_and_its_outcome_decides() {
        let (breaker, now) = (Breaker::new(1, RECOVERY), Instant::now());
        fail(&breaker, now);
        let later = now + RECOVERY;
        let trying = breaker.enter(later).ok().unwrap();
        assert!(breaker.enter(later).is_err(), "one at a time");
        assert!(trying.failed(later));
        assert!(breaker.enter(later).is_err());
        let again = later + RECOVERY;
        breaker.enter(again).ok().unwrap().answered();
        assert!(breaker.enter(again).is_ok() && breaker.enter(again).is_ok());
    }

    #[test]
    fn a_try_that_was_dropped_lets_the_next_one_try() {
        let (breaker, now) = (Breaker::new(1, RECOVERY), Instant::now());
        fail(&breaker, now);
        drop(breaker.enter(now + RECOVERY));
        assert!(breaker.enter(now + RECOVERY).is_ok());
    }
}

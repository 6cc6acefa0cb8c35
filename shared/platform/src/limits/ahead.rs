//! Who may begin before Redis has answered.
//!
//! Whoever had tokens in plenty a moment ago has one now, almost certainly. Such a caller's request may be worked on while Redis is
//! asked, if it changes nothing and its answer is handed out only to one who was let in. What is worked on in vain is bounded: at most
//! half a bucket for each client in a [`WINDOW`], since no more begin ahead than were left above half when the window's bucket stood
//! lowest.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::decision::Level;

/// How long what was heard of a client counts: short, since other processes take from the same bucket unheard.
const WINDOW: Duration = Duration::from_secs(10);

/// How many clients are known. Two who share a slot take turns, which only costs them the head start.
const SLOTS: usize = 4096;

/// What was heard of the clients of one rule.
pub(super) struct Ahead {
    // Keys of our own, so that nobody can choose whom to share a slot with.
    hasher: RandomState,
    slots: Mutex<Vec<Option<Known>>>,
}

/// What was heard of one client.
#[derive(Debug, Clone, Copy)]
struct Known {
    who: u64,
    since: Instant,
    /// How many more may begin ahead until the window is over.
    spare: u32,
}

impl Known {
    fn counts(&self, who: u64, now: Instant) -> bool {
        self.who == who && now.duration_since(self.since) < WINDOW
    }
}

impl Ahead {
    /// Nobody is known.
    pub(super) fn new() -> Self {
        Self {
            hasher: RandomState::new(),
            slots: Mutex::new(vec![None; SLOTS]),
        }
    }

    /// Whether a request of `who` may begin at this time; counts it if so.
    pub(super) fn may_begin(&self, who: &str, now: Instant) -> bool {
        let begun = self.at(who, |who, slot| {
            let known = slot.as_mut().filter(|known| known.counts(who, now))?;
            known.spare = known.spare.checked_sub(1)?;
            Some(())
        });
        begun.flatten().is_some()
    }

    /// Remembers what Redis said about `who`. Within a window it can only leave fewer, since those who have begun may still be on
    /// their way to their tokens.
    pub(super) fn heard(&self, who: &str, level: &Level, now: Instant) {
        let spare = level.remaining.saturating_sub(level.limit / 2);
        self.at(who, |who, slot| match slot {
            Some(known) if known.counts(who, now) => known.spare = known.spare.min(spare),
            _ => {
                *slot = Some(Known {
                    who,
                    since: now,
                    spare,
                });
            }
        });
    }

    fn at<T>(&self, who: &str, look: impl FnOnce(u64, &mut Option<Known>) -> T) -> Option<T> {
        let who = self.hasher.hash_one(who);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let place = usize::try_from(who % SLOTS as u64).unwrap_or_default();
        slots.get_mut(place).map(|slot| look(who, slot))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: u32 = 20;

    fn level(remaining: u32) -> Level {
        Level {
            is_hour: false,
            limit: LIMIT,
            remaining,
            full_in: 1,
        }
    }

    fn begun(ahead: &Ahead, who: &str, now: Instant) -> usize {
        (0..100).filter(|_| ahead.may_begin(who, now)).count()
    }

    #[test]
    fn so_many_begin_as_are_left_above_half() {
        let (ahead, now) = (Ahead::new(), Instant::now());
        assert_eq!(begun(&ahead, "ada", now), 0, "nothing is known");
        ahead.heard("ada", &level(13), now);
        assert_eq!(begun(&ahead, "bob", now), 0, "nothing is known of others");
        assert_eq!(begun(&ahead, "ada", now), 3);
    }

    #[test]
    fn what_was_heard_counts_for_a_window() {
        let (ahead, now) = (Ahead::new(), Instant::now());
        ahead.heard("ada", &level(20), now);
        let late = now + WINDOW;
        assert_eq!(begun(&ahead, "ada", late), 0);
        ahead.heard("ada", &level(12), late);
        assert_eq!(begun(&ahead, "ada", late), 2);
    }

    #[test]
    fn nobody_begins_after_a_refusal_until_the_next_window() {
        let (ahead, now) = (Ahead::new(), Instant::now());
        ahead.heard("ada", &level(20), now);
        ahead.heard("ada", &level(0), now);
        ahead.heard("ada", &level(20), now);
        assert_eq!(begun(&ahead, "ada", now), 0);
    }

    proptest! {
        #[test]
        fn at_most_half_a_bucket_begins_in_a_window(
            events in prop::collection::vec((0..1_000_u64, prop::option::of(0..=LIMIT)), 1..300)
        ) {
            let (ahead, mut now) = (Ahead::new(), Instant::now());
            let mut begun = Vec::new();
            for (milliseconds, heard) in events {
                now += Duration::from_millis(milliseconds);
                match heard {
                    Some(remaining) => ahead.heard("ada", &level(remaining), now),
                    None if ahead.may_begin("ada", now) => begun.push(now),
                    None => {}
                }
            }
            // Windows lie end to end, at any time one of them or parts of two.
            let most = usize::try_from(LIMIT).unwrap();
            for (first, began) in begun.iter().enumerate() {
                let together = begun[first..].iter().take_while(|at| **at - *began < WINDOW).count();
                prop_assert!(together <= most, "{together}");
            }
        }
    }
}

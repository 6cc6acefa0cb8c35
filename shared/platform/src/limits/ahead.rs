//! Who may begin before Redis has answered.
//!
//! Whoever had tokens in plenty a moment ago has one now, almost certainly. Such a caller's request may be worked on while Redis is
//! asked, if it changes nothing and its answer is handed out only to one who was let in. What is worked on in vain is bounded: at most
//! half a bucket for each client in a [`WINDOW`], since no more begin in it than were left above half at its first answer.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::decision::Level;

/// How long what was heard of a client counts: short, since other processes take from the same bucket unheard.
const WINDOW: Duration = Duration::from_secs(10);

/// How many clients are known. Of two who share a slot the first has it for a window, and the other no head start.
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
    fn is_over(&self, now: Instant) -> bool {
        now.duration_since(self.since) >= WINDOW
    }
}

impl Ahead {
    /// Nobody is known.
    pub(super) fn new() -> Self {
        Self::with(SLOTS)
    }

    fn with(slots: usize) -> Self {
        Self {
            hasher: RandomState::new(),
            slots: Mutex::new(vec![None; slots]),
        }
    }

    /// Whether a request of `who` may begin at this time; counts it if so.
    pub(super) fn may_begin(&self, who: &str, now: Instant) -> bool {
        let begun = self.at(who, |who, slot| {
            let known = slot
                .as_mut()
                .filter(|known| known.who == who && !known.is_over(now))?;
            known.spare = known.spare.checked_sub(1)?;
            Some(())
        });
        begun.flatten().is_some()
    }

    /// Remembers what Redis said about `who`. Within a window it can only leave fewer, since those who have begun may still be on
    /// their way to their tokens; and nobody else takes the place over, since that would begin the window anew.
    pub(super) fn heard(&self, who: &str, level: &Level, now: Instant) {
        let spare = level.remaining.saturating_sub(level.limit / 2);
        self.at(who, |who, slot| match slot {
            Some(known) if !known.is_over(now) => {
                if known.who == who {
                    known.spare = known.spare.min(spare);
                }
            }
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
        let place = usize::try_from(who % slots.len() as u64).unwrap_or_default();
        slots.get_mut(place).map(|slot| look(who, slot))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

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

    #[test]
    fn whoever_shares_a_slot_gets_it_when_the_window_is_over() {
        let (ahead, now) = (Ahead::with(1), Instant::now());
        ahead.heard("ada", &level(20), now);
        ahead.heard("bob", &level(20), now);
        assert_eq!((begun(&ahead, "bob", now), begun(&ahead, "ada", now)), (0, 10));
        let late = now + WINDOW;
        ahead.heard("bob", &level(20), late);
        assert_eq!((begun(&ahead, "bob", late), begun(&ahead, "ada", late)), (10, 0));
    }

    proptest! {
        #[test]
        fn at_most_half_a_bucket_begins_in_a_window(
            events in prop::collection::vec(
                (0..1_000_u64, prop::bool::weighted(0.8), prop::option::of(0..=LIMIT)),
                1..300,
            )
        ) {
            let (ahead, mut now) = (Ahead::with(1), Instant::now());
            let mut begun = BTreeMap::new();
            for (milliseconds, is_ada, heard) in events {
                now += Duration::from_millis(milliseconds);
                let who = if is_ada { "ada" } else { "bob" };
                match heard {
                    Some(remaining) => ahead.heard(who, &level(remaining), now),
                    None if ahead.may_begin(who, now) => {
                        let window = ahead.at(who, |_, slot| slot.unwrap().since).unwrap();
                        *begun.entry((window, who)).or_default() += 1;
                    }
                    None => {}
                }
            }
            let most: u32 = begun.values().copied().max().unwrap_or_default();
            prop_assert!(most <= LIMIT / 2, "{most}");
            let windows: Vec<_> = begun.keys().map(|(window, _)| *window).collect();
            prop_assert!(windows.windows(2).all(|two| two[1] - two[0] >= WINDOW));
        }
    }
}

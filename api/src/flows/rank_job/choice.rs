//! A choice that was made among everybody, kept true by those who changed since.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use hiring_db::matching::{Changed, Merit, Moment};
use uuid::Uuid;

/// Most people who are known of a choice. Those beyond [`super::MOST_SCORED`] take the places of whoever leaves.
pub(super) const MOST_KNOWN: usize = 1_000;

/// Whoever stands first in the order of choosing, without a gap, as of one moment.
#[derive(Debug)]
pub(super) struct Choice {
    moment: Moment,
    /// When everybody was looked at.
    looked_at: Instant,
    /// Best first.
    people: Box<[Merit]>,
    /// Whoever stands behind this place is unknown; `None` where nobody does.
    last: Option<Merit>,
}

impl Choice {
    /// What was found when looking at everybody after that moment for the best [`MOST_KNOWN`], best first.
    pub fn new(moment: Moment, people: Vec<Merit>) -> Self {
        let last = people.last().copied().filter(|_| people.len() >= MOST_KNOWN);
        Self {
            moment,
            looked_at: Instant::now(),
            people: people.into(),
            last,
        }
    }

    /// As of when it is true.
    pub const fn moment(&self) -> &Moment {
        &self.moment
    }

    /// How long ago everybody was looked at.
    pub fn age(&self) -> Duration {
        self.looked_at.elapsed()
    }

    /// How many people are known.
    pub const fn len(&self) -> usize {
        self.people.len()
    }

    /// The choice as of a later moment, given everybody who changed between the two.
    pub fn at(&self, moment: Moment, changed: &[Changed]) -> Self {
        let again: HashSet<Uuid> = changed.iter().map(|one| one.merit.id).collect();
        let unchanged = self.people.iter().filter(|one| !again.contains(&one.id));
        let ready = changed.iter().filter(|one| one.is_ready).map(|one| &one.merit);
        let near = ready.filter(|merit| self.last.is_none_or(|last| merit.order(&last).is_le()));
        let mut people: Vec<Merit> = unchanged.chain(near).copied().collect();
        people.sort_unstable_by(Merit::order);
        let mut last = self.last;
        if people.len() > MOST_KNOWN {
            people.truncate(MOST_KNOWN);
            last = people.last().copied();
        }
        Self {
            moment,
            looked_at: self.looked_at,
            people: people.into(),
            last,
        }
    }

    /// The choice without those who turned out to be gone.
    pub fn without(&self, gone: &HashSet<Uuid>) -> Self {
        let people = self.people.iter().filter(|one| !gone.contains(&one.id));
        Self {
            people: people.copied().collect(),
            ..*self
        }
    }

    /// The first so many, fewer only where there is nobody else; `None` when so many are not known any more.
    pub fn best(&self, most: usize) -> Option<Vec<Uuid>> {
        let is_enough = self.last.is_none() || self.people.len() >= most;
        is_enough.then(|| self.first(most))
    }

    /// The first so many of those who are known.
    pub fn first(&self, most: usize) -> Vec<Uuid> {
        self.people.iter().take(most).map(|one| one.id).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Few people, so that whoever changes is often among the known; a choice knows [`MOST_KNOWN`] of them.
    const PEOPLE: u128 = 1_600;

    fn moment() -> Moment {
        Moment::default()
    }

    fn merit(who: u128, (must_have, nice_to_have, nearness): (i64, i64, i32)) -> Merit {
        let similarity = match nearness {
            0 => None,
            1 => Some(f64::NAN),
            other => Some(f64::from(other) / 10.0),
        };
        Merit {
            id: Uuid::from_u128(who),
            must_have,
            nice_to_have,
            similarity,
        }
    }

    /// Everybody, best first.
    fn ordered(everybody: &BTreeMap<u128, Merit>) -> Vec<Merit> {
        let mut people: Vec<Merit> = everybody.values().copied().collect();
        people.sort_unstable_by(Merit::order);
        people
    }

    fn ids(people: &[Merit], most: usize) -> Vec<Uuid> {
        people.iter().take(most).map(|one| one.id).collect()
    }

    /// As the database finds them.
    fn chosen(everybody: &BTreeMap<u128, Merit>) -> Choice {
        let mut people = ordered(everybody);
        people.truncate(MOST_KNOWN);
        Choice::new(moment(), people)
    }

    fn standing() -> impl Strategy<Value = (i64, i64, i32)> {
        (0..3_i64, 0..3_i64, 0..9_i32)
    }

    /// What becomes of a candidate: they get a standing, cannot be chosen any more, or are erased.
    #[derive(Debug, Clone, Copy)]
    enum Fate {
        Stands((i64, i64, i32)),
        Retires,
        Erased,
    }

    fn fate() -> impl Strategy<Value = Fate> {
        prop_oneof![
            3 => standing().prop_map(Fate::Stands),
            1 => Just(Fate::Retires),
            1 => Just(Fate::Erased),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_changes_is_chosen_as_if_everybody_were_looked_at(
            at_first in prop::collection::btree_map(0..PEOPLE, standing(), 0..PEOPLE as usize),
            changes in prop::collection::vec(prop::collection::btree_map(0..PEOPLE, fate(), 0..400), 1..6),
        ) {
            let mut everybody: BTreeMap<u128, Merit> =
                at_first.into_iter().map(|(who, standing)| (who, merit(who, standing))).collect();
            let mut choice = chosen(&everybody);
            for fates in changes {
                let (mut changed, mut gone) = (Vec::new(), HashSet::new());
                for (who, fate) in fates {
                    match fate {
                        Fate::Stands(standing) => {
                            everybody.insert(who, merit(who, standing));
                            changed.push(Changed { is_ready: true, merit: merit(who, standing) });
                        }
                        Fate::Retires => {
                            everybody.remove(&who);
                            changed.push(Changed { is_ready: false, merit: merit(who, (2, 2, 8)) });
                        }
                        Fate::Erased => {
                            everybody.remove(&who);
                            gone.insert(Uuid::from_u128(who));
                        }
                    }
                }
                choice = choice.at(moment(), &changed).without(&gone);
                prop_assert!(choice.len() <= MOST_KNOWN);
                let truth = ordered(&everybody);
                for most in [1, 500, MOST_KNOWN] {
                    match choice.best(most) {
                        Some(best) => prop_assert_eq!(best, ids(&truth, most)),
                        None => prop_assert!(choice.len() < most),
                    }
                }
            }
        }

        #[test]
        fn whoever_only_comes_never_makes_a_choice_forget(
            at_first in prop::collection::vec(standing(), 0..PEOPLE as usize),
            coming in prop::collection::vec(standing(), 0..600),
        ) {
            let newcomer = |(who, standing): (u128, (i64, i64, i32))| (who, merit(who, standing));
            let mut everybody: BTreeMap<u128, Merit> = (0..).zip(at_first).map(newcomer).collect();
            let choice = chosen(&everybody);
            let coming: BTreeMap<u128, Merit> = (PEOPLE..).zip(coming).map(newcomer).collect();
            let changed: Vec<Changed> =
                coming.values().map(|merit| Changed { is_ready: true, merit: *merit }).collect();
            everybody.extend(coming);
            let choice = choice.at(moment(), &changed);
            prop_assert_eq!(choice.best(MOST_KNOWN), Some(ids(&ordered(&everybody), MOST_KNOWN)));
        }
    }

    #[test]
    fn a_choice_says_so_when_too_many_have_left() {
        let everybody: BTreeMap<u128, Merit> = (0..PEOPLE).map(|who| (who, merit(who, (1, 1, 5)))).collect();
        let best = chosen(&everybody).best(MOST_KNOWN).unwrap();
        let left = chosen(&everybody).without(&best.iter().take(500).copied().collect());
        assert_eq!(left.best(500).unwrap(), best[500..]);
        assert_eq!(left.best(501), None);
    }
}

//! Which lists a pop looks at, and in which order.

use hiring_core::task::{Priority, Queue};

/// Every so many pops one starts from the low end, so that nothing starves.
pub const LOW_FIRST_EVERY: u64 = 50;

/// The lists for the pop number `turn`: the high ones of all queues, then the normal, then the low ones; within a priority
/// the queues take turns at being first. `is_open` leaves out lists whose kind has no room.
pub fn lists_for_turn(
    turn: u64,
    queues: &[Queue],
    is_open: impl Fn(Queue, Priority) -> bool,
) -> Vec<(Queue, Priority)> {
    let mut priorities = Priority::ALL;
    if turn % LOW_FIRST_EVERY == LOW_FIRST_EVERY - 1 {
        priorities.reverse();
    }
    let first = usize::try_from(turn).unwrap_or_default() % queues.len().max(1);
    let (late, early) = queues.split_at(first.min(queues.len()));
    let in_turn: Vec<Queue> = early.iter().chain(late).copied().collect();
    priorities
        .into_iter()
        .flat_map(|priority| in_turn.iter().map(move |queue| (*queue, priority)))
        .filter(|(queue, priority)| is_open(*queue, *priority))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn high_comes_before_normal_comes_before_low() {
        let lists = lists_for_turn(0, &Queue::ALL, |_, _| true);
        let priorities: Vec<Priority> = lists.iter().map(|list| list.1).collect();
        assert!(priorities.is_sorted());
        assert_eq!(lists.len(), 18);
    }

    #[test]
    fn one_pop_in_fifty_starts_from_the_low_end() {
        let starts_low = |turn: &u64| lists_for_turn(*turn, &Queue::ALL, |_, _| true)[0].1 == Priority::Low;
        assert_eq!((0..100).filter(starts_low).count(), 2);
    }

    proptest! {
        #[test]
        fn every_queue_gets_its_turn_at_being_first(start in 0_u64..u64::MAX - 100) {
            let first: std::collections::HashSet<Queue> = (start..start + 12)
                .map(|turn| lists_for_turn(turn, &Queue::ALL, |_, _| true)[0].0)
                .collect();
            prop_assert_eq!(first.len(), 6);
        }

        #[test]
        fn closed_lists_are_left_out_and_no_other(turn in 0_u64..1_000) {
            let open = |queue, priority| (queue, priority) != (Queue::ResumeParse, Priority::Normal);
            let lists = lists_for_turn(turn, &Queue::ALL, open);
            prop_assert_eq!(lists.len(), 17);
            prop_assert!(!lists.contains(&(Queue::ResumeParse, Priority::Normal)));
        }
    }
}

//! Reciprocal rank fusion (Cormack, Clarke, Büttcher 2009): several ranked lists become one, by ranks alone, so that
//! scores of different kinds (full text, cosine) never have to be compared.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

/// The usual constant of reciprocal rank fusion: how little the very first ranks stand out.
pub const DEFAULT_K: u32 = 60;

/// What one list of weight 1 would give at rank 0 with `k` 0. Whole numbers make the sum independent of the order of
/// the lists; at this scale neighbouring ranks differ up to rank 30,000 and 2^64 is out of reach for any real weights.
const SCALE: u64 = 1_000_000_000;

/// Fuses ranked lists, best first, each with its weight.
///
/// An id gets `weight * SCALE / (k + rank)` from every list that has it, rank counted from 1; the first occurrence in
/// a list counts. The answer is ordered by that sum, greatest first, ties by id, so neither the order of the lists nor
/// anything else but the ranks decides.
#[must_use]
pub fn rrf<Id: Ord + Hash + Clone>(lists: &[(&[Id], u32)], k: u32) -> Vec<(Id, u64)> {
    let longest = lists.iter().map(|(ids, _)| ids.len()).max().unwrap_or(0);
    let mut sums: HashMap<&Id, u64> = HashMap::with_capacity(longest);
    for (ids, weight) in lists {
        let mut seen = std::collections::HashSet::with_capacity(ids.len());
        for (rank, id) in (1u64..).zip(*ids) {
            if seen.insert(id) {
                let sum = sums.entry(id).or_default();
                *sum = sum.saturating_add(term(*weight, k, rank));
            }
        }
    }
    let mut fused: Vec<(Id, u64)> = sums.into_iter().map(|(id, sum)| (id.clone(), sum)).collect();
    fused.sort_unstable_by(|(a, a_sum), (b, b_sum)| (Reverse(a_sum), a).cmp(&(Reverse(b_sum), b)));
    fused
}

/// The sum of an id that is first in every list of these weights; divide by it to show a share.
#[must_use]
pub fn best_possible(weights: &[u32], k: u32) -> u64 {
    weights
        .iter()
        .fold(0, |sum: u64, weight| sum.saturating_add(term(*weight, k, 1)))
}

fn term(weight: u32, k: u32, rank: u64) -> u64 {
    (u64::from(weight) * SCALE)
        .checked_div(u64::from(k) + rank)
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_in_both_lists_beats_the_first_of_one() {
        let fused = rrf(&[(&["a", "b"][..], 1), (&["c", "b"][..], 1)], DEFAULT_K);
        let order: Vec<_> = fused.iter().map(|(id, _)| *id).collect();
        assert_eq!(order, ["b", "a", "c"]);
        assert_eq!(fused[0].1, 2 * (SCALE / 62));
    }

    #[test]
    fn a_heavier_list_decides() {
        let order = rrf(&[(&[1, 2][..], 1), (&[2, 1][..], 3)], DEFAULT_K);
        assert_eq!(order[0].0, 2);
    }

    #[test]
    fn the_best_possible_sum_is_that_of_first_places_everywhere() {
        let fused = rrf(&[(&[7][..], 2), (&[7, 8][..], 1)], DEFAULT_K);
        assert_eq!(fused[0].1, best_possible(&[2, 1], DEFAULT_K));
    }

    #[test]
    fn nothing_fuses_to_nothing() {
        assert!(rrf::<u8>(&[], DEFAULT_K).is_empty());
        assert!(rrf::<u8>(&[(&[], 1)], 0).is_empty());
    }
}

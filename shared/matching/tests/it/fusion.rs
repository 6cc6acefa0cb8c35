use hiring_matching::fusion::DEFAULT_K;
use hiring_matching::{best_possible, rrf};
use proptest::prelude::*;

proptest! {
    #[test]
    fn the_order_of_the_lists_does_not_matter(
        mut lists in prop::collection::vec((prop::collection::vec(0u8..30, 0..20), 0u32..5), 0..5),
        turns in 0usize..5,
    ) {
        let fuse = |lists: &[(Vec<u8>, u32)]| {
            let borrowed: Vec<(&[u8], u32)> = lists.iter().map(|(ids, weight)| (ids.as_slice(), *weight)).collect();
            rrf(&borrowed, DEFAULT_K)
        };
        let fused = fuse(&lists);
        if !lists.is_empty() {
            let turns = turns % lists.len();
            lists.rotate_left(turns);
        }
        prop_assert_eq!(&fuse(&lists), &fused);
        lists.reverse();
        prop_assert_eq!(&fuse(&lists), &fused);

        let weights: Vec<u32> = lists.iter().map(|(_, weight)| *weight).collect();
        for pair in fused.windows(2) {
            prop_assert!(pair[0].1 > pair[1].1 || (pair[0].1 == pair[1].1 && pair[0].0 < pair[1].0));
        }
        for (_, sum) in &fused {
            prop_assert!(*sum <= best_possible(&weights, DEFAULT_K));
        }
    }

    #[test]
    fn a_single_list_keeps_its_order(ids in prop::collection::hash_set(any::<u32>(), 0..200)) {
        let ids: Vec<u32> = ids.into_iter().collect();
        let fused: Vec<u32> = rrf(&[(ids.as_slice(), 1)], DEFAULT_K).into_iter().map(|(id, _)| id).collect();
        prop_assert_eq!(fused, ids);
    }
}

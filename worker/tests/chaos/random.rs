//! Choices that a seed repeats.

use hiring_testkit::env;

/// SplitMix64 (Steele, Lea and Flood 2014): small, and every seed is a good one.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    pub const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0..limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// True in so many of a thousand cases.
    pub fn per_mille(&mut self, share: u64) -> bool {
        self.below(1_000) < share
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[usize::try_from(self.below(among.len() as u64)).unwrap()]
    }

    /// In another order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, usize::try_from(self.below(last as u64 + 1)).unwrap());
        }
    }
}

/// `CHAOS_SEED`, else one from the system; whoever takes it prints it.
pub fn seed() -> u64 {
    env::optional(&["CHAOS_SEED"]).map_or_else(
        || u64::from_le_bytes(hiring_core::random::bytes()),
        |text| text.parse().expect("CHAOS_SEED is a number"),
    )
}

#[test]
fn a_seed_repeats_its_choices() {
    let draw = || {
        let mut random = Random::seeded(7);
        let mut order: Vec<u64> = (0..20).collect();
        random.shuffle(&mut order);
        (order, random.below(1_000))
    };
    assert_eq!(draw(), draw());
    assert_ne!(draw().0, (0..20).collect::<Vec<u64>>());
}

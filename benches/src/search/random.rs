//! Random numbers that are the same in every run and on every machine.

/// SplitMix64 (Steele, Lea, Flood 2014): small, and good enough to invent people.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A sequence of its own for each seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one; 0 for 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = limit.max(1) as u64;
        (self.next() % limit) as usize
    }

    /// One of these; the first of several is as likely as the last.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = self.below(from.len());
        from.get(at)
            .unwrap_or_else(|| unreachable!("nothing to pick from"))
    }

    /// Whether something happens that happens this often in a hundred.
    pub fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    /// A number of a normal distribution around 0 with deviation 1 (Box and Muller 1958).
    pub fn normal(&mut self) -> f32 {
        let uniform = |bits: u64| ((bits >> 40) as f32 + 1.0) / (1u64 << 24) as f32;
        let (first, second) = (uniform(self.next()), uniform(self.next()));
        (-2.0 * first.ln()).sqrt() * (std::f32::consts::TAU * second).cos()
    }
}

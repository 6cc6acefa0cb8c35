//! Normalised discounted cumulative gain (Järvelin, Kekäläinen 2002), with the gain 2^grade - 1 (Burges et al. 2005).

/// How good the first `depth` of a ranking are, 0.0-1.0, against the best order of `all` grades. 1.0 when nobody fits.
pub fn ndcg(ranked: impl Iterator<Item = u8>, all: &[u8], depth: usize) -> f64 {
    let mut best = all.to_vec();
    best.sort_unstable_by(|a, b| b.cmp(a));
    let ideal = dcg(best.into_iter(), depth);
    if ideal > 0.0 {
        dcg(ranked, depth) / ideal
    } else {
        1.0
    }
}

fn dcg(grades: impl Iterator<Item = u8>, depth: usize) -> f64 {
    let gain = |(at, grade): (usize, u8)| (f64::from(grade).exp2() - 1.0) / (at as f64 + 2.0).log2();
    grades.take(depth).enumerate().map(gain).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_order_is_one_and_the_worst_is_less() {
        assert!((ndcg([3, 2, 0].into_iter(), &[0, 2, 3], 10) - 1.0).abs() < 1e-9);
        // (0 + 3/log2(3) + 7/2) / (7 + 3/log2(3))
        assert!((ndcg([0, 2, 3].into_iter(), &[0, 2, 3], 10) - 0.606_424).abs() < 1e-5);
        assert!(ndcg([0, 3].into_iter(), &[0, 3], 1) < 1e-9);
    }
}

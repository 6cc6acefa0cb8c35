//! The components of a score: each turns one sort of requirement into a value, quotes and what is missing.

pub(crate) mod education;
pub(crate) mod experience;
pub(crate) mod location;
pub(crate) mod semantic;
pub(crate) mod skills;

use crate::ONE_BP;
use crate::evidence::Evidence;

/// A component before its weight is known.
#[derive(Default)]
pub(crate) struct Assessment {
    /// 0..=10000.
    pub(crate) value_bp: u16,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) missing: Vec<String>,
}

impl Assessment {
    /// Nothing was found for what was asked.
    pub(crate) fn missing(reason: String) -> Self {
        Self {
            missing: vec![reason],
            ..Self::default()
        }
    }
}

/// `part / whole` in basis points, rounded down, at most 10000; 0 of 0 is 0.
pub(crate) fn ratio_bp(part: u64, whole: u64) -> u16 {
    let bp = part
        .saturating_mul(u64::from(ONE_BP))
        .checked_div(whole)
        .unwrap_or(0);
    u16::try_from(bp.min(u64::from(ONE_BP))).unwrap_or(ONE_BP)
}

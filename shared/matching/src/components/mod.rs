//! The components of a score: each turns one sort of requirement into a value, quotes and what is missing.

pub(crate) mod education;
pub(crate) mod experience;
pub(crate) mod language;
pub(crate) mod location;
pub(crate) mod positions;
pub(crate) mod profession;
pub(crate) mod recency;
pub(crate) mod semantic;
pub(crate) mod skills;

use crate::ONE_BP;
use crate::evidence::Evidence;
use crate::score::{Finding, Shown};
use crate::weights::ComponentName;

/// A component before it has a name.
#[derive(Default)]
pub(crate) struct Assessment {
    /// 0..=10000.
    pub(crate) value_bp: u16,
    pub(crate) requirements: Vec<Shown>,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) missing: Vec<String>,
}

impl Assessment {
    /// Nothing was found for what was asked.
    pub(crate) fn missing(requirement: &str, reason: String) -> Self {
        Self {
            missing: vec![reason],
            ..Self::of_one(requirement, 0)
        }
    }

    /// A component with one requirement.
    pub(crate) fn of_one(requirement: &str, value_bp: u16) -> Self {
        Self {
            value_bp,
            requirements: vec![Shown {
                requirement: requirement.to_owned(),
                value_bp,
            }],
            ..Self::default()
        }
    }

    /// A component whose value is the mean of its requirements.
    pub(crate) fn of_many(requirements: Vec<Shown>) -> Self {
        let sum: u64 = requirements.iter().map(|shown| u64::from(shown.value_bp)).sum();
        let whole = (requirements.len() as u64).saturating_mul(u64::from(ONE_BP));
        Self {
            value_bp: ratio_bp(sum, whole),
            requirements,
            ..Self::default()
        }
    }

    pub(crate) fn named(self, name: ComponentName) -> Finding {
        Finding {
            name,
            value_bp: self.value_bp,
            requirements: self.requirements,
            evidence: self.evidence,
            missing: self.missing,
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

/// `bp` of a share, both in basis points, rounded down.
pub(crate) fn scaled_bp(bp: u16, share_bp: u16) -> u16 {
    ratio_bp(
        u64::from(bp) * u64::from(share_bp),
        u64::from(ONE_BP) * u64::from(ONE_BP),
    )
}

//! How much each component of a score counts.

use serde::{Deserialize, Serialize};

use crate::ONE_BP;

/// One component of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComponentName {
    /// Skills without which nobody is considered.
    MustHave,
    /// Skills that speak for somebody.
    NiceToHave,
    /// What the person is, by the titles they have and had.
    Profession,
    /// Years of work.
    Experience,
    /// Level of education.
    Education,
    /// Where the person lives or works.
    Location,
    /// Closeness in meaning of profile and job.
    Semantic,
    /// How recently the must-haves were used.
    Recency,
}

impl ComponentName {
    /// Every component, in the order in which scores list them.
    pub const ALL: [Self; 8] = [
        Self::MustHave,
        Self::NiceToHave,
        Self::Profession,
        Self::Experience,
        Self::Education,
        Self::Location,
        Self::Semantic,
        Self::Recency,
    ];

    /// The name used in the database and in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MustHave => "must_have",
            Self::NiceToHave => "nice_to_have",
            Self::Profession => "profession",
            Self::Experience => "experience",
            Self::Education => "education",
            Self::Location => "location",
            Self::Semantic => "semantic",
            Self::Recency => "recency",
        }
    }
}

/// Weights relative to each other; any numbers will do, as the weights in use are scaled to a sum of 10000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Weights {
    /// Weight of [`ComponentName::MustHave`].
    pub must_have: u16,
    /// Weight of [`ComponentName::NiceToHave`].
    pub nice_to_have: u16,
    /// Weight of [`ComponentName::Profession`].
    pub profession: u16,
    /// Weight of [`ComponentName::Experience`].
    pub experience: u16,
    /// Weight of [`ComponentName::Education`].
    pub education: u16,
    /// Weight of [`ComponentName::Location`].
    pub location: u16,
    /// Weight of [`ComponentName::Semantic`].
    pub semantic: u16,
    /// Weight of [`ComponentName::Recency`].
    pub recency: u16,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            must_have: 3_500,
            nice_to_have: 500,
            profession: 2_000,
            experience: 1_500,
            education: 500,
            location: 1_000,
            semantic: 500,
            recency: 500,
        }
    }
}

impl Weights {
    /// The relative weight of one component.
    #[must_use]
    pub const fn of(&self, name: ComponentName) -> u16 {
        match name {
            ComponentName::MustHave => self.must_have,
            ComponentName::NiceToHave => self.nice_to_have,
            ComponentName::Profession => self.profession,
            ComponentName::Experience => self.experience,
            ComponentName::Education => self.education,
            ComponentName::Location => self.location,
            ComponentName::Semantic => self.semantic,
            ComponentName::Recency => self.recency,
        }
    }

    /// The weights of the components in use, in basis points, in the order given, summing to exactly 10000.
    ///
    /// Each is rounded down; the basis points left over go one each to the largest remainders, the earlier component
    /// first. When all are 0 they stay 0.
    #[must_use]
    pub fn normalised(&self, in_use: &[ComponentName]) -> Vec<u16> {
        let one = u32::from(ONE_BP);
        let sum: u32 = in_use.iter().map(|name| u32::from(self.of(*name))).sum();
        if sum == 0 {
            return vec![0; in_use.len()];
        }
        let scaled = in_use.iter().map(|name| u32::from(self.of(*name)) * one);
        let mut shares: Vec<(usize, u32, u32)> = scaled
            .enumerate()
            .map(|(at, weight)| (at, weight / sum, weight % sum))
            .collect();
        let left_over = one.saturating_sub(shares.iter().map(|(_, share, _)| share).sum());
        shares.sort_by_key(|(at, _, remainder)| (std::cmp::Reverse(*remainder), *at));
        for (_, share, _) in shares.iter_mut().take(left_over as usize) {
            *share += 1;
        }
        shares.sort_by_key(|(at, ..)| *at);
        shares
            .into_iter()
            .map(|(_, share, _)| u16::try_from(share).unwrap_or(ONE_BP))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_weights_sum_to_one() {
        let shares = Weights::default().normalised(&ComponentName::ALL);
        assert_eq!(shares, [3_500, 500, 2_000, 1_500, 500, 1_000, 500, 500]);
    }

    #[test]
    fn weights_in_use_are_scaled_to_exactly_one() {
        use ComponentName::{Experience, MustHave, Semantic};
        let shares = Weights::default().normalised(&[MustHave, Experience, Semantic]);
        assert_eq!(shares, [6_364, 2_727, 909]);
        let thirds = Weights {
            must_have: 1,
            experience: 1,
            semantic: 1,
            ..Weights::default()
        };
        assert_eq!(
            thirds.normalised(&[MustHave, Experience, Semantic]),
            [3_334, 3_333, 3_333]
        );
    }

    #[test]
    fn weights_of_nothing_stay_nothing() {
        let none = Weights {
            semantic: 0,
            ..Weights::default()
        };
        assert_eq!(none.normalised(&[ComponentName::Semantic]), [0]);
        assert!(none.normalised(&[]).is_empty());
    }

    #[test]
    fn names_in_answers_are_those_of_the_enum() {
        for name in ComponentName::ALL {
            assert_eq!(serde_json::to_value(name).unwrap(), name.as_str());
        }
    }
}

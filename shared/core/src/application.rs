//! One candidate on one job: the stages of an application and the moves between them.

use serde::{Deserialize, Serialize};

/// How far an application has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The candidate is on the job; nobody has looked yet.
    Applied,
    /// A recruiter is looking at it.
    Screening,
    /// The candidate takes a test.
    Test,
    /// The candidate talks with the team.
    Interview,
    /// The candidate has an offer.
    Offer,
    /// The candidate has taken the offer.
    Hired,
    /// A person has turned the candidate down, with a reason.
    Rejected,
    /// The candidate does not want to go on.
    Withdrawn,
}

impl Stage {
    /// Every stage, in the usual order.
    pub const ALL: [Self; 8] = [
        Self::Applied,
        Self::Screening,
        Self::Test,
        Self::Interview,
        Self::Offer,
        Self::Hired,
        Self::Rejected,
        Self::Withdrawn,
    ];

    /// The name used in the database and in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Screening => "screening",
            Self::Test => "test",
            Self::Interview => "interview",
            Self::Offer => "offer",
            Self::Hired => "hired",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The stage with this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == name)
    }

    /// The stages that a person may move an application to from here. Steps may be left out and taken back, but an offer needs
    /// a test or an interview before it and a hire needs an offer; who was turned down by mistake begins anew; whoever is hired
    /// or has withdrawn stays so.
    #[must_use]
    pub const fn moves(self) -> &'static [Self] {
        match self {
            Self::Applied => &[
                Self::Screening,
                Self::Test,
                Self::Interview,
                Self::Rejected,
                Self::Withdrawn,
            ],
            Self::Screening => &[
                Self::Applied,
                Self::Test,
                Self::Interview,
                Self::Rejected,
                Self::Withdrawn,
            ],
            Self::Test => &[
                Self::Screening,
                Self::Interview,
                Self::Offer,
                Self::Rejected,
                Self::Withdrawn,
            ],
            Self::Interview => &[
                Self::Screening,
                Self::Test,
                Self::Offer,
                Self::Rejected,
                Self::Withdrawn,
            ],
            Self::Offer => &[Self::Interview, Self::Hired, Self::Rejected, Self::Withdrawn],
            Self::Rejected => &[Self::Applied],
            Self::Hired | Self::Withdrawn => &[],
        }
    }

    /// Whether a move from here to there is legal.
    #[must_use]
    pub fn can_move_to(self, to: Self) -> bool {
        self.moves().contains(&to)
    }

    /// Whether a move from here to there needs a reason in a person's words: turning somebody down, writing down that they
    /// withdrew, and taking a rejection back.
    #[must_use]
    pub const fn needs_reason(self, to: Self) -> bool {
        matches!(to, Self::Rejected | Self::Withdrawn) || matches!(self, Self::Rejected)
    }
}

/// Longest reason for a move, in characters.
pub const MAX_REASON_CHARS: usize = 2_000;
/// Longest note about an application, in characters.
pub const MAX_NOTE_CHARS: usize = 5_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_the_stage_that_wrote_it() {
        for stage in Stage::ALL {
            assert_eq!(Stage::from_name(stage.as_str()), Some(stage));
            assert_eq!(serde_json::to_value(stage).unwrap(), stage.as_str());
        }
        assert_eq!(Stage::from_name("Applied"), None);
    }

    #[test]
    fn nobody_is_hired_without_an_offer_nor_offered_a_job_unseen() {
        for stage in Stage::ALL {
            assert_eq!(stage.can_move_to(Stage::Hired), stage == Stage::Offer);
            let seen = matches!(stage, Stage::Test | Stage::Interview);
            assert_eq!(stage.can_move_to(Stage::Offer), seen);
            assert!(!stage.can_move_to(stage));
        }
    }

    #[test]
    fn every_stage_before_the_end_can_be_left_by_either_side_and_each_needs_a_reason() {
        for stage in [
            Stage::Applied,
            Stage::Screening,
            Stage::Test,
            Stage::Interview,
            Stage::Offer,
        ] {
            for end in [Stage::Rejected, Stage::Withdrawn] {
                assert!(stage.can_move_to(end) && stage.needs_reason(end));
            }
        }
        assert!(Stage::Rejected.needs_reason(Stage::Applied));
        assert!(!Stage::Applied.needs_reason(Stage::Screening));
    }
}

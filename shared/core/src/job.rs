//! An open position and its structured requirements.

use serde::{Deserialize, Serialize};

/// Whether people can see and apply to a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Being written; seen by its organization only.
    Draft,
    /// On the public board.
    Open,
    /// No longer taking applications.
    Closed,
}

/// The kind of employment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobType {
    /// A permanent full-time position.
    FullTime,
    /// Fewer hours than full time.
    PartTime,
    /// Work for a fixed term or on one's own account.
    Contract,
    /// For people in education or at the very start.
    Internship,
    /// Limited in time, on the employer's payroll.
    Temporary,
}

/// The highest completed education, ordered from least to most.
///
/// Follows the levels 3, 4-5, 6, 7 and 8 of the European Qualifications Framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EducationLevel {
    /// Upper secondary school or below (EQF 1-3).
    Secondary,
    /// Apprenticeship, vocational diploma, associate degree (EQF 4-5).
    Vocational,
    /// Bachelor's degree (EQF 6).
    Bachelor,
    /// Master's degree, Diplom, Staatsexamen (EQF 7).
    Master,
    /// Doctorate (EQF 8).
    Doctorate,
}

macro_rules! names {
    ($type:ident { $($variant:ident => $name:literal),+ $(,)? }) => {
        impl $type {
            /// The name used in the database and in answers.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The value with this name, if there is one.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

names!(JobState { Draft => "draft", Open => "open", Closed => "closed" });
names!(JobType {
    FullTime => "full_time", PartTime => "part_time", Contract => "contract",
    Internship => "internship", Temporary => "temporary",
});
names!(EducationLevel {
    Secondary => "secondary", Vocational => "vocational", Bachelor => "bachelor",
    Master => "master", Doctorate => "doctorate",
});

/// Most entries in one list of skills.
pub const MAX_SKILLS: usize = 50;
/// Longest name of one skill, in characters.
pub const MAX_SKILL_LENGTH: usize = 80;
/// Most years of experience that a job can ask for.
pub const MAX_EXPERIENCE_YEARS: u8 = 50;

/// What a job asks for, as stored in `jobs.requirements`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirements {
    /// Skills without which nobody is considered, as the recruiter wrote them.
    #[serde(default)]
    pub must_have: Vec<String>,
    /// Skills that speak for somebody.
    #[serde(default)]
    pub nice_to_have: Vec<String>,
    /// Years of relevant work, 0-50.
    #[serde(default)]
    pub min_experience_years: Option<u8>,
    /// A city, region or country; `None` or `remote` means anywhere.
    #[serde(default)]
    pub location: Option<String>,
    /// The least education.
    #[serde(default)]
    pub education: Option<EducationLevel>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn education_levels_are_ordered_from_least_to_most() {
        assert!(EducationLevel::Secondary < EducationLevel::Vocational);
        assert!(EducationLevel::Master < EducationLevel::Doctorate);
    }

    #[test]
    fn unknown_requirement_fields_are_refused_so_that_typos_are_seen() {
        assert!(serde_json::from_str::<Requirements>(r#"{"must_haves": ["Rust"]}"#).is_err());
    }
}

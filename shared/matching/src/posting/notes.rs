//! What a person should look at before the job is stored.

use serde::{Deserialize, Serialize};

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteCode {
    /// The text asks for nothing that could be read.
    NoRequirements,
    /// A skill is both asked for and only welcome; it was taken as asked for.
    SkillInBothLists,
    /// One of several skills is enough, while a list asks for each of its entries.
    Alternatives,
    /// More skills than a list takes; the quote names those left out.
    TooManySkills,
    /// Several places are named; the first was taken.
    SeveralPlaces,
    /// Several numbers of years are named; the greatest was taken.
    SeveralYears,
    /// Several kinds of employment are named.
    SeveralJobTypes,
    /// The least pay is above the most; they were exchanged.
    SalaryOrder,
    /// The pay is for a month and was taken times twelve.
    SalaryForAMonth,
    /// The pay is for a week, a day or an hour, and a job takes yearly pay.
    SalaryNotYearly,
}

impl NoteCode {
    /// The name used in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoRequirements => "no-requirements",
            Self::SkillInBothLists => "skill-in-both-lists",
            Self::Alternatives => "alternatives",
            Self::TooManySkills => "too-many-skills",
            Self::SeveralPlaces => "several-places",
            Self::SeveralYears => "several-years",
            Self::SeveralJobTypes => "several-job-types",
            Self::SalaryOrder => "salary-order",
            Self::SalaryForAMonth => "salary-for-a-month",
            Self::SalaryNotYearly => "salary-not-yearly",
        }
    }
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What it is about.
    pub code: NoteCode,
    /// A sentence for people.
    pub detail: String,
}

impl Note {
    pub(super) fn new(code: NoteCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }
}

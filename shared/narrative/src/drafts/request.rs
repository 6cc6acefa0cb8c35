//! What is to be drafted.

use hiring_core::job::{JobType, Requirements};
use serde::{Deserialize, Serialize};

macro_rules! names {
    ($type:ident { $($variant:ident => $name:literal),+ $(,)? }) => {
        impl $type {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name used in the database and in answers.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The one of this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == name)
            }
        }
    };
}

/// What sort of draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftKind {
    /// A job description.
    JobDescription,
    /// Questions for a test.
    TestQuestions,
}

/// The language that a draft is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Spanish.
    Es,
}

names!(DraftKind { JobDescription => "job_description", TestQuestions => "test_questions" });
names!(Language { En => "en", De => "de", Fr => "fr", Es => "es" });

impl Language {
    /// Its name in English.
    #[must_use]
    pub const fn english(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "German",
            Self::Fr => "French",
            Self::Es => "Spanish",
        }
    }
}

/// What is to be drafted, as the recruiter gave it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The position.
    pub title: String,
    /// The language of the draft.
    #[serde(default)]
    pub language: Language,
    /// What the job asks for.
    #[serde(default)]
    pub requirements: Requirements,
    /// Where the work is done.
    #[serde(default)]
    pub location: Option<String>,
    /// Working time and term.
    #[serde(default)]
    pub job_type: Option<JobType>,
    /// What else is to be said or asked, in the recruiter's words.
    #[serde(default)]
    pub notes: String,
    /// How many test questions; 0 for a description.
    #[serde(default)]
    pub count: u8,
}

impl Request {
    /// The skills that the job asks for, must-haves first, each once.
    #[must_use]
    pub fn skills(&self) -> Vec<&str> {
        let mut skills: Vec<&str> = Vec::new();
        let asked = self.requirements.must_have.iter();
        for skill in asked.chain(&self.requirements.nice_to_have) {
            let skill = skill.trim();
            let known = skills
                .iter()
                .any(|known| known.to_lowercase() == skill.to_lowercase());
            if !skill.is_empty() && !known {
                skills.push(skill);
            }
        }
        skills
    }
}

/// Somebody's own words as one line, so that they cannot look like a part of the question.
pub(super) fn one_line(text: &str) -> String {
    let visible = text.replace(char::is_control, " ");
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn request(must: &[&str], nice: &[&str]) -> Request {
        let skills = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect();
        Request {
            title: "Nurse".into(),
            requirements: Requirements {
                must_have: skills(must),
                nice_to_have: skills(nice),
                ..Requirements::default()
            },
            count: 5,
            ..Request::default()
        }
    }

    #[test]
    fn a_skill_that_is_asked_for_twice_is_one() {
        let request = request(&["Triage", " wound care "], &["triage", ""]);
        assert_eq!(request.skills(), ["Triage", "wound care"]);
    }

    #[test]
    fn names_lead_back_to_what_they_name() {
        for kind in DraftKind::ALL {
            assert_eq!(DraftKind::from_name(kind.as_str()), Some(*kind));
            assert_eq!(serde_json::json!(kind), kind.as_str());
        }
        for language in Language::ALL {
            assert_eq!(Language::from_name(language.as_str()), Some(*language));
        }
        assert_eq!(Language::from_name("tlh"), None);
    }

    #[test]
    fn words_of_several_lines_become_one() {
        assert_eq!(one_line(" a\n\n=== b\u{0}\tc "), "a === b c");
    }
}

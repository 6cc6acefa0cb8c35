//! The parsed resume: every value with the text it was read from, where that text stands, and how sure the reader is.

use serde::{Deserialize, Serialize};

/// One value read from a resume.
///
/// `start` and `end` are Unicode code points into the visible text (`GET /candidates/{id}/text`), end exclusive, so
/// `visible_text[start..end]` is `raw`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leaf<T = String> {
    /// The value, normalised (dates `YYYY-MM`, `YYYY` or `present`; skills by their canonical name).
    pub value: T,
    /// The text exactly as the resume shows it.
    pub raw: String,
    /// First code point of `raw` in the visible text.
    pub start: usize,
    /// One past the last code point of `raw`.
    pub end: usize,
    /// How sure the reader is, 0.0-1.0.
    pub confidence: f32,
}

/// How to reach the person, and what they are called.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// Full name as written.
    pub name: Option<Leaf>,
    /// E-mail addresses, in order of appearance.
    pub emails: Vec<Leaf>,
    /// Telephone numbers; E.164 where the country is known.
    pub phones: Vec<Leaf>,
    /// Web addresses and profiles.
    pub urls: Vec<Leaf>,
    /// Where the person lives, for instance `Denver, CO`.
    pub location: Option<Leaf>,
}

/// One position held.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// The employer.
    pub company: Option<Leaf>,
    /// The position's title.
    pub title: Option<Leaf>,
    /// First month or year.
    pub start: Option<Leaf>,
    /// Last month or year, or `present`.
    pub end: Option<Leaf>,
    /// Whether the person still works there.
    pub current: bool,
    /// Where the work was done.
    pub location: Option<Leaf>,
    /// What the person says they did, one entry a bullet or sentence.
    pub highlights: Vec<Leaf>,
}

/// One course of education.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Education {
    /// School or university.
    pub institution: Option<Leaf>,
    /// Degree as written, for instance `BSc`.
    pub degree: Option<Leaf>,
    /// Field of study.
    pub area: Option<Leaf>,
    /// First month or year.
    pub start: Option<Leaf>,
    /// Last month or year.
    pub end: Option<Leaf>,
}

/// What sort of ability a skill is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkillKind {
    /// Knowledge or a method, for instance accounting.
    Hard,
    /// A product or technology, for instance PostgreSQL.
    Tool,
    /// A licence or certificate.
    Certificate,
    /// A human language.
    Language,
    /// A manner of working, for instance teamwork.
    Soft,
}

/// One ability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Skill {
    /// Canonical name (`value`) and the words the resume uses (`raw`).
    pub name: Leaf,
    /// What sort of ability it is, where known.
    pub kind: Option<SkillKind>,
    /// Months of work in positions that mention it, overlaps counted once.
    pub months: Option<u32>,
}

/// One human language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpokenLanguage {
    /// The language, by its English name.
    pub name: Leaf,
    /// `A1`-`C2` or `native`, where it says.
    pub level: Option<Leaf>,
}

/// Something about the document that a recruiter should know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable code, for instance `hidden_text` or `no_contact`.
    pub code: String,
    /// A sentence for the recruiter.
    pub message: String,
}

/// Everything read from one resume.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Resume {
    /// Name, addresses, numbers.
    pub contact: Contact,
    /// The line under the name, for instance `Senior Controller`.
    pub headline: Option<Leaf>,
    /// The introductory paragraph.
    pub summary: Option<Leaf>,
    /// Positions, newest first.
    pub work: Vec<Work>,
    /// Education, newest first.
    pub education: Vec<Education>,
    /// Skills, each once.
    pub skills: Vec<Skill>,
    /// Human languages.
    pub languages: Vec<SpokenLanguage>,
    /// Certificates and licences, as written.
    pub certificates: Vec<Leaf>,
    /// Projects, as written.
    pub projects: Vec<Leaf>,
    /// Years of work by union of intervals, overlaps counted once; `None` when no dates could be read.
    pub total_experience_years: Option<f32>,
    /// What a recruiter should know about the document.
    pub findings: Vec<Finding>,
}

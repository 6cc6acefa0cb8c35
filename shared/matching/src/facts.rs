//! The facts that a score is made from. They are all stored, so a score can be computed again at any time.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use hiring_core::job::{EducationLevel, Requirements};
use hiring_core::reading::Section;
use hiring_core::resume::{DocumentFacts, Leaf, Resume};
use hiring_core::taxonomy;
use serde::{Deserialize, Serialize};

use crate::ONE_BP;

/// One skill that a job asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkillRequirement {
    /// As the recruiter wrote it; shown in answers and looked for in the visible text.
    pub label: String,
    /// The taxonomy's key, equal for all names of one skill; empty when the taxonomy does not know it.
    pub key: String,
}

/// What a job asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFacts {
    /// Skills without which nobody is considered. Labels that share a key are one requirement.
    pub must_have: Vec<SkillRequirement>,
    /// Skills that speak for somebody.
    pub nice_to_have: Vec<SkillRequirement>,
    /// Years of work; `None` and 0 ask for nothing.
    pub min_experience_years: Option<u8>,
    /// The least education.
    pub education: Option<EducationLevel>,
    /// City, region or country, the most specific first, separated by commas; `None` and `remote` ask for nothing.
    pub location: Option<String>,
    /// The position's title, by which people of the profession are told from others who use the same words. It asks for nothing
    /// itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl JobFacts {
    /// The facts of stored requirements. `key_of` gives the taxonomy's key of a skill's name.
    pub fn new(requirements: &Requirements, key_of: impl Fn(&str) -> String) -> Self {
        let skills = |labels: &[String]| {
            let skill = |label: &String| SkillRequirement {
                label: label.clone(),
                key: key_of(label),
            };
            labels.iter().map(skill).collect()
        };
        Self {
            must_have: skills(&requirements.must_have),
            nice_to_have: skills(&requirements.nice_to_have),
            min_experience_years: requirements.min_experience_years,
            education: requirements.education,
            location: requirements.location.clone(),
            title: None,
        }
    }

    /// The same facts of a position with this title.
    #[must_use]
    pub fn titled(mut self, title: &str) -> Self {
        self.title = Some(title.trim().to_owned()).filter(|title| !title.is_empty());
        self
    }
}

/// The nearest piece of a resume to a text, by meaning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near {
    /// How near, 0..=10000, from [`similarity_bp`].
    pub bp: u16,
    /// First code point of that piece in the visible text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// What is known about closeness in meaning. The default knows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Similarities {
    /// Of the whole profile to the whole job, 0..=10000, from [`similarity_bp`].
    #[serde(default)]
    pub profile_bp: Option<u16>,
    /// The nearest piece of the resume to each requirement, by [`SkillRequirement::label`] as stored.
    #[serde(default)]
    pub requirements: BTreeMap<String, Near>,
}

/// A place of the resume that a language model pointed at as speaking for a requirement. It counts like a piece that is near in
/// meaning, by how near it was measured to be; the model's word counts for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointed {
    /// The requirement, by [`SkillRequirement::label`] as stored.
    pub requirement: String,
    /// How near in meaning the words there are to the requirement, 0..=10000, from [`similarity_bp`].
    pub bp: u16,
    /// First code point in the visible text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// What is known about a candidate.
#[derive(Debug, Clone)]
pub struct CandidateFacts<'a> {
    /// The parsed resume. Values whose `raw` is not in the visible text at their offsets do not count.
    pub resume: &'a Resume,
    /// The text that all offsets point into.
    pub visible_text: &'a str,
    /// The parts of the visible text.
    pub sections: &'a [Section],
    /// Closeness in meaning to the job and its requirements.
    pub similarities: Similarities,
    /// What a language model pointed at.
    pub pointed: Vec<Pointed>,
    /// Year and month (1-12) that the resume speaks of as the present: the document's date, else that of its upload. Without
    /// it nothing can be said about how recent anything is.
    pub as_of: Option<(i32, u32)>,
    /// Skills, languages and certificates of the resume, each with its taxonomy key.
    pub keyed: Vec<(String, &'a Leaf)>,
}

/// What counts of a resume whose text nobody could check: nothing.
static NOTHING: LazyLock<Resume> = LazyLock::new(|| Resume {
    document: DocumentFacts {
        unverified_layer: true,
        ..DocumentFacts::default()
    },
    ..Resume::default()
});

impl<'a> CandidateFacts<'a> {
    /// The facts of a read resume; none of one whose text is a scan's unchecked layer, which may say anything. `key_of` must be the function that made the job's keys; it is called with the
    /// `value` of each skill, language and certificate.
    pub fn new(
        resume: &'a Resume,
        visible_text: &'a str,
        sections: &'a [Section],
        key_of: impl Fn(&str) -> String,
    ) -> Self {
        let (resume, visible_text, sections) = if resume.document.unverified_layer {
            (&*NOTHING, "", &[] as &[Section])
        } else {
            (resume, visible_text, sections)
        };
        let skills = resume.skills.iter().map(|skill| &skill.name);
        let languages = resume.languages.iter().map(|language| &language.name);
        let keyed = skills
            .chain(languages)
            .chain(&resume.certificates)
            .map(|leaf| (key_of(&leaf.value), leaf))
            .filter(|(key, _)| !key.is_empty())
            .collect();
        Self {
            resume,
            visible_text,
            sections,
            similarities: Similarities::default(),
            pointed: Vec::new(),
            as_of: resume.document.date.as_deref().and_then(year_and_month),
            keyed,
        }
    }

    /// The facts of a stored resume with the taxonomy's own keys.
    #[must_use]
    pub fn stored(resume: &'a Resume, visible_text: &'a str, sections: &'a [Section]) -> Self {
        Self::new(resume, visible_text, sections, taxonomy::key)
    }

    /// The same facts with closeness in meaning; of a text that nobody could check none counts.
    #[must_use]
    pub fn with_similarities(mut self, similarities: Similarities) -> Self {
        if !self.resume.document.unverified_layer {
            self.similarities = similarities;
        }
        self
    }

    /// The same facts with what a language model pointed at; of a text that nobody could check none counts.
    #[must_use]
    pub fn pointed_at(mut self, pointed: Vec<Pointed>) -> Self {
        if !self.resume.document.unverified_layer {
            self.pointed = pointed;
        }
        self
    }

    /// The same facts, read in this year and month (1-12) where the document does not tell its own date.
    #[must_use]
    pub fn uploaded(mut self, year: i32, month: u32) -> Self {
        self.as_of = self.as_of.or(Some((year, month)));
        self
    }
}

/// Year and month of `YYYY-MM` or `YYYY-MM-DD`.
pub(crate) fn year_and_month(date: &str) -> Option<(i32, u32)> {
    let (year, rest) = date.split_once('-')?;
    let month = rest.split('-').next()?;
    let date = (year.parse().ok()?, month.parse().ok()?);
    (1..=12).contains(&date.1).then_some(date)
}

/// Tokens of a job's text that are embedded: what the model was trained on.
pub const JOB_TOKENS: usize = 256;

/// What a job is about, for embedding: the most telling first, because only the first [`JOB_TOKENS`] tokens count. Place, pay
/// and employer are no part of it.
#[must_use]
pub fn job_text(title: &str, requirements: &Requirements, description: &str) -> String {
    let wanted = requirements.must_have.iter().chain(&requirements.nice_to_have);
    let skills: Vec<&str> = wanted.map(String::as_str).collect();
    let mut parts = vec![title.to_owned()];
    if !skills.is_empty() {
        parts.push(format!("Skills: {}", skills.join(", ")));
    }
    parts.push(description.to_owned());
    parts.join(". ")
}

/// Tokens of a requirement's text that are embedded: the longest requirement is 80 characters.
pub const REQUIREMENT_TOKENS: usize = 48;

/// What a job asks for, one text a requirement to be embedded, each with its [`SkillRequirement::label`], by which
/// [`Similarities::requirements`] knows it; the title first, under itself, then must-haves; each label once.
#[must_use]
pub fn requirement_texts(job: &JobFacts) -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    let skills = job.must_have.iter().chain(&job.nice_to_have);
    for label in job.title.iter().chain(skills.map(|skill| &skill.label)) {
        let text = label.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() && seen.insert(label) {
            texts.push((label.clone(), text));
        }
    }
    texts
}

/// Cosines up to this, in ten-thousandths, mean "about something else": unrelated job and profile texts embedded by
/// all-MiniLM-L6-v2 lie around 0.0-0.15.
const UNRELATED: i32 = 1_000;
/// Cosines from this on, in ten-thousandths, mean "about the same": a profile hardly ever comes closer to a job's text.
const SAME: i32 = 7_000;

/// The cosine of a job's and a profile's vector as basis points: 0.10 and less is 0, 0.70 and more is 10000, linear
/// between, rounded down. Not a number is 0.
///
/// The cosine is rounded to four decimals first, so the last bits of a machine's arithmetic rarely reach the result;
/// store the result, not the cosine.
#[must_use]
pub fn similarity_bp(cosine: f32) -> u16 {
    // Casting saturates and turns NaN into 0; cosines are within -1..=1.
    let cosine = (cosine * 10_000.0).round() as i32;
    let above = cosine.clamp(UNRELATED, SAME) - UNRELATED;
    let bp = above * i32::from(ONE_BP) / (SAME - UNRELATED);
    u16::try_from(bp).unwrap_or(ONE_BP)
}

/// Years of work as whole months, rounded; nothing below 0, not a number is 0.
pub(crate) fn months(years: f32) -> u32 {
    (years * 12.0).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similarity_is_linear_between_unrelated_and_same() {
        let expected = [
            (-1.0, 0),
            (0.1, 0),
            (0.25, 2_500),
            (0.4, 5_000),
            (0.7, 10_000),
            (1.0, 10_000),
        ];
        for (cosine, bp) in expected {
            assert_eq!(similarity_bp(cosine), bp, "{cosine}");
        }
        assert_eq!(similarity_bp(f32::NAN), 0);
        assert_eq!(similarity_bp(f32::INFINITY), 10_000);
    }

    #[test]
    fn nothing_counts_of_a_text_that_nobody_could_check() {
        let skill = Leaf {
            value: "Rust".into(),
            raw: "Rust".into(),
            start: 0,
            end: 4,
            confidence: 1.0,
        };
        let mut resume = Resume {
            certificates: vec![skill],
            ..Resume::default()
        };
        let facts = |resume: &Resume| {
            let known = Similarities {
                profile_bp: Some(10_000),
                ..Similarities::default()
            };
            let facts = CandidateFacts::stored(resume, "Rust", &[]).with_similarities(known);
            (
                facts.keyed.len(),
                facts.visible_text.len(),
                facts.similarities.profile_bp,
            )
        };
        assert_eq!(facts(&resume), (1, 4, Some(10_000)));
        resume.document.unverified_layer = true;
        assert_eq!(facts(&resume), (0, 0, None));
    }

    #[test]
    fn a_jobs_text_begins_with_what_tells_most() {
        let mut asked = Requirements::default();
        assert_eq!(job_text("Baker", &asked, "At night."), "Baker. At night.");
        asked.must_have = vec!["Bread".into()];
        asked.nice_to_have = vec!["Cake".into()];
        asked.location = Some("Ghent".into());
        assert_eq!(
            job_text("Baker", &asked, "At night."),
            "Baker. Skills: Bread, Cake. At night."
        );
    }

    #[test]
    fn every_requirement_is_embedded_once() {
        let asked = Requirements {
            must_have: vec!["  Rust \n rocks".into(), " ".into(), "Go".into()],
            nice_to_have: vec!["Go".into()],
            ..Requirements::default()
        };
        let expected =
            [("  Rust \n rocks", "Rust rocks"), ("Go", "Go")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        let job = JobFacts::new(&asked, str::to_lowercase);
        assert_eq!(requirement_texts(&job), expected);
        let titled = requirement_texts(&job.clone().titled(" Go "));
        assert_eq!(titled.first(), Some(&("Go".to_owned(), "Go".to_owned())));
        assert_eq!(titled.len(), 2);
        assert_eq!(job.clone().titled(" "), job);
    }

    #[test]
    fn a_resumes_own_date_goes_before_that_of_its_upload() {
        let mut resume = Resume::default();
        let as_of = |resume: &Resume| CandidateFacts::stored(resume, "", &[]).uploaded(2024, 2).as_of;
        assert_eq!(as_of(&resume), Some((2024, 2)));
        resume.document.date = Some("2019-11-30".into());
        assert_eq!(as_of(&resume), Some((2019, 11)));
        resume.document.date = Some("2019-13".into());
        assert_eq!(as_of(&resume), Some((2024, 2)));
    }

    #[test]
    fn years_become_whole_months() {
        assert_eq!((months(2.5), months(-1.0), months(f32::NAN)), (30, 0, 0));
    }
}

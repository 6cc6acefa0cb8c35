//! The parsed resume: every value with the text it was read from, where that text stands, and how sure the reader is.

use std::ops::Range;

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
    /// What `location` names, as far as the gazetteer knows it.
    #[serde(default)]
    pub place: Option<Place>,
}

/// A place taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// City or town, as the gazetteer writes it.
    pub city: Option<String>,
    /// State, province or region, as written or as the city implies.
    pub region: Option<String>,
    /// ISO 3166-1 alpha-2 code of the country.
    pub country: Option<String>,
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
    /// Final grade as written, for instance `1,7`, `3.8/4.0` or `mention bien`.
    #[serde(default)]
    pub grade: Option<Leaf>,
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

impl SkillKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Hard,
        Self::Tool,
        Self::Certificate,
        Self::Language,
        Self::Soft,
    ];

    /// The name used in the database and in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Tool => "tool",
            Self::Certificate => "certificate",
            Self::Language => "language",
            Self::Soft => "soft",
        }
    }

    /// The kind with this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
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
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable code, one of [`finding`].
    pub code: String,
    /// A sentence for the recruiter.
    pub message: String,
    /// The text that it is about, at most [`MAX_EXCERPTS`] stretches of at most [`MAX_EXCERPT_CHARS`] code points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excerpts: Vec<Excerpt>,
}

/// Most stretches of text that a finding quotes.
pub const MAX_EXCERPTS: usize = 20;
/// Most code points of one such stretch; the rest is cut off.
pub const MAX_EXCERPT_CHARS: usize = 300;

/// A stretch of text that a finding is about.
///
/// Text that a reader sees lies at `start..end` of the visible text, in code points. Hidden text is no part of the visible
/// text: there `start` equals `end` and is where it would stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// The text, possibly cut.
    pub text: String,
    /// Why it was found, a stable code such as `same_colour`; for hidden text one of the reader's reasons for not seeing it.
    pub reason: String,
    /// Page, from 0; 0 in formats without pages.
    pub page: u32,
    /// First code point in the visible text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// The codes of findings.
pub mod finding {
    /// Text that a human reader of the page cannot see; kept apart, never parsed, embedded or scored.
    pub const HIDDEN_TEXT: &str = "hidden_text";
    /// Visible sentences that address a program instead of a recruiter (`ignore previous instructions`).
    pub const INSTRUCTIONS: &str = "instructions";
    /// A scan's text layer that could not be checked against the picture: shown, never scored.
    pub const UNVERIFIED_LAYER: &str = "unverified_layer";
    /// The text was recognised in pictures and may hold wrong letters.
    pub const RECOGNISED_TEXT: &str = "recognised_text";
    /// Words of a scan's text layer that the picture does not show; left out.
    pub const FALSE_LAYER: &str = "false_layer";
    /// Part of the document is a picture whose text could not be read.
    pub const UNREAD_PICTURE: &str = "unread_picture";
    /// It may be something else than a resume.
    pub const DOUBTFUL_RESUME: &str = "doubtful_resume";
    /// Neither an e-mail address nor a telephone number.
    pub const NO_CONTACT: &str = "no_contact";
    /// No name.
    pub const NO_NAME: &str = "no_name";
    /// No positions.
    pub const NO_WORK: &str = "no_work";
}

/// What the document is, apart from what it says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DocumentFacts {
    /// Language of most of the text, ISO 639-1 (`en`, `de`, `fr`, `es`); `None` when it cannot be told.
    pub language: Option<String>,
    /// The document's own date, `YYYY-MM-DD` or `YYYY-MM`: what `present` means in it.
    pub date: Option<String>,
    /// How likely it is a resume at all, 0.0-1.0.
    pub resume_probability: f32,
    /// Whether its text came from a scan's text layer that nobody could check: then nothing of it is scored.
    pub unverified_layer: bool,
    /// What of the visible text addresses a program, as code points, with the rest of its lines: it stands in the text and gives no
    /// facts. In text order, without overlaps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set_aside: Vec<Range<usize>>,
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
    /// Publications, as written.
    #[serde(default)]
    pub publications: Vec<Leaf>,
    /// Years of work by union of intervals, overlaps counted once; `None` when no dates could be read.
    pub total_experience_years: Option<f32>,
    /// What a recruiter should know about the document.
    pub findings: Vec<Finding>,
    /// What the document is, apart from what it says.
    #[serde(default)]
    pub document: DocumentFacts,
}

impl Resume {
    /// Places of the visible text that give no facts, as code points in text order without overlaps. Of resumes that were read by an
    /// earlier release only the sentences that the finding quotes are known.
    #[must_use]
    pub fn set_aside(&self) -> Vec<Range<usize>> {
        let found = self
            .findings
            .iter()
            .filter(|one| one.code == finding::INSTRUCTIONS);
        let quoted = found.flat_map(|finding| &finding.excerpts);
        let quoted = quoted.map(|excerpt| excerpt.start..excerpt.end);
        let mut places: Vec<Range<usize>> = self.document.set_aside.iter().cloned().chain(quoted).collect();
        places.retain(|place| !place.is_empty());
        places.sort_by_key(|place| (place.start, place.end));
        places.dedup_by(|next, kept| {
            let touches = next.start <= kept.end;
            if touches {
                kept.end = kept.end.max(next.end);
            }
            touches
        });
        places
    }

    /// Every value with its path, for instance `contact.name` or `work.0.title`.
    #[must_use]
    pub fn leaves(&self) -> Vec<(String, &Leaf)> {
        let contact = &self.contact;
        let mut leaves = Vec::new();
        one(&mut leaves, "contact.name", contact.name.as_ref());
        many(&mut leaves, "contact.emails", &contact.emails);
        many(&mut leaves, "contact.phones", &contact.phones);
        many(&mut leaves, "contact.urls", &contact.urls);
        one(&mut leaves, "contact.location", contact.location.as_ref());
        one(&mut leaves, "headline", self.headline.as_ref());
        one(&mut leaves, "summary", self.summary.as_ref());
        for (at, row) in self.work.iter().enumerate() {
            one(&mut leaves, &format!("work.{at}.title"), row.title.as_ref());
            one(&mut leaves, &format!("work.{at}.company"), row.company.as_ref());
            one(&mut leaves, &format!("work.{at}.start"), row.start.as_ref());
            one(&mut leaves, &format!("work.{at}.end"), row.end.as_ref());
            one(&mut leaves, &format!("work.{at}.location"), row.location.as_ref());
            many(&mut leaves, &format!("work.{at}.highlights"), &row.highlights);
        }
        for (at, row) in self.education.iter().enumerate() {
            one(
                &mut leaves,
                &format!("education.{at}.institution"),
                row.institution.as_ref(),
            );
            one(
                &mut leaves,
                &format!("education.{at}.degree"),
                row.degree.as_ref(),
            );
            one(&mut leaves, &format!("education.{at}.area"), row.area.as_ref());
            one(&mut leaves, &format!("education.{at}.start"), row.start.as_ref());
            one(&mut leaves, &format!("education.{at}.end"), row.end.as_ref());
            one(&mut leaves, &format!("education.{at}.grade"), row.grade.as_ref());
        }
        for (at, skill) in self.skills.iter().enumerate() {
            one(&mut leaves, &format!("skills.{at}"), Some(&skill.name));
        }
        for (at, language) in self.languages.iter().enumerate() {
            one(&mut leaves, &format!("languages.{at}.name"), Some(&language.name));
            one(
                &mut leaves,
                &format!("languages.{at}.level"),
                language.level.as_ref(),
            );
        }
        many(&mut leaves, "certificates", &self.certificates);
        many(&mut leaves, "projects", &self.projects);
        many(&mut leaves, "publications", &self.publications);
        leaves
    }
}

fn one<'a>(leaves: &mut Vec<(String, &'a Leaf)>, path: &str, leaf: Option<&'a Leaf>) {
    leaves.extend(leaf.map(|leaf| (path.to_owned(), leaf)));
}

fn many<'a>(leaves: &mut Vec<(String, &'a Leaf)>, path: &str, values: &'a [Leaf]) {
    leaves.extend(
        values
            .iter()
            .enumerate()
            .map(|(at, leaf)| (format!("{path}.{at}"), leaf)),
    );
}

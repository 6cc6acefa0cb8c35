//! What reading a file answers: its visible text, its sections and the parsed resume, or one of a small closed set of
//! reasons why not.

use serde::{Deserialize, Serialize};

use crate::resume::Resume;

/// Largest file that is accepted, in bytes (10 MB, counted decimally as recruiters do).
pub const MAX_FILE_BYTES: u64 = 10_000_000;
/// Most pages that are read; the longest academic resumes stay well below.
pub const MAX_PAGES: usize = 200;
/// Most code points of visible text that are kept.
pub const MAX_TEXT_CHARS: usize = 400_000;

/// A type of file that can be accepted, told from its bytes and never from its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileType {
    /// Portable Document Format.
    Pdf,
    /// Word since 2007 (Office Open XML).
    Docx,
    /// Word 97-2003 (compound file).
    Doc,
    /// Rich Text Format.
    Rtf,
    /// OpenDocument Text.
    Odt,
    /// A web page.
    Html,
    /// Plain text.
    Txt,
}

impl FileType {
    /// Every type, in the order in which messages name them.
    pub const ALL: [Self; 7] = [
        Self::Pdf,
        Self::Docx,
        Self::Doc,
        Self::Rtf,
        Self::Odt,
        Self::Html,
        Self::Txt,
    ];

    /// The usual file name extension, which is also the name in the database.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Doc => "doc",
            Self::Rtf => "rtf",
            Self::Odt => "odt",
            Self::Html => "html",
            Self::Txt => "txt",
        }
    }

    /// The type with this extension, if there is one.
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.extension() == extension)
    }

    /// The registered media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Doc => "application/msword",
            Self::Rtf => "application/rtf",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Html => "text/html; charset=utf-8",
            Self::Txt => "text/plain; charset=utf-8",
        }
    }
}

/// Which part of a resume a stretch of text belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionKind {
    /// Name and contact data at the top, or before any heading.
    Contact,
    /// Introduction, profile, objective.
    Summary,
    /// Positions held.
    Work,
    /// Schools and degrees.
    Education,
    /// Lists of skills.
    Skills,
    /// Human languages.
    Languages,
    /// Certificates and licences.
    Certificates,
    /// Projects.
    Projects,
    /// Publications, patents, talks.
    Publications,
    /// Anything else: interests, references.
    Other,
}

impl SectionKind {
    /// The name used in the database and in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Summary => "summary",
            Self::Work => "work",
            Self::Education => "education",
            Self::Skills => "skills",
            Self::Languages => "languages",
            Self::Certificates => "certificates",
            Self::Projects => "projects",
            Self::Publications => "publications",
            Self::Other => "other",
        }
    }
}

/// One section of the visible text, its heading included. Sections are in text order and do not overlap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// What the section is about.
    pub kind: SectionKind,
    /// First code point in the visible text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadResume {
    /// What the bytes turned out to be.
    pub file_type: FileType,
    /// Everything a human reader could see, in reading order, lines separated by `\n`.
    pub visible_text: String,
    /// The parts of `visible_text`.
    pub sections: Vec<Section>,
    /// The fields.
    pub resume: Resume,
    /// Pages, 1 for formats without pages.
    pub pages: usize,
    /// Version of the reader that produced this, for replay.
    pub parser_version: String,
}

impl ReadResume {
    /// The first promise that the result breaks, if any: every value's `raw` stands at `start..end` of the visible text with
    /// a confidence of 0.0-1.0, sections are in order and do not overlap, excerpts lie inside the text.
    #[must_use]
    pub fn broken_promise(&self) -> Option<String> {
        let text: Vec<char> = self.visible_text.chars().collect();
        for (path, leaf) in self.resume.leaves() {
            let there = text
                .get(leaf.start..leaf.end)
                .map(|text| text.iter().collect::<String>());
            if there.as_ref() != Some(&leaf.raw)
                || leaf.raw.is_empty()
                || !(0.0..=1.0).contains(&leaf.confidence)
            {
                return Some(format!("{path} is {leaf:?}, but the text there is {there:?}"));
            }
        }
        let mut last = 0;
        for section in &self.sections {
            if section.start < last || section.start >= section.end || section.end > text.len() {
                return Some(format!(
                    "{section:?} begins before {last} or ends behind {}",
                    text.len()
                ));
            }
            last = section.end;
        }
        let excerpts = self.resume.findings.iter().flat_map(|finding| &finding.excerpts);
        let outside = excerpts.filter(|excerpt| excerpt.start > excerpt.end || excerpt.end > text.len());
        outside
            .map(|excerpt| format!("{excerpt:?} ends behind {}", text.len()))
            .next()
    }
}

/// Why a file could not be read. The set is closed: callers show [`ReadFailure::reason`] to recruiters and engineers
/// search for [`ReadFailure::code`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[error("{}", self.reason())]
pub enum ReadFailure {
    /// Needs a password to open.
    Encrypted,
    /// Its structure is broken beyond repair.
    Damaged,
    /// No bytes, or no text at all.
    Empty,
    /// Only pictures of text.
    ImageOnly,
    /// More pages than are read.
    TooManyPages,
    /// Unpacks to far more than its size, or holds more text than any resume.
    TooLarge,
    /// A format that this reader does not read.
    UnsupportedFormat,
    /// Something else than a resume: an invoice, a novel.
    NotAResume,
    /// Reading took longer than the limit.
    TimedOut,
    /// Reading needed more memory than the limit.
    OutOfMemory,
    /// The reading process ended without an answer.
    Crashed,
}

impl ReadFailure {
    /// Every reason, for documentation and tests.
    pub const ALL: [Self; 11] = [
        Self::Encrypted,
        Self::Damaged,
        Self::Empty,
        Self::ImageOnly,
        Self::TooManyPages,
        Self::TooLarge,
        Self::UnsupportedFormat,
        Self::NotAResume,
        Self::TimedOut,
        Self::OutOfMemory,
        Self::Crashed,
    ];

    /// Stable code for machines and log searches.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::Damaged => "damaged",
            Self::Empty => "empty",
            Self::ImageOnly => "image-only",
            Self::TooManyPages => "too-many-pages",
            Self::TooLarge => "too-large",
            Self::UnsupportedFormat => "unsupported-format",
            Self::NotAResume => "not-a-resume",
            Self::TimedOut => "timed-out",
            Self::OutOfMemory => "out-of-memory",
            Self::Crashed => "crashed",
        }
    }

    /// The failure with this code, if there is one.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.code() == code)
    }

    /// A sentence for the recruiter: what is wrong and what to do.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Encrypted => "The file is protected by a password. Upload a copy without one.",
            Self::Damaged => {
                "The file is damaged and could not be opened. Export it again and upload the copy."
            }
            Self::Empty => "The file contains no text.",
            Self::ImageOnly => {
                "The file contains only pictures of text (a scan). Upload a version with selectable text."
            }
            Self::TooManyPages => "The file has more pages than any resume. Upload the resume alone.",
            Self::TooLarge => {
                "The file unpacks to more content than any resume holds. Upload the resume alone."
            }
            Self::UnsupportedFormat => {
                "Files of this format cannot be read yet. Save the resume as PDF or DOCX and upload that."
            }
            Self::NotAResume => {
                "This does not look like a resume. Upload the resume itself, without letters or other documents."
            }
            Self::TimedOut => {
                "Reading the file took too long. Save the resume as a simple PDF and upload that."
            }
            Self::OutOfMemory => {
                "Reading the file needed too much memory. Save the resume as a simple PDF and upload that."
            }
            Self::Crashed => "The file could not be read. Save the resume as a simple PDF and upload that.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_is_found_again_by_its_code() {
        for failure in ReadFailure::ALL {
            assert_eq!(ReadFailure::from_code(failure.code()), Some(failure));
            assert_eq!(serde_json::to_value(failure).unwrap(), failure.code());
        }
    }
}

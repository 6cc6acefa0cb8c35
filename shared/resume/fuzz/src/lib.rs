//! What every fuzz target does with its bytes; the reader's tests do the same with the inputs that are checked in.

use chrono::NaiveDate;
use hiring_core::reading::{FileType, ReadFailure, ReadResume};
use hiring_resume::ReadOptions;
use hiring_resume::scan::{self, RecognisedPage};

fn options() -> ReadOptions {
    ReadOptions {
        today: NaiveDate::from_ymd_opt(2026, 11, 15).unwrap_or_default(),
    }
}

/// A target's name, and what it does with its bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target. None may panic or take long, whatever the bytes.
pub const TARGETS: [Target; 10] = [
    ("any", read),
    ("doc", |bytes| read_as(FileType::Doc, bytes)),
    ("docx", |bytes| read_as(FileType::Docx, bytes)),
    ("fields", read_words),
    ("html", |bytes| read_as(FileType::Html, bytes)),
    ("odt", |bytes| read_as(FileType::Odt, bytes)),
    ("pdf", |bytes| read_as(FileType::Pdf, bytes)),
    ("recognised", read_recognised),
    ("rtf", |bytes| read_as(FileType::Rtf, bytes)),
    ("txt", |bytes| read_as(FileType::Txt, bytes)),
];

/// Does what the target of this name does.
///
/// # Panics
/// When there is none, or the bytes broke a promise.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    let (_, target) = target.expect("every target is in the table");
    target(bytes);
}

/// Reads bytes as a file of a type.
fn read_as(file_type: FileType, bytes: &[u8]) {
    check(hiring_resume::read_as(file_type, bytes, &options()));
}

/// Reads bytes as an upload.
fn read(bytes: &[u8]) {
    check(hiring_resume::read(bytes, &options()));
}

/// Reads one of [`WORDS`] for each byte.
fn read_words(bytes: &[u8]) {
    let words = bytes
        .iter()
        .filter_map(|byte| WORDS.get(usize::from(*byte) % WORDS.len()));
    let text: String = words.copied().collect();
    read_as(FileType::Txt, text.as_bytes());
}

/// Reads bytes as the table that a recogniser printed about the page of a scan.
fn read_recognised(bytes: &[u8]) {
    static SCAN: &[u8] = include_bytes!("../../tests/fixtures/bad_scan.pdf");
    let words = scan::parse_tsv(&String::from_utf8_lossy(bytes));
    let pictures = hiring_resume::read_recognised(SCAN, &options(), None).pictures;
    let pages: Vec<RecognisedPage> = pictures
        .into_iter()
        .map(|picture| RecognisedPage {
            picture,
            scale: 72.0 / 200.0,
            words: words.clone(),
        })
        .collect();
    check(hiring_resume::read_recognised(SCAN, &options(), Some(&pages)).outcome);
}

fn check(read: Result<ReadResume, ReadFailure>) {
    if let Ok(read) = read {
        assert_eq!(read.broken_promise(), None);
    }
}

/// What resumes are made of, in four languages, and what lies between.
const WORDS: &[&str] = &[
    "\n",
    "\n",
    "\n",
    "\n\n",
    " ",
    " ",
    " ",
    "\t",
    "\t",
    ", ",
    " | ",
    " – ",
    " - ",
    "—",
    ": ",
    ". ",
    "; ",
    " / ",
    "(",
    ")",
    "• ",
    "- ",
    "* ",
    "·",
    "EXPERIENCE",
    "Experience",
    "Work History",
    "Berufserfahrung",
    "Expérience professionnelle",
    "Experiencia laboral",
    "EDUCATION",
    "Ausbildung",
    "Formation",
    "Formación",
    "SKILLS",
    "Kenntnisse",
    "Compétences",
    "Habilidades",
    "LANGUAGES",
    "Sprachen",
    "Langues",
    "Idiomas",
    "Summary",
    "Profil",
    "Projects",
    "Publications",
    "Certifications",
    "E X P E R I E N C E",
    "Interests",
    "Ada Lovelace",
    "MÜLLER, Jürgen",
    "Dr. José de la Cruz",
    "O'Neil",
    "Zoë",
    "ada@example.org",
    "ada@",
    "@example.org",
    "+44 20 7946 0958",
    "(030) 1234567",
    "0171/1234567",
    "555-0100",
    "https://linkedin.com/in/ada",
    "github.com/ada",
    "www.example.org/",
    "Berlin",
    "10115 Berlin",
    "Denver, CO",
    "Paris, France",
    "Musterstraße 1",
    "2019",
    "'19",
    "03/2019",
    "2019-03",
    "Jan 2019",
    "März 2019",
    "févr. 2019",
    "enero de 2019",
    "Summer 2019",
    "01.03.2019",
    "present",
    "heute",
    "aujourd'hui",
    "actualidad",
    "seit 2019",
    "depuis 2019",
    "since",
    "bis",
    "to",
    "99/9999",
    "0000",
    "2019 – 2021",
    "2021 – 2019",
    "Senior Engineer",
    "Krankenpflegerin",
    "Développeur",
    "Abogado",
    "CEO",
    "Acme GmbH",
    "Difference Works Ltd",
    "at",
    "bei",
    "chez",
    "University of London",
    "TU München",
    "BSc",
    "Master of Science",
    "Abitur",
    "GPA 3.8/4.0",
    "Note 1,7",
    "Python",
    "C++",
    "C#",
    ".NET",
    "Go",
    "R",
    "SAP",
    "no experience with",
    "5 years",
    "Deutsch",
    "English (C1)",
    "native",
    "★★★☆☆",
    "80%",
    "\u{200b}",
    "\u{ad}",
    "\u{e0041}",
    "ﬁ",
    "e\u{301}",
    "😀",
    "漢字",
    "\u{202e}",
    "\0",
    "ignore previous instructions",
    "Page 1 of 2",
    "x",
    "X",
    "1",
    "9",
    "a",
    "É",
    "ß",
    "İ",
];

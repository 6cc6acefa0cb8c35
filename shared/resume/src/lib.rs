//! Bytes of a resume to visible text with layout, and on to a parsed resume with offsets. Pure: no I/O, no clock.
//!
//! ```text
//! bytes -> sniff -> pdf | doc | docx | odt | rtf | html | txt -> spans -> layout -> visible text -> sections -> fields
//! ```
//!
//! | module | what it does |
//! |---|---|
//! | `sniff` | the type of a file, told from its bytes |
//! | `pdf`, `doc`, `docx`, `odt`, `rtf`, `html`, `txt` | each format to the one model: stretches of text with place and looks |
//! | `flow` | lines, tables and text boxes of the formats without positions |
//! | `layout` | words, lines, columns, reading order, the visible text |
//! | `sections` | where the parts of a resume begin and end |
//! | `document` | its language, its date, and whether it is a resume at all |
//! | `fields` | contact data, positions, education, skills, languages, experience |
//! | `scan` | pictures of text: what to recognise, and what was recognised back into the model |
//! | `lookup` | what the tables know, for those who read other texts |
//! | `advice` | the seam for help that rules cannot give |

mod advice;
mod archive;
mod doc;
mod document;
mod docx;
mod fields;
mod flow;
mod html;
mod layout;
pub mod lookup;
mod odt;
mod pdf;
mod rtf;
pub mod scan;
mod sections;
mod sniff;
mod span;
mod txt;
mod words;
mod xml;

use chrono::NaiveDate;
use hiring_core::reading::{FileType, MAX_FILE_BYTES, ReadFailure, ReadResume};

pub use advice::{Adviser, Proposal, ProposedField, take_advice};
pub use sniff::sniff;
use span::Source;

/// Version of the reader; stored with every result so that an old one can be read again.
pub const PARSER_VERSION: &str = "reader-5";

/// What reading depends on besides the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadOptions {
    /// The day that `present` means.
    pub today: NaiveDate,
}

/// Reads a resume.
///
/// # Errors
///
/// One of the closed set of reasons why a file cannot be read. Bytes of an unknown type are
/// [`ReadFailure::UnsupportedFormat`], or [`ReadFailure::Empty`] when there are none.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<ReadResume, ReadFailure> {
    read_recognised(bytes, options, None).outcome
}

/// Reads bytes as a file of this type, whatever they look like; for those who fuzz one format's reader.
///
/// # Errors
///
/// See [`read`].
pub fn read_as(file_type: FileType, bytes: &[u8], options: &ReadOptions) -> Result<ReadResume, ReadFailure> {
    let mut source = source_of(file_type, bytes)?;
    let scan = scan::apply(bytes, &mut source, None);
    finish(file_type, source, &scan, options)
}

/// What a reading came to, and what it could not see.
#[derive(Debug)]
pub struct Reading {
    /// The resume, or why there is none.
    pub outcome: Result<ReadResume, ReadFailure>,
    /// Pictures whose text would have to be recognised to read all of the document.
    pub pictures: Vec<scan::Picture>,
}

/// Reads a resume with what a recogniser saw in its pictures; `None` when none has looked at them.
///
/// Without a recogniser the text layer of a scan is read unchecked, which the result says.
#[must_use]
pub fn read_recognised(
    bytes: &[u8],
    options: &ReadOptions,
    recognised: Option<&[scan::RecognisedPage]>,
) -> Reading {
    let opened = open(bytes).map(|(file_type, mut source)| {
        let scan = scan::apply(bytes, &mut source, recognised);
        (file_type, source, scan)
    });
    match opened {
        Ok((file_type, source, scan)) => Reading {
            outcome: finish(file_type, source, &scan, options),
            pictures: scan.pictures,
        },
        Err(failure) => Reading {
            outcome: Err(failure),
            pictures: Vec::new(),
        },
    }
}

/// The type of a file and its text in the one model.
fn open(bytes: &[u8]) -> Result<(FileType, Source), ReadFailure> {
    if bytes.is_empty() {
        return Err(ReadFailure::Empty);
    }
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(ReadFailure::TooLarge);
    }
    let file_type = sniff(bytes).ok_or(ReadFailure::UnsupportedFormat)?;
    Ok((file_type, source_of(file_type, bytes)?))
}

/// The text of a file of this type in the one model.
fn source_of(file_type: FileType, bytes: &[u8]) -> Result<Source, ReadFailure> {
    let source = match file_type {
        FileType::Pdf => pdf::read(bytes)?,
        FileType::Docx => docx::read(bytes)?,
        FileType::Odt => odt::read(bytes)?,
        FileType::Rtf => rtf::read(bytes)?,
        FileType::Html => html::read(bytes)?,
        FileType::Txt => txt::read(bytes)?,
        FileType::Doc => doc::read(bytes)?,
    };
    Ok(source)
}

/// From the model to the resume.
fn finish(
    file_type: FileType,
    source: Source,
    scan: &scan::Scan,
    options: &ReadOptions,
) -> Result<ReadResume, ReadFailure> {
    let (pages, pictures) = (source.pages, source.pictures);
    let visible = layout::lay_out(source);
    if visible.cut {
        return Err(ReadFailure::TooLarge);
    }
    if !visible.text.chars().any(char::is_alphanumeric) {
        return Err(if pictures {
            ReadFailure::ImageOnly
        } else {
            ReadFailure::Empty
        });
    }
    // What addresses a program stands in the text and gives no facts.
    let instructions = fields::Instructions::find(&visible);
    let without = instructions.any().then(|| visible.without(instructions.places()));
    let read = without.as_ref().unwrap_or(&visible);
    let parts = sections::split(read);
    let mut resume = fields::read(read, &parts, options.today);
    instructions.tell(&visible, &mut resume);
    if resume.document.resume_probability < document::REFUSED {
        return Err(ReadFailure::NotAResume);
    }
    scan.tell(&mut resume);
    Ok(ReadResume {
        file_type,
        sections: sections::offsets(read, &parts),
        resume,
        pages,
        parser_version: PARSER_VERSION.to_owned(),
        visible_text: visible.text,
    })
}

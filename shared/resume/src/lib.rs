//! Bytes of a resume to visible text with layout, and on to a parsed resume with offsets. Pure: no I/O, no clock.
//!
//! ```text
//! bytes -> sniff -> pdf | docx | odt | rtf | html | txt -> spans -> layout -> visible text -> sections -> fields
//! ```
//!
//! | module | what it does |
//! |---|---|
//! | `sniff` | the type of a file, told from its bytes |
//! | `pdf`, `docx`, `odt`, `rtf`, `html`, `txt` | each format to the one model: stretches of text with place and looks |
//! | `layout` | words, lines, columns, reading order, the visible text |
//! | `sections` | where the parts of a resume begin and end |
//! | `fields` | contact data, positions, education, skills, languages, experience |
//! | `chunk`, `profile` | the texts that are embedded |

mod archive;
mod chunk;
mod docx;
mod fields;
mod html;
mod layout;
mod odt;
mod pdf;
mod profile;
mod rtf;
mod sections;
mod sniff;
mod span;
mod txt;
mod words;
mod xml;

use chrono::NaiveDate;
use hiring_core::reading::{FileType, MAX_FILE_BYTES, ReadFailure, ReadResume};

pub use chunk::{Chunk, chunks};
pub use profile::profile_text;
pub use sniff::sniff;

/// Version of the reader; stored with every result so that an old one can be read again.
pub const PARSER_VERSION: &str = "reader-1";

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
    if bytes.is_empty() {
        return Err(ReadFailure::Empty);
    }
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(ReadFailure::TooLarge);
    }
    let file_type = sniff(bytes).ok_or(ReadFailure::UnsupportedFormat)?;
    let source = match file_type {
        FileType::Pdf => pdf::read(bytes)?,
        FileType::Docx => docx::read(bytes)?,
        FileType::Odt => odt::read(bytes)?,
        FileType::Rtf => rtf::read(bytes)?,
        FileType::Html => html::read(bytes)?,
        FileType::Txt => txt::read(bytes)?,
        FileType::Doc => return Err(ReadFailure::UnsupportedFormat),
    };
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
    let parts = sections::split(&visible);
    let resume = fields::read(&visible, &parts, options.today);
    Ok(ReadResume {
        file_type,
        sections: sections::offsets(&visible, &parts),
        resume,
        pages,
        parser_version: PARSER_VERSION.to_owned(),
        visible_text: visible.text,
    })
}

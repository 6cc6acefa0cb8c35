//! Word 97 to 2003 ([MS-DOC]), and the text of Word 6 and 95.
//!
//! ```text
//! container -> head (fib) -> piece table (text) -> stories: body, headers, footers, notes, text boxes
//!                         -> pages of changes + style sheet -> looks -> flow
//! ```

mod bytes;
mod container;
mod fib;
mod fills;
mod looks;
mod pages;
mod paragraphs;
mod sprm;
mod stories;
mod styles;
mod text;
mod walk;

use hiring_core::reading::ReadFailure;

use crate::span::Source;
use container::Container;
use fib::{Fib, Table};
use pages::{About, Pages};
use stories::Stories;
use styles::Styles;
use walk::Walk;

/// Reads the text of a Word 97-2003 document: headers first, then the body, notes and footers last.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadFailure> {
    let container = Container::open(bytes).ok_or(ReadFailure::Damaged)?;
    let stream = container.stream("WordDocument").ok_or(ReadFailure::Damaged)?;
    let fib = Fib::parse(&stream)?;
    let tables = if fib.old {
        stream.clone()
    } else {
        let other = if fib.table_stream == "1Table" {
            "0Table"
        } else {
            "1Table"
        };
        container
            .stream(fib.table_stream)
            .or_else(|| container.stream(other))
            .ok_or(ReadFailure::Damaged)?
    };
    let data = container.stream("Data").unwrap_or_default();
    let glyphs = text::glyphs(&fib, &stream, &tables)?;
    if glyphs.is_empty() {
        return Err(ReadFailure::Damaged);
    }
    let stories = Stories::read(&fib, &tables);
    let mut walk = Walk::new(walk::Parts {
        old: fib.old,
        glyphs: &glyphs,
        characters: Pages::read(
            &stream,
            fib.table(Table::CharacterPages, &tables),
            About::Characters,
        ),
        paragraphs: Pages::read(
            &stream,
            fib.table(Table::ParagraphPages, &tables),
            About::Paragraphs,
        ),
        styles: Styles::parse(fib.table(Table::Styles, &tables)),
        data: &data,
        fills: fills::read(fib.table(Table::Drawings, &tables)),
        stories: &stories,
    });
    walk.document();
    walk.finish()
}

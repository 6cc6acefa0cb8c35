//! The head of a Word file ([MS-DOC] 2.5): where everything lies.

use hiring_core::reading::ReadFailure;

use super::bytes::{u16_at, u32_at, usize_at};

/// First word of the stream of Word 6 and later.
const WORD: u16 = 0xa5ec;
/// First version with a stream of tables of its own (Word 97).
const WORD_97: u16 = 0xc1;
/// Pairs of place and length begin here.
const PAIRS: usize = 154;

/// Lengths of the texts that follow each other in the document, in characters.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Lengths {
    pub body: usize,
    pub footnotes: usize,
    pub headers: usize,
    pub macros: usize,
    pub comments: usize,
    pub endnotes: usize,
    pub boxes: usize,
    pub header_boxes: usize,
}

/// Tables by their number among the pairs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Table {
    Styles = 1,
    HeaderStories = 11,
    CharacterPages = 12,
    ParagraphPages = 13,
    Pieces = 33,
    Anchors = 40,
    Drawings = 50,
    BoxStories = 56,
}

/// What the head says.
pub(super) struct Fib<'a> {
    stream: &'a [u8],
    /// Written by Word 6 or 95: no tables of its own, one byte a character.
    pub old: bool,
    /// Name of the stream that holds the tables.
    pub table_stream: &'static str,
    pub lengths: Lengths,
    /// Where the text of an old document begins.
    pub text_at: usize,
}

impl<'a> Fib<'a> {
    pub fn parse(stream: &'a [u8]) -> Result<Self, ReadFailure> {
        if u16_at(stream, 0) != Some(WORD) {
            return Err(ReadFailure::Damaged);
        }
        let version = u16_at(stream, 2).ok_or(ReadFailure::Damaged)?;
        let flags = u16_at(stream, 10).ok_or(ReadFailure::Damaged)?;
        if flags & 0x0100 != 0 {
            return Err(ReadFailure::Encrypted);
        }
        let old = version < WORD_97;
        let first = if old { 0x34 } else { 0x4c };
        let length = |number: usize| usize_at(stream, first + number * 4).unwrap_or(0);
        Ok(Self {
            stream,
            old,
            table_stream: if flags & 0x0200 != 0 { "1Table" } else { "0Table" },
            lengths: Lengths {
                body: length(0),
                footnotes: length(1),
                headers: length(2),
                macros: length(3),
                comments: length(4),
                endnotes: length(5),
                boxes: length(6),
                header_boxes: length(7),
            },
            text_at: usize_at(stream, 0x18).unwrap_or(0),
        })
    }

    /// The bytes of a table; empty where there is none.
    pub fn table<'t>(&self, which: Table, tables: &'t [u8]) -> &'t [u8] {
        let at = match (self.old, which) {
            (false, which) => PAIRS + which as usize * 8,
            (true, Table::Pieces) => 0x160,
            (true, _) => return &[],
        };
        let (Some(start), Some(length)) = (u32_at(self.stream, at), u32_at(self.stream, at + 4)) else {
            return &[];
        };
        let (start, length) = (start as usize, length as usize);
        tables
            .get(start..)
            .map(|rest| rest.get(..length).unwrap_or(rest))
            .unwrap_or_default()
    }
}

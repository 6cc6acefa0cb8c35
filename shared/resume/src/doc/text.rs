//! Pieces of the file to one row of characters, each with its place, by which its looks are found.

use encoding_rs::WINDOWS_1252;
use hiring_core::reading::{MAX_TEXT_CHARS, ReadFailure};

use super::bytes::{slice, u16_at, u32_at, usize_at};
use super::fib::{Fib, Lengths, Table};

/// Most characters of all texts together: what is shown may have `MAX_TEXT_CHARS`, and not all is shown.
const MAX_GLYPHS: usize = MAX_TEXT_CHARS * 3;

/// A character and the byte of the file where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    /// A UTF-16 unit.
    pub unit: u16,
    pub at: u32,
}

/// A stretch of characters that lie together.
struct Piece {
    length: usize,
    start: usize,
    /// One byte a character, in Windows-1252.
    narrow: bool,
}

/// All characters of the document, as many as the head says.
pub(super) fn glyphs(fib: &Fib<'_>, stream: &[u8], tables: &[u8]) -> Result<Vec<Glyph>, ReadFailure> {
    let total = total(&fib.lengths);
    if total > MAX_GLYPHS {
        return Err(ReadFailure::TooLarge);
    }
    let mut pieces = pieces(fib, tables);
    if pieces.is_empty() && fib.old {
        pieces.push(Piece {
            length: total,
            start: fib.text_at,
            narrow: true,
        });
    }
    let mut out: Vec<Glyph> = Vec::new();
    for piece in pieces {
        let left = total.saturating_sub(out.len());
        if left == 0 {
            break;
        }
        let length = piece.length.min(left);
        if piece.narrow {
            let bytes = slice(stream, piece.start, length);
            out.extend(bytes.iter().enumerate().map(|(at, byte)| Glyph {
                unit: wide(*byte),
                at: place(piece.start + at),
            }));
        } else {
            let bytes = slice(stream, piece.start, length * 2);
            out.extend(bytes.chunks_exact(2).enumerate().map(|(at, pair)| Glyph {
                unit: u16_at(pair, 0).unwrap_or(0xfffd),
                at: place(piece.start + at * 2),
            }));
        }
    }
    Ok(out)
}

fn total(lengths: &Lengths) -> usize {
    let all = [
        lengths.body,
        lengths.footnotes,
        lengths.headers,
        lengths.macros,
        lengths.comments,
        lengths.endnotes,
        lengths.boxes,
        lengths.header_boxes,
    ];
    all.iter().fold(0, |sum, length| sum.saturating_add(*length))
}

fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn wide(byte: u8) -> u16 {
    if !(0x80..0xa0).contains(&byte) {
        return u16::from(byte);
    }
    let text = WINDOWS_1252
        .decode_without_bom_handling(std::slice::from_ref(&byte))
        .0;
    text.encode_utf16().next().unwrap_or(0xfffd)
}

/// The piece table: behind the looks of pieces, which are skipped, the places.
fn pieces(fib: &Fib<'_>, tables: &[u8]) -> Vec<Piece> {
    let mut rest = fib.table(Table::Pieces, tables);
    loop {
        match rest.first() {
            Some(1) => {
                let length = usize::from(u16_at(rest, 1).unwrap_or(0));
                rest = rest.get(3 + length..).unwrap_or_default();
            }
            Some(2) => break,
            _ => return Vec::new(),
        }
    }
    let length = usize_at(rest, 1).unwrap_or(0);
    let plc = slice(rest, 5, length);
    let count = plc.len().saturating_sub(4) / 12;
    (0..count)
        .filter_map(|at| {
            let (from, to) = (usize_at(plc, at * 4)?, usize_at(plc, at * 4 + 4)?);
            let place = u32_at(plc, (count + 1) * 4 + at * 8 + 2)?;
            // Word 6 knows no wide characters.
            let narrow = fib.old || place & 0x4000_0000 != 0;
            let start = (place & 0x3fff_ffff) as usize;
            Some(Piece {
                length: to.checked_sub(from)?,
                start: if narrow && !fib.old { start / 2 } else { start },
                narrow,
            })
        })
        .collect()
}

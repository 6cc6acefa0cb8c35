//! The neutral text in pieces that an embedding model can take whole.

use hiring_core::reading::{Section, SectionKind};
use hiring_core::resume::Resume;

use super::lines::{self, Letter};
use crate::neutral;

/// Longest piece in code points: about 200 word pieces.
const MAX_CHARS: usize = 800;
/// Shorter texts say nothing by themselves.
const MIN_CHARS: usize = 12;
/// Most pieces of one resume; 200 pages of text stay below, and the ordinal is a small number.
const MAX_PIECES: usize = 2_000;

/// A piece of one section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The section that it stands in.
    pub section: SectionKind,
    /// First code point in the visible text.
    pub start: usize,
    /// One past the last code point in the visible text.
    pub end: usize,
    /// Its words, neutral, without contact data and personal entries; at most 800 code points.
    pub text: String,
}

/// Splits a resume by section, at line ends, long lines at sentence ends or blanks. The contact section is left out: it identifies
/// a person and says nothing about their work. `sections` are those of `visible_text`, in code points.
#[must_use]
pub fn pieces(resume: &Resume, visible_text: &str, sections: &[Section]) -> Vec<Piece> {
    let neutral = neutral::of(resume, visible_text, sections);
    let mut pieces = Vec::new();
    for section in &neutral.sections {
        if section.kind == SectionKind::Contact {
            continue;
        }
        let lines = lines::within(&neutral, &(section.start..section.end));
        pieces.extend(gathered(&lines).iter().filter_map(|letters| {
            let (first, last) = (letters.first()?.0, letters.last()?.0);
            let place = neutral.original(first..last + 1);
            Some(Piece {
                section: section.kind,
                start: place.start,
                end: place.end,
                text: letters.iter().map(|(_, c)| *c).collect(),
            })
        }));
    }
    pieces.truncate(MAX_PIECES);
    pieces
}

/// Lines in the order of the text, as many to a piece as it holds.
fn gathered(lines: &[Vec<Letter>]) -> Vec<Vec<Letter>> {
    let mut gathered: Vec<Vec<Letter>> = Vec::new();
    for part in lines.iter().flat_map(|line| parts(line)) {
        match (gathered.last_mut(), part.first()) {
            (Some(piece), Some((at, _))) if piece.len() + 1 + part.len() <= MAX_CHARS => {
                piece.push((*at, '\n'));
                piece.extend_from_slice(part);
            }
            _ => gathered.push(part.to_vec()),
        }
    }
    gathered.retain(|piece| piece.len() >= MIN_CHARS);
    gathered
}

/// A line in parts of at most [`MAX_CHARS`], parted at a sentence's end within reach, else at a blank, else at the limit.
fn parts(line: &[Letter]) -> Vec<&[Letter]> {
    let mut parts = Vec::new();
    let mut rest = line;
    while let Some(window) = rest.get(..MAX_CHARS).filter(|window| window.len() < rest.len()) {
        let last = |wanted: fn(char) -> bool| {
            let at = window.iter().rposition(|(_, c)| wanted(*c));
            at.map(|at| at + 1).filter(|end| *end >= MAX_CHARS / 3)
        };
        let found = last(|c| matches!(c, '.' | '!' | '?')).or_else(|| last(char::is_whitespace));
        let (part, behind) = rest
            .split_at_checked(found.unwrap_or(MAX_CHARS))
            .unwrap_or((rest, &[]));
        parts.push(part);
        rest = behind;
    }
    parts.push(rest);
    let trimmed = |part: &&'_ [Letter]| part.iter().any(|(_, c)| !c.is_whitespace());
    parts.retain(trimmed);
    parts
}

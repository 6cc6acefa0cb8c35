//! The visible text in pieces that an embedding model can take whole.

use hiring_core::reading::{ReadResume, SectionKind};

/// Longest chunk in code points: about 200 word pieces.
const MAX_CHARS: usize = 800;
/// Shorter texts say nothing by themselves.
const MIN_CHARS: usize = 12;

/// A piece of one section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The section that it stands in.
    pub section: SectionKind,
    /// First code point in the visible text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The text between them.
    pub text: String,
}

/// Splits the visible text by section, at line ends, long lines at sentence ends or blanks. The contact section is left
/// out: it identifies a person and says nothing about their work.
#[must_use]
pub fn chunks(read: &ReadResume) -> Vec<Chunk> {
    let text: Vec<char> = read.visible_text.chars().collect();
    let mut chunks = Vec::new();
    for section in read
        .sections
        .iter()
        .filter(|section| section.kind != SectionKind::Contact)
    {
        let end = section.end.min(text.len());
        let mut start = section.start;
        while start < end {
            let stop = stop(&text, start, end);
            push(&text, section.kind, start, stop, &mut chunks);
            start = stop;
        }
    }
    chunks
}

/// Where a chunk that starts here ends: the last line end within reach, else sentence end, else blank, else the limit.
fn stop(text: &[char], start: usize, end: usize) -> usize {
    let limit = (start + MAX_CHARS).min(end);
    if limit == end {
        return end;
    }
    let window = text.get(start..limit).unwrap_or_default();
    let least = MAX_CHARS / 3;
    let last = |wanted: fn(char) -> bool| window.iter().rposition(|c| wanted(*c)).filter(|at| *at >= least);
    let found = last(|c| c == '\n')
        .or_else(|| last(|c| matches!(c, '.' | '!' | '?' | ';')))
        .or_else(|| last(char::is_whitespace));
    found.map_or(limit, |at| start + at + 1)
}

fn push(text: &[char], section: SectionKind, start: usize, end: usize, chunks: &mut Vec<Chunk>) {
    let piece = text.get(start..end).unwrap_or_default();
    let Some(first) = piece.iter().position(|c| !c.is_whitespace()) else {
        return;
    };
    let last = piece.iter().rposition(|c| !c.is_whitespace()).unwrap_or(first);
    let shown = piece.get(first..=last).unwrap_or_default();
    if shown.len() >= MIN_CHARS {
        chunks.push(Chunk {
            section,
            start: start + first,
            end: start + last + 1,
            text: shown.iter().collect(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hiring_core::reading::{FileType, Section};

    proptest::proptest! {
        #[test]
        fn chunks_are_short_slices_of_the_text_in_order(text in "[a-zé .\n]{0,3000}") {
            let end = text.chars().count();
            let sections = vec![Section { kind: SectionKind::Work, start: 0, end }];
            let read = ReadResume {
                file_type: FileType::Txt, visible_text: text.clone(), sections, resume: Default::default(), pages: 1,
                parser_version: String::new(),
            };
            let characters: Vec<char> = text.chars().collect();
            let mut last = 0;
            for chunk in chunks(&read) {
                proptest::prop_assert!(chunk.start >= last && chunk.end - chunk.start <= MAX_CHARS);
                proptest::prop_assert_eq!(characters[chunk.start..chunk.end].iter().collect::<String>(), chunk.text);
                last = chunk.end;
            }
        }
    }
}

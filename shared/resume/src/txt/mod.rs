//! Plain text: the encoding, headings marked with characters, and columns made of blanks.

mod decode;
mod grid;

use hiring_core::reading::{MAX_TEXT_CHARS, ReadFailure};

use crate::flow::{FlowWriter, Looks};
use crate::span::Source;
pub(crate) use decode::{decode_marked, wide_without_mark};

/// Size of a heading marked with characters, in points.
const HEADING_SIZE: f32 = 14.0;

/// Reads plain text.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadFailure> {
    let text = decode_marked(bytes, None);
    if text.chars().count() > MAX_TEXT_CHARS {
        return Err(ReadFailure::TooLarge);
    }
    if grid::has_columns(&text) {
        return Ok(grid::read(&text));
    }
    let mut out = FlowWriter::new(MAX_TEXT_CHARS * 8);
    let mut lines = text.split(['\n', '\u{c}']).map(str::trim).peekable();
    while let Some(line) = lines.next() {
        if line.is_empty() || is_rule(line) {
            out.leave_room();
            continue;
        }
        let (line, heading) = heading(line, lines.peek().copied());
        let looks = Looks {
            size: if heading {
                HEADING_SIZE
            } else {
                Looks::default().size
            },
            bold: heading,
            ..Looks::default()
        };
        out.push(&columns(line), looks);
        out.end_line();
    }
    Ok(out.finish())
}

/// A line of one mark repeated, which underlines or divides.
fn is_rule(line: &str) -> bool {
    let mut characters = line.chars();
    let Some(first) = characters.next() else {
        return false;
    };
    "=-_~*#─━═—".contains(first) && line.chars().count() >= 3 && characters.all(|c| c == first)
}

/// Whether a line is marked as a heading, by the line below it or by signs before it; and the line without these signs.
fn heading<'a>(line: &'a str, below: Option<&str>) -> (&'a str, bool) {
    let bare = line.trim_start_matches('#');
    let signs = line.len() - bare.len();
    if (1..=6).contains(&signs) && bare.starts_with(' ') {
        return (bare.trim_matches([' ', '#']), true);
    }
    let length = line.chars().count();
    let underlined = below.is_some_and(|below| is_rule(below) && below.chars().count() * 2 >= length);
    (line, underlined && length <= 60)
}

/// Three blanks or more stand for a wide gap.
fn columns(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut blanks = 0;
    for c in line.chars() {
        if c == ' ' {
            blanks += 1;
            continue;
        }
        match blanks {
            0 => {}
            1 | 2 => out.push(' '),
            // A bullet and its text belong together.
            _ if out.chars().count() == 1 => out.push(' '),
            _ => out.push('\t'),
        }
        blanks = 0;
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(String, bool)> {
        let spans = read(text.as_bytes()).unwrap().spans;
        spans.into_iter().map(|span| (span.text, span.bold)).collect()
    }

    #[test]
    fn headings_are_told_by_marks_and_the_marks_are_dropped() {
        let read = lines("Ada\n===\n\n## Skills ##\nRust\n----------\nC# and #1\n#tag");
        let expected = [
            ("Ada", true),
            ("Skills", true),
            ("Rust", true),
            ("C# and #1", false),
            ("#tag", false),
        ];
        assert_eq!(read, expected.map(|(text, bold)| (text.to_owned(), bold)));
    }

    #[test]
    fn ten_megabytes_in_one_line_are_too_large_and_marks_by_the_million_are_not_text() {
        assert_eq!(read(&vec![b'x'; 9_000_000]).unwrap_err(), ReadFailure::TooLarge);
        let marks = "\u{301}".repeat(1_000_000);
        assert_eq!(read(marks.as_bytes()).unwrap_err(), ReadFailure::TooLarge);
        let few = format!("Zoe{}", "\u{308}".repeat(300_000));
        assert_eq!(read(few.as_bytes()).unwrap().spans.len(), 1);
    }
}

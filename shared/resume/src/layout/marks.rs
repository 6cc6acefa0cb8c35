//! What the words and looks of each segment say about its place in a resume, told once before columns are sought.

use std::collections::HashMap;

use super::rows::{Marks, Row, Segment};
use crate::span::Rgb;
use crate::words::{has_date, is_heading_text};

/// Longest text that can be a heading by its looks alone, in bytes.
const LONGEST_HEADING: usize = 40;

/// Type and colour of a heading: size in half points, weight, colour, family.
type Style = (i32, bool, Rgb, u16);

/// Marks every segment. A heading is told by its words; others set in the type of those are headings as well, where
/// little of the text is set in it.
pub(super) fn mark(rows: &mut [Row]) {
    for segment in rows.iter_mut().flat_map(|row| &mut row.segments) {
        let text = segment.text();
        segment.marks = Marks {
            heading: is_heading_text(&text),
            dated: has_date(&text) || has_short_date(&text),
            contact: text.contains('@'),
            characters: text.len(),
        };
    }
    let all = || rows.iter().flat_map(|row| &row.segments);
    let mut styles: HashMap<Style, usize> = HashMap::new();
    for style in all().filter(|s| s.marks.heading).filter_map(style) {
        *styles.entry(style).or_default() += 1;
    }
    let total: usize = all().map(|s| s.marks.characters).sum();
    styles.retain(|known, count| {
        let alike = all().filter(|s| style(s).as_ref() == Some(known));
        *count > 1 && alike.map(|s| s.marks.characters).sum::<usize>() * 5 < total
    });
    for segment in rows.iter_mut().flat_map(|row| &mut row.segments) {
        let short = (3..=LONGEST_HEADING).contains(&segment.marks.characters);
        if short && !segment.marks.dated && !segment.marks.contact {
            segment.marks.heading |= style(segment).is_some_and(|style| styles.contains_key(&style));
        }
    }
}

fn style(segment: &Segment) -> Option<Style> {
    let first = segment.parts.first()?;
    let one = segment.parts.iter().all(|part| part.bold == first.bold);
    one.then_some((
        (first.size * 2.0).round() as i32,
        first.bold,
        first.colour,
        first.family,
    ))
}

/// Whether a month and a year of two digits stand in a text, as in `03/25`.
fn has_short_date(text: &str) -> bool {
    text.split([' ', '-', '–', '—']).any(|word| {
        word.split_once(['/', '.']).is_some_and(|(month, year)| {
            let month = month.parse::<u8>().is_ok_and(|month| (1..=12).contains(&month));
            month && year.len() == 2 && year.bytes().all(|byte| byte.is_ascii_digit())
        })
    })
}

//! What stands on every page: running heads and feet, page numbers. Their first appearance is kept, out of the way of
//! the text that runs from page to page.

use std::collections::HashMap;

use super::rows::{Row, Segment};
use crate::span::PageFacts;

/// Share of a page's height at its top and foot in which they are looked for.
const MARGIN: f32 = 0.12;
/// Most rows at each end of a page that are looked at.
const MAX_ROWS: usize = 4;
/// How far the same row may lie apart on two pages, in points.
const SAME_PLACE: f32 = 6.0;

/// Takes out repeated rows. The second list is what belongs behind the text: first appearances of feet, and the first
/// page number.
pub(super) fn take_out(rows: Vec<Row>, pages: &[PageFacts]) -> (Vec<Row>, Vec<Row>) {
    let ends = ends(&rows, pages);
    // Text with its digits alike, and whether it stands at the foot: rows that repeat on another page.
    let mut seen: HashMap<(String, bool), Vec<usize>> = HashMap::new();
    for (at, foot) in &ends {
        if let Some(row) = rows.get(*at) {
            seen.entry((pattern(row), *foot)).or_default().push(*at);
        }
    }
    let mut out: HashMap<usize, bool> = HashMap::new();
    for ((pattern, foot), places) in seen {
        let mut places = places.into_iter().filter_map(|at| Some((at, rows.get(at)?)));
        let Some((first, example)) = places.next() else {
            continue;
        };
        let number = foot && is_page_number(&pattern);
        if number {
            out.insert(first, true);
        }
        for (at, row) in places {
            let repeats =
                row.page != example.page && (number || (row.page_y() - example.page_y()).abs() < SAME_PLACE);
            if repeats {
                out.insert(at, false);
                if foot {
                    out.insert(first, true);
                }
            }
        }
    }
    let (mut body, mut feet) = (Vec::with_capacity(rows.len()), Vec::new());
    for (at, mut row) in rows.into_iter().enumerate() {
        match out.get(&at) {
            None => body.push(row),
            Some(true) => {
                row.jump = true;
                feet.push(row);
            }
            Some(false) => {}
        }
    }
    (body, feet)
}

/// Rows near the top and foot of their pages, with whether they are near the foot.
fn ends(rows: &[Row], pages: &[PageFacts]) -> Vec<(usize, bool)> {
    let mut found = Vec::new();
    let mut at = 0;
    for page in rows.chunk_by(|a, b| a.page == b.page) {
        let number = page.first().map_or(0, |row| row.page as usize);
        let height = pages.get(number).map_or(0.0, |facts| facts.height);
        for (offset, row) in page.iter().enumerate() {
            let (y, left) = (row.page_y(), page.len() - offset);
            if offset < MAX_ROWS && y < height * MARGIN {
                found.push((at + offset, false));
            } else if left <= MAX_ROWS && y > height * (1.0 - MARGIN) {
                found.push((at + offset, true));
            }
        }
        at += page.len();
    }
    found
}

/// The text with all short numbers alike; years stay what they are.
fn pattern(row: &Row) -> String {
    let text: Vec<String> = row.segments.iter().map(Segment::text).collect();
    let text = text.join(" ");
    let mut out = String::with_capacity(text.len());
    for run in text
        .as_bytes()
        .chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit())
    {
        let run = String::from_utf8_lossy(run);
        let number = run.len() <= 3 && run.bytes().all(|byte| byte.is_ascii_digit());
        out.push_str(if number { "#" } else { &run });
    }
    out
}

/// Whether nothing but a page number is left: `#`, `# / #`, `Page # of #`, `Seite # von #`.
fn is_page_number(pattern: &str) -> bool {
    const WORDS: [&str; 12] = [
        "page", "of", "seite", "von", "sur", "de", "página", "pagina", "p", "s", "pg", "pág",
    ];
    let numbers = pattern.matches('#').count();
    let mut words = pattern
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    (1..=2).contains(&numbers)
        && !pattern.contains(['+', '(', '@', '%'])
        && words.all(|word| WORDS.contains(&word.to_lowercase().as_str()))
}

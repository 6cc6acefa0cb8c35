//! Text laid out with blanks, as `pdftotext -layout` writes it: every character has a place on a page, so that columns
//! and reading order are found as on any page.

use super::{HEADING_SIZE, heading, is_rule};
use crate::span::{Source, Span, Turn};

/// Width of a character, height of a line and size of the type, in points.
const WIDTH: f32 = 5.0;
const HEIGHT: f32 = 12.0;
const SIZE: f32 = 10.0;
/// Columns between two tab stops.
const TAB: usize = 8;
/// Blanks that part a line.
const GAP: usize = 3;
/// Most columns of a line.
const MAX_COLUMNS: usize = 1_000;
/// Most pages.
const MAX_PAGES: u32 = 200;

/// Whether the text has a gutter: several lines whose parts begin at one column behind a gap.
pub(super) fn has_columns(text: &str) -> bool {
    let mut starts = vec![0_usize; MAX_COLUMNS];
    for line in text.split(['\n', '\u{c}']) {
        for run in runs(line).iter().skip(1) {
            if let Some(count) = starts.get_mut(run.column) {
                *count += 1;
            }
        }
    }
    starts.iter().any(|count| *count >= 5)
}

/// Characters without a wide gap, and where they begin.
struct Run {
    column: usize,
    text: String,
}

fn runs(line: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut column = 0;
    let mut blanks = GAP;
    for c in line.chars() {
        match c {
            '\t' => {
                // However long the text before it, a tab parts what it stands between.
                let next = ((column / TAB + 1) * TAB).max(column + GAP);
                blanks += next - column;
                column = next;
                continue;
            }
            c if c.is_whitespace() => blanks += 1,
            c if c.is_control() => continue,
            c => {
                // A bullet and its text belong together.
                let first = runs.len() == 1;
                let lone = first && runs.last().is_some_and(|run| run.text.chars().nth(1).is_none());
                match runs.last_mut() {
                    Some(run) if blanks < GAP || lone => {
                        run.text.extend((blanks > 0).then_some(' '));
                        run.text.push(c);
                    }
                    _ if column < MAX_COLUMNS => runs.push(Run {
                        column,
                        text: c.to_string(),
                    }),
                    Some(run) => {
                        run.text.extend((blanks > 0).then_some(' '));
                        run.text.push(c);
                    }
                    None => {}
                }
                blanks = 0;
            }
        }
        column += 1;
    }
    runs
}

/// The text as placed spans.
pub(super) fn read(text: &str) -> Source {
    let mut spans = Vec::new();
    let mut page = 0;
    for sheet in text.split('\u{c}') {
        let mut y = 0.0;
        let mut lines = sheet.split('\n').peekable();
        while let Some(line) = lines.next() {
            y += HEIGHT;
            if is_rule(line.trim()) {
                continue;
            }
            let below = lines.peek().map(|below| below.trim());
            let marked = heading(line.trim(), below).1;
            spans.extend(runs(line).into_iter().map(|run| Span {
                page,
                turn: Turn::Upright,
                x: run.column as f32 * WIDTH,
                y,
                width: run.text.chars().count() as f32 * WIDTH,
                size: if marked { HEADING_SIZE } else { SIZE },
                bold: marked,
                italic: false,
                colour: [0; 3],
                family: 0,
                hidden: None,
                text: run.text,
            }));
        }
        // Sheets beyond any resume's go on where the last one ended.
        page = (page + 1).min(MAX_PAGES - 1);
    }
    Source {
        pages: 1,
        spans,
        ..Source::default()
    }
}

#[cfg(test)]
mod tests {
    use super::runs;

    #[test]
    fn a_tab_parts_a_line_however_long_the_words_before_it() {
        for length in 1..40 {
            let line = format!("{}\tEnglish, Mandarin", "x".repeat(length));
            let parts: Vec<String> = runs(&line).into_iter().map(|run| run.text).collect();
            // A single character is a bullet.
            let expected = if length == 1 { 1 } else { 2 };
            assert_eq!(parts.len(), expected, "{parts:?}");
        }
    }
}

//! The pieces of an entry's heading: apart by wide gaps, bars, dashes, brackets and changes of weight.

use std::ops::Range;

use super::duration::is_duration;
use super::form::names_part;
use super::prose::is_prose;
use super::spans::Stretch;
use crate::layout::{Line, Visible};
use crate::words::bullet_length;

/// Words that join two pieces and are none, as written.
const JOINTS: &[&str] = &[
    "at", "AT", "bei", "chez", "en", "in", "for", "to", "and", "et", "und", "seit", "since", "depuis",
    "desde", "from", "von", "bis", "until", "y", "à", "au",
];

/// Fragments of lines with the dates cut out.
pub(super) fn fragments(visible: &Visible, lines: Range<usize>, dates: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for line in visible.lines.get(lines).unwrap_or_default() {
        // The dash before the rest of a date is no bullet.
        let rest = dates.iter().any(|date| date.start == line.range.start);
        let bullet = if rest {
            0
        } else {
            bullet_length(visible.line_text(line))
        };
        let mut from = line.range.start + bullet;
        for cut in cuts(visible, line, dates) {
            if cut.start > from {
                let fragment = tidy(visible, from..cut.start.min(line.range.end));
                found.extend(fragment.filter(|range| !is_prose(visible.slice(range))));
            }
            from = from.max(cut.end);
        }
    }
    found
}

/// The dates that are cut out of the heading of an entry.
pub(super) fn dates(stretch: &Stretch) -> Vec<Range<usize>> {
    let mut ranges = vec![stretch.period.range.clone()];
    ranges.extend(stretch.rest.clone());
    ranges
}

fn cuts(visible: &Visible, line: &Line, dates: &[Range<usize>]) -> Vec<Range<usize>> {
    let text = visible.line_text(line);
    let mut cuts: Vec<Range<usize>> = dates.to_vec();
    cuts.push(line.range.end..line.range.end);
    for pair in line.pieces.windows(2) {
        if let [one, other] = pair
            && (one.bold != other.bold || other.gap)
            && other.range.len() > 2
        {
            cuts.push(other.range.start..other.range.start);
        }
    }
    cuts.extend(
        separators(text)
            .into_iter()
            .map(|cut| line.range.start + cut.start..line.range.start + cut.end),
    );
    cuts.sort_by_key(|cut| cut.start);
    cuts
}

/// Bars, spaced dashes, bullets and tabs.
fn separators(text: &str) -> Vec<Range<usize>> {
    let mut cuts = Vec::new();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let spaced = text.get(..at).is_some_and(|b| b.ends_with(' '))
            && text.get(end..).is_some_and(|a| a.starts_with(' '));
        if matches!(
            c,
            '\t' | '|' | '•' | '·' | '∙' | '►' | '→' | '¦' | '●' | '▪' | '■' | '◆' | '»' | '›'
        ) || matches!(c, '-' | '–' | '—' | '/' | '‒' | '―' | '*' | '~' | '@') && spaced
        {
            cuts.push(at..end);
        }
    }
    cuts
}

/// The range without punctuation at its edges; `None` for lengths of time and nothing.
fn tidy(visible: &Visible, range: Range<usize>) -> Option<Range<usize>> {
    let raw = visible.slice(&range);
    let edge = |c: char| c.is_whitespace() || ",:;-–—|•·@/[]".contains(c);
    let mut trimmed = raw.trim_matches(edge);
    while trimmed.starts_with('(') && closes_at_end(trimmed) {
        trimmed = trimmed
            .get(1..trimmed.len() - 1)
            .unwrap_or_default()
            .trim_matches(edge);
    }
    let (open, close) = (trimmed.matches('(').count(), trimmed.matches(')').count());
    if open > close {
        trimmed = trimmed.trim_start_matches('(').trim_end_matches('(');
    } else if close > open {
        trimmed = trimmed.trim_end_matches(')').trim_start_matches(')');
    }
    let trimmed = trimmed.trim_matches(edge);
    let start = range.start + raw.find(trimmed)?;
    let letters = trimmed.chars().filter(|c| c.is_alphabetic()).count();
    let kept = letters > 1 && !JOINTS.contains(&trimmed) && !is_duration(trimmed) && !names_part(trimmed);
    kept.then(|| start..start + trimmed.len())
}

/// Whether the bracket that opens a text closes at its end.
fn closes_at_end(text: &str) -> bool {
    let mut depth = 0_i32;
    for (at, c) in text.char_indices() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth == 0 {
            return at + c.len_utf8() == text.len();
        }
    }
    false
}

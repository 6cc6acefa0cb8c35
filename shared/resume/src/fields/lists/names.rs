//! Several certificates on one line.

use std::ops::Range;

use crate::fields::dates::period;
use crate::layout::Visible;

/// Words of a short name, at most.
const WORDS: usize = 4;

/// The parts of a line that lists short names, else the range itself.
pub(super) fn split(visible: &Visible, range: Range<usize>) -> Vec<Range<usize>> {
    let text = visible.slice(&range);
    for (sign, fewest) in [(';', 2), ('|', 2), ('•', 2), ('·', 2), (',', 3)] {
        let pieces: Vec<&str> = text.split(sign).collect();
        if pieces.len() >= fewest && are_names(&pieces) {
            let mut at = range.start;
            return pieces
                .iter()
                .map(|piece| {
                    let start = at;
                    at += piece.len() + sign.len_utf8();
                    start..start + piece.len()
                })
                .collect();
        }
    }
    vec![range]
}

/// A certificate's text without a date at its beginning or end, and what sets that apart.
pub(super) fn undated(text: &str) -> String {
    let mut shown = text;
    if let Some(period) = period(text) {
        let before = text.get(..period.range.start).unwrap_or_default();
        let after = text.get(period.range.end..).unwrap_or_default();
        let leads = !before.contains(char::is_alphanumeric);
        shown = if leads { after } else { before };
    }
    let edges = |c: char| c.is_whitespace() || ",:;-–—|(•".contains(c);
    let shown = if shown.len() < text.len() {
        shown.trim_start_matches(')').trim_matches(edges)
    } else {
        shown.trim()
    };
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether all are short names, and either all or none are dated: a date behind the last alone belongs to one certificate with
/// its issuer.
fn are_names(pieces: &[&str]) -> bool {
    let dated = pieces.iter().filter(|piece| period(piece).is_some()).count();
    let short = |piece: &&str| {
        let words = piece.split_whitespace().count();
        (1..=WORDS).contains(&words)
            && piece.trim().starts_with(|c: char| !c.is_lowercase())
            && piece.chars().filter(|c| c.is_alphabetic()).count() > 1
    };
    (dated == 0 || dated == pieces.len()) && pieces.iter().all(short)
}

//! What names a degree.

use std::ops::Range;

use hiring_core::taxonomy::{SortedTable, fold_words, words};

use crate::fields::titles::is_title;

static DEGREES: SortedTable = SortedTable::new(include_str!("../../../data/degrees.tsv"));

/// Longest degree in the table, in words.
const MAX_WORDS: usize = 5;
/// What may stand in brackets behind a degree and belongs to it, folded.
const SUFFIXES: &[&str] = &[
    "hons", "honours", "honors", "fh", "ba", "ihk", "univ", "tu", "dh", "hwk",
];

/// The longest degree in a text.
pub(super) fn find_degree(text: &str) -> Option<Range<usize>> {
    let tokens: Vec<(usize, usize)> = words(text).collect();
    for first in 0..tokens.len() {
        for count in (1..=MAX_WORDS.min(tokens.len() - first)).rev() {
            let start = tokens.get(first)?.0;
            let end = tokens.get(first + count - 1)?.1;
            let surface = text.get(start..end)?;
            let short = surface.len() <= 3;
            if short && !surface.starts_with(char::is_uppercase)
                || surface.starts_with(char::is_lowercase) && count == 1
                || surface.contains([',', ';', '|', '\t', '\n'])
            {
                continue;
            }
            if DEGREES.get(&fold_words(surface)).is_some() {
                let joined = [" en", " in", " zum", " zur", " of", " de"]
                    .iter()
                    .find(|joint| surface.ends_with(**joint));
                let end = end - joined.map_or(0, |joint| joint.len());
                let dot = text.get(end..).is_some_and(|rest| rest.starts_with('.')) && surface.contains('.');
                return Some(start..with_suffix(text, end + usize::from(dot)));
            }
        }
    }
    None
}

/// The end of a degree with `(Hons)` and the like behind it.
fn with_suffix(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    let open = text
        .get(..end)
        .is_some_and(|before| before.matches('(').count() > before.matches(')').count());
    if open && rest.starts_with(')') {
        return end + 1;
    }
    let blank = rest.len() - rest.trim_start().len();
    let Some(inner) = rest.trim_start().strip_prefix('(') else {
        return end;
    };
    match inner.find(')') {
        Some(close) if SUFFIXES.contains(&fold_words(inner.get(..close).unwrap_or_default()).as_str()) => {
            end + blank + close + 2
        }
        _ => end,
    }
}

/// Whether a text says a degree beyond doubt: one without other meanings, or one that a field of study follows.
pub(in crate::fields) fn names_degree(text: &str) -> bool {
    find_degree(text).is_some_and(|found| {
        let surface = text.get(found.clone()).unwrap_or_default();
        let sure = DEGREES
            .get(&fold_words(surface))
            .is_none_or(|kind| !kind.ends_with('a'));
        let rest = text.get(found.end..).unwrap_or_default();
        sure || found.start == 0 && surface.len() <= 5 && !is_title(rest)
    })
}

/// A degree whose own name has a school's word: `Höhere Fachschule`, `High School Diploma`.
pub(super) fn is_whole_degree(text: &str) -> bool {
    find_degree(text).is_some_and(|found| {
        found.start == 0 && super::schools::is_school(text.get(found).unwrap_or_default())
    })
}

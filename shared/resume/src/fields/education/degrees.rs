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

/// Longest degree with another meaning that a text may begin with and be a sentence no more, in bytes.
const LONGEST_DOUBTFUL: usize = 8;

/// Whether a text says a degree beyond doubt: one without other meanings, or one that a field of study follows.
pub(in crate::fields) fn names_degree(text: &str) -> bool {
    find_degree(text).is_some_and(|found| is_sure(text, &found) || begins(text, &found, 5))
}

/// Whether a text begins with a degree.
pub(in crate::fields) fn begins_with_degree(text: &str) -> bool {
    find_degree(text).is_some_and(|found| {
        found.start == 0 && is_sure(text, &found) || begins(text, &found, LONGEST_DOUBTFUL)
    })
}

/// Whether a degree has no other meaning.
fn is_sure(text: &str, found: &Range<usize>) -> bool {
    let surface = text.get(found.clone()).unwrap_or_default();
    DEGREES
        .get(&fold_words(surface))
        .is_none_or(|kind| !kind.ends_with('a'))
}

/// Whether a degree of at most so many bytes stands first, with no position behind it.
fn begins(text: &str, found: &Range<usize>, longest: usize) -> bool {
    found.start == 0 && found.len() <= longest && !is_title(text.get(found.end..).unwrap_or_default())
}

/// A degree whose own name has a school's word: `Höhere Fachschule`, `High School Diploma`.
pub(super) fn is_whole_degree(text: &str) -> bool {
    find_degree(text).is_some_and(|found| {
        found.start == 0 && super::schools::is_school(text.get(found).unwrap_or_default())
    })
}

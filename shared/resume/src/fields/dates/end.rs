//! The second end of a span, and whether the span goes on.

use std::ops::Range;

use hiring_core::taxonomy::fold;

use super::Dated;
use super::cursor::{BLANKS, Cursor};
use super::point::{Point, point_at};
use super::said::Said;
use super::words::{AND, TO, TO_THE};
use crate::words::present_prefix;

/// Signs between the two ends of a span.
pub(super) const DASHES: &[char] = &[
    '-', '–', '—', '−', '‐', '‑', '―', '~', '→', '>', '►', '➔', '➝', '⟶', '»', '…',
];
/// Words for going on that need no sign before them.
const GOES_ON: &[&str] = &[
    "en cours",
    "en curso",
    "laufend",
    "ongoing",
    "to date",
    "till date",
    "present",
    "current",
    "actualmente",
];

/// What a cell or a bracket begins or ends with.
const EDGES: &[char] = &['\n', '\t', '|', '(', ')', '[', ']', '·', '•'];

/// The second end of a span, and where the span's text ends.
pub(super) struct End {
    pub date: Dated,
    pub reach: usize,
}

pub(super) fn end_of(text: &str, start: &Point, said: Said) -> Option<End> {
    let mut cursor = Cursor::new(text, start.range.end);
    if let Some(end) = year_behind_slash(cursor, start) {
        return Some(end);
    }
    let line_breaks = cursor.rest().starts_with('\n');
    cursor.skip(
        &[
            ' ', '\t', '\n', '\u{a0}', '\u{202f}', '\u{2009}', ',', ')', ':', '.', '*',
        ],
        6,
    );
    if let Some(end) = present_at(text, cursor.at, Some(GOES_ON)).filter(|_| !line_breaks) {
        return Some(end);
    }
    if let Some(end) = present_behind_bracket(text, cursor.at) {
        return Some(end);
    }
    let sign = cursor.peek().filter(|c| DASHES.contains(c));
    let mut after = cursor;
    match sign {
        Some(sign) => {
            after.at += sign.len_utf8();
            after.skip(&['-', '>', '–'], 2);
        }
        None => {
            let mut copy = cursor;
            let joins = copy.word().is_some_and(|word| {
                TO.contains(&word.as_str()) || said == Said::Between && AND.contains(&word.as_str())
            });
            if !joins {
                return without_sign(text, start);
            }
            copy.eat(&['\'', '’']);
            after = copy;
        }
    }
    let before_blanks = after.at;
    after.skip(&[' ', '\t', '\n', '\u{a0}', '\u{202f}', '\u{2009}', '.'], 4);
    if let Some(end) = end_at(text, after, start) {
        return Some(end);
    }
    let mut behind_word = after;
    if behind_word.eat_word(TO_THE)
        && let Some(end) = end_at(text, behind_word, start)
    {
        return Some(end);
    }
    let rest = text.get(before_blanks..)?.trim_start_matches(BLANKS);
    let open = sign.is_some_and(|sign| matches!(sign, '-' | '–' | '—' | '−' | '‐' | '‑'))
        && (rest.is_empty() || rest.starts_with(['\n', ')', ']']))
        && start.year.is_some()
        && !start.weak;
    open.then(|| End {
        date: going_on(cursor.at..before_blanks),
        reach: before_blanks,
    })
}

/// `07.2022 heute`, `Oct 2010 Jul 2012`: two months that fill a cell, the sign between them left out or, in a scan, not
/// recognised.
fn without_sign(text: &str, start: &Point) -> Option<End> {
    if start.year.is_none() || start.month.is_none() || start.weak {
        return None;
    }
    let before = text.get(..start.range.start)?.trim_end_matches(BLANKS);
    let rest = text.get(start.range.end..)?;
    let at = start.range.end + rest.len() - rest.trim_start_matches(BLANKS).len();
    let first_in_cell = before.is_empty() || before.ends_with(EDGES);
    if !first_in_cell || at == start.range.end {
        return None;
    }
    let months = |date: &Dated| Some(date.year * 12 + i32::try_from(date.month?).ok()?);
    let date = point_at(text, at)
        .filter(|point| !point.weak)
        .and_then(|point| dated(&point))
        .filter(|date| months(date) >= dated(start).as_ref().and_then(months) && date.month.is_some())
        .map(|date| End {
            reach: date.range.end,
            date,
        });
    let end = date.or_else(|| present_at(text, at, None))?;
    let behind = text.get(end.reach..)?.trim_start_matches(BLANKS);
    (behind.is_empty() || behind.starts_with(EDGES)).then_some(end)
}

fn end_at(text: &str, cursor: Cursor<'_>, start: &Point) -> Option<End> {
    let found = point_at(text, cursor.at).filter(|point| point.year.is_some());
    if let Some(date) = found.as_ref().and_then(dated) {
        return Some(End {
            reach: date.range.end,
            date,
        });
    }
    short_year(cursor, start).or_else(|| present_at(text, cursor.at, None))
}

/// `21` of `2019–21`.
fn short_year(mut cursor: Cursor<'_>, start: &Point) -> Option<End> {
    let year = start.year.filter(|_| start.month.is_none())?;
    let from = cursor.at;
    let digits = cursor.digits(2).filter(|digits| digits.len() == 2)?;
    let value = year / 100 * 100 + digits.parse::<i32>().ok()?;
    (cursor.clear() && !cursor.rest().starts_with(['.', '/', '%']) && value >= year).then_some(End {
        date: Dated {
            range: from..cursor.at,
            year: value,
            month: None,
            about: None,
            present: false,
        },
        reach: cursor.at,
    })
}

/// `20` of `2019/20` and `2020` of `2019/2020`.
fn year_behind_slash(mut cursor: Cursor<'_>, start: &Point) -> Option<End> {
    let year = start
        .year
        .filter(|_| start.month.is_none() && start.about.is_none())?;
    if !cursor.eat(&['/']) {
        return None;
    }
    let from = cursor.at;
    let digits = cursor.digits(4)?;
    let value = match digits.len() {
        2 => year / 100 * 100 + digits.parse::<i32>().ok()?,
        4 => digits.parse().ok()?,
        _ => return None,
    };
    (cursor.clear() && (year..year + 50).contains(&value)).then_some(End {
        date: Dated {
            range: from..cursor.at,
            year: value,
            month: None,
            about: None,
            present: false,
        },
        reach: cursor.at,
    })
}

/// `(current)` behind a date.
fn present_behind_bracket(text: &str, at: usize) -> Option<End> {
    let inner = text.get(at..)?.strip_prefix('(')?;
    let close = inner.find(')').filter(|close| *close < 32)?;
    let mut end = present_at(text, at + 1, None).filter(|end| end.reach == at + 1 + close)?;
    end.reach += 1;
    Some(end)
}

/// A word for going on at a byte, of these or of all.
fn present_at(text: &str, at: usize, among: Option<&[&str]>) -> Option<End> {
    let tail = text.get(at..)?;
    let head: String = tail.chars().take(28).collect();
    let folded = fold(&head).replace('\n', " ");
    let skipped = ["the ", "la ", "l'", "le ", "el ", "a "]
        .iter()
        .find_map(|word| folded.strip_prefix(word).map(|_| word.len()))
        .filter(|_| present_prefix(&folded).is_none())
        .unwrap_or(0);
    let length = present_prefix(folded.get(skipped..)?)? + skipped;
    let shown = folded.get(..length)?;
    if among.is_some_and(|among| !among.contains(&shown)) {
        return None;
    }
    let end = at + byte_length(tail, length);
    Some(End {
        date: going_on(at..end),
        reach: end,
    })
}

/// Bytes of the text whose folded form has this many bytes (folding shortens accented letters).
fn byte_length(text: &str, folded_length: usize) -> usize {
    let mut folded = 0;
    for (at, c) in text.char_indices() {
        if folded >= folded_length {
            return at;
        }
        folded += fold(c.encode_utf8(&mut [0; 4])).len();
    }
    text.len()
}

/// A point as a date, if it has a year.
pub(super) fn dated(point: &Point) -> Option<Dated> {
    Some(Dated {
        range: point.range.clone(),
        year: point.year?,
        month: point.month,
        about: point.about,
        present: false,
    })
}

/// The end of a span that goes on.
pub(in crate::fields) fn going_on(range: Range<usize>) -> Dated {
    Dated {
        range,
        year: 9999,
        month: None,
        about: None,
        present: true,
    }
}

//! Dates and spans of time as resumes write them, in English, German, French and Spanish.
//!
//! A date may be a year, a month, a day, a season, a term or a quarter; a span two of them joined by a sign or a word, or
//! one with a word that says it goes on. Seasons and quarters are answered by their year, because that is all they say
//! for certain; for counting months they start where the season does.

mod cursor;
mod end;
mod point;
mod said;
mod words;

#[cfg(test)]
mod tests;

use std::ops::Range;

use cursor::{BLANKS, Cursor};
pub(super) use end::going_on;
use end::{DASHES, End, dated, end_of};
use point::{Point, point_at};
use said::{Said, said_before};

/// The month that a word names, 1-12.
pub(crate) fn month_of(word: &str) -> Option<u32> {
    words::month(&hiring_core::taxonomy::fold(word))
}

/// A month (or a year) with the place it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dated {
    /// Bytes in the text that was searched.
    pub range: Range<usize>,
    pub year: i32,
    pub month: Option<u32>,
    /// Month in which a season or quarter begins, for counting.
    pub about: Option<u32>,
    pub present: bool,
}

impl Dated {
    /// `YYYY-MM`, `YYYY` or `present`.
    pub fn value(&self) -> String {
        match (self.present, self.month) {
            (true, _) => "present".to_owned(),
            (false, Some(month)) => format!("{}-{month:02}", self.year),
            (false, None) => self.year.to_string(),
        }
    }

    /// The same at a place further on in a longer text.
    pub fn shifted(self, by: usize) -> Self {
        Self {
            range: self.range.start + by..self.range.end + by,
            ..self
        }
    }
}

/// A span of time, or a single date: then one of the ends is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Period {
    /// Bytes with the words that belong to it: `since`, `expected`, `from`.
    pub range: Range<usize>,
    pub start: Option<Dated>,
    pub end: Option<Dated>,
}

impl Period {
    /// Whether both ends are known.
    pub fn whole(&self) -> bool {
        self.start.is_some() && self.end.is_some()
    }

    /// The same at a place further on in a longer text.
    pub fn shifted(self, by: usize) -> Self {
        Self {
            range: self.range.start + by..self.range.end + by,
            start: self.start.map(|date| date.shifted(by)),
            end: self.end.map(|date| date.shifted(by)),
        }
    }
}

/// Every span and single date in a text, in order, without overlaps.
pub(super) fn periods(text: &str) -> Vec<Period> {
    let mut found: Vec<Period> = Vec::new();
    let mut at = 0;
    // No date goes without a year in figures, so that nothing begins behind the last of them.
    let Some(last) = text.bytes().rposition(|byte| byte.is_ascii_digit()) else {
        return found;
    };
    while let Some((period, next)) = next_period(text, at, last) {
        at = next;
        found.push(period);
    }
    found
}

/// The first span with both ends, else the first date.
pub(super) fn period(text: &str) -> Option<Period> {
    let all = periods(text);
    let whole = all.iter().position(Period::whole).unwrap_or(0);
    all.into_iter().nth(whole)
}

/// The next span that begins up to a byte, and where to go on searching.
fn next_period(text: &str, from: usize, last: usize) -> Option<(Period, usize)> {
    let mut two_before: Option<char> = None;
    let mut before = text.get(..from)?.chars().next_back();
    for (offset, c) in text.get(from..)?.char_indices() {
        if from + offset > last {
            break;
        }
        // `555-2019`, `27001:2013` and `$2019` are no dates.
        let within = match before {
            Some('-' | '/' | ':' | '.' | ',') => {
                c.is_ascii_digit() && two_before.is_some_and(|b| b.is_ascii_digit())
            }
            Some('$' | '€' | '£' | '#') => true,
            Some(b) => b.is_alphanumeric(),
            None => false,
        };
        two_before = before;
        before = Some(c);
        let starts = c.is_alphanumeric() || matches!(c, '\'' | '’' | '‘');
        if !within
            && starts
            && let Some(period) = period_at(text, from + offset, from)
        {
            let next = period.range.end.max(from + offset + c.len_utf8());
            return Some((period, next));
        }
    }
    None
}

fn period_at(text: &str, at: usize, floor: usize) -> Option<Period> {
    let first = point_at(text, at).or_else(|| month_in_figures(text, at))?;
    let (said, begin) = said_before(text, at, floor);
    let end = end_of(text, &first, said);
    let start = match (first.year, &end) {
        (Some(_), _) => first.clone(),
        (
            None,
            Some(End {
                date:
                    Dated {
                        present: false,
                        year,
                        month: Some(_),
                        ..
                    },
                ..
            }),
        ) => Point {
            year: Some(*year),
            ..first.clone()
        },
        _ => return None,
    };
    // `03/25` alone may be a part of something; `since 03/25` is not.
    let unclear = first.weak && said != Said::Since;
    if end.is_none() && (unclear || followed_by_count(text, first.range.end)) {
        return None;
    }
    let (last, end) = end.map_or((first.range.end, None), |end| (end.reach, Some(end.date)));
    let start = dated(&start)?;
    let keep_words = said != Said::From || end.is_some();
    let range = if keep_words { begin } else { at }..last;
    let (start, end) = match (said, end) {
        (Said::Until, None) => (None, Some(start)),
        (Said::Finished, None) => (None, Some(start)),
        (Said::Since, None) => {
            let word = begin..at;
            (Some(start), Some(going_on(word)))
        }
        (_, Some(end)) if !end.present && months(&end) < months(&start) => (Some(end), Some(start)),
        (_, end) => (Some(start), end),
    };
    Some(Period { range, start, end })
}

fn months(date: &Dated) -> i32 {
    date.year * 12 + date.month.or(date.about).map_or(11, |month| month as i32)
}

/// `01` of `01–06/2020`.
fn month_in_figures(text: &str, at: usize) -> Option<Point> {
    let mut cursor = Cursor::new(text, at);
    let month = cursor.small().and_then(|number| u32::try_from(number).ok())?;
    let end = cursor.at;
    cursor.eat(&['.', '/']);
    cursor.skip(BLANKS, 1);
    ((1..=12).contains(&month) && DASHES.iter().take(6).any(|dash| cursor.rest().starts_with(*dash)))
        .then_some(Point {
            range: at..end,
            year: None,
            month: Some(month),
            about: None,
            weak: false,
        })
}

/// `2000 users`, `2019%`: a number, no year.
fn followed_by_count(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    rest.starts_with(['%', '+', '€', '$']) || rest.starts_with(" %") || rest.starts_with(" €")
}

//! Beginnings and ends that stand one above the other beside an entry, with no sign between them.

use std::ops::Range;

use hiring_core::taxonomy::fold;

use super::MAX_REST;
use crate::fields::dates::{Dated, Period, going_on, period};
use crate::fields::education::{is_school, names_degree};
use crate::fields::titles::is_title;
use crate::layout::Visible;
use crate::words::present_prefix;

/// How much wider the gap below two dates must be than the one between them where a third date follows at once.
const WIDER: f32 = 1.1;

/// Two dates, one above the other with no sign between them, that fill a narrow column beside the text of the entry: the
/// beginning and the end in either order.
pub(super) fn stacked(
    visible: &Visible,
    number: usize,
    upper: &Range<usize>,
    lower: &Range<usize>,
) -> Option<Period> {
    let (one, other) = (only_date(visible, upper)?, only_date(visible, lower)?);
    if two_entries(visible, number) {
        return None;
    }
    let (start, end) = match (one.present, other.present) {
        (true, true) => return None,
        (false, true) => (one, other),
        (true, false) => (other, one),
        (false, false) if (one.year, one.month) <= (other.year, other.month) => (one, other),
        (false, false) => (other, one),
    };
    Some(Period {
        range: upper.start..lower.end,
        start: Some(start),
        end: Some(end),
    })
}

/// Whether a line and the one below it are entries of one date each: both name the same kind of thing, or the next dated
/// line is as near.
fn two_entries(visible: &Visible, number: usize) -> bool {
    let text = |at: usize| visible.lines.get(at).map_or("", |line| visible.line_text(line));
    let (one, other) = (text(number), text(number + 1));
    if [is_title, names_degree, is_school]
        .iter()
        .any(|kind| kind(one) && kind(other))
    {
        return true;
    }
    let room = |at: usize| visible.lines.get(at).map_or(1.0, |line| line.room);
    let dated = |at: usize| {
        visible.lines.get(at).is_some_and(|line| {
            let text = visible.line_text(line);
            let end = text.find('\t').unwrap_or(text.len());
            only_date(visible, &(line.range.start..line.range.start + end)).is_some()
        })
    };
    dated(number + 2) && room(number + 2) <= room(number + 1) * WIDER
}

/// A date that goes on where the word for today stands before it: `heute März 2019`.
pub(super) fn with_present_before(visible: &Visible, from: usize, period: Period) -> Period {
    let before = visible.slice(&(from..period.range.start));
    let word = before.trim();
    if word.is_empty() || word.len() > MAX_REST || period.end.is_some() {
        return period;
    }
    let folded = fold(word);
    if present_prefix(&folded) != Some(folded.len()) {
        return period;
    }
    let start = from + before.len() - before.trim_start().len();
    Period {
        range: start..period.range.end,
        end: Some(going_on(start..start + word.len())),
        ..period
    }
}

/// The date that fills a cell.
fn only_date(visible: &Visible, cell: &Range<usize>) -> Option<Dated> {
    let text = visible.slice(cell);
    if text.is_empty() || text.len() > MAX_REST {
        return None;
    }
    let folded = fold(text.trim());
    if present_prefix(&folded) == Some(folded.len()) {
        return Some(going_on(cell.clone()));
    }
    let found = period(text)?;
    let rest = |range: Range<usize>| text.get(range).unwrap_or_default();
    let fills = !rest(0..found.range.start).contains(char::is_alphanumeric)
        && !rest(found.range.end..text.len()).contains(char::is_alphanumeric);
    match (found.start, found.end) {
        (Some(date), None) | (None, Some(date)) if fills => Some(date.shifted(cell.start)),
        _ => None,
    }
}

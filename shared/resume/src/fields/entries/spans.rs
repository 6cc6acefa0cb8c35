//! The spans of time in a section, also those that run over two lines of a narrow column.

use std::ops::Range;

use super::MAX_REST;
use super::stacked::{stacked, with_present_before};
use crate::fields::dates::{Dated, Period, periods};
use crate::layout::Visible;

/// A span of time with the lines that it stands on.
#[derive(Debug, Clone)]
pub(in crate::fields) struct Stretch {
    pub period: Period,
    /// Line of its beginning.
    pub line: usize,
    /// What of it stands on the line below.
    pub rest: Option<Range<usize>>,
}

/// Spans of time in lines, in order.
pub(super) fn stretches(visible: &Visible, lines: Range<usize>) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    let mut taken: Option<Range<usize>> = None;
    for number in lines.clone() {
        let Some(line) = visible.lines.get(number) else {
            continue;
        };
        let below = visible.lines.get(number + 1).filter(|_| number + 1 < lines.end);
        let free = taken
            .take()
            .map_or(line.range.start, |rest| rest.end.max(line.range.start));
        let mut here: Vec<Stretch> = periods(visible.slice(&(free..line.range.end)))
            .into_iter()
            .map(|period| Stretch {
                period: with_present_before(visible, free, period.shifted(free)),
                line: number,
                rest: None,
            })
            .collect();
        if let Some(joined) =
            below.and_then(|below| over_two(visible, number, &(free..line.range.end), &below.range, &here))
        {
            taken.clone_from(&joined.rest);
            here.retain(|one| one.period.range.start < joined.period.range.start);
            here.push(joined);
        }
        found.extend(here);
    }
    found
}

/// A span that begins in a cell at the edge of one line and ends in the cell below it.
fn over_two(
    visible: &Visible,
    number: usize,
    line: &Range<usize>,
    below: &Range<usize>,
    here: &[Stretch],
) -> Option<Stretch> {
    let cells = |range: &Range<usize>| {
        let text = visible.slice(range);
        let first = text.find('\t').map_or(range.end, |tab| range.start + tab);
        let last = text.rfind('\t').map_or(range.start, |tab| range.start + tab + 1);
        let (first, last) = (range.start..first, last..range.end);
        let other = (first != last).then_some(last);
        std::iter::once(first).chain(other)
    };
    for upper in cells(line) {
        let whole = here.iter().any(|one| {
            upper.contains(&one.period.range.start) && one.period.whole() && !open_dash(visible, &one.period)
        });
        if whole {
            continue;
        }
        for lower in cells(below) {
            let apart = upper != *line || lower != *below;
            let found = joined(visible, &upper, &lower)
                .or_else(|| apart.then(|| stacked(visible, number, &upper, &lower)).flatten());
            if let Some(period) = found {
                let rest = lower.start..period.range.end;
                let period = Period {
                    range: period.range.start..upper.end,
                    ..period
                };
                return Some(Stretch {
                    period,
                    line: number,
                    rest: Some(rest),
                });
            }
        }
    }
    None
}

/// `June 2019 –`, which goes on on the next line or, if it does not, until today.
fn open_dash(visible: &Visible, period: &Period) -> bool {
    period
        .end
        .as_ref()
        .is_some_and(|end| end.present && !visible.slice(&end.range).chars().any(char::is_alphanumeric))
}

/// The whole span that two cells make together.
fn joined(visible: &Visible, upper: &Range<usize>, lower: &Range<usize>) -> Option<Period> {
    let (one, other) = (visible.slice(upper), visible.slice(lower));
    let digits = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    if !digits(one) && !digits(other) {
        return None;
    }
    if other.len() > MAX_REST * 2 || periods(other).iter().any(Period::whole) {
        return None;
    }
    let text = format!("{one}\n{other}");
    let border = one.len() + 1;
    let place = |at: usize| {
        if at < border {
            upper.start + at
        } else {
            lower.start + at - border
        }
    };
    let date = |date: Dated| Dated {
        range: place(date.range.start)..place(date.range.end.saturating_sub(1)) + 1,
        ..date
    };
    let found = periods(&text)
        .into_iter()
        .find(|period| period.whole() && period.range.start < border && period.range.end > border)?;
    // What is left of the lower cell must not be a sentence that happens to begin with a year.
    let reach = found.range.end - border;
    (reach <= MAX_REST).then(|| Period {
        range: place(found.range.start)..lower.start + reach,
        start: found.start.map(date),
        end: found.end.map(date),
    })
}

//! The dated positions of a resume, and what their lines show.

use std::ops::Range;

use hiring_core::resume::{Leaf, Work};

use super::skills::Found;
use crate::evidence::MAX_QUOTE_CHARS;
use crate::facts::year_and_month;
use crate::reading::Reading;

/// A position with a date.
pub(crate) struct Position<'w> {
    work: &'w Work,
    /// Its lines in the neutral text.
    lines: Range<usize>,
    /// Its first month, by [`month_number`].
    pub(crate) from: i32,
    /// Its last month.
    pub(crate) until: i32,
}

impl Position<'_> {
    /// Where its lines show a skill, the first place.
    pub(crate) fn shows<'p>(&self, skill: &'p Found<'_>) -> Option<&'p Range<usize>> {
        skill
            .places
            .iter()
            .filter(|place| self.lines.start <= place.start && place.end <= self.lines.end)
            .min_by_key(|place| (place.start, place.end))
    }

    /// Whether it has to do with a skill: its lines show it, or the nearest piece of the resume in meaning touches them.
    pub(crate) fn concerns(&self, skill: &Found<'_>) -> bool {
        let near = skill.nearest.as_ref();
        self.shows(skill).is_some()
            || near.is_some_and(|near| near.start < self.lines.end && self.lines.start < near.end)
    }

    /// What the person was, as far as the resume tells.
    pub(crate) fn title(&self) -> Option<&str> {
        self.work.title.as_ref().map(|title| title.raw.as_str())
    }

    /// From the first to the last word of its dates; only the first date when they stand far apart.
    pub(crate) fn dates(&self, reading: &Reading<'_>) -> Option<Range<usize>> {
        dates(self.work, reading)
    }
}

/// The dated positions, in text order. The lines of one end where the next begins, or its section does. `now` is the month that the
/// resume calls the present.
pub(crate) fn positions<'w>(now: i32, reading: &Reading<'w>) -> Vec<Position<'w>> {
    let mut heads: Vec<(usize, &Work)> = reading
        .facts
        .resume
        .work
        .iter()
        .filter_map(|work| Some((head(work, reading)?, work)))
        .collect();
    heads.sort_by_key(|(start, _)| *start);
    let ends: Vec<usize> = heads
        .iter()
        .skip(1)
        .map(|(start, _)| *start)
        .chain([usize::MAX])
        .collect();
    heads
        .into_iter()
        .zip(ends)
        .filter_map(|((start, work), end)| {
            let section = reading
                .neutral
                .sections
                .iter()
                .find(|section| (section.start..section.end).contains(&start));
            let until = until(work, now)?;
            let from = work.start.as_ref().and_then(|date| month(date, 1));
            Some(Position {
                work,
                lines: start..section.map_or(end, |section| end.min(section.end)),
                from: from.unwrap_or(until).min(until),
                until,
            })
        })
        .collect()
}

/// From the first to the last word of a position's dates; only the first date when they stand far apart.
pub(crate) fn dates(work: &Work, reading: &Reading<'_>) -> Option<Range<usize>> {
    let start = work.start.as_ref().and_then(|date| reading.place_of(date));
    let end = work.end.as_ref().and_then(|date| reading.place_of(date));
    match (start, end) {
        (Some(start), Some(end)) => {
            let both = start.start.min(end.start)..start.end.max(end.end);
            Some(if both.len() <= MAX_QUOTE_CHARS {
                both
            } else {
                start
            })
        }
        (one, other) => one.or(other),
    }
}

/// Where a position's first line begins.
fn head(work: &Work, reading: &Reading<'_>) -> Option<usize> {
    let fields = [&work.title, &work.company, &work.start, &work.end];
    let places = fields
        .into_iter()
        .flatten()
        .filter_map(|leaf| reading.visible_place_of(leaf));
    let first = places.min_by_key(|place| place.start)?;
    Some(reading.neutral.neutral(&first).start)
}

/// The month in which a position ended, at most the present one. A year alone ends with December.
fn until(work: &Work, now: i32) -> Option<i32> {
    let end = work.end.as_ref();
    if work.current || end.is_some_and(|end| end.value == "present") {
        return Some(now);
    }
    let ended = end.or(work.start.as_ref()).and_then(|date| month(date, 12))?;
    Some(ended.min(now))
}

/// The month of a date; of a year alone the month given.
fn month(date: &Leaf, of_year: u32) -> Option<i32> {
    let year = || {
        date.value
            .parse()
            .ok()
            .filter(|year| (1900..=2200).contains(year))
    };
    let month = year_and_month(&date.value).or_else(|| Some((year()?, of_year)))?;
    Some(month_number(month))
}

/// Months since the year 0, so that months can be subtracted.
pub(crate) fn month_number((year, month): (i32, u32)) -> i32 {
    year.saturating_mul(12)
        .saturating_add(i32::try_from(month).unwrap_or(0))
}

//! How recently the must-haves were used.

use std::ops::Range;

use hiring_core::resume::Work;

use super::experience::dates;
use super::skills::Found;
use super::{Assessment, scaled_bp};
use crate::ONE_BP;
use crate::evidence::EvidenceKind;
use crate::facts::year_and_month;
use crate::reading::Reading;
use crate::score::Shown;

/// Months without use that cost nothing: a parental leave or a long illness must not.
const FULL_MONTHS: i32 = 24;
/// Months after which no further month costs anything.
const LEAST_MONTHS: i32 = 144;
/// Value of a skill last used that long ago, or shown without any date.
const LEAST_BP: u16 = 5_000;
/// Most must-haves that are quoted.
const MAX_QUOTES: usize = 10;

/// A position with a date.
struct Position<'w> {
    work: &'w Work,
    /// Its lines in the neutral text.
    lines: Range<usize>,
    /// Months since it ended.
    ago: i32,
}

/// Value: the mean over all must-haves of how recently they were used times how well they are shown. `None` without must-haves
/// and while nobody knows what the resume's present is.
pub(crate) fn assess(must_have: &[Found<'_>], reading: &Reading<'_>) -> Option<Assessment> {
    let now = month_number(reading.facts.as_of?);
    if must_have.is_empty() {
        return None;
    }
    let positions = positions(now, reading);
    let mut shown = Vec::with_capacity(must_have.len());
    let (mut evidence, mut missing) = (Vec::new(), Vec::new());
    for skill in must_have {
        let last = positions
            .iter()
            .filter_map(|position| Some((position, used_in(skill, position)?)))
            .min_by_key(|(position, place)| (position.ago, place.start));
        let recency_bp = last.map_or(LEAST_BP, |(position, _)| recency_bp(position.ago));
        if let Some((position, place)) = last.filter(|_| evidence.len() < 2 * MAX_QUOTES) {
            evidence.extend(reading.quote_around(skill.label, skill.kind, place));
            let dates = dates(position.work, reading);
            evidence.extend(
                dates.and_then(|dates| reading.quote_around(skill.label, EvidenceKind::Exact, &dates)),
            );
        }
        if skill.value_bp > 0 {
            missing.extend(complaint(skill.label, last.map(|(position, _)| position.ago)));
        }
        shown.push(Shown {
            requirement: skill.label.to_owned(),
            value_bp: scaled_bp(recency_bp, skill.value_bp),
        });
    }
    evidence.dedup();
    Some(Assessment {
        evidence,
        missing,
        ..Assessment::of_many(shown)
    })
}

/// What is to be said about a skill that was not used lately.
fn complaint(label: &str, ago: Option<i32>) -> Option<String> {
    match ago {
        None => Some(format!("no dated position shows {label}")),
        Some(ago) if ago > FULL_MONTHS => Some(format!("{label} was last shown {} years ago", ago / 12)),
        Some(_) => None,
    }
}

fn recency_bp(ago: i32) -> u16 {
    let above = ago.clamp(FULL_MONTHS, LEAST_MONTHS) - FULL_MONTHS;
    let lost = above * i32::from(ONE_BP - LEAST_BP) / (LEAST_MONTHS - FULL_MONTHS);
    ONE_BP - u16::try_from(lost).unwrap_or(0)
}

fn used_in<'p>(skill: &'p Found<'_>, position: &Position<'_>) -> Option<&'p Range<usize>> {
    skill
        .places
        .iter()
        .filter(|place| position.lines.start <= place.start && place.end <= position.lines.end)
        .min_by_key(|place| (place.start, place.end))
}

/// The dated positions. The lines of one end where the next begins, or its section does.
fn positions<'w>(now: i32, reading: &Reading<'w>) -> Vec<Position<'w>> {
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
            let end = section.map_or(end, |section| end.min(section.end));
            let ended = ended(work, now)?;
            Some(Position {
                work,
                lines: start..end,
                ago: now - ended,
            })
        })
        .collect()
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
fn ended(work: &Work, now: i32) -> Option<i32> {
    let end = work.end.as_ref();
    if work.current || end.is_some_and(|end| end.value == "present") {
        return Some(now);
    }
    let date = end.or(work.start.as_ref())?;
    let whole_year = || {
        date.value
            .parse()
            .ok()
            .filter(|year| (1900..=2200).contains(year))
            .map(|year: i32| (year, 12))
    };
    let month = year_and_month(&date.value).or_else(whole_year)?;
    Some(month_number(month).min(now))
}

fn month_number((year, month): (i32, u32)) -> i32 {
    year.saturating_mul(12)
        .saturating_add(i32::try_from(month).unwrap_or(0))
}

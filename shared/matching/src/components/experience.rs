//! Years of work against the years asked for.

use std::ops::Range;

use hiring_core::resume::Work;

use super::{Assessment, ratio_bp};
use crate::evidence::{EvidenceKind, MAX_QUOTE_CHARS};
use crate::facts::months;
use crate::reading::Reading;

/// Most positions that are quoted, in text order; the total still counts all of them.
const MAX_POSITIONS: usize = 10;

/// Value: months worked / months asked for, full from there on. `None` when no years are asked for.
pub(crate) fn assess(min_years: Option<u8>, reading: &Reading<'_>) -> Option<Assessment> {
    let years = min_years.filter(|years| *years > 0)?;
    let requirement = if years == 1 {
        "1 year of experience".to_owned()
    } else {
        format!("{years} years of experience")
    };
    let resume = reading.facts.resume;
    let mut places: Vec<_> = resume
        .work
        .iter()
        .filter_map(|work| dates(work, reading))
        .collect();
    places.sort_by_key(|place| (place.start, place.end));
    let quotes = places
        .iter()
        .filter_map(|place| reading.quote_around(&requirement, EvidenceKind::Exact, place));
    let evidence: Vec<_> = quotes.take(MAX_POSITIONS).collect();
    let Some(worked) = resume.total_experience_years.filter(|_| !evidence.is_empty()) else {
        return Some(Assessment::missing(
            &requirement,
            "no dated positions found".to_owned(),
        ));
    };
    let worked = months(worked);
    let asked = u32::from(years) * 12;
    let missing = (worked < asked).then(|| format!("{} of {requirement} found", in_words(worked)));
    Some(Assessment {
        evidence,
        missing: missing.into_iter().collect(),
        ..Assessment::of_one(&requirement, ratio_bp(worked.into(), asked.into()))
    })
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

/// For instance `2 years 1 month`.
fn in_words(months: u32) -> String {
    let (years, months) = (months / 12, months % 12);
    let years_word = if years == 1 { "year" } else { "years" };
    let months_word = if months == 1 { "month" } else { "months" };
    match (years, months) {
        (0, _) => format!("{months} {months_word}"),
        (_, 0) => format!("{years} {years_word}"),
        _ => format!("{years} {years_word} {months} {months_word}"),
    }
}

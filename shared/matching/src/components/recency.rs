//! How recently the must-haves were used.

use super::positions::{Position, month_number};
use super::skills::Found;
use super::{Assessment, scaled_bp};
use crate::ONE_BP;
use crate::evidence::EvidenceKind;
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

/// Value: the mean over all must-haves of how recently they were used times how well they are shown. `None` without must-haves
/// and while nobody knows what the resume's present is.
pub(crate) fn assess(
    must_have: &[Found<'_>],
    positions: &[Position<'_>],
    reading: &Reading<'_>,
) -> Option<Assessment> {
    let now = month_number(reading.facts.as_of?);
    if must_have.is_empty() {
        return None;
    }
    let mut shown = Vec::with_capacity(must_have.len());
    let (mut evidence, mut missing) = (Vec::new(), Vec::new());
    for skill in must_have {
        let last = positions
            .iter()
            .filter_map(|position| Some((position, position.shows(skill)?)))
            .min_by_key(|(position, place)| (now - position.until, place.start));
        let recency_bp = last.map_or(LEAST_BP, |(position, _)| recency_bp(now - position.until));
        if let Some((position, place)) = last.filter(|_| evidence.len() < 2 * MAX_QUOTES) {
            evidence.extend(reading.quote_around(skill.label, skill.kind, place));
            let dates = position.dates(reading);
            evidence.extend(
                dates.and_then(|dates| reading.quote_around(skill.label, EvidenceKind::Exact, &dates)),
            );
        }
        if skill.value_bp > 0 {
            missing.extend(complaint(
                skill.label,
                last.map(|(position, _)| now - position.until),
            ));
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

//! Years of work against the years asked for.

use super::positions::{Position, dates};
use super::skills::Found;
use super::{Assessment, ratio_bp};
use crate::evidence::EvidenceKind;
use crate::facts::months;
use crate::reading::Reading;

/// Most positions that are quoted, in text order; the total still counts all of them.
const MAX_POSITIONS: usize = 10;

/// Value: months that count / months asked for, full from there on. `None` when no years are asked for.
pub(crate) fn assess(
    min_years: Option<u8>,
    (skills, positions): (&[Found<'_>], &[Position<'_>]),
    reading: &Reading<'_>,
) -> Option<Assessment> {
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
    let all = months(worked);
    let worked = counted(all, skills, positions);
    let asked = u32::from(years) * 12;
    let missing = (worked < asked).then(|| match all > worked {
        true => format!(
            "{} of {requirement} found, where work without a sign of what is asked for counts half: {} in all",
            in_words(worked),
            in_words(all)
        ),
        false => format!("{} of {requirement} found", in_words(worked)),
    });
    Some(Assessment {
        evidence,
        missing: missing.into_iter().collect(),
        ..Assessment::of_one(&requirement, ratio_bp(worked.into(), asked.into()))
    })
}

/// Months that count: those of positions that have to do with what is asked for, and half of the others. All of them when
/// nothing is asked for, or nobody knows how long present positions have lasted.
fn counted(worked: u32, asked: &[Found<'_>], positions: &[Position<'_>]) -> u32 {
    if asked.is_empty() || positions.is_empty() {
        return worked;
    }
    let mut months: Vec<(i32, i32)> = positions
        .iter()
        .filter(|position| asked.iter().any(|skill| position.concerns(skill)))
        .map(|position| (position.from, position.until))
        .collect();
    months.sort_unstable();
    let (mut relevant, mut reached) = (0, i32::MIN);
    for (from, until) in months {
        let from = from.max(reached.saturating_add(1));
        relevant += until.saturating_sub(from).saturating_add(1).max(0);
        reached = reached.max(until);
    }
    let relevant = u32::try_from(relevant).unwrap_or(0).min(worked);
    relevant + (worked - relevant) / 2
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

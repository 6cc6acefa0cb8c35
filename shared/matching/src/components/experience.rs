//! Years of work against the years asked for.

use hiring_core::occupation::Kinship;

use super::positions::{Position, dates};
use super::profession::Title;
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
    relevant: (Option<&Title>, &[Found<'_>], &[Position<'_>]),
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
    let worked = counted(all, relevant);
    let asked = u32::from(years) * 12;
    let missing = (worked < asked).then(|| match all > worked {
        true => format!(
            "{} of {requirement} found in this profession: {} in all",
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

/// How much a month of a position counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Worth {
    Nothing,
    Half,
    Full,
}

/// Months that count. Where the job's profession is known: those of positions of it or near it, half of those of other
/// professions that show something asked for, nothing of the rest. A position whose title tells no profession goes by what its
/// lines show: all or half of it. Nothing is held against anybody when nothing is asked for, or nobody knows how long present
/// positions have lasted.
fn counted(worked: u32, (title, asked, positions): (Option<&Title>, &[Found<'_>], &[Position<'_>])) -> u32 {
    let known = title.filter(|title| title.is_known());
    if (asked.is_empty() && known.is_none()) || positions.is_empty() {
        return worked;
    }
    let worth = |position: &Position<'_>| {
        let shows = asked.iter().any(|skill| position.concerns(skill));
        match known.and_then(|known| known.kinship(position.title()?)) {
            Some(Kinship::Same | Kinship::Near) => Worth::Full,
            Some(Kinship::Other) if shows => Worth::Half,
            Some(Kinship::Other) => Worth::Nothing,
            None if shows || (known.is_some() && asked.is_empty()) => Worth::Full,
            None => Worth::Half,
        }
    };
    let months = |least: Worth| {
        let spans = positions.iter().filter(|position| worth(position) >= least);
        together(spans.map(|position| (position.from, position.until)).collect()).min(worked)
    };
    let (full, half) = (months(Worth::Full), months(Worth::Half));
    // What no dated position accounts for says nothing about the profession.
    let dated = months(Worth::Nothing);
    full + half.saturating_sub(full) / 2 + worked.saturating_sub(dated) / 2
}

/// Months that some spans cover together, the first and last month of each included.
fn together(mut spans: Vec<(i32, i32)>) -> u32 {
    spans.sort_unstable();
    let (mut months, mut reached) = (0, i32::MIN);
    for (from, until) in spans {
        let from = from.max(reached.saturating_add(1));
        months += until.saturating_sub(from).saturating_add(1).max(0);
        reached = reached.max(until);
    }
    u32::try_from(months).unwrap_or(0)
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

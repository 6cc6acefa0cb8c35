//! The highest completed education against the level asked for.

use std::ops::Range;

use hiring_core::job::EducationLevel;
use hiring_core::resume::Education;

use super::Assessment;
use crate::ONE_BP;
use crate::education::detect;
use crate::evidence::EvidenceKind;
use crate::reading::Reading;

/// Value when the education found is one level below the level asked for.
const ONE_BELOW_BP: u16 = 5_000;
/// Value when it is two levels below.
const TWO_BELOW_BP: u16 = 2_000;

/// Value: full from the level asked for on, half one level below, a fifth two levels below. `None` when no level is
/// asked for. Among equal levels the one that stands first is quoted.
pub(crate) fn assess(asked: Option<EducationLevel>, reading: &Reading<'_>) -> Option<Assessment> {
    let asked = asked?;
    let found = reading
        .facts
        .resume
        .education
        .iter()
        .filter_map(|course| completed(course, reading));
    let best = found.min_by_key(|(level, place)| (std::cmp::Reverse(*level), place.start, place.end));
    let Some((level, place)) = best else {
        return Some(Assessment::missing(
            title(asked),
            format!("no evidence for {}", title(asked)),
        ));
    };
    let value_bp = match rank(asked).saturating_sub(rank(level)) {
        0 => ONE_BP,
        1 => ONE_BELOW_BP,
        2 => TWO_BELOW_BP,
        _ => 0,
    };
    let missing = (level < asked).then(|| format!("no evidence for {}", title(asked)));
    Some(Assessment {
        evidence: reading
            .quote_around(title(asked), EvidenceKind::Exact, &place)
            .into_iter()
            .collect(),
        missing: missing.into_iter().collect(),
        ..Assessment::of_one(title(asked), value_bp)
    })
}

/// The level of a completed course and where its degree stands. A course that still runs has no degree yet.
fn completed(course: &Education, reading: &Reading<'_>) -> Option<(EducationLevel, Range<usize>)> {
    if course.end.as_ref().is_some_and(|end| end.value == "present") {
        return None;
    }
    [&course.degree, &course.area]
        .into_iter()
        .flatten()
        .find_map(|leaf| {
            let level = detect(&leaf.raw).or_else(|| detect(&leaf.value))?;
            Some((level, reading.place_of(leaf)?))
        })
}

const fn rank(level: EducationLevel) -> u8 {
    match level {
        EducationLevel::Secondary => 1,
        EducationLevel::Vocational => 2,
        EducationLevel::Bachelor => 3,
        EducationLevel::Master => 4,
        EducationLevel::Doctorate => 5,
    }
}

const fn title(level: EducationLevel) -> &'static str {
    match level {
        EducationLevel::Secondary => "secondary education",
        EducationLevel::Vocational => "vocational education",
        EducationLevel::Bachelor => "bachelor's degree",
        EducationLevel::Master => "master's degree",
        EducationLevel::Doctorate => "doctorate",
    }
}

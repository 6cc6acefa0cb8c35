//! Schools and degrees.

mod blocks;
mod degrees;
mod grade;
mod parts;
mod schools;

#[cfg(test)]
mod tests;

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::Education;

use super::Context;
use super::dates::Dated;
use super::entries::Entry;
use blocks::blocks;
use grade::grade_within;
use parts::parts;

pub(super) use degrees::{begins_with_degree, names_degree};
pub(super) use schools::is_school;

/// Lines of an entry in which its grade is looked for.
const GRADE_WITHIN: usize = 6;

/// All education in order of appearance.
pub(super) fn read(context: &Context<'_>) -> Vec<Education> {
    let parts = context
        .parts
        .iter()
        .filter(|part| part.kind == SectionKind::Education);
    parts
        .flat_map(|part| blocks(context.visible, part.body()))
        .filter_map(|entry| row(context, &entry))
        .collect()
}

fn row(context: &Context<'_>, entry: &Entry) -> Option<Education> {
    let visible = context.visible;
    let found = parts(visible, &entry.fragments);
    let school = found
        .institution
        .as_ref()
        .is_some_and(|range| is_school(visible.slice(range)));
    let leaf =
        |range: Option<Range<usize>>, sure: f32| range.and_then(|range| visible.leaf(range, None, sure));
    let date = |date: &Dated| visible.leaf(date.range.clone(), Some(date.value()), 0.95);
    let (start, end) = match entry.period.as_ref().map(|period| (&period.start, &period.end)) {
        Some((Some(start), Some(end))) => (date(start), date(end)),
        Some((one, other)) => (None, one.as_ref().or(other.as_ref()).and_then(date)),
        None => (None, None),
    };
    // A name alone is education only where it is a school's or has a degree beside it.
    if found.degree.is_none() && !school && (found.institution.is_none() || entry.period.is_none()) {
        return None;
    }
    Some(Education {
        institution: leaf(found.institution, if school { 0.92 } else { 0.7 }),
        degree: leaf(found.degree, 0.95),
        area: leaf(found.area, if school { 0.85 } else { 0.65 }),
        start,
        end,
        grade: leaf(final_grade(context, entry), 0.9),
    })
}

/// The first grade in the lines of an entry.
fn final_grade(context: &Context<'_>, entry: &Entry) -> Option<Range<usize>> {
    let lines = context.visible.lines.get(entry.lines.clone())?;
    lines.iter().take(GRADE_WITHIN).find_map(|line| {
        let found = grade_within(context.visible.line_text(line))?;
        Some(line.range.start + found.start..line.range.start + found.end)
    })
}

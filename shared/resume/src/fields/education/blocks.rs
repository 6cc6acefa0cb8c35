//! Entries of an education section, also those without a date.

use std::ops::Range;

use super::degrees::names_degree;
use super::schools::is_school;
use crate::fields::entries::{Entry, may_head, split, undated};
use crate::layout::Visible;
use crate::words::bullet_length;

/// Longest line below a heading that may still name a degree, in bytes.
const MAX_LINE: usize = 110;

/// What a line says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Says {
    degree: bool,
    school: bool,
}

impl Says {
    fn any(self) -> bool {
        self.degree || self.school
    }

    fn with(self, other: Self) -> Self {
        Self {
            degree: self.degree || other.degree,
            school: self.school || other.school,
        }
    }

    fn repeats(self, other: Self) -> bool {
        self.degree && other.degree || self.school && other.school
    }
}

/// The entries of lines: around dates, and around a school with a degree where there is no date.
pub(super) fn blocks(visible: &Visible, body: Range<usize>) -> Vec<Entry> {
    let dated = split(visible, body.clone());
    let first = dated.first().map_or(body.end, |entry| entry.lines.start);
    let mut found = without_date(visible, body.start..first, dated.is_empty());
    for entry in dated {
        let end = entry.lines.end;
        let (entry, rest) = cut(visible, entry);
        found.push(entry);
        found.extend(without_date(visible, rest..end, false));
    }
    found
}

fn says(visible: &Visible, number: usize) -> Says {
    let Some(line) = visible.lines.get(number) else {
        return Says::default();
    };
    let text = visible.line_text(line);
    let text = text.get(bullet_length(text)..).unwrap_or_default();
    if text.len() > MAX_LINE {
        return Says::default();
    }
    Says {
        degree: names_degree(text),
        school: is_school(text),
    }
}

/// Cuts an entry where the next one without a date begins: at a line that says again what was said. Answers where the
/// rest starts. A line below the heading that says what the heading does not is part of it.
fn cut(visible: &Visible, mut entry: Entry) -> (Entry, usize) {
    let mut said = Says::default();
    let dated_line = |number: usize| {
        entry.period.as_ref().is_some_and(|period| {
            visible
                .lines
                .get(number)
                .is_some_and(|line| line.range.contains(&period.range.start))
        })
    };
    let anchor = entry
        .lines
        .clone()
        .find(|number| dated_line(*number))
        .unwrap_or(entry.lines.start);
    let mut end = entry.lines.end;
    for number in entry.lines.clone() {
        let here = says(visible, number);
        let head = number < entry.details.start || may_head(visible, number);
        if head && number > anchor && here.repeats(said) && both_follow(visible, number..entry.lines.end) {
            end = number;
            break;
        }
        let adds = here.any() && !here.repeats(said);
        if number == entry.details.start && adds {
            let more = undated(visible, number..number + 1, number + 1);
            entry.fragments.extend(more.fragments);
            entry.details.start = number + 1;
        }
        said = said.with(here);
    }
    let limit = visible.lines.get(end).map_or(usize::MAX, |line| line.range.start);
    if end < entry.lines.end {
        entry.fragments.retain(|fragment| fragment.start < limit);
    }
    entry.details.end = entry.details.end.min(end).max(entry.details.start.min(end));
    entry.details.start = entry.details.start.min(end);
    entry.lines.end = end;
    (entry, end)
}

/// Whether a school and a degree stand in the first lines.
fn both_follow(visible: &Visible, lines: Range<usize>) -> bool {
    let said = lines
        .take(3)
        .fold(Says::default(), |said, number| said.with(says(visible, number)));
    said.degree && said.school
}

/// Entries of lines without dates: each begins where what was said is said again. Where the whole section has no date a
/// school or a degree alone will do.
fn without_date(visible: &Visible, lines: Range<usize>, alone: bool) -> Vec<Entry> {
    let mut heads: Vec<(Range<usize>, Says)> = Vec::new();
    for number in lines.clone() {
        let here = says(visible, number);
        let head = here.any() && (alone || may_head(visible, number)) || may_head(visible, number);
        match heads.last_mut() {
            Some((range, said)) if head && range.end == number && !here.repeats(*said) && range.len() < 4 => {
                range.end = number + 1;
                *said = said.with(here);
            }
            _ if head && here.any() => heads.push((number..number + 1, here)),
            _ => {}
        }
    }
    heads.retain(|(_, said)| said.degree && said.school || alone && said.any());
    let ends: Vec<usize> = heads
        .iter()
        .skip(1)
        .map(|(next, _)| next.start)
        .chain([lines.end])
        .collect();
    heads
        .into_iter()
        .zip(ends)
        .map(|((head, _), end)| undated(visible, head, end))
        .collect()
}

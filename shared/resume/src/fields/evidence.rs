//! What the entries of a stretch of lines are about, when no heading says.

use std::ops::Range;

use hiring_core::reading::SectionKind;

use super::dates::{Period, period};
use super::education::{begins_with_degree, is_school, names_degree};
use super::entries::{Entry, is_prose, split};
use super::titles::is_title;
use crate::layout::Visible;
use crate::words::bullet_length;

/// Fewest items of a line that is a list.
const LIST: usize = 3;

/// Longest span of time on a line of its own, in bytes.
const LONGEST_SPAN: usize = 64;

/// An entry and what it is about, `None` where it cannot be told.
#[derive(Debug)]
pub(crate) struct Evidence {
    pub kind: Option<SectionKind>,
    pub lines: Range<usize>,
}

/// Whether a line names a school, a degree or a position, so that it heads an entry and no section.
pub(crate) fn is_name_of_entry(text: &str) -> bool {
    crate::sections::heading(text).is_none() && (is_school(text) || names_degree(text) || is_title(text))
}

/// Whether a text is a span of time and nothing else.
pub(crate) fn is_only_span(text: &str) -> bool {
    text.len() <= LONGEST_SPAN
        && period(text).is_some_and(|period| {
            let besides = |text: Option<&str>| text.is_some_and(|text| text.contains(char::is_alphanumeric));
            period.whole()
                && !besides(text.get(..period.range.start))
                && !besides(text.get(period.range.end..))
        })
}

/// The dated entries of some lines.
pub(crate) fn evidence(visible: &Visible, lines: Range<usize>) -> Vec<Evidence> {
    split(visible, lines)
        .into_iter()
        .map(|entry| Evidence {
            kind: kind(visible, &entry),
            lines: entry.lines.start..entry.details.start + story(visible, entry.details.clone()),
        })
        .collect()
}

/// A degree or a school without a title makes education, a title with a span of time work.
fn kind(visible: &Visible, entry: &Entry) -> Option<SectionKind> {
    let texts: Vec<&str> = entry.fragments.iter().map(|range| visible.slice(range)).collect();
    // `Lincoln High School` is a school, though a high school is a degree as well.
    let degree = texts
        .iter()
        .any(|text| names_degree(text) && (begins_with_degree(text) || !is_school(text)));
    let school = texts.iter().any(|text| is_school(text));
    let title = texts.iter().any(|text| is_title(text) && !names_degree(text));
    let span = entry.period.as_ref().is_some_and(Period::whole);
    if (degree || school) && !title || degree && school {
        Some(SectionKind::Education)
    } else if title && span {
        Some(SectionKind::Work)
    } else {
        None
    }
}

/// How many of the lines below an entry still tell about it: up to the first that lists something else.
fn story(visible: &Visible, lines: Range<usize>) -> usize {
    let count = lines.len();
    let lines = visible.lines.get(lines).unwrap_or_default();
    let foreign = lines.iter().position(|line| {
        let text = visible.line_text(line);
        let items = text
            .split(['\t', '|', '·', '•', ','])
            .filter(|item| !item.trim().is_empty());
        bullet_length(text) == 0 && !is_prose(text) && items.count() >= LIST || text.contains('@')
    });
    foreign.unwrap_or(count)
}

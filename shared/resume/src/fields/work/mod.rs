//! Positions held.
//!
//! Each entry's heading gives names and a place. Which of two names is the title is decided by their words, and where
//! those are silent by the order that the other entries of the document show. A title alone below an entry that also
//! names its employer is a further position with that employer.

mod assign;
mod companies;
mod groups;
mod names;

#[cfg(test)]
mod tests;

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::Work;

use super::Context;
use super::details::details;
use super::entries::{Entry, may_head, split, undated};
use super::lists::is_contact;
use super::titles::is_title;
use crate::layout::Visible;
use assign::{Assigned, assign, usual_order};
use names::{Names, Places, ends_with_place, names, place_stands_apart};

/// How often a value of a certain kind is right; measured on labelled resumes, rounded.
const SURE_DATE: f32 = 0.95;

/// A position with the lines it was read from and its months.
#[derive(Debug)]
pub(super) struct Row {
    pub work: Work,
    pub lines: Range<usize>,
    /// Months since year 0: first, and one past the last.
    pub months: Option<(i32, i32)>,
}

/// An entry with the names found in it.
#[derive(Debug, Clone)]
struct Draft {
    entry: Entry,
    names: Names,
    assigned: Assigned,
    /// Whether the employer stands in an entry above.
    inherited: bool,
}

/// All positions in order of appearance.
pub(super) fn read(context: &Context<'_>) -> Vec<Row> {
    let visible = context.visible;
    let mut rows = Vec::new();
    for part in context.parts.iter().filter(|part| part.kind == SectionKind::Work) {
        let entries = entries(visible, part.body());
        let places = places(visible, &entries);
        let found: Vec<(Entry, Names)> = entries
            .into_iter()
            .map(|entry| {
                let names = names(visible, &entry, places);
                (entry, names)
            })
            .collect();
        let order = usual_order(visible, found.iter().map(|(_, names)| names));
        let mut drafts: Vec<Draft> = found
            .into_iter()
            .map(|(entry, names)| Draft {
                assigned: assign(visible, &names, order),
                inherited: false,
                entry,
                names,
            })
            .collect();
        groups::trailing_companies(visible, &mut drafts, places);
        let drafts = groups::share_employers(visible, drafts);
        rows.extend(drafts.iter().filter_map(|draft| row(context, draft)));
    }
    rows
}

/// The dated entries; without any, those that a title heads.
fn entries(visible: &Visible, body: Range<usize>) -> Vec<Entry> {
    let dated = split(visible, body.clone());
    if dated.is_empty() {
        without_dates(visible, body)
    } else {
        dated
    }
}

/// Runs of heading lines with a title among them, each with the lines below it.
fn without_dates(visible: &Visible, body: Range<usize>) -> Vec<Entry> {
    let mut heads: Vec<Range<usize>> = Vec::new();
    for number in body.clone().filter(|number| may_head(visible, *number)) {
        // A user's name on a network may hold a title's word: `greg-baker (LinkedIn)`.
        if visible
            .lines
            .get(number)
            .is_some_and(|line| is_contact(visible.line_text(line)))
        {
            continue;
        }
        match heads.last_mut() {
            Some(last) if last.end == number && last.len() < 3 => last.end = number + 1,
            _ => heads.push(number..number + 1),
        }
    }
    heads.retain(|lines| {
        lines
            .clone()
            .filter_map(|number| visible.lines.get(number))
            .any(|line| is_title(visible.line_text(line)))
    });
    let ends = heads.iter().skip(1).map(|next| next.start).chain([body.end]);
    let pairs: Vec<_> = heads.iter().cloned().zip(ends).collect();
    pairs
        .into_iter()
        .map(|(head, end)| undated(visible, head, end))
        .collect()
}

/// Where the places of these entries stand: where at least a third of them has a known one.
fn places(visible: &Visible, entries: &[Entry]) -> Places {
    let with_place = |entry: &&Entry| {
        entry
            .fragments
            .iter()
            .any(|fragment| ends_with_place(visible.slice(fragment)))
    };
    let many = |count: usize| count > 0 && count * 3 >= entries.len();
    let apart = entries.iter().filter(|entry| place_stands_apart(visible, entry));
    Places {
        follow: many(entries.iter().filter(with_place).count()),
        apart: many(apart.count()),
    }
}

fn row(context: &Context<'_>, draft: &Draft) -> Option<Row> {
    let visible = context.visible;
    let Draft { entry, assigned, .. } = draft;
    let period = entry.period.as_ref();
    let enough = match (&assigned.title, &assigned.company) {
        (None, None) => false,
        // A name without a date or a title's words is no position.
        (None, Some(_)) | (Some(_), None) => period.is_some(),
        (Some(_), Some(_)) => period.is_some() || assigned.sure,
    };
    if !enough {
        return None;
    }
    let confidence = match (assigned.sure, period.is_some_and(super::dates::Period::whole)) {
        (true, true) => 0.95,
        (true, false) => 0.85,
        (false, true) => 0.75,
        (false, false) => 0.5,
    };
    let leaf = |range: &Option<Range<usize>>, confidence| {
        range.clone().and_then(|r| visible.leaf(r, None, confidence))
    };
    let date = |date: &super::dates::Dated| visible.leaf(date.range.clone(), Some(date.value()), SURE_DATE);
    let end = period.and_then(|period| period.end.as_ref());
    let company_confidence = if draft.inherited { 0.8 } else { confidence };
    let work = Work {
        company: leaf(&assigned.company, company_confidence),
        title: leaf(&assigned.title, confidence),
        start: period.and_then(|period| period.start.as_ref()).and_then(date),
        end: end.and_then(date),
        current: end.is_some_and(|end| end.present),
        location: leaf(&draft.names.place, 0.85),
        highlights: details(context, entry.details.clone()),
    };
    let months = period.and_then(|period| super::experience::months(period, context.today));
    Some(Row {
        work,
        lines: entry.lines.clone(),
        months,
    })
}

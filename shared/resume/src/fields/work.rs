//! Positions held.

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::Work;

use super::Context;
use super::details::details;
use super::entries::{Entry, split};
use super::places::place_score;
use super::titles::{is_title, title_score};

/// A position with the lines it was read from and its months.
#[derive(Debug)]
pub(super) struct Row {
    pub work: Work,
    pub lines: Range<usize>,
    /// Months since year 0: first, and one past the last.
    pub months: Option<(i32, i32)>,
}

/// Which of two names in a heading stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    TitleFirst,
    CompanyFirst,
}

/// All positions in order of appearance.
pub(super) fn read(context: &Context<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for part in context.parts.iter().filter(|part| part.kind == SectionKind::Work) {
        let entries = split(context.visible, part.body());
        let order = usual_order(context, &entries);
        rows.extend(entries.iter().filter_map(|entry| row(context, entry, order)));
    }
    rows
}

/// The order that most headings of the section show beyond doubt.
fn usual_order(context: &Context<'_>, entries: &[Entry]) -> Order {
    let mut company_first = 0;
    let mut title_first = 0;
    for entry in entries {
        let names = names(context, entry).0;
        if let [one, other, ..] = names.as_slice() {
            match (
                is_title(context.visible.slice(one)),
                is_title(context.visible.slice(other)),
            ) {
                (true, false) => title_first += 1,
                (false, true) => company_first += 1,
                _ => {}
            }
        }
    }
    if company_first > title_first {
        Order::CompanyFirst
    } else {
        Order::TitleFirst
    }
}

fn row(context: &Context<'_>, entry: &Entry, order: Order) -> Option<Row> {
    let visible = context.visible;
    let (names, place) = names(context, entry);
    let (title, company, sure) = assign(context, &names, order);
    if title.is_none() && company.is_none() {
        return None;
    }
    let confidence = if sure { 0.9 } else { 0.55 };
    let leaf =
        |range: Option<Range<usize>>, confidence| range.and_then(|r| visible.leaf(r, None, confidence));
    let period = entry.period.as_ref();
    let date = |date: &super::dates::Dated| visible.leaf(date.range.clone(), Some(date.value()), 0.93);
    let end = period.and_then(|period| period.end.as_ref());
    let work = Work {
        company: leaf(company, confidence),
        title: leaf(title, confidence),
        start: period.and_then(|period| period.start.as_ref()).and_then(date),
        end: end.and_then(date),
        current: end.is_some_and(|end| end.present),
        location: leaf(place, 0.8),
        highlights: details(context, entry.details.clone()),
    };
    let months = period.and_then(|period| super::experience::months(period, context.today));
    Some(Row {
        work,
        lines: entry.lines.clone(),
        months,
    })
}

/// The names in a heading, places taken out; and the place.
fn names(context: &Context<'_>, entry: &Entry) -> (Vec<Range<usize>>, Option<Range<usize>>) {
    let mut place = None;
    let mut names: Vec<Range<usize>> = Vec::new();
    for fragment in &entry.fragments {
        let text = context.visible.slice(fragment);
        if place_score(text) >= 2 && !is_title(text) {
            place.get_or_insert(fragment.clone());
            continue;
        }
        let (name, found) = without_place(text);
        if let Some(at) = found {
            place.get_or_insert(fragment.start + at.start..fragment.start + at.end);
        }
        names.extend(
            at_split(text, &name)
                .into_iter()
                .map(|r| fragment.start + r.start..fragment.start + r.end),
        );
    }
    if let [only] = names.as_slice() {
        names = comma_split(context, only);
    } else if names.len() > 1 {
        names = names.iter().flat_map(|name| title_split(context, name)).collect();
    }
    names.truncate(4);
    (names, place)
}

/// Cuts `, Berlin` or `, Denver, CO` off the end.
fn without_place(text: &str) -> (Range<usize>, Option<Range<usize>>) {
    let commas: Vec<usize> = text.match_indices(',').map(|(at, _)| at).collect();
    for at in commas.iter().rev().take(2).rev() {
        let tail = text.get(at + 1..).unwrap_or_default();
        if place_score(tail) >= 2 {
            let start = at + 1 + tail.len() - tail.trim_start().len();
            return (0..*at, Some(start..text.len()));
        }
    }
    (0..text.len(), None)
}

/// `Controller at Barclays`.
fn at_split(text: &str, range: &Range<usize>) -> Vec<Range<usize>> {
    let shown = text.get(range.clone()).unwrap_or_default();
    for word in [" at ", " @ ", " bei ", " chez ", " AT "] {
        if let Some(at) = shown.find(word)
            && is_title(shown.get(..at).unwrap_or_default())
        {
            return vec![
                range.start..range.start + at,
                range.start + at + word.len()..range.end,
            ];
        }
    }
    let start = shown.strip_prefix("at ").map_or(0, |_| 3);
    let whole = range.start + start..range.end;
    Vec::from([whole])
}

/// One name that holds both: divided at the comma that leaves a title on one side.
fn comma_split(context: &Context<'_>, name: &Range<usize>) -> Vec<Range<usize>> {
    let text = context.visible.slice(name);
    let commas: Vec<usize> = text.match_indices(", ").map(|(at, _)| at).collect();
    let (Some(first), Some(last)) = (commas.first().copied(), commas.last().copied()) else {
        return vec![name.clone()];
    };
    let head = is_title(text.get(..first).unwrap_or_default());
    let tail = is_title(text.get(last + 2..).unwrap_or_default());
    let cut = if tail && !head { last } else { first };
    vec![name.start..name.start + cut, name.start + cut + 2..name.end]
}

/// `Head of Sales, Berlin office` stays; `Controller, Barclays` beside other names is divided.
fn title_split(context: &Context<'_>, name: &Range<usize>) -> Vec<Range<usize>> {
    let text = context.visible.slice(name);
    match text.split_once(", ") {
        Some((head, tail)) if is_title(head) && !is_title(tail) && tail.len() > 2 => {
            let cut = name.start + head.len();
            vec![name.start..cut, cut + 2..name.end]
        }
        _ => vec![name.clone()],
    }
}

/// Title and company, and whether the words themselves say which is which.
fn assign(
    context: &Context<'_>,
    names: &[Range<usize>],
    order: Order,
) -> (Option<Range<usize>>, Option<Range<usize>>, bool) {
    let score = |name: &Range<usize>| {
        let text = context.visible.slice(name);
        if looks_like_company(text) {
            0
        } else {
            title_score(text)
        }
    };
    match names {
        [] => (None, None, false),
        [only] if score(only) > 0 => (Some(only.clone()), None, true),
        [only] => (None, Some(only.clone()), false),
        [one, other, ..] => {
            let (first, second) = (score(one), score(other));
            let title_first = match (first > 0, second > 0) {
                (true, false) => true,
                (false, true) => false,
                _ => order == Order::TitleFirst,
            };
            let sure = (first > 0) != (second > 0);
            if title_first {
                (Some(one.clone()), Some(other.clone()), sure)
            } else {
                (Some(other.clone()), Some(one.clone()), sure)
            }
        }
    }
}

/// Legal forms and words of organisations at the end of a name.
fn looks_like_company(text: &str) -> bool {
    let last = text
        .split_whitespace()
        .next_back()
        .unwrap_or_default()
        .trim_end_matches(['.', ',']);
    let last = hiring_core::taxonomy::fold(last);
    matches!(
        last.as_str(),
        "inc"
            | "ltd"
            | "llc"
            | "llp"
            | "plc"
            | "gmbh"
            | "ag"
            | "kg"
            | "ohg"
            | "se"
            | "sa"
            | "sarl"
            | "sas"
            | "s.a"
            | "s.l"
            | "s.a.r.l"
            | "s.a.s"
            | "corp"
            | "co"
            | "group"
            | "company"
            | "partners"
            | "sons"
            | "bank"
            | "hospital"
            | "university"
            | "school"
            | "college"
            | "e.v"
            | "b.v"
            | "bv"
            | "nv"
            | "limited"
            | "holding"
            | "solutions"
            | "systems"
            | "s.coop"
            | "s.l.l"
            | "s.a.l"
            | "s.c"
            | "associates"
            | "o.o"
            | "sp.k"
            | "kgaa"
            | "mbh"
    )
}

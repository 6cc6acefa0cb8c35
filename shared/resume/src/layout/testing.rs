//! Spans and rows for the tests of this room.

use proptest::prelude::*;

use super::rows::{self, Row, Segment};
use super::{lay_out, marks};
use crate::span::{PageFacts, Source, Span, Turn};

/// A page of 600 by 800 points.
pub(super) const PAGE: PageFacts = PageFacts {
    width: 600.0,
    height: 800.0,
    picture_share: 0.0,
};

/// What a drawn text may say: headings, dates, bullets, contact data, prose.
const TEXTS: &[&str] = &[
    "Experience",
    "Skills",
    "Ausbildung",
    "Profil",
    "2019 - 2021",
    "2021 -",
    "heute",
    "03/2020",
    "Paris",
    "ada@example.org",
    "• planned 12 wards",
    "Nurse",
    "Head of Sales",
    "S K I L L S",
    "A long line of prose that reaches far over the page",
    "1",
];

/// Text of 10 points on the first page, five points a character.
pub(super) fn span(x: f32, y: f32, text: &str) -> Span {
    Span {
        page: 0,
        turn: Turn::Upright,
        x,
        y,
        width: text.chars().count() as f32 * 5.0,
        size: 10.0,
        bold: false,
        italic: false,
        colour: [0, 0, 0],
        family: 0,
        hidden: None,
        text: text.to_owned(),
    }
}

/// Text on a page of its own choice.
pub(super) fn span_on(page: u32, x: f32, y: f32, text: &str) -> Span {
    Span {
        page,
        ..span(x, y, text)
    }
}

/// Marked rows of text at the given places.
pub(super) fn rows(texts: &[(f32, f32, &str)]) -> Vec<Row> {
    marked(texts.iter().map(|(x, y, text)| span(*x, *y, text)).collect())
}

/// Marked rows of spans.
pub(super) fn marked(spans: Vec<Span>) -> Vec<Row> {
    let mut rows = rows::on_pages(spans);
    marks::mark(&mut rows);
    rows
}

/// The visible text of spans on pages.
pub(super) fn text_of(spans: Vec<Span>) -> String {
    let pages = spans.iter().map(|span| span.page as usize + 1).max().unwrap_or(1);
    let source = Source {
        pages,
        spans,
        page_facts: vec![PAGE; pages],
        ..Source::default()
    };
    lay_out(source).text
}

/// Each row with bars between its segments.
pub(super) fn told(rows: &[Row]) -> Vec<String> {
    let told = |row: &Row| {
        row.segments
            .iter()
            .map(Segment::text)
            .collect::<Vec<_>>()
            .join(" | ")
    };
    rows.iter().map(told).collect()
}

/// The characters of texts without blanks, sorted: equal where nothing is lost and nothing doubled.
pub(super) fn characters<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Vec<char> {
    let mut all: Vec<char> = Vec::new();
    for text in texts {
        all.extend(text.as_ref().chars().filter(|c| !c.is_whitespace()));
    }
    all.sort_unstable();
    all
}

/// Spans on two pages, at heights from `top` to `foot`, on a coarse grid so that columns come about. No text stands
/// twice at one left edge of a page, which would be bold type made by drawing twice.
pub(super) fn any_spans(top: u32, foot: u32) -> impl Strategy<Value = Vec<Span>> {
    let turn = prop_oneof![
        8 => Just(Turn::Upright),
        1 => Just(Turn::Up),
        1 => Just(Turn::Down),
        1 => Just(Turn::Slanted),
    ];
    let size = prop_oneof![4 => Just(10.0_f32), 1 => Just(14.0), 1 => Just(7.0)];
    let one = (
        0..2_u32,
        0..12_u32,
        top / 10..foot / 10,
        0..TEXTS.len(),
        turn,
        size,
    );
    proptest::collection::vec(one, 0..60).prop_map(|drawn| {
        let mut seen = std::collections::HashSet::new();
        let drawn = drawn.into_iter().filter(|d| seen.insert((d.0, d.1, d.3)));
        let place = |(page, column, line, text, turn, size)| Span {
            turn,
            size,
            bold: size > 12.0,
            ..span_on(page, column as f32 * 45.0, line as f32 * 10.0, TEXTS[text])
        };
        drawn.map(place).collect()
    })
}

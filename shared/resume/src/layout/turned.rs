//! Text that runs another way than most of its page: labels along an edge, watermarks. It gets lines of its own, so
//! that its letters do not end up in the lines that they stand beside.

use std::collections::BTreeMap;

use super::rows::{self, Row};
use crate::span::{PageFacts, Span, Turn};
use crate::words::is_heading_text;

/// Takes the spans apart: those that run as most of their page does, and the others.
pub(super) fn take_apart(spans: Vec<Span>) -> (Vec<Span>, Vec<Span>) {
    if spans.iter().all(|span| span.turn == Turn::Upright) {
        return (spans, Vec::new());
    }
    let mut lengths: BTreeMap<(u32, Turn), usize> = BTreeMap::new();
    for span in &spans {
        *lengths.entry((span.page, span.turn)).or_default() += span.text.len();
    }
    let mut usual: BTreeMap<u32, (usize, Turn)> = BTreeMap::new();
    for ((page, turn), length) in lengths {
        let best = usual.entry(page).or_insert((length, turn));
        if length > best.0 {
            *best = (length, turn);
        }
    }
    spans
        .into_iter()
        .partition(|span| usual.get(&span.page).is_none_or(|(_, turn)| span.turn == *turn))
}

/// Puts the rows of turned text among the others: a label that is a heading before the first row beside it, the rest
/// at the end.
pub(super) fn put_back(rows: &mut Vec<Row>, turned: Vec<Span>, pages: &[PageFacts]) {
    let mut groups: BTreeMap<(u32, Turn), Vec<Span>> = BTreeMap::new();
    for span in turned {
        groups.entry((span.page, span.turn)).or_default().push(span);
    }
    let mut places: Vec<(usize, Row)> = Vec::new();
    for ((page, turn), spans) in groups {
        let facts = usize::try_from(page).ok().and_then(|page| pages.get(page));
        for mut row in rows::on_pages(spans).into_iter().flat_map(labels_apart) {
            row.jump = true;
            let at = facts.and_then(|facts| beside(rows, &row, turn, facts));
            places.push((at.unwrap_or(rows.len()), row));
        }
    }
    places.sort_by_key(|(at, _)| *at);
    let mut places = places.into_iter().peekable();
    let mut all = Vec::with_capacity(rows.len() + places.len());
    for (at, row) in rows.drain(..).enumerate() {
        while let Some((_, label)) = places.next_if(|(before, _)| *before == at) {
            all.push(label);
        }
        all.push(row);
    }
    all.extend(places.map(|(_, row)| row));
    *rows = all;
}

/// Labels of several sections stand along one edge, on what is one line to them: each gets a row of its own.
fn labels_apart(row: Row) -> Vec<Row> {
    if !row.segments.iter().any(|s| is_heading_text(&s.text())) {
        return vec![row];
    }
    let page = row.page;
    let alone = |segment| Row {
        page,
        segments: vec![segment],
        jump: true,
    };
    row.segments.into_iter().map(alone).collect()
}

/// The first row that stands beside a label and begins behind it.
fn beside(rows: &[Row], label: &Row, turn: Turn, facts: &PageFacts) -> Option<usize> {
    let first = label.segments.first()?;
    if !is_heading_text(&first.text()) {
        return None;
    }
    let (left, top) = match turn {
        Turn::Up => (label.page_y(), facts.height - first.x1),
        Turn::Down => (facts.width - label.page_y(), first.x0),
        _ => return None,
    };
    rows.iter().position(|row| {
        row.page == label.page
            && row.page_y() > top - first.size
            && row.segments.first().is_some_and(|s| s.x0 >= left)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{PAGE, any_spans, characters, marked, span, text_of};
    use super::*;

    /// A label that runs from the bottom to the top, its foot `foot` points above that of the page.
    fn label(left: f32, foot: f32, text: &str) -> Span {
        Span {
            turn: Turn::Up,
            ..span(foot, left, text)
        }
    }

    fn page() -> Vec<Span> {
        vec![
            span(80.0, 200.0, "Nurse, St. Mary Hospital, 2019 - 2021"),
            span(80.0, 215.0, "Looked after twelve patients a shift"),
            span(80.0, 400.0, "Diploma in Nursing, Leeds College, 2018"),
        ]
    }

    #[test]
    fn a_turned_heading_stands_before_the_rows_beside_it() {
        let mut spans = page();
        spans.push(label(40.0, 550.0, "Experience"));
        spans.push(label(40.0, 355.0, "Education"));
        assert_eq!(
            text_of(spans),
            "Experience\nNurse, St. Mary Hospital, 2019 - 2021\nLooked after twelve patients a shift\n\
             Education\nDiploma in Nursing, Leeds College, 2018"
        );
    }

    #[test]
    fn other_turned_text_ends_the_document() {
        let mut spans = page();
        spans.push(label(40.0, 550.0, "Printed on paper"));
        spans.push(Span {
            turn: Turn::Slanted,
            ..span(200.0, 210.0, "DRAFT")
        });
        let text = text_of(spans);
        assert!(
            text.ends_with("Leeds College, 2018\nPrinted on paper\nDRAFT"),
            "{text}"
        );
    }

    #[test]
    fn a_page_that_is_turned_as_a_whole_is_read_as_usual() {
        let spans = page().into_iter().map(|span| Span {
            turn: Turn::Down,
            ..span
        });
        let (usual, turned) = take_apart(spans.collect());
        assert_eq!((usual.len(), turned.len()), (3, 0));
    }

    proptest! {
        #[test]
        fn what_is_taken_apart_and_put_back_is_whole(spans in any_spans(0, 800)) {
            let drawn = characters(spans.iter().map(|span| &span.text));
            let (usual, turned) = take_apart(spans);
            let mut rows = marked(usual);
            put_back(&mut rows, turned, &[PAGE; 2]);
            let segments = rows.iter().flat_map(|row| &row.segments);
            prop_assert_eq!(characters(segments.map(rows::Segment::text)), drawn);
        }
    }
}

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
    for ((page, turn), spans) in groups {
        let facts = usize::try_from(page).ok().and_then(|page| pages.get(page));
        for mut row in rows::on_pages(spans) {
            row.jump = true;
            let at = facts
                .and_then(|facts| beside(rows, &row, turn, facts))
                .unwrap_or(rows.len());
            rows.insert(at, row);
        }
    }
}

/// The first row that stands beside a label and begins behind it.
fn beside(rows: &[Row], label: &Row, turn: Turn, facts: &PageFacts) -> Option<usize> {
    let (first, last) = (label.segments.first()?, label.segments.last()?);
    if !is_heading_text(&first.text()) {
        return None;
    }
    let (left, top) = match turn {
        Turn::Up => (label.page_y(), facts.height - last.x1),
        Turn::Down => (facts.width - label.page_y(), first.x0),
        _ => return None,
    };
    rows.iter().position(|row| {
        row.page == label.page
            && row.page_y() > top - first.size
            && row.segments.first().is_some_and(|s| s.x0 >= left)
    })
}

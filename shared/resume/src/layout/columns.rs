//! Reading order on a page: reads true columns one after the other, and keeps narrow columns of dates, places or
//! headings beside the lines they belong to.

use super::gutters::{self, Kind};
use super::notes;
use super::rows::{Row, Segment};
use crate::words::is_heading_text;

/// Deepest nesting of columns.
const MAX_DEPTH: usize = 6;

/// Rows in reading order.
pub(super) fn order(rows: Vec<Row>) -> Vec<Row> {
    let mut out = Vec::with_capacity(rows.len());
    read(rows, 0, &mut out);
    out.into_iter().flat_map(heading_alone).collect()
}

/// A heading in the margin gets a line of its own.
fn heading_alone(mut row: Row) -> Vec<Row> {
    let margin = row.segments.len() > 1
        && row
            .segments
            .first()
            .is_some_and(|first| is_heading_text(&first.text()));
    if !margin {
        return vec![row];
    }
    let rest = row.segments.split_off(1);
    let below = Row {
        page: row.page,
        segments: rest,
        jump: true,
    };
    vec![row, below]
}

fn read(rows: Vec<Row>, depth: usize, out: &mut Vec<Row>) {
    let gutter = if depth < MAX_DEPTH {
        gutters::best(&rows)
    } else {
        None
    };
    let Some(gutter) = gutter else {
        mark_jump(rows, out);
        return;
    };
    let mut above = rows;
    let mut beside = above.split_off(gutter.from);
    let below = beside.split_off(gutter.to - gutter.from);
    if !above.is_empty() {
        read(above, depth + 1, out);
    }
    let (left, right) = split(beside, gutter.x);
    match gutter.kind {
        Kind::Labels => mark_jump(notes::label(right, left), out),
        Kind::LeftNotes => {
            let (names, aside) = notes::headings(left);
            mark_jump(notes::label(notes::merge(right, aside), names), out);
        }
        Kind::RightNotes => mark_jump(notes::merge(left, right), out),
        Kind::Columns | Kind::Contact => {
            read(left, depth + 1, out);
            read(right, depth + 1, out);
        }
    }
    if !below.is_empty() {
        read(below, depth + 1, out);
    }
}

fn mark_jump(mut rows: Vec<Row>, out: &mut Vec<Row>) {
    if let Some(first) = rows.first_mut() {
        first.jump = true;
    }
    out.append(&mut rows);
}

fn split(rows: Vec<Row>, x: f32) -> (Vec<Row>, Vec<Row>) {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for row in rows {
        let (page, jump) = (row.page, row.jump);
        let (before, after): (Vec<Segment>, Vec<Segment>) = row.segments.into_iter().partition(|s| s.x0 < x);
        for (side, segments) in [(&mut left, before), (&mut right, after)] {
            if !segments.is_empty() {
                side.push(Row { page, segments, jump });
            }
        }
    }
    (left, right)
}

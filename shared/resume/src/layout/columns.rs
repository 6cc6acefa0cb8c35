//! Reading order on a page: finds gutters, reads true columns one after the other, and keeps narrow columns of dates,
//! places or headings beside the lines they belong to.

use super::rows::{Row, Segment};
use crate::words::{has_date, is_heading_text};

/// Deepest nesting of columns.
const MAX_DEPTH: usize = 5;
/// Most left edges that are tried as gutters.
const MAX_EDGES: usize = 48;
/// Most left edges that are told apart.
const MAX_DISTINCT: usize = 400;
/// Fewest rows on each side of a gutter.
const FEWEST_ROWS: usize = 3;

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

struct Gutter {
    from: usize,
    to: usize,
    x: f32,
    score: usize,
}

fn read(rows: Vec<Row>, depth: usize, out: &mut Vec<Row>) {
    let gutter = if depth < MAX_DEPTH {
        best_gutter(&rows)
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
    let (left, right) = split(beside.clone(), gutter.x);
    match aside(&left, &right) {
        Aside::Rows => mark_jump(beside, out),
        Aside::Left => merge(right, left, out),
        Aside::Right => merge(left, right, out),
        Aside::Neither => {
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

fn best_gutter(rows: &[Row]) -> Option<Gutter> {
    let mut edges: Vec<(i32, usize)> = Vec::new();
    for row in rows {
        for segment in row.segments.iter() {
            let edge = (segment.x0 / 2.0).round() as i32;
            if let Some((_, count)) = edges.iter_mut().find(|(known, _)| (*known - edge).abs() <= 1) {
                *count += 1;
            } else if edges.len() < MAX_DISTINCT {
                edges.push((edge, 1));
            }
        }
    }
    // Text set flush right has no common left edge: the right margin's columns are found by the smallest one.
    edges.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut best: Option<Gutter> = None;
    for (edge, _) in edges.into_iter().take(MAX_EDGES) {
        let x = edge as f32 * 2.0 - 2.5;
        if let Some(found) = longest_run(rows, x)
            && best.as_ref().is_none_or(|best| found.score > best.score)
        {
            best = Some(found);
        }
    }
    best
}

/// The best stretch of rows that no segment crosses at `x`.
fn longest_run(rows: &[Row], x: f32) -> Option<Gutter> {
    let mut best: Option<Gutter> = None;
    let mut from = 0;
    let (mut left, mut right) = (0, 0);
    for (at, row) in rows.iter().enumerate() {
        let crossed = row.segments.iter().any(|s| s.x0 < x && s.x1 > x - s.size * 0.4);
        if crossed {
            from = at + 1;
            (left, right) = (0, 0);
            continue;
        }
        left += usize::from(row.segments.iter().any(|s| s.x0 < x));
        right += usize::from(row.segments.iter().any(|s| s.x0 >= x));
        let score = left.min(right) * 100 + left + right;
        if left.min(right) >= FEWEST_ROWS && best.as_ref().is_none_or(|best| score > best.score) {
            best = Some(Gutter {
                from,
                to: at + 1,
                x,
                score,
            });
        }
    }
    best.filter(|best| best.to > best.from)
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

enum Aside {
    Left,
    Right,
    /// The right side has no headings of its own: what stands there belongs to the rows on the left.
    Rows,
    Neither,
}

/// Whether one side only annotates the other.
fn aside(left: &[Row], right: &[Row]) -> Aside {
    let length = |rows: &[Row]| -> usize {
        rows.iter()
            .flat_map(|r| &r.segments)
            .map(|s| s.text().len())
            .sum()
    };
    let (small, big, answer) = if length(left) <= length(right) {
        (left, right, Aside::Left)
    } else {
        (right, left, Aside::Right)
    };
    let texts: Vec<String> = small.iter().map(row_text).collect();
    let dates = texts
        .iter()
        .filter(|text| has_date(text) && text.len() < 48)
        .count();
    let headings = texts.iter().filter(|text| is_heading_text(text)).count();
    let beside = small
        .iter()
        .filter(|row| big.iter().any(|other| level(row, other)))
        .count();
    let count = texts.len().max(1);
    let other_headings = big.iter().filter(|row| is_heading_text(&row_text(row))).count();
    let dated = dates * 10 >= count * 3 && headings <= 1;
    let labels =
        matches!(answer, Aside::Left) && headings > 1 && other_headings == 0 && beside * 10 >= count * 6;
    let headed = |rows: &[Row]| rows.iter().any(|row| is_heading_text(&row_text(row)));
    let contact = right.iter().any(|row| row_text(row).contains('@'));
    if dated || labels {
        answer
    } else if headed(left) && !headed(right) && !contact {
        Aside::Rows
    } else {
        Aside::Neither
    }
}

fn row_text(row: &Row) -> String {
    row.segments
        .iter()
        .map(Segment::text)
        .collect::<Vec<_>>()
        .join(" ")
}

fn level(one: &Row, other: &Row) -> bool {
    let size = one.segments.first().map_or(10.0, |s| s.size);
    (one.y() - other.y()).abs() < size * 0.5
}

/// Puts each group of aside lines behind (or before) the main line beside which it starts.
fn merge(main: Vec<Row>, aside: Vec<Row>, out: &mut Vec<Row>) {
    let mut groups: Vec<Vec<Row>> = Vec::new();
    for row in aside {
        match groups.last_mut() {
            Some(group) if continues(group, &row) => group.push(row),
            _ => groups.push(vec![row]),
        }
    }
    let mut groups = groups.into_iter().peekable();
    let mut rows = Vec::with_capacity(main.len());
    for mut row in main {
        let reach = row.y() + row.segments.first().map_or(10.0, |s| s.size) * 0.5;
        let mut rest = Vec::new();
        while let Some(group) = groups.next_if(|group| group.first().is_some_and(|first| first.y() < reach)) {
            let mut lines = group.into_iter();
            let Some(first) = lines.next() else { continue };
            if level(&first, &row) {
                row.segments.extend(first.segments);
                row.segments.sort_by(|a, b| a.x0.total_cmp(&b.x0));
                rest.extend(lines);
            } else {
                rows.push(first);
                rows.extend(lines);
            }
        }
        rows.push(row);
        rows.append(&mut rest);
    }
    rows.extend(groups.flatten());
    mark_jump(rows, out);
}

/// Whether an aside line belongs to the group above it: close by, and the group has no whole date yet or the line is
/// the rest of one.
fn continues(group: &[Row], row: &Row) -> bool {
    let Some(last) = group.last() else { return false };
    let size = row.segments.first().map_or(10.0, |s| s.size);
    let close = row.page == last.page && row.y() - last.y() < size * 1.75;
    let text = row_text(row);
    let dated = group.iter().any(|row| has_date(&row_text(row)));
    let rest_of_date = text.len() < 16 && has_date(&text) && {
        let before = row_text(last);
        !before.trim_end().ends_with(|c: char| c.is_ascii_digit()) || before.trim_end().ends_with(['–', '-'])
    };
    close && !is_heading_text(&text) && (!dated || rest_of_date)
}

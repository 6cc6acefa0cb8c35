//! Where a page falls apart from side to side: blank strips between columns, and what stands beside each other there.

mod sides;
#[cfg(test)]
mod tests;

use super::rows::Row;
use sides::{Sides, count};

/// Most left edges that are tried as gutters.
const MAX_EDGES: usize = 64;
/// Most left edges that are told apart.
const MAX_DISTINCT: usize = 400;
/// Fewest rows on each side of a gutter.
const FEWEST_ROWS: usize = 3;

/// What the two sides of a gutter are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Contact data beside a name: rows of a few lines.
    Contact,
    /// The right side dates or places the rows on the left.
    RightNotes,
    /// The left side dates or places the rows on the right.
    LeftNotes,
    /// Two texts of their own.
    Columns,
    /// The left side names the sections on the right.
    Labels,
}

/// A blank strip that parts some of the rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gutter {
    pub from: usize,
    pub to: usize,
    pub x: f32,
    pub kind: Kind,
    score: usize,
}

/// The gutter that says most about the order of rows.
pub(super) fn best(rows: &[Row]) -> Option<Gutter> {
    let mut edges: Vec<(i32, usize)> = Vec::new();
    for segment in rows.iter().flat_map(|row| &row.segments) {
        let edge = (segment.x0 / 2.0).round() as i32;
        if let Some((_, count)) = edges.iter_mut().find(|(known, _)| (*known - edge).abs() <= 1) {
            *count += 1;
        } else if edges.len() < MAX_DISTINCT {
            edges.push((edge, 1));
        }
    }
    edges.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let found = edges.into_iter().take(MAX_EDGES).filter_map(|(edge, _)| {
        let x = edge as f32 * 2.0 - 2.5;
        let (from, to, score) = longest_run(rows, x)?;
        classify(rows, Run { from, to, x, score })
    });
    found.max_by_key(|gutter| (gutter.kind, gutter.score))
}

/// A stretch of rows that nothing crosses at `x`.
struct Run {
    from: usize,
    to: usize,
    x: f32,
    score: usize,
}

/// The best stretch of rows that no segment crosses at `x`: first row, last row + 1, and how good it is.
fn longest_run(rows: &[Row], x: f32) -> Option<(usize, usize, usize)> {
    let mut best: Option<(usize, usize, usize)> = None;
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
        if left.min(right) >= FEWEST_ROWS && best.is_none_or(|(_, _, known)| score > known) {
            best = Some((from, at + 1, score));
        }
    }
    best
}

/// Most rows of contact data beside a name.
const MOST_CONTACT_ROWS: usize = 11;

/// What a stretch of rows is parted into, `None` where the parting says nothing about their order.
fn classify(rows: &[Row], run: Run) -> Option<Gutter> {
    let Run { from, to, x, score } = run;
    let sides = count(rows.get(from..to)?, from, x);
    let (from, to, kind) = match kind(&sides) {
        Some(kind) => (from, to, kind),
        None => {
            let (from, to) = contact(rows, &sides)?;
            (from, to, Kind::Contact)
        }
    };
    Some(Gutter {
        from,
        to,
        x,
        kind,
        score,
    })
}

/// What two sides are to each other by what was counted on them.
fn kind(sides: &Sides) -> Option<Kind> {
    let Sides {
        left, right, notes, ..
    } = sides;
    let flush = sides.flush * 10 >= right.rows * 6;
    let labels = left.level_headings >= 2
        && left.headings * 2 >= left.rows
        && left.level_headings * 2 >= left.headings
        && right.headings * 4 <= left.headings
        && left.characters * 2 < right.characters;
    if labels && flush {
        return Some(Kind::Labels);
    }
    if notes.are_dated() && notes.characters < right.characters && flush {
        return Some(Kind::LeftNotes);
    }
    let dated = right.dated > 0 && right.dated * 10 >= right.rows * 3;
    if dated && right.headings * 4 <= right.dated && right.characters < left.characters {
        return Some(Kind::RightNotes);
    }
    let headed = right.headings > 0 && sides.flush_headings * 2 >= right.headings;
    let apart = sides.both * 10 < left.rows.min(right.rows) * 4;
    let columns = headed && (left.headings > 0 || left.contact || apart);
    let listed = flush && left.headings > 0 && apart && right.rows > 2 * FEWEST_ROWS;
    (columns || listed).then_some(Kind::Columns)
}

/// The rows in which the right side is contact data: few, and no heading among them.
fn contact(rows: &[Row], sides: &Sides) -> Option<(usize, usize)> {
    let right = &sides.right;
    let beside = rows.get(right.first..=right.last).unwrap_or_default();
    let headed = beside
        .iter()
        .flat_map(|row| &row.segments)
        .any(|s| s.marks.heading);
    (right.contact && !headed && right.rows <= MOST_CONTACT_ROWS).then_some((right.first, right.last + 1))
}

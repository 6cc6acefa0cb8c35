//! Where a page falls apart from side to side: blank strips between columns, and what stands beside each other there.

use super::rows::{Row, Segment};

/// Most left edges that are tried as gutters.
const MAX_EDGES: usize = 64;
/// Most left edges that are told apart.
const MAX_DISTINCT: usize = 400;
/// Fewest rows on each side of a gutter.
const FEWEST_ROWS: usize = 3;
/// How far the rows of a column may begin from its edge, in points: it includes the indent of a list.
const INDENT: f32 = 42.0;

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

/// What was counted on one side of a gutter.
#[derive(Debug, Default)]
struct Side {
    rows: usize,
    characters: usize,
    headings: usize,
    /// Headings beside which the other side has text.
    level_headings: usize,
    dated: usize,
    contact: bool,
    /// First and last row with text on this side.
    first: usize,
    last: usize,
}

impl Side {
    fn add<'a>(&mut self, at: usize, segments: impl Iterator<Item = &'a Segment>, beside: bool) {
        let (mut length, mut dated, mut heading, mut count) = (0, false, false, 0);
        for segment in segments {
            length += segment.marks.characters;
            dated |= segment.marks.dated;
            heading = heading && segment.marks.dated || count == 0 && segment.marks.heading;
            self.contact |= segment.marks.contact;
            count += 1;
        }
        if count == 0 {
            return;
        }
        if self.rows == 0 {
            self.first = at;
        }
        self.last = at;
        self.rows += 1;
        self.characters += length;
        self.headings += usize::from(heading);
        self.level_headings += usize::from(heading && beside);
        self.dated += usize::from(dated && !heading && length < 48);
    }
}

/// Counts the left side section by section: a list under a heading of its own, with nothing beside it, is no note.
#[derive(Debug, Default)]
struct Notes {
    rows: usize,
    dated: usize,
    characters: usize,
    open: (usize, usize, usize),
    beside: bool,
}

impl Notes {
    fn add(&mut self, before: (usize, usize, usize), after: &Side, beside: bool) {
        self.open.0 += after.rows - before.0;
        self.open.1 += after.dated - before.1;
        self.open.2 += after.characters - before.2;
        self.beside |= beside;
    }

    fn end_section(&mut self) {
        let (rows, dated, characters) = std::mem::take(&mut self.open);
        if std::mem::take(&mut self.beside) {
            self.rows += rows;
            self.dated += dated;
            self.characters += characters;
        }
    }

    /// Whether dates stand in at least three of ten rows.
    fn are_dated(&self) -> bool {
        self.dated > 0 && self.dated * 10 >= self.rows * 3
    }
}

fn classify(rows: &[Row], run: Run) -> Option<Gutter> {
    let (mut left, mut right) = (Side::default(), Side::default());
    let (mut flush, mut flush_headings, mut both) = (0, 0, 0);
    let mut notes = Notes::default();
    for (at, row) in rows.iter().enumerate().take(run.to).skip(run.from) {
        let is_left = |segment: &&Segment| segment.x0 < run.x;
        let first_left = row.segments.iter().find(is_left);
        let first_right = row.segments.iter().find(|s| !is_left(s));
        let heading = first_left.is_some_and(|s| s.marks.heading);
        if heading {
            notes.end_section();
        }
        let before = (left.rows, left.dated, left.characters);
        left.add(at, row.segments.iter().filter(is_left), first_right.is_some());
        right.add(
            at,
            row.segments.iter().filter(|s| !is_left(s)),
            first_left.is_some(),
        );
        if heading {
            notes.beside |= first_right.is_some();
        } else {
            notes.add(before, &left, first_right.is_some());
        }
        let flushed = first_right.is_some_and(|s| s.x0 - run.x < INDENT);
        flush += usize::from(flushed);
        flush_headings += usize::from(flushed && first_right.is_some_and(|s| s.marks.heading));
        both += usize::from(first_left.is_some() && first_right.is_some());
    }
    notes.end_section();
    let flush = flush * 10 >= right.rows * 6;
    let headed = right.headings > 0 && flush_headings * 2 >= right.headings;
    let gutter = |kind| Gutter {
        from: run.from,
        to: run.to,
        x: run.x,
        kind,
        score: run.score,
    };
    let labels = left.level_headings >= 2
        && left.headings * 2 >= left.rows
        && left.level_headings * 2 >= left.headings
        && right.headings * 4 <= left.headings
        && left.characters * 2 < right.characters;
    if labels && flush {
        return Some(gutter(Kind::Labels));
    }
    if notes.are_dated() && notes.characters < right.characters && flush {
        return Some(gutter(Kind::LeftNotes));
    }
    let dated = right.dated > 0 && right.dated * 10 >= right.rows * 3;
    if dated && right.headings * 4 <= right.dated && right.characters < left.characters {
        return Some(gutter(Kind::RightNotes));
    }
    let apart = both * 10 < left.rows.min(right.rows) * 4;
    if headed && (left.headings > 0 || left.contact || apart) {
        return Some(gutter(Kind::Columns));
    }
    if flush && left.headings > 0 && apart && right.rows > 2 * FEWEST_ROWS {
        return Some(gutter(Kind::Columns));
    }
    let name = rows.get(right.first..=right.last).unwrap_or_default();
    let named = name
        .iter()
        .flat_map(|row| &row.segments)
        .all(|s| !s.marks.heading);
    (right.contact && named && right.rows < 12).then(|| Gutter {
        from: right.first,
        to: right.last + 1,
        ..gutter(Kind::Contact)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{any_spans, marked, rows};
    use super::*;

    fn kind(texts: &[(f32, f32, &str)]) -> Option<Kind> {
        best(&rows(texts)).map(|gutter| gutter.kind)
    }

    #[test]
    fn a_page_of_one_column_has_no_gutter() {
        let lines = [
            (40.0, 100.0, "Experience"),
            (40.0, 115.0, "Nurse, St. Mary Hospital, 2019 - 2021"),
            (40.0, 130.0, "Looked after twelve patients a shift"),
            (40.0, 145.0, "Education"),
            (40.0, 160.0, "Diploma in Nursing, 2018"),
        ];
        assert_eq!(kind(&lines), None);
    }

    #[test]
    fn two_rows_beside_each_other_are_no_columns() {
        let lines = [
            (40.0, 100.0, "Skills"),
            (250.0, 100.0, "Experience"),
            (40.0, 115.0, "Triage"),
            (250.0, 115.0, "Nurse, St. Mary Hospital, 2019 - 2021"),
        ];
        assert_eq!(kind(&lines), None);
    }

    #[test]
    fn the_words_beside_a_gutter_tell_what_it_parts() {
        let columns = [
            (40.0, 100.0, "Skills"),
            (250.0, 100.0, "Experience"),
            (40.0, 115.0, "Triage"),
            (250.0, 115.0, "Nurse, St. Mary Hospital, 2019 - 2021"),
            (40.0, 130.0, "Wound care"),
            (250.0, 130.0, "Looked after twelve patients a shift"),
        ];
        assert_eq!(kind(&columns), Some(Kind::Columns));
        let contact = [
            (40.0, 100.0, "Ada Example"),
            (400.0, 100.0, "ada@example.org"),
            (40.0, 115.0, "Nurse in intensive care"),
            (400.0, 115.0, "+44 20 7946 0000"),
            (40.0, 130.0, "with ten years on wards"),
            (400.0, 130.0, "1 High Street, Leeds"),
        ];
        assert_eq!(kind(&contact), Some(Kind::Contact));
    }

    #[test]
    fn a_line_across_the_page_ends_a_gutter() {
        let lines = [
            (40.0, 100.0, "2019 - 2021"),
            (150.0, 100.0, "Nurse, St. Mary Hospital"),
            (40.0, 115.0, "2016 - 2019"),
            (150.0, 115.0, "Carer, Green House in Leeds"),
            (40.0, 130.0, "2014 - 2016"),
            (150.0, 130.0, "Carer, Old Mill in Leeds"),
            (40.0, 145.0, "A line of prose that reaches over both sides"),
        ];
        let gutter = best(&rows(&lines)).expect("dates stand in a column");
        assert_eq!((gutter.kind, gutter.from, gutter.to), (Kind::LeftNotes, 0, 3));
    }

    proptest! {
        #[test]
        fn a_gutter_is_blank_and_has_text_on_both_sides(spans in any_spans(0, 800)) {
            let rows = marked(spans);
            let Some(gutter) = best(&rows) else { return Ok(()) };
            prop_assert!(gutter.from < gutter.to && gutter.to <= rows.len());
            let beside: Vec<&Segment> = rows[gutter.from..gutter.to].iter().flat_map(|row| &row.segments).collect();
            prop_assert!(beside.iter().all(|s| s.x0 >= gutter.x || s.x1 <= gutter.x));
            prop_assert!(beside.iter().any(|s| s.x0 >= gutter.x));
            prop_assert!(gutter.kind == Kind::Contact || beside.iter().any(|s| s.x0 < gutter.x));
        }
    }
}

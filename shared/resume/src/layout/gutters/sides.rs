//! What stands on each side of a gutter, counted.

use super::super::rows::{Row, Segment};

/// How far the rows of a column may begin from its edge, in points: it includes the indent of a list.
const INDENT: f32 = 42.0;

/// What was counted on one side of a gutter.
#[derive(Debug, Default)]
pub(super) struct Side {
    pub rows: usize,
    pub characters: usize,
    pub headings: usize,
    /// Headings beside which the other side has text.
    pub level_headings: usize,
    pub dated: usize,
    pub contact: bool,
    /// First and last row with text on this side.
    pub first: usize,
    pub last: usize,
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
pub(super) struct Notes {
    pub rows: usize,
    pub dated: usize,
    pub characters: usize,
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
    pub fn are_dated(&self) -> bool {
        self.dated > 0 && self.dated * 10 >= self.rows * 3
    }
}

/// Both sides of a gutter.
#[derive(Debug, Default)]
pub(super) struct Sides {
    pub left: Side,
    pub right: Side,
    pub notes: Notes,
    /// Rows whose right side begins at the gutter.
    pub flush: usize,
    /// Those of them that are headings.
    pub flush_headings: usize,
    /// Rows with text on both sides.
    pub both: usize,
}

/// Counts what stands left and right of `x` in rows, of which the first has the number `from`.
pub(super) fn count(rows: &[Row], from: usize, x: f32) -> Sides {
    let mut sides = Sides::default();
    for (offset, row) in rows.iter().enumerate() {
        sides.add(from + offset, row, x);
    }
    sides.notes.end_section();
    sides
}

impl Sides {
    fn add(&mut self, at: usize, row: &Row, x: f32) {
        let is_left = |segment: &&Segment| segment.x0 < x;
        let first_left = row.segments.iter().find(is_left);
        let first_right = row.segments.iter().find(|s| !is_left(s));
        let heading = first_left.is_some_and(|s| s.marks.heading);
        if heading {
            self.notes.end_section();
        }
        let left = &mut self.left;
        let before = (left.rows, left.dated, left.characters);
        left.add(at, row.segments.iter().filter(is_left), first_right.is_some());
        let right = row.segments.iter().filter(|s| !is_left(s));
        self.right.add(at, right, first_left.is_some());
        if heading {
            self.notes.beside |= first_right.is_some();
        } else {
            self.notes.add(before, &self.left, first_right.is_some());
        }
        let flushed = first_right.filter(|s| s.x0 - x < INDENT);
        self.flush += usize::from(flushed.is_some());
        self.flush_headings += usize::from(flushed.is_some_and(|s| s.marks.heading));
        self.both += usize::from(first_left.is_some() && first_right.is_some());
    }
}

//! Formats without positions as lines: paragraphs, tables and text boxes in the order in which people read them.
//!
//! A reader pushes text and says where lines, cells, rows, tables and boxes end. Tables are read by their kind (see
//! [`table`]); a short text box stands where it is anchored, one that is a column of its own stands behind the body.

mod colour;
mod symbols;
mod table;

pub(crate) use colour::Colour;
pub(crate) use symbols::{shown, symbol};

use crate::span::{Hidden, Rgb, Source, Span, Turn};
use crate::words::is_heading_text;
use table::Table;

/// Distance between two lines of flowing text, in points.
const LEADING: f32 = 14.0;
/// Deepest nesting of tables and boxes that is followed; what lies deeper is read as plain lines.
const MAX_FRAMES: usize = 24;
/// A text box of this many lines is a column of its own.
const LONG_BOX: usize = 8;
/// What a stretch of text costs besides its bytes, so that a million stretches of one byte are bounded too.
const PART_COST: usize = 4;

/// Looks of a stretch of flowing text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Looks {
    pub size: f32,
    pub bold: bool,
    pub italic: bool,
    pub colour: Rgb,
    pub hidden: Option<Hidden>,
}

impl Default for Looks {
    fn default() -> Self {
        Self {
            size: 11.0,
            bold: false,
            italic: false,
            colour: [0; 3],
            hidden: None,
        }
    }
}

/// A stretch of a line in one look.
#[derive(Debug, Clone)]
struct Part {
    text: String,
    looks: Looks,
}

/// A line of text.
#[derive(Debug, Clone, Default)]
struct Line {
    parts: Vec<Part>,
    /// Whether room stands before it, as between paragraphs.
    room: bool,
}

impl Line {
    /// What can be seen of it, edges trimmed.
    fn shown(&self) -> String {
        let shown = self.parts.iter().filter(|part| part.looks.hidden.is_none());
        let text: String = shown.map(|part| part.text.as_str()).collect();
        text.trim().to_owned()
    }
}

/// What lines are collected for.
#[derive(Debug)]
enum Kind {
    Body,
    Table(Table),
    /// A text box, with the unfinished line around it.
    Box(Vec<Part>),
}

/// A place where lines are collected.
#[derive(Debug)]
struct Frame {
    kind: Kind,
    lines: Vec<Line>,
    /// Lines that follow the line that is being written.
    pending: Vec<Line>,
}

impl Frame {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            lines: Vec::new(),
            pending: Vec::new(),
        }
    }
}

/// Collects the lines of a format without positions.
#[derive(Debug)]
pub(crate) struct FlowWriter {
    frames: Vec<Frame>,
    /// Frames opened beyond the bound: tables and boxes alike, so that their ends are matched.
    beyond: usize,
    current: Vec<Part>,
    room: bool,
    /// Text boxes that are columns of their own.
    late: Vec<Line>,
    left: usize,
}

impl FlowWriter {
    /// A writer that keeps at most `limit` bytes of text.
    pub fn new(limit: usize) -> Self {
        Self {
            frames: vec![Frame::new(Kind::Body)],
            beyond: 0,
            current: Vec::new(),
            room: false,
            late: Vec::new(),
            left: limit,
        }
    }

    /// Whether the limit was reached.
    pub fn full(&self) -> bool {
        self.left == 0
    }

    /// Whether nothing stands on the current line.
    pub fn at_line_start(&self) -> bool {
        self.current.is_empty()
    }

    /// Appends to the current line; a tab in the text is a wide gap.
    pub fn push(&mut self, text: &str, looks: Looks) {
        if text.is_empty() || self.left == 0 {
            return;
        }
        self.left = self.left.saturating_sub(text.len());
        match self.current.last_mut() {
            Some(last) if last.looks == looks => last.text.push_str(text),
            _ => {
                self.left = self.left.saturating_sub(PART_COST);
                self.current.push(Part {
                    text: text.to_owned(),
                    looks,
                });
            }
        }
    }

    /// Ends the line, if anything stands on it.
    pub fn end_line(&mut self) {
        let parts = std::mem::take(&mut self.current);
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        if !parts.is_empty() {
            let room = std::mem::take(&mut self.room);
            frame.lines.push(Line { parts, room });
        }
        frame.lines.append(&mut frame.pending);
    }

    /// Leaves room, as between paragraphs.
    pub fn leave_room(&mut self) {
        self.end_line();
        self.room = true;
    }

    /// A table begins.
    pub fn begin_table(&mut self) {
        self.end_line();
        self.open(Kind::Table(Table::default()));
    }

    /// What was written since the last cell's end is a cell.
    pub fn end_cell(&mut self) {
        self.end_line();
        if self.beyond == 0
            && let Some(frame) = self.frames.last_mut()
            && let Kind::Table(table) = &mut frame.kind
        {
            table.end_cell(std::mem::take(&mut frame.lines));
        }
    }

    /// The row ends; text behind its last cell is a cell as well.
    pub fn end_row(&mut self) {
        self.end_line();
        if self.beyond == 0
            && let Some(frame) = self.frames.last_mut()
            && let Kind::Table(table) = &mut frame.kind
        {
            let rest = std::mem::take(&mut frame.lines);
            if !rest.is_empty() {
                table.end_cell(rest);
            }
            table.end_row();
        }
    }

    /// The table ends.
    pub fn end_table(&mut self) {
        self.end_row();
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if matches!(self.frames.last(), Some(frame) if matches!(frame.kind, Kind::Table(_))) {
            self.close();
        }
    }

    /// Tables that are open, those beyond the bound included.
    pub fn tables(&self) -> usize {
        let kept = self
            .frames
            .iter()
            .rev()
            .take_while(|frame| matches!(frame.kind, Kind::Table(_)));
        kept.count() + self.beyond
    }

    /// A text box begins, within a line or between lines.
    pub fn begin_box(&mut self) {
        if self.frames.len() >= MAX_FRAMES {
            self.end_line();
            self.beyond += 1;
            return;
        }
        let held = std::mem::take(&mut self.current);
        self.open(Kind::Box(held));
    }

    /// The text box ends; tables that were left open in it end as well.
    pub fn end_box(&mut self) {
        if self.beyond > 0 {
            self.end_line();
            self.beyond -= 1;
            return;
        }
        if !self.frames.iter().any(|frame| matches!(frame.kind, Kind::Box(_))) {
            return;
        }
        while matches!(self.frames.last(), Some(frame) if matches!(frame.kind, Kind::Table(_))) {
            self.end_table();
        }
        self.end_line();
        self.close();
    }

    /// Puts the columns made of text boxes here, and ends what is open.
    pub fn release_boxes(&mut self) {
        self.beyond = 0;
        while self.frames.len() > 1 {
            self.end_row();
            self.close();
        }
        self.end_line();
        if let Some(frame) = self.frames.last_mut() {
            frame.lines.append(&mut self.late);
        }
    }

    fn open(&mut self, kind: Kind) {
        if self.frames.len() >= MAX_FRAMES {
            self.beyond += 1;
        } else {
            self.frames.push(Frame::new(kind));
        }
    }

    /// Hands the innermost frame's lines to the one around it.
    fn close(&mut self) {
        if self.frames.len() < 2 {
            return;
        }
        let Some(frame) = self.frames.pop() else { return };
        let Some(outer) = self.frames.last_mut() else {
            return;
        };
        match frame.kind {
            Kind::Body => {}
            Kind::Table(table) => {
                outer.lines.extend(table.into_lines());
                outer.lines.extend(frame.lines);
            }
            Kind::Box(held) => {
                self.current = held;
                let lines = frame.lines;
                let heading = || lines.iter().any(|line| is_heading_text(&line.shown()));
                if lines.len() >= LONG_BOX || lines.len() > 2 && heading() {
                    self.late.extend(lines);
                } else if self.current.is_empty() {
                    outer.lines.extend(lines);
                } else {
                    outer.pending.extend(lines);
                }
            }
        }
    }

    /// What was collected.
    pub fn finish(mut self) -> Source {
        self.release_boxes();
        let lines = self.frames.pop().map(|frame| frame.lines).unwrap_or_default();
        let mut spans = Vec::with_capacity(lines.len());
        let mut y = 0.0;
        for line in lines {
            y += if line.room && y > 0.0 {
                LEADING * 2.0
            } else {
                LEADING
            };
            let mut x = 0.0;
            for part in line.parts {
                let width = part.text.len() as f32;
                spans.push(Span {
                    page: 0,
                    turn: Turn::Upright,
                    x,
                    y,
                    width,
                    size: part.looks.size,
                    bold: part.looks.bold,
                    italic: part.looks.italic,
                    colour: part.looks.colour,
                    family: 0,
                    hidden: part.looks.hidden,
                    text: part.text,
                });
                x += width;
            }
        }
        Source {
            pages: 1,
            spans,
            flow: true,
            ..Source::default()
        }
    }
}

#[cfg(test)]
mod tests;

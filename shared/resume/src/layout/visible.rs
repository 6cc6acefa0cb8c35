//! The visible text as one string, and what each of its lines looks like.

use std::ops::Range;

use hiring_core::reading::MAX_TEXT_CHARS;
use hiring_core::resume::Leaf;

use super::hidden::{HiddenText, place};
use super::rows::Row;
use super::ruled::Rules;
use crate::span::{Rule, Span};

/// A stretch of a line in one look, or between two wide gaps.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    /// Bytes in the visible text.
    pub range: Range<usize>,
    pub bold: bool,
    pub italic: bool,
    /// Whether a wide gap (a tab in the text) stands before it.
    pub gap: bool,
}

/// One line of the visible text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// Bytes in the visible text, without the line end.
    pub range: Range<usize>,
    /// Page, from 0.
    pub page: u32,
    /// Left edge in points.
    pub x: f32,
    /// Right edge in points.
    pub right: f32,
    /// Largest font size in points.
    pub size: f32,
    /// Distance to the line above in line heights; 9 where there is no line above or it stands elsewhere.
    pub room: f32,
    /// Whether a line is drawn under it.
    pub ruled: bool,
    pub pieces: Vec<Piece>,
}

impl Line {
    /// Whether the whole line is heavy.
    pub fn bold(&self) -> bool {
        self.pieces.iter().all(|piece| piece.bold)
    }
}

/// What a human reader can see, and apart from it what they cannot.
#[derive(Debug, Default)]
pub(crate) struct Visible {
    pub text: String,
    pub lines: Vec<Line>,
    /// What cannot be seen, in the order of the file.
    pub hidden: Vec<HiddenText>,
    /// Whether text was left out because there was too much.
    pub cut: bool,
    /// Code points before each 64th byte.
    marks: Vec<usize>,
}

const MARK: usize = 64;

impl Visible {
    /// The text of a byte range, empty when it is none.
    pub fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// The text of a line.
    pub fn line_text(&self, line: &Line) -> &str {
        self.slice(&line.range)
    }

    /// Code points before a byte.
    pub fn code_point(&self, byte: usize) -> usize {
        let mark = byte / MARK;
        let before = self.marks.get(mark).copied().unwrap_or(0);
        let rest = self.text.as_bytes().get(mark * MARK..byte).unwrap_or_default();
        before + rest.iter().filter(|byte| is_start(**byte)).count()
    }

    /// A leaf for a byte range, blanks at its edges left out; `None` for nothing but blanks.
    pub fn leaf(&self, range: Range<usize>, value: Option<String>, confidence: f32) -> Option<Leaf> {
        let range = self.trim(range)?;
        let raw = self.slice(&range).to_owned();
        Some(Leaf {
            value: value.unwrap_or_else(|| raw.split_whitespace().collect::<Vec<_>>().join(" ")),
            start: self.code_point(range.start),
            end: self.code_point(range.end),
            raw,
            confidence,
        })
    }

    /// The range without blanks at its edges.
    pub fn trim(&self, range: Range<usize>) -> Option<Range<usize>> {
        let raw = self.text.get(range.clone())?;
        let start = range.start + raw.len() - raw.trim_start().len();
        let trimmed = raw.trim();
        (!trimmed.is_empty()).then(|| start..start + trimmed.len())
    }

    /// The same without these stretches, which are in text order and do not overlap: blanks of the same length stand for them, so
    /// that every offset stays, and lines that lie in them are gone.
    pub fn without(&self, stretches: &[Range<usize>]) -> Self {
        let mut text = String::with_capacity(self.text.len());
        for stretch in stretches {
            // With its line end, or a reader would take it for an empty line.
            let whole = self
                .text
                .get(..stretch.start)
                .is_some_and(|before| before.ends_with('\n'));
            let from = stretch.start - usize::from(whole);
            text.push_str(self.text.get(text.len()..from).unwrap_or_default());
            let rest = self.text.get(text.len()..stretch.end).unwrap_or_default();
            text.extend(rest.chars().map(blank));
        }
        text.push_str(self.text.get(text.len()..).unwrap_or_default());
        let mut lines: Vec<Line> = Vec::with_capacity(self.lines.len());
        // What a reader sees above the next line is what they saw above the first of those that are gone.
        let mut room = 0.0_f32;
        for line in &self.lines {
            let at = stretches.partition_point(|stretch| stretch.end < line.range.end);
            let gone = stretches
                .get(at)
                .is_some_and(|stretch| stretch.start <= line.range.start);
            if gone {
                room = room.max(line.room);
                continue;
            }
            lines.push(Line {
                room: line.room.max(std::mem::take(&mut room)),
                ..line.clone()
            });
        }
        Self {
            text,
            lines,
            hidden: self.hidden.clone(),
            cut: self.cut,
            marks: self.marks.clone(),
        }
    }

    fn mark(&mut self) {
        let mut count = 0;
        for (at, byte) in self.text.bytes().enumerate() {
            if at % MARK == 0 {
                self.marks.push(count);
            }
            count += usize::from(is_start(byte));
        }
        self.marks.push(count);
    }
}

/// A blank of as many bytes as a character has.
const fn blank(c: char) -> char {
    match c.len_utf8() {
        1 => ' ',
        2 => '\u{a0}',
        3 => '\u{2003}',
        // No blank has four; nobody reads anything into a private character.
        _ => '\u{f0000}',
    }
}

fn is_start(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

/// Joins rows to text.
pub(super) fn assemble(rows: Vec<Row>, hidden: Vec<Span>, rules: Vec<Rule>) -> Visible {
    let rules = Rules::new(rules);
    let mut visible = Visible::default();
    let mut characters = 0;
    let mut above: Option<(f32, f32)> = None;
    let mut heights = Vec::with_capacity(rows.len());
    for row in rows {
        let length: usize = row
            .segments
            .iter()
            .flat_map(|s| &s.parts)
            .map(|part| part.text.chars().count() + 1)
            .sum();
        if characters + length > MAX_TEXT_CHARS {
            visible.cut = true;
            break;
        }
        characters += length;
        let line = write(&row, above, &rules, &mut visible.text);
        above = Some((row.y(), line.size));
        heights.push((row.y(), line.range.start));
        visible.lines.push(line);
    }
    visible.hidden = place(hidden, heights, visible.text.len());
    visible.mark();
    visible
}

fn write(row: &Row, above: Option<(f32, f32)>, rules: &Rules, text: &mut String) -> Line {
    if !text.is_empty() {
        text.push('\n');
    }
    let start = text.len();
    let mut pieces = Vec::new();
    let mut size = 0.0_f32;
    for (at, segment) in row.segments.iter().enumerate() {
        if at > 0 {
            text.push('\t');
        }
        for (part_at, part) in segment.parts.iter().enumerate() {
            let from = text.len();
            text.push_str(&part.text);
            size = size.max(part.size);
            let gap = at > 0 && part_at == 0;
            pieces.push(Piece {
                range: from..text.len(),
                bold: part.bold,
                italic: part.italic,
                gap,
            });
        }
    }
    let room = match above {
        Some((y, above_size)) if !row.jump && row.y() > y => (row.y() - y) / size.max(above_size).max(1.0),
        _ => 9.0,
    };
    Line {
        range: start..text.len(),
        page: row.page,
        x: row.segments.first().map_or(0.0, |s| s.x0),
        right: row.segments.last().map_or(0.0, |s| s.x1),
        size,
        room,
        ruled: rules.under(row, size),
        pieces,
    }
}

//! Spans on one baseline become a row; a row falls apart into segments where the gap is wider than between words.

mod gaps;

use super::clean::push_clean;
use super::spaced::unspaced;
use crate::span::{Rgb, Span};
use gaps::{segment_gap, soft_gap, visible_right, word_gap};

/// A stretch of one look within a segment.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub text: String,
    pub bold: bool,
    pub italic: bool,
    pub size: f32,
    pub colour: Rgb,
    pub family: u16,
}

/// What the words of a segment say about its place in a resume.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marks {
    pub heading: bool,
    pub dated: bool,
    pub contact: bool,
    pub characters: usize,
}

/// Text without a wide gap.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    pub x0: f32,
    pub x1: f32,
    pub y: f32,
    pub size: f32,
    pub parts: Vec<Part>,
    pub marks: Marks,
    /// The gap before it is hardly wider than between words: it only counts where a column begins.
    soft: bool,
}

impl Segment {
    pub fn text(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect()
    }

    /// Puts another segment's text behind its own.
    pub fn append(&mut self, other: Self) {
        push_space(self);
        self.x1 = self.x1.max(other.x1);
        self.size = self.size.max(other.size);
        self.parts.extend(other.parts);
    }
}

/// Segments on one line, left to right.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub page: u32,
    pub segments: Vec<Segment>,
    /// Whether the row before stands in another place, so that the distance to it says nothing.
    pub jump: bool,
}

impl Row {
    pub fn y(&self) -> f32 {
        self.segments.first().map_or(0.0, |segment| segment.y)
    }

    /// Distance of the baseline from the top of its page.
    pub fn page_y(&self) -> f32 {
        self.y() - self.page as f32 * PAGE_STEP
    }
}

/// Distance between the tops of two pages when they are put under each other; larger than any page.
pub(super) const PAGE_STEP: f32 = 20_000.0;
/// How far two left edges may be apart and still be one, in points.
const EDGE: f32 = 1.2;

/// Rows of spans that are in reading order already.
pub(super) fn flowing(spans: Vec<Span>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut last = f32::NAN;
    for span in spans {
        if span.y != last {
            last = span.y;
            rows.push(Row::default());
        }
        let Some(row) = rows.last_mut() else { continue };
        for (at, cell) in span.text.split('\t').enumerate() {
            match row.segments.last_mut() {
                Some(segment) if at == 0 => {
                    segment.x1 = span.right();
                    push_part(segment, cell, &span);
                }
                _ => {
                    let mut segment = start(&span);
                    push_part(&mut segment, cell, &span);
                    row.segments.push(segment);
                }
            }
        }
    }
    finish(rows)
}

/// Rows of placed spans, pages put under each other.
pub(super) fn on_pages(mut spans: Vec<Span>) -> Vec<Row> {
    for span in &mut spans {
        span.y += span.page as f32 * PAGE_STEP;
    }
    spans.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut rows = Vec::new();
    let mut line: Vec<Span> = Vec::new();
    let mut top = f32::MIN;
    let mut height = 0.0_f32;
    for span in spans {
        let size = span.size.min(if line.is_empty() { span.size } else { height });
        if span.y - top > size * 0.35 && !line.is_empty() {
            rows.push(row(std::mem::take(&mut line)));
        }
        if line.is_empty() {
            top = span.y;
            height = span.size;
        }
        line.push(span);
    }
    if !line.is_empty() {
        rows.push(row(line));
    }
    settle(&mut rows);
    finish(rows)
}

fn row(mut spans: Vec<Span>) -> Row {
    spans.sort_by(|a, b| a.x.total_cmp(&b.x));
    let word_gap = word_gap(&spans);
    let mut row = Row {
        page: spans.first().map_or(0, |span| span.page),
        ..Row::default()
    };
    let mut previous: Option<(String, f32)> = None;
    for span in spans {
        // Bold type is sometimes made by drawing twice with a tiny step.
        if previous
            .as_ref()
            .is_some_and(|(text, x)| *text == span.text && (span.x - x).abs() < span.size * 0.15)
        {
            continue;
        }
        previous = Some((span.text.clone(), span.x));
        let spacing = row.segments.last().map(|segment| span.x - segment.x1);
        match (row.segments.last_mut(), spacing) {
            (Some(segment), Some(gap)) if gap < soft_gap(segment, &span, word_gap) => {
                if gap > span.size * word_gap {
                    push_space(segment);
                }
                segment.x1 = segment.x1.max(visible_right(&span));
                push_part(segment, &span.text, &span);
            }
            _ => {
                if span.text.trim().is_empty() {
                    continue;
                }
                let mut segment = start(&span);
                segment.x1 = visible_right(&span);
                segment.soft = spacing.is_some_and(|gap| gap < segment_gap(span.size, word_gap));
                push_part(&mut segment, &span.text, &span);
                row.segments.push(segment);
            }
        }
    }
    row
}

/// Joins segments behind soft gaps to what stands before them, but where at least three rows begin at the same edge.
fn settle(rows: &mut [Row]) {
    let mut edges: Vec<f32> = rows
        .iter()
        .flat_map(|row| &row.segments)
        .filter(|s| !s.soft)
        .map(|segment| segment.x0)
        .collect();
    edges.sort_by(f32::total_cmp);
    for row in rows {
        let mut settled: Vec<Segment> = Vec::with_capacity(row.segments.len());
        for segment in row.segments.drain(..) {
            let low = edges.partition_point(|edge| *edge < segment.x0 - EDGE);
            let high = edges.partition_point(|edge| *edge < segment.x0 + EDGE);
            match settled.last_mut() {
                Some(last) if segment.soft && high - low < 3 => {
                    last.append(segment);
                }
                _ => settled.push(segment),
            }
        }
        row.segments = settled;
    }
}

fn start(span: &Span) -> Segment {
    Segment {
        x0: span.x,
        x1: span.right(),
        y: span.y,
        size: span.size,
        parts: Vec::new(),
        marks: Marks::default(),
        soft: false,
    }
}

fn push_space(segment: &mut Segment) {
    if let Some(part) = segment.parts.last_mut()
        && !part.text.ends_with(' ')
    {
        part.text.push(' ');
    }
}

fn push_part(segment: &mut Segment, text: &str, span: &Span) {
    segment.size = segment.size.max(span.size);
    let text = &*unspaced(text);
    if let Some(part) = segment.parts.last_mut()
        && ((part.bold, part.italic, part.colour) == (span.bold, span.italic, span.colour)
            || text.trim().is_empty())
    {
        push_clean(text, &mut part.text);
        return;
    }
    let mut clean = String::with_capacity(text.len());
    push_clean(text, &mut clean);
    if text.starts_with(char::is_whitespace) {
        push_space(segment);
    }
    segment.parts.push(Part {
        text: clean,
        bold: span.bold,
        italic: span.italic,
        size: span.size,
        colour: span.colour,
        family: span.family,
    });
}

/// Drops what turned out to be blank and trims the edges.
fn finish(mut rows: Vec<Row>) -> Vec<Row> {
    for row in &mut rows {
        for segment in &mut row.segments {
            if let Some(first) = segment.parts.first_mut() {
                first.text = first.text.trim_start().to_owned();
            }
            if let Some(last) = segment.parts.last_mut() {
                last.text.truncate(last.text.trim_end().len());
            }
            strip_soft_hyphens(segment);
            segment.parts.retain(|part| !part.text.is_empty());
        }
        row.segments.retain(|segment| !segment.parts.is_empty());
    }
    rows.retain(|row| !row.segments.is_empty());
    rows
}

/// Takes out the soft hyphens within a segment; the one at its end says that a word goes on.
fn strip_soft_hyphens(segment: &mut Segment) {
    let last = segment.parts.len().saturating_sub(1);
    for (at, part) in segment.parts.iter_mut().enumerate() {
        if part.text.contains('\u{ad}') {
            let goes_on = at == last && part.text.ends_with('\u{ad}');
            part.text.retain(|c| c != '\u{ad}');
            if goes_on && !part.text.is_empty() {
                part.text.push('\u{ad}');
            }
        }
    }
}

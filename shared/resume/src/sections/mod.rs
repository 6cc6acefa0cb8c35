//! Where the parts of a resume begin and end.

mod headings;

pub(crate) use headings::heading;

use std::ops::Range;

use hiring_core::reading::{Section, SectionKind};

use crate::layout::{Line, Visible};

/// A section as line numbers, its heading first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    pub kind: SectionKind,
    /// Lines, the heading included.
    pub lines: Range<usize>,
    /// Whether the first line is a heading.
    pub headed: bool,
}

impl Part {
    /// Lines without the heading.
    pub fn body(&self) -> Range<usize> {
        self.lines.start + usize::from(self.headed)..self.lines.end
    }
}

/// Splits the lines at their headings. Lines before the first heading are contact data.
pub(crate) fn split(visible: &Visible) -> Vec<Part> {
    let found: Vec<(usize, SectionKind)> = visible
        .lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| Some((at, line_heading(visible, line)?)))
        .collect();
    let found = drop_weak(visible, found);
    let mut parts = Vec::new();
    let first = found.first().map_or(visible.lines.len(), |(at, _)| *at);
    if first > 0 {
        parts.push(Part {
            kind: SectionKind::Contact,
            lines: 0..first,
            headed: false,
        });
    }
    for (index, (at, kind)) in found.iter().enumerate() {
        let end = found
            .get(index + 1)
            .map_or(visible.lines.len(), |(next, _)| *next);
        parts.push(Part {
            kind: *kind,
            lines: *at..end,
            headed: true,
        });
    }
    parts
}

/// The kind of section that a line heads: all of it, or what stands before a wide gap.
fn line_heading(visible: &Visible, line: &Line) -> Option<SectionKind> {
    let text = visible.line_text(line);
    let first = text.split('\t').next().unwrap_or(text);
    let cut = crate::words::year_at(first).filter(|cut| *cut > 0);
    let name = cut.and_then(|cut| first.get(..cut)).unwrap_or(first);
    if crate::words::is_bullet(text) {
        return None;
    }
    heading(name)
}

/// How much a line stands out: its size, with extra for heavy type and capitals.
fn strength(visible: &Visible, at: usize) -> f32 {
    let Some(line) = visible.lines.get(at) else {
        return 0.0;
    };
    let text = visible.line_text(line);
    let capitals = text.chars().any(char::is_alphabetic) && !text.chars().any(char::is_lowercase);
    line.size + if line.bold() { 1.0 } else { 0.0 } + if capitals { 1.0 } else { 0.0 }
}

/// Drops words that are headings elsewhere but do not look like one here: plain ones among set-off ones, and groups of
/// skills called `Languages` or `Certifications`, which are weaker than the heading above them.
fn drop_weak(visible: &Visible, found: Vec<(usize, SectionKind)>) -> Vec<(usize, SectionKind)> {
    let anchor = |kind: SectionKind| matches!(kind, SectionKind::Work | SectionKind::Education);
    let anchors = found.iter().filter(|(_, kind)| anchor(*kind));
    let reference = anchors
        .map(|(at, _)| strength(visible, *at))
        .fold(f32::MAX, f32::min);
    if reference == f32::MAX {
        return found;
    }
    let mut sizes: Vec<f32> = visible.lines.iter().map(|line| line.size).collect();
    sizes.sort_by(f32::total_cmp);
    let body = sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
    let set_off = reference > body + 0.5;
    let mut above: Option<(f32, SectionKind)> = None;
    found
        .into_iter()
        .filter(|(at, kind)| {
            let own = strength(visible, *at);
            let plain = set_off && own <= body + 0.5;
            let group = own < reference - 0.9
                && above.is_some_and(|(above, kind)| kind == SectionKind::Skills && above > own + 0.5);
            let keep = anchor(*kind) || !plain && !group;
            if keep {
                above = Some((own, *kind));
            }
            keep
        })
        .collect()
}

/// The sections as offsets into the text.
pub(crate) fn offsets(visible: &Visible, parts: &[Part]) -> Vec<Section> {
    parts
        .iter()
        .filter_map(|part| {
            let first = visible.lines.get(part.lines.start)?;
            let last = visible.lines.get(part.lines.end.checked_sub(1)?)?;
            let (start, end) = (
                visible.code_point(first.range.start),
                visible.code_point(last.range.end),
            );
            (start < end).then_some(Section {
                kind: part.kind,
                start,
                end,
            })
        })
        .collect()
}

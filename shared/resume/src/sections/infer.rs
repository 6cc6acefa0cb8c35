//! Sections by what stands in them, where no heading tells: spans of time with titles are work, degrees and schools are
//! education.

use std::ops::Range;

use hiring_core::reading::SectionKind;

use super::Part;
use crate::fields::{Evidence, evidence};
use crate::layout::Visible;

/// Adds the work and education that stand under no heading of theirs.
pub(super) fn complete(visible: &Visible, parts: Vec<Part>) -> Vec<Part> {
    let parts = if has(&parts, SectionKind::Work) {
        parts
    } else {
        carve(visible, parts, SectionKind::Work)
    };
    if has(&parts, SectionKind::Education) {
        parts
    } else {
        carve(visible, parts, SectionKind::Education)
    }
}

fn has(parts: &[Part], kind: SectionKind) -> bool {
    parts.iter().any(|part| part.kind == kind)
}

/// Cuts the entries of a kind out of the parts in which they stand.
fn carve(visible: &Visible, parts: Vec<Part>, wanted: SectionKind) -> Vec<Part> {
    let mut out = Vec::with_capacity(parts.len());
    for part in parts {
        let found = evidence(visible, part.body());
        match longest_run(&found, wanted) {
            Some((count, lines)) if may_hold(part.kind, wanted, count) => {
                divide(part, &lines, wanted, &mut out);
            }
            _ => out.push(part),
        }
    }
    out
}

/// Whether a section of this kind may have swallowed another with this many entries.
fn may_hold(kind: SectionKind, wanted: SectionKind, count: usize) -> bool {
    match kind {
        SectionKind::Work => wanted == SectionKind::Education,
        // One course may be called like a position.
        SectionKind::Education => wanted == SectionKind::Work && count > 1,
        SectionKind::Projects | SectionKind::Publications => false,
        _ => true,
    }
}

/// Length and lines of the longest run of entries of a kind.
fn longest_run(found: &[Evidence], wanted: SectionKind) -> Option<(usize, Range<usize>)> {
    let mut best: Option<(usize, Range<usize>)> = None;
    let mut at = 0;
    while at < found.len() {
        let rest = found.get(at..).unwrap_or_default();
        let count = rest.iter().take_while(|entry| entry.kind == Some(wanted)).count();
        if let (Some(first), Some(last)) = (rest.first(), rest.get(count.wrapping_sub(1)))
            && best.as_ref().is_none_or(|(most, _)| count > *most)
        {
            best = Some((count, first.lines.start..last.lines.end));
        }
        at += count.max(1);
    }
    best
}

fn divide(part: Part, lines: &Range<usize>, kind: SectionKind, out: &mut Vec<Part>) {
    let end = part.lines.end;
    if part.lines.start < lines.start {
        out.push(Part {
            lines: part.lines.start..lines.start,
            ..part.clone()
        });
    }
    out.push(Part {
        kind,
        lines: lines.clone(),
        headed: false,
        wrapped: 0,
    });
    if lines.end < end {
        out.push(Part {
            kind: SectionKind::Other,
            lines: lines.end..end,
            headed: false,
            wrapped: 0,
        });
    }
}

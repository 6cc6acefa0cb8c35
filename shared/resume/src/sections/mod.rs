//! Where the parts of a resume begin and end.

mod headings;
mod infer;
mod looks;

pub(crate) use headings::heading;

use std::collections::HashMap;
use std::ops::Range;

use hiring_core::reading::{Section, SectionKind};

use crate::layout::Visible;
use crate::words::bullet_length;

/// A section as line numbers, its heading first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    pub kind: SectionKind,
    /// Lines, the heading included.
    pub lines: Range<usize>,
    /// Whether the first line is a heading.
    pub headed: bool,
    /// Further lines over which the heading runs.
    pub wrapped: usize,
}

impl Part {
    /// Lines without the heading.
    pub fn body(&self) -> Range<usize> {
        (self.lines.start + usize::from(self.headed) + self.wrapped).min(self.lines.end)..self.lines.end
    }
}

/// Most headings of one document.
const MAX_HEADINGS: usize = 200;

/// A heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Found {
    /// Its first line.
    at: usize,
    /// How many lines it takes.
    lines: usize,
    kind: SectionKind,
}

/// Splits the lines at their headings. Lines before the first heading are contact data. What no heading tells, the
/// content does.
pub(crate) fn split(visible: &Visible) -> Vec<Part> {
    let body = looks::body_size(visible);
    let mut found: Vec<Found> = Vec::new();
    for at in 0..visible.lines.len() {
        if found.len() >= MAX_HEADINGS {
            break;
        }
        if found.last().is_some_and(|last| at < last.at + last.lines) {
            continue;
        }
        found.extend(line_heading(visible, at, body));
    }
    let found = drop_labels(visible, found);
    let mut found = drop_weak(visible, found);
    let alike = looks::alike(visible, &found);
    found.extend(alike.into_iter().take(MAX_HEADINGS));
    found.sort_by_key(|found| found.at);
    infer::complete(visible, cut(visible, &found))
}

fn cut(visible: &Visible, found: &[Found]) -> Vec<Part> {
    let mut parts = Vec::new();
    let first = found.first().map_or(visible.lines.len(), |found| found.at);
    if first > 0 {
        parts.push(Part {
            kind: SectionKind::Contact,
            lines: 0..first,
            headed: false,
            wrapped: 0,
        });
    }
    for (index, heading) in found.iter().enumerate() {
        let end = found.get(index + 1).map_or(visible.lines.len(), |next| next.at);
        parts.push(Part {
            kind: heading.kind,
            lines: heading.at..end,
            headed: true,
            wrapped: heading.lines.saturating_sub(1),
        });
    }
    parts
}

/// The heading that starts on a line: all of it, or what stands before a wide gap or a year. A letter-spaced one may go
/// on on the next line.
fn line_heading(visible: &Visible, at: usize, body: i32) -> Option<Found> {
    let line = visible.lines.get(at)?;
    let text = visible.line_text(line);
    let bullet = bullet_length(text);
    // A bullet before a heading is an ornament where the line is set off by itself.
    if bullet > 0 && !line.bold() && !looks::stands_out(visible, at, body) {
        return None;
    }
    let first = text.split('\t').next().unwrap_or(text);
    let cut = crate::words::year_at(first).filter(|cut| *cut > 0);
    let name = cut.and_then(|cut| first.get(..cut)).unwrap_or(first);
    if let Some(kind) = heading(name) {
        return Some(Found { at, lines: 1, kind });
    }
    // A wide gap between the words of a heading is no border of cells.
    if text.matches('\t').count() == 1
        && (line.bold() || looks::stands_out(visible, at, body))
        && let Some(kind) = heading(&text.replace('\t', " "))
    {
        return Some(Found { at, lines: 1, kind });
    }
    let next = visible.lines.get(at + 1).map(|next| visible.line_text(next))?;
    let spaced = headings::is_letter_spaced(text) && headings::is_letter_spaced(next);
    let kind = spaced.then(|| heading(&format!("{text} {next}"))).flatten()?;
    Some(Found { at, lines: 2, kind })
}

/// Drops the labels that stand under entry after entry, such as `Projects` or `Skills`: of headings with the same text
/// only the strongest count, and none where three look alike.
fn drop_labels(visible: &Visible, found: Vec<Found>) -> Vec<Found> {
    let text = |found: &Found| {
        let line = visible.lines.get(found.at)?;
        Some(hiring_core::taxonomy::fold_words(visible.line_text(line)))
    };
    let mut same: HashMap<String, Vec<f32>> = HashMap::new();
    for one in &found {
        same.entry(text(one).unwrap_or_default())
            .or_default()
            .push(strength(visible, one.at));
    }
    found
        .into_iter()
        .filter(|one| {
            let Some(strengths) = text(one).and_then(|text| same.get(&text)) else {
                return true;
            };
            let most = strengths.iter().copied().fold(0.0, f32::max);
            let as_strong = strengths
                .iter()
                .filter(|strength| **strength + 0.5 > most)
                .count();
            let anchor = matches!(one.kind, SectionKind::Work | SectionKind::Education);
            anchor || as_strong < 3 && strength(visible, one.at) + 0.5 > most
        })
        .collect()
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
fn drop_weak(visible: &Visible, found: Vec<Found>) -> Vec<Found> {
    let anchor = |kind: SectionKind| matches!(kind, SectionKind::Work | SectionKind::Education);
    let anchors = found.iter().filter(|found| anchor(found.kind));
    let reference = anchors
        .map(|found| strength(visible, found.at))
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
        .filter(|found| {
            let own = strength(visible, found.at);
            let plain = set_off && own <= body + 0.5 && !looks::in_capitals(visible, found.at);
            let group = own < reference - 0.9
                && above.is_some_and(|(above, kind)| kind == SectionKind::Skills && above > own + 0.5);
            let keep = anchor(found.kind) || !plain && !group;
            if keep {
                above = Some((own, found.kind));
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

//! Certificates and projects, as written.

use hiring_core::reading::SectionKind;
use hiring_core::resume::Leaf;

use super::Context;
use super::dates::period;
use crate::words::bullet_length;

/// Most entries of each.
const MOST: usize = 40;

/// The lines of all sections of a kind, without bullets and dates at their ends.
pub(super) fn read(context: &Context<'_>, kind: SectionKind) -> Vec<Leaf> {
    let mut found = Vec::new();
    for part in context.parts.iter().filter(|part| part.kind == kind) {
        for line in context.visible.lines.get(part.body()).unwrap_or_default() {
            let text = context.visible.line_text(line);
            let start = bullet_length(text);
            let mut shown = text.get(start..).unwrap_or_default();
            if let Some(period) = period(shown) {
                let before = shown.get(..period.range.start).unwrap_or_default();
                let after = shown.get(period.range.end..).unwrap_or_default();
                shown = if before.trim().is_empty() { after } else { before };
            }
            let shown = shown
                .split('\t')
                .find(|cell| !cell.trim().is_empty())
                .unwrap_or_default();
            let trimmed = shown.trim_matches(|c: char| c.is_whitespace() || ",:;-–—|(•".contains(c));
            let Some(at) = text
                .find(trimmed)
                .filter(|_| trimmed.chars().filter(|c| c.is_alphabetic()).count() > 2)
            else {
                continue;
            };
            if found.len() < MOST {
                let range = line.range.start + at..line.range.start + at + trimmed.len();
                found.extend(context.visible.leaf(range, None, 0.8));
            }
        }
    }
    found
}

//! The lines that tell more about an entry: one leaf a bullet or sentence, wrapped lines joined.

use std::ops::Range;

use hiring_core::resume::Leaf;

use super::Context;
use crate::words::bullet_length;

/// Most leaves an entry.
const MOST: usize = 40;

/// Leaves of the lines.
pub(super) fn details(context: &Context<'_>, lines: Range<usize>) -> Vec<Leaf> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut bulleted = false;
    for line in context.visible.lines.get(lines).unwrap_or_default() {
        let text = context.visible.line_text(line);
        let bullet = bullet_length(text);
        let goes_on = bullet == 0 && (bulleted || text.starts_with(char::is_lowercase));
        match ranges.last_mut() {
            Some(last) if goes_on => last.end = line.range.end,
            _ => ranges.push(line.range.start + bullet..line.range.end),
        }
        bulleted |= bullet > 0;
    }
    let leaves = ranges
        .into_iter()
        .filter(|range| context.visible.slice(range).split_whitespace().count() > 1);
    leaves
        .filter_map(|range| context.visible.leaf(range, None, 0.85))
        .take(MOST)
        .collect()
}

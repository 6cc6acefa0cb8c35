//! A story as paragraphs, each with its looks and its place in tables.

use std::ops::Range;

use super::looks::Block;
use super::pages::{self, Pages};
use super::styles::Styles;
use super::text::Glyph;
use crate::flow::Colour;

/// Marks that end a paragraph: a cell or row, a page or section, a paragraph.
pub(super) const CELL: u16 = 0x07;
const PAGE: u16 = 0x0c;
const PARAGRAPH: u16 = 0x0d;

/// A paragraph; its last character is the mark that ends it.
pub(super) struct Paragraph {
    pub range: Range<usize>,
    pub block: Block,
    /// What is painted under it.
    pub under: Option<Colour>,
}

/// The paragraphs of a stretch of characters.
pub(super) fn split(
    glyphs: &[Glyph],
    stretch: Range<usize>,
    pages: &Pages<'_>,
    styles: &Styles<'_>,
    data: &[u8],
) -> Vec<Paragraph> {
    let end = stretch.end.min(glyphs.len());
    let mut out = Vec::new();
    let mut from = stretch.start;
    for at in stretch.start..end {
        let Some(glyph) = glyphs.get(at) else { break };
        if !matches!(glyph.unit, CELL | PAGE | PARAGRAPH) && at + 1 < end {
            continue;
        }
        let (style, changes) = pages::paragraph(pages.at(glyph.at).1, data);
        let mut block = styles.block(style);
        block.apply(changes);
        out.push(Paragraph {
            range: from..at + 1,
            under: block.behind,
            block,
        });
        from = at + 1;
    }
    paint_cells(&mut out, glyphs);
    out
}

/// What is painted under a cell is said by the mark that ends its row, so it is known only there.
fn paint_cells(paragraphs: &mut [Paragraph], glyphs: &[Glyph]) {
    let mut start = 0;
    for end in 0..paragraphs.len() {
        let Some(mark) = paragraphs.get(end) else { break };
        if mark.block.depth == 0 {
            start = end + 1;
        } else if mark.block.row_end {
            let cells = mark.block.cells.clone();
            let mut cell = 0;
            for paragraph in paragraphs.get_mut(start..end).unwrap_or_default() {
                paragraph.under = paragraph.under.or(cells.get(cell).copied().flatten());
                let last = paragraph.range.end.checked_sub(1).and_then(|at| glyphs.get(at));
                let ends = last.is_some_and(|glyph| glyph.unit == CELL);
                cell += usize::from(ends && paragraph.block.depth == 1);
            }
            start = end + 1;
        }
    }
}

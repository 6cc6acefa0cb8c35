//! What is painted under the text of shapes ([MS-ODRAW]): light text on a dark shape is not hidden.

use std::collections::HashMap;

use super::bytes::{slice, u16_at, u32_at, usize_at};
use super::sprm::colour;
use crate::flow::Colour;

/// Records that hold others: the groups and shapes of a drawing.
const HOLDERS: &[u16] = &[0xf002, 0xf003, 0xf004];
/// The number of a shape, and its properties.
const SHAPE: u16 = 0xf00a;
const PROPERTIES: u16 = 0xf00b;
/// Everything that the drawings share, before them.
const SHARED: u16 = 0xf000;
/// The property that says the colour of the fill.
const FILL_COLOUR: u16 = 0x0181;
/// Most shapes that are kept.
const MAX_SHAPES: usize = 4_096;

/// Fill by number of the shape. Records lie one after the other, so a flat walk that steps into holders finds them all.
pub(super) fn read(table: &[u8]) -> HashMap<u32, Colour> {
    let mut fills = HashMap::new();
    let mut at = 0;
    let mut shape = 0;
    while let (Some(kind), Some(length)) = (u16_at(table, at + 2), usize_at(table, at + 4)) {
        let body = slice(table, at + 8, length);
        match kind {
            SHARED => {
                // Each drawing behind it has a byte before it that says whose it is.
                at = at.saturating_add(8 + length + 1);
                continue;
            }
            kind if HOLDERS.contains(&kind) => {
                at += 8;
                continue;
            }
            SHAPE => shape = u32_at(body, 0).unwrap_or(0),
            PROPERTIES if fills.len() < MAX_SHAPES => {
                let count = usize::from(u16_at(table, at).unwrap_or(0) >> 4);
                fills.extend(fill(body, count).map(|colour| (shape, colour)));
            }
            kind if kind < SHARED => {
                // The byte between two drawings.
                at += 1;
                continue;
            }
            _ => {}
        }
        at = at.saturating_add(8 + length);
    }
    fills
}

fn fill(body: &[u8], count: usize) -> Option<Colour> {
    body.chunks_exact(6)
        .take(count)
        .find(|property| u16_at(property, 0).is_some_and(|id| id & 0x3fff == FILL_COLOUR))
        .and_then(|property| colour(property.get(2..)?))
}

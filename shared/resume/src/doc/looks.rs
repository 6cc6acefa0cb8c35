//! What the changes of looks add up to, for characters and for paragraphs.

use super::sprm::{Change, changes, colour, numbered, shading};
use crate::flow::{Colour, Looks};
use crate::span::Hidden;

/// Looks of characters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ink {
    pub size: f32,
    pub bold: bool,
    pub italic: bool,
    pub hidden: bool,
    /// Deleted while changes were tracked.
    pub deleted: bool,
    pub colour: Option<Colour>,
    pub behind: Option<Colour>,
    /// A character that stands for something else: a picture, a mark, a symbol.
    pub special: bool,
    pub symbol: Option<u16>,
    pub style: Option<u16>,
}

impl Default for Ink {
    fn default() -> Self {
        Self {
            size: 10.0,
            bold: false,
            italic: false,
            hidden: false,
            deleted: false,
            colour: None,
            behind: None,
            special: false,
            symbol: None,
            style: None,
        }
    }
}

impl Ink {
    /// Applies a list of changes; `base` is what styles say, to which switches may refer.
    pub fn apply(&mut self, list: &[u8], base: &Self) {
        for change in changes(list) {
            self.change(&change, base);
        }
    }

    fn change(&mut self, change: &Change<'_>, base: &Self) {
        let switch = |styled: bool| match change.byte() {
            0 => false,
            0x80 => styled,
            0x81 => !styled,
            _ => true,
        };
        match change.code {
            0x0835 => self.bold = switch(base.bold),
            0x0836 => self.italic = switch(base.italic),
            0x083c => self.hidden = switch(base.hidden),
            0x0800 => self.deleted = switch(false),
            0x4a43 => self.size = f32::from(change.short()) / 2.0,
            0x2a42 => self.colour = numbered(u16::from(change.byte())),
            0x6870 => self.colour = colour(change.operand),
            0x2a0c => self.behind = numbered(u16::from(change.byte())),
            0xca71 | 0x4866 => self.behind = shading(change.operand).or(self.behind),
            0x0855 => self.special = switch(false),
            0x6a09 => self.symbol = Some((change.long() >> 16) as u16),
            0x4a30 => self.style = Some(change.short()),
            _ => {}
        }
    }

    /// The style that a list of changes names.
    pub fn named_style(list: &[u8]) -> Option<u16> {
        changes(list)
            .find(|change| change.code == 0x4a30)
            .map(|change| change.short())
    }

    /// Looks over what is painted under the paragraph.
    pub fn looks(&self, under: Option<Colour>) -> Looks {
        let behind = self.behind.or(under).unwrap_or(Colour::WHITE);
        let hidden = if self.hidden {
            Some(Hidden::Marked)
        } else if self.size < 3.0 {
            Some(Hidden::Tiny)
        } else if self.colour.is_some_and(|colour| colour.alike(behind)) {
            Some(Hidden::SameColour)
        } else {
            None
        };
        Looks {
            size: self.size,
            bold: self.bold,
            italic: self.italic,
            colour: self.colour.map_or([0; 3], |colour| colour.0),
            hidden,
        }
    }
}

/// Looks and place of a paragraph.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Block {
    pub style: u16,
    /// An entry of a list.
    pub listed: bool,
    /// A heading by its outline level.
    pub heading: bool,
    /// Depth of tables, 0 for none.
    pub depth: u8,
    /// The mark that ends a row, or one of a table within a table.
    pub row_end: bool,
    pub inner_cell_end: bool,
    pub inner_row_end: bool,
    pub behind: Option<Colour>,
    /// What is painted under each cell of the row that this mark ends.
    pub cells: Vec<Option<Colour>>,
}

/// Deepest nesting of tables.
const MAX_TABLES: u32 = 32;

impl Block {
    /// Applies a list of changes.
    pub fn apply(&mut self, list: &[u8]) {
        for change in changes(list) {
            match change.code {
                0x2416 if change.byte() != 0 => self.depth = self.depth.max(1),
                0x2416 => self.depth = 0,
                0x6649 => self.depth = change.long().min(MAX_TABLES) as u8,
                0x2417 => self.row_end = change.byte() != 0,
                0x244b => self.inner_cell_end = change.byte() != 0,
                0x244c => self.inner_row_end = change.byte() != 0,
                0x460b => self.listed = !matches!(change.short(), 0 | 0x07ff | 0xf801),
                0x2640 => self.heading = change.byte() < 9,
                0xc64d | 0x442d => self.behind = shading(change.operand).or(self.behind),
                0xd612 | 0xd670 => self.cells = change.operand.chunks_exact(10).map(shading).collect(),
                0xd609 if self.cells.is_empty() => {
                    self.cells = change.operand.chunks_exact(2).map(shading).collect();
                }
                _ => {}
            }
        }
    }
}

//! Single property modifiers ([MS-DOC] 2.2.5.1): the changes of looks that the file is full of.

use super::bytes::{u16_at, u32_at};
use crate::flow::Colour;

/// One change: what is changed and the bytes to which.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change<'a> {
    pub code: u16,
    pub operand: &'a [u8],
}

impl Change<'_> {
    pub fn byte(&self) -> u8 {
        self.operand.first().copied().unwrap_or(0)
    }

    pub fn short(&self) -> u16 {
        u16_at(self.operand, 0).unwrap_or(0)
    }

    pub fn long(&self) -> u32 {
        u32_at(self.operand, 0).unwrap_or(0)
    }
}

/// The changes in a list of bytes; ends where a change is cut off.
pub(super) fn changes(mut bytes: &[u8]) -> impl Iterator<Item = Change<'_>> {
    std::iter::from_fn(move || {
        let code = u16_at(bytes, 0)?;
        let rest = bytes.get(2..)?;
        let (skip, length) = match code >> 13 {
            0 | 1 => (0, 1),
            2 | 4 | 5 => (0, 2),
            3 => (0, 4),
            7 => (0, 3),
            _ => match code {
                // The definition of a row has a long length, one too large.
                0xd608 => (2, usize::from(u16_at(rest, 0)?).saturating_sub(1)),
                // Tab stops may be too many for their length: then they are counted.
                0xc615 if rest.first() == Some(&255) => (1, tab_stops(rest)?),
                _ => (1, usize::from(*rest.first()?)),
            },
        };
        let operand = rest.get(skip..skip + length)?;
        bytes = rest.get(skip + length..)?;
        Some(Change { code, operand })
    })
}

fn tab_stops(rest: &[u8]) -> Option<usize> {
    let deleted = usize::from(*rest.get(1)?);
    let added = usize::from(*rest.get(2 + deleted * 4)?);
    Some(2 + deleted * 4 + added * 3)
}

/// Colours by their number in old files; 0 is the default.
const PALETTE: &[u32] = &[
    0x000000, 0x0000ff, 0x00ffff, 0x00ff00, 0xff00ff, 0xff0000, 0xffff00, 0xffffff, 0x000080, 0x008080,
    0x008000, 0x800080, 0x800000, 0x808000, 0x808080, 0xc0c0c0,
];

/// A numbered colour, `None` for the default.
pub(super) fn numbered(number: u16) -> Option<Colour> {
    let at = usize::from(number).checked_sub(1)?;
    PALETTE.get(at).map(|rgb| Colour::from_rgb(*rgb))
}

/// A colour as red, green, blue and a mark for the default.
pub(super) fn colour(bytes: &[u8]) -> Option<Colour> {
    match bytes {
        [red, green, blue, 0, ..] => Some(Colour([*red, *green, *blue])),
        _ => None,
    }
}

/// What a shading paints under the text: ten bytes with colours, or two with numbers.
pub(super) fn shading(bytes: &[u8]) -> Option<Colour> {
    if bytes.len() >= 10 {
        let solid = u16_at(bytes, 8) == Some(1);
        return colour(bytes.get(if solid { 0 } else { 4 }..)?);
    }
    let packed = u16_at(bytes, 0)?;
    let solid = packed >> 10 == 1;
    numbered(if solid { packed & 31 } else { packed >> 5 & 31 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_every_length_are_told_apart() {
        let bytes = [
            0x35, 0x08, 1, 0x43, 0x4a, 24, 0, 0x70, 0x68, 255, 255, 255, 0, 0x4d, 0xc6, 2, 9, 9, 0x3c, 0x08,
            1, 0x43,
        ];
        let read: Vec<(u16, usize)> = changes(&bytes).map(|c| (c.code, c.operand.len())).collect();
        assert_eq!(
            read,
            [(0x0835, 1), (0x4a43, 2), (0x6870, 4), (0xc64d, 2), (0x083c, 1)]
        );
    }
}

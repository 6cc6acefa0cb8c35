//! Which glyphs can be seen.
//!
//! Every glyph is looked at in four places. A place is unseen off the page, outside the clip, where the glyph has the colour
//! of what lies under it, and where something opaque is painted over it later. A glyph that is seen in two places is visible.

use super::clip::Clip;
use super::colour::{alike, mix};
use super::path::{Bounds, Point, within};
use super::raster::{Coat, Raster};
use super::state::Mask;
use crate::span::{Hidden, Turn};

/// Text smaller than this cannot be read, in points.
const SMALLEST: f32 = 3.0;
/// Letters narrower than this cannot be read however high they are, in points for a whole em.
const NARROWEST: f32 = 1.2;
/// A mark of less than this opacity cannot be seen.
pub(super) const FAINTEST: f32 = 0.08;
/// Places of a glyph that are looked at.
pub(super) const SAMPLES: usize = 4;
/// In how many of them a visible glyph is seen.
const SEEN: usize = 2;

/// One place of a glyph.
#[derive(Clone, Copy)]
pub(super) enum Sample {
    Unseen(Hidden),
    /// Cell, and how much had been painted on it before.
    Seen(u32, f32),
}

/// One glyph to put on the canvas, in page space.
pub(super) struct Piece<'a> {
    pub text: &'a str,
    pub turn: Turn,
    pub x: f32,
    pub y: f32,
    pub width: f32,
    /// Height of an em.
    pub size: f32,
    /// Breadth of an em.
    pub breadth: f32,
    pub bold: bool,
    pub italic: bool,
    pub family: u16,
    /// Why it leaves no mark, whatever its place.
    pub unseen: Option<Hidden>,
    pub coats: [Option<Coat>; 2],
    pub clip: &'a Clip,
    pub mask: &'a Mask,
    pub places: [Point; SAMPLES],
}

/// What can be seen of a glyph at one place when it is drawn.
pub(super) fn sample(raster: &Raster, page: Bounds, piece: &Piece<'_>, place: Point) -> Sample {
    if let Some(reason) = piece.unseen {
        return Sample::Unseen(reason);
    }
    if piece.size < SMALLEST || piece.breadth < NARROWEST {
        return Sample::Unseen(Hidden::Tiny);
    }
    let grid = &raster.grid;
    let Some(cell) = grid.cell(place).filter(|_| within(page, place)) else {
        return Sample::Unseen(Hidden::OffPage);
    };
    if !piece.clip.shows(place, grid) {
        return Sample::Unseen(Hidden::Clipped);
    }
    let mut reason = Hidden::Invisible;
    for coat in piece
        .coats
        .iter()
        .flatten()
        .filter(|coat| coat.alpha * piece.mask.share(cell) >= FAINTEST)
    {
        if marks(raster, *coat, cell) {
            return Sample::Seen(cell as u32, raster.depth(cell));
        }
        reason = Hidden::SameColour;
    }
    Sample::Unseen(reason)
}

/// Whether a coat can be told from what lies under it.
fn marks(raster: &Raster, coat: Coat, cell: usize) -> bool {
    let Some(under) = raster.colour(cell) else {
        return true;
    };
    let Some(colour) = coat.blend.over(Some(under), coat.colour, 1.0) else {
        return true;
    };
    !alike(under, mix(under, colour, coat.alpha.min(1.0)))
}

/// Why a glyph cannot be seen once the whole page is drawn, `None` where it can.
pub(super) fn hidden(raster: &Raster, samples: &[Sample; SAMPLES]) -> Option<Hidden> {
    let mut seen = 0;
    let mut reason = None;
    for sample in samples {
        match *sample {
            Sample::Unseen(why) => reason = reason.or(Some(why)),
            Sample::Seen(cell, depth) => {
                let over = raster.depth(cell as usize) - depth;
                if Raster::left(over) < FAINTEST {
                    reason = reason.or(Some(Hidden::Covered));
                } else {
                    seen += 1;
                }
            }
        }
    }
    reason.filter(|_| seen < SEEN)
}

//! What lies where on a page, as cells with a colour, and how much has been painted over each.

use super::colour::{Blend, Colour};
use super::grid::{Grid, Stretch};

/// Most cells that are painted on one page: as many as some hundred full coats.
const MAX_PAINTED: usize = 80_000_000;
/// What an opaque coat adds to a cell's depth.
const OPAQUE: f32 = 8.0;
/// A colour that is not known: pictures, patterns.
const UNKNOWN: u32 = u32::MAX;

/// How a coat looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Coat {
    /// `None` for what cannot be told: anything may be seen on it.
    pub colour: Option<Colour>,
    /// From 0.0 (no mark) to 1.0 (hides what it covers).
    pub alpha: f32,
    pub blend: Blend,
}

/// The cells of one page. They are only set up once something is painted.
#[derive(Debug)]
pub(super) struct Raster {
    pub grid: Grid,
    /// The colour of what nothing was painted on.
    ground: Colour,
    colours: Vec<u32>,
    depths: Vec<f32>,
    painted: usize,
}

impl Raster {
    pub fn new(grid: Grid, ground: Colour) -> Self {
        Self {
            grid,
            ground,
            colours: Vec::new(),
            depths: Vec::new(),
            painted: 0,
        }
    }

    /// Whether more was painted than any page needs.
    pub fn worn_out(&self) -> bool {
        self.painted > MAX_PAINTED
    }

    /// Counts work that is not painting towards what one page may take.
    pub fn tire(&mut self, steps: usize) {
        self.painted += steps;
    }

    /// Paints cells with one coat.
    pub fn paint(&mut self, covered: &[Stretch], coat: Coat) {
        if coat.alpha < 0.02 || covered.is_empty() {
            return;
        }
        self.set_up();
        let depth = coat.blend.cover(coat.colour, coat.alpha);
        let plain = coat.alpha > 0.98 && coat.blend == Blend::Normal;
        for stretch in covered {
            let (colours, depths) = self.cells(*stretch);
            if plain {
                colours.fill(pack(coat.colour));
            } else {
                colours.iter_mut().for_each(|under| {
                    *under = pack(coat.blend.over(unpack(*under), coat.colour, coat.alpha));
                });
            }
            let depth = attenuation(depth);
            depths.iter_mut().for_each(|value| *value += depth);
        }
    }

    /// Paints cells with what a picture shows at their middles.
    pub fn draw(&mut self, covered: &[Stretch], shows: impl Fn((f32, f32)) -> Coat) {
        self.set_up();
        let grid = self.grid;
        for stretch in covered {
            let (colours, depths) = self.cells(*stretch);
            let columns = stretch.from..stretch.to;
            for ((column, under), depth) in columns.zip(colours).zip(depths) {
                let coat = shows(grid.middle(stretch.row, column));
                *under = pack(coat.blend.over(unpack(*under), coat.colour, coat.alpha));
                *depth += attenuation(coat.blend.cover(coat.colour, coat.alpha));
            }
        }
    }

    /// The colour of a cell, `None` where it is not known.
    pub fn colour(&self, cell: usize) -> Option<Colour> {
        match self.colours.get(cell) {
            Some(colour) => unpack(*colour),
            None => Some(self.ground),
        }
    }

    /// How much has been painted on a cell; the difference of two of them is what [`Self::left`] takes.
    pub fn depth(&self, cell: usize) -> f32 {
        self.depths.get(cell).copied().unwrap_or(0.0)
    }

    /// The share of a mark that can still be seen after this much was painted over it.
    pub fn left(depth: f32) -> f32 {
        (-depth.max(0.0)).exp()
    }

    fn set_up(&mut self) {
        if self.colours.is_empty() {
            let cells = self.grid.columns * self.grid.rows;
            self.colours = vec![pack(Some(self.ground)); cells];
            self.depths = vec![0.0; cells];
        }
    }

    fn cells(&mut self, stretch: Stretch) -> (&mut [u32], &mut [f32]) {
        let start = usize::from(stretch.row) * self.grid.columns;
        let range = start + usize::from(stretch.from)..start + usize::from(stretch.to);
        self.painted += range.len() + 8;
        (
            self.colours.get_mut(range.clone()).unwrap_or_default(),
            self.depths.get_mut(range).unwrap_or_default(),
        )
    }
}

fn attenuation(cover: f32) -> f32 {
    if cover > 0.98 {
        OPAQUE
    } else {
        -(1.0 - cover.max(0.0)).ln()
    }
}

fn pack(colour: Option<Colour>) -> u32 {
    colour.map_or(UNKNOWN, |channels| {
        channels.iter().fold(0, |packed, value| {
            (packed << 8) | (value.clamp(0.0, 1.0) * 255.0).round() as u32
        })
    })
}

fn unpack(packed: u32) -> Option<Colour> {
    let channel = |shift: u32| ((packed >> shift) & 0xff) as f32 / 255.0;
    (packed != UNKNOWN).then(|| [channel(16), channel(8), channel(0)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::colour::{BLACK, WHITE};
    use crate::pdf::matrix::Matrix;
    use crate::pdf::path::{FillRule, Path};

    fn coat(colour: Colour, alpha: f32, blend: Blend) -> Coat {
        Coat {
            colour: Some(colour),
            alpha,
            blend,
        }
    }

    #[test]
    fn coats_hide_what_lies_under_them_as_far_as_they_are_opaque() {
        let mut raster = Raster::new(Grid::new([0.0, 0.0, 150.0, 150.0]), WHITE);
        let mut path = Path::default();
        path.rectangle([0.0, 0.0, 75.0, 150.0], Matrix::IDENTITY);
        let covered = raster.grid.cover(&path, FillRule::NonZero);
        let (on, off) = (
            raster.grid.cell((30.0, 30.0)).unwrap(),
            raster.grid.cell((120.0, 30.0)).unwrap(),
        );
        raster.paint(&covered, coat([1.0, 1.0, 0.0], 1.0, Blend::Multiply));
        assert!(Raster::left(raster.depth(on)) > 0.8, "a marker pen hides nothing");
        raster.paint(&covered, coat(BLACK, 0.5, Blend::Normal));
        let left = Raster::left(raster.depth(on));
        assert!((0.4..0.6).contains(&left), "{left}");
        raster.paint(&covered, coat(BLACK, 1.0, Blend::Normal));
        assert!(Raster::left(raster.depth(on)) < 0.01 && raster.colour(on) == Some(BLACK));
        assert!(raster.depth(off) == 0.0 && raster.colour(off) == Some(WHITE));
    }
}

//! What a content stream draws besides text: paths, areas and pictures.

use super::super::colour::Colour;
use super::super::path::{FillRule, Path, Point};
use super::super::raster::Coat;
use super::Run;

/// Thinner lines hide nothing and nothing can be read on them, in points.
const THINNEST_LINE: f32 = 2.0;

impl Run<'_, '_> {
    /// Operators that build a path, clip to it or paint it.
    pub(super) fn path(&mut self, name: &[u8], numbers: &[f32]) {
        let matrix = self.state.matrix;
        let at = |x: &f32, y: &f32| matrix.apply(*x, *y);
        match (name, numbers) {
            (b"re", [x, y, width, height, ..]) => {
                self.path.rectangle([*x, *y, x + width, y + height], matrix);
            }
            (b"m", [x, y, ..]) => self.path.move_to(at(x, y)),
            (b"l", [x, y, ..]) => self.path.line_to(at(x, y)),
            (b"c", [a, b, c, d, x, y, ..]) => self.path.curve_to(Some(at(a, b)), at(c, d), at(x, y)),
            (b"v", [a, b, x, y, ..]) => self.path.curve_to(None, at(a, b), at(x, y)),
            (b"y", [a, b, x, y, ..]) => self.path.curve_to(Some(at(a, b)), at(x, y), at(x, y)),
            (b"h", _) => self.path.close(),
            (b"W", _) => self.clip = Some(FillRule::NonZero),
            (b"W*", _) => self.clip = Some(FillRule::EvenOdd),
            (b"f" | b"F", _) => self.paint(Some(FillRule::NonZero), false),
            (b"f*", _) => self.paint(Some(FillRule::EvenOdd), false),
            (b"B", _) => self.paint(Some(FillRule::NonZero), true),
            (b"B*", _) => self.paint(Some(FillRule::EvenOdd), true),
            (b"b" | b"b*", _) => {
                self.path.close();
                self.paint(
                    Some(if name == b"b" {
                        FillRule::NonZero
                    } else {
                        FillRule::EvenOdd
                    }),
                    true,
                );
            }
            (b"S", _) => self.paint(None, true),
            (b"s", _) => {
                self.path.close();
                self.paint(None, true);
            }
            (b"n", _) => self.paint(None, false),
            _ => {}
        }
    }

    /// Paints the path, and clips to it where that was asked for.
    fn paint(&mut self, fill: Option<FillRule>, stroke: bool) {
        let path = std::mem::take(&mut self.path);
        if let Some(rule) = fill {
            self.fill(&path, rule);
        }
        let pen = self.state.pen * self.state.matrix.height().min(self.state.matrix.width());
        if stroke && self.off == 0 {
            self.canvas.rule(&path);
        }
        if stroke && pen > THINNEST_LINE && self.off == 0 {
            let coat = self.state.coat(&self.state.stroke);
            let outline = path.stroked(pen);
            self.canvas
                .fill(&outline, FillRule::NonZero, &self.state.clip, coat);
        }
        if let Some(rule) = self.clip.take() {
            self.state.clip = self.state.clip.narrowed(&path, rule, self.canvas.grid());
        }
    }

    fn fill(&mut self, path: &Path, rule: FillRule) {
        let coat = self.state.coat(&self.state.fill);
        match self.state.text_clip {
            _ if self.off > 0 => {}
            Some(glyphs) => self.canvas.reveal(glyphs, coat),
            None => self.canvas.fill(path, rule, &self.state.clip, coat),
        }
    }

    /// Paints everything within the clip.
    pub fn flood(&mut self, colour: Option<Colour>) {
        let mut coat = self.state.coat(&self.state.fill);
        coat.colour = colour.filter(|_| !self.state.masked());
        match self.state.text_clip {
            _ if self.off > 0 => {}
            Some(glyphs) => self.canvas.reveal(glyphs, coat),
            None => self.canvas.flood(&self.state.clip, coat),
        }
    }

    /// Draws a picture, which fills the unit square; `shows` answers its coat at a place of that square.
    pub fn picture(&mut self, shows: impl Fn(Point, Coat) -> Coat) {
        let matrix = self.state.matrix;
        let coat = self.state.coat(&self.state.fill);
        let mut area = Path::default();
        area.rectangle([0.0, 0.0, 1.0, 1.0], matrix);
        match (self.state.text_clip, matrix.inverse()) {
            _ if self.off > 0 => {}
            (Some(glyphs), _) => self.canvas.reveal(glyphs, Coat { colour: None, ..coat }),
            (None, Some(inverse)) => {
                let shows = |(x, y): Point| shows(inverse.apply(x, y), coat);
                self.canvas.picture(&area, &self.state.clip, shows);
            }
            (None, None) => {}
        }
    }

    /// Narrows the clip to a rectangle.
    pub fn clip_to(&mut self, bounds: [f32; 4]) {
        let mut path = Path::default();
        path.rectangle(bounds, self.state.matrix);
        self.state.clip = self
            .state
            .clip
            .narrowed(&path, FillRule::NonZero, self.canvas.grid());
    }
}

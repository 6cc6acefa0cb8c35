//! What a page shows: painted areas, pictures and glyphs with their places, and which glyphs can be seen.

use super::clip::Clip;
use super::colour::{Colour, WHITE};
use super::grid::{Grid, Stretch};
use super::path::{Bounds, FillRule, Path, Point, common};
use super::raster::{Coat, Raster};
use super::sight::{self, FAINTEST, Piece, SAMPLES, Sample};
use crate::span::{Hidden, PageFacts, Rgb, Rule, Span, Turn};

/// Most stretches of text a page.
const MAX_SPANS: usize = 60_000;
/// Most glyphs a page: as many as the longest text that is kept has characters.
const MAX_GLYPHS: usize = 400_000;
/// Thickest area that is taken for a drawn line, in points.
const THICKEST_RULE: f32 = 3.0;
/// Shortest drawn line that is remembered, in points.
const SHORTEST_RULE: f32 = 20.0;
/// Most drawn lines a page.
const MAX_RULES: usize = 4_000;
struct Glyph {
    /// First byte of its text on the canvas.
    from: usize,
    turn: Turn,
    x: f32,
    y: f32,
    width: f32,
    size: f32,
    bold: bool,
    italic: bool,
    colour: Rgb,
    family: u16,
    samples: [Sample; SAMPLES],
}

pub(super) struct Canvas {
    page: u32,
    bounds: Bounds,
    raster: Raster,
    text: String,
    glyphs: Vec<Glyph>,
    /// How often a glyph did not continue the one before.
    breaks: usize,
    rules: Vec<Rule>,
    /// Whether a picture was drawn.
    pub pictures: bool,
    /// Area of the largest picture on the page, in square points.
    largest_picture: f32,
}

impl Canvas {
    pub fn new(page: u32, bounds: Bounds) -> Self {
        Self {
            page,
            bounds,
            raster: Raster::new(Grid::new(bounds), WHITE),
            text: String::new(),
            glyphs: Vec::new(),
            breaks: 0,
            rules: Vec::new(),
            pictures: false,
            largest_picture: 0.0,
        }
    }

    /// An empty canvas in the place of this one, with another ground.
    pub fn beside(&self, ground: Colour) -> Self {
        Self {
            raster: Raster::new(self.raster.grid, ground),
            ..Self::new(self.page, self.bounds)
        }
    }

    /// What was painted.
    pub fn into_raster(self) -> Raster {
        self.raster
    }

    pub fn grid(&self) -> &Grid {
        &self.raster.grid
    }

    /// The whole page.
    pub fn clip(&self) -> Clip {
        Clip::new(self.bounds)
    }

    /// Number of the next glyph.
    pub fn position(&self) -> usize {
        self.glyphs.len()
    }

    /// Paints what a path covers.
    pub fn fill(&mut self, path: &Path, rule: FillRule, clip: &Clip, coat: Coat) {
        self.rule(path);
        let covered = self.covered(path, rule, clip);
        self.raster.paint(&covered, coat);
    }

    /// A drawn line or a thin area; only those that run from side to side are kept.
    pub fn rule(&mut self, path: &Path) {
        let Some([x0, y0, x1, y1]) = path.bounds() else {
            return;
        };
        if y1 - y0 <= THICKEST_RULE && x1 - x0 >= SHORTEST_RULE && self.rules.len() < MAX_RULES {
            let [left, _, _, top] = self.bounds;
            self.rules.push(Rule {
                page: self.page,
                x0: x0 - left,
                x1: x1 - left,
                y: top - (y0 + y1) / 2.0,
            });
        }
    }

    /// Paints all that can be painted on.
    pub fn flood(&mut self, clip: &Clip, coat: Coat) {
        let mut path = Path::default();
        path.rectangle(self.bounds, super::matrix::Matrix::IDENTITY);
        self.fill(&path, FillRule::NonZero, clip, coat);
    }

    /// A picture on this area, which may reach over the page's edges.
    pub fn picture(&mut self, area: &Path, clip: &Clip, shows: impl Fn(Point) -> Coat) {
        self.pictures = true;
        if let Some(bounds) = area.bounds() {
            let [x0, y0, x1, y1] = common(bounds, self.bounds);
            if x1 > x0 && y1 > y0 {
                self.largest_picture = self.largest_picture.max((x1 - x0) * (y1 - y0));
            }
        }
        let covered = self.covered(area, FillRule::NonZero, clip);
        self.raster.draw(&covered, shows);
    }

    fn covered(&self, path: &Path, rule: FillRule, clip: &Clip) -> Vec<Stretch> {
        let grid = &self.raster.grid;
        clip.limit(grid.cover(path, rule), grid)
    }

    /// What the page is made of.
    pub fn facts(&self) -> PageFacts {
        let [left, bottom, right, top] = self.bounds;
        let (width, height) = (right - left, top - bottom);
        PageFacts {
            width,
            height,
            picture_share: (self.largest_picture / (width * height)).clamp(0.0, 1.0),
        }
    }

    /// Whether there is more on the page than on any page of a resume.
    pub fn full(&self) -> bool {
        self.breaks >= MAX_SPANS || self.glyphs.len() >= MAX_GLYPHS || self.raster.worn_out()
    }

    /// Adds a glyph.
    pub fn glyph(&mut self, piece: &Piece<'_>) {
        let finite = [piece.x, piece.y, piece.width, piece.size]
            .iter()
            .all(|v| v.is_finite());
        if !finite || self.full() {
            return;
        }
        let samples = piece
            .places
            .map(|place| sight::sample(&self.raster, self.bounds, piece, place));
        let (x, y) = self.turned(piece);
        let glyph = Glyph {
            from: self.text.len(),
            turn: piece.turn,
            x,
            y,
            width: piece.width,
            size: piece.size,
            bold: piece.bold,
            italic: piece.italic,
            colour: piece
                .coats
                .iter()
                .flatten()
                .next()
                .map_or([0; 3], |coat| rgb(coat.colour)),
            family: piece.family,
            samples,
        };
        let goes_on = self.glyphs.last().is_some_and(|last| {
            (last.y - glyph.y).abs() < 0.1 && (glyph.x - last.x - last.width).abs() < glyph.size * 0.08
        });
        self.breaks += usize::from(!goes_on);
        self.text.push_str(piece.text);
        self.glyphs.push(glyph);
    }

    /// Where a text stands on the page turned so that it runs from left to right.
    fn turned(&self, piece: &Piece<'_>) -> (f32, f32) {
        let [left, bottom, right, top] = self.bounds;
        match piece.turn {
            Turn::Upright | Turn::Slanted => (piece.x - left, top - piece.y),
            Turn::Up => (piece.y - bottom, piece.x - left),
            Turn::Over => (right - piece.x, piece.y - bottom),
            Turn::Down => (top - piece.y, right - piece.x),
        }
    }

    /// Paints through a clip that is made of glyphs, which makes them visible.
    pub fn reveal(&mut self, (from, to): (usize, usize), coat: Coat) {
        let Some(glyphs) = self.glyphs.get_mut(from..to) else {
            return;
        };
        for glyph in glyphs {
            for sample in &mut glyph.samples {
                if matches!(sample, Sample::Unseen(Hidden::Invisible)) && coat.alpha >= FAINTEST {
                    *sample = Sample::Seen(u32::MAX, 0.0);
                }
            }
        }
        self.raster.tire(to - from);
    }

    /// The page's text, glyphs that continue each other joined, and its drawn lines.
    pub fn finish(self) -> (Vec<Span>, Vec<Rule>) {
        let mut spans: Vec<Span> = Vec::new();
        // Hidden glyphs among visible ones must not part what belongs together.
        let (mut shown, mut unseen) = (None, None);
        let ends = self.glyphs.iter().skip(1).map(|glyph| glyph.from);
        for (glyph, end) in self.glyphs.iter().zip(ends.chain([self.text.len()])) {
            let text = self.text.get(glyph.from..end).unwrap_or_default();
            let hidden = sight::hidden(&self.raster, &glyph.samples);
            let (x, y) = (glyph.x, glyph.y);
            let open = if hidden.is_none() { &mut shown } else { &mut unseen };
            if let Some(last) = open.and_then(|at: usize| spans.get_mut(at))
                && last.hidden == hidden
                && (last.bold, last.italic, last.turn) == (glyph.bold, glyph.italic, glyph.turn)
                && (last.colour, last.family) == (glyph.colour, glyph.family)
                && (last.size - glyph.size).abs() < 0.1
                && (last.y - y).abs() < 0.1
                && (x - last.right()).abs() < glyph.size * 0.08
            {
                last.text.push_str(text);
                last.width = x + glyph.width - last.x;
                continue;
            }
            *open = Some(spans.len());
            spans.push(Span {
                page: self.page,
                turn: glyph.turn,
                x,
                y,
                width: glyph.width,
                size: glyph.size,
                bold: glyph.bold,
                italic: glyph.italic,
                colour: glyph.colour,
                family: glyph.family,
                hidden,
                text: text.to_owned(),
            });
        }
        (spans, self.rules)
    }
}

/// A colour in whole numbers; black where it is not known.
fn rgb(colour: Option<Colour>) -> Rgb {
    colour.map_or([0; 3], |colour| {
        colour.map(|value| (value.clamp(0.0, 1.0) * 255.0).round() as u8)
    })
}

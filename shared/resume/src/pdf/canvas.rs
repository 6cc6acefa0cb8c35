//! What a page shows: painted areas, pictures and stretches of text with their places.

use super::state::{Colour, WHITE, alike};
use crate::span::{Hidden, PageFacts, Rgb, Rule, Span, Turn};

/// Text smaller than this cannot be read, in points.
const SMALLEST: f32 = 3.0;
/// Most painted areas that are remembered a page; more only make hidden text less certain.
const MAX_AREAS: usize = 4_000;
/// Most stretches of text a page.
const MAX_SPANS: usize = 60_000;

/// Thickest area that is taken for a drawn line, in points.
const THICKEST_RULE: f32 = 3.0;
/// Shortest drawn line that is remembered, in points.
const SHORTEST_RULE: f32 = 20.0;

/// A filled rectangle or picture: left, bottom, right, top.
struct Area {
    bounds: [f32; 4],
    /// `None` for pictures and patterns: anything can be seen on them.
    colour: Option<Colour>,
}

pub(super) struct Canvas {
    page: u32,
    bounds: [f32; 4],
    areas: Vec<Area>,
    spans: Vec<Span>,
    rules: Vec<Rule>,
    /// Whether a picture was drawn.
    pub pictures: bool,
    /// Area of the largest picture on the page, in square points.
    largest_picture: f32,
}

/// One piece of text to put on the canvas, in page space.
pub(super) struct Piece<'a> {
    pub text: &'a str,
    pub turn: Turn,
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub size: f32,
    pub bold: bool,
    pub italic: bool,
    pub family: u16,
    pub invisible: bool,
    pub colour: Colour,
}

impl Canvas {
    pub fn new(page: u32, bounds: [f32; 4]) -> Self {
        Self {
            page,
            bounds,
            areas: Vec::new(),
            spans: Vec::new(),
            rules: Vec::new(),
            pictures: false,
            largest_picture: 0.0,
        }
    }

    pub fn paint(&mut self, bounds: [f32; 4], colour: Option<Colour>) {
        let finite = bounds.iter().all(|value| value.is_finite());
        if finite {
            self.rule(bounds);
        }
        if finite && self.areas.len() < MAX_AREAS {
            self.areas.push(Area { bounds, colour });
        }
    }

    /// A drawn line or a thin area; only those that run from side to side are kept.
    pub fn rule(&mut self, [x0, y0, x1, y1]: [f32; 4]) {
        if y1 - y0 <= THICKEST_RULE && x1 - x0 >= SHORTEST_RULE && self.rules.len() < MAX_AREAS {
            let [left, _, _, top] = self.bounds;
            self.rules.push(Rule {
                page: self.page,
                x0: x0 - left,
                x1: x1 - left,
                y: top - (y0 + y1) / 2.0,
            });
        }
    }

    /// A picture in these bounds, which may reach over the page's edges.
    pub fn picture(&mut self, bounds: [f32; 4]) {
        self.pictures = true;
        let [left, bottom, right, top] = self.bounds;
        let [x0, y0, x1, y1] = bounds;
        let (width, height) = (x1.min(right) - x0.max(left), y1.min(top) - y0.max(bottom));
        if width > 0.0 && height > 0.0 {
            self.largest_picture = self.largest_picture.max(width * height);
        }
        self.paint(bounds, None);
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

    pub fn full(&self) -> bool {
        self.spans.len() >= MAX_SPANS
    }

    /// Adds text, joining it to the stretch before where it continues it.
    pub fn text(&mut self, piece: &Piece<'_>) {
        if !(piece.x.is_finite() && piece.y.is_finite() && piece.width.is_finite() && piece.size.is_finite())
        {
            return;
        }
        let (x, y) = self.turned(piece);
        let hidden = self.hidden(piece);
        let colour = rgb(piece.colour);
        if let Some(last) = self.spans.last_mut()
            && last.hidden == hidden
            && (last.bold, last.italic, last.turn) == (piece.bold, piece.italic, piece.turn)
            && (last.colour, last.family) == (colour, piece.family)
            && (last.size - piece.size).abs() < 0.1
            && (last.y - y).abs() < 0.1
            && (x - last.right()).abs() < piece.size * 0.08
        {
            last.text.push_str(piece.text);
            last.width = x + piece.width - last.x;
            return;
        }
        if self.full() {
            return;
        }
        self.spans.push(Span {
            page: self.page,
            turn: piece.turn,
            x,
            y,
            width: piece.width,
            size: piece.size,
            bold: piece.bold,
            italic: piece.italic,
            colour,
            family: piece.family,
            hidden,
            text: piece.text.to_owned(),
        });
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

    fn hidden(&self, piece: &Piece<'_>) -> Option<Hidden> {
        if piece.invisible {
            return Some(Hidden::Invisible);
        }
        if piece.size < SMALLEST {
            return Some(Hidden::Tiny);
        }
        let [left, bottom, right, top] = self.bounds;
        let (along, across) = (piece.width / 2.0, piece.size * 0.3);
        let (x, y) = match piece.turn {
            Turn::Upright | Turn::Slanted => (piece.x + along, piece.y + across),
            Turn::Up => (piece.x - across, piece.y + along),
            Turn::Over => (piece.x - along, piece.y - across),
            Turn::Down => (piece.x + across, piece.y - along),
        };
        if x < left || x > right || y < bottom || y > top {
            return Some(Hidden::OffPage);
        }
        // Only the text's own surroundings count: dark text needs no look at them.
        let [red, green, blue] = piece.colour;
        if self.areas.is_empty() && red.min(green).min(blue) < 0.9 {
            return None;
        }
        let under = self.areas.iter().rev().find(|area| {
            let [x0, y0, x1, y1] = area.bounds;
            x >= x0 && x <= x1 && y >= y0 && y <= y1
        });
        let behind = match under {
            Some(Area { colour: None, .. }) => return None,
            Some(Area {
                colour: Some(colour), ..
            }) => *colour,
            None => WHITE,
        };
        alike(behind, piece.colour).then_some(Hidden::SameColour)
    }

    pub fn finish(self) -> (Vec<Span>, Vec<Rule>) {
        (self.spans, self.rules)
    }
}

/// A colour in whole numbers; those out of range become the nearest one.
fn rgb(colour: Colour) -> Rgb {
    colour.map(|value| (value.clamp(0.0, 1.0) * 255.0).round() as u8)
}

//! The graphics state as far as text needs it.

use std::rc::Rc;

use super::clip::Clip;
use super::colour::{BLACK, Blend, Colour, brightness};
use super::font::Font;
use super::matrix::Matrix;
use super::raster::{Coat, Raster};
use super::space::Space;

/// What areas or letters are painted with.
#[derive(Debug, Clone)]
pub(super) struct Ink {
    pub space: Space,
    /// `None` for patterns and for inks whose looks cannot be told.
    pub colour: Option<Colour>,
    pub alpha: f32,
}

impl Ink {
    fn black() -> Self {
        Self {
            space: Space::Device(1),
            colour: Some(BLACK),
            alpha: 1.0,
        }
    }

    /// Sets a colour by the numbers of an operator such as `scn`.
    pub fn set(&mut self, values: &[f32]) {
        if !values.is_empty() {
            self.colour = self.space.colour(values);
        }
    }

    /// Sets the colour space and its first colour.
    pub fn choose(&mut self, space: Space) {
        self.colour = space.first();
        self.space = space;
    }

    /// Sets a device colour and its space together, as `g`, `rg` and `k` do.
    pub fn device(&mut self, values: &[f32]) {
        self.space = Space::Device(values.len());
        self.set(values);
    }
}

/// What a soft mask lets through.
#[derive(Debug, Clone)]
pub(super) enum Mask {
    /// There is none.
    None,
    /// Anything or nothing.
    Unknown,
    /// What was drawn for it: its light, or else its opacity.
    Drawn { raster: Rc<Raster>, light: bool },
}

impl Mask {
    /// The share of a mark in a cell that it lets through.
    pub fn share(&self, cell: usize) -> f32 {
        match self {
            Self::None | Self::Unknown => 1.0,
            Self::Drawn { raster, light: true } => raster.colour(cell).map_or(1.0, brightness),
            Self::Drawn { raster, light: false } => 1.0 - Raster::left(raster.depth(cell)),
        }
    }
}

/// What `q` saves and `Q` restores.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub matrix: Matrix,
    pub font: Option<Rc<Font>>,
    pub size: f32,
    pub char_spacing: f32,
    pub word_spacing: f32,
    pub scale: f32,
    pub leading: f32,
    pub rise: f32,
    pub mode: i32,
    pub fill: Ink,
    pub stroke: Ink,
    /// Opacity of the transparency groups around.
    pub group_alpha: f32,
    pub blend: Blend,
    pub mask: Mask,
    pub clip: Clip,
    /// Glyphs that the clip consists of, when it is made of text: numbers on the canvas.
    pub text_clip: Option<(usize, usize)>,
    /// Width of lines.
    pub pen: f32,
}

impl State {
    pub fn new(matrix: Matrix, clip: Clip) -> Self {
        Self {
            matrix,
            font: None,
            size: 1.0,
            char_spacing: 0.0,
            word_spacing: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
            mode: 0,
            fill: Ink::black(),
            stroke: Ink::black(),
            group_alpha: 1.0,
            blend: Blend::Normal,
            mask: Mask::None,
            clip,
            text_clip: None,
            pen: 1.0,
        }
    }

    /// Whether a soft mask is set.
    pub fn masked(&self) -> bool {
        !matches!(self.mask, Mask::None)
    }

    /// The coat that an ink leaves in this state.
    pub fn coat(&self, ink: &Ink) -> Coat {
        let nothing = matches!(ink.space, Space::Nothing);
        Coat {
            colour: ink.colour.filter(|_| !self.masked()),
            alpha: if nothing {
                0.0
            } else {
                ink.alpha * self.group_alpha
            },
            blend: if self.masked() { Blend::Other } else { self.blend },
        }
    }

    /// Begins a transparency group: what was set for it as a whole no longer counts for its parts.
    pub fn begin_group(&mut self) {
        self.group_alpha *= self.fill.alpha;
        self.fill.alpha = 1.0;
        self.stroke.alpha = 1.0;
        // A group that is blended as a whole covers as if each part were.
        if self.blend != Blend::Normal {
            self.blend = Blend::Other;
        }
    }
}

//! The graphics state as far as text needs it.

use std::rc::Rc;

use super::font::Font;
use super::matrix::Matrix;

/// A colour as red, green and blue, 0-1.
pub(super) type Colour = [f32; 3];

pub(super) const BLACK: Colour = [0.0; 3];
pub(super) const WHITE: Colour = [1.0; 3];

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
    pub fill: Colour,
    pub stroke: Colour,
}

impl State {
    pub fn new(matrix: Matrix) -> Self {
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
            fill: BLACK,
            stroke: BLACK,
        }
    }
}

/// A colour from the operands of a colour operator, by their number.
pub(super) fn colour(values: &[f32]) -> Option<Colour> {
    match values {
        [grey] => Some([*grey; 3]),
        [red, green, blue] => Some([*red, *green, *blue]),
        [cyan, magenta, yellow, black] => {
            let ink = |value: f32| (1.0 - value) * (1.0 - black);
            Some([ink(*cyan), ink(*magenta), ink(*yellow)])
        }
        _ => None,
    }
}

/// Whether two colours cannot be told apart on a page.
pub(super) fn alike(one: Colour, other: Colour) -> bool {
    one.iter().zip(other).all(|(a, b)| (a - b).abs() < 0.06)
}

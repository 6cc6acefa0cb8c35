//! Colours, how they mix, and whether one can be read on another.

/// A colour as red, green and blue, 0-1.
pub(super) type Colour = [f32; 3];

pub(super) const BLACK: Colour = [0.0; 3];
pub(super) const WHITE: Colour = [1.0; 3];

/// Text with less contrast than this to what lies under it cannot be read; WCAG 2 asks for 4.5, and light grey
/// notes in real resumes go down to about 1.6.
const LEAST_CONTRAST: f32 = 1.25;
/// Colours that differ more than this in red, green or blue can be told apart whatever their brightness; the eye sees
/// blue worst.
const HUE_STEPS: Colour = [0.15, 0.15, 0.3];

/// How a coat mixes with what lies under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Blend {
    #[default]
    Normal,
    /// Darkens: white leaves everything as it is.
    Multiply,
    /// Lightens: black leaves everything as it is.
    Screen,
    /// Cannot be told.
    Other,
}

impl Blend {
    pub fn named(name: &[u8]) -> Self {
        match name {
            b"Normal" | b"Compatible" => Self::Normal,
            b"Multiply" | b"Darken" | b"ColorBurn" => Self::Multiply,
            b"Screen" | b"Lighten" | b"ColorDodge" => Self::Screen,
            _ => Self::Other,
        }
    }

    /// The share of what lies under it that a coat hides.
    pub fn cover(self, colour: Option<Colour>, alpha: f32) -> f32 {
        match (self, colour.map(brightness)) {
            (Self::Normal, _) => alpha,
            (Self::Multiply, Some(light)) => alpha * (1.0 - light),
            (Self::Screen, Some(light)) => alpha * light,
            _ => 0.0,
        }
    }

    /// The colour of a coat over another.
    pub fn over(self, under: Option<Colour>, colour: Option<Colour>, alpha: f32) -> Option<Colour> {
        if self == Self::Normal && alpha > 0.98 {
            return colour;
        }
        if alpha < 0.02 {
            return under;
        }
        let (under, colour) = (under?, colour?);
        let mixed = |at: fn(f32, f32) -> f32| {
            let [r0, g0, b0] = under;
            let [r1, g1, b1] = colour;
            [at(r0, r1), at(g0, g1), at(b0, b1)]
        };
        let blended = match self {
            Self::Normal => colour,
            Self::Multiply => mixed(|a, b| a * b),
            Self::Screen => mixed(|a, b| 1.0 - (1.0 - a) * (1.0 - b)),
            Self::Other => return None,
        };
        Some(mix(under, blended, alpha))
    }
}

/// A colour on the way from one to another.
pub(super) fn mix(from: Colour, to: Colour, share: f32) -> Colour {
    let [r0, g0, b0] = from;
    let [r1, g1, b1] = to;
    let step = |a: f32, b: f32| a + (b - a) * share;
    [step(r0, r1), step(g0, g1), step(b0, b1)]
}

/// Whether text of one colour cannot be read on another: the contrast ratio of WCAG 2 is next to nothing and so is the
/// difference in hue.
pub(super) fn alike(one: Colour, other: Colour) -> bool {
    let channels = one.iter().zip(other).zip(HUE_STEPS);
    if channels.into_iter().any(|((a, b), step)| (a - b).abs() > step) {
        return false;
    }
    let (a, b) = (luminance(one) + 0.05, luminance(other) + 0.05);
    a.max(b) / a.min(b) < LEAST_CONTRAST
}

/// Relative luminance as WCAG 2 defines it.
fn luminance(colour: Colour) -> f32 {
    let [red, green, blue] = colour.map(|value| {
        let value = value.clamp(0.0, 1.0);
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// How light a colour is, as blend modes and soft masks count it.
pub(super) fn brightness(colour: Colour) -> f32 {
    let [red, green, blue] = colour.map(|value| value.clamp(0.0, 1.0));
    0.3 * red + 0.59 * green + 0.11 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_eye_cannot_tell_apart_is_alike_and_light_grey_notes_are_not() {
        for (text, paper) in [
            ([1.0; 3], WHITE),
            ([0.97; 3], WHITE),
            ([1.0, 1.0, 0.9], WHITE),
            ([0.05; 3], BLACK),
            ([0.2, 0.3, 0.5], [0.21, 0.31, 0.52]),
        ] {
            assert!(alike(text, paper), "{text:?} on {paper:?}");
        }
        for (text, paper) in [
            ([0.8; 3], WHITE),
            ([0.87; 3], WHITE),
            ([1.0, 1.0, 0.0], WHITE),
            (WHITE, [0.2, 0.3, 0.5]),
            ([0.3, 0.3, 0.3], BLACK),
            ([0.8, 0.0, 0.0], [0.0, 0.42, 0.0]),
            ([0.35; 3], [0.18, 0.42, 0.23]),
        ] {
            assert!(!alike(text, paper), "{text:?} on {paper:?}");
        }
    }
}

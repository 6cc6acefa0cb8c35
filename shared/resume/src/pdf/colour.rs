//! Colours, colour spaces as far as they tell light from dark, and whether one colour can be read on another.

use std::rc::Rc;

use lopdf::{Document, Object};

use super::font::number;
use super::function::Function;

/// A colour as red, green and blue, 0-1.
pub(super) type Colour = [f32; 3];

pub(super) const BLACK: Colour = [0.0; 3];
pub(super) const WHITE: Colour = [1.0; 3];

/// Text with less contrast than this to what lies under it cannot be read; WCAG 2 asks for 4.5, and light grey
/// notes in real resumes go down to about 1.6.
const LEAST_CONTRAST: f32 = 1.25;
/// Colours that differ more than this in one channel can be told apart whatever their brightness.
const HUE_STEP: f32 = 0.25;
/// Steps of a table of tints.
const TINTS: usize = 16;
/// Deepest nesting of colour spaces.
const MAX_DEPTH: usize = 4;

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
    let (a, b) = (luminance(one) + 0.05, luminance(other) + 0.05);
    let hue = one.iter().zip(other).any(|(a, b)| (a - b).abs() > HUE_STEP);
    !hue && a.max(b) / a.min(b) < LEAST_CONTRAST
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

fn brightness(colour: Colour) -> f32 {
    let [red, green, blue] = colour.map(|value| value.clamp(0.0, 1.0));
    0.3 * red + 0.59 * green + 0.11 * blue
}

/// A colour from the operands of a colour operator, by their number.
pub(super) fn device(values: &[f32]) -> Option<Colour> {
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

/// What the numbers of a colour mean.
#[derive(Debug, Clone)]
pub(super) enum Space {
    /// Grey, red-green-blue or cyan-magenta-yellow-black, by their number.
    Device(usize),
    /// Numbers into a list of colours.
    Indexed(Rc<Vec<Colour>>),
    /// One ink, from none to full.
    Tint(Rc<Vec<Option<Colour>>>),
    /// Several inks.
    Inks,
    /// Lightness 0-100 first.
    Lab,
    Pattern,
    /// Leaves no marks.
    Nothing,
}

impl Space {
    /// Reads a colour space; one that is not understood says nothing about its colours.
    pub fn load(object: &Object, document: &Document) -> Self {
        Self::nested(object, document, 0).unwrap_or(Self::Inks)
    }

    fn nested(object: &Object, document: &Document, depth: usize) -> Option<Self> {
        let (_, object) = document.dereference(object).ok()?;
        if let Ok(name) = object.as_name() {
            return Some(match name {
                b"Pattern" => Self::Pattern,
                b"DeviceGray" | b"G" | b"CalGray" => Self::Device(1),
                b"DeviceCMYK" | b"CMYK" => Self::Device(4),
                _ => Self::Device(3),
            });
        }
        let list = object.as_array().ok().filter(|_| depth < MAX_DEPTH)?;
        let item = |at: usize| {
            list.get(at)
                .and_then(|o| document.dereference(o).ok())
                .map(|(_, o)| o)
        };
        let nested = |at: usize| Self::nested(list.get(at)?, document, depth + 1);
        Some(match item(0)?.as_name().ok()? {
            b"Pattern" => Self::Pattern,
            b"Lab" => Self::Lab,
            b"Indexed" | b"I" => Self::Indexed(Rc::new(indexed(&nested(1)?, item(3)?))),
            b"Separation" => match item(1)?.as_name().ok()? {
                b"None" => Self::Nothing,
                b"Black" | b"All" => Self::tints(|tint| Some([1.0 - tint; 3])),
                _ => {
                    let (alternate, function) = (nested(2)?, Function::load(item(3)?, document)?);
                    Self::tints(|tint| alternate.colour(&function.at(tint)?))
                }
            },
            b"DeviceN" => Self::Inks,
            b"ICCBased" => {
                let profile = &item(1)?.as_stream().ok()?.dict;
                Self::Device(usize::try_from(profile.get_deref(b"N", document).ok()?.as_i64().ok()?).ok()?)
            }
            b"CalGray" | b"DeviceGray" => Self::Device(1),
            b"DeviceCMYK" => Self::Device(4),
            _ => Self::Device(3),
        })
    }

    fn tints(colour: impl Fn(f32) -> Option<Colour>) -> Self {
        let table = (0..=TINTS).map(|step| colour(step as f32 / TINTS as f32));
        Self::Tint(Rc::new(table.collect()))
    }

    /// The colour of these numbers, `None` where it cannot be told.
    pub fn colour(&self, values: &[f32]) -> Option<Colour> {
        let first = values.first().copied().unwrap_or(0.0);
        match self {
            Self::Device(_) => device(values),
            Self::Indexed(table) => table.get(first.max(0.0) as usize).copied(),
            Self::Tint(table) => {
                let step = (first.clamp(0.0, 1.0) * TINTS as f32).round() as usize;
                table.get(step).copied().flatten()
            }
            Self::Lab => Some([(first / 100.0).clamp(0.0, 1.0).powf(1.1); 3]),
            // No ink at all leaves the paper as it is.
            Self::Inks => values.iter().all(|value| *value < 0.02).then_some(WHITE),
            Self::Pattern | Self::Nothing => None,
        }
    }

    /// The colour before any is chosen.
    pub fn first(&self) -> Option<Colour> {
        match self {
            Self::Device(_) | Self::Lab => Some(BLACK),
            Self::Indexed(_) => self.colour(&[0.0]),
            Self::Tint(_) => self.colour(&[1.0]),
            Self::Inks | Self::Pattern | Self::Nothing => None,
        }
    }
}

fn indexed(base: &Space, lookup: &Object) -> Vec<Colour> {
    let bytes = match lookup {
        Object::String(bytes, _) => bytes.clone(),
        Object::Stream(stream) => stream.get_plain_content_with_limit(4096).unwrap_or_default(),
        _ => Vec::new(),
    };
    let wide = match base {
        Space::Device(numbers) => (*numbers).clamp(1, 4),
        Space::Lab => 3,
        _ => 1,
    };
    let scale = if matches!(base, Space::Lab) {
        100.0 / 255.0
    } else {
        1.0 / 255.0
    };
    bytes
        .chunks_exact(wide)
        .take(256)
        .map_while(|entry| {
            let values: Vec<f32> = entry.iter().map(|byte| f32::from(*byte) * scale).collect();
            base.colour(&values)
        })
        .collect()
}

/// The colour that a shading shows all over, `None` where it changes.
pub(super) fn shading(object: &Object, document: &Document) -> Option<Colour> {
    let (_, object) = document.dereference(object).ok()?;
    let dictionary = match object {
        Object::Stream(stream) => &stream.dict,
        other => other.as_dict().ok()?,
    };
    let kind = dictionary
        .get_deref(b"ShadingType", document)
        .ok()?
        .as_i64()
        .ok()?;
    if !matches!(kind, 2 | 3) {
        return None;
    }
    let space = Space::load(dictionary.get(b"ColorSpace").ok()?, document);
    let function = Function::load(dictionary.get(b"Function").ok()?, document)?;
    let colours: Option<Vec<Colour>> = (0..=8)
        .map(|step| space.colour(&function.at(step as f32 / 8.0)?))
        .collect();
    let colours = colours?;
    let first = *colours.first()?;
    colours
        .iter()
        .all(|colour| alike(*colour, first))
        .then_some(first)
}

/// The numbers of an array.
pub(super) fn numbers(object: &Object, document: &Document) -> Vec<f32> {
    let Ok(list) = object.as_array() else {
        return Vec::new();
    };
    list.iter()
        .take(64)
        .filter_map(|item| number(document.dereference(item).ok()?.1))
        .collect()
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
        ] {
            assert!(!alike(text, paper), "{text:?} on {paper:?}");
        }
    }

    #[test]
    fn no_ink_is_white_and_full_ink_is_not() {
        let black = Space::tints(|tint| Some([1.0 - tint; 3]));
        assert_eq!(black.colour(&[0.0]), Some(WHITE));
        assert_eq!(black.colour(&[1.0]), Some(BLACK));
        assert_eq!(Space::Inks.colour(&[0.0, 0.0]), Some(WHITE));
        assert_eq!(Space::Inks.colour(&[0.0, 0.7]), None);
        assert_eq!(device(&[0.0, 0.0, 0.0, 0.0]), Some(WHITE));
    }
}

//! Colour spaces and shadings, as far as they tell light from dark.

use std::rc::Rc;

use lopdf::{Document, Object};

use super::colour::{BLACK, Colour, WHITE, alike};
use super::font::number;
use super::function::Function;

/// Steps of a table of tints.
const TINTS: usize = 16;
/// Deepest nesting of colour spaces.
const MAX_DEPTH: usize = 4;

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
    fn no_ink_is_white_and_full_ink_is_not() {
        let black = Space::tints(|tint| Some([1.0 - tint; 3]));
        assert_eq!(black.colour(&[0.0]), Some(WHITE));
        assert_eq!(black.colour(&[1.0]), Some(BLACK));
        assert_eq!(Space::Inks.colour(&[0.0, 0.0]), Some(WHITE));
        assert_eq!(Space::Inks.colour(&[0.0, 0.7]), None);
        assert_eq!(device(&[0.0, 0.0, 0.0, 0.0]), Some(WHITE));
    }
}

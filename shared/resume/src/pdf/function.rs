//! Functions of one number, as colour spaces and shadings use them.

use lopdf::{Dictionary, Document, Object};

use super::space::numbers;

/// Deepest nesting of functions.
const MAX_DEPTH: usize = 3;
/// Most bytes of a table of samples that are read.
const MAX_SAMPLES: usize = 65_536;

/// A function from 0.0-1.0 to the numbers of a colour.
#[derive(Debug)]
pub(super) enum Function {
    Exponential {
        low: Vec<f32>,
        high: Vec<f32>,
        power: f32,
    },
    Sampled {
        samples: Vec<u8>,
        width: usize,
    },
    /// Each with the place where it ends.
    Stitched(Vec<(f32, Function)>),
    /// One function for each number.
    Each(Vec<Function>),
}

impl Function {
    /// Reads a function; `None` for sorts that are not understood.
    pub fn load(object: &Object, document: &Document) -> Option<Self> {
        Self::nested(object, document, 0)
    }

    fn nested(object: &Object, document: &Document, depth: usize) -> Option<Self> {
        let (_, object) = document.dereference(object).ok()?;
        if depth > MAX_DEPTH {
            return None;
        }
        if let Ok(list) = object.as_array() {
            let each: Option<Vec<Self>> = list
                .iter()
                .take(8)
                .map(|item| Self::nested(item, document, depth + 1))
                .collect();
            return each.map(Self::Each);
        }
        let dictionary = match object {
            Object::Stream(stream) => &stream.dict,
            other => other.as_dict().ok()?,
        };
        let list = |key: &[u8]| {
            dictionary
                .get_deref(key, document)
                .ok()
                .map(|o| numbers(o, document))
        };
        match dictionary
            .get_deref(b"FunctionType", document)
            .ok()?
            .as_i64()
            .ok()?
        {
            2 => Some(Self::Exponential {
                low: list(b"C0").unwrap_or_else(|| vec![0.0]),
                high: list(b"C1").unwrap_or_else(|| vec![1.0]),
                power: dictionary
                    .get_deref(b"N", document)
                    .ok()
                    .and_then(super::font::number)
                    .unwrap_or(1.0),
            }),
            3 => Self::stitched(dictionary, document, depth),
            0 => {
                let bits = dictionary
                    .get_deref(b"BitsPerSample", document)
                    .ok()?
                    .as_i64()
                    .ok()?;
                let stream = object.as_stream().ok().filter(|_| bits == 8)?;
                Some(Self::Sampled {
                    width: list(b"Range")?.len() / 2,
                    samples: stream.get_plain_content_with_limit(MAX_SAMPLES).ok()?,
                })
            }
            _ => None,
        }
    }

    fn stitched(dictionary: &Dictionary, document: &Document, depth: usize) -> Option<Self> {
        let parts = dictionary
            .get_deref(b"Functions", document)
            .ok()?
            .as_array()
            .ok()?;
        let bounds = numbers(dictionary.get_deref(b"Bounds", document).ok()?, document);
        let ends = bounds.into_iter().chain(std::iter::repeat(1.0));
        let parts: Option<Vec<(f32, Self)>> = ends
            .zip(parts.iter().take(16))
            .map(|(end, part)| Some((end, Self::nested(part, document, depth + 1)?)))
            .collect();
        parts.filter(|parts| !parts.is_empty()).map(Self::Stitched)
    }

    /// The numbers at a place, 0.0-1.0.
    pub fn at(&self, x: f32) -> Option<Vec<f32>> {
        match self {
            Self::Exponential { low, high, power } => {
                let share = x.powf(*power);
                Some(low.iter().zip(high).map(|(a, b)| a + share * (b - a)).collect())
            }
            Self::Sampled { samples, width } => {
                let count = samples.len().checked_div(*width).filter(|count| *count > 0)?;
                let at = (x * (count - 1) as f32).round() as usize * width;
                let sample = samples.get(at..at + width)?;
                Some(sample.iter().map(|byte| f32::from(*byte) / 255.0).collect())
            }
            Self::Stitched(parts) => {
                let mut start = 0.0;
                let last = parts.last()?;
                for (end, part) in parts {
                    if x < *end || std::ptr::eq(part, &last.1) {
                        let length = end - start;
                        return part.at(if length > 0.0 {
                            ((x - start) / length).clamp(0.0, 1.0)
                        } else {
                            0.0
                        });
                    }
                    start = *end;
                }
                None
            }
            Self::Each(parts) => parts.iter().map(|part| part.at(x)?.first().copied()).collect(),
        }
    }
}

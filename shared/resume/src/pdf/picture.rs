//! What a picture shows at a place, as far as it is stored plainly; compressed photographs are only known to be opaque.

use std::rc::Rc;

use lopdf::{Dictionary, Document, Object, Stream};

use super::MAX_STREAM_BYTES;
use super::colour::{Blend, Colour};
use super::path::Point;
use super::raster::Coat;
use super::space::{Space, numbers};

/// Most bytes that the pictures of a file may unpack to together and still be looked at.
pub(super) const MAX_BYTES: usize = 32_000_000;
/// Most bytes of one of them.
const MAX_PICTURE: usize = 6_000_000;

/// Samples of a picture or of its mask.
#[derive(Debug)]
struct Samples {
    width: usize,
    height: usize,
    bits: usize,
    channels: usize,
    data: Vec<u8>,
}

impl Samples {
    fn load(
        stream: &Stream,
        document: &Document,
        channels: usize,
        bits: Option<usize>,
        left: usize,
    ) -> Option<Self> {
        let dictionary = &stream.dict;
        let (width, height) = (
            size(dictionary, b"Width", document)?,
            size(dictionary, b"Height", document)?,
        );
        let bits = bits.or_else(|| size(dictionary, b"BitsPerComponent", document))?;
        if !matches!(bits, 1 | 2 | 4 | 8) || !(1..=4).contains(&channels) {
            return None;
        }
        let row = (width * channels * bits).div_ceil(8);
        let plain = stream.filters().unwrap_or_default().iter().all(|filter| {
            matches!(
                *filter,
                b"FlateDecode" | b"ASCIIHexDecode" | b"ASCII85Decode" | b"LZWDecode" | b"RunLengthDecode"
            )
        });
        let bytes = row
            .checked_mul(height)
            .filter(|bytes| *bytes <= MAX_PICTURE.min(left) && plain)?;
        let data = stream.get_plain_content_with_limit(MAX_STREAM_BYTES).ok()?;
        (data.len() >= bytes).then_some(Self {
            width,
            height,
            bits,
            channels,
            data,
        })
    }

    /// The channels at a place of the unit square, each as it is stored.
    fn at(&self, (x, y): Point) -> Option<[u8; 4]> {
        let place =
            |share: f32, count: usize| ((share.clamp(0.0, 1.0) * count as f32) as usize).min(count - 1);
        let (column, row) = (place(x, self.width), place(1.0 - y, self.height));
        let start = row * (self.width * self.channels * self.bits).div_ceil(8);
        let mut out = [0; 4];
        for (channel, value) in out.iter_mut().enumerate().take(self.channels) {
            let bit = (column * self.channels + channel) * self.bits;
            let byte = *self.data.get(start + bit / 8)?;
            *value = (byte >> (8 - self.bits - bit % 8)) & self.highest();
        }
        Some(out)
    }

    fn highest(&self) -> u8 {
        (0xff_u16 >> (8 - self.bits)) as u8
    }
}

/// A picture that was looked at.
#[derive(Debug)]
pub(super) struct Picture {
    samples: Option<Samples>,
    space: Space,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Opaque,
    /// With a share of opacity for each place.
    Masked(Samples),
    /// Paints with the current colour; whether ones paint.
    Stencil(bool),
    /// Has holes that are not known.
    Holes,
}

impl Picture {
    /// Looks at a picture, with so many bytes left to unpack.
    pub fn load(stream: &Stream, document: &Document, left: usize) -> Rc<Self> {
        let dictionary = &stream.dict;
        let stencil = dictionary
            .get_deref(b"ImageMask", document)
            .and_then(Object::as_bool)
            .unwrap_or(false);
        if stencil {
            let decode = dictionary.get_deref(b"Decode", document).ok();
            let inverted = decode.is_some_and(|decode| numbers(decode, document).first() == Some(&1.0));
            return Rc::new(Self {
                samples: Samples::load(stream, document, 1, Some(1), left),
                space: Space::Inks,
                kind: Kind::Stencil(inverted),
            });
        }
        let space = dictionary
            .get(b"ColorSpace")
            .ok()
            .map(|object| Space::load(object, document));
        let space = space.unwrap_or(Space::Inks);
        let channels = match &space {
            Space::Device(channels) => *channels,
            Space::Indexed(_) | Space::Tint(_) => 1,
            Space::Lab => 3,
            Space::Inks | Space::Pattern | Space::Nothing => 0,
        };
        // Samples that mean something else than usual are left alone.
        let samples =
            (!dictionary.has(b"Decode")).then(|| Samples::load(stream, document, channels, None, left));
        let soft = dictionary
            .get_deref(b"SMask", document)
            .and_then(Object::as_stream);
        let kind = match soft {
            Ok(mask) => Samples::load(mask, document, 1, None, left).map_or(Kind::Holes, Kind::Masked),
            Err(_) if dictionary.has(b"Mask") => Kind::Holes,
            Err(_) => Kind::Opaque,
        };
        Rc::new(Self {
            samples: samples.flatten(),
            space,
            kind,
        })
    }

    /// Bytes that it keeps.
    pub fn bytes(&self) -> usize {
        let mask = match &self.kind {
            Kind::Masked(mask) => mask.data.len(),
            _ => 0,
        };
        mask + self.samples.as_ref().map_or(0, |samples| samples.data.len())
    }

    /// The coat at a place of the unit square, drawn with the coat of the current state.
    pub fn coat(&self, place: Point, state: Coat) -> Coat {
        let nothing = Coat { alpha: 0.0, ..state };
        let unknown = Coat {
            colour: None,
            blend: Blend::Other,
            ..state
        };
        match &self.kind {
            Kind::Stencil(ones) => match self.samples.as_ref().and_then(|samples| samples.at(place)) {
                Some([bit, ..]) if (bit == 1) == *ones => state,
                Some(_) => nothing,
                None => unknown,
            },
            Kind::Holes => unknown,
            Kind::Opaque => Coat {
                colour: self.colour(place),
                ..state
            },
            Kind::Masked(mask) => {
                let share = mask
                    .at(place)
                    .map_or(0.0, |[value, ..]| f32::from(value) / f32::from(mask.highest()));
                Coat {
                    colour: self.colour(place),
                    alpha: state.alpha * share,
                    ..state
                }
            }
        }
    }

    fn colour(&self, place: Point) -> Option<Colour> {
        let samples = self.samples.as_ref()?;
        let stored = samples.at(place)?;
        let scale = match self.space {
            Space::Indexed(_) => 1.0,
            Space::Lab => 100.0 / f32::from(samples.highest()),
            _ => 1.0 / f32::from(samples.highest()),
        };
        let values = stored.map(|value| f32::from(value) * scale);
        self.space.colour(values.get(..samples.channels)?)
    }
}

fn size(dictionary: &Dictionary, key: &[u8], document: &Document) -> Option<usize> {
    let value = dictionary.get_deref(key, document).ok()?.as_i64().ok()?;
    usize::try_from(value)
        .ok()
        .filter(|value| (1..=20_000).contains(value))
}

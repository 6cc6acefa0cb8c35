//! A font as far as text needs it: what its codes mean, how wide they are, and how it looks.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use lopdf::{Dictionary, Document, Object};

use super::MAX_STREAM_BYTES;
use super::blank;
use super::cmap::CMap;
use super::codes::Codes;
use super::embedded::{Program, glyph_map};
use super::encoding::simple_codes;
use super::metrics::{self, Pitch};
use super::widths::Widths;

/// Parts of the names of fonts whose glyphs are pictures.
const ICON_FONTS: &[&str] = &[
    "awesome",
    "glyphicon",
    "materialicon",
    "materialsymbol",
    "material-",
    "ionicon",
    "academicon",
    "icomoon",
    "typicons",
    "octicon",
    "bootstrap-icons",
    "fontello",
    "marvosym",
    "entypo",
    "linea-",
    "simple-line",
    "devicon",
];

/// One font.
#[derive(Debug, Default)]
pub(super) struct Font {
    pub bold: bool,
    pub italic: bool,
    /// Number of the family among those of the file.
    pub family: u16,
    composite: bool,
    /// Whether it is a font of signs, whose private characters mark the entries of lists.
    signs: bool,
    /// Whether its glyphs are pictures, whatever characters they are said to be.
    icons: bool,
    codes: Codes,
    map: CMap,
    /// Text of a composite font's glyphs by character identifier, for fonts without a map.
    glyphs: HashMap<u32, String>,
    pitch: Pitch,
    simple: Vec<String>,
    widths: Widths,
    /// Character identifiers that leave no mark.
    blank: HashSet<u32>,
    /// Whether its codes have no known meaning.
    pub mute: bool,
}

/// One shown code.
pub(super) struct Shown<'a> {
    pub text: Cow<'a, str>,
    /// Width for font size 1.
    pub width: f32,
    /// Whether word spacing applies.
    pub space: bool,
    /// Whether it leaves no mark, though its text has letters.
    pub blank: bool,
}

impl Font {
    pub fn load(font: &Dictionary, document: &Document) -> Self {
        let subtype = font
            .get_deref(b"Subtype", document)
            .and_then(Object::as_name)
            .unwrap_or(b"");
        let composite = subtype == b"Type0";
        let descendant = composite.then(|| descendant(font, document)).flatten();
        let name = font
            .get_deref(b"BaseFont", document)
            .and_then(Object::as_name)
            .unwrap_or(b"");
        let name = String::from_utf8_lossy(name).to_lowercase();
        let described = descendant.unwrap_or(font);
        let descriptor = described
            .get_deref(b"FontDescriptor", document)
            .and_then(Object::as_dict)
            .ok();
        let map = to_unicode(font, document);
        let program = |known: bool| match descriptor {
            Some(descriptor) if !known => Program::load(descriptor, document),
            _ => Program::default(),
        };
        let mut loaded = Self {
            bold: is_bold(&name, descriptor),
            italic: name.contains("italic") || name.contains("oblique"),
            composite,
            icons: ICON_FONTS.iter().any(|word| name.contains(word)),
            signs: name.contains("symbol") || name.contains("wingdings"),
            pitch: Pitch::of(&name),
            simple: if composite {
                Vec::new()
            } else {
                simple_codes(font, &name, || program(!map.is_empty()), document)
            },
            map,
            ..Self::default()
        };
        if loaded.composite {
            loaded.codes = Codes::of(font, document);
            if loaded.map.is_empty() {
                loaded.glyphs = identified(described, program(false), document);
            }
            loaded.widths.composite(described, document);
        } else {
            loaded
                .widths
                .simple(font, descriptor, document, subtype == b"Type3");
        }
        if let Some(descendant) = descendant {
            let identifiers = loaded.map.codes().map(|code| loaded.codes.identifier(code));
            loaded.blank = blank::outlined(descendant, identifiers, document);
        } else if subtype == b"Type3" {
            loaded.blank = blank::drawn(font, document);
        }
        loaded.mute = loaded.is_mute();
        loaded
    }

    /// Walks the codes of a shown string.
    pub fn show<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = Shown<'a>> + 'a {
        let mut rest = bytes;
        std::iter::from_fn(move || {
            let length = if self.composite {
                self.codes.length(rest)
            } else {
                1
            };
            let (chunk, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            rest = after;
            (!chunk.is_empty()).then(|| self.shown(chunk))
        })
    }

    fn shown(&self, chunk: &[u8]) -> Shown<'_> {
        let code = chunk
            .iter()
            .fold(0_u32, |value, byte| (value << 8) | u32::from(*byte));
        let identifier = if self.composite {
            self.codes.identifier(code)
        } else {
            code
        };
        let text = match self.map.get(code).filter(|text| means_something(text)) {
            Some(text) => Cow::Borrowed(text),
            None => self.unmapped(code, identifier),
        };
        let width = self.widths.get(identifier).unwrap_or_else(|| {
            let letter = text.chars().next();
            letter.map_or(0.5, |c| metrics::width(c, self.bold, self.pitch))
        });
        let icon = self.icons && !text.is_empty();
        let letters = || !text.trim().is_empty();
        let blank = blank::sentence(&text) || self.blank.contains(&identifier) && letters();
        let private = text.chars().all(|c| ('\u{e000}'..='\u{f8ff}').contains(&c));
        let bullet = self.signs && private && !text.is_empty();
        Shown {
            text: match (bullet, icon) {
                (true, _) => Cow::Borrowed("•"),
                (_, true) => Cow::Borrowed(" "),
                _ => text,
            },
            width,
            space: chunk == [32],
            blank,
        }
    }

    /// The text of a code that the font's map does not know.
    fn unmapped(&self, code: u32, identifier: u32) -> Cow<'_, str> {
        let known = if !self.composite {
            self.simple.get(code as usize)
        } else if let Codes::Unicode = self.codes {
            return char::from_u32(code).map_or_else(|| "".into(), |c| c.to_string().into());
        } else {
            self.glyphs.get(&identifier)
        };
        known.map_or("", String::as_str).into()
    }

    fn is_mute(&self) -> bool {
        let simple = self.simple.iter().any(|text| !text.trim().is_empty());
        let unicode = self.composite && matches!(self.codes, Codes::Unicode);
        self.map.is_empty() && self.glyphs.is_empty() && !simple && !unicode
    }
}

/// Whether a map's text says anything: some maps fill gaps with the replacement character or nothing.
fn means_something(text: &str) -> bool {
    text.chars().any(|c| c != '\u{fffd}' && c != '\0')
}

/// The texts of a composite font's glyphs by character identifier: through its program, or for fonts without one by
/// the order that Adobe's character collections have in common.
fn identified(descendant: &Dictionary, program: Program, document: &Document) -> HashMap<u32, String> {
    let glyphs = program.glyphs;
    if !glyphs.is_empty() {
        let Some(map) = glyph_map(descendant, document) else {
            return glyphs
                .into_iter()
                .map(|(glyph, text)| (u32::from(glyph), text))
                .collect();
        };
        let pairs = (0_u32..).zip(map.chunks_exact(2));
        return pairs
            .filter_map(|(identifier, glyph)| {
                let glyph = u16::from_be_bytes(glyph.try_into().ok()?);
                Some((identifier, glyphs.get(&glyph)?.clone()))
            })
            .collect();
    }
    let ordering = descendant
        .get_deref(b"CIDSystemInfo", document)
        .and_then(Object::as_dict)
        .and_then(|info| info.get_deref(b"Ordering", document))
        .and_then(Object::as_str)
        .unwrap_or_default();
    if ![&b"Japan1"[..], b"GB1", b"CNS1", b"Korea1"].contains(&ordering) {
        return HashMap::new();
    }
    (1..=95_u8)
        .map(|identifier| (u32::from(identifier), char::from(identifier + 31).to_string()))
        .collect()
}

fn descendant<'a>(font: &'a Dictionary, document: &'a Document) -> Option<&'a Dictionary> {
    let list = font
        .get_deref(b"DescendantFonts", document)
        .and_then(Object::as_array)
        .ok()?;
    document.dereference(list.first()?).ok()?.1.as_dict().ok()
}

fn to_unicode(font: &Dictionary, document: &Document) -> CMap {
    font.get_deref(b"ToUnicode", document)
        .and_then(Object::as_stream)
        .and_then(|stream| stream.get_plain_content_with_limit(MAX_STREAM_BYTES))
        .map(|bytes| CMap::parse(&bytes))
        .unwrap_or_default()
}

fn is_bold(name: &str, descriptor: Option<&Dictionary>) -> bool {
    if ["bold", "black", "heavy", "demi"]
        .iter()
        .any(|word| name.contains(word))
    {
        return true;
    }
    let Some(descriptor) = descriptor else {
        return false;
    };
    let weight = descriptor.get(b"FontWeight").ok().and_then(number).unwrap_or(0.0);
    let flags = descriptor.get(b"Flags").and_then(Object::as_i64).unwrap_or(0);
    weight >= 600.0 || flags & (1 << 18) != 0
}

/// The name of a font's family: without the six letters of a subset, and without what tells its styles apart.
pub(super) fn family(font: &Dictionary, document: &Document) -> String {
    let name = font
        .get_deref(b"BaseFont", document)
        .and_then(Object::as_name)
        .unwrap_or(b"");
    let name = String::from_utf8_lossy(name);
    let name = name.split_once('+').map_or(&*name, |(_, rest)| rest);
    let end = name.find(['-', ',']).unwrap_or(name.len());
    name.get(..end).unwrap_or_default().to_lowercase()
}

/// The value of a number object.
pub(super) fn number(object: &Object) -> Option<f32> {
    object.as_float().ok().filter(|value| value.is_finite())
}

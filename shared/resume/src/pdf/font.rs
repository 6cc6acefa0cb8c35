//! A font as far as text needs it: what its codes mean, how wide they are, and how it looks.

use std::collections::HashMap;

use lopdf::{Dictionary, Document, Object};

use super::cmap::CMap;
use super::encoding::simple_codes;
use super::{MAX_STREAM_BYTES, metrics};

/// One font.
#[derive(Debug, Default)]
pub(super) struct Font {
    pub bold: bool,
    pub italic: bool,
    /// Number of the family among those of the file.
    pub family: u16,
    composite: bool,
    code_bytes: usize,
    map: CMap,
    simple: Vec<String>,
    widths: HashMap<u32, f32>,
    default_width: f32,
    standard: bool,
}

/// One shown code.
pub(super) struct Shown<'a> {
    pub text: &'a str,
    /// Width for font size 1.
    pub width: f32,
    /// Whether word spacing applies.
    pub space: bool,
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
        let mut loaded = Self {
            bold: is_bold(&name, descriptor),
            italic: name.contains("italic") || name.contains("oblique"),
            composite,
            code_bytes: if composite { map.code_bytes.unwrap_or(2) } else { 1 },
            simple: if composite {
                Vec::new()
            } else {
                simple_codes(font, document)
            },
            default_width: 0.5,
            map,
            ..Self::default()
        };
        if loaded.composite {
            loaded.composite_widths(described, document);
        } else {
            loaded.simple_widths(font, descriptor, document, subtype == b"Type3");
        }
        loaded
    }

    fn simple_widths(
        &mut self,
        font: &Dictionary,
        descriptor: Option<&Dictionary>,
        document: &Document,
        type3: bool,
    ) {
        let scale = if type3 { type3_scale(font, document) } else { 0.001 };
        let first = font
            .get_deref(b"FirstChar", document)
            .and_then(Object::as_i64)
            .unwrap_or(0);
        let first = u32::try_from(first).unwrap_or(0);
        if let Some(missing) = descriptor
            .and_then(|d| d.get(b"MissingWidth").ok())
            .and_then(number)
        {
            self.default_width = missing * scale;
        }
        match font.get_deref(b"Widths", document).and_then(Object::as_array) {
            Ok(widths) => {
                for (code, width) in (first..).zip(widths.iter().take(256)) {
                    let width = document.dereference(width).ok().and_then(|(_, w)| number(w));
                    self.widths.insert(code, width.unwrap_or(0.0) * scale);
                }
            }
            Err(_) => self.standard = true,
        }
    }

    fn composite_widths(&mut self, descendant: &Dictionary, document: &Document) {
        let default = descendant.get_deref(b"DW", document).ok().and_then(number);
        self.default_width = default.unwrap_or(1000.0) / 1000.0;
        let Ok(items) = descendant.get_deref(b"W", document).and_then(Object::as_array) else {
            return;
        };
        let mut items = items
            .iter()
            .take(200_000)
            .map(|item| document.dereference(item).map(|(_, o)| o));
        while let Some(Ok(first)) = items.next() {
            let Some(first) = number(first).map(|value| value as u32) else {
                continue;
            };
            match items.next() {
                Some(Ok(Object::Array(widths))) => {
                    for (code, width) in (first..).zip(widths.iter().filter_map(number)) {
                        self.widths.insert(code, width / 1000.0);
                    }
                }
                Some(Ok(last)) => {
                    let last = number(last).map_or(first, |value| value as u32);
                    let Some(Ok(width)) = items.next() else { break };
                    let width = number(width).unwrap_or(0.0) / 1000.0;
                    for code in first..=last.min(first.saturating_add(0xffff)) {
                        self.widths.insert(code, width);
                    }
                }
                _ => break,
            }
        }
    }

    /// Walks the codes of a shown string.
    pub fn show<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = Shown<'a>> + 'a {
        bytes.chunks(self.code_bytes.max(1)).map(move |chunk| {
            let code = chunk
                .iter()
                .fold(0_u32, |value, byte| (value << 8) | u32::from(*byte));
            let text = match self.map.get(code) {
                Some(text) => text,
                None if self.composite => "",
                None => self.simple.get(code as usize).map_or("", String::as_str),
            };
            let width = match self.widths.get(&code) {
                Some(width) => *width,
                None if self.standard => text.chars().next().map_or(0.5, |c| metrics::width(c, self.bold)),
                None => self.default_width,
            };
            Shown {
                text,
                width,
                space: chunk == [32],
            }
        })
    }

    /// Whether the codes of this font have no known meaning.
    pub fn is_mute(&self) -> bool {
        self.composite && self.map.is_empty()
    }
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

fn type3_scale(font: &Dictionary, document: &Document) -> f32 {
    let matrix = font
        .get_deref(b"FontMatrix", document)
        .and_then(Object::as_array)
        .ok();
    matrix
        .and_then(|m| m.first())
        .and_then(number)
        .filter(|v| v.is_finite() && *v != 0.0)
        .unwrap_or(0.001)
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

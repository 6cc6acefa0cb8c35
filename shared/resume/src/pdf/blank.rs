//! Codes of a font that leave no mark, whatever text they are said to be: glyphs without an outline, and glyphs that
//! stand for whole sentences.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object};
use ttf_parser::{Face, GlyphId};

use super::MAX_STREAM_BYTES;
use super::embedded::glyph_map;
use super::lexer::{Lexer, Token};

/// Letters of one glyph beyond those of any ligature.
const MOST_LETTERS: usize = 8;
/// Most glyphs that are looked at.
const MAX_GLYPHS: usize = 70_000;
/// Most bytes of all drawn glyphs together.
const MAX_DRAWN: usize = 2_000_000;
/// An outline lower than this share of an em cannot be seen.
const LOWEST: f32 = 0.02;
/// Operators that leave a mark.
const MARKS: &[&[u8]] = &[
    b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s", b"sh", b"Do", b"BI", b"Tj", b"TJ", b"'", b"\"",
];

/// Whether a text is too long for what one glyph can show.
pub(super) fn sentence(text: &str) -> bool {
    text.len() > MOST_LETTERS && text.chars().filter(|c| c.is_alphanumeric()).count() > MOST_LETTERS
}

/// Codes of a font whose glyphs are drawn by the page's own operators and draw nothing.
pub(super) fn drawn(font: &Dictionary, document: &Document) -> HashSet<u32> {
    let dictionary = |key: &[u8]| font.get_deref(key, document).and_then(Object::as_dict).ok();
    let (Some(glyphs), Some(encoding)) = (dictionary(b"CharProcs"), dictionary(b"Encoding")) else {
        return HashSet::new();
    };
    let mut left = MAX_DRAWN;
    let mut empty: HashSet<&[u8]> = HashSet::new();
    for (name, glyph) in glyphs.iter().take(MAX_GLYPHS) {
        let stream = document
            .dereference(glyph)
            .ok()
            .and_then(|(_, o)| o.as_stream().ok());
        let content = stream.and_then(|stream| stream.get_plain_content_with_limit(left).ok());
        let Some(content) = content else { continue };
        left = left.saturating_sub(content.len());
        if !marks(&content) {
            empty.insert(name);
        }
    }
    let differences = encoding
        .get_deref(b"Differences", document)
        .and_then(Object::as_array);
    let mut code = 0_u32;
    let mut codes = HashSet::new();
    for item in differences.into_iter().flatten().take(2_000) {
        match item {
            Object::Integer(next) => code = u32::try_from(*next).unwrap_or(0),
            Object::Name(name) => {
                if empty.contains(name.as_slice()) {
                    codes.insert(code);
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    codes
}

fn marks(content: &[u8]) -> bool {
    let mut lexer = Lexer::new(content);
    while let Some(token) = lexer.next() {
        if let Token::Operator(name) = token
            && MARKS.contains(&name)
        {
            return true;
        }
    }
    false
}

/// Which of these character identifiers of a composite TrueType font have no outline.
pub(super) fn outlined(
    descendant: &Dictionary,
    identifiers: impl Iterator<Item = u32>,
    document: &Document,
) -> HashSet<u32> {
    let descriptor = descendant
        .get_deref(b"FontDescriptor", document)
        .and_then(Object::as_dict);
    let program = descriptor
        .and_then(|descriptor| descriptor.get_deref(b"FontFile2", document))
        .and_then(Object::as_stream)
        .and_then(|stream| stream.get_plain_content_with_limit(MAX_STREAM_BYTES));
    let Ok(bytes) = program else { return HashSet::new() };
    let Ok(face) = Face::parse(&bytes, 0) else {
        return HashSet::new();
    };
    let map = glyph_map(descendant, document);
    let glyph = |identifier: u32| -> Option<GlyphId> {
        let identifier = usize::try_from(identifier).ok()?;
        let number = match &map {
            Some(map) => u16::from_be_bytes(map.get(identifier * 2..identifier * 2 + 2)?.try_into().ok()?),
            None => u16::try_from(identifier).ok()?,
        };
        (number > 0 && number < face.number_of_glyphs()).then_some(GlyphId(number))
    };
    let lowest = f32::from(face.units_per_em()) * LOWEST;
    // Only outlines in this table are understood; a font without it says nothing.
    if face.tables().glyf.is_none() {
        return HashSet::new();
    }
    identifiers
        .take(MAX_GLYPHS)
        .filter(|identifier| {
            glyph(*identifier).is_some_and(|glyph| {
                let outline = face.glyph_bounding_box(glyph);
                outline.is_none_or(|outline| {
                    (f32::from(outline.y_max) - f32::from(outline.y_min)).abs() < lowest
                })
            })
        })
        .collect()
}

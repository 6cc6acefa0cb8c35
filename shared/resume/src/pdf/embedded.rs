//! What the font program inside a file says about the meaning of its glyphs, for fonts whose dictionary says nothing.

use std::collections::HashMap;

use encoding_rs::MACINTOSH;
use lopdf::{Dictionary, Document, Object};
use ttf_parser::{Face, GlyphId, PlatformId, cff};

use super::MAX_STREAM_BYTES;
use super::glyphs::glyph_text;
use super::lexer::{Lexer, Token};

/// Characters that are looked for in a font: the alphabets of Europe with marks and signs, ligatures, and the private
/// characters of icons.
const SOUGHT: [std::ops::RangeInclusive<u32>; 3] = [0x20..=0x27ff, 0xe000..=0xf8ff, 0xfb00..=0xfb06];
/// Flag of a font descriptor: the font has other characters than the Latin ones.
const SYMBOLIC: i64 = 1 << 2;
/// Most glyphs whose names are looked at.
const MAX_GLYPHS: u16 = 20_000;
/// Most bytes of a Type 1 program's readable part.
const MAX_CLEAR_TEXT: usize = 200_000;

/// What a font program says.
#[derive(Debug, Default)]
pub(super) struct Program {
    /// Text of a glyph by its number.
    pub glyphs: HashMap<u16, String>,
    /// Text of a code by the program's own encoding.
    pub codes: HashMap<u8, String>,
    /// Whether it could be read and says nothing of what its glyphs mean.
    pub silent: bool,
}

impl Program {
    /// The program that a font descriptor leads to; nothing is known where there is none or it cannot be read.
    pub fn load(descriptor: &Dictionary, document: &Document) -> Self {
        let Some(bytes) = [&b"FontFile2"[..], b"FontFile3", b"FontFile"]
            .iter()
            .find_map(|key| descriptor.get_deref(key, document).ok())
            .and_then(|object| object.as_stream().ok())
            .and_then(|stream| stream.get_plain_content_with_limit(MAX_STREAM_BYTES).ok())
        else {
            return Self::default();
        };
        // The keys are often mixed up: the bytes tell what they are.
        // A symbol font's codes are its own: they are no letters of any alphabet.
        let flags = descriptor.get(b"Flags").and_then(Object::as_i64).unwrap_or(0);
        let symbols = flags & SYMBOLIC != 0;
        let mut program = match bytes.as_slice() {
            [b'%', b'!', ..] | [0x80, 1, ..] => type1(&bytes),
            [1, 0, ..] if bytes.get(2).is_some_and(|header| *header <= 8) && bytes.get(3) != Some(&0) => {
                compact(&bytes)
            }
            _ => sfnt(&bytes, symbols),
        };
        program.glyphs.retain(|_, text| !text.is_empty());
        program.codes.retain(|_, text| !text.is_empty());
        program.silent &= program.glyphs.is_empty();
        program
    }
}

/// TrueType and OpenType: character maps read backwards, then glyph names.
fn sfnt(bytes: &[u8], symbols: bool) -> Program {
    let mut program = Program::default();
    let Ok(face) = Face::parse(bytes, 0) else {
        return program;
    };
    program.silent = symbols;
    let maps = || face.tables().cmap.iter().flat_map(|table| table.subtables);
    for map in maps().filter(|map| map.is_unicode()) {
        for code in SOUGHT.into_iter().flatten() {
            if let (Some(glyph), Some(character)) = (map.glyph_index(code), char::from_u32(code)) {
                program
                    .glyphs
                    .entry(glyph.0)
                    .or_insert_with(|| character.to_string());
            }
        }
    }
    for glyph in 1..face.number_of_glyphs().min(MAX_GLYPHS) {
        if !program.glyphs.contains_key(&glyph)
            && let Some(text) = face.glyph_name(GlyphId(glyph)).and_then(glyph_text)
        {
            program.glyphs.insert(glyph, text);
        }
    }
    for map in maps() {
        let macintosh = map.platform_id == PlatformId::Macintosh;
        if !macintosh && map.is_unicode() {
            continue;
        }
        for code in 0..=255_u8 {
            // Symbol fonts keep their codes on a private page.
            let glyph = [0, 0xf000, 0xf100]
                .iter()
                .find_map(|page| map.glyph_index(page + u32::from(code)));
            let Some(glyph) = glyph.filter(|glyph| glyph.0 != 0) else {
                continue;
            };
            let text = program.glyphs.get(&glyph.0).cloned().or_else(|| {
                let (text, _) = MACINTOSH.decode_without_bom_handling(std::slice::from_ref(&code));
                (macintosh && !symbols && code >= 32).then(|| text.into_owned())
            });
            if let Some(text) = text {
                program.codes.entry(code).or_insert(text);
            }
        }
    }
    program
}

/// A bare Compact Font Format program: names of its glyphs, its own encoding.
fn compact(bytes: &[u8]) -> Program {
    let mut program = Program::default();
    let Some(table) = cff::Table::parse(bytes) else {
        return program;
    };
    for glyph in 1..table.number_of_glyphs().min(MAX_GLYPHS) {
        if let Some(text) = table.glyph_name(GlyphId(glyph)).and_then(glyph_text) {
            program.glyphs.insert(glyph, text);
        }
    }
    for code in 0..=255_u8 {
        let glyph = table.glyph_index(code).filter(|glyph| glyph.0 != 0);
        if let Some(text) = glyph.and_then(|glyph| program.glyphs.get(&glyph.0)) {
            program.codes.insert(code, text.clone());
        }
    }
    program
}

/// A Type 1 program: `dup 65 /A put` in the readable part before the encrypted one.
fn type1(bytes: &[u8]) -> Program {
    let mut program = Program::default();
    let clear = bytes.get(..bytes.len().min(MAX_CLEAR_TEXT)).unwrap_or_default();
    let find = |what: &[u8]| clear.windows(what.len()).position(|window| window == what);
    let end = find(b"eexec").unwrap_or(clear.len());
    let Some(encoding) = find(b"/Encoding").and_then(|start| clear.get(start..end)) else {
        return program;
    };
    let mut lexer = Lexer::new(encoding);
    let mut code = None;
    let mut name = None;
    while let Some(token) = lexer.next() {
        match token {
            Token::Number(value) => code = Some(value as u8),
            Token::Name(glyph) => name = Some(glyph),
            Token::Operator(b"put") => {
                if let (Some(code), Some(name)) = (code, name)
                    && let Some(text) = glyph_text(&String::from_utf8_lossy(name))
                {
                    program.codes.insert(code, text);
                }
            }
            Token::Operator(b"def" | b"readonly") if !program.codes.is_empty() => break,
            _ => {}
        }
    }
    program
}

/// The object's glyph numbers by character identifier, two bytes each; `None` where they are the same.
pub(super) fn glyph_map(descendant: &Dictionary, document: &Document) -> Option<Vec<u8>> {
    let map = descendant.get_deref(b"CIDToGIDMap", document).ok()?;
    let stream = Object::as_stream(map).ok()?;
    stream.get_plain_content_with_limit(MAX_STREAM_BYTES).ok()
}

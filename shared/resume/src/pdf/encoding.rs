//! What the codes of simple fonts mean: base encodings and glyph names.

use encoding_rs::{MACINTOSH, WINDOWS_1252};
use lopdf::{Dictionary, Document, Object};

use super::embedded::Program;
use super::glyphs::{glyph_number, glyph_text, named_code};

/// The text of each of the 256 codes of a simple font. `program` is asked for the font's own encoding, and only where
/// the dictionary leaves it open.
pub(super) fn simple_codes(
    font: &Dictionary,
    name: &str,
    program: impl FnOnce() -> Program,
    document: &Document,
) -> Vec<String> {
    let encoding = font.get_deref(b"Encoding", document).ok();
    let base = match encoding {
        Some(Object::Name(name)) => name.as_slice(),
        Some(Object::Dictionary(dictionary)) => dictionary
            .get_deref(b"BaseEncoding", document)
            .and_then(Object::as_name)
            .unwrap_or(b""),
        _ => b"",
    };
    let mut codes: Vec<String> = (0..=255_u8).map(|code| base_text(base, code)).collect();
    let differences = match encoding {
        Some(Object::Dictionary(dictionary)) => dictionary
            .get_deref(b"Differences", document)
            .and_then(Object::as_array)
            .ok(),
        _ => None,
    };
    if name.contains("dingbats") {
        codes = (0..=255_u8).map(dingbat).collect();
    } else if base.is_empty() {
        let program = program();
        if program.silent {
            codes.iter_mut().for_each(String::clear);
        }
        for (code, text) in &program.codes {
            if let Some(slot) = codes.get_mut(usize::from(*code)) {
                slot.clone_from(text);
            }
        }
        if let Some(differences) = differences {
            apply_differences(&mut codes, differences, &program);
        }
        return codes;
    }
    if let Some(differences) = differences {
        apply_differences(&mut codes, differences, &Program::default());
    }
    codes
}

/// Signs of Zapf Dingbats: what lists are marked with, and marks that say nothing in words.
fn dingbat(code: u8) -> String {
    match code {
        0x21..=0x47 | 0x56..=0x6b | 0xa1..=0xa7 => " ",
        0x48..=0x55 | 0x6c..=0x7e | 0xa8..=0xfe => "•",
        _ => "",
    }
    .to_owned()
}

fn base_text(encoding: &[u8], code: u8) -> String {
    if code < 32 {
        return String::new();
    }
    let (text, _) = match encoding {
        b"MacRomanEncoding" => MACINTOSH.decode_without_bom_handling(std::slice::from_ref(&code)),
        b"WinAnsiEncoding" => WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(&code)),
        _ => return standard(code),
    };
    text.into_owned()
}

/// StandardEncoding where it differs from what everybody writes, else Windows-1252.
fn standard(code: u8) -> String {
    let special = match code {
        0x27 => "’",
        0x60 => "‘",
        0xa4 => "⁄",
        0xa9 => "'",
        0xaa => "“",
        0xac => "‹",
        0xad => "›",
        0xae => "fi",
        0xaf => "fl",
        0xb1 => "–",
        0xb7 => "•",
        0xb9 => "„",
        0xba => "”",
        0xd0 => "—",
        0xe1 => "Æ",
        0xe8 => "Ł",
        0xe9 => "Ø",
        0xf1 => "æ",
        0xf5 => "ı",
        0xf8 => "ł",
        0xf9 => "ø",
        0xfb => "ß",
        _ => {
            return WINDOWS_1252
                .decode_without_bom_handling(std::slice::from_ref(&code))
                .0
                .into_owned();
        }
    };
    special.to_owned()
}

fn apply_differences(codes: &mut [String], differences: &[Object], program: &Program) {
    let mut code = 0_usize;
    for item in differences {
        match item {
            Object::Integer(next) => code = usize::try_from(*next).unwrap_or(256),
            Object::Name(name) => {
                if let Some(slot) = codes.get_mut(code) {
                    *slot = named_text(&String::from_utf8_lossy(name), program);
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
}

/// The text of a glyph name, of the glyph that it numbers, or of the code that it was made from.
fn named_text(name: &str, program: &Program) -> String {
    glyph_text(name)
        .or_else(|| program.glyphs.get(&glyph_number(name)?).cloned())
        .or_else(|| named_code(name).map(standard))
        .unwrap_or_default()
}

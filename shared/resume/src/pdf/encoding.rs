//! What the codes of simple fonts mean: base encodings and glyph names.

use encoding_rs::{MACINTOSH, WINDOWS_1252};
use lopdf::{Dictionary, Document, Object};
use unicode_normalization::UnicodeNormalization;

/// The text of each of the 256 codes of a simple font.
pub(super) fn simple_codes(font: &Dictionary, document: &Document) -> Vec<String> {
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
    if let Some(Object::Dictionary(dictionary)) = encoding
        && let Ok(differences) = dictionary
            .get_deref(b"Differences", document)
            .and_then(Object::as_array)
    {
        apply_differences(&mut codes, differences);
    }
    codes
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

fn apply_differences(codes: &mut [String], differences: &[Object]) {
    let mut code = 0_usize;
    for item in differences {
        match item {
            Object::Integer(next) => code = usize::try_from(*next).unwrap_or(256),
            Object::Name(name) => {
                if let Some(slot) = codes.get_mut(code) {
                    *slot = glyph_text(&String::from_utf8_lossy(name)).unwrap_or_default();
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
}

/// Glyph names that are no letter with an accent.
const NAMES: &[(&str, &str)] = &[
    ("AE", "Æ"),
    ("Eth", "Ð"),
    ("Euro", "€"),
    ("Lslash", "Ł"),
    ("OE", "Œ"),
    ("Oslash", "Ø"),
    ("Thorn", "Þ"),
    ("ae", "æ"),
    ("ampersand", "&"),
    ("asciicircum", "^"),
    ("asciitilde", "~"),
    ("asterisk", "*"),
    ("at", "@"),
    ("backslash", "\\"),
    ("bar", "|"),
    ("braceleft", "{"),
    ("braceright", "}"),
    ("bracketleft", "["),
    ("bracketright", "]"),
    ("bullet", "•"),
    ("colon", ":"),
    ("comma", ","),
    ("copyright", "©"),
    ("degree", "°"),
    ("dollar", "$"),
    ("dotlessi", "ı"),
    ("eight", "8"),
    ("ellipsis", "…"),
    ("emdash", "—"),
    ("endash", "–"),
    ("equal", "="),
    ("eth", "ð"),
    ("exclam", "!"),
    ("exclamdown", "¡"),
    ("f_f", "ff"),
    ("f_f_i", "ffi"),
    ("f_f_l", "ffl"),
    ("f_i", "fi"),
    ("f_l", "fl"),
    ("ff", "ff"),
    ("ffi", "ffi"),
    ("ffl", "ffl"),
    ("fi", "fi"),
    ("five", "5"),
    ("fl", "fl"),
    ("four", "4"),
    ("fraction", "⁄"),
    ("germandbls", "ß"),
    ("grave", "`"),
    ("greater", ">"),
    ("guillemotleft", "«"),
    ("guillemotright", "»"),
    ("guilsinglleft", "‹"),
    ("guilsinglright", "›"),
    ("hyphen", "-"),
    ("less", "<"),
    ("lslash", "ł"),
    ("minus", "−"),
    ("nbspace", " "),
    ("nine", "9"),
    ("numbersign", "#"),
    ("oe", "œ"),
    ("one", "1"),
    ("ordfeminine", "ª"),
    ("ordmasculine", "º"),
    ("oslash", "ø"),
    ("parenleft", "("),
    ("parenright", ")"),
    ("percent", "%"),
    ("period", "."),
    ("periodcentered", "·"),
    ("plus", "+"),
    ("question", "?"),
    ("questiondown", "¿"),
    ("quotedbl", "\""),
    ("quotedblbase", "„"),
    ("quotedblleft", "“"),
    ("quotedblright", "”"),
    ("quoteleft", "‘"),
    ("quoteright", "’"),
    ("quotesinglbase", "‚"),
    ("quotesingle", "'"),
    ("registered", "®"),
    ("section", "§"),
    ("semicolon", ";"),
    ("seven", "7"),
    ("six", "6"),
    ("slash", "/"),
    ("space", " "),
    ("sterling", "£"),
    ("thorn", "þ"),
    ("three", "3"),
    ("trademark", "™"),
    ("two", "2"),
    ("underscore", "_"),
    ("zero", "0"),
    ("dcroat", "đ"),
    ("Dcroat", "Đ"),
];

/// Accents as glyph names end in them, with their combining characters.
const ACCENTS: &[(&str, char)] = &[
    ("hungarumlaut", '\u{30b}'),
    ("commaaccent", '\u{327}'),
    ("circumflex", '\u{302}'),
    ("dotaccent", '\u{307}'),
    ("dieresis", '\u{308}'),
    ("cedilla", '\u{327}'),
    ("ogonek", '\u{328}'),
    ("macron", '\u{304}'),
    ("acute", '\u{301}'),
    ("grave", '\u{300}'),
    ("breve", '\u{306}'),
    ("tilde", '\u{303}'),
    ("caron", '\u{30c}'),
    ("ring", '\u{30a}'),
];

/// The text of a glyph name, as the Adobe glyph list reads it.
pub(super) fn glyph_text(name: &str) -> Option<String> {
    let stem = name.split('.').next().filter(|stem| !stem.is_empty())?;
    let mut characters = stem.chars();
    if let (Some(only), None) = (characters.next(), characters.next()) {
        return Some(only.to_string());
    }
    if let Some((_, text)) = NAMES.iter().find(|(known, _)| *known == stem) {
        return Some((*text).to_owned());
    }
    for prefix in ["uni", "u"] {
        if let Some(digits) = stem.strip_prefix(prefix)
            && (4..=6).contains(&digits.len())
            && let Some(c) = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
        {
            return Some(c.to_string());
        }
    }
    ACCENTS.iter().find_map(|(ending, mark)| {
        let letter = stem.strip_suffix(ending)?;
        (letter.chars().count() == 1).then(|| letter.chars().chain([*mark]).nfc().collect())
    })
}

#[cfg(test)]
mod tests {
    use super::glyph_text;

    #[test]
    fn glyph_names_become_text() {
        for (name, text) in [
            ("A", "A"),
            ("eacute", "é"),
            ("Scaron", "Š"),
            ("fi", "fi"),
            ("uni20AC", "€"),
            ("a.sc", "a"),
        ] {
            assert_eq!(glyph_text(name).as_deref(), Some(text), "{name}");
        }
        assert_eq!(glyph_text("g123"), None);
    }
}

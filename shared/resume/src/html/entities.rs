//! Character references of web pages: the numbered ones and the names that resumes use.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

const NAMED: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("ndash", "–"),
    ("mdash", "—"),
    ("bull", "•"),
    ("middot", "·"),
    ("hellip", "…"),
    ("rsquo", "’"),
    ("lsquo", "‘"),
    ("rdquo", "”"),
    ("ldquo", "“"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("euro", "€"),
    ("pound", "£"),
    ("szlig", "ß"),
    ("oslash", "ø"),
    ("Oslash", "Ø"),
    ("aelig", "æ"),
    ("AElig", "Æ"),
    ("oelig", "œ"),
    ("ensp", " "),
    ("emsp", " "),
    ("thinsp", " "),
    ("deg", "°"),
    ("zwnj", ""),
    ("shy", ""),
];

const ACCENTS: &[(&str, char)] = &[
    ("acute", '\u{301}'),
    ("grave", '\u{300}'),
    ("circ", '\u{302}'),
    ("uml", '\u{308}'),
    ("tilde", '\u{303}'),
    ("cedil", '\u{327}'),
    ("ring", '\u{30a}'),
    ("caron", '\u{30c}'),
    ("ogon", '\u{328}'),
];

/// Replaces character references; unknown ones stay as they are.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let name_end = after
            .char_indices()
            .take(34)
            .find(|(_, c)| *c == ';')
            .map(|(end, _)| end);
        match name_end.and_then(|end| Some((after.get(1..end).and_then(named)?, end))) {
            Some((character, end)) => {
                out.push_str(&character);
                rest = after.get(end + 1..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = after.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn named(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let value = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        return match value {
            // Pages write these for characters of Windows-1252, and browsers read them so.
            0x80..=0x9f => {
                let byte = [u8::try_from(value).ok()?];
                let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte).0;
                Some(text.into_owned())
            }
            _ => char::from_u32(value).map(String::from),
        };
    }
    if let Some((_, text)) = NAMED.iter().find(|(known, _)| *known == name) {
        return Some((*text).to_owned());
    }
    ACCENTS.iter().find_map(|(ending, mark)| {
        let letter = name.strip_suffix(ending)?;
        (letter.len() == 1).then(|| letter.chars().chain([*mark]).nfc().collect())
    })
}

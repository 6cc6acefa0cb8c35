//! What glyph names mean, by the rules of the Adobe Glyph List Specification and the habits of programs that make up
//! names of their own.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// Names of the Adobe Glyph List for New Fonts.
static NAMES: LazyLock<HashMap<&'static str, char>> = LazyLock::new(|| {
    let pairs = glyph_names::GLYPH_NAME_PAIRS.iter();
    pairs.map(|(character, name)| (*name, *character)).collect()
});

/// Names that are in use but not on that list.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("nbspace", " "),
    ("nonbreakingspace", " "),
    ("visiblespace", " "),
    ("sfthyphen", "-"),
    ("softhyphen", "-"),
    ("hyphenminus", "-"),
    ("nonbreakinghyphen", "-"),
    ("dotlessj", "j"),
    ("middot", "·"),
    ("openbullet", "◦"),
    ("squarebullet", "▪"),
    ("filledbox", "■"),
    ("ff", "ff"),
    ("fi", "fi"),
    ("fl", "fl"),
    ("ffi", "ffi"),
    ("ffl", "ffl"),
];

/// Endings of names of capitals, digits and signs that are drawn small, old-fashioned or raised.
const FORMS: &[&str] = &[
    "small",
    "oldstyle",
    "superior",
    "inferior",
    "fitted",
    "taboldstyle",
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

/// Longest name that is looked at, in bytes.
const LONGEST_NAME: usize = 80;

/// The text of a glyph name; `None` for names that mean nothing by themselves.
pub(super) fn glyph_text(name: &str) -> Option<String> {
    let stem = name.split('.').next().filter(|stem| !stem.is_empty())?;
    if stem.len() > LONGEST_NAME {
        return None;
    }
    if let Some(text) = part_text(stem) {
        return Some(text);
    }
    let parts: Option<Vec<String>> = stem.split('_').map(part_text).collect();
    parts.map(|parts| parts.concat()).filter(|text| !text.is_empty())
}

fn part_text(name: &str) -> Option<String> {
    let mut characters = name.chars();
    if let (Some(only), None) = (characters.next(), characters.next()) {
        return Some(only.to_string());
    }
    if let Some((_, text)) = OTHER_NAMES.iter().find(|(known, _)| *known == name) {
        return Some((*text).to_owned());
    }
    if let Some(character) = NAMES.get(name) {
        return Some(character.to_string());
    }
    coded(name).or_else(|| accented(name)).or_else(|| {
        let plain = FORMS.iter().find_map(|form| name.strip_suffix(form))?;
        let letter = (plain.chars().count() == 1).then(|| plain.to_owned());
        letter
            .or_else(|| NAMES.get(plain).map(char::to_string))
            .or_else(|| accented(plain))
    })
}

/// `uni` with groups of four digits, or `u` with four to six.
fn coded(name: &str) -> Option<String> {
    let character = |digits: &str| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
    if let Some(digits) = name.strip_prefix("uni")
        && digits.len() >= 4
        && digits.len() % 4 == 0
    {
        let groups = (0..digits.len()).step_by(4);
        return groups.map(|at| character(digits.get(at..at + 4)?)).collect();
    }
    let digits = name.strip_prefix('u')?;
    (4..=6)
        .contains(&digits.len())
        .then(|| character(digits))?
        .map(String::from)
}

fn accented(name: &str) -> Option<String> {
    ACCENTS.iter().find_map(|(ending, mark)| {
        let letter = name.strip_suffix(ending)?;
        (letter.chars().count() == 1).then(|| letter.chars().chain([*mark]).nfc().collect())
    })
}

/// What a made-up name such as `g36`, `cid:36` or `glyph36` numbers: a glyph of the font.
pub(super) fn glyph_number(name: &str) -> Option<u16> {
    let digits = ["glyph", "cid:", "cid", "gid", "index", "g"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))?;
    digits.parse().ok()
}

/// The character code in a made-up name: `G41` in base 16, `c65` and `a65` in base 10.
pub(super) fn named_code(name: &str) -> Option<u8> {
    if let Some(digits) = name.strip_prefix('G')
        && digits.len() == 2
    {
        return u8::from_str_radix(digits, 16).ok().filter(|code| *code > 32);
    }
    let digits = name.strip_prefix(['c', 'C', 'a'])?;
    let code: u8 = digits.parse().ok()?;
    (code > 32 && digits.len() >= 2).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glyph_names_become_text() {
        for (name, text) in [
            ("A", "A"),
            ("eacute", "é"),
            ("Scaron", "Š"),
            ("fi", "fi"),
            ("f_f_i", "ffi"),
            ("ffl", "ffl"),
            ("uni20AC", "€"),
            ("uni00660069", "fi"),
            ("u1F600", "😀"),
            ("a.sc", "a"),
            ("germandbls", "ß"),
            ("Asmall", "A"),
            ("Eacutesmall", "É"),
            ("oneoldstyle", "1"),
            ("Euro", "€"),
            ("bullet", "•"),
            ("endash", "–"),
            ("quoteright", "’"),
        ] {
            assert_eq!(glyph_text(name).as_deref(), Some(text), "{name}");
        }
        for name in ["g123", "", ".notdef", "glyph12"] {
            assert_eq!(glyph_text(name), None, "{name}");
        }
    }

    #[test]
    fn numbers_in_made_up_names_are_found() {
        assert_eq!(glyph_number("g36"), Some(36));
        assert_eq!(glyph_number("cid:7"), Some(7));
        assert_eq!(named_code("G41"), Some(0x41));
        assert_eq!(named_code("c65"), Some(65));
        assert_eq!(named_code("caron"), None);
    }
}

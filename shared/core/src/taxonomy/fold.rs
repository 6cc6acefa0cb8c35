//! Folding text for comparison: lower case, no diacritics, words apart by one space.

use unicode_normalization::char::{decompose_compatible, is_combining_mark as is_mark};

/// Lower case without diacritics (`ß` becomes `ss`, `ł` becomes `l`); nothing else changes.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Appends the folded text.
pub(super) fn fold_into(text: &str, out: &mut String) {
    let from = out.len();
    if text.is_ascii() {
        out.push_str(text);
        if let Some(own) = out.get_mut(from..) {
            own.make_ascii_lowercase();
        }
        return;
    }
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
            continue;
        }
        // Marks fall away, so that their order does not matter and each character is taken apart by itself.
        decompose_compatible(c, |part| {
            if !is_combining_mark(part) {
                part.to_lowercase().for_each(|lower| push_plain(lower, out));
            }
        });
    }
}

/// Appends a letter, written out where it is one letter in one language and two or another in others.
fn push_plain(c: char, out: &mut String) {
    match c {
        'ß' => out.push_str("ss"),
        'ø' => out.push('o'),
        'ł' => out.push('l'),
        'đ' => out.push('d'),
        'ı' => out.push('i'),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        '’' => out.push('\''),
        _ if is_combining_mark(c) => {}
        _ => out.push(c),
    }
}

/// The folded words of a text, apart by one space; other punctuation is gone (`CI/CD` is `ci cd`, `C++` stays).
#[must_use]
pub fn fold_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_words_into(text, &mut out);
    out
}

/// Appends the folded words.
pub fn fold_words_into(text: &str, out: &mut String) {
    let from = out.len();
    let is_ascii = text.is_ascii();
    for (start, end) in words(text) {
        if out.len() > from {
            out.push(' ');
        }
        let word = text.get(start..end).unwrap_or_default();
        match is_ascii {
            true => out.push_str(word),
            false => fold_into(word, out),
        }
    }
    if let Some(own) = out.get_mut(from..).filter(|_| is_ascii) {
        own.make_ascii_lowercase();
    }
}

/// Byte ranges of the words of a text. A word is letters and digits, with a dot in front (`.NET`) or within
/// (`Node.js`), an apostrophe within, and `+` or `#` behind (`C++`, `C#`).
pub fn words(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (start, end) = next_word(text, at)?;
        at = end;
        Some((start, end))
    })
}

/// [`char::is_alphanumeric`] without a search for the letters and signs of the languages that resumes are mostly in.
fn is_alphanumeric(c: char) -> bool {
    match c {
        '\u{c0}'..='\u{24f}' => !matches!(c, '×' | '÷'),
        '\u{2010}'..='\u{2060}' => false,
        _ => c.is_alphanumeric(),
    }
}

fn is_combining_mark(c: char) -> bool {
    !c.is_ascii() && is_mark(c)
}

fn next_word(text: &str, from: usize) -> Option<(usize, usize)> {
    plain_word(text.as_bytes(), from).unwrap_or_else(|| any_word(text, from))
}

/// What a byte is to a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// An ASCII letter or digit.
    Letter,
    /// A dot or an apostrophe, which stand within words.
    Dot,
    /// `+` and `#`, which stand behind them.
    Sign,
    /// Any other ASCII character.
    Other,
    /// Part of a character that is not ASCII.
    Foreign,
}

/// The class of each byte.
static CLASSES: [Class; 256] = classes();

#[expect(
    clippy::indexing_slicing,
    reason = "runs at compile time over the length of the table"
)]
const fn classes() -> [Class; 256] {
    let mut table = [Class::Foreign; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'.' | b'\'' => Class::Dot,
            b'+' | b'#' => Class::Sign,
            _ if byte.is_ascii_alphanumeric() => Class::Letter,
            _ => Class::Other,
        };
        byte += 1;
    }
    table
}

fn class(text: &[u8], at: usize) -> Option<Class> {
    let byte = text.get(at)?;
    CLASSES.get(usize::from(*byte)).copied()
}

/// The next word where none but ASCII characters stand up to its end and one behind it; the outer `None` where others do.
fn plain_word(text: &[u8], from: usize) -> Option<Option<(usize, usize)>> {
    let mut at = from;
    loop {
        match class(text, at) {
            None => return Some(None),
            Some(Class::Letter) => break,
            Some(Class::Foreign) => return None,
            Some(_) => at += 1,
        }
    }
    let dot = at > from && text.get(at - 1) == Some(&b'.');
    let first = if dot { at - 1 } else { at };
    let mut signed = false;
    loop {
        at += 1;
        let inside = match class(text, at) {
            None => false,
            Some(Class::Letter) => !signed,
            Some(Class::Sign) => true,
            Some(Class::Dot) => match class(text, at + 1) {
                Some(Class::Foreign) => return None,
                next => next == Some(Class::Letter),
            },
            Some(Class::Other) => false,
            Some(Class::Foreign) => return None,
        };
        if !inside {
            return Some(Some((first, at)));
        }
        signed = class(text, at) == Some(Class::Sign);
    }
}

fn any_word(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    let mut previous = None;
    let mut start = None;
    let mut characters = rest.char_indices();
    while let Some((at, c)) = characters.next() {
        let next_is_word = || characters.as_str().starts_with(is_alphanumeric);
        match start {
            None if is_alphanumeric(c) && !is_combining_mark(c) => {
                start = Some(match previous {
                    Some((dot_at, '.')) => dot_at,
                    _ => at,
                });
            }
            None => {}
            Some(first) => {
                let inside = is_alphanumeric(c)
                    || is_combining_mark(c)
                    || (matches!(c, '.' | '\'' | '’') && next_is_word())
                    || matches!(c, '+' | '#');
                if !inside || (matches!(previous, Some((_, '+' | '#'))) && is_alphanumeric(c)) {
                    return Some((from + first, from + at));
                }
            }
        }
        previous = Some((at, c));
    }
    start.map(|first| (from + first, text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_digits_are_those_of_unicode() {
        for c in (0..0x3000).filter_map(char::from_u32) {
            assert_eq!(is_alphanumeric(c), c.is_alphanumeric(), "{c:?}");
        }
    }

    #[test]
    fn accents_case_and_punctuation_do_not_matter() {
        assert_eq!(fold_words("Qualitäts-Management"), "qualitats management");
        assert_eq!(fold_words("  Łódź, Größe "), "lodz grosse");
        assert_eq!(fold_words("C++/.NET & Node.js"), "c++ .net node.js");
        assert_eq!(fold_words("end. Start"), "end start");
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "[a-zA-ZÀ-ÿ0-9 ,./+#'-]{0,80}") {
            let once = fold_words(&text);
            proptest::prop_assert_eq!(fold_words(&once), once);
        }

        #[test]
        fn words_are_the_same_by_bytes_as_by_characters(text in "[a-cA-C0-1éß ,.+#'’-]{0,40}", from in 0..40_usize) {
            if let Some(word) = plain_word(text.as_bytes(), from).filter(|_| text.is_char_boundary(from)) {
                proptest::prop_assert_eq!(word, any_word(&text, from));
            }
            let parts: Vec<String> = words(&text).map(|(start, end)| fold(text.get(start..end).unwrap())).collect();
            proptest::prop_assert_eq!(fold_words(&text), parts.join(" "));
        }
    }
}

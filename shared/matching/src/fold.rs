//! Folding: the same words in another case, with other accents, dashes or line breaks become the same text.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Folded text that still knows where each of its bytes came from.
pub(crate) struct FoldedText {
    /// Lower case, without diacritics; every run of white space and dashes is one space.
    pub(crate) text: String,
    /// For each byte of `text` the code point of the original that it came from.
    origin: Vec<u32>,
}

impl FoldedText {
    /// Folds a text and keeps the way back.
    pub(crate) fn new(original: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(original.len()),
            origin: Vec::with_capacity(original.len()),
        };
        for (position, c) in (0u32..).zip(original.chars()) {
            fold_char(c, |c| folded.push(c, position));
        }
        folded
    }

    fn push(&mut self, c: char, position: u32) {
        if c == ' ' && self.text.ends_with(' ') {
            return;
        }
        self.text.push(c);
        self.origin.resize(self.text.len(), position);
    }

    /// The code points of the original behind the bytes `start..end` of the folded text.
    pub(crate) fn original_range(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let first = *self.origin.get(start)? as usize;
        let last = *self.origin.get(end.checked_sub(1)?)? as usize;
        Some((first, last + 1))
    }
}

/// A folded name or phrase, without white space around it.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        fold_char(c, |c| {
            if c != ' ' || !out.ends_with(' ') {
                out.push(c);
            }
        });
    }
    out.trim().to_owned()
}

/// Whether a folded character is part of a word.
pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn fold_char(c: char, mut push: impl FnMut(char)) {
    match c {
        '-' => push(' '),
        c if c.is_ascii() => push(if c.is_ascii_whitespace() {
            ' '
        } else {
            c.to_ascii_lowercase()
        }),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => push(' '),
        // Invisible marks inside words: soft hyphen, zero-width space and joiners, byte order mark.
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => {}
        '\u{2018}' | '\u{2019}' | '\u{2bc}' => push('\''),
        // Letters without a canonical decomposition that people type as plain ones.
        'ß' | 'ẞ' => "ss".chars().for_each(push),
        'æ' | 'Æ' => "ae".chars().for_each(push),
        'œ' | 'Œ' => "oe".chars().for_each(push),
        'ø' | 'Ø' => push('o'),
        'ł' | 'Ł' => push('l'),
        'đ' | 'Đ' => push('d'),
        'ı' => push('i'),
        c if c.is_whitespace() => push(' '),
        c => decompose_compatible(c, |part| {
            if !is_combining_mark(part) {
                part.to_lowercase().for_each(&mut push);
            }
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_dashes_and_line_breaks_do_not_matter() {
        assert_eq!(
            fold(" Développement\n  Front\u{2011}End "),
            "developpement front end"
        );
        assert_eq!(fold("Straße"), fold("STRASSE"));
        assert_eq!(fold("Łódź"), "lodz");
    }

    #[test]
    fn a_folded_place_leads_back_to_the_original_characters() {
        let original = "é – ﬁre  Straße";
        let folded = FoldedText::new(original);
        let at = folded.text.find("strasse").unwrap();
        let (start, end) = folded.original_range(at, at + "strasse".len()).unwrap();
        let found: String = original.chars().skip(start).take(end - start).collect();
        assert_eq!(found, "Straße");
    }
}

//! The words of a text with their places.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

/// A run of letters and digits.
#[derive(Debug, Clone)]
pub(crate) struct Word<'a> {
    pub(crate) text: &'a str,
    /// Code points.
    pub(crate) place: Range<usize>,
    /// First byte.
    pub(crate) byte: usize,
}

impl Word<'_> {
    pub(crate) fn is_capitalised(&self) -> bool {
        self.text.chars().next().is_some_and(char::is_uppercase)
    }

    pub(crate) fn end_byte(&self) -> usize {
        self.byte + self.text.len()
    }
}

/// All words of a text, in order.
pub(crate) struct Words<'a> {
    text: &'a str,
    all: Vec<Word<'a>>,
}

impl<'a> Words<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut all = Vec::with_capacity(text.len() / 6);
        let mut open: Option<(usize, usize)> = None;
        let mut push = |from: (usize, usize), byte: usize, at: usize| {
            if let Some(word) = text.get(from.0..byte) {
                all.push(Word {
                    text: word,
                    place: from.1..at,
                    byte: from.0,
                });
            }
        };
        let mut count = 0;
        for (at, (byte, c)) in text.char_indices().enumerate() {
            count = at + 1;
            let inside = c.is_alphanumeric() || (open.is_some() && !c.is_ascii() && is_combining_mark(c));
            match open {
                Some(from) if !inside => {
                    push(from, byte, at);
                    open = None;
                }
                None if inside => open = Some((byte, at)),
                _ => {}
            }
        }
        if let Some(from) = open {
            push(from, text.len(), count);
        }
        Self { text, all }
    }

    pub(crate) fn all(&self) -> &[Word<'a>] {
        &self.all
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Word<'a>> {
        self.all.get(at)
    }

    /// What stands between two words.
    pub(crate) fn between(&self, first: &Word<'_>, second: &Word<'_>) -> &'a str {
        self.text.get(first.end_byte()..second.byte).unwrap_or_default()
    }

    /// What stands behind a word.
    pub(crate) fn behind(&self, word: &Word<'_>) -> &'a str {
        self.text.get(word.end_byte()..).unwrap_or_default()
    }
}

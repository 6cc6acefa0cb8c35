//! A place in a text that steps over digits, words and signs.

use hiring_core::taxonomy::fold;

/// Longest word that is looked at, in bytes; no month or season is longer.
const MAX_WORD: usize = 24;

/// A place in a text, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    pub at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str, at: usize) -> Self {
        Self { text, at }
    }

    /// What follows.
    pub fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Steps over a run of one to `most` digits that no further digit follows.
    pub fn digits(&mut self, most: usize) -> Option<&'a str> {
        let rest = self.rest();
        let count = rest.bytes().take(most + 1).take_while(u8::is_ascii_digit).count();
        if count == 0 || count > most {
            return None;
        }
        self.at += count;
        rest.get(..count)
    }

    /// Steps over a number below 100.
    pub fn small(&mut self) -> Option<i32> {
        self.digits(2)?.parse().ok()
    }

    /// Steps over a year of four digits between 1950 and 2049.
    pub fn year(&mut self) -> Option<i32> {
        let digits = self.digits(4)?;
        crate::words::is_year(digits.as_bytes())
            .then(|| digits.parse().ok())
            .flatten()
    }

    /// Steps over a run of letters and answers it folded.
    pub fn word(&mut self) -> Option<String> {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        if length == 0 || length > MAX_WORD {
            return None;
        }
        self.at += length;
        Some(fold(rest.get(..length)?))
    }

    /// Steps over any of these characters, at most `most` of them.
    pub fn skip(&mut self, any: &[char], most: usize) -> usize {
        let mut count = 0;
        while let Some(c) = self.peek().filter(|c| any.contains(c) && count < most) {
            self.at += c.len_utf8();
            count += 1;
        }
        count
    }

    /// Steps over one of these characters.
    pub fn eat(&mut self, any: &[char]) -> bool {
        self.skip(any, 1) == 1
    }

    /// Steps over one of these words and the blanks behind it.
    pub fn eat_word(&mut self, words: &[&str]) -> bool {
        let mut copy = *self;
        let found = copy.word().is_some_and(|word| words.contains(&word.as_str()));
        if found {
            copy.eat(&['\'', '’', '.']);
            copy.skip(BLANKS, 3);
            *self = copy;
        }
        found
    }

    /// Whether no letter or digit follows.
    pub fn clear(&self) -> bool {
        !self.peek().is_some_and(char::is_alphanumeric)
    }
}

/// Blanks that may stand within a date.
pub(super) const BLANKS: &[char] = &[' ', '\u{a0}', '\u{202f}', '\u{2009}'];

//! Quotes of the posting with their places.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Where a value stands in the posting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extract {
    /// JSON pointer to the value in the posting: `/requirements/must_have/0`.
    pub pointer: String,
    /// The posting's own words.
    pub quote: String,
    /// First code point of the quote.
    pub start: usize,
    /// One past its last code point.
    pub end: usize,
}

/// Turns bytes of a text into quotes.
pub(super) struct Quotes<'t> {
    text: &'t str,
    /// First byte of each code point.
    starts: Vec<usize>,
}

impl<'t> Quotes<'t> {
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            starts: text.char_indices().map(|(at, _)| at).collect(),
        }
    }

    /// The quote of these bytes; `None` for an empty stretch or one that cuts a character.
    pub fn extract(&self, pointer: impl Into<String>, range: &Range<usize>) -> Option<Extract> {
        let quote = self.text.get(range.clone()).filter(|quote| !quote.is_empty())?;
        let start = self.starts.partition_point(|at| *at < range.start);
        Some(Extract {
            pointer: pointer.into(),
            quote: quote.to_owned(),
            start,
            end: start + quote.chars().count(),
        })
    }
}

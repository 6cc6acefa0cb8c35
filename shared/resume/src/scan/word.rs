//! One recognised word in points, and what its height and strokes tell of its type.

use super::RecognisedPage;
use crate::span::Span;

/// One recognised word in points, from the upper left corner of the page.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub text: String,
    pub line: u32,
    pub x: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
    pub confidence: f32,
    pub stroke: f32,
}

impl Word {
    pub fn right(&self) -> f32 {
        self.x + self.width
    }

    pub fn middle(&self) -> f32 {
        self.top + self.height / 2.0
    }
}

/// The words of a picture in points, at most this many of them.
pub(super) fn words(page: &RecognisedPage, most: usize) -> Vec<Word> {
    let scale = page.scale;
    if !(scale.is_finite() && scale > 0.0) {
        return Vec::new();
    }
    let place = |pixels: u32| pixels as f32 * scale;
    let words = page.words.iter().take(most.min(super::MAX_WORDS));
    words
        .map(|word| Word {
            text: word.text.trim().to_owned(),
            line: word.line,
            x: place(word.left),
            top: place(word.top),
            width: place(word.width),
            height: place(word.height),
            confidence: word.confidence,
            stroke: word.stroke * scale,
        })
        .filter(|word| !word.text.is_empty())
        .collect()
}

/// Leaves out what the page shows as text anyway, for instance a stamp with the scan's number.
pub(super) fn leave_out_printed(words: &mut Vec<Word>, spans: &[Span], page: u32) {
    let printed: Vec<&Span> = spans
        .iter()
        .filter(|span| span.page == page && span.hidden.is_none())
        // A page that counts as a picture shows few letters, and so few such spans; of signs there may be any number.
        .filter(|span| span.text.chars().any(char::is_alphanumeric))
        .collect();
    words.retain(|word| {
        let middle = word.x + word.width / 2.0;
        !printed.iter().any(|span| {
            middle > span.x
                && middle < span.right()
                && (span.y - span.size * 0.3 - word.middle()).abs() < span.size * 0.6
        })
    });
}

/// Thickness of a word's strokes in ems. Words of one or two letters tell too little.
pub(super) fn weight_of(word: &Word) -> Option<f32> {
    let long = word.text.chars().filter(|c| c.is_alphanumeric()).count() > 2;
    size(word)
        .map(|size| word.stroke / size)
        .filter(|weight| long && *weight > 0.0)
}

/// Font size in points, told from how far the letters of a word reach; shares of the em as in most text faces.
pub(super) fn size(word: &Word) -> Option<f32> {
    let above = word
        .text
        .chars()
        .any(|c| c.is_uppercase() || c.is_ascii_digit() || "bdfhklßäöüéèêàáíóúñ".contains(c));
    let below = word.text.chars().any(|c| "gjpqyç,;()|".contains(c));
    let letters = word.text.chars().filter(|c| c.is_alphanumeric()).count();
    let share = match (above, below) {
        (true, true) => 0.93,
        (true, false) => 0.72,
        (false, true) => 0.71,
        (false, false) => 0.51,
    };
    (letters > 1 && word.height > 0.0).then_some(word.height / share)
}

pub(super) fn below_baseline(word: &Word, size: f32) -> f32 {
    let below = word.text.chars().any(|c| "gjpqyç()|Q".contains(c));
    if below { size * 0.21 } else { 0.0 }
}

pub(super) fn median(mut values: Vec<f32>) -> Option<f32> {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

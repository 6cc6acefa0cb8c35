//! The words of one line: its size, its baseline, which of its words are bold, and where it falls into spans.

use hiring_core::taxonomy::fold;

use super::word::{Word, below_baseline, median, size, weight_of};
use crate::span::{Span, Turn};
use crate::words::{present_prefix, year_at};

/// Signs that recognisers take bullets for.
pub(super) const LIKE_BULLETS: &[&str] = &[
    "*", "«", "»", "¢", "°", "+", "=", "~", ">", "@", "©", "®", "e", "o", "·", "■", "□", "►", "▪", "●", "•",
    "-", "–", "—", "e.", "¥", "&", "O", "0", "¤", "§",
];

/// Small pictures before addresses and headings are taken for brackets and the like.
fn is_icon(word: &Word) -> bool {
    let says = word.text.chars().any(char::is_alphanumeric);
    !says && !LIKE_BULLETS.contains(&word.text.as_str())
}

/// The English `to` between two dates, in small capitals taken for other letters.
fn mend_ranges(words: &mut [Word]) {
    let starts = |word: &Word| word.text.starts_with(|c: char| c.is_ascii_digit());
    for at in 1..words.len().saturating_sub(1) {
        let around = words.get(at - 1).zip(words.get(at + 1));
        let dates = around.is_some_and(|(before, after)| {
            year_at(&before.text).is_some() && (starts(after) || present_prefix(&fold(&after.text)).is_some())
        });
        if let Some(word) = words.get_mut(at)
            && dates
            && matches!(word.text.as_str(), "ro" | "fo" | "tO" | "t0" | "r0" | "T0")
        {
            "to".clone_into(&mut word.text);
        }
    }
}

/// The words of one line.
pub(super) struct Line {
    pub words: Vec<Word>,
    pub size: f32,
    baseline: f32,
}

impl Line {
    /// The words without ruling lines and icons at their ends; `None` when nothing is left. `body` is the page's usual size.
    pub fn new(mut words: Vec<Word>, body: f32) -> Option<Self> {
        let is_rule = |word: &Word| {
            word.text
                .chars()
                .all(|c| matches!(c, '|' | '_' | '¦' | '\\' | '/'))
        };
        while words.last().is_some_and(is_rule) {
            words.pop();
        }
        let rules = words
            .iter()
            .take_while(|word| is_rule(word) || is_icon(word))
            .count();
        words.drain(..rules);
        mend_ranges(&mut words);
        let told = median(words.iter().filter_map(size).collect()).unwrap_or(body);
        // Heights jitter by a pixel; type that is meant to look alike is set alike.
        let size = if (told / body - 1.0).abs() < 0.14 {
            body
        } else {
            told
        };
        let letters = words
            .iter()
            .filter(|word| word.text.chars().any(char::is_alphanumeric));
        let bottoms = letters.map(|word| word.top + word.height - below_baseline(word, size));
        let baseline =
            median(bottoms.collect()).or_else(|| words.first().map(|word| word.top + word.height))?;
        Some(Self {
            words,
            size: (size * 2.0).round() / 2.0,
            baseline,
        })
    }

    /// Whether the letters stand apart, so that each was taken for a word.
    fn is_letter_spaced(&self) -> bool {
        let single = self
            .words
            .iter()
            .filter(|word| word.text.chars().count() == 1)
            .count();
        self.words.len() >= 4 && single * 3 > self.words.len() * 2
    }

    /// One span for each stretch without a wide gap; `heavy` tells words of thick strokes.
    pub fn spans(self, page: u32, heavy: impl Fn(&Word) -> bool) -> Vec<Span> {
        let apart = self.is_letter_spaced();
        let mut spans: Vec<Span> = Vec::new();
        let looks = looks(&self.words, heavy);
        for (word, bold) in self.words.into_iter().zip(looks) {
            if let Some(last) = spans.last_mut()
                && !apart
                && word.x - last.right() < self.size * 0.9
            {
                last.text.push(' ');
                if last.bold == bold {
                    last.text.push_str(&word.text);
                    last.width = (word.right() - last.x).max(last.width);
                    continue;
                }
            }
            spans.push(Span {
                turn: Turn::Upright,
                page,
                x: word.x,
                y: self.baseline,
                width: word.width,
                size: self.size,
                bold: false,
                italic: false,
                colour: [0; 3],
                family: 0,
                hidden: None,
                text: word.text,
            });
        }
        spans
    }
}

/// Which words of a line are bold. Words too short to tell are like what stands before them, and a single word that differs from
/// both its neighbours was measured badly.
fn looks(words: &[Word], heavy: impl Fn(&Word) -> bool) -> Vec<bool> {
    let mut bold: Vec<bool> = Vec::with_capacity(words.len());
    for word in words {
        let told = weight_of(word).map(|_| heavy(word));
        bold.push(told.or_else(|| bold.last().copied()).unwrap_or_default());
    }
    for at in 1..bold.len().saturating_sub(1) {
        if let (Some(before), Some(after)) = (bold.get(at - 1).copied(), bold.get(at + 1).copied())
            && before == after
            && let Some(own) = bold.get_mut(at)
        {
            *own = before;
        }
    }
    bold
}

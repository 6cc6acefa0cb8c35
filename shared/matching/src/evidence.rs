//! Evidence: a verbatim quote of the visible text, where it stands, and what it is evidence for.

use std::ops::Range;

use hiring_core::reading::{Section, SectionKind};
use hiring_core::resume::Leaf;
use serde::{Deserialize, Serialize};

/// Longest quote, in code points: about two lines of a resume, enough to judge a claim by.
pub const MAX_QUOTE_CHARS: usize = 160;

/// How directly a quote speaks for a requirement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// It names what is asked for.
    #[default]
    Exact,
    /// It names something that is a kind of it, for instance PostgreSQL where SQL is asked for.
    Child,
    /// It says something similar in other words.
    Similar,
}

impl EvidenceKind {
    /// The name used in the database and in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Child => "child",
            Self::Similar => "similar",
        }
    }
}

/// Who found a quote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The rules.
    #[default]
    Rules,
    /// A language model pointed at it, and it was found to bear on the requirement.
    Model,
}

impl Source {
    /// The name used in the database and in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Model => "model",
        }
    }

    /// Whether the rules found it, which is not written down.
    #[must_use]
    pub const fn is_rules(&self) -> bool {
        matches!(self, Self::Rules)
    }
}

/// One quote that speaks for a requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The requirement as the recruiter wrote it, for instance `Kubernetes` or `5 years of experience`.
    pub requirement: String,
    /// The words of the resume, exactly; at most [`MAX_QUOTE_CHARS`] code points.
    pub quote: String,
    /// First code point of the quote in the visible text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The section in which it stands, where known.
    pub section: Option<SectionKind>,
    /// How directly it speaks for the requirement.
    #[serde(default)]
    pub kind: EvidenceKind,
    /// Who found it.
    #[serde(default, skip_serializing_if = "Source::is_rules")]
    pub source: Source,
}

/// Whether the quote stands in the visible text exactly where the evidence says.
#[must_use]
pub fn verify(evidence: &Evidence, visible_text: &str) -> bool {
    let Some(length) = evidence.end.checked_sub(evidence.start) else {
        return false;
    };
    length > 0
        && evidence.quote.chars().count() == length
        && visible_text
            .chars()
            .skip(evidence.start)
            .take(length)
            .eq(evidence.quote.chars())
}

/// The visible text, addressed by code points.
pub(crate) struct TextIndex<'a> {
    text: &'a str,
    /// Byte of each code point and the text's length; `None` for ASCII, where both are the same.
    byte_of: Option<Vec<usize>>,
}

impl<'a> TextIndex<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let byte_of = (!text.is_ascii()).then(|| {
            text.char_indices()
                .map(|(byte, _)| byte)
                .chain([text.len()])
                .collect()
        });
        Self { text, byte_of }
    }

    fn byte(&self, position: usize) -> Option<usize> {
        match &self.byte_of {
            Some(bytes) => bytes.get(position).copied(),
            None => (position <= self.text.len()).then_some(position),
        }
    }

    /// The text of these code points; `None` when the range is reversed or leaves the text.
    pub(crate) fn slice(&self, range: &Range<usize>) -> Option<&'a str> {
        self.text.get(self.byte(range.start)?..self.byte(range.end)?)
    }

    /// The whole text.
    pub(crate) const fn text(&self) -> &'a str {
        self.text
    }

    /// The text from a code point on.
    pub(crate) fn rest(&self, from: usize) -> Option<&'a str> {
        self.text.get(self.byte(from)?..)
    }

    /// The bytes of these code points.
    pub(crate) fn bytes(&self, range: &Range<usize>) -> Option<Range<usize>> {
        Some(self.byte(range.start)?..self.byte(range.end)?)
    }

    /// The code point that a byte belongs to; the text's length behind its end.
    pub(crate) fn position(&self, byte: usize) -> usize {
        match &self.byte_of {
            Some(bytes) => bytes
                .partition_point(|start| *start < byte)
                .min(bytes.len().saturating_sub(1)),
            None => byte.min(self.text.len()),
        }
    }

    /// What stands before and after a range.
    pub(crate) fn around(&self, range: &Range<usize>) -> Option<(&'a str, &'a str)> {
        let before = self.text.get(..self.byte(range.start)?)?;
        let after = self.text.get(self.byte(range.end)?..)?;
        Some((before, after))
    }

    /// Where a value stands, if its `raw` text really is there: what cannot be quoted does not count.
    pub(crate) fn place_of(&self, leaf: &Leaf) -> Option<Range<usize>> {
        let range = leaf.start..leaf.end;
        (!range.is_empty() && self.slice(&range)? == leaf.raw).then_some(range)
    }

    /// The sentence or line around a hit, cut at words to [`MAX_QUOTE_CHARS`].
    pub(crate) fn widen(&self, hit: &Range<usize>) -> Option<Range<usize>> {
        let hit = hit.start..hit.end.min(hit.start + MAX_QUOTE_CHARS);
        let (before, after) = self.around(&hit)?;
        let left = sentence_before(before);
        let right = sentence_after(after, ends_sentence(self.slice(&hit)?));
        let budget = MAX_QUOTE_CHARS - hit.len();
        let mut take_left = left.min(budget / 2);
        let take_right = right.min(budget - take_left);
        take_left = left.min(budget - take_right);
        let start = hit.start - cut_before(before, take_left, take_left < left);
        let end = hit.end + cut_after(after, take_right, take_right < right);
        Some(start..end)
    }

    /// Evidence for a requirement from the very words of a range.
    pub(crate) fn quote(
        &self,
        (requirement, kind): (&str, EvidenceKind),
        range: &Range<usize>,
        sections: &[Section],
    ) -> Option<Evidence> {
        let range = range.start..range.end.min(range.start + MAX_QUOTE_CHARS);
        let quote = self.slice(&range)?;
        let section = sections
            .iter()
            .find(|section| (section.start..section.end).contains(&range.start));
        (!quote.is_empty()).then(|| Evidence {
            requirement: requirement.to_owned(),
            quote: quote.to_owned(),
            start: range.start,
            end: range.end,
            section: section.map(|section| section.kind),
            kind,
            source: Source::Rules,
        })
    }
}

fn is_bullet(c: char) -> bool {
    matches!(
        c,
        '•' | '●' | '▪' | '■' | '◦' | '‣' | '▸' | '○' | '\u{f0b7}' | '\u{f0a7}'
    )
}

fn ends_sentence(text: &str) -> bool {
    text.ends_with(['.', '!', '?'])
}

/// Code points between the start of the sentence, line or list entry and the end of `before`.
fn sentence_before(before: &str) -> usize {
    let mut rest = before.chars().rev().peekable();
    let mut count = 0;
    while let Some(c) = rest.next() {
        let sentence_ended = c.is_whitespace() && matches!(rest.peek(), Some('.' | '!' | '?'));
        if c == '\n' || is_bullet(c) || sentence_ended || count == MAX_QUOTE_CHARS {
            break;
        }
        count += 1;
    }
    count
}

/// Code points between the start of `after` and the end of the sentence, line or list entry.
fn sentence_after(after: &str, mut sentence_ends: bool) -> usize {
    let mut count = 0;
    for c in after.chars() {
        let sentence_ended = sentence_ends && c.is_whitespace();
        if c == '\n' || is_bullet(c) || sentence_ended || count == MAX_QUOTE_CHARS {
            break;
        }
        sentence_ends = matches!(c, '.' | '!' | '?');
        count += 1;
    }
    count
}

/// Of the last `take` code points, how many remain without a torn word, white space or a dash at the start.
fn cut_before(before: &str, take: usize, tears: bool) -> usize {
    let mut keep = 0;
    let mut rest = before.chars().rev().peekable();
    for index in 1..=take {
        let Some(c) = rest.next() else { break };
        let starts_word = !c.is_whitespace() && !matches!(c, '-' | '–' | '*' | '·');
        let at_edge = rest.peek().is_none_or(|next| next.is_whitespace());
        if starts_word && (!tears || at_edge) {
            keep = index;
        }
    }
    keep
}

/// Of the first `take` code points, how many remain without a torn word or white space at the end.
fn cut_after(after: &str, take: usize, tears: bool) -> usize {
    let mut keep = 0;
    let mut rest = after.chars().peekable();
    for index in 1..=take {
        let Some(c) = rest.next() else { break };
        let at_edge = rest.peek().is_none_or(|next| next.is_whitespace());
        if !c.is_whitespace() && (!tears || at_edge) {
            keep = index;
        }
    }
    keep
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widened(text: &str, needle: &str) -> String {
        let index = TextIndex::new(text);
        let start = text[..text.find(needle).unwrap()].chars().count();
        let range = index.widen(&(start..start + needle.chars().count())).unwrap();
        let evidence = index.quote(("x", EvidenceKind::Exact), &range, &[]).unwrap();
        assert!(verify(&evidence, text), "{evidence:?}");
        assert!(evidence.quote.chars().count() <= MAX_QUOTE_CHARS);
        evidence.quote
    }

    #[test]
    fn a_quote_is_the_sentence_around_the_hit() {
        let text = "Über uns\n• Led a team. Ran Kubernetes in production! Liked it.\nMore";
        assert_eq!(widened(text, "Kubernetes"), "Ran Kubernetes in production!");
        assert_eq!(widened(text, "Led"), "Led a team.");
        assert_eq!(widened("- Rust, Go\n", "Rust"), "Rust, Go");
        assert_eq!(widened("Version 1.5 of it", "of"), "Version 1.5 of it");
    }

    #[test]
    fn a_long_line_is_cut_at_words_around_the_hit() {
        let text = format!("{}Kubernetes {}", "äpfel ".repeat(60), "birnen ".repeat(60));
        let quote = widened(&text, "Kubernetes");
        assert!(
            quote.starts_with("äpfel ") && quote.ends_with("birnen"),
            "{quote}"
        );
        assert!(quote.chars().count() > 140);
        assert_eq!(widened(&"x".repeat(500), &"x".repeat(300)).len(), MAX_QUOTE_CHARS);
    }

    #[test]
    fn evidence_that_is_not_in_the_text_is_refused() {
        let text = "Ran Kubernetes";
        let good = TextIndex::new(text)
            .quote(("k", EvidenceKind::Exact), &(4..14), &[])
            .unwrap();
        assert!(verify(&good, text));
        assert!(!verify(&good, "Ran kubernetes"));
        assert!(!verify(
            &Evidence {
                start: 3,
                end: 13,
                ..good.clone()
            },
            text
        ));
        assert!(!verify(
            &Evidence {
                end: 15,
                ..good.clone()
            },
            text
        ));
        assert!(!verify(
            &Evidence {
                start: 9,
                end: 4,
                ..good.clone()
            },
            text
        ));
        assert!(!verify(
            &Evidence {
                quote: String::new(),
                end: 4,
                ..good
            },
            text
        ));
    }

    #[test]
    fn ranges_outside_the_text_have_no_quote() {
        for text in ["abc", "äöü"] {
            let index = TextIndex::new(text);
            assert_eq!(index.slice(&(1..4)), None);
            assert!(index.widen(&(4..9)).is_none());
            assert!(index.quote(("x", EvidenceKind::Exact), &(3..3), &[]).is_none());
        }
    }
}

//! The words of a sentence and which of them are taken.

use std::ops::Range;

use hiring_core::taxonomy;

use super::words::FILLERS;

/// Most words that are read.
const MOST: usize = 100;

/// What became of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nobody has taken it.
    Free,
    /// In quotes or behind a minus: not to be read.
    Closed,
    /// It is part of a filter.
    Taken,
}

#[derive(Debug)]
struct Token {
    start: usize,
    end: usize,
    folded: String,
    state: State,
}

/// A sentence in words.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    marked: Vec<Range<usize>>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let closed = closed(text);
        let token = |(start, end): (usize, usize)| Token {
            start,
            end,
            folded: taxonomy::fold_words(text.get(start..end).unwrap_or_default()),
            state: match closed.iter().any(|range| range.contains(&start)) {
                true => State::Closed,
                false => State::Free,
            },
        };
        let tokens = taxonomy::words(text).take(MOST).map(token).collect();
        Self {
            text,
            tokens,
            marked: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The folded word, if it is there and free.
    pub(super) fn word(&self, at: usize) -> Option<&str> {
        let token = self.tokens.get(at).filter(|token| token.state == State::Free)?;
        Some(&token.folded)
    }

    /// The free word before this one.
    pub(super) fn before(&self, at: usize) -> Option<&str> {
        self.word(at.checked_sub(1)?)
    }

    /// Whether the free word is one of these.
    pub(super) fn is(&self, at: usize, words: &[&str]) -> bool {
        self.word(at).is_some_and(|word| words.contains(&word))
    }

    /// The text of some words as written, if all of them are free.
    pub(super) fn written(&self, from: usize, until: usize) -> Option<&'a str> {
        let all = self.tokens.get(from..until)?;
        if all.iter().any(|token| token.state != State::Free) {
            return None;
        }
        self.text.get(all.first()?.start..all.last()?.end)
    }

    /// What stands between a word and the next.
    pub(super) fn gap(&self, at: usize) -> &'a str {
        let gap = self.tokens.get(at).zip(self.tokens.get(at + 1));
        gap.and_then(|(left, right)| self.text.get(left.end..right.start))
            .unwrap_or_default()
    }

    /// What stands behind the last word.
    pub(super) fn tail(&self, at: usize) -> &'a str {
        let token = self.tokens.get(at);
        token
            .and_then(|token| self.text.get(token.end..))
            .unwrap_or_default()
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// First byte and one past the last byte of some words.
    pub(super) fn bytes(&self, place: &Range<usize>) -> (usize, usize) {
        let words = self.tokens.get(place.clone()).unwrap_or_default();
        let start = words.first().map_or(0, |token| token.start);
        (start, words.last().map_or(start, |token| token.end))
    }

    /// Whether the word is written with a capital.
    pub(super) fn is_capital(&self, at: usize) -> bool {
        let first = self
            .tokens
            .get(at)
            .and_then(|token| self.text.get(token.start..)?.chars().next());
        first.is_some_and(char::is_uppercase)
    }

    /// How many words neither belong to a filter nor only join others.
    pub(super) fn words_that_say_something(&self) -> usize {
        let says = |token: &&Token| token.state != State::Taken && !FILLERS.contains(&token.folded.as_str());
        self.tokens.iter().filter(says).count()
    }

    /// Remembers words to be taken by [`Tokens::take_marked`]; until then the words beside them still see them.
    pub(super) fn mark(&mut self, range: Range<usize>) {
        self.marked.push(range);
    }

    /// Takes what was marked.
    pub(super) fn take_marked(&mut self) {
        for range in std::mem::take(&mut self.marked) {
            self.take(range);
        }
    }

    /// Takes words for a filter.
    pub(super) fn take(&mut self, range: Range<usize>) {
        for token in self.tokens.get_mut(range).into_iter().flatten() {
            if token.state == State::Free {
                token.state = State::Taken;
            }
        }
    }

    /// What was not taken, without words that only joined what was.
    pub(super) fn rest(&self) -> String {
        let mut rest = String::new();
        let mut from = 0;
        for token in &self.tokens {
            let dropped = token.state == State::Taken
                || token.state == State::Free && FILLERS.contains(&token.folded.as_str());
            if dropped {
                rest.push_str(joint(self.text.get(from..token.start).unwrap_or_default()));
                rest.push(' ');
                from = token.end;
            }
        }
        rest.push_str(self.text.get(from..).unwrap_or_default());
        let kept = rest
            .split_whitespace()
            .filter(|word| word.contains(char::is_alphanumeric) || word.contains('"'));
        kept.collect::<Vec<_>>()
            .join(" ")
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '.'))
            .to_owned()
    }
}

/// A stretch of the rest, without the sign that tied it to what was taken (`React/`, `developer,`).
fn joint(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '/' | '-' | ',' | '&' | '(' | '\''))
}

/// Bytes in double quotes and of words behind a minus.
fn closed(text: &str) -> Vec<Range<usize>> {
    let mut closed = Vec::new();
    let mut open: Option<usize> = None;
    let mut previous = ' ';
    let mut minus: Option<usize> = None;
    for (at, c) in text.char_indices() {
        if c == '"' {
            match open.take() {
                Some(start) => closed.push(start..at),
                None => open = Some(at),
            }
        }
        if c.is_whitespace() {
            closed.extend(minus.take().map(|start| start..at));
        } else if c == '-' && previous.is_whitespace() && open.is_none() {
            minus = Some(at);
        }
        previous = c;
    }
    closed.extend(open.or(minus).map(|start| start..text.len()));
    closed
}

//! Requirements in words that no taxonomy knows, such as `looks after ventilated patients`: how much of them one sentence has.

mod families;

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use self::families::{EMPTY_WORDS, related};
use crate::facts::Near;
use crate::fold::fold;
use crate::reading::Reading;
use crate::scan::{Word, Words};

/// Worth of a sentence that has all words of a requirement of several words, in some form.
const ALL_WORDS_BP: u16 = 8_000;
/// Worth of a sentence with the only word of a requirement in another form.
const ONE_WORD_BP: u16 = 7_000;
/// Share of the words from which on a sentence counts, and what the least share is worth.
const LEAST_SHARE_BP: u16 = 5_000;
const LEAST_BP: u16 = 2_000;
/// Most words of a requirement that are looked for.
const MAX_WORDS: usize = 16;
/// Longest sentence, in words: longer ones are lists.
const SENTENCE_WORDS: usize = 40;
/// Characters of a word by which it is looked up.
const HEAD_CHARS: usize = 4;
/// Most code points of a piece that are searched for its most telling sentence.
const MAX_PIECE_CHARS: usize = 4_000;

/// The words of a requirement that tell something.
pub(crate) struct Wording {
    /// Folded, each once.
    words: Vec<String>,
    /// Three letters in a row, of all of them.
    threes: BTreeSet<[char; 3]>,
}

impl Wording {
    pub(crate) fn of(label: &str) -> Self {
        let all: Vec<String> = Words::new(label)
            .all()
            .iter()
            .map(|word| fold(word.text))
            .collect();
        let telling = |word: &&String| {
            (word.chars().count() > 1 || word.bytes().all(|b| b.is_ascii_digit()))
                && !EMPTY_WORDS.contains(&word.as_str())
        };
        let mut words: Vec<String> = Vec::new();
        for word in all.iter().filter(telling) {
            if words.len() < MAX_WORDS && !words.contains(word) {
                words.push(word.clone());
            }
        }
        let threes = words.iter().flat_map(|word| threes(word)).collect();
        Self { words, threes }
    }

    /// What a number of its words in one sentence is worth.
    fn worth_bp(&self, met: u32) -> u16 {
        let asked = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        if asked == 0 || met == 0 {
            return 0;
        }
        if asked == 1 {
            return ONE_WORD_BP;
        }
        let share = u32::from(super::components::ratio_bp(met.into(), asked.into()));
        let least = u32::from(LEAST_SHARE_BP);
        if share < least || met < 2 {
            return 0;
        }
        let above = (share - least) * u32::from(ALL_WORDS_BP - LEAST_BP) / (u32::from(crate::ONE_BP) - least);
        LEAST_BP + u16::try_from(above).unwrap_or(0)
    }
}

/// The words of one wording that a sentence has.
#[derive(Clone, Default)]
struct Met {
    /// One bit a word.
    words: u32,
    place: Option<Range<usize>>,
}

/// For each wording the sentence that has most of its words, the first of equals: its worth and the place of the words.
pub(crate) fn find(wordings: &[&Wording], reading: &Reading<'_>) -> Vec<Option<(u16, Range<usize>)>> {
    let mut best: Vec<Option<(u16, Range<usize>)>> = vec![None; wordings.len()];
    let heads = heads(wordings);
    if heads.is_empty() {
        return best;
    }
    let words = Words::new(&reading.neutral.text);
    let mut met: Vec<Met> = vec![Met::default(); wordings.len()];
    let mut touched: Vec<usize> = Vec::new();
    let mut length = 0;
    let mut last: Option<&Word<'_>> = None;
    for word in words.all() {
        let breaks = last.is_some_and(|last| ends_sentence(words.between(last, word), word));
        if breaks || length == SENTENCE_WORDS {
            settle(wordings, &mut met, &mut touched, &mut best, reading);
            length = 0;
        }
        length += 1;
        last = Some(word);
        let folded = fold(word.text);
        for (wording, at, asked) in heads.get(head(&folded)).into_iter().flatten() {
            if related(asked, &folded) && reading.neutral.open_around(&word.place, &word.place).is_some() {
                let Some(met) = met.get_mut(*wording) else {
                    continue;
                };
                if met.words == 0 {
                    touched.push(*wording);
                }
                met.words |= 1 << at;
                let start = met.place.as_ref().map_or(word.place.start, |place| place.start);
                met.place = Some(start..word.place.end);
            }
        }
    }
    settle(wordings, &mut met, &mut touched, &mut best, reading);
    best
}

/// Every word of all wordings by its head: which wording, which of its words.
fn heads<'w>(wordings: &[&'w Wording]) -> HashMap<&'w str, Vec<(usize, usize, &'w str)>> {
    let mut heads: HashMap<&str, Vec<(usize, usize, &str)>> = HashMap::new();
    for (wording, asked) in wordings.iter().enumerate() {
        for (at, word) in asked.words.iter().enumerate() {
            heads.entry(head(word)).or_default().push((wording, at, word));
        }
    }
    heads
}

fn head(word: &str) -> &str {
    let end = word
        .char_indices()
        .nth(HEAD_CHARS)
        .map_or(word.len(), |(at, _)| at);
    word.get(..end).unwrap_or(word)
}

/// A sentence has ended: whatever it is worth more than the ones before is kept.
fn settle(
    wordings: &[&Wording],
    met: &mut [Met],
    touched: &mut Vec<usize>,
    best: &mut [Option<(u16, Range<usize>)>],
    reading: &Reading<'_>,
) {
    for at in touched.drain(..) {
        let (Some(wording), Some(met), Some(best)) = (wordings.get(at), met.get_mut(at), best.get_mut(at))
        else {
            continue;
        };
        let met = std::mem::take(met);
        let worth = wording.worth_bp(met.words.count_ones());
        let so_far = best.as_ref().map_or(0, |(worth, _)| *worth);
        if let Some(place) = met.place.filter(|_| worth > so_far)
            && let Some(place) = quotable(&place, reading)
        {
            *best = Some((worth, place));
        }
    }
}

/// The place of the words, or its beginning where something hidden stands between them; `None` when they are denied.
fn quotable(place: &Range<usize>, reading: &Reading<'_>) -> Option<Range<usize>> {
    if reading.denied(place) {
        return None;
    }
    let hidden = reading.neutral.hidden_in(place).next();
    Some(place.start..hidden.map_or(place.end, |hidden| hidden.start))
}

fn ends_sentence(gap: &str, next: &Word<'_>) -> bool {
    let lower = next.text.chars().next().is_some_and(char::is_lowercase);
    let mut characters = gap.chars().peekable();
    let mut lines = 0;
    while let Some(c) = characters.next() {
        let stops = matches!(c, '.' | '!' | '?') && characters.peek().is_none_or(|next| next.is_whitespace());
        if stops
            || matches!(
                c,
                '•' | '●' | '▪' | '■' | '◦' | '‣' | '▸' | '○' | '|' | '\u{f0b7}' | '\u{f0a7}'
            )
        {
            return true;
        }
        lines += usize::from(c == '\n');
    }
    // A line that goes on in lower case is the same sentence, broken by the page.
    lines > 1 || (lines == 1 && !(lower && gap.trim().is_empty()))
}

fn threes(word: &str) -> Vec<[char; 3]> {
    let characters: Vec<char> = word.chars().collect();
    characters
        .windows(3)
        .filter_map(|three| <[char; 3]>::try_from(three).ok())
        .collect()
}

/// The sentence or line of a piece of the visible text that has most letters in common with the requirement, the first of
/// equals, without anything hidden; in the neutral text. `None` for a piece that is not there or denies everything it says.
pub(crate) fn most_telling(wording: &Wording, near: &Near, reading: &Reading<'_>) -> Option<Range<usize>> {
    let piece = reading
        .neutral
        .neutral(&(near.start..near.end.min(near.start.saturating_add(MAX_PIECE_CHARS))));
    let mut best: Option<(usize, Range<usize>)> = None;
    for place in open_lines(&piece, reading) {
        let Some(text) = reading.slice(&place) else {
            continue;
        };
        let common = Words::new(text)
            .all()
            .iter()
            .flat_map(|word| threes(&fold(word.text)))
            .collect::<BTreeSet<_>>()
            .intersection(&wording.threes)
            .count();
        let better = best.as_ref().is_none_or(|(most, _)| common > *most);
        if better && !reading.denied(&(place.end..place.end)) {
            best = Some((common, place));
        }
    }
    best.map(|(_, place)| place)
}

/// Fewest code points of a line that says something.
const LEAST_LINE: usize = 8;

/// The sentences and lines of a place, cut where something is hidden.
fn open_lines(piece: &Range<usize>, reading: &Reading<'_>) -> Vec<Range<usize>> {
    let Some(text) = reading.slice(piece) else {
        return Vec::new();
    };
    let hidden: Vec<Range<usize>> = reading.neutral.hidden_in(piece).collect();
    let mut ahead = hidden.iter().peekable();
    let mut lines = Vec::new();
    let mut start = piece.start;
    let mut push = |from: usize, to: usize| {
        if to >= from + LEAST_LINE {
            lines.push(from..to);
        }
    };
    let mut stopped = false;
    for (at, c) in text.chars().enumerate() {
        let at = piece.start + at;
        while ahead.next_if(|hidden| hidden.end <= at).is_some() {}
        let covered = ahead.peek().is_some_and(|hidden| hidden.start <= at);
        let breaks = c == '\n'
            || matches!(c, '•' | '●' | '▪' | '■' | '◦' | '‣' | '▸' | '○')
            || (stopped && c.is_whitespace());
        if covered || breaks {
            push(start, at);
            start = at + 1;
        } else if start == at && c.is_whitespace() {
            start = at + 1;
        }
        stopped = matches!(c, '.' | '!' | '?');
    }
    push(start, piece.end.min(piece.start + text.chars().count()));
    lines
}

#[cfg(test)]
mod tests;

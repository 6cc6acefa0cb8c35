//! The stretch of a resume that shows best why somebody was found.

use hiring_core::reading::Section;
use hiring_core::taxonomy;

use super::known::spellings;

/// Longest snippet, in code points.
const MAX_CHARS: usize = 240;
/// Code points before the first word that is marked.
const LEAD: usize = 40;
/// Most places of words in one text that are looked at.
const MAX_PLACES: usize = 400;
/// What may follow a stem in one of the languages: `engineer`, `engineers`; `Entwickler`, `Entwicklerin`.
const ENDINGS: &[&str] = &[
    "", "s", "es", "e", "en", "n", "er", "ers", "ed", "d", "ing", "ings", "em", "ern", "in", "innen", "a",
    "o", "as", "os", "ns", "r", "rs", "ly",
];
/// Shortest stem that may have another ending.
const MIN_STEM: usize = 4;

/// A range of code points of the visible text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// First code point.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// A stretch of the visible text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// Where it stands.
    pub range: Range,
    /// `visible_text[start..end]`.
    pub text: String,
    /// The section that it begins in.
    pub section: Option<&'static str>,
    /// Words of the query in it, also code points of the visible text.
    pub highlights: Vec<Range>,
}

/// Words of a query, ready to be looked for in many texts.
pub(super) struct Terms {
    /// As typed, with the ways to write each: words of each way.
    terms: Vec<(String, Vec<Vec<String>>)>,
    /// Whether a way begins with this byte; what begins otherwise need not be compared.
    begins: [bool; 256],
}

/// A word of a text.
#[derive(Debug, Clone, Copy)]
struct Word<'a> {
    range: Range,
    folded: &'a str,
}

/// One occurrence of a term.
#[derive(Debug, Clone, Copy)]
struct Place {
    term: usize,
    range: Range,
}

impl Terms {
    pub(super) fn new(terms: &[String]) -> Self {
        let words = |spelling: String| spelling.split(' ').map(str::to_owned).collect();
        let terms: Vec<(String, Vec<Vec<String>>)> = terms
            .iter()
            .map(|term| (term.clone(), spellings(term).into_iter().map(words).collect()))
            .collect();
        let mut begins = [false; 256];
        for spelling in terms.iter().flat_map(|(_, spellings)| spellings) {
            let byte = spelling.first().and_then(|word| word.as_bytes().first());
            if let Some(known) = byte.and_then(|byte| begins.get_mut(usize::from(*byte))) {
                *known = true;
            }
        }
        Self { terms, begins }
    }

    fn may_begin(&self, word: &str) -> bool {
        let byte = word.as_bytes().first();
        byte.and_then(|byte| self.begins.get(usize::from(*byte)))
            .is_some_and(|known| *known)
    }

    /// Those of the terms that occur in a text, in the order typed, and the best stretch of it: where most of them stand close
    /// together, else the beginning of `near`, which is nearest in meaning.
    pub(super) fn show(
        &self,
        text: &str,
        sections: &[Section],
        near: Option<Range>,
    ) -> (Vec<String>, Option<Snippet>) {
        let places = self.places(text);
        let said = |(number, (term, _)): (usize, &(String, _))| {
            let occurs = places.iter().any(|place| place.term == number);
            occurs.then(|| term.clone())
        };
        let matched = self.terms.iter().enumerate().filter_map(said).collect();
        let chars: Vec<char> = text.chars().collect();
        let start = best_start(&places, near).map(|at| line_start(&chars, at));
        let start = start.or(near.map(|near| near.start));
        let snippet = start.and_then(|start| cut(&chars, start, sections, &places));
        (matched, snippet)
    }

    fn places(&self, text: &str) -> Vec<Place> {
        let mut folded = String::with_capacity(text.len());
        let words = read_words(text, &mut folded);
        let mut places = Vec::new();
        for at in 0..words.len() {
            let rest = words.get(at..).unwrap_or_default();
            if !rest.first().is_some_and(|word| self.may_begin(word.folded)) {
                continue;
            }
            for (term, (_, spellings)) in self.terms.iter().enumerate() {
                let met = spellings.iter().filter(|spelling| meets(rest, spelling));
                if let Some(length) = met.map(Vec::len).max()
                    && let (Some(first), Some(last)) = (rest.first(), rest.get(length.saturating_sub(1)))
                {
                    let range = Range {
                        start: first.range.start,
                        end: last.range.end,
                    };
                    places.push(Place { term, range });
                }
            }
            if places.len() >= MAX_PLACES {
                break;
            }
        }
        places
    }
}

/// The words of a text, which are folded into `folded`.
fn read_words<'a>(text: &str, folded: &'a mut String) -> Vec<Word<'a>> {
    let mut ranges: Vec<(Range, usize)> = Vec::new();
    let (mut byte, mut chars) = (0, 0);
    for (start, end) in taxonomy::words(text) {
        let count = |from: usize, until: usize| text.get(from..until).map_or(0, |part| part.chars().count());
        let first = chars + count(byte, start);
        (byte, chars) = (end, first + count(start, end));
        taxonomy::fold_words_into(text.get(start..end).unwrap_or_default(), folded);
        let range = Range {
            start: first,
            end: chars,
        };
        ranges.push((range, folded.len()));
    }
    let mut begin = 0;
    let word = |(range, end)| {
        let folded = folded.get(begin..end).unwrap_or_default();
        begin = end;
        Word { range, folded }
    };
    ranges.into_iter().map(word).collect()
}

/// Whether a text goes on with these words; the last of them may have another ending.
fn meets(text: &[Word<'_>], spelling: &[String]) -> bool {
    let same = |(place, word): (usize, &String)| {
        let last = place + 1 == spelling.len();
        text.get(place)
            .is_some_and(|own| own.folded == word || last && same_stem(own.folded, word))
    };
    !spelling.is_empty() && spelling.iter().enumerate().all(same)
}

fn same_stem(one: &str, other: &str) -> bool {
    let common = one
        .char_indices()
        .zip(other.chars())
        .take_while(|((_, a), b)| a == b)
        .last()
        .map_or(0, |((at, c), _)| at + c.len_utf8());
    let ending = |word: &str| word.get(common..).is_some_and(|end| ENDINGS.contains(&end));
    common >= MIN_STEM && ending(one) && ending(other)
}

/// Where the stretch with the most different terms begins; of equals one in `near`, else the first.
fn best_start(places: &[Place], near: Option<Range>) -> Option<usize> {
    let different = |from: usize| {
        let first = places.get(from)?;
        let mut seen: Vec<usize> = Vec::new();
        for place in places
            .get(from..)?
            .iter()
            .take_while(|place| place.range.end <= first.range.start + MAX_CHARS - LEAD)
        {
            if !seen.contains(&place.term) {
                seen.push(place.term);
            }
        }
        let close = near.is_some_and(|near| (near.start..near.end).contains(&first.range.start));
        Some((seen.len(), close, first.range.start))
    };
    let best = (0..places.len()).filter_map(different).reduce(|best, other| {
        if (other.0, other.1) > (best.0, best.1) {
            other
        } else {
            best
        }
    });
    best.map(|(_, _, start)| start)
}

/// The beginning of the line, or of the words some way before.
fn line_start(chars: &[char], at: usize) -> usize {
    let earliest = at.saturating_sub(LEAD);
    let before = chars.get(earliest..at).unwrap_or_default();
    if let Some(line) = before.iter().rposition(|c| *c == '\n') {
        return earliest + line + 1;
    }
    if earliest == 0 {
        return 0;
    }
    before
        .iter()
        .position(|c| c.is_whitespace())
        .map_or(at, |blank| earliest + blank + 1)
}

fn cut(chars: &[char], start: usize, sections: &[Section], places: &[Place]) -> Option<Snippet> {
    let limit = (start + MAX_CHARS).min(chars.len());
    let window = chars.get(start..limit)?;
    let blank = window
        .iter()
        .rposition(|c| c.is_whitespace())
        .filter(|_| limit < chars.len());
    let shown = window.get(..blank.unwrap_or(window.len()))?;
    let first = shown.iter().position(|c| !c.is_whitespace())?;
    let last = shown.iter().rposition(|c| !c.is_whitespace())?;
    let range = Range {
        start: start + first,
        end: start + last + 1,
    };
    let inside = |place: &&Place| place.range.start >= range.start && place.range.end <= range.end;
    let mut highlights: Vec<Range> = Vec::new();
    for place in places.iter().filter(inside) {
        // Places come in text order; a longer name starts where its first word does.
        match highlights.last_mut() {
            Some(known) if known.end > place.range.start => known.end = known.end.max(place.range.end),
            _ => highlights.push(place.range),
        }
    }
    let section = sections
        .iter()
        .find(|section| (section.start..section.end).contains(&range.start));
    Some(Snippet {
        range,
        text: chars.get(range.start..range.end)?.iter().collect(),
        section: section.map(|section| section.kind.as_str()),
        highlights,
    })
}

#[cfg(test)]
mod tests;

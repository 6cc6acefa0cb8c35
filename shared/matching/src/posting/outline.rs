//! A posting's sentences, and what each is about.

use std::ops::Range;

use super::headings::{Part, begins_offer, likely_part, part_of};
use super::words::{Word, words};

/// Most words of a heading.
const MAX_HEADING_WORDS: usize = 8;
/// Most words of a label before its colon.
const MAX_LABEL_WORDS: usize = 6;
/// Fewest letters of a word whose full stop ends a sentence: shorter ones are abbreviations (`z. B.`, `St.`).
const MIN_LAST_LETTERS: usize = 3;

/// One sentence, bullet, or line.
#[derive(Debug)]
pub(super) struct Sentence {
    /// Its bytes, without bullet, and without a heading that stands before it on its line.
    pub range: Range<usize>,
    /// What it is about.
    pub part: Part,
    /// The line that it stands on, among those with words.
    pub line: usize,
    /// The bytes of a label before a colon at its beginning: `Location` in `Location: Leeds`.
    pub label: Option<Range<usize>>,
    /// Its words.
    pub words: Vec<Word>,
}

impl Sentence {
    /// The words of its label.
    pub fn label_words(&self) -> &[Word] {
        self.label
            .as_ref()
            .map_or(&[], |label| super::words::within(&self.words, label))
    }
}

/// The sentences of a posting in text order; headings are left out and say what follows.
pub(super) fn outline(text: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut part = Part::Head;
    let mut line_number = 0;
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r', '\u{2028}', '\u{2029}']) {
        let (content, bullet) = without_bullet(text, start..start + line.len());
        start += line.len();
        let line_words = words(text, &content);
        if line_words.is_empty() {
            continue;
        }
        if !bullet
            && line_words.len() <= MAX_HEADING_WORDS
            && !says_more(text, &content)
            && let Some(announced) = heading(text, &content, &line_words)
        {
            part = announced;
            continue;
        }
        // A label on a bullet speaks for its own line only.
        let mut here = part;
        for range in split(text, &content) {
            here = push(&mut sentences, text, range, (here, line_number));
        }
        if !bullet {
            part = here;
        }
        line_number += 1;
    }
    sentences
}

/// What a line announces as a heading.
fn heading(text: &str, line: &Range<usize>, words: &[Word]) -> Option<Part> {
    let colon = text
        .get(line.clone())
        .is_some_and(|line| line.ends_with([':', '：']));
    part_of(words, colon).or_else(|| colon.then(|| likely_part(words)).flatten())
}

/// Adds a sentence, and answers what the following ones are about.
fn push(sentences: &mut Vec<Sentence>, text: &str, range: Range<usize>, place: (Part, usize)) -> Part {
    let (mut part, line) = place;
    let mut range = range;
    let mut label = label(text, &range);
    if let Some(named) = &label
        && let Some(announced) = part_of(&words(text, named), true)
    {
        part = announced;
        // A label that also names what its value is stays: `Compensation: $120k`.
        if !matches!(part, Part::Offer) {
            range.start = after_colon(text, named.end, range.end);
            label = None;
        }
    }
    let words = words(text, &range);
    if begins_offer(&words) {
        part = Part::Offer;
    }
    if !words.is_empty() {
        sentences.push(Sentence {
            range,
            part,
            line,
            label,
            words,
        });
    }
    part
}

/// Whether there is text behind a colon, so that the line is more than a heading.
fn says_more(text: &str, line: &Range<usize>) -> bool {
    label(text, line).is_some_and(|label| {
        text.get(after_colon(text, label.end, line.end)..line.end)
            .is_some_and(|rest| rest.contains(char::is_alphanumeric))
    })
}

fn after_colon(text: &str, from: usize, end: usize) -> usize {
    let rest = text.get(from..end).unwrap_or_default();
    let skipped = rest.len()
        - rest
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '*' | '：'))
            .len();
    from + skipped
}

/// The bytes of a label: few words before a colon that white space follows.
fn label(text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let slice = text.get(range.clone())?;
    let (at, _) = slice
        .char_indices()
        .take(120)
        .find(|(_, c)| matches!(c, ':' | '：'))?;
    let (before, behind) = slice.split_at_checked(at)?;
    let colon = behind.chars().next()?;
    let after = behind.get(colon.len_utf8()..)?;
    let apart = after.is_empty() || after.starts_with(|c: char| c.is_whitespace() || c == '*');
    let count = words(text, &(range.start..range.start + at)).len();
    let named = before.trim_end();
    (apart && (1..=MAX_LABEL_WORDS).contains(&count)).then(|| range.start..range.start + named.len())
}

/// The line without white space and marks around it, and whether a bullet or number stood before it.
fn without_bullet(text: &str, line: Range<usize>) -> (Range<usize>, bool) {
    let slice = text.get(line.clone()).unwrap_or_default();
    let is_mark = |c: char| !c.is_alphanumeric() && !matches!(c, '(' | '€' | '$' | '£' | '.' | '¿');
    let rest = slice.trim_start_matches(is_mark);
    let marks = slice.get(..slice.len() - rest.len()).unwrap_or_default();
    let listed = |c: char| !c.is_whitespace() && !matches!(c, '#' | '=' | '_' | '"' | '„' | '“' | '«');
    // `**Heading**` is no bullet, `* item` is.
    let mut bullet = marks.contains(listed) && !marks.ends_with("**");
    let unnumbered = without_number(rest);
    bullet |= unnumbered.len() < rest.len();
    let start = line.end - unnumbered.len();
    let content =
        unnumbered.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '#' | '=' | '_'));
    (start..start + content.len(), bullet)
}

/// A line without `1.`, `2)`, `a)`.
fn without_number(line: &str) -> &str {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let letter = usize::from(digits == 0 && line.starts_with(|c: char| c.is_ascii_lowercase()));
    let rest = line.get(digits + letter..).unwrap_or(line);
    let behind = match rest.strip_prefix(')') {
        Some(behind) if digits + letter > 0 && digits <= 2 => behind,
        _ => match rest.strip_prefix('.') {
            Some(behind) if (1..=2).contains(&digits) => behind,
            _ => return line,
        },
    };
    if behind.starts_with(char::is_whitespace) {
        behind.trim_start()
    } else {
        line
    }
}

/// The sentences of a line.
fn split(text: &str, line: &Range<usize>) -> Vec<Range<usize>> {
    let slice = text.get(line.clone()).unwrap_or_default();
    let mut sentences = Vec::new();
    let (mut start, mut letters, mut digits) = (0, 0, false);
    let mut characters = slice.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let end = at + c.len_utf8();
        let ends = match c {
            '.' => letters >= MIN_LAST_LETTERS || digits,
            '!' | '?' | '…' => true,
            '•' | '▪' | '●' => end > start + c.len_utf8(),
            _ => false,
        };
        let blank = characters.peek().is_some_and(|(_, next)| next.is_whitespace());
        if ends && (blank || !matches!(c, '.' | '!' | '?' | '…')) && !goes_on(slice, end) {
            sentences.push(start..end);
            start = end;
        }
        (letters, digits) = match c {
            _ if c.is_alphabetic() => (letters + 1, digits),
            _ if c.is_ascii_digit() || matches!(c, ')' | '%' | '€' | '+') => (letters, true),
            _ => (0, false),
        };
    }
    sentences.push(start..slice.len());
    sentences
        .into_iter()
        .filter_map(|range| {
            let piece = slice.get(range.clone())?;
            let trimmed =
                piece.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '•' | '▪' | '●'));
            let from = line.start + range.end - trimmed.len();
            Some(from..from + trimmed.trim_end().len())
        })
        .filter(|range| !range.is_empty())
        .collect()
}

/// Whether the text behind a full stop goes on in lower case, so that the stop belonged to an abbreviation.
fn goes_on(slice: &str, from: usize) -> bool {
    let rest = slice.get(from..).unwrap_or_default();
    rest.chars()
        .find(|c| !c.is_whitespace())
        .is_some_and(char::is_lowercase)
}

//! E-mail and web addresses, telephone numbers and streets, whether or not the reader found them.

use std::ops::Range;

use memchr::memmem;

use super::marks::{Mark, Meant};
use super::vocabulary::{PHONE_LABELS, STREET_ENDINGS, STREET_WORDS, WEB_SIGNS};
use crate::evidence::TextIndex;
use crate::fold::fold;
use crate::scan::{Word, Words};

/// Digits of a telephone number: the shortest with an area code and the longest of E.164.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;
/// Bytes before a number in which its label may stand.
const LABEL_WINDOW: usize = 16;
/// Longest address, in bytes.
const LONGEST_ADDRESS: usize = 400;

/// Finds all of them. Streets are looked for in `areas` only (code points): elsewhere `5 Avenue` may be a project.
pub(super) fn find(words: &Words<'_>, index: &TextIndex<'_>, areas: &[Range<usize>], marks: &mut Vec<Mark>) {
    let text = index.text();
    addresses(text, index, marks);
    phones(text, index, marks);
    for area in areas {
        streets(area, index, marks);
        postcodes(area, words, marks);
    }
}

/// What no address contains.
fn apart(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '(' | ')' | '|' | '•' | '·' | '"')
}

/// One past the last byte of an address that a line's end takes apart: behind an `@`, or before a single word with a slash.
fn continued(text: &str, to: usize, meant: Meant) -> usize {
    let Some((written, behind)) = text.split_at_checked(to) else {
        return to;
    };
    let Some(line) = behind.strip_prefix('\n').and_then(|rest| rest.split('\n').next()) else {
        return to;
    };
    let word = line.trim_end();
    let goes_on = match meant {
        Meant::Email => written.ends_with('@'),
        _ => word.contains('/'),
    };
    if !goes_on || word.is_empty() || word.contains(char::is_whitespace) {
        return to;
    }
    to + 1 + word.find(apart).unwrap_or(word.len())
}

fn addresses(text: &str, index: &TextIndex<'_>, marks: &mut Vec<Mark>) {
    let mut mark = |at: usize, meant: Meant| {
        let (before, after) = text.split_at_checked(at)?;
        let from = before
            .char_indices()
            .rev()
            .find(|(_, c)| apart(*c))
            .map_or(0, |(byte, c)| byte + c.len_utf8());
        let to = at + after.find(apart).unwrap_or(after.len());
        let trimmed = text.get(from..to)?.trim_end_matches(['.', ':']);
        let to = continued(text, from + trimmed.len(), meant);
        let is_address = to - from <= LONGEST_ADDRESS && to > at + 1 && (meant != Meant::Email || from < at);
        is_address.then(|| {
            marks.push(Mark {
                place: index.position(from)..index.position(to),
                meant,
            });
        })
    };
    for at in memchr::memchr_iter(b'@', text.as_bytes()) {
        mark(at, Meant::Email);
    }
    for sign in WEB_SIGNS {
        for at in memmem::find_iter(text.as_bytes(), sign) {
            mark(at, Meant::Link);
        }
    }
}

fn phones(text: &str, index: &TextIndex<'_>, marks: &mut Vec<Mark>) {
    let bytes = text.as_bytes();
    let part = |b: &u8| b.is_ascii_digit() || matches!(b, b' ' | b'(' | b')' | b'-' | b'.' | b'/' | b'+');
    let mut at = 0;
    while let Some(from) = bytes.get(at..).and_then(|rest| {
        rest.iter()
            .position(|b| b.is_ascii_digit() || matches!(b, b'+' | b'('))
    }) {
        let from = at + from;
        let length = bytes
            .get(from..)
            .map_or(0, |rest| rest.iter().take_while(|b| part(b)).count());
        at = from + length.max(1);
        let number = text.get(from..from + length).unwrap_or_default();
        let number = number.trim_end_matches(|c: char| !c.is_ascii_digit());
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        if PHONE_DIGITS.contains(&digits) && is_phone(text, from, number) {
            marks.push(Mark {
                place: index.position(from)..index.position(from + number.len()),
                meant: Meant::Phone,
            });
        }
    }
}

/// Whether digits are a telephone number and no dates: they are written internationally, in the American way, or labelled.
fn is_phone(text: &str, from: usize, number: &str) -> bool {
    if number.starts_with('+') || number.starts_with("00") {
        return true;
    }
    let groups: Vec<usize> = number
        .split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .filter(|length| *length > 0)
        .collect();
    if groups == [3, 3, 4] {
        return true;
    }
    let mut start = from.saturating_sub(LABEL_WINDOW);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let before = fold(text.get(start..from).unwrap_or_default());
    let label = before.trim_end_matches([' ', ':', '.']);
    PHONE_LABELS.iter().any(|known| label.ends_with(known))
}

/// Pieces of a line that name a street and a number.
fn streets(area: &Range<usize>, index: &TextIndex<'_>, marks: &mut Vec<Mark>) {
    let Some(text) = index.slice(area) else { return };
    let mut from = area.start;
    for piece in text.split(['\n', ',', ';', '|', '•', '·', '\t']) {
        let length = piece.chars().count();
        if piece.contains(|c: char| c.is_ascii_digit()) && names_street(piece) {
            let blank = piece.chars().take_while(|c| c.is_whitespace()).count();
            marks.push(Mark {
                place: from + blank..from + piece.trim_end().chars().count().max(blank),
                meant: Meant::Street,
            });
        }
        from += length + 1;
    }
}

fn names_street(piece: &str) -> bool {
    fold(piece).split(|c: char| !c.is_alphanumeric()).any(|word| {
        let word = word.trim_start_matches(|c: char| c.is_ascii_digit());
        STREET_WORDS.contains(&word)
            || STREET_ENDINGS
                .iter()
                .any(|ending| word.len() > ending.len() + 2 && word.ends_with(ending))
    })
}

/// Postal codes: digits before a town, or behind a state's letters; the two words of a British one.
fn postcodes(area: &Range<usize>, words: &Words<'_>, marks: &mut Vec<Mark>) {
    let all = words.all();
    let first = all.partition_point(|word| word.place.start < area.start);
    for (at, word) in all.iter().enumerate().skip(first) {
        if word.place.end > area.end {
            break;
        }
        let beside = |other: Option<&Word<'_>>| {
            other
                .filter(|other| {
                    words.between(other, word).trim().is_empty()
                        || words.between(word, other).trim().is_empty()
                })
                .is_some()
        };
        let before = at.checked_sub(1).and_then(|at| all.get(at));
        let behind = all.get(at + 1);
        let digits = word.text.bytes().all(|b| b.is_ascii_digit());
        let year = word.text.len() == 4 && (word.text.starts_with("19") || word.text.starts_with("20"));
        let state =
            |word: &Word<'_>| word.text.len() == 2 && word.text.bytes().all(|b| b.is_ascii_uppercase());
        // Four digits alone are too often something else.
        let beside_place = (beside(behind) && behind.is_some_and(Word::is_capitalised))
            || (beside(before) && before.is_some_and(state));
        let code = digits
            && !year
            && match word.text.len() {
                4 => beside_place,
                length => (5..=6).contains(&length),
            };
        let inward = |word: &Word<'_>| matches!(word.text.as_bytes(), [digit, a, b] if digit.is_ascii_digit() && a.is_ascii_uppercase() && b.is_ascii_uppercase());
        let outward =
            word.text.len() <= 4 && word.text.bytes().any(|b| b.is_ascii_digit()) && word.is_capitalised();
        let british = behind.filter(|behind| outward && inward(behind) && words.between(word, behind) == " ");
        let end = british.map_or(word.place.end, |behind| behind.place.end);
        if code || british.is_some() {
            marks.push(Mark {
                place: word.place.start..end,
                meant: Meant::Street,
            });
        }
    }
}

/// See [`super::town_in`].
pub(super) fn town_in(address: &str) -> Range<usize> {
    let index = TextIndex::new(address);
    let words = Words::new(address);
    let mut end = 0;
    let mut marks = Vec::new();
    if let Some(last) = words.all().last() {
        end = last.place.end;
        streets(&(0..end), &index, &mut marks);
        postcodes(&(0..end), &words, &mut marks);
    }
    let open = |word: &&Word<'_>| {
        let code = word.text.bytes().all(|b| b.is_ascii_digit());
        !code
            && marks
                .iter()
                .all(|mark| mark.place.end <= word.place.start || mark.place.start >= word.place.end)
    };
    let first = words.all().iter().find(open).map_or(0, |word| word.place.start);
    let last = words
        .all()
        .iter()
        .rev()
        .find(open)
        .map_or(end, |word| word.place.end);
    first..last.max(first)
}

//! Postal codes beside the names of towns.

use std::ops::Range;

use crate::words::year_at;

/// What a postal code says about the word beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    None,
    /// Digits that could be something else: the town must be a known one.
    Weak,
    /// Five digits, or letters and digits: a town stands beside it, known or not.
    Strong,
}

/// Words of the postal code that begins here and stands before a town.
pub(super) fn leading_code<'a>(
    words: &[Range<usize>],
    at: usize,
    shown: &impl Fn(&Range<usize>) -> &'a str,
) -> Option<(usize, Code)> {
    let word = shown(words.get(at)?);
    // `D-10115`, `CH-8001`, `S2000`
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let land = if letters <= 2 { word.get(letters..)? } else { word };
    let plain = land.strip_prefix('-').filter(|_| letters > 0).unwrap_or(land);
    let next = words.get(at + 1).map(shown).unwrap_or_default();
    if digits(plain) && (letters > 0 || year_at(plain).is_none()) {
        let dutch = next.len() == 2 && next.chars().all(|c| c.is_ascii_uppercase()) && at + 2 < words.len();
        match plain.len() {
            4 if dutch => return Some((2, Code::Strong)),
            5 => return Some((1, Code::Strong)),
            4 | 6 if letters > 0 => return Some((1, Code::Strong)),
            4 | 6 => return Some((1, Code::Weak)),
            3 if digits(next) && next.len() == 2 => return Some((2, Code::Weak)),
            _ => {}
        }
    }
    let (head, tail) = plain.split_once('-')?;
    let shape = digits(head) && digits(tail) && matches!((head.len(), tail.len()), (2 | 4 | 5, 3));
    shape.then_some((1, Code::Strong))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Words of the postal code at the end, as Americans, Britons and Indians write it.
pub(super) fn trailing_code<'a>(
    words: &[Range<usize>],
    shown: &impl Fn(&Range<usize>) -> &'a str,
) -> (usize, Code) {
    let Some(last) = words.last().map(shown) else {
        return (0, Code::None);
    };
    let before = words.len().checked_sub(2).and_then(|at| words.get(at));
    let before = before.map(shown).unwrap_or_default();
    let mixed = |text: &str, lengths: Range<usize>| {
        lengths.contains(&text.len())
            && text.bytes().any(|byte| byte.is_ascii_digit())
            && text.bytes().any(|byte| byte.is_ascii_uppercase())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
    };
    // `SW1A 1AA`, `K1A 0B6`
    if mixed(last, 3..4) && mixed(before, 2..5) {
        return (2, Code::Strong);
    }
    let zip = last.split_once('-').is_some_and(|(head, tail)| {
        digits(head) && digits(tail) && matches!((head.len(), tail.len()), (5, 3 | 4) | (4, 3))
    });
    if zip || digits(last) && last.len() == 5 {
        return (1, Code::Strong);
    }
    if digits(last) && matches!(last.len(), 4 | 6) && year_at(last).is_none() {
        return (1, Code::Weak);
    }
    let indian = digits(last) && last.len() == 3 && digits(before) && before.len() == 3;
    if indian { (2, Code::Weak) } else { (0, Code::None) }
}

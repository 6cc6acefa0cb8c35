//! Years of work.

use super::tokens::Tokens;
use super::words::{AT_MOST, BETWEEN, LEAST_PHRASES, NUMBERS, OF_WORK, OLD, TO, YEARS};

/// Most years that a sentence can ask for.
const MOST: u8 = 60;

/// Least and most years, the first of each kind that the sentence names.
pub(super) fn read(tokens: &mut Tokens<'_>) -> (Option<u8>, Option<u8>) {
    let (mut least, mut most) = (None, None);
    let mut at = 0;
    while at < tokens.len() {
        let Some((first, plus)) = number(tokens, at) else {
            at += 1;
            continue;
        };
        let (last, mut end) = range_end(tokens, at).map_or((None, at + 1), |(value, end)| (Some(value), end));
        if !tokens.is(end, YEARS) || tokens.is(end + 1, OLD) {
            at += 1;
            continue;
        }
        end += 1;
        let mut plus = plus || tokens.gap(end - 2).contains('+');
        while tokens.is(end, OF_WORK) {
            plus |= tokens.is(end, &["more", "plus", "mehr", "mas"]);
            end += 1;
        }
        let (start, is_most) = phrase_before(tokens, at);
        match last {
            Some(last) if last >= first => (least, most) = (Some(first), Some(last)),
            Some(_) => {}
            None if is_most && !plus => most = most.or(Some(first)),
            None => least = least.or(Some(first)),
        }
        let start = match last {
            Some(_) if at > 0 && tokens.is(at - 1, BETWEEN) => at - 1,
            _ => start,
        };
        tokens.take(start..end);
        at = end;
    }
    // `at least 5 and less than 3` is nobody; the caller says so of explicit filters, a sentence was misread.
    if least.zip(most).is_some_and(|(least, most)| least > most) {
        most = None;
    }
    (least, most)
}

/// A number, and whether a plus follows.
fn number(tokens: &Tokens<'_>, at: usize) -> Option<(u8, bool)> {
    let word = tokens.word(at)?;
    let bare = word.trim_end_matches('+');
    let value = match bare.parse::<u8>() {
        Ok(value) => value,
        Err(_) => NUMBERS.iter().find(|(name, _)| *name == bare)?.1,
    };
    (value <= MOST).then_some((value, bare.len() < word.len()))
}

/// The second number of `3-5` or `3 to 5`, and the word behind it.
fn range_end(tokens: &Tokens<'_>, at: usize) -> Option<(u8, usize)> {
    let dash = |c: char| matches!(c, '-' | '\u{2010}'..='\u{2015}');
    if tokens.gap(at).trim().chars().all(dash) && tokens.gap(at).contains(dash) {
        return Some((number(tokens, at + 1)?.0, at + 2));
    }
    if tokens.is(at + 1, TO) {
        return Some((number(tokens, at + 2)?.0, at + 3));
    }
    None
}

/// Where the words before a number begin that say how it is meant, and whether it is the most.
fn phrase_before(tokens: &Tokens<'_>, at: usize) -> (usize, bool) {
    let stands = |phrase: &&[&str]| {
        let start = at.checked_sub(phrase.len())?;
        let same = phrase
            .iter()
            .enumerate()
            .all(|(place, word)| tokens.word(start + place) == Some(word));
        same.then_some(start)
    };
    let least = LEAST_PHRASES.iter().filter_map(stands).min();
    let most = AT_MOST.iter().filter_map(stands).min();
    match (most, least) {
        // `au moins de` would be both: the longer phrase is meant, and `at most` of equals.
        (Some(most), Some(least)) if least < most => (least, false),
        (Some(most), _) => (most, true),
        (None, Some(least)) => (least, false),
        (None, None) => (at, false),
    }
}

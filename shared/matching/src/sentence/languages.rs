//! Human languages that somebody should speak.

use super::tokens::Tokens;
use super::words::{LEVELS, NATIVE, NOT, SPEAKERS, SPEAKS};
use super::{Gazetteer, Spoken};

/// The languages beside a word that says that they are spoken, or beside a level.
pub(super) fn read(tokens: &mut Tokens<'_>, gazetteer: &dyn Gazetteer) -> Vec<Spoken> {
    let mut found: Vec<Spoken> = Vec::new();
    for at in 0..tokens.len() {
        if at > 0 && tokens.is(at - 1, NOT) {
            continue;
        }
        let one = one_word(tokens, at).or_else(|| beside(tokens, gazetteer, at));
        let Some((spoken, start, end)) = one else {
            continue;
        };
        tokens.take(start..end);
        if !found.iter().any(|known| known.name == spoken.name) {
            found.push(spoken);
        }
    }
    found
}

fn one_word(tokens: &Tokens<'_>, at: usize) -> Option<(Spoken, usize, usize)> {
    let word = tokens.word(at)?;
    let name = SPEAKERS.iter().find(|(speaker, _)| *speaker == word)?.1;
    Some((Spoken { name, level: None }, at, at + 1))
}

/// A language with what says how it is spoken on either side: `fluent in German`, `German B2`, `native French speaker`.
fn beside(tokens: &Tokens<'_>, gazetteer: &dyn Gazetteer, at: usize) -> Option<(Spoken, usize, usize)> {
    let name = gazetteer.language(tokens.word(at)?)?;
    let level = |at: usize| {
        let word = tokens.word(at)?;
        LEVELS
            .iter()
            .find(|(folded, _)| *folded == word)
            .map(|(_, level)| *level)
    };
    let (mut start, mut end, mut told) = (at, at + 1, None);
    let mut spoken = false;
    let joined = start
        .checked_sub(2)
        .filter(|from| tokens.is(from + 1, &["in", "en", "auf", "le", "l"]) && tokens.is(*from, SPEAKS));
    if let Some(from) = joined.or_else(|| start.checked_sub(1).filter(|from| tokens.is(*from, SPEAKS))) {
        spoken = true;
        told = tokens.is(from, NATIVE).then_some("native");
        start = from;
    }
    while end < tokens.len() {
        if let Some(level) = level(end) {
            told = Some(level);
        } else if tokens.is(end, NATIVE) {
            told = Some("native");
        } else if !tokens.is(end, SPEAKS) {
            break;
        }
        spoken = true;
        end += 1;
    }
    spoken.then_some((Spoken { name, level: told }, start, end))
}

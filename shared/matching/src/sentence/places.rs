//! The place where somebody should live.

use super::tokens::Tokens;
use super::words::{AT, BEFORE_PLACE, NOT, REMOTE};
use super::{Certainty, Gazetteer};

/// Most words of a place's name.
const LONGEST: usize = 5;

/// The place behind `in` and its like; without one, of a sentence that is about work, the place behind a comma or at the end.
/// A name like `Jack London` therefore stays a name.
pub(super) fn read(tokens: &mut Tokens<'_>, gazetteer: &dyn Gazetteer, about_work: bool) -> Option<String> {
    let found = behind_a_word(tokens, gazetteer)
        .or_else(|| about_work.then(|| at_the_end(tokens, gazetteer)).flatten());
    let (start, name, end) = found?;
    let written = tokens.written(name, end)?.to_owned();
    tokens.take(start..end);
    Some(written)
}

/// First word taken, first and one past the last word of the name.
type Place = (usize, usize, usize);

fn behind_a_word(tokens: &Tokens<'_>, gazetteer: &dyn Gazetteer) -> Option<Place> {
    (0..tokens.len()).filter(|at| tokens.is(*at, AT)).find_map(|at| {
        if at > 0 && tokens.is(at - 1, NOT) {
            return None;
        }
        let mut name = at + 1;
        while tokens.is(name, BEFORE_PLACE) && longest(tokens, gazetteer, name, Certainty::Likely).is_none() {
            name += 1;
        }
        let end = longest(tokens, gazetteer, name, Certainty::Likely)?;
        Some((at, name, end))
    })
}

fn at_the_end(tokens: &Tokens<'_>, gazetteer: &dyn Gazetteer) -> Option<Place> {
    (0..tokens.len()).find_map(|at| {
        let alone = at == 0 || tokens.before(at).is_none() || tokens.gap(at - 1).contains([',', ';', '(']);
        let end = longest(tokens, gazetteer, at, Certainty::Sure)?;
        let last = end == tokens.len()
            || tokens.gap(end - 1).contains([',', ';', ')'])
            || tokens.word(end).is_none();
        let denied = at > 0 && tokens.is(at - 1, NOT);
        (!denied && (last || alone && at > 0 && tokens.gap(at - 1).contains(','))).then_some((at, at, end))
    })
}

/// One past the last word of the longest place that starts here, with a region or country behind a comma.
fn longest(tokens: &Tokens<'_>, gazetteer: &dyn Gazetteer, at: usize, least: Certainty) -> Option<usize> {
    if tokens.is(at, REMOTE) {
        return None;
    }
    let name_end = |from: usize, fits: &dyn Fn(Certainty) -> bool| {
        (from + 1..=from + LONGEST).rev().find(|end| {
            let inside = (from..end - 1).all(|at| joins(tokens.gap(at)));
            let written = tokens.written(from, *end).filter(|_| inside);
            written.and_then(|name| gazetteer.place(name)).is_some_and(fits)
        })
    };
    let fits = |certainty: Certainty| {
        certainty == Certainty::Sure || certainty == Certainty::Likely && least == Certainty::Likely
    };
    let end = name_end(at, &fits)?;
    let behind = tokens.gap(end - 1).trim();
    let goes_on = behind == "," || behind.is_empty() && !tokens.tail(end - 1).is_empty();
    if !goes_on {
        return Some(end);
    }
    // `Berlin, Germany`, `Austin TX`: what follows must be larger, which a second town is not.
    let larger = |certainty: Certainty| {
        behind == "," && certainty != Certainty::Likely || certainty == Certainty::Code
    };
    let code_as_written = |end: usize| {
        tokens
            .written(end, end + 1)
            .is_some_and(|code| code.len() > 3 || code.chars().all(char::is_uppercase))
    };
    Some(match name_end(end, &larger) {
        Some(further) if further > end + 1 || code_as_written(end) => further,
        _ => end,
    })
}

fn joins(gap: &str) -> bool {
    matches!(gap, " " | "-" | ". " | "'" | "’" | "\u{a0}")
}

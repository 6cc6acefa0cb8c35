//! Skills by the taxonomy.

use std::ops::Range;

use hiring_core::resume::SkillKind;
use hiring_core::taxonomy::{self, Entry};

use super::tokens::Tokens;
use super::words::{DOERS, KNOWING, NOT, OR};

/// Most words of a skill's name.
const LONGEST: usize = 6;

/// Canonical names of the skills that are named beyond doubt, in text order, each once. Of alternatives (`Java or Kotlin`) none is
/// taken, because each of a filter's skills is needed; nor is what a manner of working or a denied skill is.
///
/// People type in lower case, so case tells little here. A name that is also an ordinary word counts where a skill is expected:
/// before somebody who does it (`go developer`), after `with` and its like, beside another skill, or where nothing else is said.
pub(super) fn read(tokens: &mut Tokens<'_>) -> Vec<String> {
    let found = find(tokens);
    let sure = found.iter().any(|(entry, _)| !entry.ambiguous);
    let covered: usize = found.iter().map(|(_, place)| place.len()).sum();
    let nothing_else = covered == tokens.words_that_say_something();
    let mut names: Vec<String> = Vec::new();
    for (entry, place) in found {
        let expected = sure
            || nothing_else
            || tokens.is(place.end, DOERS)
            || place.start > 0 && tokens.is(place.start - 1, KNOWING) && tokens.is_capital(place.start);
        if entry.ambiguous && !expected || !counts(tokens, entry, &place) {
            continue;
        }
        if !names.iter().any(|name| name == entry.name) {
            names.push(entry.name.to_owned());
        }
        tokens.mark(place);
    }
    tokens.take_marked();
    names
}

/// Every name of the taxonomy, longest first, without overlaps, in text order.
fn find(tokens: &Tokens<'_>) -> Vec<(Entry, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let longest = (at + 1..=at + LONGEST).rev().find_map(|end| {
            let joined = (at..end - 1).all(|place| joins(tokens.gap(place)));
            let name = tokens.written(at, end).filter(|_| joined)?;
            Some((taxonomy::canonical(name)?, at..end))
        });
        at = longest.as_ref().map_or(at + 1, |(_, place)| place.end);
        found.extend(longest);
    }
    found
}

fn counts(tokens: &Tokens<'_>, entry: Entry, place: &Range<usize>) -> bool {
    let before = |words| place.start > 0 && tokens.is(place.start - 1, words);
    let kind = !matches!(entry.kind, SkillKind::Soft | SkillKind::Language);
    let (start, end) = tokens.bytes(place);
    kind && !before(NOT)
        && !before(OR)
        && !tokens.is(place.end, OR)
        && !taxonomy::disclaimed(tokens.text(), start, end)
}

/// Whether the text between two words may stand inside one name: `CI/CD`, `front-end`, but no comma.
fn joins(between: &str) -> bool {
    between.chars().count() <= 3
        && between
            .chars()
            .all(|c| matches!(c, ' ' | '\u{a0}' | '-' | '‐' | '‑' | '/' | '&'))
}

//! Levels of education.

use hiring_core::job::EducationLevel;

use super::tokens::Tokens;
use super::words::{DEGREE_BEFORE, DEGREE_BEHIND, DEGREES};

/// The first degree that is named. `master` alone may be a Scrum master: it counts with a word beside it that says degree.
pub(super) fn read(tokens: &mut Tokens<'_>) -> Option<EducationLevel> {
    for at in 0..tokens.len() {
        let Some(word) = tokens.word(at) else {
            continue;
        };
        let named = DEGREES
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, level)| *level);
        let beside = tokens.is(at + 1, DEGREE_BEHIND) || at > 0 && tokens.is(at - 1, DEGREE_BEFORE);
        let level = named.or((word == "master" && beside).then_some("master"));
        if let Some(level) = level.and_then(EducationLevel::from_name) {
            let end = at + 1 + usize::from(tokens.is(at + 1, &["degree", "degrees", "abschluss"]));
            tokens.take(at..end);
            return Some(level);
        }
    }
    None
}

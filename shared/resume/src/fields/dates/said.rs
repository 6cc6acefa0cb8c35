//! The words before a date that say what it means: `since`, `until`, `expected`.

use hiring_core::taxonomy::fold;

use super::words::{BETWEEN, EXPECTED, FINISHED, FROM, JOINTS, SINCE, UNTIL};

/// What the words before a date say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    From,
    Since,
    Between,
    Until,
    Finished,
}

/// The words before a date that belong to it, and where they begin.
pub(super) fn said_before(text: &str, at: usize, floor: usize) -> (Said, usize) {
    let mut answer = (Said::Nothing, at);
    let mut end = at;
    for _ in 0..4 {
        let Some(before) = text.get(floor..end) else { break };
        let trimmed = before.trim_end_matches([' ', '\u{a0}', ':', ',', '(', '.', '[']);
        let length = trimmed
            .chars()
            .rev()
            .take_while(|c| c.is_alphabetic() || matches!(c, '\'' | '’'))
            .map(char::len_utf8)
            .sum::<usize>();
        let start = floor + trimmed.len() - length;
        let word = fold(text.get(start..floor + trimmed.len()).unwrap_or_default());
        let word = word.as_str();
        let said = if SINCE.contains(&word) {
            Said::Since
        } else if BETWEEN.contains(&word) {
            Said::Between
        } else if UNTIL.contains(&word) {
            Said::Until
        } else if FINISHED.contains(&word) || EXPECTED.contains(&word) {
            Said::Finished
        } else if FROM.contains(&word) {
            Said::From
        } else if JOINTS.contains(&word) {
            end = start;
            continue;
        } else {
            break;
        };
        // `date` and `de` are weaker than what a word before them says.
        let stronger = matches!(answer.0, Said::Nothing | Said::From | Said::Finished);
        answer = (if stronger { said } else { answer.0 }, start);
        end = start;
    }
    answer
}

//! One line of a list to its entries.

use std::ops::Range;

use hiring_core::resume::SkillKind;
use hiring_core::taxonomy::canonical;

use super::blocks::SEPARATORS;
use super::item::is_level;

/// Deepest brackets that are looked at.
const MAX_DEPTH: usize = 4;
/// Longest entry that may be two, in bytes.
const MAX_CONJOINED: usize = 120;
/// Marks that show a level when they stand together.
const BARS: [char; 16] = [
    '●', '○', '•', '◦', '■', '□', '★', '☆', '▪', '▫', '█', '▓', '▒', '░', '◉', '◯',
];

/// Byte ranges of the entries of a line.
pub(super) fn entries(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let split = split(text, 0..text.len());
    let count = split.len();
    for (at, entry) in split.into_iter().enumerate() {
        for part in bracketed(text, entry) {
            conjoined(text, part, at > 0 && at + 1 == count, &mut found);
        }
    }
    found
}

/// The stretches between separators outside brackets, and between bars.
fn split(text: &str, within: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = within.start;
    let mut depth = 0_usize;
    let Some(inner) = text.get(within.clone()) else {
        return found;
    };
    let closes = inner.matches([')', ']']).count();
    for (at, c) in inner.char_indices() {
        let at = within.start + at;
        match c {
            '(' | '[' if depth < MAX_DEPTH && closes > 0 => depth += 1,
            ',' if is_number_next(text, at) => {}
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if c == '\t'
                || depth == 0 && (SEPARATORS.contains(&c) || BARS.contains(&c) || is_lone(text, at, c)) =>
            {
                found.push(from..at);
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    found.push(from..within.end);
    found.retain(|range| {
        text.get(range.clone())
            .is_some_and(|part| part.chars().any(char::is_alphanumeric))
    });
    found
}

/// Whether only numbers follow a comma up to the next one: `CACES 1, 3 et 5`.
fn is_number_next(text: &str, comma: usize) -> bool {
    let next = text.get(comma + 1..).unwrap_or_default();
    let next = next
        .split([',', ';', '|', '•', '·', '\t', '\n'])
        .next()
        .unwrap_or_default();
    let mut words = next.split_whitespace().peekable();
    words.peek().is_some()
        && words.all(|word| {
            matches!(word, "et" | "and" | "und" | "y" | "&") || word.chars().all(|c| c.is_ascii_digit())
        })
}

/// Whether a slash, number sign or tilde stands alone between blanks, apart from the names around it.
fn is_lone(text: &str, at: usize, c: char) -> bool {
    let before = text
        .get(..at)
        .is_some_and(|before| before.ends_with(char::is_whitespace));
    let after = text
        .get(at + c.len_utf8()..)
        .is_some_and(|after| after.starts_with(char::is_whitespace));
    matches!(c, '/' | '#' | '~' | '*' | '+') && before && after
}

/// `AWS (EC2, S3)` is three entries, `Java (advanced)` and `Customer Relations (CRM)` one each.
fn bracketed(text: &str, entry: Range<usize>) -> Vec<Range<usize>> {
    let shown = text.get(entry.clone()).unwrap_or_default();
    let Some(open) = shown.find(['(', '[']) else {
        return vec![entry];
    };
    let inner_start = open + 1;
    let inner_end = shown
        .get(inner_start..)
        .and_then(|rest| rest.find([')', ']']))
        .map_or(shown.len(), |at| inner_start + at);
    let inner = shown.get(inner_start..inner_end).unwrap_or_default();
    let head = shown.get(..open).unwrap_or_default();
    let members: Vec<&str> = inner.split([',', ';', '/', '|']).collect();
    let apart = members.len() > 1
        && members
            .iter()
            .all(|member| member.split_whitespace().count() <= 4)
        || canonical(inner).is_some_and(|inner| canonical(head).is_some_and(|head| head.name != inner.name));
    if head.trim().is_empty() || !apart || members.iter().any(|member| is_level(member)) {
        return vec![entry];
    }
    let mut found = Vec::with_capacity(members.len() + 1);
    found.push(entry.start..entry.start + open);
    let mut from = entry.start + inner_start;
    for member in members {
        found.push(from..from + member.len());
        from += member.len() + 1;
    }
    found
}

/// `Word and Excel` is two entries where both are known and the whole is not, at the end of a list where one is; so is
/// `Java/Kotlin` of two tools.
fn conjoined(text: &str, entry: Range<usize>, ends_list: bool, found: &mut Vec<Range<usize>>) {
    let shown = text.get(entry.clone()).unwrap_or_default();
    if canonical(shown).is_none() && shown.len() < MAX_CONJOINED {
        for mark in [" and ", " und ", " et ", " y ", " & ", " sowie ", "/"] {
            let Some(at) = shown.find(mark) else { continue };
            let one = canonical(shown.get(..at).unwrap_or_default());
            let other = canonical(shown.get(at + mark.len()..).unwrap_or_default());
            let apart = match (one, other) {
                (Some(one), Some(other)) => {
                    mark != "/" || one.kind == SkillKind::Tool && other.kind == SkillKind::Tool
                }
                (None, None) => false,
                _ => ends_list && mark != "/" && mark != " & ",
            };
            if apart {
                found.push(entry.start..entry.start + at);
                found.push(entry.start + at + mark.len()..entry.end);
                return;
            }
        }
    }
    found.push(entry);
}

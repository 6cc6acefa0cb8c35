//! Lists of skills in sentences and in lines without a heading.

use std::ops::Range;

use hiring_core::resume::SkillKind;
use hiring_core::taxonomy::{canonical, disclaimed, fold};

use super::{Skills, item};
use crate::sections::{Part, heading};
use crate::words::{bullet_length, year_at};

/// Longest name in such a list, in words.
const MAX_NAME_WORDS: usize = 4;
/// Fewest known skills that make short lines a list of skills.
const KNOWN_IN_LINES: usize = 3;
/// Fewest separators that make a text a list.
const FEWEST_SEPARATORS: usize = 2;

/// Words that may stand inside a name in lower case.
const CONJUNCTIONS: [&str; 8] = [
    " and ",
    " und ",
    " et ",
    " y ",
    " e ",
    " sowie ",
    " ainsi que ",
    " as well as ",
];

/// The lists of names in a text's sentences of which at least `least` names are known: the others are skills too.
pub(super) fn sentence_lists(skills: &mut Skills<'_>, range: &Range<usize>, least: usize) {
    let text = skills.context.visible.slice(range).to_owned();
    for sentence in sentences(&text) {
        let names = names(&text, sentence);
        let known = |name: &Range<usize>| {
            text.get(name.clone())
                .is_some_and(|name| canonical(name).is_some())
        };
        let count = names.iter().filter(|name| known(name)).count();
        let hard = |name: &Range<usize>| {
            canonical(text.get(name.clone()).unwrap_or_default())
                .is_some_and(|entry| entry.kind != SkillKind::Soft)
        };
        if least > 0
            && (!names.iter().any(hard) || names.len() < 3 || count < least || count * 3 < names.len())
        {
            continue;
        }
        for name in names {
            let shown = text.get(name.clone()).unwrap_or_default();
            if let item::Name::Skill(inner) = item::name_in(shown)
                && !disclaimed(&text, name.start, name.end)
            {
                let start = range.start + name.start;
                skills.push(
                    start + inner.start..start + inner.end,
                    if known(&name) { 0.7 } else { 0.5 },
                );
            }
        }
    }
}

/// Whether a line of a section of skills is a sentence that names some: it ends like one and leads to the first.
pub(super) fn is_sentence(text: &str) -> bool {
    let first = text.split([',', ';']).next().unwrap_or_default();
    let led = behind_lead_in(first, 0..first.len()).start > 0;
    let own = text.trim_end();
    led && (own.ends_with('.') || own.contains("; ") || own.contains(". "))
        && first.split_whitespace().count() > 2
}

/// Lists under a heading that was not understood: lines with names between separators, and runs of short lines, of which most
/// are known skills.
pub(super) fn loose_lists(skills: &mut Skills<'_>, part: &Part) {
    let visible = skills.context.visible;
    let lines = visible.lines.get(part.body()).unwrap_or_default();
    let mut at = 0;
    while let Some(first) = lines.get(at) {
        let mut last = first;
        at += 1;
        // A list goes on where its line ends with a separator.
        while let Some(next) = lines
            .get(at)
            .filter(|_| visible.line_text(last).trim_end().ends_with([',', '·', '|']))
        {
            last = next;
            at += 1;
        }
        let start = first.range.start + bullet_length(visible.line_text(first));
        let range = start..last.range.end;
        if year_at(visible.slice(&range)).is_none() {
            sentence_lists(skills, &range, KNOWN_IN_LINES);
        }
    }
    line_lists(skills, part);
}

/// Runs of short lines of which most are known skills.
fn line_lists(skills: &mut Skills<'_>, part: &Part) {
    let visible = skills.context.visible;
    let mut run: Vec<Range<usize>> = Vec::new();
    for line in visible.lines.get(part.body()).unwrap_or_default() {
        let text = visible.line_text(line);
        if !text.chars().any(char::is_alphanumeric) {
            continue;
        }
        let mut from = bullet_length(text);
        let mut cells = Vec::new();
        for cell in text.get(from..).unwrap_or_default().split(['\t', '•', '|', '·']) {
            if !cell.trim().is_empty() {
                cells.push(line.range.start + from..line.range.start + from + cell.len());
            }
            from += cell.len()
                + text
                    .get(from + cell.len()..)
                    .and_then(|t| t.chars().next())
                    .map_or(0, char::len_utf8);
        }
        let short = |cell: &Range<usize>| is_short(visible.slice(cell));
        if cells.iter().all(short) {
            run.append(&mut cells);
        } else {
            keep_run(skills, &run);
            run.clear();
        }
    }
    keep_run(skills, &run);
}

fn keep_run(skills: &mut Skills<'_>, run: &[Range<usize>]) {
    let visible = skills.context.visible;
    let known = |cell: &Range<usize>| canonical(visible.slice(cell)).is_some();
    // What stands before the first known name and behind the last belongs to something else.
    let (Some(first), Some(last)) = (run.iter().position(known), run.iter().rposition(known)) else {
        return;
    };
    let run = run.get(first..=last).unwrap_or_default();
    let count = run.iter().filter(|cell| known(cell)).count();
    if count < KNOWN_IN_LINES || count * 2 < run.len() {
        return;
    }
    for cell in run {
        let shown = visible.slice(cell);
        if let item::Name::Skill(inner) = item::name_in(shown) {
            let sure = if canonical(shown).is_some() { 0.7 } else { 0.5 };
            skills.push(cell.start + inner.start..cell.start + inner.end, sure);
        }
    }
}

/// Whether a line may be one entry of a list without a heading.
fn is_short(text: &str) -> bool {
    let words = text.split_whitespace().count();
    (1..=MAX_NAME_WORDS).contains(&words)
        && !text.trim_end().ends_with(['.', ':'])
        && !text.contains(['@', ','])
        && !text.contains("://")
        && year_at(text).is_none()
        && heading(text).is_none()
        && text
            .split_whitespace()
            .next()
            .is_none_or(|word| heading(word).is_none())
}

/// Byte ranges between the ends of sentences.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let ends = text
            .get(at + c.len_utf8()..)
            .is_none_or(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
        if matches!(c, '.' | ';' | ':' | '!' | '?') && ends {
            found.push(from..at);
            from = at + c.len_utf8();
        }
    }
    found.push(from..text.len());
    found
}

/// The names of a sentence's list: what stands between separators, the first without its lead-in, the last two apart.
fn names(text: &str, sentence: Range<usize>) -> Vec<Range<usize>> {
    let inner = text.get(sentence.clone()).unwrap_or_default();
    let separator = ['·', '|', '•']
        .into_iter()
        .find(|mark| inner.matches(*mark).count() >= FEWEST_SEPARATORS)
        .unwrap_or(',');
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    for (at, mark) in inner
        .match_indices(separator)
        .chain(std::iter::once((inner.len(), "")))
    {
        parts.push(sentence.start + from..sentence.start + at);
        from = at + mark.len();
    }
    if let Some(first) = parts.first_mut() {
        *first = behind_lead_in(text, first.clone());
    }
    if let Some(last) = parts.pop() {
        parts.extend(last_two(text, last));
    }
    parts.retain(|part| is_name(text.get(part.clone()).unwrap_or_default().trim()));
    parts
}

/// `A and B` apart, and without the plain words that end the sentence (`and Prototyping most weeks`).
fn last_two(text: &str, last: Range<usize>) -> Vec<Range<usize>> {
    let shown = text.get(last.clone()).unwrap_or_default();
    let conjunction = CONJUNCTIONS
        .into_iter()
        .filter_map(|mark| shown.find(mark).map(|at| (at, mark.len())))
        .min()
        .filter(|_| canonical(shown).is_none());
    match conjunction {
        Some((at, length)) => vec![
            last.start..last.start + at,
            known_start(text, last.start + at + length..last.end),
        ],
        None => vec![known_start(text, last)],
    }
}

/// The longest known name that a text starts with where plain words follow it, else all of it.
fn known_start(text: &str, part: Range<usize>) -> Range<usize> {
    let shown = text.get(part.clone()).unwrap_or_default();
    if canonical(shown).is_some() {
        return part;
    }
    let ends = shown.match_indices(' ').map(|(at, _)| at).filter(|at| *at > 0);
    ends.take(MAX_NAME_WORDS + 1)
        .filter(|end| canonical(shown.get(..*end).unwrap_or_default()).is_some())
        .filter(|end| {
            shown
                .get(*end..)
                .is_some_and(|rest| rest.trim_start().starts_with(char::is_lowercase))
        })
        .last()
        .map_or(part.clone(), |end| part.start..part.start + end)
}

/// What stands behind the last word of the lead-in (`experience with`, `Umgang mit`, `utilise`).
fn behind_lead_in(text: &str, part: Range<usize>) -> Range<usize> {
    let shown = text.get(part.clone()).unwrap_or_default();
    if canonical(shown).is_some() {
        return part;
    }
    let mut start = 0;
    let mut at = 0;
    let mut led = false;
    for word in shown.split_inclusive(char::is_whitespace) {
        at += word.len();
        let folded = fold(word.trim());
        let links = led && item::has(&folded, item::LINK);
        if links || item::has(&folded, item::BEFORE_LIST) && word.starts_with(char::is_lowercase) {
            start = at;
        }
        led = item::has(&folded, item::LEADS_IN);
    }
    part.start + start..part.end
}

/// Whether a text is written like a name: few words, a capital in front or known.
fn is_name(text: &str) -> bool {
    let words = text.split_whitespace().count();
    (1..=MAX_NAME_WORDS).contains(&words)
        && (text.starts_with(|c: char| c.is_uppercase() || matches!(c, '.' | '#'))
            || canonical(text).is_some())
}

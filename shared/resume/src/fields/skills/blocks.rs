//! Lines of a section of skills to lines of entries.

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::taxonomy::{canonical, fold_words};

use super::Context;
use crate::fields::dates::period;
use crate::layout::Line;
use crate::sections::{Part, heading};
use crate::words::bullet_length;

/// Longest label of a group of skills, in words.
const MAX_LABEL_WORDS: usize = 5;
/// Most lines that one entry's line may wrap over.
const MAX_JOINED: usize = 40;
/// A line whose next word would have reached this part of the widest line was wrapped there.
const FULL: f32 = 0.9;

/// Characters of a line that is no narrow column.
const WIDE: usize = 60;

/// Marks between entries of one line.
pub(super) const SEPARATORS: [char; 12] = [',', ';', '|', '•', '·', '\t', '●', '▪', '◦', '■', '‣', '∙'];

/// Folded words that end or start a line in the middle of an entry.
const JOINING: [&str; 22] = [
    "and", "or", "of", "the", "for", "with", "und", "oder", "fur", "mit", "der", "von", "et", "ou", "de",
    "du", "des", "d'", "la", "y", "e", "del",
];

/// Folded labels of lists of what the person does not have.
const WISHES: [&str; 9] = [
    "interested in",
    "want to learn",
    "to learn",
    "wish list",
    "interesse an",
    "mochte lernen",
    "centres d'interet",
    "interesado en",
    "quiero aprender",
];

/// The stretches of text that hold entries: bullets, labels of groups and headings between them left out.
pub(super) fn blocks(context: &Context<'_>, part: &Part) -> Vec<Range<usize>> {
    let visible = context.visible;
    let lines = visible.lines.get(part.body()).unwrap_or_default();
    let lines = undated(context, lines);
    let widest = lines
        .iter()
        .map(|line| visible.line_text(line).chars().count())
        .max()
        .unwrap_or(0);
    let heavy = lines.iter().filter(|line| line.bold()).count();
    let mut found = Vec::new();
    found.extend(beside_heading(context, part));
    let mut at = 0;
    while let Some(first) = lines.get(at) {
        let mut last = first;
        let mut used = 1;
        while let Some(next) = lines.get(at + used).filter(|_| used < MAX_JOINED) {
            if !continues(context, first, last, next, widest) {
                break;
            }
            last = next;
            used += 1;
        }
        at += used;
        let range = first.range.start..last.range.end;
        let text = visible.slice(&range);
        // A heavy line among plain ones, with nothing listed on it, names a group.
        let names_group = first.bold() && heavy * 2 < lines.len() && !text.contains(SEPARATORS);
        if names_group && canonical(text).is_none() {
            continue;
        }
        let start = bullet_length(text);
        match label(first, text, start) {
            Label::None => found.push(range.start + start..range.end),
            Label::Group(label, rest) => {
                let name = text.get(label.clone()).unwrap_or_default();
                if canonical(name).is_some_and(|entry| !entry.ambiguous) {
                    found.push(range.start + label.start..range.start + label.end);
                }
                found.push(range.start + rest..range.end);
            }
            Label::Unrelated => {}
        }
    }
    found
}

/// The lines before the first spell of time, as positions have: a heading below the skills was not understood. All of them
/// where most lines have one, as in a table of how long each skill was used.
fn undated<'a>(context: &Context<'_>, lines: &'a [Line]) -> &'a [Line] {
    let spell = |line: &Line| {
        let text = context.visible.line_text(line);
        period(text).is_some_and(|period| period.end.is_some())
    };
    let spells = lines.iter().filter(|line| spell(line)).count();
    match lines.iter().position(spell) {
        Some(first) if spells * 2 < lines.len() => lines.get(..first).unwrap_or_default(),
        _ => lines,
    }
}

/// What stands beside a heading in the margin.
fn beside_heading(context: &Context<'_>, part: &Part) -> Option<Range<usize>> {
    let line = context
        .visible
        .lines
        .get(part.lines.start)
        .filter(|_| part.headed)?;
    let text = context.visible.line_text(line);
    let tab = text.find('\t')?;
    let rest = text.get(tab + 1..)?;
    (heading(rest).is_none() && !crate::words::has_date(rest))
        .then(|| line.range.start + tab + 1..line.range.end)
}

/// What a line of entries starts with.
enum Label {
    /// An entry.
    None,
    /// The name of a group, and where its entries start.
    Group(Range<usize>, usize),
    /// The name of something else than skills; the line is none.
    Unrelated,
}

fn label(line: &Line, text: &str, start: usize) -> Label {
    let Some((end, rest)) = label_end(text, start).or_else(|| heavy_label(line, text, start)) else {
        return Label::None;
    };
    let name = text.get(start..end).unwrap_or_default();
    let folded = fold_words(name);
    if WISHES.iter().any(|wish| folded.starts_with(wish)) {
        return Label::Unrelated;
    }
    match heading(name) {
        Some(SectionKind::Skills | SectionKind::Languages) | None => Label::Group(start..end, rest),
        Some(_) => Label::Unrelated,
    }
}

/// Where a label ends and its entries start: behind a colon, a wide gap or a dash before several entries.
fn label_end(text: &str, start: usize) -> Option<(usize, usize)> {
    let rest = text.get(start..)?;
    let head_end = rest.find([',', ';', '|', '•', '(']).unwrap_or(rest.len());
    let head = rest.get(..head_end)?;
    let short = |end: usize| {
        let words = head
            .get(..end)
            .map_or(0, |label| label.split_whitespace().count());
        (1..=MAX_LABEL_WORDS).contains(&words)
    };
    let colon = head.char_indices().find(|(at, c)| {
        *c == ':'
            && rest
                .get(at + 1..)
                .is_none_or(|after| after.is_empty() || after.starts_with(char::is_whitespace))
    });
    if let Some((at, _)) = colon.filter(|(at, _)| short(*at)) {
        let entries = rest.get(at + 1..).unwrap_or_default();
        // `Python: advanced` is a skill with its level.
        if !super::item::is_level(entries.split(SEPARATORS).next().unwrap_or_default())
            || entries.trim().is_empty()
        {
            return Some((start + at, start + at + 1));
        }
    }
    let gap = [("\t", 1), (" – ", 5), (" — ", 5), (" - ", 3)]
        .into_iter()
        .filter_map(|(mark, length)| head.find(mark).map(|at| (at, length)))
        .min()?;
    let entries = rest.get(gap.0 + gap.1..)?;
    let first = entries.split([',', ';', '|', '•']).next().unwrap_or_default();
    let several = entries.contains([',', ';', '•']) && !entries.contains(" – ") && !entries.contains('\t');
    (short(gap.0) && several && !super::item::is_level(first))
        .then_some((start + gap.0, start + gap.0 + gap.1))
}

/// A label in heavy type before entries in plain type.
fn heavy_label(line: &Line, text: &str, start: usize) -> Option<(usize, usize)> {
    let first = line.pieces.iter().take_while(|piece| piece.bold).last()?;
    let end = first.range.end.checked_sub(line.range.start)?;
    let name = text.get(start..end)?;
    let rest = text.get(end..)?;
    let words = name.split_whitespace().count();
    let plain = !line.bold()
        && rest.contains([',', ';', '|', '•'])
        && !rest.trim_start().starts_with([',', ';', '|', '•']);
    ((1..=MAX_LABEL_WORDS).contains(&words) && plain && !name.contains(',')).then_some((end, end))
}

/// Whether a line goes on with the entries of the line above.
fn continues(context: &Context<'_>, first: &Line, last: &Line, next: &Line, widest: usize) -> bool {
    let visible = context.visible;
    let (above, below) = (visible.line_text(last), visible.line_text(next));
    let starts_new = bullet_length(below) > 0 || label_end(below, 0).is_some() || heading(below).is_some();
    if starts_new || last.bold() != next.bold() {
        return false;
    }
    if above.trim_end().ends_with([',', ';', '&', '/', '+']) || below.starts_with(['&', ',', ')']) {
        return true;
    }
    let list = |text: &str| text.matches([',', ';', '|', '•']).count() > 1;
    if (above.contains('\t') || below.contains('\t')) && !(list(above) && list(below)) {
        return false;
    }
    if joins(above.split_whitespace().next_back()) || joins(below.split_whitespace().next()) {
        return true;
    }
    let before = above.rsplit(SEPARATORS).next().unwrap_or_default();
    let after = below.split(SEPARATORS).next().unwrap_or_default();
    let known = |name: &str| canonical(name).is_some();
    let whole = known(&format!("{} {}", before.trim(), after.trim()));
    let apart = known(before) && known(after);
    let next_word = below
        .split_whitespace()
        .next()
        .map_or(0, |word| word.chars().count());
    let full = (above.chars().count() + 1 + next_word) as f32 > FULL * widest as f32;
    if whole || apart {
        return whole && (full || !apart);
    }
    if above.contains([',', ';', '|', '•', '·']) {
        return full && (widest > WIDE || below.contains([',', ';', '|', '•', '·', '.']));
    }
    // A bullet's text hangs under itself, not under its bullet.
    bullet_length(visible.line_text(first)) > 0 && next.x > first.x + 2.0 && next.room < 2.0
}

fn joins(word: Option<&str>) -> bool {
    word.is_some_and(|word| {
        JOINING.contains(&fold_words(word).as_str()) && !word.starts_with(char::is_uppercase)
    })
}

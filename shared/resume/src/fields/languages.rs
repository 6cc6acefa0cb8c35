//! Human languages and how well they are spoken.

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::{Leaf, SpokenLanguage};
use hiring_core::taxonomy::{SortedTable, fold_words, words};

use super::Context;
use crate::words::listed;

pub(super) static LANGUAGES: SortedTable = SortedTable::new(include_str!("../../data/languages.tsv"));
static LEVELS: SortedTable = SortedTable::new(include_str!("../../data/proficiency.tsv"));

/// Longest level in the table, in words.
const MAX_WORDS: usize = 5;
/// Most languages that are kept.
const MOST: usize = 20;
/// Longest cell that is looked at outside a languages section, in bytes.
const MAX_CELL: usize = 240;
/// Words that stand among languages and levels, folded.
const FILLERS: &str = "and|und|et|y|e|in|level|niveau|nivel|of|the|de|du|en|sprachniveau|skills|proficiency|language|languages|\
    sprache|sprachen|sprachkenntnisse|langue|langues|idioma|idiomas|kenntnisse|cefr|ger|cecr|cecrl|mcer|toeic|toefl|ielts|dele|delf|\
    dalf|goethe|certificate|zertifikat|spoken|written|wort|schrift|lu|ecrit|parle|read|also|sowie|i|speak|als|as|a|la|le|mit|with";
/// Words that join languages which share a level, folded.
const JOINTS: &str = "and|und|et|y|e|sowie";

/// Languages of the languages sections, and of cells anywhere that hold nothing but languages and levels.
pub(super) fn read(context: &Context<'_>) -> Vec<SpokenLanguage> {
    let mut found = Vec::new();
    let sections = context
        .parts
        .iter()
        .filter(|part| part.kind == SectionKind::Languages);
    for part in sections {
        let lines = context.visible.lines.get(part.lines.clone()).unwrap_or_default();
        let body = context.visible.lines.get(part.body()).unwrap_or_default();
        if let (Some(first), Some(last)) = (body.first(), body.last()) {
            in_text(context, first.range.start..last.range.end, &mut found);
        }
        // A heading in a margin has the first language beside it.
        if let Some(tab) = lines.first().filter(|_| part.headed).and_then(|line| {
            let text = context.visible.line_text(line);
            text.find('\t').map(|tab| line.range.start + tab..line.range.end)
        }) {
            in_text(context, tab, &mut found);
        }
    }
    for run in runs(context) {
        in_text(context, run, &mut found);
    }
    found
}

/// What the words of a cell are.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    languages: usize,
    levels: usize,
    /// Every word is a language, a level or stands among them.
    only: bool,
}

/// Stretches outside languages sections that hold nothing but languages and levels: one cell, or cells on lines below
/// each other.
fn runs(context: &Context<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(Range<usize>, Cell)> = None;
    let close = |open: &mut Option<(Range<usize>, Cell)>, found: &mut Vec<Range<usize>>| {
        let strong = |cell: &Cell| cell.languages > 0 && cell.levels > 0 || cell.languages > 1;
        found.extend(
            open.take()
                .filter(|(_, cell)| strong(cell))
                .map(|(range, _)| range),
        );
    };
    for (number, line) in context.visible.lines.iter().enumerate() {
        let kind = context.kind_of(number);
        let text = context.visible.line_text(line);
        let whole = !text.contains('\t');
        let mut from = line.range.start;
        for shown in text.split('\t') {
            let range = from..from + shown.len();
            from = range.end + 1;
            let cell = if shown.len() > MAX_CELL || kind == Some(SectionKind::Languages) {
                Cell::default()
            } else {
                cell(shown)
            };
            // `Deutsch, Englisch` are a teacher's subjects where schools and positions are told.
            let subjects =
                matches!(kind, Some(SectionKind::Education | SectionKind::Work)) && cell.levels == 0;
            if !cell.only || subjects {
                close(&mut open, &mut found);
                continue;
            }
            match open.as_mut().filter(|_| whole) {
                Some((known, sum)) => {
                    known.end = range.end;
                    sum.languages += cell.languages;
                    sum.levels += cell.levels;
                }
                None => {
                    close(&mut open, &mut found);
                    open = Some((range, cell));
                }
            }
        }
    }
    close(&mut open, &mut found);
    found
}

fn cell(text: &str) -> Cell {
    let tokens: Vec<(usize, usize)> = words(text).collect();
    let mut cell = Cell::default();
    let mut at = 0;
    while at < tokens.len() {
        if let Some((_, count)) = longest(text, &tokens, at, &LANGUAGES) {
            cell.languages += 1;
            at += count;
        } else if let Some((_, count)) = longest(text, &tokens, at, &LEVELS) {
            cell.levels += 1;
            at += count;
        } else {
            let word = tokens
                .get(at)
                .and_then(|(start, end)| text.get(*start..*end))
                .unwrap_or_default();
            let digits = word.chars().all(|c| c.is_ascii_digit());
            if !digits && !listed(FILLERS, &fold_words(word)) {
                return Cell::default();
            }
            at += 1;
        }
    }
    cell.levels += usize::from(cell.languages > 0 && rating(text).is_some());
    cell.only = cell.languages + cell.levels > 0;
    cell
}

/// Reads the languages of a stretch of text, each with the level behind it, or before it as in `Native: English`.
fn in_text(context: &Context<'_>, range: Range<usize>, found: &mut Vec<SpokenLanguage>) {
    for_cells(context.visible.slice(&range), range.start, &mut |cell, base| {
        in_cell(context, cell, base, found);
    });
}

/// Calls with each line or cell and its first byte.
fn for_cells(text: &str, base: usize, each: &mut impl FnMut(&str, usize)) {
    let mut at = base;
    for cell in text.split(['\n', '\t']) {
        each(cell, at);
        at += cell.len() + 1;
    }
}

fn in_cell(context: &Context<'_>, text: &str, base: usize, found: &mut Vec<SpokenLanguage>) {
    let tokens: Vec<(usize, usize)> = words(text).collect();
    let first = found.len();
    let mut before: Option<Leaf> = None;
    let mut at = 0;
    let mut named = 0;
    let mut last_end = 0;
    // Whether a word that joins stands between each language of this cell and the one before it.
    let mut joined: Vec<bool> = Vec::new();
    while at < tokens.len() && found.len() < MOST {
        if let Some((language, count)) = longest(text, &tokens, at, &LANGUAGES) {
            let known = found
                .iter()
                .any(|other: &SpokenLanguage| other.name.value == language);
            let name = span(&tokens, at, count, base)
                .filter(|_| !known)
                .and_then(|range| context.visible.leaf(range, Some(language.to_owned()), 0.9));
            if let Some(name) = name {
                named += 1;
                let between = tokens.get(at).and_then(|token| text.get(last_end..token.0));
                joined.push(between.is_some_and(|between| listed(JOINTS, &fold_words(between))));
                let level = before.clone();
                found.push(SpokenLanguage { name, level });
            }
            at += count;
            last_end = tokens.get(at - 1).map_or(last_end, |token| token.1);
        } else if let Some((level, count)) = longest(text, &tokens, at, &LEVELS) {
            let leaf = span(&tokens, at, count, base)
                .and_then(|range| context.visible.leaf(range, Some(level.to_owned()), 0.85));
            // `Native: English`, `Fluent in French` against a level on the line below its language.
            let rest = tokens.get(at + count..).unwrap_or_default();
            let open = found.last().is_some_and(|last| last.level.is_none());
            let named_behind = (0..rest.len()).any(|next| longest(text, rest, next, &LANGUAGES).is_some());
            let leads = named == 0 && !open && named_behind;
            if leads {
                before = leaf;
            } else {
                keep_level(found, leaf);
                share_level(found, first, &joined);
            }
            at += count;
        } else {
            at += 1;
        }
    }
    if let Some((range, level)) = rating(text).filter(|(range, _)| range.start >= last_end)
        && found.last().is_some_and(|last| last.level.is_none())
    {
        let range = base + range.start..base + range.end;
        keep_level(found, context.visible.leaf(range, Some(level.to_owned()), 0.55));
    }
}

/// The first level behind a language is its own; a grade such as `B2` beats a word.
fn keep_level(found: &mut [SpokenLanguage], leaf: Option<Leaf>) {
    if let Some(last) = found.last_mut() {
        let graded = leaf.as_ref().is_some_and(|leaf| leaf.raw.len() == 2);
        if last.level.is_none() || graded {
            last.level = leaf;
        }
    }
}

/// `English and German fluent`: a level counts for the languages joined to its own.
fn share_level(found: &mut [SpokenLanguage], first: usize, joined: &[bool]) {
    let Some(cell) = found.get_mut(first..) else {
        return;
    };
    for at in (1..cell.len().min(joined.len())).rev() {
        let level = cell.get(at).and_then(|own| own.level.clone());
        match cell.get_mut(at - 1) {
            Some(above) if above.level.is_none() && level.is_some() && joined.get(at) == Some(&true) => {
                above.level = level;
            }
            _ => break,
        }
    }
}

/// A level drawn or counted: `●●●○○`, `4/5`, `80 %`.
fn rating(text: &str) -> Option<(Range<usize>, &'static str)> {
    const FULL: &str = "●★■▰⬤◼█⭐✦";
    const EMPTY: &str = "○☆□▱◯◻░✩✧";
    let start = text.find(|c: char| FULL.contains(c));
    let (range, share) = if let Some(start) = start {
        let drawn = text.get(start..)?;
        let mark = |c: char| FULL.contains(c) || EMPTY.contains(c) || c == ' ';
        let drawn = drawn
            .get(..drawn.find(|c: char| !mark(c)).unwrap_or(drawn.len()))?
            .trim_end();
        let full = drawn.chars().filter(|c| FULL.contains(*c)).count();
        let all = full + drawn.chars().filter(|c| EMPTY.contains(*c)).count();
        // Full marks alone may be bullets, and a row of them may be cut off.
        (all >= 3).then_some(())?;
        (start..start + drawn.len(), full as f32 / all as f32)
    } else if let Some(percent) = text.find('%') {
        let before = text.get(..percent)?.trim_end();
        let start = before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        (
            start..percent + 1,
            before.get(start..)?.parse::<f32>().ok()? / 100.0,
        )
    } else {
        let slash = text.find('/')?;
        let start = text
            .get(..slash)?
            .trim_end_matches(|c: char| c.is_ascii_digit())
            .len();
        let behind = text.get(slash + 1..)?;
        let length = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
        let all: f32 = behind.get(..length)?.parse().ok()?;
        let share = text.get(start..slash)?.parse::<f32>().ok()? / all;
        matches!(length, 1 | 2).then_some(())?;
        (start..slash + 1 + length, share)
    };
    let level = match share {
        share if !(0.0..=1.0).contains(&share) => return None,
        0.95.. => "C2",
        0.75.. => "C1",
        0.55.. => "B2",
        0.35.. => "B1",
        0.15.. => "A2",
        _ => "A1",
    };
    Some((range, level))
}

fn span(tokens: &[(usize, usize)], at: usize, count: usize, base: usize) -> Option<Range<usize>> {
    Some(base + tokens.get(at)?.0..base + tokens.get(at + count - 1)?.1)
}

fn longest(
    text: &str,
    tokens: &[(usize, usize)],
    at: usize,
    table: &SortedTable,
) -> Option<(&'static str, usize)> {
    (1..=MAX_WORDS.min(tokens.len() - at)).rev().find_map(|count| {
        let surface = text.get(tokens.get(at)?.0..tokens.get(at + count - 1)?.1)?;
        Some((table.get(&fold_words(surface))?, count))
    })
}

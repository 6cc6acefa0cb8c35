//! Human languages and how well they are spoken.

mod rating;

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::{Leaf, SpokenLanguage};
use hiring_core::taxonomy::{SortedTable, fold, fold_words, words};

use super::Context;
use crate::words::{Words, listed};
use rating::rating;

pub(crate) static LANGUAGES: SortedTable = SortedTable::new(include_str!("../../data/languages.tsv"));
static LEVELS: SortedTable = SortedTable::new(include_str!("../../data/proficiency.tsv"));

/// Longest level in the table, in words.
const MAX_WORDS: usize = 5;
/// Most languages that are kept.
const MOST: usize = 20;
/// Longest cell that is looked at outside a languages section, in bytes.
const MAX_CELL: usize = 240;
/// Words that stand among languages and levels, folded.
static FILLERS: Words = Words::new(
    "and|und|et|y|e|in|level|niveau|nivel|of|the|de|du|en|sprachniveau|skills|proficiency|language|languages|\
    sprache|sprachen|sprachkenntnisse|langue|langues|idioma|idiomas|kenntnisse|cefr|ger|cecr|cecrl|mcer|toeic|toefl|ielts|dele|delf|\
    dalf|goethe|certificate|zertifikat|spoken|written|wort|schrift|lu|ecrit|parle|read|also|sowie|i|speak|als|as|a|la|le|mit|with",
);
/// Words that join languages which share a level, folded.
static JOINTS: Words = Words::new("and|und|et|y|e|sowie");

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
        let apart = kind == Some(SectionKind::Languages);
        let cells: Vec<(&str, Cell)> = text
            .split('\t')
            .map(|shown| {
                let skipped = apart || shown.len() > MAX_CELL;
                (shown, if skipped { Cell::default() } else { cell(shown) })
            })
            .collect();
        let short = text.len() <= MAX_CELL && !apart;
        let whole = cells.len() == 1 || short && cells.iter().all(|(_, cell)| cell.only);
        let levels_beside = whole && cells.iter().any(|(_, cell)| cell.levels > 0);
        let mut from = line.range.start;
        for (shown, cell) in cells {
            let range = from..from + shown.len();
            from = range.end + 1;
            // `Deutsch, Englisch` are a teacher's subjects where schools and positions are told.
            let levelled = cell.levels > 0 || levels_beside;
            let told = matches!(kind, Some(SectionKind::Education | SectionKind::Work));
            let subjects = told && !levelled;
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
            if !digits && !listed(&FILLERS, &fold_words(word)) {
                return Cell::default();
            }
            at += 1;
        }
    }
    cell.levels += usize::from(cell.languages > 0 && rating(text).is_some());
    cell.only = cell.languages + cell.levels > 0;
    cell
}

/// Reads the languages of a stretch of text, each with the level behind it, before it as in `Native: English`, or below
/// it in a table.
fn in_text(context: &Context<'_>, range: Range<usize>, found: &mut Vec<SpokenLanguage>) {
    let mut base = range.start;
    let mut above = 0..0;
    for line in context.visible.slice(&range).split('\n') {
        let first = found.len();
        let levels: Vec<&str> = line.split('\t').collect();
        let only_levels = levels.len() > 1
            && levels.iter().all(|shown| {
                let cell = cell(shown);
                cell.levels == 1 && cell.languages == 0
            });
        let mut at = base;
        for (column, shown) in levels.iter().enumerate() {
            if !only_levels {
                in_cell(context, shown, at, found);
            } else if above.len() == levels.len() {
                let own = found
                    .get_mut(above.start + column..=above.start + column)
                    .unwrap_or_default();
                in_cell_level(context, shown, at, own);
            }
            at += shown.len() + 1;
        }
        above = first..found.len();
        base += line.len() + 1;
    }
}

/// The level of a cell for the language above it.
fn in_cell_level(context: &Context<'_>, text: &str, base: usize, own: &mut [SpokenLanguage]) {
    let tokens: Vec<(usize, usize)> = words(text).collect();
    let level = (0..tokens.len()).find_map(|at| Some((at, longest(text, &tokens, at, &LEVELS)?)));
    if let Some((at, (level, count))) = level {
        let range = span(&tokens, at, count, base);
        keep_level(
            own,
            range.and_then(|range| context.visible.leaf(range, Some(level.to_owned()), 0.75)),
        );
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
                joined.push(between.is_some_and(|between| listed(&JOINTS, &fold_words(between))));
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

fn span(tokens: &[(usize, usize)], at: usize, count: usize, base: usize) -> Option<Range<usize>> {
    Some(base + tokens.get(at)?.0..base + tokens.get(at + count - 1)?.1)
}

/// The longest name of the table that the words from one on make, and how many words it is.
fn longest(
    text: &str,
    tokens: &[(usize, usize)],
    at: usize,
    table: &SortedTable,
) -> Option<(&'static str, usize)> {
    let mut folded = String::new();
    let mut best = None;
    for (count, (start, end)) in (1..=MAX_WORDS).zip(tokens.get(at..)?) {
        if count > 1 {
            folded.push(' ');
        }
        folded.push_str(&fold(text.get(*start..*end)?));
        let (row, goes_on) = table.look_up(&folded);
        best = row.map(|row| (row, count)).or(best);
        if !goes_on {
            break;
        }
    }
    best
}

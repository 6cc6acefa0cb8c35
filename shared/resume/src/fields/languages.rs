//! Human languages and how well they are spoken.

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::{Leaf, SpokenLanguage};
use hiring_core::taxonomy::{SortedTable, fold_words, words};

use super::Context;

pub(super) static LANGUAGES: SortedTable = SortedTable::new(include_str!("../../data/languages.tsv"));
static LEVELS: SortedTable = SortedTable::new(include_str!("../../data/proficiency.tsv"));

/// Longest level in the table, in words.
const MAX_WORDS: usize = 4;

/// Languages of the languages section, else of a line at the top that names nothing else.
pub(super) fn read(context: &Context<'_>) -> Vec<SpokenLanguage> {
    let mut found = Vec::new();
    for part in context
        .parts
        .iter()
        .filter(|part| part.kind == SectionKind::Languages)
    {
        let lines = context.visible.lines.get(part.lines.clone()).unwrap_or_default();
        let body = context.visible.lines.get(part.body()).unwrap_or_default();
        if let (Some(first), Some(last)) = (body.first(), body.last()) {
            in_text(context, first.range.start..last.range.end, &mut found);
        }
        // A heading in a margin has the first language beside it.
        if let Some(tab) = lines.first().filter(|_| part.headed).and_then(|line| {
            context
                .visible
                .line_text(line)
                .find('\t')
                .map(|tab| line.range.start + tab..line.range.end)
        }) {
            in_text(context, tab, &mut found);
        }
    }
    if found.is_empty() {
        for line in context.visible.lines.iter().take(30) {
            for piece in context.visible.line_text(line).split('\t') {
                if only_languages(piece)
                    && let Some(at) = context.visible.line_text(line).find(piece)
                {
                    in_text(
                        context,
                        line.range.start + at..line.range.start + at + piece.len(),
                        &mut found,
                    );
                }
            }
        }
    }
    found
}

/// Two languages or more and nothing else.
fn only_languages(text: &str) -> bool {
    let items: Vec<&str> = text.split([',', '/', '|']).map(str::trim).collect();
    items.len() > 1
        && items
            .iter()
            .all(|item| LANGUAGES.get(&fold_words(item)).is_some())
}

fn in_text(context: &Context<'_>, range: Range<usize>, found: &mut Vec<SpokenLanguage>) {
    let text = context.visible.slice(&range);
    let tokens: Vec<(usize, usize)> = words(text).collect();
    let mut at = 0;
    while at < tokens.len() {
        if let Some((language, count)) = longest(text, &tokens, at, &LANGUAGES) {
            let name = span(&tokens, at, count, range.start);
            let known = found
                .iter()
                .any(|other: &SpokenLanguage| other.name.value == language);
            if let Some(name) = name
                .filter(|_| !known)
                .and_then(|r| context.visible.leaf(r, Some(language.to_owned()), 0.9))
            {
                found.push(SpokenLanguage { name, level: None });
            }
            at += count;
        } else if let Some((level, count)) = longest(text, &tokens, at, &LEVELS) {
            let leaf = span(&tokens, at, count, range.start)
                .and_then(|range| context.visible.leaf(range, Some(level.to_owned()), 0.85));
            keep_level(found, leaf);
            at += count;
        } else {
            at += 1;
        }
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

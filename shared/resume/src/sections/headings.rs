//! The words that head a resume's sections, in English, German, French and Spanish.
//!
//! A line is a heading by its words when it is a known phrase, when it joins known phrases (`Skills & Languages`), or when
//! every one of its words is one that headings are made of and at least one of them names a section (`Career so far`,
//! `Mes expériences`). Letter-spaced headings are put together and taken apart again into such words.

use std::sync::LazyLock;

use hiring_core::reading::SectionKind;
use hiring_core::taxonomy::{SortedTable, fold_words};

use SectionKind::{
    Certificates, Contact, Education, Languages, Other, Projects, Publications, Skills, Summary, Work,
};

/// Longest heading, in bytes of its folded text.
const MAX_LENGTH: usize = 48;
/// Most words of a heading.
const MAX_WORDS: usize = 7;
/// Shortest text in which one wrong letter is forgiven, in bytes.
const MIN_FUZZY: usize = 8;

/// Headings, folded, with their section. Written for this project.
const HEADINGS: &str = include_str!("../../data/headings.tsv");
/// Words of headings, folded, with the section that they name, `-` for none. Written for this project.
const WORDS: &str = include_str!("../../data/heading_words.tsv");

static TABLE: SortedTable = SortedTable::new(HEADINGS);
/// The same apart, for those searches that compare with each: some hundred rows.
static ROWS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| TABLE.rows().collect());
static VOCABULARY: SortedTable = SortedTable::new(WORDS);

/// Which section a word names when several are named: `Language skills`, `Volunteer experience`, `Career summary`.
const BY_WEIGHT: &[SectionKind] = &[
    Languages,
    Publications,
    Other,
    Certificates,
    Projects,
    Education,
    Skills,
    Summary,
    Work,
    Contact,
];

/// Beginnings and ends of long German words that name a section.
const STEMS: &[(&str, SectionKind)] = &[
    ("sprachkenntnis", Languages),
    ("projekterfahrung", Projects),
    ("erfahrung", Work),
    ("erfahrungen", Work),
    ("kenntnisse", Skills),
    ("kompetenzen", Skills),
    ("fahigkeiten", Skills),
    ("ausbildung", Education),
    ("zertifikat", Certificates),
    ("weiterbildung", Certificates),
    ("fortbildung", Certificates),
];

/// The section that a line heads, if it is a heading and nothing else.
pub(crate) fn heading(text: &str) -> Option<SectionKind> {
    if text.len() > MAX_LENGTH * 2 {
        return None;
    }
    let folded = fold_words(undecorated(text));
    if folded.is_empty() || folded.len() > MAX_LENGTH * 2 {
        return None;
    }
    let known = (folded.len() <= MAX_LENGTH).then(|| phrase(&folded)).flatten();
    known
        .or_else(|| letter_spaced(&folded))
        .or_else(|| joined(text))
        .or_else(|| vocabulary(text, &folded))
        .filter(|_| !crate::fields::is_form_label(text))
}

/// The section that a line most likely heads when its looks already say that it is a heading: any word that names a
/// section will do, and one wrong letter is forgiven.
pub(super) fn likely(text: &str) -> Option<SectionKind> {
    heading(text).or_else(|| {
        let folded = fold_words(text);
        let named = heaviest(folded.split(' ').take(MAX_WORDS).filter_map(named));
        named.or_else(|| fuzzy(&folded))
    })
}

/// Whether a line consists of letters apart by blanks.
pub(super) fn is_letter_spaced(text: &str) -> bool {
    let (mut pieces, mut short) = (0, 0);
    for piece in text.split_whitespace() {
        pieces += 1;
        short += usize::from(piece.len() <= 2 || piece.chars().nth(2).is_none());
    }
    pieces >= 3 && short * 3 >= pieces * 2
}

/// The text without numbers, signs and pictures around it: `1. Experience`, `// SKILLS //`, `II) Ausbildung`.
fn undecorated(text: &str) -> &str {
    let trimmed = text.trim_matches(|c: char| !c.is_alphanumeric());
    match trimmed.split_once([' ', '.', ')', ':']) {
        Some((number, rest))
            if is_number(number) && rest.chars().filter(|c| c.is_alphabetic()).count() > 3 =>
        {
            rest.trim_matches(|c: char| !c.is_alphanumeric())
        }
        _ => trimmed,
    }
}

fn is_number(text: &str) -> bool {
    text.len() <= 3
        && (text.chars().all(|c| c.is_ascii_digit()) || text.chars().all(|c| matches!(c, 'I' | 'V' | 'X')))
}

fn phrase(folded: &str) -> Option<SectionKind> {
    TABLE.get(folded).and_then(kind)
}

/// How many words a folded text has.
fn word_count(folded: &str) -> usize {
    1 + folded.bytes().filter(|byte| *byte == b' ').count()
}

/// Letter-spaced headings keep a blank between letters.
fn letter_spaced(folded: &str) -> Option<SectionKind> {
    let pieces = word_count(folded);
    if pieces < 4 || folded.split(' ').filter(|word| word.len() <= 2).count() * 2 < pieces {
        return None;
    }
    let letters: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    find_joined(&letters).or_else(|| segmented(&letters))
}

fn find_joined(joined: &str) -> Option<SectionKind> {
    let mut same = ROWS
        .iter()
        .filter(|(name, _)| {
            name.len() >= joined.len() && name.as_bytes().first() == joined.as_bytes().first()
        })
        .filter(|(name, _)| name.chars().filter(|c| c.is_alphanumeric()).eq(joined.chars()));
    same.next().and_then(|(_, name)| kind(name))
}

/// Letters as words of headings: fewest words first.
fn segmented(letters: &str) -> Option<SectionKind> {
    if !letters.is_ascii() || letters.len() > MAX_LENGTH {
        return None;
    }
    // For each end: how many words lead there, and the kinds of section they name.
    let mut best: Vec<Option<(usize, Option<SectionKind>)>> = vec![None; letters.len() + 1];
    if let Some(first) = best.first_mut() {
        *first = Some((0, None));
    }
    for start in 0..letters.len() {
        let Some((count, so_far)) = best.get(start).copied().flatten() else {
            continue;
        };
        for end in start + 1..=letters.len().min(start + 24) {
            let Some(word) = letters
                .get(start..end)
                .filter(|word| VOCABULARY.get(word).is_some())
            else {
                continue;
            };
            let named = heaviest(so_far.into_iter().chain(named(word)));
            if let Some(slot) = best.get_mut(end)
                && slot.is_none_or(|(known, _)| count + 1 < known)
            {
                *slot = Some((count + 1, named));
            }
        }
    }
    let (count, named) = best.last().copied().flatten()?;
    named.filter(|_| count <= MAX_WORDS)
}

/// `Skills & Languages`, `Ausbildung / Studium`: the section of the first part, where every part is a heading.
fn joined(text: &str) -> Option<SectionKind> {
    const JOINTS: [char; 7] = ['&', '/', '+', '|', ',', '–', '•'];
    if !text.contains(JOINTS) {
        return None;
    }
    let mut first = None;
    let mut parts = 0;
    for part in text.split(JOINTS) {
        let kind = phrase(&fold_words(part))?;
        first.get_or_insert(kind);
        parts += 1;
    }
    first.filter(|_| parts > 1)
}

/// A line made of nothing but words of headings. A full stop or a comma makes it a sentence or a list.
fn vocabulary(text: &str, folded: &str) -> Option<SectionKind> {
    let count = word_count(folded);
    let sentence = text.trim_end().ends_with(['.', ';', '!']) || text.contains([',', '(', '\t']);
    if sentence || count > MAX_WORDS || !text.trim_start().starts_with(|c: char| !c.is_lowercase()) {
        return None;
    }
    let all = folded
        .split(' ')
        .all(|word| VOCABULARY.get(word).is_some() || word.len() > 10 && named(word).is_some());
    // One word alone is a phrase of the table, or none.
    (all && count > 1).then(|| heaviest(folded.split(' ').filter_map(named)))?
}

/// The section that a word names.
fn named(word: &str) -> Option<SectionKind> {
    VOCABULARY.get(word).and_then(kind).or_else(|| {
        let stem = |(stem, _): &&(&str, SectionKind)| {
            word.len() > stem.len() && (word.starts_with(stem) || word.ends_with(stem))
        };
        STEMS.iter().find(stem).map(|(_, kind)| *kind)
    })
}

fn heaviest(kinds: impl Iterator<Item = SectionKind>) -> Option<SectionKind> {
    let weight = |kind: &SectionKind| BY_WEIGHT.iter().position(|known| known == kind);
    kinds.min_by_key(weight)
}

/// A known phrase with one letter wrong, missing or too many.
fn fuzzy(folded: &str) -> Option<SectionKind> {
    if folded.len() < MIN_FUZZY || folded.len() > MAX_LENGTH {
        return None;
    }
    let mut near = ROWS
        .iter()
        .filter(|(name, _)| name.len() >= MIN_FUZZY && one_apart(name.as_bytes(), folded.as_bytes()));
    near.next().and_then(|(_, name)| kind(name))
}

/// Whether one letter at most must be changed, added or taken away.
fn one_apart(one: &[u8], other: &[u8]) -> bool {
    if one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (rest, other_rest) = (
        one.get(same..).unwrap_or_default(),
        other.get(same..).unwrap_or_default(),
    );
    let tail = |text: &[u8], skip: usize| text.get(skip..).unwrap_or_default().to_vec();
    tail(rest, 1) == tail(other_rest, 1) || tail(rest, 1) == other_rest || rest == tail(other_rest, 1)
}

fn kind(name: &str) -> Option<SectionKind> {
    Some(match name {
        "contact" => Contact,
        "summary" => Summary,
        "work" => Work,
        "education" => Education,
        "skills" => Skills,
        "languages" => Languages,
        "certificates" => Certificates,
        "projects" => Projects,
        "publications" => Publications,
        "other" => Other,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;

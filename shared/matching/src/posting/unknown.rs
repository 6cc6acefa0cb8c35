//! Requirements in words that the taxonomy does not know, for the recruiter to take over.

use std::ops::Range;

use hiring_core::job::MAX_SKILL_LENGTH;

use super::asks;
use super::headings::Part;
use super::outline::Sentence;
use super::words::{Word, has_any, within, words};

/// Words in front of what is asked for that say only that, or how well.
#[rustfmt::skip]
const LEADING: &[&str] = &[
    "a", "an", "the", "any", "some", "proven", "practical", "practice", "hands", "on", "experience", "experienced", "with", "in", "of", "at", "for", "using", "to", "strong", "solid", "good", "excellent",
    "great", "very", "deep", "sound", "working", "basic", "advanced", "knowledge", "understanding", "familiarity", "familiar", "proficiency", "proficient", "skills", "ability", "able",
    "you", "have", "are", "is", "be", "your", "we", "must", "should", "need", "know", "can", "previous", "prior", "relevant", "demonstrated", "expertise", "and", "or", "also", "it",
    "die", "der", "das", "den", "dem", "ein", "eine", "einen", "erfahrung", "erfahrungen", "erste", "praktische", "mit", "im", "von", "zu", "bei", "kenntnisse", "kenntnissen", "gute", "guten",
    "sehr", "fundierte", "sichere", "sicherer", "sicheren", "umgang", "routine", "routiniert", "freude", "am", "erste", "einfach", "sie", "du", "haben", "hast", "bringen", "bringst", "verfugen", "verfugst", "uber", "und",
    "sind", "bist", "ihr", "ihre", "dein", "deine", "grundkenntnisse", "idealerweise", "bereitschaft", "zur", "zum", "fahigkeit",
    "le", "la", "les", "un", "une", "de", "du", "des", "l", "d", "vous", "avez", "etes", "tu", "as", "bonne", "bonnes", "bon", "tres", "connaissance", "connaissances", "maitrise", "maitrisez",
    "pratique", "experience", "avec", "en", "dans", "sur", "et", "capacite", "a", "votre", "au",
    "el", "los", "las", "una", "con", "experiencia", "conocimiento", "conocimientos", "manejo", "dominio", "del", "que", "tienes", "tener", "buen", "buena", "buenos", "sobre", "y",
    "capacidad", "para", "tu",
    "ideally", "preferably", "idealement", "idealmente", "bonus", "plus", "nice", "deseable", "valorable", "imprescindible", "required", "essential", "wunschenswert", "insbesondere",
    "especially", "notamment", "logiciel", "software",
];
/// Words behind what is asked for that say how much it is wanted.
#[rustfmt::skip]
const TRAILING: &[&str] = &[
    "a", "plus", "bonus", "is", "would", "be", "an", "advantage", "asset", "preferred", "required", "desirable", "essential", "von", "vorteil", "wunschenswert", "erforderlich", "serait", "un",
    "est", "souhaite", "souhaitee", "appreciee", "exige", "exigee", "atout", "es", "valorable", "deseable", "imprescindible", "ist", "sind", "waren", "ware", "etc", "experience", "erfahrung",
];
/// What speaks of an age or an attitude to terms, not of an ability.
const AGE: &[&str] = &[
    "years old",
    "18 years",
    "mindestalter",
    "jahre alt",
    "mayor de",
    "18 anos",
    "18 ans",
    "age",
];
/// Words of an item that names nothing.
#[rustfmt::skip]
const VAGUE: &[&str] = &[
    "similar", "related", "other", "others", "etc", "equivalent", "comparable", "ahnlich*", "vergleichbar*", "andere*", "autre*", "equivalent*", "similaire*", "similar*", "otro*", "otra*", "tools", "level", "niveau*",
    "nivel", "plus", "skills",
];
/// Most words of an item, with what leads to it, in a list of short items.
const MAX_LISTED_WORDS: usize = 7;
/// Most words of an item that is taken over from a list of known ones.
const MAX_ITEM_WORDS: usize = 4;

/// What a sentence asks for that nothing else was read from: the whole sentence without what leads to it, clipped.
pub(super) fn whole(text: &str, sentence: &Sentence) -> Option<Range<usize>> {
    if has_any(&sentence.words, AGE) || asks::is_of_employer(sentence) {
        return None;
    }
    // A label says what the sentence is about: `Tools: ...` is taken over without it.
    let from = sentence
        .label
        .as_ref()
        .map_or(sentence.range.start, |label| label.end);
    phrase(text, within(&sentence.words, &(from..sentence.range.end)))
}

/// The items of a list that nothing was read from, while something was from others: what looks like a name, and when the list is
/// `plain`, a list of skills and nothing else, its short items too.
pub(super) fn items(
    text: &str,
    sentence: &Sentence,
    read: &[Range<usize>],
    plain: bool,
) -> Vec<Range<usize>> {
    let slice = text.get(sentence.range.clone()).unwrap_or_default();
    let mut start = sentence
        .label
        .as_ref()
        .map_or(sentence.range.start, |label| label.end);
    let mut found: Vec<(Range<usize>, bool)> = Vec::new();
    let mut all_short = true;
    let cuts = slice
        .match_indices([',', ';', '/', '(', ')'])
        .map(|(at, _)| sentence.range.start + at);
    for cut in cuts.chain([sentence.range.end]) {
        let piece = words(text, &(start..cut.max(start)));
        start = cut + 1;
        let joins = |word: &Word| {
            matches!(
                word.folded.as_str(),
                "and" | "und" | "et" | "y" | "or" | "oder" | "ou" | "o" | "e"
            )
        };
        for item in piece.split(joins) {
            let untouched = item.iter().all(|word| {
                !read
                    .iter()
                    .any(|range| range.start < word.end && word.start < range.end)
            });
            all_short &= item.len() <= MAX_LISTED_WORDS;
            let named = phrase(text, item).filter(|_| untouched && !has_any(item, VAGUE));
            found.extend(named.map(|range| (range.clone(), is_name(text, &range))));
        }
    }
    // Ordinary words are taken over from a list of short items only.
    let listed = plain && all_short && sentence.part != Part::Head;
    found
        .into_iter()
        .filter(|(range, name)| *name || listed && words(text, range).len() <= MAX_ITEM_WORDS)
        .map(|(range, _)| range)
        .collect()
}

/// A short item with a capital inside or several, as names of products have: `NetSoins`, `HL7`, `ECS card`.
fn is_name(text: &str, range: &Range<usize>) -> bool {
    let item = text.get(range.clone()).unwrap_or_default();
    let capitals = item
        .chars()
        .filter(|c| c.is_uppercase() || c.is_ascii_digit())
        .count();
    item.split_whitespace().count() <= MAX_ITEM_WORDS
        && item.chars().any(char::is_alphabetic)
        && item.chars().count() > 2
        && capitals >= 2
}

/// A phrase of at most [`MAX_SKILL_LENGTH`] code points from words, without those that lead to it and trail it.
fn phrase(text: &str, words: &[Word]) -> Option<Range<usize>> {
    let first = words
        .iter()
        .position(|word| !LEADING.contains(&word.folded.as_str()))?;
    let last = words
        .iter()
        .rposition(|word| !TRAILING.contains(&word.folded.as_str()))?;
    let kept = words.get(first..=last)?;
    let start = kept.first()?.start;
    let cut = kept
        .iter()
        .take_while(|word| {
            text.get(start..word.end)
                .is_some_and(|so_far| so_far.chars().count() <= MAX_SKILL_LENGTH)
        })
        .last()?;
    let phrase = text.get(start..cut.end)?;
    let told = phrase.chars().filter(|c| c.is_alphabetic()).count() > 1;
    // A bracket that was opened is closed.
    let bracket = phrase.contains('(')
        && !phrase.contains(')')
        && text.get(cut.end..).is_some_and(|rest| rest.starts_with(')'));
    let short = phrase.chars().count() < MAX_SKILL_LENGTH;
    told.then_some(start..cut.end + usize::from(bracket && short))
}

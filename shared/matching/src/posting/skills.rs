//! Skills and human languages in a sentence that asks for them.

use std::ops::Range;

use hiring_core::resume::SkillKind;
use hiring_core::taxonomy::{self, Found};

use super::Tables;
use super::outline::Sentence;
use super::words::{Word, has_any};

/// Words that show that the name of a language is one that somebody speaks.
#[rustfmt::skip]
const SPOKEN: &[&str] = &[
    "fluent*", "native", "language*", "speak*", "spoken", "written", "conversational", "proficien*", "command", "bilingual", "knowledge", "skills", "level",
    "a1", "a2", "b1", "b2", "c1", "c2", "good", "excellent", "basic", "working",
    "fliessend*", "muttersprach*", "kenntnisse*", "sprachkenntnisse", "wort", "verhandlungssicher*", "sprich*", "sprech*", "niveau*", "gut*", "sicher*",
    "sprache*", "stilsicher*", "grundkenntnisse*",
    "courant*", "langue*", "bilingue", "parle*", "professionnel", "maitrise*", "natif", "maternelle", "intermediaire", "lu", "notions",
    "nivel", "idioma*", "alto", "medio", "nativo", "fluido", "habla*", "conversacional", "hablado", "avanzado", "bilinge", "dominio",
];
/// Words without weight that may stand around the name of a language in a list of them.
const LITTLE: &[&str] = &[
    "and", "or", "und", "oder", "et", "ou", "y", "e", "o", "also", "in", "a", "is", "en", "ist", "un", "une",
    "plus", "der", "von", "vorteil",
];
/// Words after which an ambiguous name is a skill: `experience in sales`.
#[rustfmt::skip]
const IN: &[&str] = &[
    "in", "with", "of", "mit", "im", "von", "der", "en", "de", "avec", "con", "du", "la", "le", "les", "del", "and", "und", "et", "y", "or", "oder", "ou",
    "knowledge", "advanced", "grundlegende", "ms", "microsoft",
];
/// Words behind an ambiguous name at the beginning of an item that show a skill.
#[rustfmt::skip]
const SUITS: &[&str] = &[
    "and", "und", "et", "y", "or", "oder", "ou", "is", "are", "comes", "skills", "experience", "knowledge", "zeichnen", "zeichnet", "kenntnisse", "erfahrung", "ist", "sind", "est", "es",
];
/// Ends of German words for knowing something.
const KNOWING: &[&str] = &["sprachkenntnisse", "kenntnisse", "kenntnissen"];

/// Something that a sentence names.
#[derive(Debug, Clone)]
pub(super) struct Named {
    /// What goes into the job's list: the posting's words for a skill, the English name of a language.
    pub label: String,
    /// Under what it is compared.
    pub key: String,
    /// Where it stands.
    pub range: Range<usize>,
    /// What sort of ability it is.
    pub kind: SkillKind,
}

/// The skills that a sentence names and does not deny, without those behind a degree, which are what was studied.
pub(super) fn skills(text: &str, sentence: &Sentence, studied: &[Range<usize>]) -> Vec<Named> {
    let slice = text.get(sentence.range.clone()).unwrap_or_default();
    let found = taxonomy::find_in(slice);
    found
        .iter()
        .enumerate()
        .filter(|(at, hit)| {
            counts(slice, &found, *at) && !taxonomy::disclaimed(slice, hit.start_byte, hit.end_byte)
        })
        .filter_map(|(_, hit)| {
            let range = sentence.range.start + hit.start_byte..sentence.range.start + hit.end_byte;
            let inside = studied.iter().any(|area| area.contains(&range.start));
            (!inside).then(|| named(text, hit, range)).flatten()
        })
        .collect()
}

fn named(text: &str, hit: &Found, range: Range<usize>) -> Option<Named> {
    let label = text
        .get(range.clone())?
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    Some(Named {
        label,
        key: taxonomy::key(hit.entry.name),
        range,
        kind: hit.entry.kind,
    })
}

/// Whether a hit is a skill here: an ambiguous name must be an item of its own, or stand beside a skill or behind a word like `in`.
fn counts(slice: &str, found: &[Found], at: usize) -> bool {
    let Some(hit) = found.get(at).filter(|hit| hit.ambiguous) else {
        return found.get(at).is_some();
    };
    let before = slice.get(..hit.start_byte).unwrap_or_default();
    let behind = slice.get(hit.end_byte..).unwrap_or_default();
    let edge = |c: Option<char>| {
        c.is_none_or(|c| matches!(c, ',' | ';' | ':' | '(' | ')' | '/' | '|' | '•' | '.' | '&' | '+'))
    };
    let opens = edge(before.trim_end().chars().next_back());
    let closes = edge(behind.trim_start().chars().next());
    let led = before.split_whitespace().next_back().is_some_and(|word| {
        IN.contains(&taxonomy::fold(word.trim_matches(|c: char| !c.is_alphanumeric())).as_str())
    });
    let beside = |other: Option<&Found>| {
        other.is_some_and(|other| {
            let gap = other.end_byte.min(hit.end_byte)..other.start_byte.max(hit.start_byte);
            !other.ambiguous && slice.get(gap).is_some_and(|gap| gap.chars().count() <= 5)
        })
    };
    // `Verhandlungsgeschick und ...`, `Negotiation comes naturally`.
    let next = behind
        .split_whitespace()
        .next()
        .map(|word| taxonomy::fold(word.trim_matches(|c: char| !c.is_alphanumeric())));
    let suits = opens && next.is_some_and(|next| SUITS.contains(&next.as_str()));
    let spelt = hit.is_exact() && (opens || closes);
    opens && closes
        || suits
        || spelt
        || led
        || beside(at.checked_sub(1).and_then(|at| found.get(at)))
        || beside(found.get(at + 1))
}

/// The human languages that a sentence asks for.
pub(super) fn languages(text: &str, words: &[Word], tables: &Tables) -> Vec<Named> {
    let names: Vec<(&Word, &'static str)> = words
        .iter()
        .filter_map(|word| Some((word, language(&word.folded, tables)?)))
        .collect();
    let little = words
        .iter()
        .filter(|word| LITTLE.contains(&word.folded.as_str()))
        .count();
    let alone = names.len() + little >= words.len();
    names
        .into_iter()
        // `english breakfast`, `german clients`: what is spoken has words of speaking near, or stands alone.
        .filter(|(name, _)| alone || spoken(words, name) || is_noun(words, name))
        .filter_map(|(name, label)| {
            text.get(name.start..name.end)?;
            Some(Named {
                label: label.to_owned(),
                key: taxonomy::key(label),
                range: name.start..name.end,
                kind: SkillKind::Language,
            })
        })
        .collect()
}

/// The language that a word names, also as the beginning of `Englischkenntnisse`.
fn language(folded: &str, tables: &Tables) -> Option<&'static str> {
    let stem = KNOWING
        .iter()
        .find_map(|end| folded.strip_suffix(end))
        .filter(|stem| !stem.is_empty());
    (tables.human_language)(stem.unwrap_or(folded))
}

/// Whether a language's name is followed by no noun, as in `Spanish is nice to have`: `Spanish clients` are something else.
fn is_noun(words: &[Word], name: &Word) -> bool {
    const VERBS: &[&str] = &[
        "is",
        "would",
        "ist",
        "ware",
        "est",
        "serait",
        "es",
        "seria",
        "un",
        "required",
        "preferred",
        "desirable",
        "erforderlich",
        "wunschenswert",
    ];
    let at = words.partition_point(|word| word.start <= name.start);
    words
        .get(at)
        .is_some_and(|next| VERBS.contains(&next.folded.as_str()))
}

fn spoken(words: &[Word], name: &Word) -> bool {
    let at = words.partition_point(|word| word.start < name.start);
    let near = words
        .get(at.saturating_sub(5)..(at + 5).min(words.len()))
        .unwrap_or_default();
    has_any(near, SPOKEN)
        || near
            .iter()
            .any(|word| KNOWING.iter().any(|end| word.folded.ends_with(end)))
}

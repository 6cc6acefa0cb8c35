//! What the sentences that ask ask for.

use std::ops::Range;

use hiring_core::resume::SkillKind;

use super::degrees::{self, Degree};
use super::denial::denials;
use super::headings::Part;
use super::lists::Lists;
use super::outline::Sentence;
use super::skills::{self, Named};
use super::wish::{Wish, Wishes};
use super::words::Word;
use super::years::{Years, years};
use super::{Tables, asks, salary, terms, unknown};

/// Most bytes between two skills of which one is enough.
const MAX_OR_BYTES: usize = 12;
/// Most words of a sentence in running text that is taken over as a requirement in unknown words.
const MAX_UNKNOWN_WORDS: usize = 12;
/// Most words behind a degree that say what was studied.
const MAX_AREA_WORDS: usize = 12;
/// Most notes about alternatives; a posting that has more repeats itself.
const MAX_ALTERNATIVES: usize = 10;

/// What asking sentences ask for.
#[derive(Default)]
pub(super) struct Asked {
    /// Skills and languages.
    pub lists: Lists,
    /// Numbers of years of work.
    pub years: Vec<Years>,
    /// The education.
    pub degree: Option<Degree>,
    /// Requirements in words that the taxonomy does not know.
    pub unknown: Vec<Range<usize>>,
    /// Neighbouring skills of which one is enough.
    pub alternatives: Vec<Range<usize>>,
}

/// Reads what the asking sentences ask for.
pub(super) fn ask(text: &str, sentences: &[Sentence], tables: &Tables) -> Asked {
    let mut asked = Asked::default();
    for sentence in asks::asking(sentences) {
        read_sentence(text, sentence, tables, &mut asked);
    }
    // An introduction may tell the years that the list does not.
    if asked.years.is_empty() {
        for sentence in sentences.iter().filter(|sentence| sentence.part == Part::Head) {
            asked.years.extend(years(&sentence.words));
        }
    }
    asked
}

fn read_sentence(text: &str, sentence: &Sentence, tables: &Tables, asked: &mut Asked) {
    let wishes = Wishes::of(text, sentence);
    let denied = denials(text, sentence);
    let counts = |range: &Range<usize>| !denied.iter().any(|denial| denial.contains(&range.start));
    let named_degrees = degrees::degrees(text, &sentence.words);
    let studied = areas(&sentence.words, sentence.range.end, &named_degrees);
    let mut named = skills::skills(text, sentence, &studied);
    let languages = skills::languages(text, &sentence.words, tables);
    // `Anglais professionnel` is a language and no skill beside it.
    named.retain(|skill| {
        !languages
            .iter()
            .any(|language| skill.range.contains(&language.range.start))
    });
    named.extend(languages);
    named.retain(|named| counts(&named.range));
    named.sort_by_key(|named| named.range.start);
    let years: Vec<Years> = years(&sentence.words)
        .into_iter()
        .filter(|years| counts(&years.range))
        .collect();
    let something = !named.is_empty() || !years.is_empty() || !named_degrees.is_empty() || !denied.is_empty();
    let read: Vec<Range<usize>> = named
        .iter()
        .map(|named| named.range.clone())
        .chain(named_degrees.iter().map(|degree| degree.range.clone()))
        .chain(studied)
        .chain(denied.iter().cloned())
        .collect();
    if !something && !is_terms(text, sentence) {
        asked.unknown.extend(unknown::whole(text, sentence));
    } else if !named.is_empty() {
        // Beside years and languages stand words about them.
        let plain = years.is_empty() && !named.iter().any(|named| named.kind == SkillKind::Language);
        asked.unknown.extend(unknown::items(text, sentence, &read, plain));
    }
    note_alternatives(text, &named, &mut asked.alternatives);
    let required = |range: &Range<usize>| wishes.at(range.start) == Wish::Must;
    asked
        .years
        .extend(years.into_iter().filter(|years| required(&years.range)));
    let under_way = degrees::is_under_way(&sentence.words);
    let needed = named_degrees
        .into_iter()
        .filter(|degree| !under_way && counts(&degree.range) && required(&degree.range))
        .collect();
    if let Some(degree) = degrees::least(needed)
        && asked
            .degree
            .as_ref()
            .is_none_or(|known| known.level < degree.level)
    {
        asked.degree = Some(degree);
    }
    for named in named {
        asked.lists.add(wishes.at(named.range.start), named);
    }
}

/// Whether a sentence tells the terms of the job, so that it is no requirement in unknown words.
fn is_terms(text: &str, sentence: &Sentence) -> bool {
    let one = std::slice::from_ref(sentence);
    sentence.part == Part::Head && sentence.words.len() > MAX_UNKNOWN_WORDS
        || salary::pay(text, one).is_some()
        || !terms::job_types(one).is_empty()
        || terms::remote(one).is_some()
}

/// What was studied: the words behind a degree up to words of experience or a number.
fn areas(words: &[Word], end: usize, degrees: &[Degree]) -> Vec<Range<usize>> {
    const STOPS: &[&str] = &[
        "experience",
        "erfahrung",
        "berufserfahrung",
        "experiencia",
        "knowledge",
        "kenntnisse",
        "connaissance",
        "connaissances",
        "conocimientos",
        "dominio",
        "skills",
        "justifiez",
        "with",
        "mit",
        "sowie",
        "avec",
        "con",
        "plus",
    ];
    let is_number = |word: &Word| word.folded.bytes().all(|byte| byte.is_ascii_digit());
    // `NVQ Level 3` goes on, `3 years` is something else.
    let is_grade = |at: usize| {
        at.checked_sub(1)
            .and_then(|at| words.get(at))
            .is_some_and(|word| matches!(word.folded.as_str(), "level" | "niveau" | "nivel"))
    };
    let stops = |(at, word): &(usize, &Word)| {
        STOPS.contains(&word.folded.as_str()) || is_number(word) && !is_grade(*at)
    };
    degrees
        .iter()
        .map(|degree| {
            let from = words.partition_point(|word| word.start < degree.range.end);
            let stop = words
                .iter()
                .enumerate()
                .skip(from)
                .take(MAX_AREA_WORDS)
                .find(stops);
            let far = words.get(from + MAX_AREA_WORDS).map_or(end, |word| word.start);
            degree.range.start..stop.map_or(far, |(_, word)| word.start)
        })
        .collect()
}

/// Notes where one of two neighbours is enough: `Kafka or RabbitMQ`.
fn note_alternatives(text: &str, named: &[Named], found: &mut Vec<Range<usize>>) {
    for pair in named.windows(2) {
        let [first, second] = pair else { continue };
        let between = text.get(first.range.end..second.range.start).unwrap_or_default();
        let or = between.len() <= MAX_OR_BYTES
            && between
                .split_whitespace()
                .any(|word| matches!(word.to_lowercase().as_str(), "or" | "oder" | "ou" | "o" | "u"));
        if or && found.len() < MAX_ALTERNATIVES {
            found.push(first.range.start..second.range.end);
        }
    }
}

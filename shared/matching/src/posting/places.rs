//! Where the work is done.

use std::ops::Range;

use super::headings::Part;
use super::outline::Sentence;
use super::words::{Word, has_any, words};
use super::{PlaceKind, Tables};

/// Folded labels of a place.
#[rustfmt::skip]
const LABELS: &[&str] = &[
    "location", "locations", "where", "place of work", "workplace", "work location", "job location", "office", "based", "city", "place",
    "standort", "standorte", "arbeitsort", "einsatzort", "dienstort", "ort", "lieu", "lieux", "localisation", "lieu de travail", "ville", "site",
    "ubicacion", "lugar", "lugar de trabajo", "localidad", "localizacion", "ciudad", "donde",
];
/// Folded words that a place follows.
const BEFORE: &[&str] = &[
    "in",
    "at",
    "near",
    "nahe",
    "bei",
    "raum",
    "grossraum",
    "a",
    "en",
    "aus",
    "within",
    "based",
    "office",
    "de",
    "to",
    "au",
    "of",
    "for",
];
/// Words of an employer's story: the places near them are not the job's.
#[rustfmt::skip]
const HISTORY: &[&str] = &[
    "founded", "gegrundet*", "offices", "ouvert", "fondee", "creee", "cree en", "nee", "since", "seit", "depuis", "desde", "oficinas", "fundada", "headquarter*", "hauptsitz", "siege", "sede", "formed",
    "forme", "formee",
];
/// Words for the office where somebody will work.
const OFFICES: &[&str] = &[
    "office",
    "standort",
    "niederlassung",
    "filiale",
    "bureau",
    "site",
    "agence",
    "delegacion",
    "centro",
    "tienda",
];
/// Most words of a line that may be nothing but places and terms.
const MAX_LINE_WORDS: usize = 14;
/// Most words of a place's name.
const MAX_NAME_WORDS: usize = 4;
/// Sentences at the beginning of a posting that may name its place.
const MAX_SENTENCES: usize = 12;

/// A place that a posting names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// Its bytes: `Berlin, Germany`.
    pub range: Range<usize>,
    /// What its most specific part is.
    pub kind: PlaceKind,
    /// How surely it is the job's: the least is the surest.
    pub rank: u8,
}

/// The places that a posting names as the job's, the surest first, otherwise in text order.
pub(super) fn places(text: &str, sentences: &[Sentence], tables: &Tables) -> Vec<Named> {
    let mut found = Vec::new();
    for sentence in sentences {
        if matches!(sentence.part, Part::Company | Part::Process) {
            continue;
        }
        if has_any(sentence.label_words(), LABELS) {
            let value = sentence
                .label
                .as_ref()
                .map_or(sentence.range.start, |label| label.end)..sentence.range.end;
            found.extend(in_pieces(text, value, (0, true), tables));
        }
    }
    let head: Vec<&Sentence> = sentences
        .iter()
        .filter(|sentence| sentence.part == Part::Head)
        .take(MAX_SENTENCES)
        .collect();
    for sentence in &head {
        let lines: Vec<_> = head.iter().filter(|other| other.line == sentence.line).collect();
        let short = lines.iter().map(|sentence| sentence.words.len()).sum::<usize>() <= MAX_LINE_WORDS;
        if sentence.label.is_some() {
            continue;
        }
        let company = has_any(&sentence.words, HISTORY);
        let rank = if sentence.line == 0 { 1 } else { 2 };
        let before = found.len();
        if short && !company {
            found.extend(in_pieces(text, sentence.range.clone(), (rank, false), tables));
        }
        if found.len() == before {
            found.extend(in_prose(text, &sentence.words, company, tables));
        }
    }
    found.sort_by_key(|place| (place.rank, place.range.start));
    found
}

/// The places among the pieces of a short line: between commas, dashes, dots, brackets. `how` is the rank and whether a place
/// is expected, so that a small town counts.
fn in_pieces(text: &str, line: Range<usize>, how: (u8, bool), tables: &Tables) -> Vec<Named> {
    let slice = text.get(line.clone()).unwrap_or_default();
    let mut found: Vec<Named> = Vec::new();
    let mut start = line.start;
    let is_cut = |c: char| {
        matches!(
            c,
            ',' | ';' | '(' | ')' | '|' | '·' | '•' | '/' | '–' | '—' | ':' | '\t' | '.'
        )
    };
    let dashes = slice.match_indices(" - ").map(|(at, _)| (line.start + at, 3));
    let mut cuts: Vec<(usize, usize)> = slice
        .match_indices(is_cut)
        .map(|(at, cut)| (line.start + at, cut.len()))
        .chain(dashes)
        .collect();
    cuts.push((line.end, 0));
    cuts.sort_unstable();
    for (cut, length) in cuts {
        let piece = words(text, &(start..cut.max(start)));
        start = cut + length;
        for group in piece.split(|word| {
            matches!(
                word.folded.as_str(),
                "and" | "und" | "et" | "y" | "or" | "oder" | "ou"
            )
        }) {
            let Some((range, kind)) = in_words(group, how.1, tables, text) else {
                continue;
            };
            match found.last_mut().filter(|last| goes_on(text, last, &range, kind)) {
                Some(last) => {
                    let bracket = text
                        .get(last.range.end..range.start)
                        .is_some_and(|gap| gap.contains('('));
                    let closed = text.get(range.end..).is_some_and(|rest| rest.starts_with(')'));
                    last.range.end = range.end + usize::from(bracket && closed);
                }
                None if matches!(kind, PlaceKind::Code) => {}
                None => found.push(Named {
                    range,
                    kind,
                    rank: how.0,
                }),
            }
        }
    }
    found
}

/// Whether a country or region belongs to the place before it: `Berlin, Germany`, `Austin, TX`.
fn goes_on(text: &str, last: &Named, range: &Range<usize>, kind: PlaceKind) -> bool {
    let between = text.get(last.range.end..range.start).map(str::trim);
    let wider = matches!(kind, PlaceKind::Country | PlaceKind::Region | PlaceKind::Code);
    wider
        && last.kind != PlaceKind::Country
        && between.is_some_and(|between| matches!(between, "," | "(" | "/"))
}

/// The place that a piece's words are, apart from postal codes and what leads to it; or that its last words are behind `in`.
fn in_words(
    piece: &[Word],
    expected: bool,
    tables: &Tables,
    text: &str,
) -> Option<(Range<usize>, PlaceKind)> {
    let numbered = |word: &Word| word.folded.contains(|c: char| c.is_ascii_digit());
    let from = piece.iter().position(|word| !numbered(word))?;
    let rest = piece.get(from..)?;
    let to = rest.iter().position(numbered).unwrap_or(rest.len());
    let named = rest.get(..to)?;
    let whole = |named: &[Word]| known(named, expected, tables, text);
    // Behind the last word that leads to a place: `Camarera en Sevilla`.
    whole(named)
        .or_else(|| {
            let lead = named
                .iter()
                .rposition(|word| BEFORE.contains(&word.folded.as_str()))?;
            whole(named.get(lead + 1..)?)
        })
        .or_else(|| {
            let (first, rest) = named.split_first()?;
            let afar = matches!(first.folded.as_str(), "remote" | "remoto" | "hybrid" | "onsite");
            afar.then(|| whole(rest)).flatten()
        })
}

/// The place with this name, if it can be one here.
fn known(named: &[Word], expected: bool, tables: &Tables, text: &str) -> Option<(Range<usize>, PlaceKind)> {
    let range = named.first()?.start..named.last()?.end;
    let name = text
        .get(range.clone())
        .filter(|_| named.len() <= MAX_NAME_WORDS)?;
    let kind = (tables.place)(name)?;
    let capital = name.starts_with(char::is_uppercase);
    let shown = match kind {
        PlaceKind::Town => expected,
        PlaceKind::Code => name.chars().all(char::is_uppercase),
        _ => true,
    };
    (shown && capital).then_some((range, kind))
}

/// Places in running text: behind a word that leads to one; where the employer tells its story only behind the word for an office.
fn in_prose(text: &str, words: &[Word], company: bool, tables: &Tables) -> Vec<Named> {
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let office = at
            .checked_sub(1)
            .and_then(|at| words.get(at))
            .is_some_and(|word| OFFICES.contains(&word.folded.as_str()));
        let leads = matches!(word.folded.as_str(), "in" | "a" | "en" | "near" | "bei" | "based") && !company;
        let leads = leads || office && matches!(word.folded.as_str(), "in" | "de" | "en" | "a");
        if !leads {
            continue;
        }
        let longest = (1..=MAX_NAME_WORDS)
            .rev()
            .find_map(|count| known(words.get(at + 1..at + 1 + count)?, false, tables, text));
        if let Some((range, kind)) = longest.filter(|(_, kind)| *kind != PlaceKind::Code) {
            let rank = if office { 2 } else { 3 };
            found.push(Named { range, kind, rank });
        }
    }
    found
}

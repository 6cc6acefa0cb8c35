//! The title of the position.

use std::ops::Range;

use super::headings::Part;
use super::outline::Sentence;
use super::places::Named;
use super::words::{Word, find_any, has_any, words};

/// Folded labels of a title.
#[rustfmt::skip]
const LABELS: &[&str] = &[
    "job title", "title", "position", "role", "vacancy", "stelle", "stellenbezeichnung", "stellentitel", "jobtitel", "berufsbezeichnung", "wir suchen",
    "intitule du poste", "intitule", "poste", "titre", "puesto", "titulo del puesto", "cargo", "vacante", "oferta",
];
/// Folded phrases that a title follows.
#[rustfmt::skip]
const LEADS: &[&str] = &[
    "we are hiring a", "we are hiring an", "we hiring a", "we hiring an", "we are looking for a", "we are looking for an", "we looking for a", "we looking for an",
    "is hiring a", "is hiring an", "hiring", "is looking for a", "is looking for an", "wir suchen eine", "wir suchen einen", "wir suchen ein", "wir suchen",
    "gesucht", "nous recherchons un", "nous recherchons une", "nous recrutons un", "nous recrutons une", "recherche un", "recherche une",
    "buscamos un", "buscamos una", "buscamos", "se busca", "seleccionamos",
];
/// Words that tell terms rather than a position, so that a piece of a line made of them is no part of the title.
#[rustfmt::skip]
const TERMS: &[&str] = &[
    "remote", "remoto", "remota", "hybrid", "hybride", "hibrido", "onsite", "on", "site", "full", "part", "time", "vollzeit", "teilzeit", "cdi", "cdd", "teletravail",
    "permanent", "contract", "unbefristet", "befristet", "homeoffice", "home", "office", "temps", "plein", "partiel", "jornada", "completa", "teletrabajo",
];
/// Most words of a line that is a title.
const MAX_WORDS: usize = 14;
/// Most bytes of a line that may hold a title with place and terms.
const MAX_LINE_BYTES: usize = 1_200;
/// Most code points of a title, as jobs take it.
pub(super) const MAX_TITLE_CHARS: usize = 200;

/// Where the title stands: behind its label, else the first line when it is short, else behind `we are hiring a`.
pub(super) fn title(text: &str, sentences: &[Sentence], places: &[Named]) -> Option<Range<usize>> {
    let labelled = sentences.iter().find_map(|sentence| {
        let label = sentence
            .label
            .as_ref()
            .filter(|_| sentence.part == Part::Head && has_whole(sentence.label_words()))?;
        Some(label.end..sentence.range.end)
    });
    let range = labelled
        .or_else(|| marked(sentences))
        .or_else(|| led(text, sentences))
        .or_else(|| first_line(text, sentences))?;
    let range = Some(trimmed(text, range)).filter(|range| range.len() <= MAX_LINE_BYTES)?;
    let cut = without_place(text, &range, places);
    let wanted = [" gesucht", " wanted", " (gesucht)"];
    let slice = text.get(range.start..cut)?.trim_end_matches(['!', '.', ' ']);
    let cut = wanted
        .iter()
        .find_map(|word| slice.strip_suffix(word))
        .map_or(cut, |rest| range.start + rest.len());
    let range = trimmed(text, range.start..cut);
    let length = text.get(range.clone())?.chars().count();
    (1..=MAX_TITLE_CHARS).contains(&length).then_some(range)
}

fn has_whole(label: &[Word]) -> bool {
    find_any(label, LABELS).is_some_and(|found| found.len() == label.len())
}

/// A short line with the mark that a position is for everybody: `(m/w/d)`, `H/F`.
fn marked(sentences: &[Sentence]) -> Option<Range<usize>> {
    const MARKS: &[&str] = &[
        "m w d", "w m d", "m d w", "d m w", "h f", "f h", "m f d", "m w x", "m f x",
    ];
    let lines = sentences
        .iter()
        .take(6)
        .filter(|sentence| sentence.part == Part::Head);
    let line = lines
        .into_iter()
        .find(|line| line.words.len() <= MAX_WORDS && line.label.is_none() && has_any(&line.words, MARKS))?;
    (!has_any(&line.words, LEADS)).then(|| line.range.clone())
}

fn first_line(text: &str, sentences: &[Sentence]) -> Option<Range<usize>> {
    let first = sentences
        .first()
        .filter(|sentence| sentence.part == Part::Head && sentence.label.is_none())?;
    let ended = has_any(
        &first.words,
        &["wir suchen", "we are looking for", "recherche", "buscamos"],
    ) || text.get(first.range.clone())?.ends_with('.');
    (first.words.len() <= MAX_WORDS && !ended).then(|| first.range.clone())
}

/// `We are hiring an Account Executive (remote)`, up to the end of the phrase.
fn led(text: &str, sentences: &[Sentence]) -> Option<Range<usize>> {
    let sentence = sentences
        .iter()
        .take(3)
        .find(|sentence| sentence.part == Part::Head && has_any(&sentence.words, LEADS))?;
    let at = (0..sentence.words.len())
        .find_map(|at| Some(at + super::words::any_at(&sentence.words, at, LEADS)?))?;
    let start = sentence.words.get(at)?.start;
    let rest = text.get(start..sentence.range.end)?;
    let stops = [
        ".", ",", ";", ":", " to ", " who ", " with ", " mit ", " für ", " zur ", " pour ", " para ",
        " con ", " avec ", " in ", " en ", " à ",
    ];
    let end = stops
        .iter()
        .filter_map(|stop| rest.find(stop))
        .min()
        .unwrap_or(rest.len());
    let named = words(text, &(start..start + end));
    // `We are looking for somebody`, `Wir suchen zum nächstmöglichen Zeitpunkt` name no position yet.
    const NOBODY: &[&str] = &[
        "zum",
        "zur",
        "ab",
        "fur",
        "for",
        "pour",
        "para",
        "someone",
        "somebody",
        "jemanden",
        "personne",
        "persona",
        "verstarkung",
        "dich",
        "sie",
        "talent*",
    ];
    let nobody = super::words::any_at(&named, 0, NOBODY).is_some();
    (!nobody && (1..=8).contains(&named.len())).then_some(start..start + end)
}

/// Where the title ends before a place or terms: `Sales assistant – Leeds`, `Elektriker (m/w/d) in Köln`, `Tester (remote)`.
fn without_place(text: &str, range: &Range<usize>, places: &[Named]) -> usize {
    let mut end = range.end;
    loop {
        let slice = text.get(range.start..end).unwrap_or_default();
        let separators = ["(", " - ", " – ", " — ", " | ", " · ", ", ", "\t"];
        let cut = separators
            .iter()
            .filter_map(|separator| slice.rfind(separator))
            .max();
        let led = [" in ", " à ", " en ", " at ", " bei "]
            .iter()
            .filter_map(|lead| slice.rfind(lead))
            .max();
        let ends_here = |at: usize, lone: bool| {
            let tail = words(text, &(range.start + at..end));
            let says = |word: &Word| {
                places.iter().any(|place| place.range.contains(&word.start))
                    || word.folded.bytes().all(|byte| byte.is_ascii_digit())
                    || lone && TERMS.contains(&word.folded.as_str())
                    || matches!(word.folded.as_str(), "in" | "a" | "en" | "at" | "bei")
            };
            let something = tail
                .iter()
                .any(|word| word.folded.bytes().any(|byte| !byte.is_ascii_digit()));
            something && tail.iter().all(says)
        };
        match (
            cut.filter(|at| ends_here(*at, true)),
            led.filter(|at| ends_here(*at, false)),
        ) {
            (None, None) => return end,
            (one, other) => match one.into_iter().chain(other).min() {
                Some(at) if at > 0 => end = range.start + at,
                _ => return end,
            },
        }
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let slice = text.get(range.clone()).unwrap_or_default();
    let rest = slice
        .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | '–' | '*' | '"' | '.'));
    let start = range.end - rest.len();
    let kept = rest.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, ',' | '-' | '–' | '|' | '·' | '!' | ':' | '*' | '"')
    });
    start..start + kept.len()
}

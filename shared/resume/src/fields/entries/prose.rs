//! Sentences and labels, which are no names.

use hiring_core::taxonomy::fold_words;

use super::form::heads_story;
use crate::fields::education::begins_with_degree;
use crate::fields::titles::{begins_like_title, is_title};

/// Small words that names and titles hold as well.
const CONNECTORS: &[&str] = &[
    "and",
    "of",
    "the",
    "at",
    "for",
    "in",
    "de",
    "des",
    "du",
    "la",
    "le",
    "les",
    "et",
    "und",
    "der",
    "die",
    "das",
    "für",
    "bei",
    "im",
    "y",
    "en",
    "del",
    "el",
    "los",
    "las",
    "e",
    "von",
    "zu",
    "to",
    "&",
    "van",
    "d’état",
    "d'état",
    "i",
    "syn",
    "am",
    "an",
    "auf",
    "aux",
    "au",
    "à",
    "zur",
    "zum",
    "für",
    "with",
    "on",
    "con",
    "para",
    "pour",
    "a",
    "den",
    "dem",
    "vom",
    "da",
    "do",
    "dos",
    "di",
    "della",
    "chez",
    "until",
    "since",
    "seit",
    "bis",
    "z",
];

/// Labels that stand above the lines that tell more, folded.
const LABELS: &[&str] = &[
    "highlights",
    "responsibilities",
    "key responsibilities",
    "main responsibilities",
    "key achievements",
    "achievements",
    "main tasks",
    "duties",
    "aufgaben",
    "aufgabengebiet",
    "aufgabenbereich",
    "hauptaufgaben",
    "aufgabenschwerpunkte",
    "erfolge",
    "missions",
    "missions principales",
    "funciones",
    "funciones principales",
    "tareas",
    "responsabilidades",
    "tasks",
    "courses",
    "coursework",
    "relevant coursework",
    "tatigkeiten",
    "logros",
    "realisations",
    "technologies",
    "technologien",
    "tech stack",
    "stack",
    "environnement technique",
    "schwerpunkte",
    "thesis",
    "projects",
    "projekte",
    "projets",
];

/// First words of a line about a project within a position, folded.
const NESTED: &[&str] = &[
    "project", "projekt", "projet", "proyecto", "client", "kunde", "cliente", "customer", "einsatz",
    "mandant",
];

/// Verbs in the past tense that do not end in `ed`.
const DEEDS: &[&str] = &[
    "Bought",
    "Brought",
    "Built",
    "Cut",
    "Drew",
    "Drove",
    "Found",
    "Gave",
    "Grew",
    "Held",
    "Kept",
    "Led",
    "Made",
    "Met",
    "Ran",
    "Rebuilt",
    "Sold",
    "Spoke",
    "Taught",
    "Took",
    "Trained",
    "Undertook",
    "Won",
    "Wrote",
];
/// Words in `ed` that begin names of employers, courses and titles.
const ADJECTIVES: &[&str] = &[
    "Accelerated",
    "Accredited",
    "Advanced",
    "Allied",
    "Applied",
    "Associated",
    "Automated",
    "Certified",
    "Chartered",
    "Combined",
    "Computed",
    "Computerized",
    "Consolidated",
    "Continued",
    "Distributed",
    "Embedded",
    "Federated",
    "Integrated",
    "Licensed",
    "Limited",
    "Qualified",
    "Registered",
    "Related",
    "Skilled",
    "Specialised",
    "Specialized",
    "Unified",
    "United",
];

/// Whether a text reads like a sentence.
pub(in crate::fields) fn is_prose(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().take(15).collect();
    let full_stop = text.trim_end().ends_with('.') && !words.last().is_some_and(|word| is_abbreviation(word));
    if words.len() >= 14 || words.len() >= 7 && full_stop {
        return true;
    }
    if tells_a_deed(&words) && !is_title(text) {
        return true;
    }
    if words.len() < 4 || is_title(text) && words.len() < 8 {
        return false;
    }
    // A sentence holds no sign that parts names.
    if words.iter().any(|word| matches!(*word, "@" | "|" | "·" | "•")) {
        return false;
    }
    let lower = words
        .iter()
        .filter(|w| w.starts_with(char::is_lowercase) && !CONNECTORS.contains(w) && !is_abbreviation(w))
        .count();
    let figures = words
        .iter()
        .skip(1)
        .any(|w| w.starts_with(|c: char| c.is_ascii_digit() || "$€£".contains(c)) && !is_abbreviation(w));
    (lower >= 2 || lower >= 1 && figures) && !heads_in_small_letters(text, words.len())
}

/// `S.A.`, `o.o.`, `S.Coop.`: a dot within and at the end, as legal forms have them. A recogniser sees `o.o.` as `0.0.`.
fn is_abbreviation(word: &str) -> bool {
    let inner = word.trim_end_matches([',', ')']).strip_suffix('.');
    inner
        .and_then(|inner| inner.split_once('.'))
        .is_some_and(|(first, rest)| {
            let letters = (1..=2).contains(&first.chars().count()) && first.chars().all(char::is_alphabetic);
            (first == "0" || letters) && (1..=5).contains(&rest.len())
        })
}

/// `Looked after servers`, `Ran 12 wards`: an English verb in the past tense and what was done, not the name of an employer.
fn tells_a_deed(words: &[&str]) -> bool {
    let [verb, object, ..] = words else {
        return false;
    };
    let past = verb.len() > 4 && verb.ends_with("ed") && !ADJECTIVES.contains(verb) || DEEDS.contains(verb);
    past && verb.starts_with(char::is_uppercase)
        && object.starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit())
}

/// Romance languages write fields of study and titles in small letters: `BTS Conception de produits industriels`,
/// `Moniteur de plaine de jeux`.
fn heads_in_small_letters(text: &str, words: usize) -> bool {
    let whole = !text.trim_end().ends_with(['.', ';', ':']);
    whole && (words < 11 && begins_with_degree(text) || words < 7 && begins_like_title(text))
}

/// `Highlights`, `Responsibilities:` and the like.
pub(super) fn is_label(text: &str) -> bool {
    text.len() < 64 && LABELS.contains(&fold_words(text).as_str())
        || text.split_once('\t').is_some_and(|(label, _)| heads_story(label))
}

/// `Project: …`, `Kunde: …`: what stands there is part of a position.
pub(super) fn is_nested(text: &str) -> bool {
    text.split_once(':')
        .is_some_and(|(label, _)| label.len() < 24 && NESTED.contains(&fold_words(label).as_str()))
}

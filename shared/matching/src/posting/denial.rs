//! What a posting says it does not ask for: `no degree required`, `kein Studium nötig`.

use std::ops::Range;

use super::outline::Sentence;
use super::words::{Word, has_any, within};

/// Phrases that deny wherever they stand.
#[rustfmt::skip]
const WHOLE: &[&str] = &[
    "not required", "not necessary", "not needed", "no need", "isnt required", "dont need", "not essential", "not a requirement", "not mandatory",
    "nicht erforderlich", "nicht notig", "nicht notwendig", "kein muss", "keine voraussetzung", "nicht zwingend erforderlich", "nicht vorausgesetzt",
    "no es necesari*", "no son necesari*", "no se requiere*", "no hace falta", "no es imprescindible", "no se necesita*", "no se exige*",
    "pas necessaire*", "pas exige*", "pas requis*", "pas obligatoire*", "pas besoin", "pas indispensable*",
];
/// Words that deny together with a word of need behind them.
const NOT: &[&str] = &[
    "no",
    "not",
    "kein",
    "keine",
    "keinen",
    "keinerlei",
    "aucun",
    "aucune",
    "sans",
    "ohne",
    "sin",
    "without",
    "ningun",
    "ninguna",
];
/// Words of need.
#[rustfmt::skip]
const NEED: &[&str] = &[
    "required", "needed", "necessary", "notig", "noetig", "erforderlich", "notwendig", "exige*", "requis*", "demande*", "requerid*", "necesari*",
    "degree", "diploma", "studium", "abschluss", "diplome*", "titulo", "titulacion", "estudios", "experience", "erfahrung", "vorkenntnisse",
    "experiencia", "vorerfahrung",
];

/// The stretches of a sentence that name what is not asked for.
pub(super) fn denials(text: &str, sentence: &Sentence) -> Vec<Range<usize>> {
    let slice = text.get(sentence.range.clone()).unwrap_or_default();
    let mut denials = Vec::new();
    let mut start = sentence.range.start;
    let cuts = slice
        .match_indices([',', ';', '(', ')'])
        .map(|(at, _)| sentence.range.start + at);
    for cut in cuts.chain([sentence.range.end]) {
        let piece = start..cut;
        if denies(within(&sentence.words, &piece)) {
            denials.push(piece);
        }
        start = cut;
    }
    denials
}

fn denies(words: &[Word]) -> bool {
    let not = words.iter().position(|word| NOT.contains(&word.folded.as_str()));
    has_any(words, WHOLE)
        || not
            .and_then(|at| words.get(at..))
            .is_some_and(|rest| has_any(rest, NEED))
}

#[cfg(test)]
mod tests {
    use super::super::outline::outline;
    use super::*;

    #[test]
    fn what_is_not_asked_for_is_told_from_what_is() {
        for (text, denied) in [
            ("No degree required", true),
            ("Kein Studium nötig", true),
            ("Ein Studium ist nicht erforderlich", true),
            ("Aucun diplôme exigé", true),
            ("No se requiere experiencia ni estudios", true),
            ("No hace falta título universitario", true),
            ("A degree is required", false),
            ("Studium erforderlich", false),
            ("No nonsense attitude", false),
        ] {
            let sentences = outline(text);
            let found = sentences
                .first()
                .is_some_and(|sentence| !denials(text, sentence).is_empty());
            assert_eq!(found, denied, "{text}");
        }
        let text = "Python required, no degree needed";
        let sentences = outline(text);
        let sentence = sentences.first().unwrap();
        assert_eq!(denials(text, sentence), std::slice::from_ref(&(15..text.len())));
    }
}

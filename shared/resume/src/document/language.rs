//! The language of most of the text, told by its small words and the words that head resumes.

use hiring_core::taxonomy::{SortedTable, words};

/// Bytes that are looked at; a resume's language does not change behind them.
const MOST: usize = 40_000;
/// Fewest telling words for an answer.
const FEWEST: f32 = 3.5;
/// How much more telling words than the second language the first must have.
const LEAD: f32 = 1.3;

/// Small words and words of headings with the languages (ISO 639-1) that use them. Written for this project.
static WORDS: SortedTable = SortedTable::new(include_str!("../../data/small_words.tsv"));

/// ISO 639-1 code of the language of most of the text; `None` when it cannot be told.
pub(crate) fn language(text: &str) -> Option<&'static str> {
    let mut end = text.len().min(MOST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end)?;
    let mut scores: Vec<(f32, &'static str)> = Vec::new();
    let mut before = 0;
    let mut lower = String::new();
    for (start, end) in words(text) {
        let letters = end - start;
        // Letters set apart are no words.
        let apart = letters == 1 && before == 1;
        before = letters;
        let Some(word) = text.get(start..end).filter(|word| word.len() <= 24 && !apart) else {
            continue;
        };
        lower.clear();
        if word.is_ascii() {
            lower.push_str(word);
            lower.make_ascii_lowercase();
        } else {
            lower.push_str(&word.to_lowercase().replace('’', "'"));
        }
        let apostrophe = lower.bytes().position(|byte| byte == b'\'');
        let word = lower.get(apostrophe.map_or(0, |at| at + 1)..).unwrap_or_default();
        let Some(codes) = WORDS.get(word) else { continue };
        // A word that several languages share says little; a long one says more than a short one.
        let share = codes.split(',').count() as f32;
        let weight = match word.chars().count() {
            1 => 0.5,
            2..=3 => 1.0,
            _ => 1.5,
        } / share;
        for code in codes.split(',') {
            match scores.iter_mut().find(|(_, known)| *known == code) {
                Some((score, _)) => *score += weight,
                None => scores.push((weight, code)),
            }
        }
    }
    scores.sort_by(|one, other| other.0.total_cmp(&one.0));
    let second = scores.get(1).map_or(0.0, |(score, _)| *score);
    let (first, code) = scores.first()?;
    (*first >= FEWEST && *first >= second * LEAD).then_some(*code)
}

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn the_language_of_resumes_is_told_and_no_wrong_one() {
        for (text, code) in [
            (
                "Work Experience\nManaged a team of five and reduced costs by 20%. Education: University of Leeds",
                Some("en"),
            ),
            (
                "Berufserfahrung\nLeitung der Buchhaltung mit fünf Mitarbeitern, seit Januar 2019 bei der Müller GmbH",
                Some("de"),
            ),
            (
                "Expériences professionnelles\nGestion de la paie pour les salariés, depuis janvier 2019 chez Dupont",
                Some("fr"),
            ),
            (
                "Experiencia profesional\nGestión de la contabilidad y atención a los clientes desde enero de 2019",
                Some("es"),
            ),
            (
                "Esperienza lavorativa\nGestione della contabilità presso la ditta Rossi, con il team di cinque persone per il gruppo",
                Some("it"),
            ),
            (
                "Werkervaring\nVerantwoordelijk voor de administratie van het bedrijf en voor een team met vijf mensen",
                Some("nl"),
            ),
            (
                "Experiência profissional\nResponsável pela gestão da empresa, não só do Brasil mas também dos outros países",
                Some("pt"),
            ),
            (
                "Doświadczenie zawodowe\nPraca w dziale księgowości oraz obsługa klientów na rynku polskim od stycznia",
                Some("pl"),
            ),
            ("Rust Python SQL Kubernetes", None),
            ("", None),
        ] {
            assert_eq!(language(text), code, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_gets_an_answer_or_none(text in "\\PC{0,300}") {
            let known = ["en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "tr"];
            proptest::prop_assert!(language(&text).is_none_or(|code| known.contains(&code)));
        }
    }
}

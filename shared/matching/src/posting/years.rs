//! Years of work that a posting asks for: `5+ years`, `mindestens drei Jahre`, `3-5 ans`, `mínimo 2 años`.

use std::ops::Range;

use hiring_core::job::MAX_EXPERIENCE_YEARS;

use super::words::{Word, any_at, has_any};

/// Words that follow a number of years.
const YEAR: &[&str] = &[
    "year", "years", "yrs", "yr", "jahr", "jahre", "jahren", "an", "ans", "annee", "annees", "ano", "anos",
];
/// Words that follow a number of months.
const MONTH: &[&str] = &[
    "month", "months", "monat", "monate", "monaten", "mois", "mes", "meses",
];
/// Months that make a year of work; what is left over is not counted.
const MONTHS_OF_YEAR: u8 = 12;
/// Words between two numbers of a range.
const TO: &[&str] = &["to", "or", "bis", "oder", "a", "ou", "o", "y"];
/// Words of a request for work done.
#[rustfmt::skip]
const CUES: &[&str] = &[
    "experience", "experienced", "track record", "practice", "background", "worked", "working",
    "erfahrung*", "berufserfahrung*", "praxis*", "berufspraxis", "experience*", "pratique", "anciennete",
    "experiencia*", "practica", "trayectoria",
];
/// Words that follow years of work when no other word says that they are: `8 years in accounting`.
#[rustfmt::skip]
const IN: &[&str] = &["in", "as", "of", "im", "als", "en", "comme", "como", "dans", "with", "mit", "der"];
/// Words near a number that make another thing of it: an age, a term, a company's history.
#[rustfmt::skip]
const OTHER: &[&str] = &[
    "old", "older", "age", "aged", "alt", "alter", "mindestalter", "lebensjahr", "mayor", "edad", "revolus", "age de",
    "last", "past", "previous", "recent", "letzten", "vergangenen", "dernieres", "ultimos", "pasados",
    "contract", "fixed term", "befristet*", "cdd", "contrat", "contrato", "duration", "dauer", "duree", "duracion",
    "history", "geschichte", "histoire", "historia", "since", "seit", "depuis", "desde", "llevamos", "founded", "gegrundet", "fondee",
    "warranty", "service", "guarantee", "residency", "residence",
    "our", "unser*", "notre", "nos", "nuestra", "nuestro", "we have", "wir haben", "nous avons", "tenemos",
];
/// Words before a part of a number of years that was told before: `of which 3 as a controller`.
const PART_OF: &[&str] = &["of which", "davon", "dont", "de los cuales", "including"];
/// Numbers written as words; the value is the place in the list.
#[rustfmt::skip]
const NUMBERS: &[&[&str]] = &[
    &["zero", "null"],
    &["one", "ein", "eine", "einem", "einer", "eins", "un", "une", "uno", "una"],
    &["two", "zwei", "deux", "dos"], &["three", "drei", "trois", "tres"], &["four", "vier", "quatre", "cuatro"],
    &["five", "funf", "fuenf", "cinq", "cinco"], &["six", "sechs", "seis"], &["seven", "sieben", "sept", "siete"],
    &["eight", "acht", "huit", "ocho"], &["nine", "neun", "neuf", "nueve"], &["ten", "zehn", "dix", "diez"],
    &["eleven", "elf", "onze", "once"], &["twelve", "zwolf", "zwoelf", "douze", "doce"],
    &[], &[], &["fifteen", "funfzehn", "fuenfzehn", "quinze", "quince"],
    &[], &[], &[], &[], &["twenty", "zwanzig", "vingt", "veinte"],
];
/// Words on each side of the number that are looked at.
const NEAR: usize = 7;

/// Years asked for, and the words that say so.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Years {
    /// The least number of years.
    pub years: u8,
    /// Bytes of the number and its unit.
    pub range: Range<usize>,
}

/// Every number of years of work among a sentence's words.
pub(super) fn years(words: &[Word]) -> Vec<Years> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match number_of_years(words, at) {
            Some((years, next)) => {
                if let Some(range) = asked(words, at..next).filter(|_| years > 0) {
                    found.push(Years { years, range });
                }
                at = next;
            }
            None => at += 1,
        }
    }
    found
}

/// The least number of years that begins at this word, and the word behind its unit.
fn number_of_years(words: &[Word], at: usize) -> Option<(u8, usize)> {
    let first = words.get(at)?;
    if let Some(years) = in_one_word(&first.folded) {
        return Some((years, at + 1));
    }
    let mut years = number(&first.folded)?;
    let mut next = at + 1;
    let second = |at: usize| words.get(at).and_then(|word| number(&word.folded));
    if words
        .get(next)
        .is_some_and(|word| TO.contains(&word.folded.as_str()))
        && second(next + 1).is_some()
    {
        next += 2;
    } else if second(next).is_some_and(|most| most >= years) {
        next += 1;
    }
    let unit = words.get(next)?.folded.as_str();
    let adjective = ["full", "volle", "vollen", "or more", "und mehr"];
    if let Some(taken) = any_at(words, next, &adjective) {
        next += taken;
    }
    if words
        .get(next)
        .is_some_and(|word| MONTH.contains(&word.folded.as_str()))
    {
        years /= MONTHS_OF_YEAR;
        return Some((years, next + 1));
    }
    let unit_is = |word: &str| YEAR.contains(&word) || word.starts_with("jahrig");
    let unit_at = if unit_is(unit) {
        next
    } else {
        words
            .get(next)
            .filter(|word| unit_is(&word.folded))
            .map(|_| next)?
    };
    Some((years, unit_at + 1))
}

/// `dreijährige`, `fünfjähriger`.
fn in_one_word(word: &str) -> Option<u8> {
    let (number_word, _) = word.split_once("jahrig")?;
    number(number_word)
}

fn number(word: &str) -> Option<u8> {
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return word.parse().ok().filter(|years| *years <= MAX_EXPERIENCE_YEARS);
    }
    let place = NUMBERS.iter().position(|names| names.contains(&word))?;
    u8::try_from(place).ok()
}

/// The bytes of the number, if the words around ask for years of work.
fn asked(words: &[Word], number: Range<usize>) -> Option<Range<usize>> {
    let near = number.start.saturating_sub(NEAR)..(number.end + NEAR).min(words.len());
    let around = words.get(near)?;
    let before = words.get(number.start.saturating_sub(2)..number.start)?;
    let work = around.iter().any(|word| is_cue(&word.folded))
        || has_any(around, CUES)
        || words
            .get(number.end)
            .is_some_and(|word| IN.contains(&word.folded.as_str()));
    // What is the company's, an age or a term lies right around the number.
    let close = words.get(number.start.saturating_sub(5)..(number.end + 3).min(words.len()))?;
    if !work || has_any(close, OTHER) || has_any(before, PART_OF) {
        return None;
    }
    Some(words.get(number.start)?.start..words.get(number.end - 1)?.end)
}

fn is_cue(word: &str) -> bool {
    word.ends_with("erfahrung") || word.ends_with("praxis")
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    fn read(text: &str) -> Vec<u8> {
        years(&words(text, &(0..text.len())))
            .into_iter()
            .map(|years| years.years)
            .collect()
    }

    #[test]
    fn years_of_work_are_read_in_words_and_digits() {
        for (text, expected) in [
            ("5+ years of experience", 5),
            ("3-5 years' experience in retail", 3),
            ("three to five years of experience", 3),
            ("8 to 10 years in accounting, of which 3 years as a controller", 8),
            ("18 months of experience", 1),
            ("mindestens drei Jahre Berufserfahrung", 3),
            ("mindestens 4-jährige Berufserfahrung", 4),
            ("Fünfjährige Erfahrung im Vertrieb", 5),
            ("3-5 ans d'expérience", 3),
            ("une expérience de deux ans minimum", 2),
            ("Mínimo 2 años de experiencia", 2),
            ("experiencia mínima de cuatro años", 4),
        ] {
            assert_eq!(read(text), [expected], "{text}");
        }
    }

    #[test]
    fn ages_terms_and_histories_are_no_years_of_work() {
        for text in [
            "At least 18 years old",
            "Mindestalter 18 Jahre",
            "Mayor de 18 años",
            "our company has 15 years of experience",
            "Seit über 30 Jahren entwickeln wir Software",
            "a contract of 2 years in Berlin",
            "5 days of experience",
            "in the last 5 years of experience",
            "0 years of experience",
            "2019 years of experience",
        ] {
            assert_eq!(read(text), [] as [u8; 0], "{text}");
        }
    }
}

//! The education that a posting asks for.

use std::ops::Range;

use hiring_core::job::EducationLevel;
use hiring_core::job::EducationLevel::{Bachelor, Vocational};

use super::words::{Word, has_any, phrase_at};
use crate::education;

/// Folded words that name a degree beyond doubt. Those without a level are read by [`education::detect`]; the others name
/// no particular degree, and the least that they can mean is taken.
#[rustfmt::skip]
const DEGREES: &[(&str, Option<EducationLevel>)] = &[
    ("degree", Some(Bachelor)), ("university degree", Some(Bachelor)), ("college degree", Some(Bachelor)), ("graduate degree", None),
    ("bachelor*", None), ("bachelor degree", None), ("master degree", None), ("master in", None), ("master of", None), ("masters", None),
    ("master", None), ("msc", None), ("m.sc", None), ("bsc", None), ("b.sc", None), ("mba", None), ("phd", None), ("ph.d", None),
    ("doctorate", None), ("doctoral degree", None), ("beng", None), ("meng", None), ("b.a", None), ("m.a", None), ("llm", None), ("llb", None),
    ("bs in", None), ("ba in", None), ("ms in", None), ("ma in", None), ("associate degree", None), ("high school", None), ("high school diploma", None), ("ged", None), ("gcse*", None), ("a levels", None),
    ("diploma", None), ("apprenticeship", None), ("vocational training", None), ("vocational qualification", None), ("nvq", None), ("hnd", None),
    ("hnc", None), ("btec", None), ("pgce", None),
    ("studium", Some(Bachelor)), ("hochschulstudium", Some(Bachelor)), ("fachhochschulstudium", Some(Bachelor)), ("universitatsstudium", Some(Bachelor)),
    ("hochschulabschluss", Some(Bachelor)), ("universitatsabschluss", Some(Bachelor)), ("studienabschluss", Some(Bachelor)),
    ("akademischer abschluss", Some(Bachelor)), ("masterstudium", None), ("masterabschluss", None), ("diplom", None), ("staatsexamen", None),
    ("promotion abgeschlossen*", None), ("abgeschlossene promotion", None), ("doktortitel", None), ("abitur", None), ("fachabitur", None),
    ("hochschulreife", None), ("fachhochschulreife", None), ("mittlere reife", None), ("realschulabschluss", None), ("hauptschulabschluss", None),
    ("ausbildung", Some(Vocational)), ("berufsausbildung", Some(Vocational)), ("lehre", None), ("gesellenbrief", None), ("meisterbrief", Some(Bachelor)),
    ("techniker ausbildung", Some(Bachelor)),
    ("diplome ingenieur", None), ("ecole ingenieur", None), ("ecole ingenieurs", None), ("doctorat", None), ("licence professionnelle", None),
    ("licence pro", None), ("licence en", None), ("une licence", None), ("formation superieure", Some(Bachelor)), ("bac 5", None), ("bac 4", None),
    ("bac 3", None), ("bac 2", None), ("bac pro", None), ("bac professionnel", Some(Vocational)), ("baccalaureat", None), ("niveau bac", None),
    ("bts", None), ("dut", None), ("but", None), ("cap", None), ("bep", None), ("ecole de commerce", Some(EducationLevel::Master)),
    ("licenciatura", None), ("licenciado en", None), ("licenciada en", None), ("grado en", None), ("grado universitario", None), ("grado superior", None),
    ("grado medio", None), ("graduado en", None), ("graduada en", None), ("titulo universitario", Some(Bachelor)),
    ("titulacion universitaria", Some(Bachelor)), ("titulado en", Some(Bachelor)), ("titulada en", Some(Bachelor)), ("titulado superior", Some(Bachelor)),
    ("estudios universitarios", Some(Bachelor)), ("carrera universitaria", Some(Bachelor)), ("estudios superiores", Some(Bachelor)),
    ("formacion universitaria", Some(Bachelor)), ("ingenieria tecnica", None), ("ingenieria informatica", Some(Bachelor)), ("ingenieria industrial", Some(Bachelor)), ("ingenieria superior", Some(EducationLevel::Master)),
    ("master en", None), ("maestria", None), ("doctorado", None), ("fp", None), ("formacion profesional", None),
    ("ciclo formativo", None), ("tecnico superior en", None), ("bachillerato", None), ("eso", None),
];
/// Folded words of a course that still runs or is given to others: what is studied is no completed education.
#[rustfmt::skip]
const UNDER_WAY: &[&str] = &[
    "studierst", "studieren", "student", "studentin", "studierende*", "eingeschrieben", "immatrikuliert", "preparez", "preparant", "etudiant*",
    "en cours", "cursando", "estudiante*", "pursuing", "enrolled", "currently studying", "azubi*", "apprentices",
];

/// A degree that a sentence names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Degree {
    /// Its level.
    pub level: EducationLevel,
    /// Its bytes.
    pub range: Range<usize>,
    /// No particular degree: `a degree`, `Studium`.
    general: bool,
}

/// Whether a sentence speaks of a course that still runs.
pub(super) fn is_under_way(words: &[Word]) -> bool {
    has_any(words, UNDER_WAY)
}

/// The degrees that a sentence names, in text order.
pub(super) fn degrees(text: &str, words: &[Word]) -> Vec<Degree> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let longest = DEGREES
            .iter()
            .filter_map(|(phrase, level)| Some((phrase_at(words, at, phrase)?, *level)))
            .max_by_key(|(taken, _)| *taken);
        let Some((taken, known)) = longest else {
            at += 1;
            continue;
        };
        found.extend(degree(text, words, at..at + taken, known));
        at += taken;
    }
    found
}

fn degree(text: &str, words: &[Word], at: Range<usize>, known: Option<EducationLevel>) -> Option<Degree> {
    let range = words.get(at.start)?.start..words.get(at.end - 1)?.end;
    let written = text.get(range.clone())?;
    // `master new tools`, `but`: a degree's name alone has a capital.
    if at.len() == 1
        && matches!(words.get(at.start)?.folded.as_str(), "master" | "lehre")
        && !written.starts_with(char::is_uppercase)
    {
        return None;
    }
    // `Scrum Master`: the word before may make another thing of it.
    let before = at.start.checked_sub(1).and_then(|before| words.get(before));
    if before.is_some_and(|word| matches!(word.folded.as_str(), "scrum" | "web" | "quiz" | "yard")) {
        return None;
    }
    let level = match known {
        Some(level) => level,
        // `Bac +5` and `Bac+5` are one name.
        None => education::detect(&written.replace('+', " "))?,
    };
    Some(Degree {
        level,
        range,
        general: known.is_some() && level == Bachelor,
    })
}

/// The one that is the least to bring along: among alternatives the lowest, a particular degree rather than `a degree`.
pub(super) fn least(degrees: Vec<Degree>) -> Option<Degree> {
    let particular = degrees
        .iter()
        .any(|degree| !degree.general && degree.level >= Bachelor);
    degrees
        .into_iter()
        .filter(|degree| !(particular && degree.general))
        .min_by_key(|degree| degree.level)
}

#[cfg(test)]
mod tests {
    use hiring_core::job::EducationLevel::{Doctorate, Master, Secondary};

    use super::super::words::words;
    use super::*;

    fn level(text: &str) -> Option<EducationLevel> {
        least(degrees(text, &words(text, &(0..text.len())))).map(|degree| degree.level)
    }

    #[test]
    fn the_least_degree_of_a_sentence_counts() {
        for (text, expected) in [
            ("Bachelor's degree in computer science", Some(Bachelor)),
            ("a university degree (Master)", Some(Master)),
            ("Bachelor's or Master's degree", Some(Bachelor)),
            ("PhD in chemistry", Some(Doctorate)),
            ("High school diploma", Some(Secondary)),
            ("NVQ Level 3", Some(Vocational)),
            (
                "Abgeschlossenes Studium oder vergleichbare Ausbildung",
                Some(Vocational),
            ),
            ("Abgeschlossenes Studium der Physik", Some(Bachelor)),
            ("Diplôme d'ingénieur ou Bac+5", Some(Master)),
            ("Bac +2", Some(Vocational)),
            ("CAP cuisine", Some(Vocational)),
            ("Grado en Enfermería", Some(Bachelor)),
            ("FP Grado Superior", Some(Vocational)),
            ("You master new tools, but slowly", None),
            ("MS Office", None),
            ("Scrum Master", None),
        ] {
            assert_eq!(level(text), expected, "{text}");
        }
    }
}

//! The level of education that a degree's name tells, in English, German, French and Spanish.
//!
//! Levels follow the European Qualifications Framework; professional doctorates (MD, JD, PharmD) count as doctorates
//! and a German Meister, Techniker or Fachwirt as EQF 6, as in the German framework. A postgraduate certificate shows the
//! bachelor's degree that it needs.

mod degrees;

use hiring_core::job::EducationLevel;

use self::degrees::PHRASES;
use crate::fold::fold;

/// One word of a degree's name.
struct Word {
    folded: String,
    /// With several capitals (`MA`, `MEd`) or dots (`m.a.`).
    abbreviated: bool,
}

/// The highest level named in a degree's text, for instance `M.Sc. Informatik`, or `None` when it names none.
#[must_use]
pub fn detect(degree: &str) -> Option<EducationLevel> {
    let words = words(degree);
    let mut rest = words.as_slice();
    let mut highest = None;
    while !rest.is_empty() {
        let longest = PHRASES
            .iter()
            .filter_map(|(phrase, level)| Some((matched_words(phrase, rest)?, *level)))
            .reduce(|best, other| if other.0 > best.0 { other } else { best });
        let (taken, level) = longest.unwrap_or((1, None));
        highest = highest.max(level);
        rest = rest.get(taken..).unwrap_or_default();
    }
    highest
}

/// How many words the phrase takes at the start of `words`, if it matches there.
fn matched_words(phrase: &str, words: &[Word]) -> Option<usize> {
    let mut count = 0;
    for pattern in phrase.split(' ') {
        let word = words.get(count)?;
        let matches = if let Some(start) = pattern.strip_suffix('*') {
            word.folded.starts_with(start)
        } else if let Some(end) = pattern.strip_prefix('*') {
            word.folded.ends_with(end)
        } else if pattern.starts_with(|c: char| c.is_ascii_uppercase()) {
            word.abbreviated && word.folded.eq_ignore_ascii_case(pattern)
        } else {
            word.folded == pattern
        };
        if !matches {
            return None;
        }
        count += 1;
    }
    Some(count)
}

/// The words of a degree's name; dots inside and after abbreviations vanish, so `B.Sc.` is `bsc`.
fn words(degree: &str) -> Vec<Word> {
    let separates = |c: char| !(c.is_alphanumeric() || matches!(c, '.' | '+' | '\'' | '’'));
    degree
        .split(separates)
        .map(|word| {
            let plain = word.replace('.', "");
            let capitals = plain.chars().filter(|c| c.is_uppercase()).count();
            let abbreviated = word.contains('.') || capitals > 1;
            let folded = fold(&plain);
            Word {
                folded: folded.trim_end_matches("'s").to_owned(),
                abbreviated,
            }
        })
        .filter(|word| !word.folded.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use hiring_core::job::EducationLevel::{Bachelor, Doctorate, Master, Secondary, Vocational};

    use super::*;

    fn check(level: Option<EducationLevel>, degrees: &[&str]) {
        for degree in degrees {
            assert_eq!(detect(degree), level, "{degree}");
        }
    }

    #[test]
    fn degrees_are_told_in_four_languages() {
        check(
            Some(Doctorate),
            &[
                "Ph.D.",
                "Dr. rer. nat.",
                "PhD in Physics",
                "Doctorat",
                "Doctorado en Química",
                "M.D.",
            ],
        );
        check(
            Some(Master),
            &[
                "M.Sc. Informatik",
                "Master's degree",
                "MBA",
                "MEd",
                "M.A.",
                "MA",
                "MS, Finance",
                "Diplom-Kaufmann",
                "Dipl.-Ing.",
                "Staatsexamen",
                "Diplôme d'ingénieur",
                "Máster en Finanzas",
                "Maîtrise",
                "Bac+5",
            ],
        );
        check(
            Some(Bachelor),
            &[
                "B.Sc.",
                "BSc (Hons)",
                "BA",
                "BEd",
                "PGCE",
                "Bachelor of Arts",
                "B. Sc.",
                "Bachelorstudium",
                "Licence en droit",
                "Licenciatura",
                "Grado en Economía",
                "B.Tech",
                "Industriemeister",
                "Dipl.-Ing. (FH)",
            ],
        );
        check(
            Some(Vocational),
            &[
                "Ausbildung zur Bankkauffrau",
                "Berufsausbildung",
                "A.A.S.",
                "Associate of Science",
                "BTS",
                "Técnico Superior",
                "Diploma in Nursing",
                "Apprenticeship",
                "Grado superior",
            ],
        );
        check(
            Some(Secondary),
            &[
                "Abitur",
                "High School Diploma",
                "A-levels",
                "Baccalauréat",
                "Bachillerato",
                "Mittlere Reife",
            ],
        );
    }

    #[test]
    fn the_highest_of_several_counts() {
        check(
            Some(Master),
            &["BSc and MSc", "Bachelor/Master of Science", "Abitur, Diplom"],
        );
    }

    #[test]
    fn ordinary_words_are_no_degrees() {
        check(
            None,
            &[
                "",
                "Certified Scrum Master",
                "as a nurse",
                "Ms Miller",
                "be me",
                "Marketing",
                "...",
            ],
        );
    }

    #[test]
    fn a_doctorate_under_way_is_a_master() {
        check(
            Some(Master),
            &["PhD candidate", "Doktorandin", "Doctoral student"],
        );
    }
}

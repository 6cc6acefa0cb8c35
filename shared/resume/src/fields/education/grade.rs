//! Final grades: `GPA 3.8/4.0`, `Note 1,7`, `mention bien`, `First Class`, `sobresaliente`.

use std::ops::Range;

use hiring_core::taxonomy::fold;

/// Words before a grade in figures, folded.
const LABELS: &[&str] = &[
    "gpa",
    "cgpa",
    "wam",
    "grade",
    "final grade",
    "overall grade",
    "average",
    "note",
    "abschlussnote",
    "gesamtnote",
    "endnote",
    "notendurchschnitt",
    "durchschnittsnote",
    "durchschnitt",
    "schnitt",
    "abschluss",
    "nota",
    "nota media",
    "nota final",
    "promedio",
    "calificacion",
    "expediente",
    "moyenne",
    "moyenne generale",
    "percentage",
    "score",
    "result",
];

/// Grades in words, folded, as they begin.
const WORDS: &[&str] = &[
    "summa cum laude",
    "magna cum laude",
    "cum laude",
    "first class",
    "first-class",
    "upper second",
    "lower second",
    "second class",
    "third class",
    "with distinction",
    "with honours",
    "with honors",
    "with merit",
    "with high distinction",
    "distinction",
    "merit",
    "mention",
    "felicitations du jury",
    "avec felicitations",
    "avec mention",
    "major de promotion",
    "mit auszeichnung",
    "mit sehr gutem erfolg",
    "sehr gut",
    "gut bestanden",
    "sobresaliente",
    "matricula de honor",
    "notable",
    "mencion honorifica",
    "aprobado",
    "premio extraordinario",
    "2:1",
    "2:2",
    "1st class",
    "2.1 honours",
    "pradikatsexamen",
    "vollbefriedigend",
    "dean's list",
    "valedictorian",
];

/// Longest grade, in bytes.
const LONGEST: usize = 48;

/// The grade that a short text says, and nothing else: bytes of the grade, its label left out.
pub(super) fn grade(text: &str) -> Option<Range<usize>> {
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || "()[],;.•–-".contains(c));
    let start = text.find(trimmed)?;
    if trimmed.is_empty() || trimmed.len() > LONGEST {
        return None;
    }
    let folded = fold(trimmed);
    if WORDS.iter().any(|word| begins(&folded, word)) {
        let stays = trimmed.split_whitespace().count() <= 5;
        return stays.then(|| start..start + trimmed.len());
    }
    let figures = trimmed.find(|c: char| c.is_ascii_digit())?;
    let label = fold(trimmed.get(..figures)?);
    let label = label.trim_matches(|c: char| !c.is_alphanumeric());
    let value = trimmed.get(figures..)?;
    let valid = value.chars().all(|c| {
        c.is_ascii_digit() || " .,/%:()".contains(c) || matches!(c, 'o' | 'f' | 's' | 'u' | 'r' | 'v' | 'n')
    });
    (LABELS.contains(&label) && valid).then(|| start + figures..start + trimmed.len())
}

fn begins(text: &str, word: &str) -> bool {
    text.strip_prefix(word)
        .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// The grade within a longer text: in brackets, behind a comma, a bar or a semicolon.
pub(super) fn grade_within(text: &str) -> Option<Range<usize>> {
    let mut from = 0;
    let ends = text
        .char_indices()
        .filter(|(at, c)| {
            matches!(c, '(' | ')' | ';' | '|' | '\t' | '–')
                || *c == ',' && text.get(at + 1..).is_some_and(|rest| rest.starts_with(' '))
        })
        .map(|(at, c)| (at, at + c.len_utf8()))
        .chain([(text.len(), text.len())]);
    for (end, next) in ends {
        if let Some(found) = text.get(from..end).and_then(grade) {
            return Some(from + found.start..from + found.end);
        }
        from = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_are_read_in_words_and_figures() {
        for (text, expected) in [
            ("GPA 3.8/4.0", Some("3.8/4.0")),
            ("GPA: 3.8", Some("3.8")),
            ("Abschlussnote 2,1", Some("2,1")),
            ("Note: 1,7", Some("1,7")),
            ("mention bien", Some("mention bien")),
            ("First Class Honours", Some("First Class Honours")),
            ("Nota media: 8,5/10", Some("8,5/10")),
            ("cum laude", Some("cum laude")),
            ("BSc (Hons), 2:1", Some("2:1")),
            ("University of Leeds (CGPA 9.5/10)", Some("9.5/10")),
            ("Mathematics", None),
            ("Notes on SAP", None),
            ("Graded 12 papers", None),
        ] {
            assert_eq!(grade_within(text).map(|range| &text[range]), expected, "{text}");
        }
    }
}

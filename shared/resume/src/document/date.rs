//! The document's own date: `Berlin, 14.03.2026`, `Stand: März 2026`, `Last updated in June 2026`.

use chrono::{Datelike, Days, NaiveDate};
use hiring_core::taxonomy::{fold, fold_words};

use super::DocumentDate;
use crate::fields::month_of;
use crate::layout::Visible;
use crate::words::{Words, listed};

/// Lines at the top and at the bottom that may hold it.
const TOP: usize = 12;
const BOTTOM: usize = 14;
/// Longest line that does, in bytes.
const MAX_LINE: usize = 90;
/// Oldest year that counts.
const OLDEST: i32 = 2000;
/// How many days the document's day may lie behind the day of reading: clocks and time zones differ.
const AHEAD: u64 = 2;
/// Labels of the date, folded.
const LABELS: &[&str] = &[
    "last updated",
    "updated",
    "last update",
    "last modified",
    "stand",
    "aktualisiert",
    "zuletzt aktualisiert",
    "letzte aktualisierung",
    "mis a jour",
    "mise a jour",
    "derniere mise a jour",
    "actualizado",
    "ultima actualizacion",
    "actualizacion",
    "fecha",
    "datum",
    "ort, datum",
    "ort und datum",
    "date",
    "as of",
    "status",
    "fait a",
    "en date du",
    "version",
];
/// Words that tell of another date, folded.
static OTHER: Words = Words::new(
    "born|birth|geburtsdatum|geboren|geb|nacimiento|naissance|ne|nee|nacido|nacida|dob|start|available|availability|\
    verfugbar|eintritt|eintrittsdatum|disponible|expires|expiry|gultig|valid|since|seit|depuis|desde|issued|exam|prufung|age",
);

/// The document's own date, if it shows one that is not after `today`.
pub(crate) fn date(visible: &Visible, today: NaiveDate) -> Option<DocumentDate> {
    let count = visible.lines.len();
    let numbers = (0..count).filter(|at| *at < TOP || *at + BOTTOM >= count);
    let found = numbers.filter_map(|at| {
        let text = visible.line_text(visible.lines.get(at)?);
        text.split(['\t', '|', '·'])
            .filter(|cell| cell.len() <= MAX_LINE)
            .find_map(|cell| in_cell(cell.trim()))
    });
    let latest = today.checked_add_days(Days::new(AHEAD)).unwrap_or(today);
    found
        .filter(|date| date.day <= latest && date.day.year() >= OLDEST)
        .max_by_key(|date| date.day)
}

/// The date of a label and date, or of a place and day.
fn in_cell(cell: &str) -> Option<DocumentDate> {
    // A date has a year of four figures.
    if !cell
        .as_bytes()
        .windows(4)
        .any(|four| four.iter().all(u8::is_ascii_digit))
    {
        return None;
    }
    let folded = fold(cell);
    if folded
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| listed(&OTHER, word))
    {
        return None;
    }
    let start = cell.char_indices().position(|(at, _)| {
        point(
            cell.get(at..).unwrap_or_default(),
            cell.get(..at).unwrap_or_default(),
        )
        .is_some()
    })?;
    let at = cell.char_indices().nth(start).map(|(at, _)| at)?;
    let (before, rest) = (cell.get(..at)?, cell.get(at..)?);
    let (year, month, day, length) = point(rest, before)?;
    let behind = rest.get(length..)?.trim_matches(|c: char| !c.is_alphanumeric());
    let label = fold_words(before);
    let label = label
        .trim_end_matches(" in")
        .trim_end_matches(" on")
        .trim_end_matches(" le")
        .trim_end_matches(" am")
        .trim_end_matches(" vom");
    let labelled = LABELS.iter().any(|known| fold_words(known) == label);
    let signed = day.is_some() && is_place(before);
    if !(labelled || signed) || behind.split_whitespace().count() > 2 {
        return None;
    }
    let first = NaiveDate::from_ymd_opt(year, month, day.unwrap_or(1))?;
    let value = match day {
        Some(_) => first.format("%Y-%m-%d").to_string(),
        None => first.format("%Y-%m").to_string(),
    };
    Some(DocumentDate { value, day: first })
}

/// `Berlin, den `, `Lyon, le `, `Madrid, a `, `Fait à Lyon, le `: a name and a comma.
fn is_place(before: &str) -> bool {
    let trimmed = before.trim();
    let head = ["den", "le", "a", "am", "the", "el"]
        .iter()
        .find_map(|word| trimmed.strip_suffix(word).filter(|head| head.ends_with(' ')))
        .unwrap_or(trimmed);
    let Some(name) = head.trim_end().strip_suffix(',') else {
        return false;
    };
    let name = ["Fait à ", "En ", "Ort, Datum: "]
        .iter()
        .find_map(|start| name.strip_prefix(start))
        .unwrap_or(name);
    (1..=3).contains(&name.split_whitespace().count())
        && name.starts_with(char::is_uppercase)
        && name
            .chars()
            .all(|c| c.is_alphabetic() || c.is_whitespace() || matches!(c, '-' | '.' | '(' | ')' | '/'))
}

/// Year, month, day and bytes of the date that begins here, `before` standing in front.
fn point(text: &str, before: &str) -> Option<(i32, u32, Option<u32>, usize)> {
    if before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '-')) {
        return None;
    }
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || " .,/-".contains(c)))
        .unwrap_or(text.len())
        .min(40);
    let end = (0..=end).rev().find(|end| text.is_char_boundary(*end))?;
    let mut tokens: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for token in text.get(..end)?.split_inclusive([' ', '.', ',', '/', '-']) {
        let word = token.trim_end_matches([' ', '.', ',', '/', '-']);
        at += token.len();
        if !word.is_empty() && !matches!(word, "de" | "of" | "del") {
            tokens.push((at - (token.len() - word.len()), word));
        }
        if tokens.len() == 3 {
            break;
        }
    }
    let number = |at: usize| {
        tokens.get(at).and_then(|(_, word)| {
            word.trim_end_matches(['t', 'h', 's', 'n', 'd', 'r', 'e'])
                .parse::<u32>()
                .ok()
        })
    };
    let year = |at: usize| {
        let (_, word) = tokens.get(at)?;
        let year = word.parse::<i32>().ok()?;
        (word.len() == 4 && (1950..2100).contains(&year)).then_some(year)
    };
    let named = |at: usize| tokens.get(at).and_then(|(_, word)| month_of(word));
    let month = |at: usize| named(at).or_else(|| number(at).filter(|month| (1..=12).contains(month)));
    let day = |at: usize| number(at).filter(|day| (1..=31).contains(day));
    let length = |at: usize| tokens.get(at).map(|(end, _)| *end);
    // 14.03.2026, 14 March 2026; March 14, 2026; 2026-03-14; March 2026, 03/2026; 2026-03
    if let (Some(d), Some(m), Some(y)) = (day(0), month(1), year(2)) {
        return Some((y, m, Some(d), length(2)?));
    }
    if let (Some(m), Some(d), Some(y)) = (named(0), day(1), year(2)) {
        return Some((y, m, Some(d), length(2)?));
    }
    if let (Some(y), Some(m), Some(d)) = (year(0), month(1), day(2)) {
        return Some((y, m, Some(d), length(2)?));
    }
    if let (Some(m), Some(y)) = (month(0), year(1)) {
        return Some((y, m, None, length(1)?));
    }
    let (y, m) = (year(0)?, month(1)?);
    Some((y, m, None, length(1)?))
}

#[cfg(test)]
mod tests {
    use super::in_cell;

    fn shown(text: &str) -> String {
        in_cell(text).map_or(String::new(), |date| date.value)
    }

    #[test]
    fn signatures_and_labels_date_a_document() {
        for (text, date) in [
            ("Berlin, 14.03.2026", "2026-03-14"),
            ("Berlin, den 14. März 2026", "2026-03-14"),
            ("Lyon, le 3 février 2026", "2026-02-03"),
            ("Madrid, a 14 de marzo de 2026", "2026-03-14"),
            ("Stand: März 2026", "2026-03"),
            ("Stand 03/2026", "2026-03"),
            ("Last updated in June 2026", "2026-06"),
            ("Last updated: 2026-06-30", "2026-06-30"),
            ("Last updated in Nov. 2026", "2026-11"),
            ("Mis à jour le 5 mai 2026", "2026-05-05"),
            ("Fecha: 14/03/2026", "2026-03-14"),
            ("Updated March 14, 2026", "2026-03-14"),
        ] {
            assert_eq!(shown(text), date, "{text}");
        }
    }

    #[test]
    fn births_positions_and_examinations_do_not() {
        for other in [
            "Geboren am 12.03.1990 in Köln",
            "01/2019 - 03/2021 Controller",
            "Date of birth: 12.03.1990",
            "März 2026",
            "14.03.2026",
            "Controller, Berlin",
            "Verfügbar ab: 01.04.2026",
            "Acme GmbH, Controller, März 2019",
            "",
        ] {
            assert_eq!(shown(other), "", "{other}");
        }
    }
}

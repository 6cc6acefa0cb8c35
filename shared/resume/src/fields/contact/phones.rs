//! Telephone numbers: where they stand in a line.

use std::ops::Range;

use hiring_core::taxonomy::fold_words;

use super::telephone::{known_lengths, normal};
use super::{Found, MOST};
use crate::fields::Context;
use crate::layout::Line;
use crate::words::{Words, listed, year_at};

/// Labels of telephone numbers, folded.
static LABELS: Words = Words::new(
    "tel|tel.|telephone|telefon|phone|mobile|mobil|cell|cellphone|handy|fon|portable|telefono|movil|celular|\
    p|m|t|h|c|gsm|whatsapp|telefonnummer|mobiltelefon|phone number|privat|contact|rufnummer|mob|ph|telf|tlf|\
    tfno|mobilnummer|handynummer|numero|natel|call",
);
/// Labels of numbers that nobody calls to reach the person, folded.
static OTHER_LABELS: Words = Words::new(
    "fax|telefax|iban|bic|id|nr|no|number|nummer|dni|nif|nie|ssn|steuer-id|steuernummer|matrikelnummer|\
    passport|konto|license|licence|born|geboren|geb|dob|birth|geburtsdatum|nacimiento|naissance|orcid|isbn|\
    doi|siret|vat|ust-id|zip|plz|rpps|colegiado|lizenz|personalausweis|securite",
);

/// A number with how it is marked.
#[derive(Debug)]
struct Number {
    range: Range<usize>,
    labelled: bool,
}

/// Telephone numbers of the lines with contact data; when those hold none, the first that is marked as one. `country`
/// (ISO 3166-1 alpha-2) is where the person lives, `language` the document's.
pub(super) fn phones(
    context: &Context<'_>,
    contact: &[usize],
    country: Option<&str>,
    language: Option<&str>,
) -> Vec<Found> {
    let lines = &context.visible.lines;
    let read = |line: &Line, penalty: f32| -> Vec<(bool, Found)> {
        let text = context.visible.line_text(line);
        let found = numbers(text).into_iter().filter_map(|number| {
            let raw = text.get(number.range.clone())?;
            let (value, confidence) = normal(raw, country, language);
            let bonus = if number.labelled { 0.03 } else { 0.0 };
            let confidence = (confidence + bonus - penalty).min(0.98);
            let range = line.range.start + number.range.start..line.range.start + number.range.end;
            let marked = number.labelled || raw.starts_with('+');
            Some((marked, Found::new(context.visible, range, value, confidence)?))
        });
        found.collect()
    };
    let mut ranked: Vec<(bool, Found)> = Vec::new();
    for line in contact.iter().filter_map(|at| lines.get(*at)) {
        let other = is_somebody_else(context.visible.line_text(line));
        ranked.extend(read(line, 0.0).into_iter().map(|(_, found)| (other, found)));
    }
    if ranked.is_empty() {
        let marked = lines
            .iter()
            .flat_map(|line| read(line, 0.2))
            .find(|(marked, _)| *marked);
        ranked.extend(marked);
    }
    ranked.sort_by_key(|(other, _)| *other);
    let mut found: Vec<Found> = Vec::new();
    for (_, next) in ranked {
        if found.len() < MOST && !found.iter().any(|known| known.leaf.value == next.leaf.value) {
            found.push(next);
        }
    }
    found
}

/// Whether a line names a person with their title, as the lines of referees do.
fn is_somebody_else(text: &str) -> bool {
    const TITLES: [&str; 13] = [
        "Mr ", "Mr. ", "Mrs ", "Ms ", "Dr ", "Dr. ", "Prof", "Herr ", "Frau ", "Mme ", "M. ", "Sr. ", "Sra. ",
    ];
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    TITLES.iter().any(|title| text.starts_with(title)) && text.contains(',')
}

/// Whether a text is nothing but a label of a telephone number.
pub(super) fn is_label(text: &str) -> bool {
    text.len() < 24 && listed(&LABELS, &fold_words(text))
}

/// Byte ranges of the numbers in a line, extensions included.
pub(super) fn ranges(text: &str) -> Vec<Range<usize>> {
    numbers(text).into_iter().map(|number| number.range).collect()
}

fn numbers(text: &str) -> Vec<Number> {
    let mut found = Vec::new();
    let mut at = 0;
    let first = |c: char| c.is_ascii_digit() || c == '+' || c == '(';
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(first)) {
        let start = at + start;
        let rest = text.get(start..).unwrap_or_default();
        let length = rest
            .find(|c: char| !(c.is_ascii_digit() || " +()-./\u{a0}\u{202f}‐‑–".contains(c)))
            .unwrap_or(rest.len());
        let length = length.max(rest.chars().next().map_or(1, char::len_utf8));
        let before = text.get(..start).unwrap_or_default();
        let after = text.get(start + length..).unwrap_or_default();
        let glued = before
            .ends_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '_' | '-' | '@' | '=' | '#' | '.'))
            || after.starts_with(|c: char| c.is_alphabetic() && !matches!(c, 'x' | 'e' | 'E'))
                && !rest.get(..length).is_some_and(|run| run.ends_with(' '));
        let label = if is_money(before, after) {
            Some(false)
        } else {
            label(before)
        };
        if !glued && label != Some(false) {
            for piece in pieces(rest.get(..length).unwrap_or_default()) {
                let range = start + piece.start..start + piece.end;
                let raw = text.get(range.clone()).unwrap_or_default();
                if is_phone(raw, label == Some(true)) {
                    let more = extension(text.get(range.end..).unwrap_or_default());
                    found.push(Number {
                        range: range.start..range.end + more,
                        labelled: label == Some(true),
                    });
                }
            }
        }
        at = start + length;
    }
    found
}

/// Whether the words before a number say that it is a telephone's (`Some(true)`) or something else's (`Some(false)`).
fn label(before: &str) -> Option<bool> {
    let near = before.char_indices().rev().nth(40).map_or(0, |(at, _)| at);
    let tail = before
        .get(near..)?
        .rsplit(['|', '\t', '•', ',', ';'])
        .find(|piece| !piece.trim().is_empty())?;
    let folded = fold_words(tail);
    let mut words = folded.split(' ').rev().filter(|word| !word.is_empty());
    let last = words.next()?;
    let other = |word: &str| listed(&OTHER_LABELS, word);
    let known = |word: &str| listed(&LABELS, word);
    let marked = tail.trim_end().ends_with([':', '.', '#', '°']);
    match words.next() {
        Some(previous) if known(previous) && matches!(last, "nr" | "no" | "number" | "nummer" | "n") => {
            Some(true)
        }
        _ if other(last) => Some(false),
        _ if known(last) && (last.len() > 1 || marked || folded.len() == 1) => Some(true),
        _ => None,
    }
}

/// A run of digits and separators as one number, or as several when it is too long for one.
fn pieces(run: &str) -> Vec<Range<usize>> {
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    let plus = run
        .trim_start_matches(['(', ' '])
        .get(1..)
        .is_some_and(|rest| rest.contains('+'));
    let mut cuts = vec![0];
    if plus || digits > 13 {
        let marks = run.char_indices().filter(|(at, c)| match c {
            '+' => *at > 0,
            '/' => digits > 13,
            _ => false,
        });
        cuts.extend(marks.map(|(at, c)| if c == '/' { at + 1 } else { at }));
    }
    cuts.push(run.len());
    let edge = |c: char| !(c.is_ascii_digit() || matches!(c, '+' | '('));
    let ranges = cuts.windows(2).filter_map(|pair| {
        let (from, to) = (pair.first().copied()?, pair.last().copied()?);
        let shown = run.get(from..to)?;
        let open = shown.trim_start_matches(edge);
        let start = to - open.len();
        // A bracket that only opens before the next number is not dialled.
        let end = start + open.trim_end_matches(|c: char| !c.is_ascii_digit()).len();
        (end > start).then_some(start..end)
    });
    ranges.collect()
}

fn is_phone(raw: &str, labelled: bool) -> bool {
    let digits: String = raw.chars().filter(char::is_ascii_digit).collect();
    if !(7..=15).contains(&digits.len()) || is_date(raw, &digits) || is_orcid(raw) {
        return false;
    }
    // `2391 (2018)`
    let year_behind = raw
        .rsplit_once('(')
        .is_some_and(|(_, tail)| tail.len() == 4 && year_at(tail).is_some());
    if year_behind {
        return false;
    }
    if raw.contains(" - ") || raw.contains(" – ") {
        return labelled && digits.len() >= 9;
    }
    let plus = raw.trim_start_matches('(').starts_with('+') || raw.starts_with("00");
    if plus {
        return known_lengths(raw) || digits.len() >= 9;
    }
    let groups = raw
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .count();
    let zero = digits.starts_with('0');
    if !labelled && is_postal_code(raw) {
        return false;
    }
    labelled
        || zero && digits.len() >= 9
        || groups > 1 && digits.len() >= 8
        || groups == 1 && (9..=10).contains(&digits.len())
}

/// Days, months and spans of years.
fn is_date(raw: &str, digits: &str) -> bool {
    if raw.starts_with('+') || year_at(raw).is_none() {
        return false;
    }
    let groups: Vec<&str> = raw
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .collect();
    let day = |group: &&str| group.len() <= 2 && group.parse::<u32>().is_ok_and(|n| (1..=31).contains(&n));
    let year = |group: &&str| group.len() == 4 && year_at(group).is_some();
    let dated = groups.iter().all(|group| day(group) || year(group));
    dated && (digits.len() <= 8 || groups.iter().filter(|group| year(group)).count() > 1)
}

/// Whether a currency or `%` stands beside the digits.
fn is_money(before: &str, after: &str) -> bool {
    let after = after.trim_start();
    [
        "€", "$", "£", "%", "EUR", "USD", "CHF", "GBP", "Mio", "Euro", "euro",
    ]
    .iter()
    .any(|sign| after.starts_with(sign))
        || before.trim_end().ends_with(['€', '$', '£'])
}

/// `94105-1234`, `01310-100`.
fn is_postal_code(raw: &str) -> bool {
    let lengths = raw.split_once('-').map(|(head, tail)| (head.len(), tail.len()));
    matches!(lengths, Some((5, 3 | 4) | (4, 3)))
}

fn is_orcid(raw: &str) -> bool {
    let groups: Vec<&str> = raw.split('-').collect();
    groups.len() == 4
        && groups.iter().take(3).all(|group| group.len() == 4)
        && groups.first().is_some_and(|group| group.starts_with("000"))
}

/// Bytes of ` ext. 12`, `x12` behind a number.
fn extension(after: &str) -> usize {
    let rest = after.trim_start_matches([' ', ',']);
    let lower = rest
        .get(..rest.len().min(16))
        .unwrap_or_default()
        .to_ascii_lowercase();
    let mark = ["extension", "ext.", "ext", "durchwahl", "poste", "x", "dw"]
        .iter()
        .find(|mark| lower.starts_with(**mark));
    let Some(behind) = mark.and_then(|mark| rest.get(mark.len()..)) else {
        return 0;
    };
    let digits = behind.trim_start_matches([' ', ':', '.']);
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    let glued = digits
        .get(count..)
        .is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
    if (1..=6).contains(&count) && !glued {
        after.len() - digits.len() + count
    } else {
        0
    }
}

#[cfg(test)]
mod tests;

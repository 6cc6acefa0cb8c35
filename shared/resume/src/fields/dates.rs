//! Dates and spans of time as resumes write them, in English, German, French and Spanish.

use std::ops::Range;

use hiring_core::taxonomy::fold;

use crate::words::{is_year, present_prefix};

/// A month (or a year) with the place it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dated {
    /// Bytes in the text that was searched.
    pub range: Range<usize>,
    pub year: i32,
    pub month: Option<u32>,
    pub present: bool,
}

impl Dated {
    /// `YYYY-MM`, `YYYY` or `present`.
    pub fn value(&self) -> String {
        match (self.present, self.month) {
            (true, _) => "present".to_owned(),
            (false, Some(month)) => format!("{}-{month:02}", self.year),
            (false, None) => self.year.to_string(),
        }
    }
}

/// A span of time, or a single date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Period {
    pub range: Range<usize>,
    pub start: Dated,
    pub end: Option<Dated>,
}

/// Months by their beginnings, folded; longer words must go on as a month's name does.
const MONTHS: [&str; 12] = [
    "january januar janvier enero jan janv ene jaenner janner",
    "february februar fevrier febrero feb fevr fev febr",
    "march marz maerz mars marzo mar mrz",
    "april avril abril apr avr abr",
    "may mai mayo",
    "june juni juin junio jun",
    "july juli juillet julio jul juil",
    "august aout agosto aug ago",
    "september septembre septiembre sep sept set",
    "october oktober octobre octubre oct okt",
    "november novembre noviembre nov",
    "december dezember decembre diciembre dec dez dic",
];

/// Words and signs between the two ends of a span, folded.
const BETWEEN: &[&str] = &[
    "-", "–", "—", "−", "‐", "‑", "~", "to", "bis", "a", "au", "al", "hasta", "until", "till", "→",
    "through", "jusqu'a", "jusqu'en", "zu",
];
/// Words before the start of a span that goes on.
const SINCE: &[&str] = &[
    "since", "seit", "depuis", "desde", "from", "ab", "von", "de", "du",
];

/// Every span and single date in a text.
pub(super) fn periods(text: &str) -> Vec<Period> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = next_date(text, at) {
        at = start.range.end;
        let end = end_of(text, &start);
        let range = start.range.start..end.as_ref().map_or(start.range.end, |end| end.range.end);
        at = at.max(range.end);
        let end = end.or_else(|| open_end(text, &start));
        found.push(Period { range, start, end });
    }
    found
}

/// The first span with both ends, else the first date.
pub(super) fn period(text: &str) -> Option<Period> {
    let all = periods(text);
    let whole = all.iter().position(|period| period.end.is_some()).unwrap_or(0);
    all.into_iter().nth(whole)
}

fn end_of(text: &str, start: &Dated) -> Option<Dated> {
    let rest = text.get(start.range.end..)?;
    let gap = rest.len()
        - rest
            .trim_start_matches([' ', '\t', '\n', '\u{a0}', ',', ')', ':'])
            .len();
    let rest = rest.get(gap..)?;
    let word_length = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let word = fold(rest.get(..word_length)?);
    let sign = rest.chars().next().filter(|c| "-–—−‐‑~→".contains(*c));
    let taken = match sign {
        Some(sign) => sign.len_utf8(),
        None if BETWEEN.contains(&word.as_str()) => word_length,
        None => return None,
    };
    let after = rest.get(taken..)?;
    let blank = after.len() - after.trim_start_matches([' ', '\t', '\n', '\u{a0}']).len();
    let from = start.range.end + gap + taken + blank;
    let tail = text.get(from..)?;
    if let Some(end) = date_at(text, from) {
        return Some(end);
    }
    let head: String = tail.chars().take(24).collect();
    let folded = fold(&head);
    let skipped = ["the ", "a ", "la ", "l'", "le "]
        .iter()
        .find_map(|word| folded.strip_prefix(word).map(|_| word.len()));
    let skipped = skipped.filter(|_| present_prefix(&folded).is_none()).unwrap_or(0);
    let length = present_prefix(folded.get(skipped..)?)? + skipped;
    let end = from + byte_length(tail, length);
    Some(Dated {
        range: from..end,
        year: 9999,
        month: None,
        present: true,
    })
}

/// Bytes of the text whose folded form has this many bytes (folding shortens accented letters).
fn byte_length(text: &str, folded_length: usize) -> usize {
    let mut folded = 0;
    for (at, c) in text.char_indices() {
        if folded >= folded_length {
            return at;
        }
        folded += fold(c.encode_utf8(&mut [0; 4])).len();
    }
    text.len()
}

/// `since 2020` goes on.
fn open_end(text: &str, start: &Dated) -> Option<Dated> {
    let before = text.get(..start.range.start)?.trim_end();
    let word = before.rsplit(|c: char| !c.is_alphabetic()).next()?;
    let since = SINCE.iter().take(4).any(|since| fold(word) == *since);
    since.then(|| Dated {
        range: start.range.clone(),
        year: 9999,
        month: None,
        present: true,
    })
}

fn next_date(text: &str, from: usize) -> Option<Dated> {
    let mut two_before: Option<char> = None;
    let mut before: Option<char> = text.get(..from)?.chars().next_back();
    for (at, c) in text.get(from..)?.char_indices() {
        // `555-2019` is part of a number.
        let within = match before {
            Some('-' | '/') => c.is_ascii_digit() && two_before.is_some_and(|b| b.is_ascii_digit()),
            Some(b) => b.is_alphanumeric(),
            None => false,
        };
        two_before = before;
        before = Some(c);
        if !within
            && c.is_alphanumeric()
            && let Some(date) = date_at(text, from + at)
        {
            return Some(date);
        }
    }
    None
}

fn date_at(text: &str, at: usize) -> Option<Dated> {
    let rest = text.get(at..)?;
    let found = |length: usize, year: i32, month: Option<u32>| {
        let end = at + length;
        let clear = !text
            .get(end..)
            .is_some_and(|tail| tail.starts_with(char::is_alphanumeric));
        clear.then_some(Dated {
            range: at..end,
            year,
            month,
            present: false,
        })
    };
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        let (length, year, month) = numeric(rest.as_bytes())?;
        return found(length, year, month);
    }
    let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let word = rest.get(..length).filter(|word| word.len() <= 12)?;
    let month = month(&fold(word))?;
    let tail = rest.get(length..)?;
    let gap = tail.len()
        - tail
            .trim_start_matches(['.', ',', ' ', '\u{a0}', '\'', '’', '/', '-', '\n', '\t'])
            .len();
    let of = ["de ", "del ", "of "]
        .iter()
        .find(|word| tail.get(gap..).is_some_and(|t| t.starts_with(**word)));
    let gap = gap + of.map_or(0, |word| word.len());
    if gap > 8 {
        return None;
    }
    let digits = tail.as_bytes().get(gap..)?;
    match digits.get(..4) {
        Some(window) if is_year(window) => found(length + gap + 4, number(window), Some(month)),
        _ => {
            let window = digits
                .get(..2)
                .filter(|w| w.iter().all(u8::is_ascii_digit) && gap > 0)?;
            let quoted = tail.get(..gap).is_some_and(|gap| gap.contains(['\'', '’', '-']));
            let year = number(window) + if number(window) < 50 { 2000 } else { 1900 };
            if quoted {
                found(length + gap + 2, year, Some(month))
            } else {
                None
            }
        }
    }
}

fn month(word: &str) -> Option<u32> {
    MONTHS
        .iter()
        .zip(1..)
        .find(|(names, _)| names.split(' ').any(|name| name == word))
        .map(|(_, number)| number)
}

fn number(digits: &[u8]) -> i32 {
    digits
        .iter()
        .fold(0, |value, digit| value * 10 + i32::from(digit.wrapping_sub(b'0')))
}

/// `2019`, `2019-03`, `03/2019`, `01.03.2019`, `2019-03-01`: length in bytes, year, month.
fn numeric(bytes: &[u8]) -> Option<(usize, i32, Option<u32>)> {
    let digits = |from: usize| {
        bytes
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let separator = |at: usize| bytes.get(at).is_some_and(|b| matches!(b, b'-' | b'/' | b'.'));
    let valid = |range: Range<usize>| {
        let month = number(bytes.get(range)?);
        (1..=12).contains(&month).then_some(month as u32)
    };
    let first = digits(0);
    if first == 4 && is_year(bytes.get(..4)?) {
        let year = number(bytes.get(..4)?);
        let second = digits(5);
        if separator(4)
            && (second == 2 || second == 1)
            && let Some(month) = valid(5..5 + second)
        {
            let day = digits(6 + second);
            let whole = separator(5 + second) && (day == 2 || day == 1);
            return Some((
                if whole { 6 + second + day } else { 5 + second },
                year,
                Some(month),
            ));
        }
        return Some((4, year, None));
    }
    if (first == 1 || first == 2) && separator(first) {
        let second = digits(first + 1);
        if second == 4 && is_year(bytes.get(first + 1..first + 5)?) {
            return Some((
                first + 5,
                number(bytes.get(first + 1..first + 5)?),
                valid(0..first),
            ));
        }
        let third = first + second + 2;
        if (second == 1 || second == 2)
            && separator(first + second + 1)
            && is_year(bytes.get(third..third + 4)?)
        {
            return Some((
                third + 4,
                number(bytes.get(third..third + 4)?),
                valid(first + 1..first + 1 + second),
            ));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(text: &str) -> (String, Option<String>) {
        let period = period(text).unwrap();
        (period.start.value(), period.end.map(|end| end.value()))
    }

    #[test]
    fn spans_are_read_in_many_styles() {
        for (text, start, end) in [
            ("December 2022 – October\n2026", "2022-12", Some("2026-10")),
            ("Nov, 2023 - Present", "2023-11", Some("present")),
            ("2022-12 – heute", "2022-12", Some("present")),
            ("09.2016 – 07.2020", "2016-09", Some("2020-07")),
            ("03/2019-Now", "2019-03", Some("present")),
            ("2020-2022", "2020", Some("2022")),
            ("juil. 2023 – sept. 2025", "2023-07", Some("2025-09")),
            ("août 2020 à aujourd’hui", "2020-08", Some("present")),
            ("enero de 2019 hasta la actualidad", "2019-01", Some("present")),
            ("seit März 2021", "2021-03", Some("present")),
            ("Jan '19 to Feb '20", "2019-01", Some("2020-02")),
            ("Graduated 2013", "2013", None),
        ] {
            assert_eq!(ends(text), (start.to_owned(), end.map(str::to_owned)), "{text}");
        }
        assert_eq!(period("Led 12 people, 3000 users, (212) 555-2019"), None);
    }
}

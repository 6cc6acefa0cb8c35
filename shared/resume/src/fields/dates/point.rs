//! One date: a year, a month, a day, a season or a quarter.

use std::ops::Range;

use super::cursor::{BLANKS, Cursor};
use super::words::{OF, ROUGHLY, may_begin, month, season};

/// A date as far as the text says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    /// Bytes in the text.
    pub range: Range<usize>,
    /// `None` for a month alone, which only counts as the first end of a span within one year.
    pub year: Option<i32>,
    pub month: Option<u32>,
    /// Month in which a season, term or quarter begins.
    pub about: Option<u32>,
    /// The year has two digits and could be something else: counts only as an end of a span.
    pub weak: bool,
}

/// Signs between the parts of a date in figures.
const SIGNS: &[char] = &['-', '/', '.', '‐', '‑'];
/// What may stand between a month's name and its year.
const AFTER_MONTH: &[char] = &[
    '.', ',', ' ', '\u{a0}', '\u{202f}', '\'', '’', '‘', '/', '-', '‑', '\n', '\t',
];
/// Marks before a year of two digits.
const QUOTES: &[char] = &['\'', '’', '‘', '`', '´'];

/// The date that starts at a byte.
pub(super) fn point_at(text: &str, at: usize) -> Option<Point> {
    let mut cursor = Cursor::new(text, at);
    if !may_begin(cursor.rest()) {
        return None;
    }
    for _ in 0..2 {
        let mut copy = cursor;
        if !copy.eat_word(ROUGHLY) {
            break;
        }
        copy.skip(&['-', '/'], 1);
        copy.eat_word(OF);
        cursor = copy;
    }
    let first = cursor.peek()?;
    let mut found = if first.is_ascii_digit() {
        in_figures(cursor).or_else(|| day_first(cursor))
    } else if QUOTES.contains(&first) {
        quoted(cursor)
    } else {
        in_words(cursor)
    }?;
    found.range.start = at;
    let clear = Cursor::new(text, found.range.end).clear();
    clear.then_some(found)
}

fn point(cursor: Cursor<'_>, year: Option<i32>, month: Option<u32>) -> Point {
    Point {
        range: cursor.at..cursor.at,
        year,
        month,
        about: None,
        weak: false,
    }
}

/// The century of a year of two digits: the last one whose year is not far ahead.
fn century(short: i32) -> i32 {
    if short < 50 { 2000 + short } else { 1900 + short }
}

fn valid_month(number: i32) -> Option<u32> {
    u32::try_from(number)
        .ok()
        .filter(|month| (1..=12).contains(month))
}

fn valid_day(number: i32) -> bool {
    (1..=31).contains(&number)
}

/// A sign between figures, blanks around a slash allowed.
fn sign(cursor: &mut Cursor<'_>) -> bool {
    let mut copy = *cursor;
    copy.skip(BLANKS, 1);
    let slash = copy.peek() == Some('/');
    let spaced = copy.at > cursor.at;
    if !copy.eat(SIGNS) || spaced && !slash {
        return false;
    }
    if slash && spaced {
        copy.skip(BLANKS, 1);
    }
    *cursor = copy;
    true
}

/// `2019`, `2019-03`, `2019-03-01`, `03/2019`, `01.03.2019`, `03/19`, `01.03.19`.
fn in_figures(mut cursor: Cursor<'_>) -> Option<Point> {
    let mut copy = cursor;
    if let Some(year) = copy.year() {
        return Some(year_first(copy, year));
    }
    let first = cursor.small()?;
    if !sign(&mut cursor) {
        return None;
    }
    let mut after_one = cursor;
    if let Some(year) = after_one.year() {
        return Some(point(after_one, Some(year), valid_month(first)));
    }
    let second_digits = cursor.digits(2)?;
    let second: i32 = second_digits.parse().ok()?;
    let mut after_two = cursor;
    if sign(&mut after_two) {
        let mut long = after_two;
        let month = valid_month(second)
            .filter(|_| valid_day(first))
            .or_else(|| valid_month(first).filter(|_| valid_day(second)))?;
        if let Some(year) = long.year() {
            return Some(point(long, Some(year), Some(month)));
        }
        let short = after_two.digits(2).filter(|digits| digits.len() == 2)?;
        let year = century(short.parse().ok()?);
        return Some(Point {
            weak: true,
            ..point(after_two, Some(year), Some(month))
        });
    }
    let month = valid_month(first)?;
    let year = century(second);
    (second_digits.len() == 2 && (1960..2050).contains(&year)).then(|| Point {
        weak: true,
        ..point(cursor, Some(year), Some(month))
    })
}

fn year_first(cursor: Cursor<'_>, year: i32) -> Point {
    let whole = point(cursor, Some(year), None);
    let mut copy = cursor;
    if !sign(&mut copy) {
        return whole;
    }
    let Some(month) = copy.small().and_then(valid_month) else {
        return whole;
    };
    if !copy.clear() {
        return whole;
    }
    let mut day = copy;
    if sign(&mut day) && day.small().is_some_and(valid_day) && day.clear() {
        copy = day;
    }
    point(copy, Some(year), Some(month))
}

/// `1. April 2019`, `15 de marzo de 2019`, `1er avril 2019`, `3rd quarter 2020`.
fn day_first(mut cursor: Cursor<'_>) -> Option<Point> {
    let number = cursor.small().filter(|day| valid_day(*day))?;
    cursor.eat_word(&["st", "nd", "rd", "th", "er", "e", "eme"]);
    cursor.eat(&['.', 'º', '°']);
    cursor.skip(BLANKS, 1);
    cursor.eat_word(OF);
    let mut copy = cursor;
    let word = copy.word()?;
    let part = match word.as_str() {
        "quarter" | "quartal" | "trimestre" => Some((number, 3)),
        "halbjahr" | "semestre" | "half" => Some((number, 6)),
        _ => None,
    };
    match part {
        Some((number, length)) if number * length <= 12 => {
            copy.skip(&[' ', '\u{a0}', ',', '/'], 2);
            copy.eat_word(OF);
            let year = copy.year()?;
            Some(Point {
                about: u32::try_from((number - 1) * length + 1).ok(),
                ..point(copy, Some(year), None)
            })
        }
        _ => in_words(cursor).filter(|found| found.month.is_some() && found.year.is_some()),
    }
}

/// `'19`.
fn quoted(mut cursor: Cursor<'_>) -> Option<Point> {
    cursor.eat(QUOTES);
    let digits = cursor.digits(2).filter(|digits| digits.len() == 2)?;
    let year = century(digits.parse().ok()?);
    Some(Point {
        weak: true,
        ..point(cursor, Some(year), None)
    })
}

/// `March 2019`, `März`, `Summer 2019`, `WS 2019/20`, `Q3 2020`.
fn in_words(cursor: Cursor<'_>) -> Option<Point> {
    let mut copy = cursor;
    let word = copy.word()?;
    if let Some(number) = month(&word) {
        return Some(with_year(copy, number));
    }
    let about = match (season(&word), word.as_str()) {
        (Some(about), _) => about,
        (None, "q" | "t") => part_number(&mut copy, 4)?,
        (None, "h") => part_number(&mut copy, 2)?,
        _ => return None,
    };
    copy.skip(&[' ', '\u{a0}', ',', '/', '-', '.'], 2);
    copy.eat_word(OF);
    copy.eat(QUOTES);
    let mut short = copy;
    let year = match copy.year() {
        Some(year) => year,
        None => {
            let digits = short.digits(2).filter(|digits| digits.len() == 2)?;
            copy = short;
            century(digits.parse().ok()?)
        }
    };
    let mut next = copy;
    if next.eat(&['/']) && next.digits(4).is_some_and(|digits| digits.len() % 2 == 0) && next.clear() {
        copy = next;
    }
    Some(Point {
        about: Some(about),
        ..point(copy, Some(year), None)
    })
}

/// First month of a quarter or half by its number.
fn part_number(cursor: &mut Cursor<'_>, parts: i32) -> Option<u32> {
    let number = cursor.digits(1)?.parse::<i32>().ok()?;
    let valid = (1..=parts).contains(&number);
    u32::try_from((number - 1) * (12 / parts) + 1)
        .ok()
        .filter(|_| valid)
}

/// The year behind a month's name, a day between them allowed.
fn with_year(after_name: Cursor<'_>, month: u32) -> Point {
    let mut cursor = after_name;
    let gap_start = cursor.at;
    let skipped = cursor.skip(AFTER_MONTH, 4);
    let gap = after_name.rest().get(..cursor.at - gap_start).unwrap_or_default();
    cursor.eat_word(OF);
    let mut day = cursor;
    if day.small().is_some_and(valid_day) {
        day.eat_word(&["st", "nd", "rd", "th"]);
        if day.skip(&[' ', ',', '\u{a0}'], 3) > 0
            && let Some(year) = day.year()
        {
            return point(day, Some(year), Some(month));
        }
    }
    let mut long = cursor;
    if skipped > 0
        && let Some(year) = long.year()
    {
        return point(long, Some(year), Some(month));
    }
    let mut short = cursor;
    let quoted = gap.contains(QUOTES) || gap.contains(['-', '/']);
    if !gap.contains('\n')
        && skipped > 0
        && let Some(digits) = short.digits(2).filter(|digits| digits.len() == 2)
        && let Ok(number) = digits.parse::<i32>()
    {
        return Point {
            weak: !quoted,
            ..point(short, Some(century(number)), Some(month))
        };
    }
    let mut alone = after_name;
    alone.eat(&['.']);
    point(alone, None, Some(month))
}

//! Amounts of money: numbers with thousands, decimals, a factor and a currency.

use std::ops::Range;

/// Names of currencies as they stand beside an amount, the longer first.
#[rustfmt::skip]
const CURRENCIES: &[(&str, &str)] = &[
    ("US$", "USD"), ("CA$", "CAD"), ("A$", "AUD"), ("€", "EUR"), ("$", "USD"), ("£", "GBP"), ("CHF", "CHF"), ("SFr.", "CHF"), ("Fr.", "CHF"), ("EUR", "EUR"),
    ("Euros", "EUR"), ("euros", "EUR"), ("Euro", "EUR"), ("euro", "EUR"), ("EURO", "EUR"), ("USD", "USD"), ("GBP", "GBP"), ("MXN", "MXN"), ("CAD", "CAD"),
    ("PLN", "PLN"), ("SEK", "SEK"),
];
/// What multiplies an amount by a thousand, the longer first.
const THOUSANDS: &[&str] = &["TEUR", "Tsd.", "Tsd", "tsd", "mil", "k", "K", "T"];
/// What makes an amount too great to be pay.
const MILLIONS: &[&str] = &[
    "M", "m€", "Mio", "mio", "million", "Million", "Mrd", "bn", "B", "mill",
];
/// Most bytes between the two amounts of a range.
const MAX_GAP: usize = 24;

/// One amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amount {
    /// The number as written, in hundredths.
    pub hundredths: u64,
    /// 1, or 1000 with `k`.
    pub factor: u64,
    /// ISO 4217, where one is written beside it.
    pub currency: Option<&'static str>,
    /// Its bytes with currency and factor.
    pub range: Range<usize>,
}

impl Amount {
    /// The value in hundredths.
    pub fn value(&self) -> u64 {
        self.hundredths.saturating_mul(self.factor)
    }

    /// Whether another amount behind it makes a range with it.
    pub fn reaches(&self, text: &str, other: &Self) -> bool {
        let between = text.get(self.range.end..other.range.start).unwrap_or_default();
        let joined = between.trim().to_lowercase();
        let joins = [
            "-", "–", "—", "to", "bis", "à", "a", "y", "et", "and", "und", "hasta", "up to", "bis zu",
        ];
        between.len() <= MAX_GAP
            && joins.contains(&joined.as_str())
            && self
                .currency
                .is_none_or(|own| other.currency.is_none_or(|their| own == their))
    }
}

/// The numbers of a stretch of text, with what stands beside them. Numbers with millions, percents and times are left out.
pub(super) fn amounts(text: &str, range: &Range<usize>) -> Vec<Amount> {
    let slice = text.get(range.clone()).unwrap_or_default();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = slice
        .get(at..)
        .and_then(|rest| rest.find(|c: char| c.is_ascii_digit()))
    {
        let start = at + next;
        let (hundredths, end) = number(slice, start);
        at = end;
        let glued = slice
            .get(..start)
            .and_then(|before| before.chars().next_back())
            .is_some_and(|c| c.is_alphabetic() && !ends_with_currency(slice.get(..start)));
        if let Some(amount) = amount(slice, start..end, hundredths).filter(|_| !glued) {
            at = amount.range.end.max(end);
            found.push(Amount {
                range: amount.range.start + range.start..amount.range.end + range.start,
                ..amount
            });
        }
    }
    found
}

fn ends_with_currency(before: Option<&str>) -> bool {
    before.is_some_and(|before| CURRENCIES.iter().any(|(name, _)| before.ends_with(name)))
}

/// The number that begins at this byte, in hundredths, and where it ends.
fn number(slice: &str, start: usize) -> (u64, usize) {
    let bytes = slice.as_bytes();
    let digits = |from: usize| {
        bytes
            .iter()
            .skip(from)
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let value = |from: usize, count: usize| {
        slice
            .get(from..from + count)
            .and_then(|digits| digits.parse::<u64>().ok())
            .unwrap_or(u64::MAX / 1_000_000)
    };
    let mut end = start + digits(start);
    let mut whole = value(start, end - start).min(u64::MAX / 1_000_000);
    loop {
        let Some(mark) = slice
            .get(end..)
            .and_then(|rest| rest.chars().next())
            .filter(|c| matches!(c, '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}'))
        else {
            return (whole.saturating_mul(100), end);
        };
        let after = end + mark.len_utf8();
        match digits(after) {
            3 => {
                whole = whole
                    .saturating_mul(1000)
                    .saturating_add(value(after, 3))
                    .min(u64::MAX / 1_000_000);
                end = after + 3;
            }
            count @ 1..=2 if matches!(mark, '.' | ',') => {
                let part = value(after, count) * if count == 1 { 10 } else { 1 };
                return (whole.saturating_mul(100).saturating_add(part), after + count);
            }
            _ => return (whole.saturating_mul(100), end),
        }
    }
}

/// The amount of a number: `None` for a year's digits glued to letters, a percent, millions.
fn amount(slice: &str, number: Range<usize>, hundredths: u64) -> Option<Amount> {
    let before = slice.get(..number.start)?;
    let mut range = number.clone();
    let mut currency = None;
    let trimmed = before.trim_end_matches([' ', '\u{a0}']);
    if let Some((name, code)) = CURRENCIES
        .iter()
        .find(|(name, _)| trimmed.ends_with(name) && before.len() - trimmed.len() <= 2)
    {
        range.start = trimmed.len() - name.len();
        currency = Some(*code);
    }
    let behind = |from: usize| slice.get(from..).unwrap_or_default();
    let blank = |from: usize| {
        from + behind(from)
            .chars()
            .take(1)
            .filter(|c| matches!(c, ' ' | '\u{a0}' | '\u{202f}'))
            .map(char::len_utf8)
            .sum::<usize>()
    };
    let mut at = blank(number.end);
    if MILLIONS.iter().any(|name| starts_word(behind(at), name)) || behind(at).starts_with('%') {
        return None;
    }
    let mut factor = 1;
    if let Some(name) = THOUSANDS.iter().find(|name| starts_word(behind(at), name)) {
        factor = 1000;
        if *name == "TEUR" {
            currency = currency.or(Some("EUR"));
        }
        range.end = at + name.len();
        at = blank(range.end);
    }
    if let Some((name, code)) = CURRENCIES.iter().find(|(name, _)| starts_word(behind(at), name)) {
        currency = currency.or(Some(*code));
        range.end = at + name.len();
    }
    Some(Amount {
        hundredths,
        factor,
        currency,
        range,
    })
}

/// Whether the text starts with this name and no word goes on behind it; a currency's sign may follow at once.
fn starts_word(text: &str, name: &str) -> bool {
    text.strip_prefix(name)
        .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u64, Option<&'static str>)> {
        amounts(text, &(0..text.len()))
            .iter()
            .map(|amount| (amount.value() / 100, amount.currency))
            .collect()
    }

    #[test]
    fn amounts_are_read_as_four_languages_write_them() {
        assert_eq!(read("65.000-80.000 €"), [(65_000, None), (80_000, Some("EUR"))]);
        assert_eq!(read("$120k–150k"), [(120_000, Some("USD")), (150_000, None)]);
        assert_eq!(read("45 K€"), [(45_000, Some("EUR"))]);
        assert_eq!(read("CHF 130'000"), [(130_000, Some("CHF"))]);
        assert_eq!(read("2 300 € brut"), [(2_300, Some("EUR"))]);
        assert_eq!(read("15,50 €"), [(15, Some("EUR"))]);
        assert_eq!(read("60-70 T€"), [(60, None), (70_000, Some("EUR"))]);
        assert_eq!(read("$40M, 80 %, €3 Mio"), []);
    }
}

//! What is paid: `65.000-80.000 € brutto/Jahr`, `$120k–150k`, `45 K€`.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::amounts::{Amount, amounts};
use super::headings::Part;
use super::outline::Sentence;
use super::words::{Word, has_any, words};

/// For which time the amounts of a posting are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// A year.
    Year,
    /// A month.
    Month,
    /// A week.
    Week,
    /// A day.
    Day,
    /// An hour.
    Hour,
}

impl Period {
    /// The name used in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Week => "week",
            Self::Day => "day",
            Self::Hour => "hour",
        }
    }
}

#[rustfmt::skip]
const PERIODS: &[(Period, &[&str])] = &[
    (Period::Hour, &["hour", "hourly", "hr", "h", "stunde", "stundenlohn", "std", "heure", "horaire", "hora"]),
    (Period::Day, &["day", "daily", "tag", "tagessatz", "tjm", "jour", "journalier", "dia"]),
    (Period::Week, &["week", "weekly", "woche", "semaine", "semana"]),
    (Period::Month, &["month", "monthly", "monat", "monatlich", "monatsgehalt", "mtl", "mois", "mensuel*", "mes", "mensual*"]),
    (Period::Year, &["year", "yearly", "yr", "annum", "annual*", "p.a", "pa", "jahr", "jahrlich", "jahresgehalt", "jahresbrutto", "par an", "brut an", "l an", "annuel*", "annee", "ano", "anual*"]),
];
/// Words that show that an amount is pay.
#[rustfmt::skip]
const CUES: &[&str] = &[
    "salary", "pay", "compensation", "wage", "ote", "gross", "rate", "remuneration", "base", "gehalt*", "jahresgehalt", "monatsgehalt", "stundenlohn", "lohn*",
    "vergutung*", "verguetung*", "bezahlung", "brutto*", "entgelt*", "salaire", "brut", "net", "fixe", "gratification", "indemnite", "tjm", "salario", "sueldo", "bruto",
    "brutos", "retribucion", "remuneracion", "netto", "fijo", "neto", "netos", "verdienst", "tarif*",
];
/// Words that show that it is other money.
#[rustfmt::skip]
const OTHER: &[&str] = &[
    "budget", "budgets", "revenue", "turnover", "raised", "funding", "sales target", "portfolio", "referral", "voucher", "allowance", "stipend", "fund", "valuation",
    "umsatz*", "gutschein*", "zuschuss", "weiterbildungsbudget", "chiffre d affaires", "chiffre affaires", "ca", "levee", "facturacion", "ventas anuales", "presupuesto",
    "million", "millions", "millionen", "mio", "millones", "prime de", "ticket*", "tickets",
];

/// Most words of a line at the head of a posting that may hold an amount and nothing about it.
const MAX_LINE_WORDS: usize = 10;
/// Amounts of one sentence that are looked at.
const MAX_AMOUNTS: usize = 8;

/// Pay as a posting tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pay {
    /// The least, in hundredths.
    pub min: u64,
    /// The most, in hundredths; the least again when only one amount is told.
    pub max: u64,
    /// ISO 4217.
    pub currency: &'static str,
    /// For which time.
    pub period: Period,
    /// The bytes of the amounts.
    pub range: Range<usize>,
    /// Bytes of the amounts and of the words around them that tell the period.
    pub range_with_period: Range<usize>,
}

/// The pay that a posting tells; the first that a word of pay stands beside, else the first.
pub(super) fn pay(text: &str, sentences: &[Sentence]) -> Option<Pay> {
    let mut best: Option<(bool, Pay)> = None;
    for sentence in sentences
        .iter()
        .filter(|sentence| !matches!(sentence.part, Part::Company | Part::Duties))
    {
        if has_any(&sentence.words, OTHER) && !has_any(&sentence.words, CUES) {
            continue;
        }
        if let Some((sure, pay)) = in_sentence(text, sentence)
            && best.as_ref().is_none_or(|(known, _)| sure && !known)
        {
            best = Some((sure, pay));
        }
    }
    best.map(|(_, pay)| pay)
}

fn in_sentence(text: &str, sentence: &Sentence) -> Option<(bool, Pay)> {
    let mut found = amounts(text, &sentence.range);
    found.truncate(MAX_AMOUNTS);
    let all = words(text, &sentence.range);
    let sure = has_any(&all, CUES);
    found.iter().enumerate().find_map(|(at, first)| {
        let second = found.get(at + 1).filter(|second| first.reaches(text, second));
        let currency = first.currency.or(second.and_then(|second| second.currency))?;
        let (min, max) = values(first, second);
        let range = first.range.start..second.unwrap_or(first).range.end;
        let told = period(&all, &range);
        let period = told
            .as_ref()
            .map(|(period, _)| *period)
            .or_else(|| usual(max, sure))?;
        // Other money in the same sentence has other words right around it.
        let other = near(&all, &range, 3);
        let told = told.map(|(_, place)| place);
        let whole = told
            .as_ref()
            .filter(|place| place.start >= range.end && place.start - range.end < 40);
        let end = whole.map_or(range.end, |place| place.end);
        // An amount alone at the head of a posting is its pay.
        let alone = sentence.part == Part::Head && sentence.words.len() <= MAX_LINE_WORDS;
        (told.is_some() || sure || alone || second.is_some()).then_some(())?;
        (!has_any(other, OTHER)).then(|| {
            let pay = Pay {
                min,
                max,
                currency,
                period,
                range_with_period: range.start..end,
                range: range.clone(),
            };
            (sure, pay)
        })
    })
}

/// Both amounts; a factor or thousands written behind the second only count for both: `45 - 55 K€`.
fn values(first: &Amount, second: Option<&Amount>) -> (u64, u64) {
    let Some(second) = second else {
        return (first.value(), first.value());
    };
    let factor = if first.factor == 1 && first.hundredths < 100_000 {
        second.factor
    } else {
        first.factor
    };
    (first.hundredths.saturating_mul(factor), second.value())
}

/// The period that the sentence's words tell, nearest behind the amounts first.
fn period(words: &[Word], amounts: &Range<usize>) -> Option<(Period, Range<usize>)> {
    let places = (0..words.len()).filter_map(|at| {
        let (period, taken) = PERIODS
            .iter()
            .filter_map(|(period, names)| Some((*period, super::words::any_at(words, at, names)?)))
            .max_by_key(|(_, taken)| *taken)?;
        let range = words.get(at)?.start..words.get(at + taken - 1)?.end;
        Some((period, range))
    });
    places.min_by_key(|(_, range)| {
        let behind = range.start.checked_sub(amounts.end);
        (
            behind.is_none(),
            behind.unwrap_or_else(|| amounts.start.saturating_sub(range.end)),
        )
    })
}

/// The period that such an amount usually is for, where none is told.
fn usual(hundredths: u64, sure: bool) -> Option<Period> {
    match hundredths / 100 {
        10_000..=2_000_000 => Some(Period::Year),
        1_000..=9_999 if sure => Some(Period::Month),
        _ => None,
    }
}

fn near<'w>(words: &'w [Word], range: &Range<usize>, count: usize) -> &'w [Word] {
    let from = words.partition_point(|word| word.start < range.start);
    let to = words.partition_point(|word| word.end <= range.end);
    words
        .get(from.saturating_sub(count)..(to + count).min(words.len()))
        .unwrap_or_default()
}

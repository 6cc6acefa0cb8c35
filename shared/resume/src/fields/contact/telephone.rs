//! Telephone numbers as they are dialled from abroad (E.164).

use hiring_core::taxonomy::SortedTable;

/// Calling code -> country and lengths of its national numbers; country -> calling code, national prefix and lengths.
static NUMBERS: SortedTable = SortedTable::new(include_str!("../../../data/telephone.tsv"));

/// Longest calling code, in digits.
const MAX_CODE: usize = 3;

/// How a country's numbers are made.
#[derive(Debug, Clone, Copy)]
struct Plan {
    code: &'static str,
    /// Dialled before a national number within the country, as `0` in Germany; empty where there is none.
    prefix: &'static str,
    lengths: &'static str,
}

impl Plan {
    fn of(country: &str) -> Option<Self> {
        let row = NUMBERS.get(&country.to_ascii_lowercase())?;
        let mut cells = row.split(';');
        Some(Self {
            code: cells.next()?,
            prefix: cells.next()?,
            lengths: cells.next()?,
        })
    }

    fn fits(&self, national: &str) -> bool {
        fits(self.lengths, national.len())
    }

    /// The national number without the prefix; `None` when the digits are no number of this country.
    fn national<'a>(&self, digits: &'a str) -> Option<&'a str> {
        let national = match self.prefix {
            "" => digits,
            prefix => match digits.strip_prefix(prefix) {
                Some(national) => national,
                // America's prefix is dialled, and hardly ever written.
                None if prefix == "1" => digits,
                None => return None,
            },
        };
        let possible = self.fits(national) && (self.code != "1" || is_american(national));
        possible.then_some(national)
    }
}

fn fits(lengths: &str, length: usize) -> bool {
    lengths.split(',').any(|known| known.parse() == Ok(length))
}

/// Area and exchange codes of the North American plan begin with 2 to 9.
fn is_american(national: &str) -> bool {
    let bytes = national.as_bytes();
    let sound = |at: usize| bytes.get(at).is_some_and(|digit| (b'2'..=b'9').contains(digit));
    bytes.len() == 10 && sound(0) && sound(3)
}

/// Whether a number with a country's code has a code and a length that exist.
pub(super) fn known_lengths(raw: &str) -> bool {
    international(&digits_of(raw)).is_some()
}

/// Digits, with a `+` in front where one stands or `00` says the same; a `(0)` behind a code is not dialled.
fn digits_of(raw: &str) -> String {
    let plus = raw.trim_start_matches(['(', ' ']).starts_with('+');
    let shown = if plus || raw.starts_with("00") {
        raw.replace("(0)", "")
    } else {
        raw.to_owned()
    };
    let main = shown
        .find(|c: char| c.is_alphabetic())
        .and_then(|cut| shown.get(..cut))
        .unwrap_or(&shown);
    let digits: String = main.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("00") {
        Some(rest) if !plus => format!("+{rest}"),
        _ if plus => format!("+{digits}"),
        _ => digits,
    }
}

/// E.164 of a number that shows its country's code.
fn international(digits: &str) -> Option<String> {
    let digits = digits.strip_prefix('+')?;
    (1..=MAX_CODE).find_map(|length| {
        let code = digits.get(..length)?;
        let (main, lengths) = NUMBERS.get(code)?.split_once(';')?;
        let national = digits.get(length..)?;
        // `+49 0171 ...`: the prefix of calls within the country was left in.
        let prefix = Plan::of(main).map_or("", |plan| plan.prefix);
        let stripped = national
            .strip_prefix(prefix)
            .filter(|_| prefix == "0")
            .unwrap_or(national);
        fits(lengths, stripped.len()).then(|| format!("+{code}{stripped}"))
    })
}

/// The number as it is dialled, and how sure that is. Without its country's code, that of the place where the person
/// lives counts when the number can be one of that country's, then that of a shape that only one country uses.
pub(super) fn normal(raw: &str, country: Option<&str>, language: Option<&str>) -> (String, f32) {
    let digits = digits_of(raw);
    if digits.starts_with('+') {
        return international(&digits).map_or((digits, 0.6), |number| (number, 0.95));
    }
    let local = country
        .and_then(Plan::of)
        .and_then(|plan| Some(format!("+{}{}", plan.code, plan.national(&digits)?)));
    if let Some(number) = local {
        return (number, 0.9);
    }
    let guess = by_shape(raw, &digits, language)
        .filter(|guess| country.is_none_or(|country| *guess == country || *guess == "US"))
        .and_then(Plan::of)
        .and_then(|plan| Some(format!("+{}{}", plan.code, plan.national(&digits)?)));
    guess.map_or((digits, 0.75), |number| (number, 0.65))
}

/// The country whose numbers alone look like this, in a document of this language.
fn by_shape(raw: &str, digits: &str, language: Option<&str>) -> Option<&'static str> {
    let groups: Vec<usize> = raw
        .split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .filter(|length| *length > 0)
        .collect();
    let american = matches!(groups.as_slice(), [3, 3, 4] | [1, 3, 3, 4]);
    match (language, groups.as_slice()) {
        (_, [3, 3, 4] | [1, 3, 3, 4]) if american && !digits.starts_with('0') => Some("US"),
        (Some("fr"), [2, 2, 2, 2, 2]) if digits.starts_with("06") || digits.starts_with("07") => Some("FR"),
        (Some("es"), _) if digits.len() == 9 && digits.starts_with(['6', '7']) => Some("ES"),
        (Some("en"), _) if digits.len() == 11 && digits.starts_with("07") => Some("GB"),
        (Some("de"), _)
            if (11..=12).contains(&digits.len())
                && ["015", "016", "017"]
                    .iter()
                    .any(|start| digits.starts_with(start)) =>
        {
            Some("DE")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{digits_of, international, normal};

    /// Country, number as written and E.164, from the examples of Google's libphonenumber.
    const EXAMPLES: &str = include_str!("../../../tests/fixtures/telephone.tsv");

    #[test]
    fn example_numbers_of_all_countries_become_what_is_dialled() {
        let (mut right, mut wrong, mut all) = (0, 0, 0);
        for row in EXAMPLES.lines() {
            let cells: Vec<&str> = row.split('\t').collect();
            let [country, written, expected] = cells.as_slice() else {
                panic!("{row}")
            };
            if written.starts_with('+') {
                assert_eq!(
                    international(&digits_of(written)).as_deref(),
                    Some(*expected),
                    "{row}"
                );
                continue;
            }
            let (value, _) = normal(written, Some(country), None);
            all += 1;
            right += usize::from(value == *expected);
            wrong += usize::from(value != *expected && value.starts_with('+'));
        }
        // Countries with two prefixes, or with several for different carriers, are left as written.
        assert!(
            right * 100 >= all * 93 && wrong * 100 <= all,
            "{right} right, {wrong} wrong of {all}"
        );
    }

    #[test]
    fn a_country_is_never_made_up() {
        assert_eq!(normal("0171/1234567", Some("DE"), None).0, "+491711234567");
        assert_eq!(normal("+49 (0) 171 1234567", Some("US"), None).0, "+491711234567");
        assert_eq!(normal("0049 171 1234567", None, None).0, "+491711234567");
        assert_eq!(normal("(303) 555-0182", Some("DE"), None).0, "+13035550182");
        assert_eq!(normal("06 12 34 56 78", None, Some("fr")).0, "+33612345678");
        assert_eq!(normal("030 1234567", None, Some("de")).0, "0301234567");
        assert_eq!(normal("0664 1234567", Some("AT"), Some("de")).0, "+436641234567");
        assert_eq!(
            normal("020 7946 0000 ext. 12", Some("GB"), Some("en")).0,
            "+442079460000"
        );
        assert_eq!(normal("612 345 678", Some("MX"), Some("es")).0, "612345678");
    }
}

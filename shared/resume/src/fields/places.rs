//! Towns, regions and countries.

use hiring_core::taxonomy::{SortedTable, fold_words};

static PLACES: SortedTable = SortedTable::new(include_str!("../../data/places.tsv"));

/// How sure a short text is a place: 0 for not at all, 3 for a town with its region or country.
pub(super) fn place_score(text: &str) -> u8 {
    let text = text.trim();
    if text.is_empty() || text.len() > 60 || text.chars().any(|c| c.is_ascii_digit() || "@:/%".contains(c)) {
        return 0;
    }
    if matches!(fold_words(text).as_str(), "remote" | "hybrid") {
        return 2;
    }
    let parts: Vec<&str> = text
        .split([',', '(', ')', '·'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let kinds: Vec<char> = parts.iter().map(|part| kind(part)).collect();
    match (parts.as_slice(), kinds.as_slice()) {
        ([only], ['c']) if only.starts_with(char::is_uppercase) => 2,
        ([_], ['r' | 'n']) => 1,
        ([only], _) => town_and_code(only),
        ([_, ..], ['c', .., 'r' | 'n' | 'b' | 'i'] | ['c', 'c'] | ['r', .., 'n']) => 3,
        // A small town is in no list, but its country or region is.
        ([town, last], [_, 'n' | 'b' | 'r'])
            if is_name(town) && (kind(last) != 'b' || last.chars().all(char::is_uppercase)) =>
        {
            2
        }
        _ => 0,
    }
}

/// `Pune IN`, `Austin TX`.
fn town_and_code(text: &str) -> u8 {
    match text.rsplit_once(' ') {
        Some((town, code))
            if kind(town) == 'c'
                && matches!(kind(code), 'b' | 'i')
                && code.chars().all(char::is_uppercase) =>
        {
            3
        }
        _ => 0,
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(char::is_uppercase) && text.split_whitespace().count() <= 3
}

fn kind(text: &str) -> char {
    let folded = fold_words(text);
    PLACES
        .get(&folded)
        .and_then(|kind| kind.chars().next())
        .unwrap_or('-')
}

#[cfg(test)]
mod tests {
    use super::place_score;

    #[test]
    fn places_are_told_from_employers() {
        for place in [
            "Denver, CO",
            "São Paulo, Brazil",
            "Köln",
            "Pune IN",
            "Bristol, GB",
            "Kleinkleckersdorf, Germany",
        ] {
            assert!(place_score(place) >= 2, "{place}");
        }
        for other in [
            "Harbour & Co. LLP",
            "Deloitte",
            "Bowman, Shaw",
            "Ward, Harris and Barnes",
            "2019",
        ] {
            assert!(place_score(other) < 2, "{other}");
        }
    }
}

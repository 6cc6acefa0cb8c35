//! What makes a name an employer's.

use crate::fields::titles::is_title;
use hiring_core::taxonomy::{SortedTable, fold, fold_words};

/// Words of employers' names, folded: `l` legal forms, `o` kinds of organisation, `s` what people write who work for
/// themselves. Written for this project.
static WORDS: SortedTable = SortedTable::new(include_str!("../../../data/company_words.tsv"));

/// Endings of German names of organisations, folded.
const ENDINGS: &[&str] = &[
    "werke",
    "klinik",
    "klinikum",
    "krankenhaus",
    "schule",
    "bank",
    "verlag",
    "verwaltung",
    "amt",
    "gericht",
    "verein",
    "verband",
    "fabrik",
    "zentrum",
    "brauerei",
    "backerei",
    "kasse",
    "versicherung",
    "gesellschaft",
    "ministerium",
    "hotel",
    "theater",
    "werft",
    "kanzlei",
    "praxis",
    "apotheke",
    "logistik",
    "technik",
    "haus",
    "hof",
    "bau",
];

/// Whether a text says that somebody works for themselves.
pub(super) fn is_own(text: &str) -> bool {
    text.len() < 60 && WORDS.get(&fold_words(text)) == Some("s")
}

/// How much speaks for an employer: 0 for nothing, 3 for a legal form.
pub(super) fn company_score(text: &str) -> i32 {
    if is_own(text) {
        return 3;
    }
    let folded = fold(text);
    let mut words = folded
        .split(|c: char| c.is_whitespace() || c == ',' || c == '(' || c == ')')
        .map(|word| word.trim_matches('.'))
        .filter(|word| !word.is_empty());
    let last = words.clone().next_back().unwrap_or_default();
    let count = words.clone().count();
    if count > 1 && (WORDS.get(last) == Some("l") || has_written_form(text)) {
        return 3;
    }
    let kind = |word: &str| {
        is_kind(word)
            || word.split(['-', '/']).any(is_kind)
            || word.len() > 7 && ENDINGS.iter().any(|ending| word.ends_with(ending))
    };
    // `Bank of Leeds`, but `Software Engineer`: beside a title's word only the last word counts.
    let organisation = if is_title(text) {
        kind(last)
    } else {
        words.any(kind)
    };
    2 * i32::from(organisation)
        + i32::from(text.contains(" & ") || text.contains(" + ") || text.contains(".com"))
}

fn is_kind(word: &str) -> bool {
    WORDS.get(word) == Some("o")
}

/// Legal forms within a name, as they are written: `Bosch GmbH Stuttgart`.
fn has_written_form(text: &str) -> bool {
    text.split([' ', ',', '(', ')']).any(|word| {
        matches!(
            word.trim_end_matches('.'),
            "GmbH"
                | "AG"
                | "KG"
                | "SE"
                | "Ltd"
                | "Inc"
                | "LLC"
                | "LLP"
                | "PLC"
                | "plc"
                | "SARL"
                | "SAS"
                | "S.A"
                | "S.L"
                | "KGaA"
                | "gGmbH"
                | "GbR"
                | "OHG"
                | "Pty"
                | "Corp"
                | "S.L.U"
                | "S.A.S"
                | "S.A.U"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn employers_are_known_by_legal_form_or_kind() {
        for text in [
            "Bosch GmbH",
            "Müller & Söhne KG",
            "Bank of Leeds",
            "Universitätsklinikum Erlangen",
            "Freiberuflich",
            "S.A.T. S.L.",
        ] {
            assert!(company_score(text) >= 2, "{text}");
        }
        for text in ["Software Engineer", "Leiter Einkauf", "Chef de partie", "Ada"] {
            assert_eq!(company_score(text), 0, "{text}");
        }
    }
}

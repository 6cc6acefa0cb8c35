//! What a free-text query asks for: words and quoted phrases, and those that a minus excludes.

use std::collections::HashSet;

/// Most words that are looked for one by one to say what matched.
const MAX_TERMS: usize = 32;

/// A free-text query, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The words to find, phrases in double quotes, in the order typed. Empty when there are none.
    pub wanted: String,
    /// The same as plain words, each once.
    pub terms: Vec<String>,
    /// What must not occur: phrases in double quotes joined by ` or `; empty for nothing.
    pub without: String,
}

impl Query {
    /// Takes any text apart: `senior "machine learning" -junior`.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut query = Self::default();
        let mut seen = HashSet::new();
        let (mut wanted, mut without) = (Vec::new(), Vec::new());
        for (excluded, quoted, part) in parts(text) {
            let phrase = format!("\"{part}\"");
            if excluded {
                without.push(phrase);
                continue;
            }
            let term = bare(&part);
            if !term.is_empty() && query.terms.len() < MAX_TERMS && seen.insert(term.to_lowercase()) {
                query.terms.push(term.to_owned());
            }
            wanted.push(if quoted { phrase } else { part });
        }
        query.wanted = wanted.join(" ");
        query.without = without.join(" or ");
        query
    }

    /// The words without quotes, for what reads sentences.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.wanted.replace('"', "")
    }
}

/// Words and phrases: whether excluded, whether quoted, and the text, which holds no double quote and is not empty.
fn parts(text: &str) -> Vec<(bool, bool, String)> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let unsigned = rest
            .strip_prefix('-')
            .filter(|after| after.starts_with(|c: char| c == '"' || c.is_alphanumeric()));
        let excluded = unsigned.is_some();
        rest = unsigned.unwrap_or(rest);
        let quoted = rest.strip_prefix('"');
        let (part, after) = match quoted {
            Some(inside) => inside.split_once('"').unwrap_or((inside, "")),
            None => rest.split_at(
                rest.find(|c: char| c.is_whitespace() || c == '"')
                    .unwrap_or(rest.len()),
            ),
        };
        if !part.trim().is_empty() {
            parts.push((excluded, quoted.is_some(), part.trim().to_owned()));
        }
        rest = after.trim_start();
    }
    parts
}

/// A word without the punctuation around it; `C++`, `C#` and `.NET` keep theirs.
fn bare(word: &str) -> &str {
    word.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '.')
        .trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '+' | '#'))
        .trim_matches('…')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_kept_and_a_minus_excludes() {
        let query =
            Query::read("Senior \"machine learning\" C++, -junior -\"project manager\" e-commerce senior - ");
        assert_eq!(
            query.wanted,
            "Senior \"machine learning\" C++, e-commerce senior -"
        );
        assert_eq!(query.terms, ["Senior", "machine learning", "C++", "e-commerce"]);
        assert_eq!(query.without, "\"junior\" or \"project manager\"");
        assert_eq!(
            query.sentence(),
            "Senior machine learning C++, e-commerce senior -"
        );
    }

    #[test]
    fn an_open_quote_ends_with_the_text() {
        let query = Query::read("rust\"data base");
        assert_eq!(
            (query.wanted.as_str(), query.terms.len()),
            ("rust \"data base\"", 2)
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_taken_apart(text in "[ a-z\"'\\-:&|!()<>*🦀\\\\]{0,60}") {
            let query = Query::read(&text);
            proptest::prop_assert_eq!(query.wanted.matches('"').count() % 2, 0);
            proptest::prop_assert_eq!(query.without.matches('"').count() % 2, 0);
            proptest::prop_assert!(query.terms.iter().all(|term| !term.is_empty() && !term.contains('"')));
        }
    }
}

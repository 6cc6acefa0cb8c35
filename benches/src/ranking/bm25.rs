//! Okapi BM25 over stemmed words: the rival that knows words and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use rust_stemmers::{Algorithm, Stemmer};

/// How soon more of the same word counts no more (Robertson, Walker 1994).
const K1: f64 = 1.2;
/// How much long documents are held back.
const B: f64 = 0.75;

/// Words that say nothing, in English.
const STOP_WORDS: [&str; 46] = [
    "a", "about", "an", "and", "are", "as", "at", "be", "before", "by", "do", "does", "for", "from", "has",
    "have", "in", "into", "is", "it", "its", "of", "on", "or", "our", "so", "that", "the", "their", "they",
    "this", "to", "up", "us", "was", "we", "what", "when", "where", "which", "who", "will", "with", "you",
    "your", "done",
];

/// Documents by their words.
pub struct Index {
    /// How often each word stands in each document, and the document's length in words.
    documents: Vec<(BTreeMap<String, f64>, f64)>,
    /// In how many documents each word stands.
    spread: BTreeMap<String, f64>,
    mean_length: f64,
}

impl Index {
    /// Counts the words of documents.
    pub fn new<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut documents = Vec::new();
        let mut spread: BTreeMap<String, f64> = BTreeMap::new();
        for text in texts {
            let mut counts: BTreeMap<String, f64> = BTreeMap::new();
            let words = words(text);
            let length = words.len() as f64;
            for word in words {
                *counts.entry(word).or_default() += 1.0;
            }
            for word in counts.keys() {
                *spread.entry(word.clone()).or_default() += 1.0;
            }
            documents.push((counts, length));
        }
        let total: f64 = documents.iter().map(|(_, length)| length).sum();
        let mean_length = total / (documents.len().max(1) as f64);
        Self {
            documents,
            spread,
            mean_length,
        }
    }

    /// The score of each document for a query, in the order given; each word of the query counts once.
    pub fn scores(&self, query: &str) -> Vec<f64> {
        let words: BTreeSet<String> = words(query).into_iter().collect();
        let count = self.documents.len() as f64;
        let rarity = |word: &String| {
            let spread = self.spread.get(word).copied().unwrap_or_default();
            (1.0 + (count - spread + 0.5) / (spread + 0.5)).ln()
        };
        let score = |(counts, length): &(BTreeMap<String, f64>, f64)| {
            let held = K1 * (1.0 - B + B * length / self.mean_length);
            words
                .iter()
                .filter_map(|word| {
                    counts
                        .get(word)
                        .map(|often| rarity(word) * often * (K1 + 1.0) / (often + held))
                })
                .sum()
        };
        self.documents.iter().map(score).collect()
    }
}

/// Stems of the words that say something. `C++` and `C#` stay themselves.
fn words(text: &str) -> Vec<String> {
    let stemmer = Stemmer::create(Algorithm::English);
    text.to_lowercase()
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '+' | '#' | '\'')))
        .filter(|word| !word.is_empty() && !STOP_WORDS.contains(word))
        .map(|word| stemmer.stem(word).into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_words_short_texts_and_stems_count() {
        let index = Index::new(
            [
                "nursing wards and wards",
                "nursing",
                "ships and harbours at sea",
                "nursing homes",
            ]
            .into_iter(),
        );
        let scores = index.scores("ward nurse");
        assert!(
            scores[0] > scores[1] && scores[1] > scores[3] && scores[3] > scores[2],
            "{scores:?}"
        );
        assert!(scores[2].abs() < 1e-9);
    }

    #[test]
    fn a_word_counts_as_the_formula_says() {
        let index = Index::new(["rust", "go"].into_iter());
        // One document of two has it, once, at mean length: ln(1 + 1.5/1.5) * 2.2 / 2.2.
        assert!((index.scores("rust")[0] - 2.0_f64.ln()).abs() < 1e-9);
    }
}

//! Names and dates made comparable: letter case, accents and punctuation do not matter.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Share of words that two names must have in common to be the same, as the harmonic mean of both directions.
const SAME_WORDS: f64 = 0.75;

/// Lower case without accents; `&` is `and`, `ß` is `ss`.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfkd().filter(|letter| !is_combining_mark(*letter)) {
        match letter {
            'ß' | 'ẞ' => folded.push_str("ss"),
            'ø' | 'Ø' => folded.push('o'),
            'ł' | 'Ł' => folded.push('l'),
            'đ' | 'Đ' => folded.push('d'),
            'ı' => folded.push('i'),
            '&' => folded.push_str(" and "),
            letter => folded.extend(letter.to_lowercase()),
        }
    }
    folded
}

/// The words of a text, folded, one blank between them; `+` and `#` are letters (`C++`, `C#`), apostrophes nothing.
#[must_use]
pub fn words(text: &str) -> String {
    let folded = fold(text).replace(['\'', '’', '`'], "");
    let words =
        folded.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '+' || letter == '#'));
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether two names mean the same: equal words, or most of them.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    if one.is_empty() || other.is_empty() {
        return false;
    }
    one == other || common(&one, &other) >= SAME_WORDS
}

/// F1 of the words that two texts share, each as often as it stands in both.
fn common(one: &str, other: &str) -> f64 {
    let mut left: Vec<&str> = other.split(' ').collect();
    let (count, of) = (one.split(' ').count(), left.len());
    let mut shared = 0;
    for word in one.split(' ') {
        if let Some(at) = left.iter().position(|candidate| *candidate == word) {
            left.swap_remove(at);
            shared += 1;
        }
    }
    2.0 * f64::from(shared) / (count + of) as f64
}

/// The digits of a text.
#[must_use]
pub fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whether two telephone numbers end alike: nine digits, or all of the shorter, at least seven.
#[must_use]
pub fn same_number(one: &str, other: &str) -> bool {
    let (one, other) = (digits(one), digits(other));
    let count = one.len().min(other.len()).min(9);
    let end = |number: &str| number.get(number.len() - count..).map(str::to_owned);
    count >= 7 && end(&one) == end(&other)
}

/// A web address without scheme, `www.` and the last slash.
#[must_use]
pub fn address(url: &str) -> String {
    let folded = fold(url);
    let bare = folded.trim();
    let bare = bare
        .strip_prefix("https://")
        .or_else(|| bare.strip_prefix("http://"))
        .unwrap_or(bare);
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    bare.trim_end_matches('/').to_owned()
}

/// Whether a date that was read (`YYYY-MM`, `YYYY` or `present`) is the one of the truth, to the precision of the truth.
#[must_use]
pub fn same_date(truth: &str, read: &str) -> bool {
    read == truth || truth.len() == 4 && read.get(..4) == Some(truth)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_punctuation_do_not_matter() {
        assert!(same("Müller & Söhne GmbH", "MULLER AND SOHNE, GMBH"));
        assert!(same("O'Neil", "oneil"));
        assert!(!same("C++", "C#"));
    }

    #[test]
    fn most_words_are_enough_and_half_are_not() {
        assert!(same("Senior Data Engineer Berlin", "Senior Data Engineer"));
        assert!(!same("Data Engineer", "Data Scientist"));
    }

    #[test]
    fn numbers_are_compared_from_their_end() {
        assert!(same_number("+44 20 7946 0958", "020 7946 0958"));
        assert!(!same_number("12345", "12345"));
    }

    #[test]
    fn a_month_satisfies_a_truth_that_knows_the_year_only() {
        assert!(same_date("2019", "2019-03") && !same_date("2019-03", "2019"));
    }
}

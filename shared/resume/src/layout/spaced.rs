//! Words whose letters were typed with blanks between them.

use std::borrow::Cow;

/// Fewest letters of a word that is written with blanks between them.
const FEWEST_SPACED: usize = 4;

/// `S K I L L S` as `SKILLS`: text whose letters were typed with blanks between them, two or more between words.
pub(super) fn unspaced(text: &str) -> Cow<'_, str> {
    let tokens = || text.split(' ').filter(|token| !token.is_empty());
    let single = |token: &&str| {
        let mut characters = token.chars();
        characters.next().is_some_and(char::is_alphabetic) && !characters.any(char::is_alphanumeric)
    };
    // Most texts begin with a longer word and need no counting.
    if !tokens().next().is_some_and(|token| single(&token)) {
        return Cow::Borrowed(text);
    }
    let (letters, all) = (tokens().filter(single).count(), tokens().count());
    if letters < FEWEST_SPACED || letters * 10 < all * 8 {
        return Cow::Borrowed(text);
    }
    let words = text.split("  ").map(|word| word.replace(' ', ""));
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    Cow::Owned(words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_with_blanks_between_them_become_words() {
        for (spaced, text) in [
            ("S K I L L S", "SKILLS"),
            ("Ü B E R   M I C H:", "ÜBER MICH:"),
            ("A  B", "A  B"),
            ("I am a nurse", "I am a nurse"),
            ("C, C++, R", "C, C++, R"),
        ] {
            assert_eq!(unspaced(spaced), text);
        }
    }
}

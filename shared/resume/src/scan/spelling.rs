//! Which words are alike, and which spelling of a text layer may stand for what a recogniser saw.
//!
//! A layer is written by whoever made the file. Its spelling is taken only where it differs from the picture's in letters that
//! recognisers confuse, so that no layer turns a word into another.

/// Share of a word's letters that may differ between layer and picture.
const MAY_DIFFER: f32 = 0.25;
/// Most letters of a word that is compared letter by letter; longer ones have to be the same.
const MAX_LETTERS: usize = 60;
/// Letters of lower case without diacritics that recognisers take for each other, each group under its first.
const CONFUSED: &[&str] = &["lij|!", "oce", "tfr", "un", "gq", "vy"];
/// Letters of such groups that together look like one: m is seen as rn, d as cl, w as vv, ü as ti, ß as B.
const JOINED: &[(&str, char)] = &[
    ("tu", 'm'),
    ("ol", 'd'),
    ("vv", 'w'),
    ("tl", 'u'),
    ("ll", 'u'),
    ("ss", 'b'),
];

/// Whether two folded words differ in so few letters that they are one word. Short ones have to be the same.
pub(super) fn alike(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let letters = |text: &str| text.chars().take(MAX_LETTERS + 1).collect::<Vec<char>>();
    let (a, b) = (letters(a), letters(b));
    let longest = a.len().max(b.len());
    if longest <= 3 || longest > MAX_LETTERS {
        return false;
    }
    let most = longest as f32 * MAY_DIFFER;
    a.len().abs_diff(b.len()) as f32 <= most && distance(&a, &b) as f32 <= most
}

/// Whether two folded words differ at most in letters that recognisers confuse, and by one letter in length.
pub(super) fn confused(a: &str, b: &str) -> bool {
    let (long, other) = (a.chars().count(), b.chars().count());
    long <= MAX_LETTERS && other <= MAX_LETTERS && long.abs_diff(other) <= 1 && shape(a) == shape(b)
}

/// A word by what its letters look like.
fn shape(word: &str) -> String {
    let first = |c: char| {
        let group = CONFUSED.iter().find(|group| group.contains(c));
        group.and_then(|group| group.chars().next()).unwrap_or(c)
    };
    let letters: String = word.chars().map(first).collect();
    let mut rest = letters.as_str();
    let mut shape = String::with_capacity(letters.len());
    loop {
        let joined = JOINED
            .iter()
            .find_map(|(letters, one)| Some((*one, rest.strip_prefix(letters)?)));
        let mut characters = rest.chars();
        let Some((letter, after)) = joined.or_else(|| Some((characters.next()?, characters.as_str()))) else {
            return shape;
        };
        shape.push(letter);
        rest = after;
    }
}

/// Levenshtein's distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut corner = i;
        let mut before = i + 1;
        for (slot, right) in row.iter_mut().skip(1).zip(b) {
            let step = (corner + usize::from(left != right))
                .min(before + 1)
                .min(*slot + 1);
            corner = std::mem::replace(slot, step);
            before = step;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_of_difference_is_a_distance_of_one() {
        let between =
            |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(between("kitten", "sitting"), 3);
        assert_eq!(between("", "abc"), 3);
        assert_eq!(between("abc", "abc"), 0);
    }

    #[test]
    fn letters_that_look_alike_are_confused_and_other_words_are_not() {
        for (seen, layer) in [
            ("mtinchen", "munchen"),
            ("rnanager", "manager"),
            ("developrnent", "development"),
            ("sofrware", "software"),
            ("strabe", "strasse"),
            ("tearn", "team"),
            ("englisb", "englisb"),
        ] {
            assert!(confused(seen, layer), "{seen} {layer}");
        }
        for (seen, layer) in [
            ("unskilled", "skilled"),
            ("junior", "senior"),
            ("sunior", "junior"),
            ("illegal", "legal"),
            ("inactive", "active"),
            ("failed", "passed"),
            ("assistant", "consultant"),
        ] {
            assert!(!confused(seen, layer), "{seen} {layer}");
        }
    }

    #[test]
    fn words_too_long_to_compare_have_to_be_the_same() {
        let long = "a".repeat(MAX_LETTERS + 1);
        assert!(alike(&long, &long));
        assert!(!alike(&long, &format!("{}b", "a".repeat(MAX_LETTERS))));
        assert!(!confused(&long, &format!("{long}a")));
    }

    proptest::proptest! {
        #[test]
        fn no_word_hurts(a in "\\PC{0,80}", b in "\\PC{0,80}") {
            proptest::prop_assert_eq!(alike(&a, &b), alike(&b, &a));
            proptest::prop_assert_eq!(confused(&a, &b), confused(&b, &a));
        }
    }
}

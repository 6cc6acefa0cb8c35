//! The words of a posting, folded, with their places; and finding phrases among them.

use std::ops::Range;

use hiring_core::taxonomy;

/// Parts before an apostrophe that are no word of their own: `l'expérience`, `qu'il`.
const ELIDED: &[&str] = &["qu", "jusqu", "lorsqu", "puisqu"];

/// One word.
#[derive(Debug)]
pub(super) struct Word {
    /// Lower case without accents, elision and contraction: `d'expérience` is `experience`, `you'll` is `you`.
    pub folded: String,
    /// First byte in the posting.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// The words of a stretch of the posting.
pub(super) fn words(text: &str, range: &Range<usize>) -> Vec<Word> {
    let slice = text.get(range.clone()).unwrap_or_default();
    taxonomy::words(slice)
        .filter_map(|(start, end)| word(slice, start, end))
        .map(|word| Word {
            folded: word.folded,
            start: word.start + range.start,
            end: word.end + range.start,
        })
        .collect()
}

fn word(slice: &str, start: usize, end: usize) -> Option<Word> {
    let written = slice.get(start..end)?;
    let apostrophe = written.char_indices().find(|(_, c)| matches!(c, '\'' | '’'));
    let (mut from, mut kept, mut contracted) = (start, written, "");
    if let Some((at, mark)) = apostrophe {
        let (left, right) = (written.get(..at)?, written.get(at + mark.len_utf8()..)?);
        if left.chars().count() == 1 || ELIDED.contains(&taxonomy::fold(left).as_str()) {
            from = end - right.len();
            kept = right;
        } else {
            kept = left;
            contracted = if right == "t" { "t" } else { "" };
        }
    }
    let folded = taxonomy::fold(kept.trim_end_matches(['+', '#']).trim_start_matches('.')) + contracted;
    (!folded.is_empty()).then(|| Word {
        folded,
        start: from,
        end: from + kept.len(),
    })
}

/// How many words a phrase takes at this word, if it stands there. A phrase is folded words apart by one space; a last `*`
/// lets its word go on.
pub(super) fn phrase_at(words: &[Word], at: usize, phrase: &str) -> Option<usize> {
    let mut count = 0;
    for pattern in phrase.split(' ') {
        let word = &words.get(at + count)?.folded;
        let meets = match pattern.strip_suffix('*') {
            Some(start) => word.starts_with(start),
            None => word == pattern,
        };
        if !meets {
            return None;
        }
        count += 1;
    }
    Some(count)
}

/// The longest of the phrases that stands at this word, in words.
pub(super) fn any_at(words: &[Word], at: usize, phrases: &[&str]) -> Option<usize> {
    phrases
        .iter()
        .filter_map(|phrase| phrase_at(words, at, phrase))
        .max()
}

/// Where the first of the phrases stands: its first word and one past its last.
pub(super) fn find_any(words: &[Word], phrases: &[&str]) -> Option<Range<usize>> {
    (0..words.len()).find_map(|at| Some(at..at + any_at(words, at, phrases)?))
}

/// Whether any of the phrases stands among the words.
pub(super) fn has_any(words: &[Word], phrases: &[&str]) -> bool {
    find_any(words, phrases).is_some()
}

/// The words that lie within these bytes.
pub(super) fn within<'w>(words: &'w [Word], range: &Range<usize>) -> &'w [Word] {
    let from = words.partition_point(|word| word.start < range.start);
    let to = words.partition_point(|word| word.end <= range.end);
    words.get(from..to.max(from)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text, &(0..text.len()))
            .into_iter()
            .map(|word| word.folded)
            .collect()
    }

    #[test]
    fn elisions_and_contractions_leave_the_word() {
        assert_eq!(folded("5+ ans d’expérience"), ["5", "ans", "experience"]);
        assert_eq!(
            folded("What you'll need: a master's"),
            ["what", "you", "need", "a", "master"]
        );
        assert_eq!(
            folded("You don't need Bac+5"),
            ["you", "dont", "need", "bac", "5"]
        );
    }

    #[test]
    fn phrases_are_found_as_whole_words_and_by_their_beginning() {
        let text = "Kenntnisse in SAP wären wünschenswert";
        let words = words(text, &(0..text.len()));
        assert_eq!(
            find_any(&words, &["waren wunschenswert", "von vorteil"]),
            Some(3..5)
        );
        assert_eq!(find_any(&words, &["kenntnis*"]), Some(0..1));
        assert_eq!(find_any(&words, &["kenntnis"]), None);
        assert!(has_any(within(&words, &(11..17)), &["sap"]));
    }
}

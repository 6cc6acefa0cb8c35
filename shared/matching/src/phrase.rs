//! Finding a phrase as whole words in folded text.

use std::ops::Range;

use memchr::memmem;

use crate::evidence::TextIndex;
use crate::fold::{FoldedText, is_word};

/// Phrases this short are ordinary words or initials in lower case (`go`, `r`, `hr`): they count with a capital only.
const SHORT_PHRASE_BYTES: usize = 2;
/// From this length on a plural `s` may follow, as in `payroll system` and `payroll systems`.
const PLURAL_FROM_BYTES: usize = 4;

/// A folded phrase, ready to be searched in many texts.
pub(crate) struct Phrase {
    finder: Option<memmem::Finder<'static>>,
}

impl Phrase {
    /// A phrase from text folded by [`crate::fold::fold`]; an empty one is never found.
    pub(crate) fn new(folded: &str) -> Self {
        Self {
            finder: (!folded.is_empty()).then(|| memmem::Finder::new(folded).into_owned()),
        }
    }

    /// Every occurrence as whole words, in text order.
    pub(crate) fn find_all<'f>(
        &'f self,
        folded: &'f FoldedText,
        index: &'f TextIndex<'f>,
    ) -> impl Iterator<Item = Range<usize>> + 'f {
        self.finder.iter().flat_map(move |finder| {
            let length = finder.needle().len();
            finder.find_iter(folded.text.as_bytes()).filter_map(move |at| {
                let end = whole_words_end(&folded.text, at, length)?;
                let (start, end) = folded.original_range(at, end)?;
                let range = start..end;
                (length > SHORT_PHRASE_BYTES || stands_alone(index, &range)).then_some(range)
            })
        })
    }
}

/// The end of the occurrence, plural included, if it neither starts nor ends inside a word.
fn whole_words_end(text: &str, at: usize, length: usize) -> Option<usize> {
    let (before, rest) = text.split_at_checked(at)?;
    let (found, after) = rest.split_at_checked(length)?;
    if before.chars().next_back().is_some_and(is_word) {
        return None;
    }
    // `C` is not evidence in `C++` or `C#`.
    let continues = |c: char| is_word(c) || matches!(c, '+' | '#');
    if !after.chars().next().is_some_and(continues) {
        return Some(at + length);
    }
    let plural = after.strip_prefix('s').filter(|_| {
        length >= PLURAL_FROM_BYTES && found.chars().next_back().is_some_and(char::is_alphabetic)
    })?;
    (!plural.chars().next().is_some_and(continues)).then_some(at + length + 1)
}

/// A short phrase must be capitalised and no part of something like `R&D`, `C-level`, `Go-to-market` or `J. R. Smith`.
fn stands_alone(index: &TextIndex<'_>, range: &Range<usize>) -> bool {
    let Some((before, after)) = index.around(range) else {
        return false;
    };
    let capital = index.slice(range).and_then(|found| found.chars().next());
    let joins = |c: char| matches!(c, '-' | '\u{2010}' | '\u{2011}' | '&' | '\'' | '’' | '@');
    let initial = range.len() == 1 && after.starts_with('.');
    capital.is_some_and(|c| !c.is_lowercase())
        && !before.chars().next_back().is_some_and(|c| joins(c) || c == '.')
        && !after.chars().next().is_some_and(joins)
        && !initial
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;

    fn found(text: &str, phrase: &str) -> Option<String> {
        let index = TextIndex::new(text);
        let (phrase, folded) = (Phrase::new(&fold(phrase)), FoldedText::new(text));
        let range = phrase.find_all(&folded, &index).next()?;
        index.slice(&range).map(str::to_owned)
    }

    #[test]
    fn a_phrase_is_found_as_whole_words_only() {
        assert_eq!(found("JavaScript, Java", "java").as_deref(), Some("Java"));
        assert_eq!(found("JavaScript", "Java"), None);
        assert_eq!(found("C++ and C#", "C"), None);
        assert_eq!(found("C++, C", "C").as_deref(), Some("C"));
        assert_eq!(found("C/C++", "c++").as_deref(), Some("C++"));
        assert_eq!(found("me@site.net", ".NET"), None);
        assert_eq!(found("uses .NET daily", ".net").as_deref(), Some(".NET"));
    }

    #[test]
    fn accents_line_breaks_and_plurals_do_not_hide_a_phrase() {
        assert_eq!(
            found("Gestão de Projétos", "projetos").as_deref(),
            Some("Projétos")
        );
        assert_eq!(
            found("payroll\n  Systems in use", "payroll system").as_deref(),
            Some("payroll\n  Systems")
        );
        assert_eq!(found("Front-end work", "front end").as_deref(), Some("Front-end"));
        assert_eq!(found("Kubernetess", "Kubernete"), None);
    }

    #[test]
    fn short_names_do_not_hide_in_ordinary_words_and_initials() {
        assert_eq!(found("I go home", "Go"), None);
        assert_eq!(found("Go-to-market plan", "Go"), None);
        assert_eq!(found("R&D, Jean R. Smith", "R"), None);
        assert_eq!(found("Python, R, Go", "R").as_deref(), Some("R"));
        assert_eq!(found("Python, R, Go", "go").as_deref(), Some("Go"));
    }

    #[test]
    fn nothing_is_found_for_an_empty_phrase() {
        assert_eq!(found("text", " - "), None);
        assert_eq!(found("", "x"), None);
    }
}

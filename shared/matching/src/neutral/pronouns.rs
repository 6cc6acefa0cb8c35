//! Pronouns that tell a gender, in the language of the resume.

use hiring_core::resume::Resume;

use super::marks::{Mark, Meant};
use super::vocabulary::PRONOUNS;
use crate::scan::Words;

/// Longest pronoun, in bytes.
const LONGEST: usize = 10;

/// Marks pronouns. A word in capitals is an abbreviation (`ER`), not a pronoun.
pub(super) fn find(resume: &Resume, words: &Words<'_>, marks: &mut Vec<Mark>) {
    let language = resume.document.language.as_deref().unwrap_or("en");
    let Some((_, pronouns)) = PRONOUNS.iter().find(|(known, _)| *known == language) else {
        return;
    };
    for word in words.all().iter().filter(|word| word.text.len() <= LONGEST) {
        let in_capitals = word.text.chars().skip(1).any(char::is_uppercase);
        if in_capitals {
            continue;
        }
        let known = pronouns.iter().find(|(pronoun, ..)| same(pronoun, word.text));
        if let Some(&(_, token, hides)) = known {
            marks.push(Mark {
                place: word.place.clone(),
                meant: Meant::Pronoun { token, hides },
            });
        }
    }
}

/// Whether a word stands for pronouns in any language.
pub(super) fn is_neutral(word: &str) -> bool {
    let mut all = PRONOUNS.iter().flat_map(|(_, pronouns)| pronouns.iter());
    all.any(|(_, token, _)| *token == word)
}

/// Equal but for a capital at the beginning.
fn same(pronoun: &str, word: &str) -> bool {
    if pronoun.len() != word.len() {
        return false;
    }
    let (mut a, mut b) = (pronoun.chars(), word.chars());
    let first = a.next().zip(b.next());
    first.is_some_and(|(a, b)| b.to_lowercase().eq([a])) && a.as_str() == b.as_str()
}

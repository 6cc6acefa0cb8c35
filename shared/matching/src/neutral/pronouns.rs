//! Pronouns that tell a gender, in the language of the resume.

use hiring_core::resume::Resume;

use super::marks::{Mark, Meant};
use super::vocabulary::PRONOUNS;
use crate::scan::Words;

/// Pronouns that people go by and that texts about others hardly use.
const MORE: [&str; 8] = ["ze", "hir", "xe", "xem", "ey", "em", "iel", "elles"];
/// Longest pronoun, in bytes.
const LONGEST: usize = 10;

/// Marks pronouns. A word in capitals is an abbreviation (`ER`), not a pronoun.
pub(super) fn find(resume: &Resume, words: &Words<'_>, marks: &mut Vec<Mark>) {
    told(words, marks);
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

/// Marks pronouns that somebody goes by, in any language, whoever the name before them is: `(she/her)`.
fn told(words: &Words<'_>, marks: &mut Vec<Mark>) {
    let all = words.all();
    let mut at = 0;
    while let Some(first) = all.get(at) {
        let linked = all.iter().skip(at).zip(all.iter().skip(at + 1));
        let more = linked
            .take_while(|(a, b)| words.between(a, b) == "/" && is_any(a.text) && is_any(b.text))
            .count();
        let last = all.get(at + more).unwrap_or(first);
        let before = at.checked_sub(1).and_then(|at| all.get(at));
        if more > 0 {
            let opened = before.is_some_and(|before| words.between(before, first).ends_with('('));
            let closed = words.behind(last).starts_with(')');
            let around = usize::from(opened && closed);
            marks.push(Mark {
                place: first.place.start - around..last.place.end + around,
                meant: Meant::Personal,
            });
        }
        at += more + 1;
    }
}

/// Whether a word is a pronoun in any language.
fn is_any(word: &str) -> bool {
    if word.len() > LONGEST {
        return false;
    }
    let word = word.to_lowercase();
    let mut all = PRONOUNS.iter().flat_map(|(_, pronouns)| pronouns.iter());
    MORE.contains(&word.as_str()) || all.any(|(known, ..)| *known == word)
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

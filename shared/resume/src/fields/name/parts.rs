//! What names are made of: words, particles, titles around them, letters set apart.

use hiring_core::taxonomy::{MANY, SortedTable, fold_words};

use crate::words::{Words, listed};

/// Given names (`g`) and surnames (`s`) that are no plain words.
static NAMES: SortedTable<MANY> = SortedTable::new(include_str!("../../../data/names.tsv"));

/// Small words within names, folded.
static PARTICLES: Words = Words::new(
    "van|von|vom|der|den|de|del|della|dei|di|da|das|do|dos|la|las|los|le|du|des|bin|bint|ben|al|el|ter|ten|y|e|i|ibn|\
    st|zu|zur|und|af|av|mac|mc|san|freiherr|graf|abu|ould|ap|ab",
);
/// Titles before a name, folded.
static BEFORE: Words = Words::new(
    "dr|prof|professor|mr|mrs|ms|miss|mx|mme|mlle|m|herr|frau|sr|sra|srta|d|dna|don|dona|ing|dipl|dipl.-ing|dipl.ing|mag|\
    lic|med|rer|nat|phil|jur|iur|h.c|habil|univ|di|sir|rev|pd|eng|arq|abg|dott|dra|dent|vet|pol|oec|kfm|kffr|inf|inform|betriebsw",
);
/// Degrees and licences behind a name, folded.
static BEHIND: Words = Words::new(
    "mba|phd|ph.d|rn|msn|bsn|cpa|pmp|cfa|msc|m.sc|bsc|b.sc|m.a|b.a|md|m.d|esq|fnp|fnp-c|fnp c|np|llm|ll.m|pharmd|pharm.d|m.eng|\
    b.eng|meng|beng|b.com|llb|ll.b|dba|mph|cissp|shrm-cp|shrm cp|phr|sphr|aca|acca|frcs|mrcp|bcba|lcsw|ccrn|cma|cipd|mcipd|fcca|acma|\
    cgma|csm|psm|itil|rgn|pe|p.e|dpt|ot|pt|cnm|crna|dnp|dds|dvm|jd|j.d|edd|m.ed|b.ed|med|bed|mag|dipl.-ing|fh|m.d|ms|ba|ma|bs|hons|\
    facs|cscp|cpim|leed|aia|rd|rph|lpn|cna|mphil|b.tech|m.tech|btech|mtech",
);

/// What the gazetteer says of a word.
pub(super) fn is_given(word: &str) -> bool {
    NAMES
        .get(&fold_words(word))
        .is_some_and(|kinds| kinds.contains('g'))
}

/// Whether the gazetteer knows a word as a part of names.
pub(super) fn is_known(word: &str) -> bool {
    word.split('-').all(|part| NAMES.get(&fold_words(part)).is_some())
}

/// Whether a word stands in lower case within names.
pub(super) fn is_particle(word: &str) -> bool {
    let folded = fold_words(word);
    listed(&PARTICLES, &folded)
}

/// Whether a word begins as those of names do: with a capital, or with one behind `d'`.
pub(super) fn is_capital(word: &str) -> bool {
    let behind = word.split_once(['\'', '’']).map(|(_, rest)| rest);
    word.starts_with(char::is_uppercase) || behind.is_some_and(|rest| rest.starts_with(char::is_uppercase))
}

/// The name without titles before and degrees behind it.
pub(super) fn bare(text: &str) -> &str {
    let mut shown = text.trim();
    for _ in 0..6 {
        let Some((first, rest)) = shown.split_once([' ', '\u{a0}']) else {
            break;
        };
        let dotted = first.contains('.');
        let title =
            fold_words(first).split(' ').all(|word| listed(&BEFORE, word)) && (dotted || first.len() > 1);
        if !title
            || rest.trim().is_empty()
            || first.len() == 2 && dotted && rest.split_whitespace().count() < 2 && !first.starts_with('D')
        {
            break;
        }
        shown = rest.trim_start();
    }
    for _ in 0..6 {
        let Some((rest, last)) = shown.rsplit_once([' ', ',']) else {
            break;
        };
        let degree = listed(&BEHIND, fold_words(last).trim_end_matches('.'));
        let shouted = last.chars().filter(|c| c.is_uppercase()).count() > 1
            && shown.chars().any(char::is_lowercase)
            || last.contains('.');
        if !degree || !shouted || rest.split_whitespace().count() < 2 {
            break;
        }
        shown = rest.trim_end_matches([' ', ',']);
    }
    shown
}

/// Whether a text is degrees and licences only, as behind the comma of `Jane Doe, MBA`.
pub(super) fn is_degrees(text: &str) -> bool {
    let mut words = text
        .split([' ', ',', '/'])
        .filter(|word| !word.is_empty())
        .peekable();
    words.peek().is_some() && words.all(|word| listed(&BEHIND, fold_words(word).trim_end_matches('.')))
}

/// `J A N E  D O E` as words; `None` when the letters are not set apart. `mail` is the name in the e-mail address.
pub(super) fn closed(text: &str, mail: &str) -> Option<String> {
    text.split_whitespace().nth(4)?;
    let pieces: Vec<&str> = text.split_whitespace().collect();
    let single = pieces
        .iter()
        .filter(|piece| piece.chars().filter(|c| c.is_alphabetic()).count() == 1)
        .count();
    if pieces.len() > 40 || single * 10 < pieces.len() * 9 {
        return None;
    }
    let letters: Vec<char> = pieces.iter().flat_map(|piece| piece.chars()).collect();
    let words = divide(&letters, mail);
    let whole: String = letters.iter().collect();
    Some(words.unwrap_or(whole))
}

/// Most words of a name whose letters are set apart.
const MAX_WORDS: usize = 5;

/// The fewest and best known words that the letters can be divided into.
fn divide(letters: &[char], mail: &str) -> Option<String> {
    let count = letters.len();
    // Cost and last cut of the best division of each number of letters, by words.
    let mut best: Vec<Option<(u32, usize)>> = vec![None; count + 1];
    *best.first_mut()? = Some((0, 0));
    for end in 1..=count {
        for start in end.saturating_sub(16)..end {
            let Some((cost, _)) = best.get(start).copied().flatten() else {
                continue;
            };
            let word: String = letters.get(start..end)?.iter().collect();
            let total = cost + word_cost(&word, start == 0, mail);
            if best
                .get(end)
                .copied()
                .flatten()
                .is_none_or(|(known, _)| total < known)
            {
                *best.get_mut(end)? = Some((total, start));
            }
        }
    }
    let mut words = Vec::new();
    let mut end = count;
    while end > 0 {
        let (_, start) = best.get(end).copied().flatten()?;
        words.push(letters.get(start..end)?.iter().collect::<String>());
        end = start;
        if words.len() > MAX_WORDS {
            return None;
        }
    }
    words.reverse();
    Some(words.join(" "))
}

fn word_cost(word: &str, first: bool, mail: &str) -> u32 {
    let length = u32::try_from(word.chars().count()).unwrap_or(u32::MAX);
    let hyphen = word.starts_with('-') || word.ends_with('-');
    let folded = fold_words(word);
    match length {
        _ if hyphen => 100,
        3.. if mail.contains(&folded) && is_known(word) => 2,
        3.. if first && is_given(word) => 4,
        3.. if is_known(word) => 5,
        4.. if mail.contains(&folded) => 6 + 2 * length.saturating_sub(10),
        2.. if is_particle(word) && !first => 7,
        3.. => 10 + length,
        _ => 40,
    }
}

#[cfg(test)]
mod tests {
    use super::{bare, closed};

    #[test]
    fn titles_and_degrees_are_no_part_of_the_name() {
        for (text, name) in [
            ("Dr. med. Anna Müller", "Anna Müller"),
            ("Prof. Dr. Jean Dupont", "Jean Dupont"),
            ("Dipl.-Ing. Karl Huber", "Karl Huber"),
            ("Jane Doe, MBA, RN", "Jane Doe"),
            ("Jane Doe PhD", "Jane Doe"),
            ("JANE DOE", "JANE DOE"),
        ] {
            assert_eq!(bare(text), name, "{text}");
        }
    }

    #[test]
    fn letters_set_apart_are_closed_up_to_known_names() {
        assert_eq!(closed("A N N A M Ü L L E R", "").as_deref(), Some("ANNA MÜLLER"));
        assert_eq!(
            closed("J E A N - L U C D U P O N T", "").as_deref(),
            Some("JEAN-LUC DUPONT")
        );
        assert_eq!(
            closed("X A V I K R Z Y S K A", "xavi.krzyska").as_deref(),
            Some("XAVI KRZYSKA")
        );
        assert_eq!(
            closed("A Ï C H A B E N K I R A N E", "aichabenkirane").as_deref(),
            Some("AÏCHA BENKIRANE")
        );
        assert_eq!(closed("Anna Müller", ""), None);
    }
}

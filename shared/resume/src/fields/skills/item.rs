//! One entry of a list to the skill's name.

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::taxonomy::{SortedTable, canonical, disclaimed, fold, fold_words, words};

use crate::fields::languages::LANGUAGES;
use crate::sections::heading;
use crate::words::year_at;

/// Longest name of a skill, in words.
const MAX_WORDS: usize = 6;
/// Most words that say how well; what is longer says something else.
const MAX_LEVEL_WORDS: usize = 6;

static WORDS: SortedTable = SortedTable::new(include_str!("../../../data/skill_words.tsv"));

/// Role of a word in the table: it says how well or how long.
const LEVEL: char = 'l';
/// It may stand among those.
const FILLER: char = 'f';
/// It leads to a skill (`proficient`, `Kenntnisse`, `maîtrise`).
pub(super) const LEADS_IN: char = 'i';
/// It may stand among those.
const WITH_LEAD_IN: char = 'w';
/// It stands between such a word and the skill (`in`, `mit`, `de`).
pub(super) const LINK: char = 'k';
/// It stands before the first name of a list in a sentence (`with`, `beherrsche`, `utilise`).
pub(super) const BEFORE_LIST: char = 'n';

/// Whether a folded word has a role.
pub(super) fn has(word: &str, role: char) -> bool {
    WORDS.get(word).is_some_and(|roles| roles.contains(role))
}

/// What an entry is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// A skill, at these bytes of the entry.
    Skill(Range<usize>),
    /// Too long for a name: running text that may mention skills.
    Sentence,
    /// No skill.
    Nothing,
}

/// What an entry names.
pub(super) fn name_in(entry: &str) -> Name {
    let whole = entry;
    let mut range = tidy(entry, 0..entry.len());
    for _ in 0..3 {
        let shown = entry.get(range.clone()).unwrap_or_default();
        let shorter = tidy(entry, without_level(shown, range.start));
        let level = fold_words(entry.get(shorter.end..range.end).unwrap_or_default());
        if SPOKEN.iter().any(|word| level.starts_with(word)) {
            return Name::Nothing;
        }
        if shorter == range {
            break;
        }
        range = shorter;
    }
    let known = |range: &Range<usize>| canonical(entry.get(range.clone()).unwrap_or_default()).is_some();
    let mut is_known = known(&range);
    if !is_known {
        let rest = without_lead_in(entry, range.clone());
        is_known = rest != range && known(&rest);
        range = rest;
    }
    let shown = entry.get(range.clone()).unwrap_or_default();
    let count = shown.split_whitespace().count();
    let denied = disclaimed(whole, range.start, range.end) || disclaimed(whole, range.end, range.end);
    if denied || is_nothing(shown, is_known) {
        return Name::Nothing;
    }
    if is_known {
        return Name::Skill(range);
    }
    let closed = whole.trim_end().ends_with(['.', '!', '?']) && count > 3;
    match count {
        0 => Name::Nothing,
        n if n > MAX_WORDS || closed => Name::Sentence,
        _ => Name::Skill(range),
    }
}

/// Folded words that say how well a language is spoken, and of nothing else how well it is done.
const SPOKEN: &[&str] = &[
    "native",
    "mother tongue",
    "bilingual",
    "muttersprache",
    "muttersprachlich",
    "verhandlungssicher",
    "langue maternelle",
    "bilingue",
    "courant",
    "nativo",
    "nativa",
    "lengua materna",
    "notions scolaires",
    "scolaire",
    "lu ecrit",
];

/// Whether a text only says how well or how long.
pub(super) fn is_level(text: &str) -> bool {
    let mut strong = false;
    let mut count = 0;
    for (start, end) in words(text) {
        let word = fold(text.get(start..end).unwrap_or_default());
        let word = word.trim_matches(['.', '+', '#']);
        let number = !word.is_empty() && word.chars().all(|c| c.is_ascii_digit() || c == '.');
        let long = has(word, LEVEL) || is_duration(word);
        count += 1;
        if count > MAX_LEVEL_WORDS || !(number || long || has(word, FILLER)) {
            return false;
        }
        strong |= long || number;
    }
    strong
}

/// `5y`, `10yrs`, `3j`.
fn is_duration(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0
        && matches!(
            word.get(digits..),
            Some("y" | "yrs" | "yr" | "j" | "ans" | "a" | "m" | "k")
        )
}

/// The name before a bracket at its end: `Customer Relations (CRM)`.
pub(super) fn without_bracket(name: &str) -> &str {
    match (name.rfind(['(', '[']), name.ends_with([')', ']'])) {
        (Some(open), true) => name.get(..open).unwrap_or_default().trim_end(),
        _ => name,
    }
}

/// The name before plain words that say how well: `Excel avanzado`.
pub(super) fn without_plain_level(name: &str) -> &str {
    name.match_indices(' ')
        .map(|(at, _)| name.split_at(at))
        .find(|(_, level)| is_level(level))
        .map_or(name, |(head, _)| head)
}

/// The range without blanks, marks and a conjunction at its edges.
fn tidy(text: &str, range: Range<usize>) -> Range<usize> {
    let mut shown = text.get(range.clone()).unwrap_or_default();
    let mut start = range.start;
    loop {
        let front = shown.trim_start_matches(|c: char| {
            c.is_whitespace()
                || !c.is_alphanumeric() && !matches!(c, '.' | '(' | '#' | '@' | '$' | '\'' | '<' | '+')
        });
        start += shown.len() - front.len();
        shown = front.trim_end_matches(|c: char| {
            c.is_whitespace()
                || !c.is_alphanumeric() && !matches!(c, '+' | '#' | ')' | ']' | '*' | '®' | '™' | '!' | '%')
        });
        let conjunction = ["and ", "und ", "et ", "y ", "sowie ", "or ", "etc"]
            .into_iter()
            .find(|word| shown.starts_with(word) && canonical(shown).is_none());
        let Some(word) = conjunction else { break };
        let cut = if word == "etc" && shown.len() > 4 {
            break;
        } else {
            word.len()
        };
        start += cut;
        shown = shown.get(cut..).unwrap_or_default();
    }
    if shown.ends_with([')', ']']) && !shown.contains(['(', '[']) {
        shown = shown.trim_end_matches([')', ']']);
    }
    if shown.starts_with('(') && !shown.contains(')') {
        start += 1;
        shown = shown.get(1..).unwrap_or_default();
    }
    start..start + shown.len()
}

/// The range without the level behind the name: in brackets, behind a dash or colon, or plain behind a known name.
fn without_level(shown: &str, start: usize) -> Range<usize> {
    let keep = |end: usize| start..start + end;
    if let Some(open) = shown.rfind(['(', '[']) {
        let inner = shown.get(open..).unwrap_or_default();
        if open > 0
            && shown.ends_with([')', ']'])
            && (is_level(inner) || year_at(inner).is_some() || says_no(inner))
        {
            return keep(open);
        }
    }
    let marked = shown.contains(['–', '—', '-', ':', '\t', '~']);
    for mark in [" – ", " — ", " - ", ": ", " : ", "–", "—", ":", "\t", " ~ "] {
        if marked
            && let Some(at) = shown.rfind(mark).filter(|at| *at > 0)
            && shown
                .get(at + mark.len()..)
                .is_some_and(|level| is_level(level) || says_no(level))
        {
            return keep(at);
        }
    }
    // Numbers with a unit.
    let mut ends: Vec<(usize, &str)> = shown.match_indices(' ').collect();
    ends.truncate(MAX_WORDS);
    for (at, _) in ends {
        let tail = shown.get(at..).unwrap_or_default();
        let measured = tail
            .trim()
            .trim_end_matches(['%', '+'])
            .contains(|c: char| c.is_ascii_digit())
            && (tail.trim_end().ends_with('%') || is_fraction(tail.trim()));
        let years = is_level(tail)
            && tail.trim_start().starts_with(|c: char| c.is_ascii_digit())
            && tail.trim().contains(' ');
        if measured || years {
            return keep(at);
        }
    }
    keep(shown.len())
}

/// `4/5`, `8 / 10`.
fn is_fraction(text: &str) -> bool {
    text.split_once('/').is_some_and(|(one, of)| {
        let number = |part: &str| !part.trim().is_empty() && part.trim().chars().all(|c| c.is_ascii_digit());
        number(one) && number(of)
    })
}

/// Whether a remark behind a name says that there is nothing behind it.
fn says_no(remark: &str) -> bool {
    let folded = fold_words(remark);
    matches!(
        folded.as_str(),
        "none" | "no" | "keine" | "aucune" | "ninguna" | "ninguno"
    ) || ["no ", "keine ", "aucune ", "sin ", "pas d", "without "]
        .iter()
        .any(|word| folded.starts_with(word))
}

/// The range, which is no known name, without words that lead to the skill.
fn without_lead_in(entry: &str, range: Range<usize>) -> Range<usize> {
    let shown = entry.get(range.clone()).unwrap_or_default();
    let mut led = false;
    let mut linked = false;
    for (start, end) in words(shown).take(8) {
        let word = fold(shown.get(start..end).unwrap_or_default());
        let word = word.as_str();
        if has(word, LEADS_IN) {
            led = true;
        } else if led && has(word, LINK) {
            linked = true;
        } else if linked {
            return range.start + start..range.end;
        } else if let Some(inner) = word.strip_prefix("d'").filter(|inner| led && !inner.is_empty()) {
            return range.start + end - inner.len().min(end)..range.end;
        } else if ![LEVEL, FILLER, WITH_LEAD_IN]
            .into_iter()
            .any(|role| has(word, role))
        {
            return range;
        }
    }
    range
}

/// Whether a text names a human language with a remark in brackets.
fn is_spoken(shown: &str) -> bool {
    shown
        .split_once(['(', '['])
        .is_some_and(|(name, _)| LANGUAGES.get(&fold_words(name)).is_some())
}

/// Whether a name, a known one or not, is none of a skill: no letters, an address, a date, a level, a heading, a human language.
fn is_nothing(shown: &str, known: bool) -> bool {
    let letters = shown.chars().filter(|c| c.is_alphabetic()).count();
    let address = shown.contains('@') || shown.contains("://") || shown.starts_with("www.");
    let folded = fold_words(shown);
    let first = folded.split(' ').next().unwrap_or_default();
    let speaks = LANGUAGES.get(&folded).is_some()
        || LANGUAGES.get(first).is_some() && is_level(folded.get(first.len()..).unwrap_or_default());
    letters == 0
        || shown.split_whitespace().any(is_fraction)
        || address
        || shown.chars().filter(|c| c.is_alphanumeric()).count() == 1 && !known
        || year_at(shown).is_some() && !known
        || is_level(shown) && !known
        || speaks
        || is_spoken(shown)
        || !known
            && heading(shown).is_some_and(|kind| kind != SectionKind::Skills || folded.ends_with("skills"))
}

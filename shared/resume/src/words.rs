//! Small questions about words that several steps ask.

use hiring_core::reading::SectionKind;
use hiring_core::taxonomy::fold;

use crate::sections::heading;

/// Words or phrases with bars between them.
#[derive(Debug)]
pub(crate) struct Words {
    list: &'static str,
    /// For each length in bytes, the longest ones together, a bit for each of their first bytes: most words asked for
    /// are told by it to be none of the list.
    firsts: [u32; LENGTHS],
}

/// Lengths of listed words that are told apart.
const LENGTHS: usize = 16;

impl Words {
    /// Wraps a list; meant for statics, so that it is looked through at compile time.
    #[expect(
        clippy::indexing_slicing,
        reason = "runs at compile time, and every place is checked against the length"
    )]
    pub const fn new(list: &'static str) -> Self {
        let bytes = list.as_bytes();
        let mut firsts = [0; LENGTHS];
        let (mut start, mut at) = (0, 0);
        while at <= bytes.len() {
            if at == bytes.len() || bytes[at] == b'|' {
                if at > start {
                    firsts[slot(at - start)] |= bit(bytes[start]);
                }
                start = at + 1;
            }
            at += 1;
        }
        Self { list, firsts }
    }

    fn may_hold(&self, word: &[u8]) -> bool {
        let firsts = self.firsts.get(slot(word.len())).copied().unwrap_or_default();
        word.first().is_some_and(|first| firsts & bit(*first) != 0)
    }
}

const fn slot(length: usize) -> usize {
    if length < LENGTHS { length } else { LENGTHS - 1 }
}

const fn bit(byte: u8) -> u32 {
    1 << (byte & 31)
}

/// Whether a word stands in a list.
pub(crate) fn listed(words: &Words, word: &str) -> bool {
    let (list, word) = (words.list.as_bytes(), word.as_bytes());
    if !words.may_hold(word) {
        return false;
    }
    let bar = |at: Option<usize>| at.and_then(|at| list.get(at)).is_none_or(|byte| *byte == b'|');
    !word.contains(&b'|')
        && memchr::memmem::find_iter(list, word)
            .any(|at| bar(at.checked_sub(1)) && bar(Some(at + word.len())))
}

/// Words for a job that goes on, folded.
const PRESENT: &[&str] = &[
    "present",
    "current",
    "currently",
    "now",
    "today",
    "to date",
    "till date",
    "ongoing",
    "heute",
    "aktuell",
    "gegenwart",
    "derzeit",
    "laufend",
    "jetzt",
    "aujourd'hui",
    "aujourdhui",
    "ce jour",
    "actuel",
    "actuellement",
    "en cours",
    "actualidad",
    "actual",
    "actualmente",
    "presente",
    "la fecha",
    "hoy",
    "auj",
    "en curso",
    "en poste",
    "maintenant",
    "andauernd",
    "fortlaufend",
    "bis auf weiteres",
    "dato",
    "till now",
    "until now",
    "vigente",
    "momento",
    "continuing",
    "pres",
];

/// Whether a text starts with a word for a job that goes on; answers the length of that word in the folded text.
pub(crate) fn present_prefix(folded: &str) -> Option<usize> {
    PRESENT
        .iter()
        .filter(|word| starts_with_word(folded, word))
        .map(|word| word.len())
        .max()
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word)
        .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Whether a text holds a year or a word for today, as dates of positions do.
pub(crate) fn has_date(text: &str) -> bool {
    year_at(text).is_some()
        || text.len() < 24
            && fold(text)
                .split_whitespace()
                .any(|word| present_prefix(word).is_some_and(|l| l >= 3))
}

/// First byte of a year between 1950 and 2049.
pub(crate) fn year_at(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    bytes.windows(4).enumerate().position(|(at, window)| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let after = bytes.get(at + 4);
        is_year(window) && !before.is_some_and(u8::is_ascii_digit) && !after.is_some_and(u8::is_ascii_digit)
    })
}

/// Whether four bytes are a year between 1950 and 2049.
pub(crate) fn is_year(window: &[u8]) -> bool {
    match window {
        [b'1', b'9', tens, ones] => (b'5'..=b'9').contains(tens) && ones.is_ascii_digit(),
        [b'2', b'0', tens, ones] => (b'0'..=b'4').contains(tens) && ones.is_ascii_digit(),
        _ => false,
    }
}

/// Whether the text is, or starts with, a section's heading.
pub(crate) fn is_heading_text(text: &str) -> bool {
    heading(text).is_some_and(|kind| kind != SectionKind::Other) || {
        let cut = year_at(text).unwrap_or(0);
        cut > 0 && text.get(..cut).is_some_and(|before| heading(before).is_some())
    }
}

/// Whether a text starts like an entry of a list.
pub(crate) fn is_bullet(text: &str) -> bool {
    bullet_length(text) > 0
}

/// Bytes of the bullet and the blanks behind it.
pub(crate) fn bullet_length(text: &str) -> usize {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return 0 };
    let dash = matches!(first, '-' | '–' | '—' | '*' | '+' | 'o' | '·' | '>' | '»');
    let dot = matches!(
        first,
        '•' | '●'
            | '◦'
            | '▪'
            | '■'
            | '□'
            | '‣'
            | '∙'
            | '○'
            | '➢'
            | '➤'
            | '►'
            | '▶'
            | '✓'
            | '✔'
            | '❖'
            | '◆'
            | '–'
            | '⁃'
    );
    let rest = characters.as_str();
    if dot || dash && rest.starts_with(' ') {
        return text.len() - rest.trim_start().len();
    }
    0
}

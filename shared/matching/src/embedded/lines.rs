//! The lines of a neutral text, without what stands in the place of names, contact data and personal entries. A resume with
//! such an entry and one without have the same lines.

use std::ops::Range;

use crate::neutral::{self, Neutral};

/// What parts the entries of a line: `Berlin | born 1990`.
const SEPARATORS: [char; 5] = ['|', '•', '·', '\t', ';'];
/// Most words before a colon that are a label of what was taken away.
const LABEL_WORDS: usize = 3;
/// What stands around what was taken away.
const LOOSE: [char; 10] = [',', ':', '-', '–', '—', '/', '(', ')', '<', '>'];
/// Labels of contact data, as they stand without a colon.
const CONTACT_LABELS: &[&str] = &[
    "e-mail",
    "email",
    "mail",
    "mailto",
    "courriel",
    "correo",
    "tel",
    "telefon",
    "telephone",
    "téléphone",
    "teléfono",
    "phone",
    "fon",
    "mobil",
    "mobile",
    "móvil",
    "cell",
    "handy",
    "fax",
    "portable",
    "whatsapp",
    "festnetz",
    "web",
    "website",
    "www",
    "linkedin",
    "xing",
    "github",
    "gitlab",
    "portfolio",
    "homepage",
    "address",
    "adresse",
    "anschrift",
    "dirección",
    "wohnort",
];

/// A code point with its place in the neutral text.
pub(super) type Letter = (usize, char);

/// The lines within a range of the neutral text with single blanks; those that say nothing are left out.
pub(super) fn within(neutral: &Neutral, range: &Range<usize>) -> Vec<Vec<Letter>> {
    let letters = neutral.text.chars().enumerate();
    let letters: Vec<Letter> = letters.skip(range.start).take(range.len()).collect();
    let lines = letters.split(|(_, c)| *c == '\n').map(said);
    lines.filter(|line| !line.is_empty()).collect()
}

/// What a line says of somebody's work.
fn said(line: &[Letter]) -> Vec<Letter> {
    let mut said: Vec<Letter> = Vec::with_capacity(line.len());
    for entry in line.split(|(_, c)| SEPARATORS.contains(c)) {
        let rest = rest(entry);
        if let (false, Some((at, _))) = (said.is_empty(), rest.first()) {
            said.extend([(*at, ','), (*at, ' ')]);
        }
        said.extend(rest);
    }
    said
}

/// What is left of an entry; nothing of one that only told what was taken away.
fn rest(entry: &[Letter]) -> Vec<Letter> {
    let text = written(entry);
    if neutral::is_personal(&text) {
        return Vec::new();
    }
    let mut letters = entry.to_vec();
    for token in neutral::TOKENS {
        for (byte, _) in text.match_indices(token) {
            let from = text.get(..byte).map_or(0, |before| before.chars().count());
            let covered = letters.iter_mut().skip(from).take(token.chars().count());
            covered.for_each(|(_, c)| *c = ' ');
        }
    }
    let taken = letters.as_slice() != entry;
    letters.dedup_by(|(_, next), (_, kept)| next.is_whitespace() && kept.is_whitespace());
    letters
        .iter_mut()
        .filter(|(_, c)| c.is_whitespace())
        .for_each(|(_, c)| *c = ' ');
    let loose = |c: char| c.is_whitespace() || (taken && LOOSE.contains(&c));
    let kept = |(_, c): &Letter| !loose(*c);
    let first = letters.iter().position(kept).unwrap_or(letters.len());
    let last = letters.iter().rposition(kept).map_or(first, |at| at + 1);
    let trimmed = letters.get(first..last).unwrap_or_default();
    let told = written(&letters);
    if !told.contains(char::is_alphanumeric) || (taken && is_label(told.trim())) {
        return Vec::new();
    }
    trimmed.to_vec()
}

fn written(letters: &[Letter]) -> String {
    letters.iter().map(|(_, c)| *c).collect()
}

/// Whether what is left of an entry only told what was taken away: `Tel.:`, `(they/them)`.
fn is_label(rest: &str) -> bool {
    let apart = |c: char| c.is_whitespace() || c == '/';
    let words = || {
        rest.split(apart)
            .filter(|word| word.contains(char::is_alphanumeric))
    };
    let known = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        // Two letters are what a reader of pictures makes of a symbol.
        word.chars().count() <= 2 || CONTACT_LABELS.contains(&word.as_str()) || neutral::is_pronoun(&word)
    };
    words().all(known) || (rest.ends_with(':') && words().count() <= LABEL_WORDS)
}

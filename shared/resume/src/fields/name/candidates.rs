//! Stretches of the text that may be the name.

use std::ops::Range;

use hiring_core::taxonomy::fold;

use super::{Candidate, Evidence, parts, shares};
use crate::fields::Context;
use crate::fields::places::place_score;
use crate::fields::titles::is_title;
use crate::layout::Line;
use crate::sections::heading;
use crate::words::{Words, listed};

/// Words before a name that are no part of it, folded, longest first.
const AROUND: &[&str] = &[
    "curriculum vitae of",
    "curriculum vitae de",
    "curriculum vitae von",
    "curriculum vitae",
    "curriculum",
    "lebenslauf von",
    "lebenslauf",
    "hoja de vida de",
    "hoja de vida",
    "resume of",
    "resume",
    "cv of",
    "cv de",
    "cv von",
    "cv",
    "full name",
    "fullname",
    "first and last name",
    "vor- und nachname",
    "vor- und zuname",
    "nombre y apellidos",
    "nombre completo",
    "nom et prenom",
    "nom complet",
    "prenom et nom",
    "name",
    "nombre",
    "nom",
    "hi, i'm",
    "hello, i'm",
    "i'm",
    "i am",
    "my name is",
    "ich bin",
    "mein name ist",
    "je suis",
    "je m'appelle",
    "soy",
    "me llamo",
    "bewerbung von",
    "bewerbung",
];
/// Words behind a name that are no part of it, in lower case.
const ENDINGS: &[&str] = &[
    "’s resume",
    "'s resume",
    "’s résumé",
    "'s résumé",
    "’s cv",
    "'s cv",
    " resume",
    " cv",
    " lebenslauf",
    " curriculum vitae",
];
/// Those of the words before a name that say that one follows.
pub(super) static LABELS: Words = Words::new(
    "full name|fullname|first and last name|vor- und nachname|vor- und zuname|nombre y apellidos|nombre completo|\
    nom et prenom|nom complet|prenom et nom|name|nombre|nom|i'm|i am|my name is|mein name ist|je m'appelle|me llamo",
);

/// The pieces of a line, the line turned around at its comma, and the line with the one below.
pub(super) fn candidates(
    context: &Context<'_>,
    at: usize,
    line: &Line,
    evidence: &Evidence,
) -> Vec<Candidate> {
    let visible = context.visible;
    let text = visible.line_text(line);
    let mut found = Vec::new();
    let mut add = |range: Range<usize>, composed: bool| {
        let shown = text.get(range.clone()).unwrap_or_default();
        let (skip, length, labelled) = inner(shown);
        let start = line.range.start + range.start + skip;
        let shown = shown.get(skip..skip + length).unwrap_or_default();
        let spaced = parts::closed(shown, &evidence.mail);
        let value = spaced.unwrap_or_else(|| clean(parts::bare(shown)));
        found.push(Candidate {
            range: start..start + length,
            value,
            labelled,
            composed,
        });
    };
    for range in pieces(text) {
        add(range, false);
    }
    if parts::closed(text, &evidence.mail).is_some() {
        add(0..text.len(), false);
    }
    found.extend(turned(text, line));
    found.extend(joined(context, at, line, evidence));
    found
}

/// Blanks made single.
fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !clean.is_empty() {
            clean.push(' ');
        }
        clean.push_str(word);
    }
    clean
}

/// Byte ranges between tabs, bars, commas, brackets and spaced dashes.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let spaced = || {
            text.get(..at).is_some_and(|b| b.ends_with(' '))
                && text.get(end..).is_some_and(|a| a.starts_with(' '))
        };
        if matches!(c, '\t' | '|' | '•' | '·' | ',' | '(' | '⋅')
            || matches!(c, '-' | '–' | '—' | '/') && spaced()
        {
            found.push(from..at);
            from = end;
        }
    }
    found.push(from..text.len());
    found.retain(|range| {
        text.get(range.clone())
            .is_some_and(|piece| !piece.trim().is_empty())
    });
    found
}

/// The part of a piece without words around a name: bytes to skip, bytes that stay, whether a label was skipped.
fn inner(piece: &str) -> (usize, usize, bool) {
    let mut skip = piece.len() - piece.trim_start().len();
    let mut labelled = false;
    for _ in 0..2 {
        let shown = piece.get(skip..).unwrap_or_default();
        let folded = fold(shown);
        let first = folded.as_bytes().first();
        let word = AROUND.iter().find(|word| {
            word.as_bytes().first() == first
                && folded
                    .strip_prefix(**word)
                    .is_some_and(|rest| rest.starts_with([' ', ':']))
        });
        let Some(word) = word else { break };
        let length = shown
            .char_indices()
            .nth(word.chars().count())
            .map_or(shown.len(), |(at, _)| at);
        let rest = shown.get(length..).unwrap_or_default();
        labelled |= listed(&LABELS, word);
        skip += length + rest.len() - rest.trim_start_matches([' ', ':', '-', '–']).len();
    }
    let shown = piece.get(skip..).unwrap_or_default();
    let mut length = shown
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ':' | '-' | '–'))
        .len();
    // All of the endings end so.
    let may_end = shown
        .get(..length)
        .is_some_and(|shown| shown.ends_with(['e', 'E', 'é', 'É', 'v', 'V', 'f', 'F']));
    let lower = if may_end {
        shown.to_lowercase()
    } else {
        String::new()
    };
    for ending in ENDINGS.iter().filter(|_| may_end) {
        if lower.len() == shown.len() && lower.get(..length).is_some_and(|lower| lower.ends_with(ending)) {
            length -= ending.len();
        }
    }
    (skip, length, labelled)
}

/// `Müller, Anna` as `Anna Müller`.
fn turned(text: &str, line: &Line) -> Option<Candidate> {
    let (skip, length, labelled) = inner(text);
    let shown = text.get(skip..skip + length)?;
    let (last, first) = shown.split_once(',')?;
    let (last, first) = (last.trim(), first.trim());
    let words = |text: &str, most: usize| {
        (1..=most).contains(&text.split_whitespace().count())
            && text
                .split_whitespace()
                .all(|word| parts::is_capital(word) || parts::is_particle(word))
            && text.chars().all(is_name_char)
    };
    let degrees = parts::is_degrees(first) || is_title(first) || place_score(shown) >= 2;
    if degrees || !words(last, 4) || !words(first, 3) {
        return None;
    }
    let start = line.range.start + skip;
    let value = clean(&format!("{} {last}", parts::bare(first)));
    Some(Candidate {
        range: start..start + length,
        value,
        labelled,
        composed: true,
    })
}

/// A name over two lines.
fn joined(context: &Context<'_>, at: usize, line: &Line, evidence: &Evidence) -> Option<Candidate> {
    let visible = context.visible;
    let below = visible.lines.get(at + 1)?;
    let (one, other) = (visible.line_text(line), visible.line_text(below));
    let (skip, length, labelled) = inner(one);
    let shown = one.get(skip..skip + length)?;
    let end = below.range.start + other.trim_end_matches(['.', ' ']).len();
    let (a, b) = (shown.split_whitespace().count(), other.split_whitespace().count());
    let plain = |text: &str| {
        text.chars().all(|c| is_name_char(c) || c == '.')
            && !is_title(text)
            && heading(text).is_none()
            && text
                .split_whitespace()
                .all(|word| parts::is_capital(word) || parts::is_particle(word))
    };
    if !matches!((a, b), (1, 1..=3) | (2..=4, 1)) || !plain(shown) || !plain(other.trim_end_matches('.')) {
        return None;
    }
    let alike = (line.size - below.size).abs() < 0.3 && line.bold() == below.bold();
    let large = line.size.max(below.size) >= evidence.largest - 0.2 && line.size.min(below.size) > 12.5;
    let mailed = |text: &str| shares(text, &evidence.mail) > 0;
    let known = parts::is_given(shown.split_whitespace().next()?)
        && parts::is_known(other.split_whitespace().last()?);
    let sound = if a == 1 {
        large || mailed(shown) && mailed(other) || alike && known
    } else {
        large && alike && (mailed(other) || known)
    };
    let range = line.range.start + skip..end;
    let value = clean(parts::bare(&clean(visible.slice(&range))));
    sound.then_some(Candidate {
        range,
        value,
        labelled,
        composed: true,
    })
}

pub(super) fn is_name_char(c: char) -> bool {
    c.is_alphabetic() || c.is_whitespace() || matches!(c, '-' | '.' | '\'' | '’' | '‑' | '‐' | '`')
}

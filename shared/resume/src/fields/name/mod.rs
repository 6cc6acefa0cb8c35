//! The person's name: the words near the top that look most like one.

mod parts;

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::Leaf;
use hiring_core::taxonomy::{fold, fold_words};

use super::Context;
use super::places::place_score;
use super::titles::is_title;
use crate::layout::Line;
use crate::sections::heading;
use crate::words::listed;

/// Lines at the top and the bottom that are looked at.
const TOP: usize = 12;
const BOTTOM: usize = 6;
/// A line in the largest type is looked at this far down: a side bar may be read before it.
const FAR: usize = 80;
/// Longest line that is looked at, in bytes.
const MAX_LINE: usize = 200;
/// Words that stand in a document's title, in labels and in headings and not in a name, folded.
const NO_NAME: &str = "curriculum|vitae|resume|lebenslauf|cv|hoja|vida|page|seite|bewerbung|bewerbungsunterlagen|application|profil|\
    profile|contact|kontakt|contacto|personal|details|address|adresse|anschrift|email|e-mail|phone|telefon|tel|mobil|mobile|web|website|\
    linkedin|github|xing|references|experience|education|skills|languages|summary|objective|born|geboren|geburtsdatum|nationality|\
    updated|stand|university|universitat|universidad|universite|school|college|gmbh|inc|llc|ltd|sarl|the|and|hello|world|me|about|\
    personliche|daten|angaben|datos|personales|informations|personnelles|date|place|driving|licence|permis|hire|copyright";
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
/// Those of them that say that a name follows.
const LABELS: &str = "full name|fullname|first and last name|vor- und nachname|vor- und zuname|nombre y apellidos|nombre completo|\
    nom et prenom|nom complet|prenom et nom|name|nombre|nom|i'm|i am|my name is|mein name ist|je m'appelle|me llamo";

/// Words that may be the name.
#[derive(Debug)]
struct Candidate {
    range: Range<usize>,
    /// As it is stored: titles gone, given name first.
    value: String,
    /// Whether words before it say that it is one.
    labelled: bool,
    /// Taken from two lines or turned around: needs more evidence than the plain ones.
    composed: bool,
}

/// What is known before the search.
#[derive(Debug)]
struct Evidence {
    largest: f32,
    mail: String,
}

/// The name with the line it stands on.
pub(super) fn read(context: &Context<'_>) -> Option<(usize, Leaf)> {
    let visible = context.visible;
    let count = visible.lines.len();
    let largest = visible.lines.iter().map(|line| line.size).fold(0.0_f32, f32::max);
    let evidence = Evidence {
        largest,
        mail: super::contact::mail_name(visible),
    };
    let stands_out = |at: usize| {
        let line = visible.lines.get(at);
        at < FAR && line.is_some_and(|line| line.size >= largest - 0.2 && largest > 13.0)
    };
    let wanted = |at: &usize| {
        *at < TOP
            || *at + BOTTOM >= count
            || is_contact(context, *at)
            || stands_out(*at)
            || follows_label(context, *at)
    };
    let mut best: Option<(f32, usize, Candidate)> = None;
    for at in (0..count).filter(wanted) {
        let Some(line) = visible.lines.get(at).filter(|line| line.range.len() <= MAX_LINE) else {
            continue;
        };
        for mut candidate in candidates(context, at, line, &evidence) {
            candidate.labelled |= follows_label(context, at);
            let Some(mut score) = score(&candidate, line, &evidence) else {
                continue;
            };
            score -= at.min(TOP) as f32 * 0.06;
            if at >= TOP && !stands_out(at) && !candidate.labelled {
                score -= 0.6;
            }
            if best.as_ref().is_none_or(|(known, ..)| score > *known) {
                best = Some((score, at, candidate));
            }
        }
    }
    let (score, at, candidate) = best.filter(|(score, ..)| *score > 0.4)?;
    let confidence = (0.45 + score / 6.0).clamp(0.3, 0.98);
    Some((
        at,
        visible.leaf(candidate.range, Some(candidate.value), confidence)?,
    ))
}

fn is_contact(context: &Context<'_>, at: usize) -> bool {
    context.parts.iter().any(|part| {
        part.kind == SectionKind::Contact && part.lines.contains(&at) && at < part.lines.start + TOP
    })
}

/// Whether the line above is nothing but `Name:`.
fn follows_label(context: &Context<'_>, at: usize) -> bool {
    let above = at
        .checked_sub(1)
        .and_then(|above| context.visible.lines.get(above));
    above.is_some_and(|line| {
        line.range.len() < 30 && listed(LABELS, &fold_words(context.visible.line_text(line)))
    })
}

/// The pieces of a line, the line turned around at its comma, and the line with the one below.
fn candidates(context: &Context<'_>, at: usize, line: &Line, evidence: &Evidence) -> Vec<Candidate> {
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
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Byte ranges between tabs, bars, commas, brackets and spaced dashes.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let spaced = text.get(..at).is_some_and(|b| b.ends_with(' '))
            && text.get(end..).is_some_and(|a| a.starts_with(' '));
        if matches!(c, '\t' | '|' | '•' | '·' | ',' | '(' | '⋅')
            || matches!(c, '-' | '–' | '—' | '/') && spaced
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
        let word = AROUND.iter().find(|word| {
            folded
                .strip_prefix(**word)
                .is_some_and(|rest| rest.starts_with([' ', ':']))
        });
        let Some(word) = word else { break };
        let length = shown
            .char_indices()
            .nth(word.chars().count())
            .map_or(shown.len(), |(at, _)| at);
        let rest = shown.get(length..).unwrap_or_default();
        labelled |= listed(LABELS, word);
        skip += length + rest.len() - rest.trim_start_matches([' ', ':', '-', '–']).len();
    }
    let shown = piece.get(skip..).unwrap_or_default();
    let mut length = shown
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ':' | '-' | '–'))
        .len();
    let lower = shown.to_lowercase();
    for ending in [
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
    ] {
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

fn is_name_char(c: char) -> bool {
    c.is_alphabetic() || c.is_whitespace() || matches!(c, '-' | '.' | '\'' | '’' | '‑' | '‐' | '`')
}

/// How many words of a name stand in an e-mail address.
fn shares(text: &str, mail: &str) -> usize {
    let folded = fold_words(text);
    let words = folded.split(' ').filter(|word| word.len() > 2);
    let spelled = |word: &str| mail.contains(word) || mail.contains(&word.replace('\'', ""));
    // German letters are written out in addresses.
    let german = |word: &str| {
        text.contains(['ä', 'ö', 'ü', 'Ä', 'Ö', 'Ü']) && {
            let wide = fold_words(
                &text
                    .replace(['ä', 'Ä'], "ae")
                    .replace(['ö', 'Ö'], "oe")
                    .replace(['ü', 'Ü'], "ue"),
            );
            wide.split(' ')
                .zip(folded.split(' '))
                .any(|(wide, plain)| plain == word && mail.contains(wide))
        }
    };
    words.filter(|word| spelled(word) || german(word)).count()
}

fn score(candidate: &Candidate, line: &Line, evidence: &Evidence) -> Option<f32> {
    let text = candidate.value.as_str();
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() || words.len() > 7 || text.len() > 80 || !text.chars().all(is_name_char) {
        return None;
    }
    let folded = fold_words(text);
    if heading(text).is_some() || folded.split(' ').any(|word| listed(NO_NAME, word)) {
        return None;
    }
    let mut score = match words.len() {
        1 => -0.4,
        2..=4 => 1.0,
        _ => 0.4,
    };
    let shared = shares(text, &evidence.mail);
    let capital = |word: &&str| parts::is_capital(word) || parts::is_particle(word);
    if !words.iter().all(capital) && shared < 2 {
        return None;
    }
    let known = words.iter().filter(|word| parts::is_known(word)).count();
    score += match (words.first().is_some_and(|word| parts::is_given(word)), known) {
        (true, 2..) => 0.7,
        (true, _) | (false, 2..) => 0.4,
        (false, 1) => 0.15,
        _ => 0.0,
    };
    if is_title(text) {
        score -= 1.2;
    }
    if words.len() > 1 && place_score(text) >= 2 {
        score -= 1.0;
    }
    if line.size >= evidence.largest - 0.2 && evidence.largest > 11.5 {
        score += 1.2;
    }
    if line.bold() {
        score += 0.2;
    }
    if candidate.labelled {
        score += 1.5;
    }
    if candidate.composed && shared == 0 {
        score -= 0.4;
    }
    // The address mostly repeats parts of the name.
    Some(score + (shared as f32).min(2.0) * 0.7)
}

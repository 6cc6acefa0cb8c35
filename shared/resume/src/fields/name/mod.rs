//! The person's name: the words near the top that look most like one.

mod candidates;
mod parts;
#[cfg(test)]
mod tests;

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::Leaf;
use hiring_core::taxonomy::fold_words;

use super::Context;
use super::places::place_score;
use super::titles::is_title;
use crate::layout::Line;
use crate::sections::heading;
use crate::words::{Words, listed};

/// Lines at the top and the bottom that are looked at.
const TOP: usize = 12;
const BOTTOM: usize = 6;
/// A line in the largest type is looked at this far down: a side bar may be read before it.
const FAR: usize = 80;
/// Longest line that is looked at, in bytes.
const MAX_LINE: usize = 200;
/// Longest line of little but a name, in bytes.
const SHORT: usize = 60;
/// What a place among skills or languages costs.
const LISTED: f32 = 0.8;
/// Words that stand in a document's title, in labels and in headings and not in a name, folded.
static NO_NAME: Words = Words::new(
    "curriculum|vitae|resume|lebenslauf|cv|hoja|vida|page|seite|bewerbung|bewerbungsunterlagen|application|profil|\
    profile|contact|kontakt|contacto|personal|details|address|adresse|anschrift|email|e-mail|phone|telefon|tel|mobil|mobile|web|website|\
    linkedin|github|xing|references|experience|education|skills|languages|summary|objective|born|geboren|geburtsdatum|nationality|\
    updated|stand|university|universitat|universidad|universite|school|college|gmbh|inc|llc|ltd|sarl|the|and|hello|world|me|about|\
    personliche|daten|angaben|datos|personales|informations|personnelles|date|place|driving|licence|permis|hire|copyright",
);
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

/// The name with the line it stands on. `mail` is the name before the `@` of the person's address.
pub(super) fn read(context: &Context<'_>, mail: String) -> Option<(usize, Leaf)> {
    let visible = context.visible;
    let count = visible.lines.len();
    let largest = visible.lines.iter().map(|line| line.size).fold(0.0_f32, f32::max);
    let evidence = Evidence { largest, mail };
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
            || *at < FAR && spells_address(context, *at, &evidence.mail)
    };
    let mut best: Option<(f32, usize, Candidate)> = None;
    for at in (0..count).filter(wanted) {
        let Some(line) = visible.lines.get(at).filter(|line| line.range.len() <= MAX_LINE) else {
            continue;
        };
        let labelled = follows_label(context, at);
        for mut candidate in candidates::candidates(context, at, line, &evidence) {
            candidate.labelled |= labelled;
            let Some(mut score) = score(&candidate, line, &evidence) else {
                continue;
            };
            score -= at.min(TOP) as f32 * 0.06;
            if at >= TOP
                && !stands_out(at)
                && !candidate.labelled
                && shares(&candidate.value, &evidence.mail) < 2
            {
                score -= 0.6;
            }
            if is_listed(context, at) {
                score -= LISTED;
            }
            if best.as_ref().is_none_or(|(known, ..)| score > *known) {
                best = Some((score, at, candidate));
            }
        }
    }
    let (score, at, candidate) = best.filter(|(score, ..)| *score > 0.3)?;
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

/// Whether a line stands under a heading of skills or languages, where two words with capitals are no name.
fn is_listed(context: &Context<'_>, at: usize) -> bool {
    let list = |kind| matches!(kind, SectionKind::Skills | SectionKind::Languages);
    context
        .parts
        .iter()
        .any(|part| list(part.kind) && part.body().contains(&at) && at < part.lines.start + TOP)
}

/// Whether a short line holds two words of the person's address. A side bar that is read first leaves the name far below.
fn spells_address(context: &Context<'_>, at: usize, mail: &str) -> bool {
    let line = context.visible.lines.get(at);
    !mail.is_empty()
        && line.is_some_and(|line| {
            let text = context.visible.line_text(line);
            text.len() <= SHORT
                && !text.contains(|c: char| c.is_ascii_digit() || c == '@')
                && shares(text, mail) >= 2
        })
}

/// Whether the line above is nothing but `Name:`.
fn follows_label(context: &Context<'_>, at: usize) -> bool {
    let above = at
        .checked_sub(1)
        .and_then(|above| context.visible.lines.get(above));
    above.is_some_and(|line| {
        line.range.len() < 30 && listed(&candidates::LABELS, &fold_words(context.visible.line_text(line)))
    })
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
    if words.is_empty() || words.len() > 7 || text.len() > 80 || !text.chars().all(candidates::is_name_char) {
        return None;
    }
    let folded = fold_words(text);
    if heading(text).is_some() || folded.split(' ').any(|word| listed(&NO_NAME, word)) {
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

//! The person's name: the line near the top that looks most like one.

use hiring_core::reading::SectionKind;
use hiring_core::resume::Leaf;
use hiring_core::taxonomy::fold_words;

use super::Context;
use super::titles::is_title;
use crate::layout::Line;
use crate::sections::heading;

/// Lines at the top and the bottom that are looked at.
const TOP: usize = 12;
const BOTTOM: usize = 6;
/// A line in the largest type is looked at this far down: a side bar may be read before it.
const FAR: usize = 80;
/// Words that stand in a document's title and not in a name, folded.
const NO_NAME: &str = "curriculum|vitae|resume|lebenslauf|cv|hoja|vida|page|seite|bewerbung";
/// Small words within names, folded.
const PARTICLES: &str = "van|von|der|den|de|del|della|di|da|dos|la|le|du|bin|al|el|ter|y|ibn|st|zu";
/// Words before or after a name that are no part of it, folded.
const AROUND: &[&str] = &[
    "cv of",
    "resume of",
    "curriculum vitae",
    "lebenslauf von",
    "lebenslauf",
    "cv",
    "name",
    "resume",
];

/// The name with the line it stands on.
pub(super) fn read(context: &Context<'_>) -> Option<(usize, Leaf)> {
    let visible = context.visible;
    let count = visible.lines.len();
    let largest = visible.lines.iter().map(|line| line.size).fold(0.0_f32, f32::max);
    let email = super::contact::mail_name(visible);
    let mut best: Option<(f32, usize, Leaf)> = None;
    let stands_out = |at: usize| {
        let line = visible.lines.get(at);
        at < FAR && line.is_some_and(|line| line.size >= largest - 0.2 && largest > 13.0)
    };
    let wanted =
        |at: &usize| *at < TOP || *at + BOTTOM >= count || is_contact(context, *at) || stands_out(*at);
    for at in (0..count).filter(wanted) {
        let Some(line) = visible.lines.get(at) else {
            continue;
        };
        for (start, end) in candidates(visible.line_text(line)) {
            let range = line.range.start + start..line.range.start + end;
            let Some(mut score) = score(visible.slice(&range), line, largest, &email) else {
                continue;
            };
            score -= at.min(TOP) as f32 * 0.06;
            if at >= TOP && !stands_out(at) {
                score -= 0.6;
            }
            if best.as_ref().is_none_or(|(known, ..)| score > *known)
                && let Some(leaf) = visible.leaf(range, None, (0.45 + score / 6.0).clamp(0.3, 0.98))
            {
                best = Some((score, at, leaf));
            }
        }
    }
    best.filter(|(score, ..)| *score > 0.4)
        .map(|(_, at, leaf)| (at, leaf))
}

fn is_contact(context: &Context<'_>, at: usize) -> bool {
    context.parts.iter().any(|part| {
        part.kind == SectionKind::Contact && part.lines.contains(&at) && at < part.lines.start + TOP
    })
}

/// The whole line up to the first separator, without words around a name.
fn candidates(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    for piece in text.split(['\t', '|', '•', '·', ',', '(']) {
        let trimmed = piece.trim();
        let start = from + piece.len() - piece.trim_start().len();
        from += piece.len() + 1;
        if piece.len() < text.len() && text.get(from - 1..).is_none() {
            break;
        }
        // A separator of several bytes shifts the rest: look the piece up again.
        let Some(start) = text
            .get(start.min(text.len())..)
            .map(|_| start)
            .filter(|_| !trimmed.is_empty())
            .and_then(|_| text.find(trimmed))
        else {
            continue;
        };
        let mut range = (start, start + trimmed.len());
        for word in AROUND {
            let shown = text.get(range.0..range.1).unwrap_or_default();
            let folded = shown.to_lowercase();
            if let Some(rest) = folded
                .strip_prefix(word)
                .filter(|rest| rest.starts_with([' ', ':']))
                && folded.len() == shown.len()
            {
                range.0 += word.len() + rest.len() - rest.trim_start_matches([' ', ':']).len();
            }
            for ending in [format!("’s {word}"), format!("'s {word}")] {
                if folded.ends_with(&ending) && folded.len() == shown.len() {
                    range.1 -= ending.len();
                }
            }
        }
        found.push(range);
    }
    found
}

fn score(text: &str, line: &Line, largest: f32, email: &str) -> Option<f32> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let letters = |c: char| c.is_alphabetic() || matches!(c, '-' | '.' | '\'' | '’' | '‑');
    if words.is_empty() || words.len() > 6 || !text.chars().all(|c| letters(c) || c.is_whitespace()) {
        return None;
    }
    let folded = fold_words(text);
    if heading(text).is_some() || folded.split(' ').any(|word| crate::words::listed(NO_NAME, word)) {
        return None;
    }
    let mut score = match words.len() {
        1 => -0.4,
        2..=4 => 1.0,
        _ => 0.4,
    };
    for word in &words {
        let particle = crate::words::listed(PARTICLES, word.to_lowercase().trim_end_matches('.'));
        if !particle && !word.starts_with(char::is_uppercase) {
            return None;
        }
    }
    if is_title(text) {
        score -= 1.2;
    }
    if line.size >= largest - 0.2 && largest > 11.5 {
        score += 1.2;
    }
    if line.bold() {
        score += 0.2;
    }
    // The address mostly repeats parts of the name.
    let shared = folded
        .split(' ')
        .filter(|word| word.len() > 2 && email.contains(word))
        .count();
    score += (shared as f32).min(2.0) * 0.7;
    Some(score)
}

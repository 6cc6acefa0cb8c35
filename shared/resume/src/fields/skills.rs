//! Skills: what lists of skills say, and what the text mentions.

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::Skill;
use hiring_core::taxonomy::{Found, canonical, find_in, key};

use super::Context;
use crate::words::bullet_length;

/// Most skills that are kept.
const MOST: usize = 200;
/// Longest entry of a list that is still a skill's name, in words.
const MAX_WORDS: usize = 5;

/// Every skill once, listed ones first.
pub(super) fn read(context: &Context<'_>) -> Vec<Skill> {
    let mut skills: Vec<(String, Skill)> = Vec::new();
    for part in context
        .parts
        .iter()
        .filter(|part| part.kind == SectionKind::Skills)
    {
        for line in part.body() {
            listed(context, line, &mut skills);
        }
    }
    let has_list = !skills.is_empty();
    for part in context.parts {
        let prose = matches!(
            part.kind,
            SectionKind::Work | SectionKind::Summary | SectionKind::Projects
        );
        let other = matches!(part.kind, SectionKind::Other | SectionKind::Certificates);
        if prose || !has_list && other {
            for line in part.body() {
                mentioned(context, line, has_list, &mut skills);
            }
        }
    }
    skills.into_iter().map(|(_, skill)| skill).collect()
}

/// Entries of one line of a list of skills.
fn listed(context: &Context<'_>, line: usize, skills: &mut Vec<(String, Skill)>) {
    let Some(line) = context.visible.lines.get(line) else {
        return;
    };
    let text = context.visible.line_text(line);
    let mut start = bullet_length(text);
    // `Group: a, b, c` names the group first.
    if let Some(colon) = text.get(start..).and_then(|rest| {
        rest.find(": ")
            .or_else(|| rest.ends_with(':').then(|| rest.len() - 1))
    }) {
        let group = text.get(start..start + colon).unwrap_or_default();
        if group.split_whitespace().count() <= 4 && !group.contains(',') {
            start += colon + 1;
        }
    }
    let base = line.range.start;
    for range in items(text, start) {
        let item = text.get(range.clone()).unwrap_or_default();
        let words = item.split_whitespace().count();
        let range = base + range.start..base + range.end;
        if words <= MAX_WORDS && item.chars().any(char::is_alphabetic) && !item.ends_with('.') {
            push(
                context,
                range,
                if canonical(item).is_some() { 0.95 } else { 0.7 },
                skills,
            );
        } else if words > MAX_WORDS {
            for found in find_in(item) {
                push(
                    context,
                    range.start + found.start_byte..range.start + found.end_byte,
                    0.7,
                    skills,
                );
            }
        }
    }
}

/// The entries between separators, outside brackets.
fn items(text: &str, start: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = start;
    let mut depth = 0_usize;
    let mut close = |from: usize, to: usize| {
        let raw = text.get(from..to).unwrap_or_default();
        let trimmed = raw
            .trim()
            .trim_matches(['•', '·', '-', '–', '|', '*', '●', '▪', '◦'])
            .trim();
        if let Some(at) = raw.find(trimmed).filter(|_| !trimmed.is_empty()) {
            found.push(from + at..from + at + trimmed.len());
        }
    };
    for (at, c) in text.char_indices().filter(|(at, _)| *at >= start) {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            ',' | ';' | '|' | '•' | '·' | '\t' | '●' | '▪' | '◦' if depth == 0 || c == '\t' => {
                close(from, at);
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    close(from, text.len());
    found
}

/// Known skills in running text; ambiguous names only beside another skill, and none that a list would have to name.
fn mentioned(context: &Context<'_>, line: usize, has_list: bool, skills: &mut Vec<(String, Skill)>) {
    let Some(line) = context.visible.lines.get(line) else {
        return;
    };
    let text = context.visible.line_text(line);
    let found = find_in(text);
    for hit in &found {
        let surface = text.get(hit.start_byte..hit.end_byte).unwrap_or_default();
        let sure = distinct(surface, hit) || !has_list && !hit.ambiguous;
        let beside = hit.ambiguous && found.iter().any(|other| listed_together(text, hit, other));
        if sure || beside {
            let range = line.range.start + hit.start_byte..line.range.start + hit.end_byte;
            push(context, range, 0.6, skills);
        }
    }
}

/// Whether a surface is written like a name: a product, or words with capitals.
fn distinct(surface: &str, hit: &Found) -> bool {
    let capitals = surface
        .split_whitespace()
        .filter(|word| word.starts_with(char::is_uppercase))
        .count();
    let words = surface.split_whitespace().count();
    !hit.ambiguous
        && (words > 1 && capitals == words
            || surface
                .chars()
                .skip(1)
                .any(|c| c.is_uppercase() || c.is_ascii_digit() || "+#.".contains(c)))
}

/// Whether nothing but a comma or a conjunction stands between two names.
fn listed_together(text: &str, one: &Found, other: &Found) -> bool {
    let (first, second) = if one.start_byte < other.start_byte {
        (one, other)
    } else {
        (other, one)
    };
    let between = text.get(first.end_byte..second.start_byte).unwrap_or("-").trim();
    matches!(between, "," | "and" | "und" | "et" | "y" | ", and" | "/" | "&")
        && first.start_byte != second.start_byte
}

fn push(context: &Context<'_>, range: Range<usize>, confidence: f32, skills: &mut Vec<(String, Skill)>) {
    if skills.len() >= MOST {
        return;
    }
    let raw = context.visible.slice(&range);
    let key = key(raw);
    if key.is_empty() || skills.iter().any(|(known, _)| *known == key) {
        return;
    }
    let entry = canonical(raw);
    let value = entry.map_or_else(
        || raw.split_whitespace().collect::<Vec<_>>().join(" "),
        |entry| entry.name.to_owned(),
    );
    let Some(name) = context.visible.leaf(range, Some(value), confidence) else {
        return;
    };
    skills.push((
        key,
        Skill {
            name,
            kind: entry.map(|entry| entry.kind),
            months: None,
        },
    ));
}

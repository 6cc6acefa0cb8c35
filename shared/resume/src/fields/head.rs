//! What stands around the name: where the person lives, their headline and introduction.

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::Leaf;

use super::Context;
use super::places::place_score;
use super::titles::is_title;

/// Lines behind the name in which the headline may stand.
const HEADLINE_WITHIN: usize = 3;
/// Labels before a place, folded.
const LABELS: &[&str] = &[
    "location",
    "address",
    "adresse",
    "wohnort",
    "anschrift",
    "direccion",
    "ubicacion",
    "lieu",
    "domicile",
    "lives in",
    "based in",
    "ort",
    "domicilio",
];

/// Where the person lives: the surest place in the lines with contact data.
pub(super) fn location(context: &Context<'_>, lines: &[usize]) -> Option<Leaf> {
    let mut best: Option<(u8, Range<usize>)> = None;
    for number in lines {
        let Some(line) = context.visible.lines.get(*number) else {
            continue;
        };
        let in_work = context.parts.iter().any(|part| {
            matches!(part.kind, SectionKind::Work | SectionKind::Education) && part.lines.contains(number)
        });
        let text = context.visible.line_text(line);
        let mut from = 0;
        for piece in text.split(['\t', '|', '•', '·']) {
            let start = text
                .get(from..)
                .and_then(|rest| rest.find(piece))
                .map_or(from, |at| from + at);
            from = start + piece.len();
            let offset = label_length(piece);
            let shown = piece.get(offset..).unwrap_or_default();
            let trimmed = shown.trim_matches(|c: char| c.is_whitespace() || "-[]:–,".contains(c));
            let trimmed = without_street(trimmed);
            let Some(at) = shown.find(trimmed).filter(|_| !trimmed.is_empty()) else {
                continue;
            };
            let mut score = place_score(trimmed) * 2;
            if score < 4 || is_title(trimmed) && score < 6 {
                continue;
            }
            score += u8::from(offset > 0);
            score = if in_work { score.saturating_sub(3) } else { score };
            if best.as_ref().is_none_or(|(known, _)| score > *known) {
                let start = line.range.start + start + offset + at;
                best = Some((score, start..start + trimmed.len()));
            }
        }
    }
    let (score, range) = best?;
    context
        .visible
        .leaf(range, None, if score >= 5 { 0.92 } else { 0.7 })
}

fn label_length(piece: &str) -> usize {
    piece.split_once(':').map_or(0, |(label, _)| {
        let folded = hiring_core::taxonomy::fold_words(label);
        if LABELS.contains(&folded.as_str()) {
            label.len() + 1
        } else {
            0
        }
    })
}

/// `Hauptstr. 5, 10115 Berlin` without street and postal code.
fn without_street(text: &str) -> &str {
    if !text.chars().any(|c| c.is_ascii_digit()) {
        return text;
    }
    let tail = text
        .rsplit_once(|c: char| c.is_ascii_digit())
        .map_or(text, |(_, tail)| tail);
    let tail = tail.trim_matches(|c: char| c.is_whitespace() || c == ',');
    if tail.is_empty() {
        text.split(|c: char| c.is_ascii_digit())
            .next()
            .unwrap_or(text)
            .trim()
    } else {
        tail
    }
}

/// The title under (or beside) the name.
pub(super) fn headline(context: &Context<'_>, name_line: Option<usize>, lines: &[usize]) -> Option<Leaf> {
    let start = name_line.unwrap_or(0);
    let near = (start..=start + HEADLINE_WITHIN).chain(lines.iter().copied());
    for number in near {
        let Some(line) = context.visible.lines.get(number) else {
            continue;
        };
        let kind = context
            .parts
            .iter()
            .find(|part| part.lines.contains(&number))
            .map(|part| part.kind);
        if !matches!(
            kind,
            Some(SectionKind::Contact | SectionKind::Languages | SectionKind::Skills)
        ) {
            continue;
        }
        let text = context.visible.line_text(line);
        let mut from = 0;
        for piece in text.split('\t') {
            let at = from;
            from += piece.len() + 1;
            let words = piece.split_whitespace().count();
            let plain = !piece.contains('@') && !piece.contains(|c: char| c.is_ascii_digit());
            if (1..=8).contains(&words) && plain && is_title(piece) && piece.starts_with(char::is_uppercase) {
                let range = line.range.start + at..line.range.start + at + piece.len();
                return context.visible.leaf(range, None, 0.8);
            }
        }
    }
    None
}

/// The introduction: the whole text of the summary section.
pub(super) fn summary(context: &Context<'_>) -> Option<Leaf> {
    let parts = context
        .parts
        .iter()
        .filter(|part| part.kind == SectionKind::Summary);
    let ranges = parts.filter_map(|part| {
        let lines = context.visible.lines.get(part.body())?;
        Some(lines.first()?.range.start..lines.last()?.range.end)
    });
    let longest = ranges
        .max_by_key(|range| range.end - range.start)
        .filter(|range| range.end - range.start > 20)?;
    context.visible.leaf(longest, None, 0.85)
}

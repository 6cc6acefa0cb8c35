//! What stands around the name: the headline and the introduction.

use hiring_core::reading::SectionKind;
use hiring_core::resume::Leaf;

use super::Context;
use super::titles::is_title;

/// Lines behind the name in which the headline may stand.
const HEADLINE_WITHIN: usize = 3;
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

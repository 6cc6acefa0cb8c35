//! What stands around the name: the headline and the introduction.

#[cfg(test)]
mod tests;

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::Leaf;

use super::Context;
use super::lists::is_contact;
use super::titles::is_title;
use crate::layout::Line;

/// Lines behind the name in which the headline may stand.
const HEADLINE_WITHIN: usize = 3;
/// Bytes of a summary, more than.
const SHORTEST: usize = 20;
/// Words of a paragraph without a heading, at least.
const PROSE_WORDS: usize = 12;
/// Words of its first line, at least: addresses are shorter.
const LINE_WORDS: usize = 6;

/// The title beside or under the name, or among the contact data.
pub(super) fn headline(
    context: &Context<'_>,
    name: Option<&Leaf>,
    name_line: Option<usize>,
    lines: &[usize],
) -> Option<Leaf> {
    let start = name_line.unwrap_or(0);
    let near = (start..=start + HEADLINE_WITHIN).chain(lines.iter().copied());
    let name = name.map(|leaf| leaf.raw.as_str()).unwrap_or_default();
    near.filter(|number| may_hold(context, *number, name_line))
        .find_map(|number| {
            let line = context.visible.lines.get(number)?;
            let beside = Some(number) == name_line;
            let text = context.visible.line_text(line);
            let mut from = 0;
            text.split('\t').find_map(|piece| {
                let at = from;
                from += piece.len() + 1;
                let before = if beside {
                    piece.find(name).map_or(0, |at| at + name.len())
                } else {
                    0
                };
                let rest = piece.get(before..).unwrap_or_default();
                let shown = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
                let start = line.range.start + at + before + rest.len() - shown.len();
                let range = start..start + shown.len();
                is_headline(shown).then(|| context.visible.leaf(range, None, 0.8))?
            })
        })
}

/// Whether a headline may stand in a line: among contact data or lists at the side, or right under the name, wherever that
/// stands.
fn may_hold(context: &Context<'_>, number: usize, name_line: Option<usize>) -> bool {
    let heading = || {
        let headed = context.parts.iter().filter(|part| part.headed);
        headed.clone().any(|part| part.lines.start == number)
    };
    match context.kind_of(number) {
        Some(SectionKind::Contact | SectionKind::Languages | SectionKind::Skills) => true,
        Some(SectionKind::Work | SectionKind::Education) | None => false,
        Some(_) => name_line.is_some_and(|line| number == line || number == line + 1) && !heading(),
    }
}

/// Whether a text is a title and nothing else.
fn is_headline(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let plain = !text.contains(['@', '\n'])
        && !text.contains(|c: char| c.is_ascii_digit())
        && !text.trim_end().ends_with('.');
    (1..=8).contains(&words) && plain && is_title(text) && text.starts_with(char::is_uppercase)
}

/// The introduction: the text of the summary section, else a paragraph of prose among the contact data.
pub(super) fn summary(context: &Context<'_>) -> Option<Leaf> {
    let parts = |kind| context.parts.iter().filter(move |part| part.kind == kind);
    let longest = parts(SectionKind::Summary)
        .filter_map(|part| own_text(context, part.body()))
        .max_by_key(|range| range.end - range.start);
    if let Some(range) = longest {
        return context.visible.leaf(range, None, 0.85);
    }
    let range = parts(SectionKind::Contact).find_map(|part| paragraph(context, part.lines.clone()))?;
    context.visible.leaf(range, None, 0.7)
}

/// The text of a summary section without the contact data around it.
fn own_text(context: &Context<'_>, body: Range<usize>) -> Option<Range<usize>> {
    let lines = context.visible.lines.get(body)?;
    let contact = |line: &&Line| is_contact(context.visible.line_text(line));
    let skipped = lines.iter().take_while(contact).count();
    let kept = lines.get(skipped..)?;
    let count = kept.iter().take_while(|line| !contact(line)).count();
    let range = kept.first()?.range.start..kept.get(..count)?.last()?.range.end;
    (range.end - range.start > SHORTEST).then_some(range)
}

/// The first paragraph of prose: lines of a sentence's length up to one that ends a sentence with no other behind it.
fn paragraph(context: &Context<'_>, lines: Range<usize>) -> Option<Range<usize>> {
    let visible = context.visible;
    let mut open: Option<(Range<usize>, usize)> = None;
    for line in visible.lines.get(lines)? {
        let text = visible.line_text(line);
        let words = text.split_whitespace().count();
        let foreign = is_contact(text) || text.contains(['\t', '|', '•']);
        let long = words >= LINE_WORDS && !foreign;
        match open.as_mut() {
            Some((range, count)) if !foreign && (long || !ends(visible.slice(range))) => {
                range.end = line.range.end;
                *count += words;
            }
            Some((range, count)) if *count >= PROSE_WORDS && ends(visible.slice(range)) => break,
            _ => open = long.then(|| (line.range.clone(), words)),
        }
    }
    let (range, count) = open?;
    (count >= PROSE_WORDS && ends(visible.slice(&range))).then_some(range)
}

/// Whether a text ends as a sentence does.
fn ends(text: &str) -> bool {
    text.trim_end().ends_with(['.', '!', '?', '…'])
}

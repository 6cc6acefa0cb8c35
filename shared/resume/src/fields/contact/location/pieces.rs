//! The stretches of a line that may be a place.

use std::ops::Range;

use super::super::address::place_in;
use super::super::phones;
use crate::fields::Context;
use crate::layout::Line;

/// Byte ranges of a line between tabs, bars and addresses.
pub(super) fn pieces(context: &Context<'_>, line: &Line, taken: &[Range<usize>]) -> Vec<Range<usize>> {
    let text = context.visible.line_text(line);
    let mut cuts: Vec<Range<usize>> = text
        .char_indices()
        .filter(|(_, c)| {
            matches!(
                c,
                '\t' | '|' | '•' | '·' | '⋄' | '◦' | '∙' | '●' | '■' | '▪' | '♦'
            )
        })
        .map(|(at, c)| line.range.start + at..line.range.start + at + c.len_utf8())
        .collect();
    cuts.extend(
        taken
            .iter()
            .filter(|range| line.range.contains(&range.start))
            .cloned(),
    );
    cuts.extend(
        phones::ranges(text)
            .into_iter()
            .map(|range| line.range.start + range.start..line.range.start + range.end),
    );
    cuts.sort_by_key(|cut| cut.start);
    cuts.push(line.range.end..line.range.end);
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut from = line.range.start;
    for cut in cuts {
        if let Some(range) = (cut.start > from)
            .then(|| context.visible.trim(from..cut.start))
            .flatten()
        {
            found.push(without_label_behind(context, range));
        }
        from = from.max(cut.end);
    }
    if let Some(last) = found.last_mut().filter(|last| last.end == line.range.end) {
        last.end = over_the_line(context, last.clone());
    }
    found
}

/// `Graz E-Mail:` without the label of what follows.
fn without_label_behind(context: &Context<'_>, range: Range<usize>) -> Range<usize> {
    let text = context.visible.slice(&range);
    let cut = text.rfind(' ').filter(|_| text.ends_with(':'));
    range.start..cut.map_or(range.end, |cut| range.start + cut)
}

/// End of an address whose line ends with the postal code, the town standing below.
fn over_the_line(context: &Context<'_>, range: Range<usize>) -> usize {
    let text = context.visible.slice(&range);
    let last = text.rsplit([' ', ',']).next().unwrap_or_default();
    let code = matches!(last.len(), 4..=6)
        && last.bytes().all(|byte| byte.is_ascii_digit())
        && text.contains([' ', ','])
        && place_in(text).is_none();
    let rest = context
        .visible
        .text
        .get(range.end..)
        .and_then(|rest| rest.strip_prefix('\n'))
        .filter(|_| code);
    let below = rest.map_or(0, |rest| rest.find(['\n', '\t', '|']).unwrap_or(rest.len()));
    if (1..=40).contains(&below) {
        range.end + 1 + below
    } else {
        range.end
    }
}

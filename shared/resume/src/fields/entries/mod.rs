//! Entries of a work or education section: around each span of time, the lines that head it and the lines that tell
//! more.

mod duration;
mod form;
mod fragments;
mod prose;
mod spans;
mod stacked;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::contact::is_account;
use super::dates::Period;
use crate::layout::Visible;
use crate::words::bullet_length;
use duration::is_duration;
use prose::{is_label, is_nested};
use spans::{Stretch, stretches};

pub(crate) use form::is_form_label;
pub(super) use prose::is_prose;

/// Most lines of a heading before or after its date.
const MAX_HEAD: usize = 3;
/// Longest rest of a span on a line of its own, in bytes.
const MAX_REST: usize = 40;
/// How much wider than before the first date a gap must be to part two entries.
const WIDER: f32 = 1.35;

/// One entry.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Bytes of the heading's fragments, dates cut out, in reading order.
    pub fragments: Vec<Range<usize>>,
    pub period: Option<Period>,
    /// Lines that tell more.
    pub details: Range<usize>,
    /// All lines.
    pub lines: Range<usize>,
}

/// What a line of the section is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Holds an entry's span of time, by its place in the list.
    Dated(usize),
    /// The rest of a span that began on the line before.
    DateRest,
    /// Short, as headings are.
    Head,
    /// A bullet or a sentence.
    Detail,
}

/// Splits the lines of a section's body at its spans of time. Lines above the first entry are in none.
pub(super) fn split(visible: &Visible, body: Range<usize>) -> Vec<Entry> {
    let dated = stretches(visible, body.clone());
    let roles = roles(visible, &body, &dated);
    let anchors: Vec<usize> = roles
        .iter()
        .enumerate()
        .filter(|(_, role)| matches!(role, Role::Dated(_)))
        .map(|(at, _)| at)
        .collect();
    let starts = starts(visible, &body, &roles, &anchors);
    let mut entries = Vec::new();
    for (index, (anchor, start)) in anchors.iter().zip(&starts).enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(roles.len());
        let head_end = head_end(&roles, *anchor, end);
        let Some(Role::Dated(which)) = roles.get(*anchor) else {
            continue;
        };
        let stretch = dated.get(*which);
        let lines = |from: usize, to: usize| body.start + from..body.start + to;
        let dates = stretch.map(fragments::dates).unwrap_or_default();
        entries.push(Entry {
            fragments: fragments::fragments(visible, lines(*start, head_end), &dates),
            period: stretch.map(|stretch| stretch.period.clone()),
            details: lines(head_end, end),
            lines: lines(*start, end),
        });
    }
    entries
}

/// An entry without a date, headed by lines.
pub(super) fn undated(visible: &Visible, head: Range<usize>, end: usize) -> Entry {
    Entry {
        fragments: fragments::fragments(visible, head.clone(), &[]),
        period: None,
        details: head.end..end,
        lines: head.start..end,
    }
}

/// Whether a line could be part of a heading: short, no bullet, no sentence, no label, no account on a network.
pub(super) fn may_head(visible: &Visible, number: usize) -> bool {
    visible.lines.get(number).is_some_and(|line| {
        let text = visible.line_text(line);
        bullet_length(text) == 0
            && (is_duration(text)
                || !is_prose(text) && !is_label(text) && !is_nested(text) && !is_account(text))
    })
}

/// Where the heading of each entry starts: with as many lines above its date as the first entry has, as far as they
/// look like the first entry's and no wider gap parts them.
fn starts(visible: &Visible, body: &Range<usize>, roles: &[Role], anchors: &[usize]) -> Vec<usize> {
    let Some(first) = anchors.first().copied() else {
        return Vec::new();
    };
    let lead = heads_above(roles, first, MAX_HEAD);
    let bold = |at: usize| {
        visible
            .lines
            .get(body.start + at)
            .is_some_and(crate::layout::Line::bold)
    };
    let room = |at: usize| visible.lines.get(body.start + at).map_or(1.0, |line| line.room);
    anchors
        .iter()
        .map(|anchor| {
            let most = heads_above(roles, *anchor, lead);
            let mut taken = 0;
            while taken < most {
                let below = anchor - taken;
                let below_in_first = first - taken;
                let parted =
                    *anchor != first && room(below) > room(below_in_first) * WIDER && room(below) < 9.0;
                if parted {
                    break;
                }
                taken += 1;
            }
            // The top line of the first entry is set in bold: lines above one that is not are no heading.
            if *anchor != first && taken == lead && lead > 0 && bold(first - lead) {
                while taken > 0 && !bold(anchor - taken) {
                    taken -= 1;
                }
            }
            anchor - taken
        })
        .collect()
}

fn heads_above(roles: &[Role], anchor: usize, most: usize) -> usize {
    let above = roles.get(..anchor).unwrap_or_default();
    above
        .iter()
        .rev()
        .take(most)
        .take_while(|role| **role == Role::Head)
        .count()
}

/// One past the last line of the heading that holds a date.
fn head_end(roles: &[Role], anchor: usize, end: usize) -> usize {
    let mut at = anchor + 1;
    let mut after = 0;
    while at < end {
        match roles.get(at) {
            Some(Role::DateRest) => {}
            Some(Role::Head) if after < MAX_HEAD => after += 1,
            _ => break,
        }
        at += 1;
    }
    at
}

/// The role of each line.
fn roles(visible: &Visible, body: &Range<usize>, dated: &[Stretch]) -> Vec<Role> {
    let mut next = 0;
    body.clone()
        .map(|number| {
            while dated
                .get(next)
                .is_some_and(|one| one.line < number.saturating_sub(1))
            {
                next += 1;
            }
            let near = dated
                .iter()
                .enumerate()
                .skip(next)
                .take_while(|(_, one)| one.line <= number);
            role(visible, number, near)
        })
        .collect()
}

fn role<'a>(visible: &Visible, number: usize, near: impl Iterator<Item = (usize, &'a Stretch)>) -> Role {
    let Some(line) = visible.lines.get(number) else {
        return Role::Detail;
    };
    let mut first: Option<(usize, bool)> = None;
    let mut rest = None;
    for (index, stretch) in near {
        if stretch.line == number {
            let whole = stretch.period.whole();
            // A span says more than a single date on the same line.
            if first.is_none_or(|(_, known)| whole && !known) && heads(visible, &line.range, stretch) {
                first = Some((index, whole));
            }
        } else if let Some(range) = &stretch.rest {
            rest = Some(range.clone());
        }
    }
    if let Some((index, _)) = first {
        return Role::Dated(index);
    }
    if let Some(rest) = rest {
        let letters = |range: Range<usize>| visible.slice(&range).contains(char::is_alphabetic);
        let more = letters(rest.end..line.range.end) || letters(line.range.start..rest.start);
        return if more { Role::Head } else { Role::DateRest };
    }
    if may_head(visible, number) {
        Role::Head
    } else {
        Role::Detail
    }
}

/// Longest text beside a date that may be an entry's head, in bytes: far above every head of the labelled documents.
const LONGEST_HEAD: usize = 1_000;

/// Whether a date on a line is an entry's, not one within a sentence: what stands beside it is no sentence.
fn heads(visible: &Visible, line: &Range<usize>, stretch: &Stretch) -> bool {
    let period = &stretch.period;
    let end = period.range.end.min(line.end);
    let before = visible.slice(&(line.start..period.range.start));
    let after = visible.slice(&(end..line.end));
    // Only what no wide gap divides from the date counts.
    let before_near = before.rsplit('\t').next().unwrap_or(before);
    let after_near = after.split('\t').next().unwrap_or(after);
    // One line may hold thousands of dates: each looks no further than any entry's head reaches.
    if before_near.len() + after_near.len() > LONGEST_HEAD {
        return false;
    }
    let beside = format!("{before_near} {after_near}");
    let alone = !beside.chars().any(char::is_alphabetic) || is_duration(&beside);
    let text = visible.slice(line);
    let bullet = bullet_length(text) > 0;
    alone || !bullet && !is_prose(&beside) && !is_nested(text)
}

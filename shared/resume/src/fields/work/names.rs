//! The names in an entry's heading: what is left when dates and places are taken out.

use std::ops::Range;

use hiring_core::taxonomy::canonical;

use super::companies::{company_score, is_own};
use crate::fields::entries::Entry;
use crate::fields::places::place_score;
use crate::fields::titles::{is_title, is_whole_title, sounds_like_title, title_score};
use crate::layout::Visible;

/// Most names of a heading that are looked at.
const MOST: usize = 6;
/// Longest place behind a name, in words.
const PLACE_WORDS: usize = 4;

/// The names and the place of an entry.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    pub names: Vec<Range<usize>>,
    pub place: Option<Range<usize>>,
    /// Whether the words themselves say that the first name is the title and the second the employer.
    pub said: bool,
}

/// Where the places of a section's entries stand.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Places {
    /// Behind a name in one text: then a place that no list knows may stand there too.
    pub follow: bool,
    /// Behind a name on its line, parted by a sign or a gap.
    pub apart: bool,
}

/// How much speaks for a title and against an employer.
pub(super) fn lean(text: &str) -> i32 {
    if is_own(text) {
        return -3;
    }
    let words = text.split_whitespace().count().max(1);
    let known = title_score(text).min(2) as i32;
    let whole = if is_whole_title(text) { 2 } else { 0 };
    let sounds = i32::from(known == 0 && words < 6 && sounds_like_title(text));
    known * 2 + whole + sounds - company_score(text)
}

/// The names in the heading of an entry of a section whose places stand so.
pub(super) fn names(visible: &Visible, entry: &Entry, places: Places) -> Names {
    let mut found = Names::default();
    for fragment in entry.fragments.iter().take(MOST * 2) {
        take(visible, fragment.clone(), places.follow, &mut found);
    }
    if places.apart && found.place.is_none() {
        unknown_place(visible, &mut found);
    }
    if let [only] = found.names.as_slice() {
        let (split, said) = one_name(visible, only);
        found.names = split;
        found.said |= said;
    }
    found.names.truncate(MOST);
    found
}

/// Takes a place that no list knows from among three names and more, where it stands behind a name that is no title.
fn unknown_place(visible: &Visible, found: &mut Names) {
    if found.said || found.names.len() < 3 {
        return;
    }
    let at = found.names.windows(2).position(|pair| match pair {
        [one, other] => {
            let beside = !visible.slice(&(one.end..other.start)).contains('\n');
            beside && lean(visible.slice(one)) <= 0 && names_place(visible.slice(other))
        }
        _ => false,
    });
    if let Some(at) = at {
        found.place = Some(found.names.remove(at + 1));
    }
}

/// Whether the place of an entry stands behind a name on its line, by itself.
pub(super) fn place_stands_apart(visible: &Visible, entry: &Entry) -> bool {
    entry.fragments.windows(2).any(|pair| match pair {
        [one, other] => {
            let text = visible.slice(other);
            !visible.slice(&(one.end..other.start)).contains('\n')
                && is_place(text)
                && !is_title(text)
                && company_score(text) < 2
                && lean(visible.slice(one)) <= 0
        }
        _ => false,
    })
}

/// Whether a fragment ends with a known place behind a comma or in brackets.
pub(super) fn ends_with_place(text: &str) -> bool {
    without_place(text, false).1.is_some()
}

fn take(visible: &Visible, fragment: Range<usize>, places_follow: bool, found: &mut Names) {
    let text = visible.slice(&fragment);
    if is_place(text) && !is_title(text) && company_score(text) < 2 {
        found.place.get_or_insert(fragment);
        return;
    }
    let (name, place) = without_place(text, places_follow);
    if let Some(at) = place {
        found
            .place
            .get_or_insert(fragment.start + at.start..fragment.start + at.end);
    }
    let range = fragment.start + name.start..fragment.start + name.end;
    let text = visible.slice(&range);
    let range = range.start + leading_joint(text)..range.end;
    if let Some((title, company)) = at_split(visible.slice(&range)) {
        found
            .names
            .push(range.start + title.start..range.start + title.end);
        found
            .names
            .push(range.start + company.start..range.start + company.end);
        found.said = true;
    } else if !range.is_empty() {
        found.names.push(range);
    }
}

/// A place, also with what tells it apart behind it: `Halle (Saale)`.
fn is_place(text: &str) -> bool {
    place_score(text) >= 2
        || text
            .split_once(" (")
            .is_some_and(|(town, rest)| rest.ends_with(')') && place_score(town) >= 2)
}

/// Cuts `, Berlin`, `, Denver, CO` or `(Halle (Saale))` off the end: the name, and the place.
fn without_place(text: &str, places_follow: bool) -> (Range<usize>, Option<Range<usize>>) {
    if let Some(open) = outer_bracket(text)
        && text.get(..open).is_some_and(|head| head.trim().len() > 2)
    {
        let inner = open + 1..text.len() - 1;
        let shown = text.get(inner.clone()).unwrap_or_default();
        let head = text.get(..open).unwrap_or_default().trim_end().len();
        // `Halle (Saale)` at the end is one place; any other bracket is no part of the name.
        let before = text.get(..head).unwrap_or_default();
        let whole = before
            .rfind(", ")
            .filter(|at| is_place(text.get(at + 2..).unwrap_or_default()));
        if let Some(comma) = whole {
            return (0..comma, Some(comma + 2..text.len()));
        }
        let place = is_place(shown) || places_follow && names_place(shown);
        let nested = without_place(before, places_follow);
        return match (place, nested) {
            (true, (name, _)) if name.end == head => (0..head, Some(inner)),
            (_, (name, Some(found))) => (name, Some(found)),
            (true, _) => (0..head, Some(inner)),
            (false, _) => (0..head, None),
        };
    }
    let commas: Vec<usize> = text.match_indices(',').map(|(at, _)| at).collect();
    for at in commas.iter().rev().take(2).rev() {
        let tail = text.get(at + 1..).unwrap_or_default();
        if place_score(tail) >= 2 {
            let start = at + 1 + tail.len() - tail.trim_start().len();
            return (0..*at, Some(start..text.len()));
        }
    }
    if let Some(at) = commas.last().filter(|_| places_follow) {
        let tail = text.get(at + 1..).unwrap_or_default();
        if names_place(tail.trim()) {
            let start = at + 1 + tail.len() - tail.trim_start().len();
            return (0..*at, Some(start..text.len()));
        }
    }
    (0..text.len(), None)
}

/// First byte of the bracket that closes at the end of a text.
fn outer_bracket(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices().rev() {
        match c {
            ')' => depth += 1,
            '(' => depth -= 1,
            _ if depth == 0 => return None,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Whether a text could be a place that no list knows: a few capitalised words and nothing of a title or an employer.
fn names_place(text: &str) -> bool {
    text.split_whitespace().count() <= PLACE_WORDS
        && text.starts_with(char::is_uppercase)
        && !text.chars().any(|c| c.is_ascii_digit())
        && lean(text) == 0
        && company_score(text) == 0
        && canonical(text).is_none()
}

/// Bytes of `bei `, `at ` and the like before a name.
fn leading_joint(text: &str) -> usize {
    ["at ", "bei der ", "bei ", "beim ", "chez ", "@ ", "en "]
        .iter()
        .find(|joint| {
            text.strip_prefix(**joint)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()))
        })
        .map_or(0, |joint| joint.len())
}

/// `Controller at Barclays`: the bytes of both.
fn at_split(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    for (joint, sure) in [
        (" at the ", true),
        (" at ", true),
        (" @ ", true),
        (" AT ", true),
        (" bei der ", true),
        (" bei den ", true),
        (" beim ", true),
        (" bei ", true),
        (" chez ", true),
        (" en ", false),
    ] {
        let Some(at) = last_of(text, joint) else { continue };
        let (head, tail) = (text.get(..at)?, text.get(at + joint.len()..)?);
        let name =
            tail.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) || company_score(tail) > 0;
        let title = if sure {
            head.split_whitespace().count() <= 9
        } else {
            is_title(head) && place_score(tail) < 2 && canonical(tail).is_none()
        };
        if name && title && head.trim().len() > 1 {
            return Some((0..head.trim_end().len(), at + joint.len()..text.len()));
        }
    }
    None
}

/// Where a phrase stands last in a short text: making a search ready would take longer than to look at every blank.
fn last_of(text: &str, phrase: &str) -> Option<usize> {
    let mut blanks = text.bytes().enumerate().rev().filter(|(_, byte)| *byte == b' ');
    blanks.find_map(|(at, _)| text.get(at..)?.starts_with(phrase).then_some(at))
}

/// One name that holds both: divided at the comma that leaves a title on one side.
fn one_name(visible: &Visible, name: &Range<usize>) -> (Vec<Range<usize>>, bool) {
    let text = visible.slice(name);
    let commas: Vec<usize> = text.match_indices(", ").map(|(at, _)| at).collect();
    let (Some(first), Some(last)) = (commas.first().copied(), commas.last().copied()) else {
        return (Vec::from([name.clone()]), false);
    };
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let head = lean(part(0, first));
    let tail = lean(part(last + 2, text.len()));
    // `, Inc.` belongs to what stands before it.
    let form = company_score(&format!("A {}", part(last + 2, text.len()))) == 3
        && part(last + 2, text.len()).len() < 6;
    let cut = if tail > head.max(0) {
        last
    } else if commas.len() == 2 && head > 0 && !form {
        // `VP Sales, EMEA, Lux & Lane`, but `Analyst, Smith, Jones & Co`.
        if lean(part(first + 2, last)) < 0 {
            first
        } else {
            last
        }
    } else {
        first
    };
    (
        Vec::from([name.start..name.start + cut, name.start + cut + 2..name.end]),
        false,
    )
}

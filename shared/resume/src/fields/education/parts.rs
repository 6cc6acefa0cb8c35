//! The parts of an education entry's heading: school, degree, field of study, place.

use std::ops::Range;

use super::degrees::{find_degree, is_whole_degree};
use super::grade::grade;
use super::schools::{begins_within, is_school};
use crate::fields::places::place_score;
use crate::layout::Visible;

/// What a heading says, as bytes of the visible text.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub institution: Option<Range<usize>>,
    pub degree: Option<Range<usize>>,
    pub area: Option<Range<usize>>,
    /// What is neither, with the fragment it comes from.
    rest: Vec<(usize, Range<usize>)>,
    /// The fragment that names the degree.
    degree_in: usize,
}

/// Words between a title and a school: `MSc at Leeds`.
const AT: &[&str] = &[
    " at ", " @ ", " bei ", " an der ", " an ", " am ", " chez ", " en la ", " à l'", " à l’", " à la ",
    " à ",
];

/// The parts of fragments.
pub(super) fn parts(visible: &Visible, fragments: &[Range<usize>]) -> Parts {
    let mut found = Parts::default();
    for (number, fragment) in fragments.iter().enumerate() {
        if grade(visible.slice(fragment)).is_some() {
            continue;
        }
        for range in divided(visible, fragment) {
            piece(visible, number, range, &mut found);
        }
    }
    settle(visible, &mut found);
    found
}

/// A fragment cut before a school that stands within it, at commas and at brackets.
fn divided(visible: &Visible, fragment: &Range<usize>) -> Vec<Range<usize>> {
    let text = visible.slice(fragment);
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    let mut depth = 0;
    // `(Hons)` stays with its degree.
    let degree = find_degree(text);
    let suffix = |at: usize| degree.as_ref().is_some_and(|degree| degree.contains(&at));
    for (at, c) in text.char_indices() {
        match c {
            '(' => {
                depth += 1;
                if !suffix(at) {
                    cuts.push((at, at + 1));
                }
            }
            ')' => {
                depth -= 1;
                if !suffix(at) {
                    cuts.push((at, at + 1));
                }
            }
            ',' | ';' if depth <= 0 && text.get(at + 1..).is_some_and(|rest| rest.starts_with(' ')) => {
                cuts.push((at, at + 1))
            }
            ':' => cuts.push((at, at + 1)),
            _ => {}
        }
    }
    for joint in AT {
        if let Some(at) = text.find(joint)
            && is_school(text.get(at + joint.len()..).unwrap_or_default())
            && !is_school(text.get(..at).unwrap_or_default())
        {
            cuts.push((at, at + joint.len()));
            break;
        }
    }
    if let Some(at) = begins_within(text)
        .filter(|at| !is_school(text.get(..*at).unwrap_or_default()) && find_degree(text).is_some())
    {
        cuts.push((at, at));
    }
    cuts.sort_unstable();
    cuts.push((text.len(), text.len()));
    let mut from = 0;
    let mut pieces = Vec::new();
    for (end, next) in cuts {
        if end > from {
            pieces.extend(visible.trim(fragment.start + from..fragment.start + end));
        }
        from = from.max(next);
    }
    pieces
}

fn piece(visible: &Visible, number: usize, range: Range<usize>, found: &mut Parts) {
    let range = range.start + leading(visible.slice(&range))..range.end;
    let text = visible.slice(&range);
    if grade(text).is_some() || text.chars().filter(|c| c.is_alphabetic()).count() < 2 {
        return;
    }
    if found.institution.is_none() && is_school(text) && !is_whole_degree(text) {
        found.institution = Some(range);
        return;
    }
    match find_degree(text).filter(|_| found.degree.is_none()) {
        Some(degree) => {
            found.degree = Some(range.start + degree.start..range.start + degree.end);
            found.degree_in = number;
            let before = range.start..range.start + degree.start;
            for rest in [range.start + degree.end..range.end, before] {
                if let Some(rest) = without_joint(visible, rest) {
                    found.rest.push((number, rest));
                }
            }
        }
        None if place_score(text) < 2 => found
            .rest
            .extend(without_joint(visible, range).map(|rest| (number, rest))),
        None => {}
    }
}

/// Gives what is left its place: beside the degree it is the field of study, elsewhere the school.
fn settle(visible: &Visible, found: &mut Parts) {
    let rest = std::mem::take(&mut found.rest);
    let beside = |number: usize| found.degree.is_some() && number == found.degree_in;
    let mut near: Vec<Range<usize>> = Vec::new();
    let mut far: Vec<Range<usize>> = Vec::new();
    for (number, range) in rest {
        let same_line = found
            .degree
            .as_ref()
            .is_some_and(|degree| !between(visible, degree, &range).contains('\n'));
        if beside(number) || found.institution.is_some() && same_line {
            near.push(range);
        } else {
            far.push(range);
        }
    }
    if found.institution.is_none() {
        let last_near = if near.len() > 1 { near.pop() } else { None };
        found.institution = if far.is_empty() {
            last_near.clone()
        } else {
            Some(far.remove(0))
        };
        if found.institution != last_near {
            near.extend(last_near);
        }
    }
    found.area = near.into_iter().chain(far).next();
}

fn between<'a>(visible: &'a Visible, one: &Range<usize>, other: &Range<usize>) -> &'a str {
    let (first, second) = if one.start <= other.start {
        (one, other)
    } else {
        (other, one)
    };
    visible.slice(&(first.end..second.start.max(first.end)))
}

/// Bytes of `at `, `an der ` and the like before a name.
fn leading(text: &str) -> usize {
    ["at ", "bei ", "an der ", "chez ", "@ ", "à l'", "à la "]
        .iter()
        .find(|joint| text.starts_with(**joint))
        .map_or(0, |joint| joint.len())
}

/// A field of study without the word that joins it to the degree.
fn without_joint(visible: &Visible, range: Range<usize>) -> Option<Range<usize>> {
    let raw = visible.slice(&range);
    let edge = |c: char| c.is_whitespace() || ",:;-–—|•·()/".contains(c);
    let mut text = raw.trim_matches(edge);
    for word in [
        "in ",
        "en ",
        "of ",
        "im Fach ",
        "im Studiengang ",
        "mention ",
        "option ",
        "spécialité ",
        "zum ",
        "zur ",
        "als ",
        "der ",
        "des ",
        "de ",
        "d'",
        "d’",
        "Studiengang ",
        "Fachrichtung ",
        "Schwerpunkt ",
        "Major in ",
        "major in ",
        "with ",
        "especialidad ",
    ] {
        text = text.strip_prefix(word).unwrap_or(text);
    }
    let start = range.start + raw.find(text)?;
    let joint = matches!(
        text,
        "in" | "en" | "of" | "at" | "de" | "zum" | "zur" | "and" | "und" | "et" | "y"
    );
    (!joint && text.chars().filter(|c| c.is_alphabetic()).count() > 1).then(|| start..start + text.len())
}

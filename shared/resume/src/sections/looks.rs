//! Headings by their looks: those of one document share a look, so a line with that look heads a section whatever it says,
//! and a known word without it does not.

use std::collections::HashSet;

use hiring_core::reading::SectionKind;

use super::Found;
use super::headings::{heading, is_letter_spaced, likely};
use crate::fields::is_only_span;
use crate::layout::{Line, Visible};
use crate::words::{has_date, is_bullet};

/// Most words of a heading that is only known by its looks.
const MAX_WORDS: usize = 6;
/// Most bytes of such a heading.
const MAX_LENGTH: usize = 56;
/// Fewest headings that must share a look before it is trusted.
const FEWEST: usize = 2;

/// What tells a heading from the lines around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    /// Font size in half points.
    size: i32,
    bold: bool,
    capitals: bool,
    spaced: bool,
    /// Whether a line is drawn under it.
    ruled: bool,
}

/// Font size of a line in half points.
fn half_points(line: &Line) -> i32 {
    (line.size * 2.0).round() as i32
}

/// The look of a line.
pub(super) fn look(visible: &Visible, at: usize) -> Option<Look> {
    let line = visible.lines.get(at)?;
    let text = visible.line_text(line);
    let spaced = is_letter_spaced(text);
    Some(Look {
        size: half_points(line),
        bold: line.bold(),
        capitals: !spaced && capitals(text),
        spaced,
        ruled: line.ruled,
    })
}

/// Whether a line is written in capitals.
pub(super) fn in_capitals(visible: &Visible, at: usize) -> bool {
    let line = visible.lines.get(at);
    line.is_some_and(|line| capitals(visible.line_text(line)))
}

fn capitals(text: &str) -> bool {
    !text.chars().any(char::is_lowercase) && text.chars().filter(|c| c.is_alphabetic()).count() > 2
}

/// Size of most of the text, in half points.
pub(super) fn body_size(visible: &Visible) -> i32 {
    let mut sizes: Vec<i32> = visible.lines.iter().map(half_points).collect();
    sizes.sort_unstable();
    sizes.get(sizes.len() / 2).copied().unwrap_or(0)
}

/// Whether a line is larger than most of the text, or all capitals.
pub(super) fn stands_out(visible: &Visible, at: usize, body: i32) -> bool {
    let large = |line: &Line| half_points(line) > body;
    visible.lines.get(at).is_some_and(large)
        || look(visible, at).is_some_and(|look| look.capitals || look.spaced)
}

/// Lines that look like the known headings, with the section that their words suggest.
pub(super) fn alike(visible: &Visible, known: &[Found]) -> Vec<Found> {
    let Some(shared) = shared_look(visible, known) else {
        return Vec::new();
    };
    let first_known = known.iter().map(|found| found.at).min().unwrap_or(0);
    let taken: HashSet<usize> = known
        .iter()
        .flat_map(|found| found.at..found.at + found.lines)
        .collect();
    let candidates: Vec<usize> = (0..visible.lines.len())
        .filter(|at| !taken.contains(at) && has_look(visible, *at, shared) && short(visible, *at))
        .collect();
    // A look that many other lines share as well (titles in bold, say) says nothing by itself.
    let common = candidates.len() > known.len().max(3);
    candidates
        .into_iter()
        .filter_map(|at| {
            let line = visible.lines.get(at)?;
            let text = visible.line_text(line);
            // The name of a school or a position may be set like a heading.
            if crate::fields::is_name_of_entry(text) {
                return None;
            }
            let kind = likely(text);
            let trusted = kind.is_some() || !common && at > first_known && !within_entry(visible, at);
            trusted.then_some(Found {
                at,
                lines: 1,
                kind: kind.unwrap_or(SectionKind::Other),
            })
        })
        .collect()
}

/// Whether a line has a look: what its words do not tell is compared first.
fn has_look(visible: &Visible, at: usize, wanted: Look) -> bool {
    let set = |line: &Line| (half_points(line), line.bold(), line.ruled);
    let alike = (wanted.size, wanted.bold, wanted.ruled);
    visible.lines.get(at).is_some_and(|line| set(line) == alike) && look(visible, at) == Some(wanted)
}

/// The look of most known headings, where it sets them off.
fn shared_look(visible: &Visible, known: &[Found]) -> Option<Look> {
    let looks: Vec<Look> = known.iter().filter_map(|found| look(visible, found.at)).collect();
    let count = |wanted: &Look| looks.iter().filter(|look| *look == wanted).count();
    let best = looks.iter().copied().max_by_key(|look| count(look))?;
    let set_off = best.size > body_size(visible) || best.capitals || best.spaced || best.bold || best.ruled;
    (set_off && count(&best) >= FEWEST).then_some(best)
}

/// Whether a line stands between an entry's span of time and its story, as a line that is no heading does in another entry.
fn within_entry(visible: &Visible, at: usize) -> bool {
    let text = |at: usize| visible.lines.get(at).map_or("", |line| visible.line_text(line));
    let between = |at: usize| {
        at.checked_sub(1).is_some_and(|above| is_only_span(text(above)))
            && !is_bullet(text(at))
            && is_bullet(text(at + 1))
    };
    let elsewhere = |other: usize| other != at && between(other) && heading(text(other)).is_none();
    between(at) && (0..visible.lines.len()).any(elsewhere)
}

/// Whether a line could be a heading at all: a few words, no date, no address, no wide gap.
fn short(visible: &Visible, at: usize) -> bool {
    let Some(line) = visible.lines.get(at) else {
        return false;
    };
    let text = visible.line_text(line);
    text.len() <= MAX_LENGTH
        && (text.split_whitespace().count() <= MAX_WORDS || is_letter_spaced(text))
        && text.chars().filter(|c| c.is_alphabetic()).count() > 2
        && !text.contains(['@', '\t', '●', '○', '★', '|'])
        && !text.chars().any(|c| c.is_ascii_digit())
        && !text.trim_end().ends_with(['.', ','])
        && !has_date(text)
        && !is_bullet(text)
}

#[cfg(test)]
mod tests {
    use super::super::split;
    use super::*;
    use crate::layout::lay_out;
    use crate::span::{Rule, Source, Span, Turn};

    /// A line of a page in type of 10 points.
    fn span(at: usize, text: &str) -> Span {
        Span {
            page: 0,
            turn: Turn::Upright,
            x: 50.0,
            y: 50.0 + 20.0 * at as f32,
            width: text.len() as f32 * 5.0,
            size: 10.0,
            bold: false,
            italic: false,
            colour: [0, 0, 0],
            family: 0,
            hidden: None,
            text: text.to_owned(),
        }
    }

    /// The kinds of the sections of a page; lines that begin with `#` in type of 14 points, with `_` of 8 points.
    fn kinds(lines: &[&str]) -> Vec<SectionKind> {
        let spans = lines.iter().enumerate().flat_map(|(at, text)| {
            let words = text.trim_start_matches(['#', '_']);
            let size = match text.chars().next() {
                Some('#') => 14.0,
                Some('_') => 8.0,
                _ => 10.0,
            };
            let cells = words
                .split('\t')
                .enumerate()
                .map(move |(cell, text)| (cell, text.to_owned()));
            cells.map(move |(cell, text)| Span {
                size,
                x: 50.0 + 150.0 * cell as f32,
                width: text.len() as f32 * size / 2.0,
                ..span(at, &text)
            })
        });
        let source = Source {
            pages: 1,
            spans: spans.collect(),
            ..Source::default()
        };
        split(&lay_out(source)).iter().map(|part| part.kind).collect()
    }

    #[test]
    fn a_line_between_the_dates_and_the_story_of_an_entry_is_no_heading_as_in_other_entries() {
        let page = [
            "Ada Byron",
            "#Experience",
            "Nurse",
            "05/2019 - 06/2021",
            "Thierry",
            "• Planned 12 wards",
            "Nurse",
            "07/2017 - 04/2019",
            "#Renault",
            "• Planned 9 wards",
            "#Skills",
            "Nursing, Care planning",
        ];
        use SectionKind::{Contact, Other, Skills, Work};
        assert_eq!(kinds(&page), [Contact, Work, Skills]);
        let without_story: Vec<&str> = page
            .iter()
            .copied()
            .filter(|line| !line.starts_with('•'))
            .collect();
        assert_eq!(kinds(&without_story), [Contact, Work, Other, Skills]);
    }

    #[test]
    fn a_heading_may_have_a_wide_gap_between_its_words() {
        let page = [
            "Ada Byron",
            "#Experience",
            "Nurse, Foods Ltd, 05/2019 - 06/2021",
            "#Schulische\tBildung",
            "BSc in Physics, University of Leeds, 2018",
        ];
        use SectionKind::{Contact, Education, Work};
        assert_eq!(kinds(&page), [Contact, Work, Education]);
    }

    #[test]
    fn small_headings_in_capitals_count_beside_large_ones() {
        use SectionKind::{Contact, Education, Languages, Work};
        let page = |last: &'static str| {
            let lines = [
                "Ada Byron",
                "#EXPERIENCE",
                "Nurse, Foods Ltd, 05/2019 - 06/2021",
                "• Planned 12 wards",
                "#EDUCATION",
                "BSc in Physics, University of Leeds, 2018",
            ];
            kinds(&[&lines[..], &[last, "German, English"]].concat())
        };
        assert_eq!(page("_LANGUAGES"), [Contact, Work, Education, Languages]);
        assert_eq!(page("_Languages"), [Contact, Work, Education]);
    }

    #[test]
    fn lines_drawn_under_headings_tell_a_heading_of_unknown_words() {
        let lines = [
            "Ada Byron",
            "Experience",
            "Controller, Foods Ltd, 2019 - 2021",
            "Education",
            "BSc in Physics, University of Leeds, 2018",
            "Odds and ends",
            "Gardening",
        ];
        let spans: Vec<Span> = lines
            .iter()
            .enumerate()
            .map(|(at, text)| span(at, text))
            .collect();
        let ruled = |drawn: bool| {
            let rules = [1, 3, 5].into_iter().filter(|_| drawn).map(|at| Rule {
                page: 0,
                x0: 50.0,
                x1: 500.0,
                y: 53.0 + 20.0 * at as f32,
            });
            let visible = lay_out(Source {
                pages: 1,
                spans: spans.clone(),
                rules: rules.collect(),
                ..Source::default()
            });
            let others = split(&visible);
            others
                .iter()
                .filter(|part| part.kind == SectionKind::Other)
                .count()
        };
        assert_eq!((ruled(true), ruled(false)), (1, 0));
    }
}

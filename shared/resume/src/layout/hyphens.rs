//! Words that a line's end takes apart, put together again: `Kuber-` and `netes` are read as `Kubernetes`.
//!
//! The rest of the word moves up to the line on which it begins. A hyphen that belongs to the word stays, as in `full-` and
//! `stack`; where it is written for a word left out (`Projekt-` and `und Teamleitung`), nothing moves.

use std::collections::HashSet;

use hiring_core::taxonomy;

use super::rows::{Row, Segment};

/// A hyphen that a program puts in, and shows at a line's end only.
const SOFT: char = '\u{ad}';
/// How far left of its line's beginning the next line may begin, in font sizes.
const LEFT: f32 = 3.0;
/// How far right of it; a line behind a bullet begins farther right than the bullet.
const RIGHT: f32 = 4.0;
/// Longest word with a hyphen that is kept in mind, in bytes.
const LONGEST: usize = 40;
/// How far below it may stand, in font sizes.
const BELOW: f32 = 2.5;

/// Beginnings of words that are always written with a hyphen.
const FIRST: &[&str] = &["cross", "e", "ex", "self"];
/// Second halves of words that are written with a hyphen, and hardly ever the end of one without.
const SECOND: &[&str] = &[
    "based",
    "being",
    "building",
    "call",
    "centric",
    "code",
    "commerce",
    "depth",
    "driven",
    "effective",
    "end",
    "facing",
    "founder",
    "friendly",
    "functional",
    "grade",
    "house",
    "how",
    "known",
    "latency",
    "learning",
    "level",
    "making",
    "on",
    "oriented",
    "paced",
    "performance",
    "platform",
    "premise",
    "premises",
    "quality",
    "ready",
    "related",
    "scale",
    "service",
    "site",
    "solving",
    "source",
    "specific",
    "stack",
    "term",
    "time",
    "to",
    "up",
    "user",
    "volume",
    "wide",
];

/// Words before which a hyphen stands for something left out.
const JOINING: &[&str] = &[
    "and", "or", "to", "und", "oder", "sowie", "bzw", "bis", "et", "ou", "y", "e", "o", "u",
];

/// Puts words together across line ends. `flow` is for rows whose places on a page are not known.
pub(super) fn join(rows: Vec<Row>, flow: bool) -> Vec<Row> {
    let hyphened = hyphened(&rows);
    let mut joined: Vec<Row> = Vec::with_capacity(rows.len());
    for mut row in rows {
        if let Some(above) = joined.last_mut() {
            // A word of three lines is joined too, as what moved up may end in a hyphen itself.
            if follows(above, &row, flow) {
                take_rest(above, &mut row, &hyphened);
            }
            strip_soft(above);
        }
        if !row.segments.is_empty() {
            joined.push(row);
        }
    }
    if let Some(last) = joined.last_mut() {
        strip_soft(last);
    }
    joined
}

/// The words with a hyphen within a line, in lower case: how this document writes them.
fn hyphened(rows: &[Row]) -> HashSet<String> {
    let breaks = |row: &Row| {
        let last = row.segments.last().and_then(|segment| segment.parts.last());
        last.is_some_and(|part| part.text.ends_with(['-', '\u{2010}']))
    };
    if !rows.iter().any(breaks) {
        return HashSet::new();
    }
    let parts = rows
        .iter()
        .flat_map(|row| &row.segments)
        .flat_map(|segment| &segment.parts);
    parts
        .filter(|part| part.text.contains('-'))
        .flat_map(|part| part.text.split_whitespace())
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.contains('-') && word.len() <= LONGEST)
        .map(str::to_lowercase)
        .collect()
}

/// Whether a row stands where the line above goes on.
fn follows(above: &Row, row: &Row, flow: bool) -> bool {
    let (Some(from), Some(to)) = (above.segments.last(), row.segments.first()) else {
        return false;
    };
    if flow {
        return true;
    }
    let size = from.size.max(1.0);
    let (right, down) = (to.x0 - from.x0, row.y() - above.y());
    !row.jump && right > -LEFT * size && right < RIGHT * size && down > 0.0 && down < BELOW * size
}

/// Moves the first word of a row to the broken word at the end of the line above, if there is one.
fn take_rest(above: &mut Row, row: &mut Row, hyphened: &HashSet<String>) {
    let Some(text) = above.segments.last_mut().and_then(last_text) else {
        return;
    };
    let Some(first) = row
        .segments
        .first_mut()
        .and_then(|segment| segment.parts.first_mut())
    else {
        return;
    };
    let end = first.text.find(char::is_whitespace).unwrap_or(first.text.len());
    let Some((rest, behind)) = first.text.split_at_checked(end) else {
        return;
    };
    let Some(hyphen) = broken(text, rest, hyphened) else {
        return;
    };
    text.pop();
    if hyphen {
        text.push('-');
    }
    text.push_str(rest);
    first.text = behind.trim_start().to_owned();
    drop_empty(row);
}

/// Whether the hyphen stays between the two parts of a broken word; `None` when it is none.
fn broken(text: &str, rest: &str, hyphened: &HashSet<String>) -> Option<bool> {
    let mut backwards = text.chars().rev();
    let mark = backwards
        .next()
        .filter(|c| matches!(c, '-' | '\u{2010}' | &SOFT))?;
    let small = rest.chars().next().is_some_and(char::is_lowercase);
    if !small || !backwards.next().is_some_and(char::is_alphabetic) {
        return None;
    }
    if mark == SOFT {
        return Some(false);
    }
    let bare = rest.trim_matches(|c: char| !c.is_alphanumeric());
    if JOINING.contains(&bare) || rest.contains(['@', '/', ':']) {
        return None;
    }
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    if word.contains(['@', '/', ':']) {
        return None;
    }
    let start = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    let start = start.trim_end_matches(['-', '\u{2010}']).to_lowercase();
    if hyphened.contains(&format!("{start}-{bare}")) {
        return Some(true);
    }
    let usual = start.contains('-') || FIRST.contains(&start.as_str()) || SECOND.contains(&bare);
    Some(usual && taxonomy::canonical(&format!("{start}{bare}")).is_none())
}

fn last_text(segment: &mut Segment) -> Option<&mut String> {
    segment.parts.last_mut().map(|part| &mut part.text)
}

fn drop_empty(row: &mut Row) {
    for segment in &mut row.segments {
        segment.parts.retain(|part| !part.text.is_empty());
    }
    row.segments.retain(|segment| !segment.parts.is_empty());
}

/// A soft hyphen behind which nothing follows is none.
fn strip_soft(row: &mut Row) {
    for text in row.segments.iter_mut().filter_map(last_text) {
        if text.ends_with(SOFT) {
            text.pop();
        }
    }
    drop_empty(row);
}

#[cfg(test)]
mod tests {
    use super::super::testing::{span, text_of};
    use super::super::{Source, lay_out};

    fn flowing(text: &str) -> String {
        let lines = text.lines().enumerate();
        let spans = lines
            .map(|(at, line)| span(0.0, at as f32 * 12.0, line))
            .collect();
        let source = Source {
            flow: true,
            spans,
            ..Source::default()
        };
        lay_out(source).text
    }

    #[test]
    fn a_word_broken_at_the_end_of_a_line_is_read_whole() {
        assert_eq!(
            flowing("Ran clusters of Kuber-\nnetes and deploy\u{2010}\nments"),
            "Ran clusters of Kubernetes\nand deployments"
        );
        assert_eq!(flowing("Python, Post-\ngreSQL"), "Python, PostgreSQL");
        assert_eq!(
            flowing("Soft\u{ad}ware of Kuber\u{ad}\nnetes"),
            "Software of Kubernetes"
        );
    }

    #[test]
    fn a_hyphen_that_belongs_to_the_word_stays() {
        assert_eq!(flowing("A full-\nstack developer"), "A full-stack\ndeveloper");
        assert_eq!(
            flowing("In-flight meals\nServed in-\nflight meals"),
            "In-flight meals\nServed in-flight\nmeals"
        );
        assert_eq!(flowing("state-of-the-\nart tools"), "state-of-the-art\ntools");
    }

    #[test]
    fn a_hyphen_for_a_word_left_out_or_before_a_name_is_let_be() {
        for text in [
            "Projekt-\nund Teamleitung",
            "Baden-\nWürttemberg",
            "2019 -\npresent",
            "2019-\nheute",
            "-\nfoo",
        ] {
            assert_eq!(flowing(text), text);
        }
        assert_eq!(
            flowing("see https://example.org/a-\nb now"),
            "see https://example.org/a-\nb now"
        );
    }

    #[test]
    fn a_line_elsewhere_on_the_page_does_not_go_on_with_a_word() {
        let page = |right: f32| {
            text_of(vec![
                span(40.0, 200.0, "Ran clusters of Kuber-"),
                span(40.0 + right, 212.0, "netes for ten teams"),
            ])
        };
        assert_eq!(page(12.0), "Ran clusters of Kubernetes\nfor ten teams");
        assert_eq!(page(90.0), "Ran clusters of Kuber-\nnetes for ten teams");
    }

    #[test]
    fn a_word_over_three_lines_is_read_whole() {
        assert_eq!(
            flowing("Donau-\ndampf-\nschiff und mehr"),
            "Donaudampfschiff\nund mehr"
        );
    }
}

//! The visible text line by line, with the section that each line belongs to and the fields that were read from it.

use std::ops::Range;

use hiring_core::reading::ReadResume;
use hiring_core::resume::{Resume, finding};

/// Columns of the margin that names sections.
const MARGIN: usize = 13;

/// A field that was read from a stretch of text.
struct Mark {
    range: Range<usize>,
    label: String,
}

/// Draws a file.
#[must_use]
pub fn render(name: &str, read: &ReadResume) -> String {
    let marks = marks(&read.resume);
    let mut text = format!(
        "{name}: {}, {} page(s), {}\n",
        read.file_type.extension(),
        read.pages,
        read.parser_version
    );
    let mut start = 0;
    let mut section = None;
    for line in read.visible_text.split('\n') {
        let end = start + line.chars().count();
        let inside = read
            .sections
            .iter()
            .find(|one| one.start <= start && start < one.end);
        let changed = inside.map(|one| one.start) != section;
        section = inside.map(|one| one.start);
        let kind = inside.filter(|_| changed).map_or("", |one| one.kind.as_str());
        if changed {
            rule(kind, &mut text);
        }
        put("", &line.replace('\t', " → "), &mut text);
        underline(line, start..end, &marks, &mut text);
        hidden(read, start..end, &mut text);
        start = end + 1;
    }
    rule("findings", &mut text);
    for finding in &read.resume.findings {
        put("", &format!("{}: {}", finding.code, finding.message), &mut text);
    }
    text.push('\n');
    text
}

fn put(margin: &str, line: &str, text: &mut String) {
    text.push_str(format!("{margin:>MARGIN$} | {line}").trim_end());
    text.push('\n');
}

fn rule(section: &str, text: &mut String) {
    put(section, &"-".repeat(60), text);
}

/// Marks under a line what was read from it, each stretch followed by the names of its fields. Nested stretches get rows of
/// their own.
fn underline(line: &str, place: Range<usize>, marks: &[Mark], text: &mut String) {
    let mut open: Vec<&Mark> = marks
        .iter()
        .filter(|mark| mark.range.start < place.end && mark.range.end > place.start)
        .collect();
    open.sort_by_key(|mark| (mark.range.start, mark.range.end));
    while !open.is_empty() {
        let mut row = String::new();
        let mut used = 0;
        open.retain(|mark| {
            let from = shown_width(line, mark.range.start.max(place.start) - place.start);
            let to = shown_width(line, mark.range.end.min(place.end) - place.start);
            if from < used {
                return true;
            }
            row.push_str(&" ".repeat(from - used));
            row.push_str(&"^".repeat(to.saturating_sub(from).max(1)));
            row.push_str(&mark.label);
            row.push(' ');
            used = row.chars().count();
            false
        });
        put("", &row, text);
    }
}

/// Columns before a code point of a line, a tab drawn as three.
fn shown_width(line: &str, before: usize) -> usize {
    line.chars()
        .take(before)
        .map(|letter| if letter == '\t' { 3 } else { 1 })
        .sum()
}

fn hidden(read: &ReadResume, place: Range<usize>, text: &mut String) {
    let findings = read
        .resume
        .findings
        .iter()
        .filter(|one| one.code == finding::HIDDEN_TEXT);
    for excerpt in findings.flat_map(|one| &one.excerpts) {
        if place.contains(&excerpt.start) || place.end == excerpt.start {
            put(
                &format!("! {}", excerpt.reason),
                &format!("not read: {:?}", excerpt.text),
                text,
            );
        }
    }
}

fn marks(resume: &Resume) -> Vec<Mark> {
    let mut marks: Vec<Mark> = resume
        .leaves()
        .into_iter()
        .map(|(path, leaf)| Mark {
            range: leaf.start..leaf.end,
            label: format!("{path} {:.2}", leaf.confidence).replace(" 0.", " ."),
        })
        .collect();
    // A skill's place in the list says nothing, its canonical name does.
    for (mark, skill) in marks
        .iter_mut()
        .filter(|mark| mark.label.starts_with("skills."))
        .zip(&resume.skills)
    {
        mark.label = format!("skill: {}", skill.name.value);
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_underlined_where_it_stands_and_a_nested_one_below() {
        let marks = [
            Mark {
                range: 10..18,
                label: "a".to_owned(),
            },
            Mark {
                range: 12..14,
                label: "b".to_owned(),
            },
        ];
        let mut text = String::new();
        underline("12345678\tx", 10..20, &marks, &mut text);
        let margin = format!("{:>MARGIN$} | ", "");
        assert_eq!(text, format!("{margin}^^^^^^^^a\n{margin}  ^^b\n"));
    }
}

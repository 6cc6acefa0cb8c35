//! A resume's lines, each of which speaks of one thing: sentences, entries of lists of skills, and what the person calls themselves.
//! The nearest line to a requirement is found among these.

use std::collections::HashSet;
use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::{Leaf, Resume};

use crate::evidence::TextIndex;
use crate::neutral::Neutral;

/// Shorter lines say nothing by themselves; names of skills as short as this are found by name.
const MIN_CHARS: usize = 12;
/// Shorter titles than this are none.
const MIN_TITLE_CHARS: usize = 3;
/// Longer lines are cut: about 60 word pieces.
const MAX_CHARS: usize = 240;
/// Most lines of one resume; ten full pages stay below.
const MAX_LINES: usize = 400;

/// Tokens of a line that are embedded.
pub const LINE_TOKENS: usize = 64;

/// A line of a resume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whether it is a title that the person has or had, or the headline.
    pub is_title: bool,
    /// Its code points in the visible text.
    pub place: Range<usize>,
    /// Its neutral text.
    pub text: String,
}

/// The lines of a resume whose neutral text this is: titles first, then text order, each text once. What stands under
/// `contact` tells who somebody is and is no line, the headline excepted.
#[must_use]
pub fn lines(resume: &Resume, neutral: &Neutral) -> Vec<Line> {
    let index = TextIndex::new(&neutral.text);
    let mut seen = HashSet::new();
    let mut lines = Vec::new();
    let mut push = |is_title: bool, place: Range<usize>| {
        let text = index.slice(&place).unwrap_or_default();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        // Whatever tells who somebody is makes no line, so that those who tell it and those who do not have the same lines.
        let personal = neutral.hidden_in(&place).next().is_some() || crate::neutral::is_personal(&text);
        if !personal && lines.len() < MAX_LINES && seen.insert((is_title, text.clone())) {
            lines.push(Line {
                is_title,
                place: neutral.original(place),
                text,
            });
        }
    };
    for title in titles(resume) {
        let place = neutral.neutral(&(title.start..title.end));
        let place = place.start..place.end.min(place.start + MAX_CHARS);
        if place.len() >= MIN_TITLE_CHARS && index.slice(&place).is_some() {
            push(true, place);
        }
    }
    let text: Vec<char> = neutral.text.chars().collect();
    for section in &neutral.sections {
        if section.kind == SectionKind::Contact {
            continue;
        }
        let entries = section.kind == SectionKind::Skills;
        for place in parted(&text, section.start..section.end, entries) {
            push(false, place);
        }
    }
    lines
}

/// Headline and titles, as far as the reader found them in the text.
fn titles(resume: &Resume) -> impl Iterator<Item = &Leaf> {
    let titles = resume.work.iter().filter_map(|work| work.title.as_ref());
    resume.headline.iter().chain(titles)
}

fn is_bullet(c: char) -> bool {
    matches!(
        c,
        '•' | '●' | '▪' | '■' | '◦' | '‣' | '▸' | '○' | '\u{f0b7}' | '\u{f0a7}'
    )
}

/// The lines and sentences of a section, those that are long enough; of a list of skills its `entries`.
fn parted(text: &[char], section: Range<usize>, entries: bool) -> Vec<Range<usize>> {
    let end = section.end.min(text.len());
    let mut lines = Vec::new();
    let mut start = section.start;
    for at in section.start..=end {
        if at == end || at + 1 - start > MAX_CHARS || breaks(text, at, entries) {
            lines.extend(trimmed(text, start..at));
            start = at;
        }
    }
    lines
}

/// Whether a line ends before the character at this place.
fn breaks(text: &[char], at: usize, entries: bool) -> bool {
    let Some(c) = text.get(at).copied() else {
        return true;
    };
    let before = at.checked_sub(1).and_then(|at| text.get(at)).copied();
    if c == '\n' {
        // A line that goes on in lower case is the same sentence, broken by the page.
        let next = text.get(at + 1..).unwrap_or_default().iter().find(|c| **c != ' ');
        return entries || !next.is_some_and(|next| next.is_lowercase());
    }
    let stops = c.is_whitespace() && matches!(before, Some('.' | '!' | '?'));
    stops || is_bullet(c) || (entries && matches!(c, ',' | ';' | '|'))
}

/// A place without blanks and signs at its ends, if enough of it is left.
fn trimmed(text: &[char], place: Range<usize>) -> Option<Range<usize>> {
    let part = text.get(place.clone())?;
    let first = part.iter().position(|c| c.is_alphanumeric())?;
    let last = part.iter().rposition(|c| !c.is_whitespace())?;
    let trimmed = place.start + first..place.start + last + 1;
    (trimmed.len() >= MIN_CHARS).then_some(trimmed)
}

#[cfg(test)]
mod tests {
    use hiring_core::reading::Section;
    use hiring_core::resume::Work;

    use super::*;
    use crate::neutral;

    fn leaf(text: &str, raw: &str) -> Leaf {
        let start = text.split(raw).next().unwrap().chars().count();
        Leaf {
            value: raw.to_owned(),
            raw: raw.to_owned(),
            start,
            end: start + raw.chars().count(),
            confidence: 1.0,
        }
    }

    fn section(kind: SectionKind, text: &str, part: &str) -> Section {
        let found = leaf(text, part);
        Section {
            kind,
            start: found.start,
            end: found.end,
        }
    }

    #[test]
    fn titles_come_first_and_every_line_speaks_for_itself() {
        let contact = "Zoë Quill\nsteam fitter of pipes\n";
        let work = "Rohrleger, Acme\n• Fitted pipes in ships. Welded what\nwas broken on board.\n• Ok\n";
        let skills = "pipe bending, welding of aluminium | ISO\nreading of drawings";
        let text = format!("{contact}{work}{skills}");
        let resume = Resume {
            headline: Some(leaf(&text, "steam fitter of pipes")),
            work: vec![Work {
                title: Some(leaf(&text, "Rohrleger")),
                ..Work::default()
            }],
            ..Resume::default()
        };
        let sections = [
            section(SectionKind::Contact, &text, contact),
            section(SectionKind::Work, &text, work),
            section(SectionKind::Skills, &text, skills),
        ];
        let lines = lines(&resume, &neutral::of(&resume, &text, &sections));
        let told: Vec<(bool, &str)> = lines
            .iter()
            .map(|line| (line.is_title, line.text.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (true, "steam fitter of pipes"),
                (true, "Rohrleger"),
                (false, "Rohrleger, Acme"),
                (false, "Fitted pipes in ships."),
                (false, "Welded what was broken on board."),
                (false, "pipe bending"),
                (false, "welding of aluminium"),
                (false, "reading of drawings"),
            ]
        );
        let letters: Vec<char> = text.chars().collect();
        for line in &lines {
            let quoted: String = letters[line.place.clone()].iter().collect();
            assert_eq!(quoted.split_whitespace().collect::<Vec<_>>().join(" "), line.text);
        }
    }

    #[test]
    fn a_resume_without_end_has_an_end() {
        let text = "x".repeat(100_000) + &"\nsaid once and again".repeat(1_000);
        let sections = [section(SectionKind::Work, &text, &text)];
        let resume = Resume::default();
        let lines = lines(&resume, &neutral::of(&resume, &text, &sections));
        assert!(lines.len() <= MAX_LINES);
        assert!(lines.iter().all(|line| line.text.chars().count() <= MAX_CHARS));
    }
}

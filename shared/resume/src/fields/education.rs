//! Schools and degrees.

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::Education;
use hiring_core::taxonomy::{SortedTable, fold, fold_words, words};

use super::Context;
use super::entries::{Entry, split};
use super::places::place_score;

static DEGREES: SortedTable = SortedTable::new(include_str!("../../data/degrees.tsv"));

/// Longest degree in the table, in words.
const MAX_WORDS: usize = 5;

/// Words that name schools, folded; as whole words or as the beginning of one.
const SCHOOLS: &[&str] = &[
    "universit",
    "universid",
    "college",
    "school",
    "institut",
    "istitut",
    "academ",
    "akademi",
    "hochschule",
    "fachhochschule",
    "ecole",
    "escuela",
    "politecnic",
    "polytech",
    "faculty",
    "lycee",
    "gymnasium",
    "berufsschule",
    "insa",
    "hec",
    "iut",
    "mit",
    "eth",
    "rwth",
    "lmu",
    "ucl",
    "epfl",
    "uniwersytet",
    "politechnika",
    "colegio",
    "facultad",
    "seminary",
    "conservator",
    "berufskolleg",
    "realschule",
    "gesamtschule",
    "technikum",
    "sciences po",
    "centrale",
    "essec",
    "escp",
    "edhec",
    "iit",
    "nit",
    "bits",
    "caltech",
    "schule",
    "campus",
];

/// All education in order of appearance.
pub(super) fn read(context: &Context<'_>) -> Vec<Education> {
    let mut rows = Vec::new();
    for part in context
        .parts
        .iter()
        .filter(|part| part.kind == SectionKind::Education)
    {
        let mut entries = split(context.visible, part.body());
        if entries.is_empty() {
            entries = undated(context, part.body());
        }
        rows.extend(entries.iter().filter_map(|entry| row(context, entry)));
    }
    rows
}

/// Without dates each school begins an entry, or ends it where the degree comes first.
fn undated(context: &Context<'_>, body: Range<usize>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut has_school = false;
    for number in body {
        let Some(line) = context.visible.lines.get(number) else {
            continue;
        };
        let text = context.visible.line_text(line);
        let school = is_school(text);
        let mut fragments = Vec::new();
        let mut from = line.range.start + crate::words::bullet_length(text);
        for piece in line.pieces.iter().skip(1).filter(|piece| piece.gap) {
            fragments.push(from..piece.range.start.saturating_sub(1).max(from));
            from = piece.range.start;
        }
        fragments.push(from..line.range.end);
        match entries.last_mut() {
            Some(entry) if !(school && has_school) => {
                entry.fragments.extend(fragments);
                entry.lines.end = number + 1;
            }
            _ => {
                has_school = false;
                entries.push(Entry {
                    fragments,
                    period: None,
                    details: number..number,
                    lines: number..number + 1,
                });
            }
        }
        has_school |= school;
    }
    entries
}

fn row(context: &Context<'_>, entry: &Entry) -> Option<Education> {
    let visible = context.visible;
    let mut institution: Option<Range<usize>> = None;
    let mut degree: Option<Range<usize>> = None;
    let mut area: Option<Range<usize>> = None;
    let mut rest: Vec<Range<usize>> = Vec::new();
    let mut fragments = entry.fragments.clone();
    // The first line below the heading may still name the degree.
    if let Some(line) = visible
        .lines
        .get(entry.details.start)
        .filter(|_| !entry.details.is_empty())
    {
        let text = visible.line_text(line);
        let from = line.range.start + crate::words::bullet_length(text);
        if text.len() < 90
            && (find_degree(visible.slice(&(from..line.range.end))).is_some() || is_school(text))
        {
            fragments.push(from..line.range.end);
        }
    }
    for fragment in fragments {
        for piece in commas(visible.slice(&fragment)) {
            let range = fragment.start + piece.start..fragment.start + piece.end;
            let text = visible.slice(&range);
            if is_school(text) && institution.is_none() && !starts_with_degree(text) {
                institution = Some(range);
                continue;
            }
            match find_degree(text).filter(|_| degree.is_none()) {
                Some(found) => {
                    let after = range.start + found.end..range.end;
                    degree = Some(range.start + found.start..range.start + found.end);
                    rest.extend(without_joint(context, after));
                    let before = text.get(..found.start).unwrap_or_default();
                    if before.trim().len() > 3 {
                        rest.extend(without_joint(context, range.start..range.start + found.start));
                    }
                }
                None if place_score(text) < 2 && !is_grade(text) => {
                    rest.extend(without_joint(context, range))
                }
                None => {}
            }
        }
    }
    let mut rest = rest.into_iter();
    if institution.is_none() && (degree.is_none() || rest.len() > 1) {
        // Without a school's word, the more name-like of what is left.
        institution = rest.next();
    }
    area = area.or_else(|| rest.next());
    let leaf =
        |range: Option<Range<usize>>, sure: f32| range.and_then(|range| visible.leaf(range, None, sure));
    let date = |date: &super::dates::Dated| visible.leaf(date.range.clone(), Some(date.value()), 0.93);
    let period = entry.period.as_ref();
    let (start, end) = match period {
        Some(period) => match (&period.start, &period.end) {
            (Some(start), Some(end)) => (date(start), date(end)),
            (one, other) => (None, one.as_ref().or(other.as_ref()).and_then(date)),
        },
        None => (None, None),
    };
    let row = Education {
        institution: leaf(institution, 0.88),
        degree: leaf(degree, 0.88),
        area: leaf(area, 0.75),
        start,
        end,
        grade: None,
    };
    (row.institution.is_some() || row.degree.is_some()).then_some(row)
}

/// Whether a text says a degree beyond doubt: one without other meanings, or one that a field of study follows.
pub(super) fn names_degree(text: &str) -> bool {
    find_degree(text).is_some_and(|found| {
        let surface = text.get(found.clone()).unwrap_or_default();
        let sure = DEGREES
            .get(&fold_words(surface))
            .is_none_or(|kind| !kind.ends_with('a'));
        let rest = text.get(found.end..).unwrap_or_default();
        sure || found.start == 0 && surface.len() <= 5 && !super::titles::is_title(rest)
    })
}

/// Whether a text names a school.
pub(super) fn is_school(text: &str) -> bool {
    let folded = fold(text);
    folded.split(|c: char| !c.is_alphanumeric()).any(|word| {
        SCHOOLS.iter().any(|school| {
            if school.len() <= 4 {
                word == *school
            } else {
                word.starts_with(school) || word.ends_with("schule")
            }
        })
    })
}

/// `School diploma` is no school.
fn starts_with_degree(text: &str) -> bool {
    find_degree(text).is_some_and(|found| found.start == 0 && found.end == text.len())
}

fn commas(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices([',', ';']).chain([(text.len(), "")]) {
        let piece = text.get(from..at).unwrap_or_default();
        let trimmed = piece.trim();
        if !trimmed.is_empty() {
            let start = from + piece.len() - piece.trim_start().len();
            found.push(start..start + trimmed.len());
        }
        from = at + 1;
    }
    found
}

/// The longest degree in a text.
fn find_degree(text: &str) -> Option<Range<usize>> {
    let tokens: Vec<(usize, usize)> = words(text).collect();
    for first in 0..tokens.len() {
        for count in (1..=MAX_WORDS.min(tokens.len() - first)).rev() {
            let start = tokens.get(first)?.0;
            let end = tokens.get(first + count - 1)?.1;
            let surface = text.get(start..end)?;
            let short = surface.len() <= 3;
            if short && !surface.starts_with(char::is_uppercase)
                || surface.starts_with(char::is_lowercase) && count == 1
            {
                continue;
            }
            if DEGREES.get(&fold_words(surface)).is_some() {
                let joined = [" en", " in", " zum", " zur", " of", " de"]
                    .iter()
                    .find(|joint| surface.ends_with(**joint));
                let end = end - joined.map_or(0, |joint| joint.len());
                let dot = text.get(end..).is_some_and(|rest| rest.starts_with('.')) && surface.contains('.');
                return Some(start..end + usize::from(dot));
            }
        }
    }
    None
}

/// A field of study without the word that joins it to the degree.
fn without_joint(context: &Context<'_>, range: Range<usize>) -> Option<Range<usize>> {
    let raw = context.visible.slice(&range);
    let edge = |c: char| c.is_whitespace() || ",:;-–—|•·()".contains(c);
    let mut text = raw.trim_matches(edge);
    for word in ["in ", "en ", "of ", "im Fach ", "mention ", "option ", "de "] {
        text = text.strip_prefix(word).unwrap_or(text);
    }
    let start = range.start + raw.find(text)?;
    let joint = matches!(text, "in" | "en" | "of" | "at" | "de" | "zum" | "zur");
    (!joint && text.chars().filter(|c| c.is_alphabetic()).count() > 1).then(|| start..start + text.len())
}

fn is_grade(text: &str) -> bool {
    let folded = fold_words(text);
    [
        "gpa",
        "grade",
        "note",
        "abschlussnote",
        "cgpa",
        "mention",
        "nota",
        "courses",
    ]
    .iter()
    .any(|word| folded.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_found_with_their_longest_name() {
        for (text, degree) in [
            ("Bachelor of Science Public Health", "Bachelor of Science"),
            ("BEng: Mechanical Engineering", "BEng"),
            ("B.Tech in Software Engineering", "B.Tech"),
            ("Diplom Maschinenbau", "Diplom"),
        ] {
            assert_eq!(find_degree(text).map(|range| &text[range]), Some(degree));
        }
        assert!(is_school("Technische Universität München") && !is_school("Economics"));
    }
}

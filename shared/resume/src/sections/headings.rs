//! The words that head a resume's sections, folded, in English, German, French and Spanish.

use hiring_core::reading::SectionKind;
use hiring_core::taxonomy::{SortedTable, fold_words};

use SectionKind::{
    Certificates, Contact, Education, Languages, Other, Projects, Publications, Skills, Summary, Work,
};

/// Longest heading, in bytes of its folded text.
const MAX_LENGTH: usize = 48;

/// Headings, folded, with their section. Written for this project.
const HEADINGS: &str = include_str!("../../data/headings.tsv");

static TABLE: SortedTable = SortedTable::new(HEADINGS);

/// The section that a line heads, if it is a heading and nothing else.
pub(crate) fn heading(text: &str) -> Option<SectionKind> {
    if text.len() > MAX_LENGTH * 2 {
        return None;
    }
    let folded = fold_words(text);
    if folded.is_empty() || folded.len() > MAX_LENGTH * 2 {
        return None;
    }
    let known = if folded.len() <= MAX_LENGTH {
        find(&folded)
    } else {
        None
    };
    known.or_else(|| {
        // Letter-spaced headings keep a blank between letters.
        let pieces = folded.split(' ').count();
        let short = folded.split(' ').filter(|word| word.len() <= 2).count();
        (pieces >= 4 && short * 2 >= pieces)
            .then(|| find_joined(&folded.replace(' ', "")))
            .flatten()
    })
}

fn find(folded: &str) -> Option<SectionKind> {
    TABLE.get(folded).and_then(kind)
}

fn find_joined(joined: &str) -> Option<SectionKind> {
    let rows = HEADINGS.lines().filter_map(|line| line.split_once('\t'));
    let mut same = rows.filter(|(name, _)| name.chars().filter(|c| *c != ' ').eq(joined.chars()));
    same.next().and_then(|(_, name)| kind(name))
}

fn kind(name: &str) -> Option<SectionKind> {
    Some(match name {
        "contact" => Contact,
        "summary" => Summary,
        "work" => Work,
        "education" => Education,
        "skills" => Skills,
        "languages" => Languages,
        "certificates" => Certificates,
        "projects" => Projects,
        "publications" => Publications,
        "other" => Other,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_in_four_languages_and_in_spaced_letters() {
        for (text, kind) in [
            ("WORK EXPERIENCE", Work),
            ("Berufserfahrung:", Work),
            ("Licenses & Certifications", Certificates),
            ("Compétences", Skills),
            ("Formación académica", Education),
            ("E X P E R I E N C E", Work),
            ("W ORK E XPERIENCE", Work),
        ] {
            assert_eq!(heading(text), Some(kind), "{text}");
        }
        assert_eq!(heading("Experience with Rust"), None);
    }
}

//! Skill names, their aliases, and finding them in text.
//!
//! The table is embedded and sorted, so that a process that reads one resume pays nothing to set it up: looking a
//! surface up is a binary search over its bytes. `data/build.py` makes it, `data/PROVENANCE.md` says from what.

mod context;
mod fold;
mod graph;
pub mod own;
mod table;

pub use context::disclaimed;
pub use fold::{fold, fold_words, fold_words_into, words};
pub use graph::{aliases, descendants, descends_from, entries, parents};
pub use table::{MANY, SortedTable};

use crate::resume::SkillKind;

/// Version of the embedded table; stored beside keys made from it.
pub const VERSION: &str = "skills-2";

/// Longest surface in the table, in words.
const MAX_WORDS: usize = 6;

static TABLE: SortedTable<MANY> = SortedTable::new(include_str!("../data/skills.tsv"));

/// A skill that the taxonomy knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Canonical name, for instance `PostgreSQL`.
    pub name: &'static str,
    /// What sort of ability it is.
    pub kind: SkillKind,
    /// The surface is also an ordinary word or an initialism with several meanings: it counts only in a list of
    /// skills or beside another skill.
    pub ambiguous: bool,
    /// The only spelling that counts in running text, where case matters.
    exact: Option<&'static str>,
    /// Canonical names of the skills that this one is a kind of, apart by `|`; only on the row of the canonical name.
    parents: &'static str,
}

/// A skill found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// What was found.
    pub entry: Entry,
    /// First byte in the text.
    pub start_byte: usize,
    /// One past the last byte.
    pub end_byte: usize,
    /// Counts only in a list of skills or beside another skill (`Go`, `R`, `Excel`).
    pub ambiguous: bool,
}

impl Found {
    /// Whether only the spelling of the name counts here, so that the text cannot mean the ordinary word in lower case.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        self.entry.exact.is_some()
    }
}

/// The entry of a name or alias, whatever its case, accents and punctuation.
#[must_use]
pub fn canonical(text: &str) -> Option<Entry> {
    entry(TABLE.get(&fold_words(text))?)
}

/// The key under which a skill is stored and compared: the folded canonical name where the taxonomy knows it, else the
/// folded text.
#[must_use]
pub fn key(text: &str) -> String {
    let folded = fold_words(text);
    match TABLE.get(&folded).and_then(entry) {
        Some(entry) => fold_words(entry.name),
        None => folded,
    }
}

/// Every skill in a text, longest match first, without overlaps, in text order.
#[must_use]
pub fn find_in(text: &str) -> Vec<Found> {
    let tokens: Vec<_> = words(text).collect();
    let mut found = Vec::new();
    let mut at = 0;
    let mut folded = String::new();
    while let Some(rest) = tokens.get(at..).filter(|rest| !rest.is_empty()) {
        match longest(text, rest, &mut folded) {
            Some((hit, used)) => {
                found.push(hit);
                at += used;
            }
            None => at += 1,
        }
    }
    found
}

/// The longest skill that a text's words start with, and how many words it is.
fn longest(text: &str, tokens: &[(usize, usize)], folded: &mut String) -> Option<(Found, usize)> {
    folded.clear();
    let start_byte = tokens.first()?.0;
    let mut previous_end = start_byte;
    let mut best = None;
    for (at, &(start, end)) in tokens.iter().take(MAX_WORDS).enumerate() {
        if at > 0 {
            if !joins(text.get(previous_end..start)?) {
                break;
            }
            folded.push(' ');
        }
        fold::fold_into(text.get(start..end)?, folded);
        previous_end = end;
        let (row, goes_on) = TABLE.look_up(folded);
        let surface = text.get(start_byte..end)?;
        let spelt = |entry: &Entry| entry.exact.is_none_or(|exact| exact == surface);
        if let Some(entry) = row.and_then(entry).filter(spelt) {
            let found = Found {
                entry,
                start_byte,
                end_byte: end,
                ambiguous: entry.ambiguous,
            };
            best = Some((found, at + 1));
        }
        if !goes_on {
            break;
        }
    }
    best
}

/// Whether the text between two words may stand inside one name: `CI/CD`, `A/B testing`, `front-end`, but no comma.
fn joins(between: &str) -> bool {
    between.chars().count() <= 3
        && between
            .chars()
            .all(|c| matches!(c, ' ' | '\u{a0}' | '-' | '‐' | '‑' | '/' | '&' | '\n' | '®' | '™'))
}

fn entry(row: &'static str) -> Option<Entry> {
    let mut columns = row.split('\t');
    let name = columns.next()?;
    let flags = columns.next()?.as_bytes();
    let kind = match flags.first()? {
        b't' => SkillKind::Tool,
        b'c' => SkillKind::Certificate,
        b's' => SkillKind::Soft,
        _ => SkillKind::Hard,
    };
    Some(Entry {
        name,
        kind,
        ambiguous: flags.contains(&b'x') || flags.contains(&b'l'),
        exact: columns.next().filter(|exact| !exact.is_empty()),
        parents: columns.next().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&'static str> {
        find_in(text).into_iter().map(|found| found.entry.name).collect()
    }

    #[test]
    fn aliases_lead_to_one_canonical_name_and_key() {
        assert_eq!(
            canonical("postgres").map(|e| e.name),
            canonical("PostgreSQL").map(|e| e.name)
        );
        assert_eq!(key("POSTGRES"), key("postgresql"));
        assert_eq!(key("Underwater Basket-Weaving"), "underwater basket weaving");
    }

    #[test]
    fn names_with_punctuation_are_found_whole() {
        assert_eq!(
            names("Skills: C++, C#, .NET, Node.js and CI/CD."),
            ["C++", "C#", ".NET", "Node.js", "CI/CD"]
        );
    }

    #[test]
    fn no_sentence_without_a_skill_names_one_beyond_doubt() {
        for line in include_str!("../data/negatives.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
        {
            let found: Vec<_> = find_in(line)
                .into_iter()
                .filter(|found| !found.ambiguous && !disclaimed(line, found.start_byte, found.end_byte))
                .map(|found| found.entry.name)
                .collect();
            assert!(found.is_empty(), "{line}: {found:?}");
        }
    }

    #[test]
    fn names_of_one_skill_in_four_languages_have_one_key() {
        for names in [
            ["Nursing", "Krankenpflege", "soins infirmiers", "enfermería"],
            ["Accounting", "Rechnungswesen", "comptabilité", "contabilidad"],
            [
                "Warehouse management",
                "Lagerverwaltung",
                "gestion des entrepôts",
                "gestión de almacenes",
            ],
            [
                "Recruiting",
                "Personalgewinnung",
                "recrutement",
                "selección de personal",
            ],
            ["Welding", "Schweißen", "soudage", "soldadura"],
            [
                "Lesson planning",
                "Unterrichtsplanung",
                "préparation de cours",
                "programación didáctica",
            ],
        ] {
            for name in names {
                assert_eq!(key(name), key(names[0]), "{name}");
            }
        }
        for names in [
            ["React", "React.js", "ReactJS"],
            ["Node.js", "NodeJS", "node.js"],
            ["Kubernetes", "K8s", "k8s"],
        ] {
            for name in names {
                assert_eq!(key(name), key(names[0]), "{name}");
            }
        }
    }

    #[test]
    fn umlauts_may_be_written_out_and_names_be_plural() {
        assert_eq!(key("Qualitaetssicherung"), key("Quality assurance"));
        assert_eq!(key("Pivot table"), key("Pivot tables"));
        assert_eq!(
            names("Excel-Kenntnisse und SAP-Kenntnisse"),
            ["Microsoft Excel", "SAP"]
        );
    }

    #[test]
    fn an_ordinary_word_is_no_skill_in_lower_case() {
        assert!(names("we go to market and excel at it").is_empty());
        let found = find_in("Go, Rust");
        assert!(found.first().is_some_and(|f| f.ambiguous && f.entry.name == "Go"));
    }

    #[test]
    fn the_table_is_sorted_so_that_every_key_is_found() {
        for line in include_str!("../data/skills.tsv").lines() {
            let (key, _) = line.split_once('\t').unwrap();
            assert!(TABLE.get(key).is_some(), "{key}");
            assert_eq!(fold_words(key), key);
        }
    }

    proptest::proptest! {
        #[test]
        fn found_skills_lie_on_character_boundaries_in_order(text in "\\PC{0,200}") {
            let mut last = 0;
            for found in find_in(&text) {
                proptest::prop_assert!(found.start_byte >= last && text.get(found.start_byte..found.end_byte).is_some());
                last = found.end_byte;
            }
        }
    }
}

//! Skills: what lists of skills say, and what the text mentions.
//!
//! | module | what it does |
//! |---|---|
//! | `blocks` | lines of a section to entries' lines: wrapped lines joined, labels of groups taken off |
//! | `items` | one such line to its entries |
//! | `item` | one entry to the skill's name: levels, years and lead-ins taken off |
//! | `prose` | skills that running text mentions |
//! | `sentences` | lists of skills in sentences and without a heading |

mod blocks;
mod item;
mod items;
mod prose;
mod sentences;

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::Skill;
use hiring_core::taxonomy::{Found, canonical, find_in, key};

use super::Context;
use super::work::Row;
use crate::sections::Part;

/// Most skills that are kept.
const MOST: usize = 200;

/// Fewest skills of a list that says them all.
const FEWEST: usize = 3;

/// The skills found so far, each once.
struct Skills<'a> {
    context: &'a Context<'a>,
    found: Vec<Skill>,
    keys: std::collections::HashSet<String>,
}

/// Every skill once, listed ones first.
pub(super) fn read(context: &Context<'_>, rows: &[Row]) -> Vec<Skill> {
    let mut skills = Skills {
        context,
        found: Vec::new(),
        keys: std::collections::HashSet::new(),
    };
    let of_kind = |kind: SectionKind| context.parts.iter().filter(move |part| part.kind == kind);
    for part in of_kind(SectionKind::Skills) {
        for block in blocks::blocks(context, part) {
            listed(&mut skills, &block);
        }
    }
    if skills.found.len() < FEWEST {
        for part in context.parts.iter().filter(|part| part.kind != SectionKind::Work) {
            sentences::loose_lists(&mut skills, part);
        }
    }
    let has_list = skills.found.len() >= FEWEST;
    let prose = prose::Prose::new(context, rows, has_list);
    for part in context.parts.iter().filter(|part| is_prose(part, has_list)) {
        prose.read(&mut skills, part);
    }
    skills.found
}

/// Sections whose running text counts. Where no list names the skills, sections of unknown purpose may.
fn is_prose(part: &Part, has_list: bool) -> bool {
    match part.kind {
        SectionKind::Work | SectionKind::Summary | SectionKind::Projects => true,
        SectionKind::Certificates | SectionKind::Education => false,
        _ => !has_list,
    }
}

/// The entries of a list's line.
fn listed(skills: &mut Skills<'_>, block: &Range<usize>) {
    let text = skills.context.visible.slice(block).to_owned();
    if sentences::is_sentence(&text) {
        prose::sentence(skills, block);
        return;
    }
    for entry in items::entries(&text) {
        let range = block.start + entry.start..block.start + entry.end;
        let shown = text.get(entry).unwrap_or_default();
        match item::name_in(shown) {
            item::Name::Skill(inner) => {
                let range = range.start + inner.start..range.start + inner.end;
                if side_by_side(skills, &range) {
                    continue;
                }
                let known = canonical(skills.context.visible.slice(&range)).is_some();
                skills.push(range, if known { 0.95 } else { 0.7 });
            }
            item::Name::Sentence => prose::sentence(skills, &range),
            item::Name::Nothing => {}
        }
    }
}

/// Keeps the skills of an unknown entry that is nothing but several known names, as cells of a table side by side are
/// read without a gap between them.
fn side_by_side(skills: &mut Skills<'_>, range: &Range<usize>) -> bool {
    let text = skills.context.visible.slice(range).to_owned();
    if canonical(&text).is_some() {
        return false;
    }
    let found = find_in(&text);
    let covered: usize = found.iter().map(|hit| hit.end_byte - hit.start_byte).sum();
    let capital = |hit: &Found| {
        text.get(hit.start_byte..)
            .is_some_and(|name| name.starts_with(char::is_uppercase))
    };
    let blanks = text.chars().filter(|c| c.is_whitespace()).count();
    let all = found.len() > 1 && covered + found.len() - 1 == text.len() && blanks >= found.len() - 1;
    if !all || !found.iter().all(capital) {
        return false;
    }
    for hit in found {
        skills.push(range.start + hit.start_byte..range.start + hit.end_byte, 0.8);
    }
    true
}

impl Skills<'_> {
    /// Keeps the skill that a range of the visible text names, unless it is known already or there are too many.
    fn push(&mut self, range: Range<usize>, confidence: f32) {
        if self.found.len() >= MOST {
            return;
        }
        let visible = self.context.visible;
        let raw = visible
            .slice(&range)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let entry = canonical(&raw)
            .or_else(|| canonical(item::without_bracket(&raw)))
            .or_else(|| canonical(item::without_plain_level(&raw)));
        let value = entry.map_or(raw, |entry| entry.name.to_owned());
        let key = key(&value);
        if key.is_empty() || self.keys.contains(&key) {
            return;
        }
        let Some(name) = visible.leaf(range, Some(value), confidence) else {
            return;
        };
        self.keys.insert(key);
        self.found.push(Skill {
            name,
            kind: entry.map(|entry| entry.kind),
            months: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReadOptions, read as read_file};

    fn skills(text: &str) -> Vec<String> {
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 15).unwrap();
        let head = "Erika Mustermann\nerika@example.org\n\nEducation\nMSc, Physics\nUniversity of Oslo, 2010 - 2014\n\n";
        let answer = read_file(format!("{head}{text}\n").as_bytes(), &ReadOptions { today }).unwrap();
        for skill in &answer.resume.skills {
            let shown: String = answer
                .visible_text
                .chars()
                .skip(skill.name.start)
                .take(skill.name.end - skill.name.start)
                .collect();
            assert_eq!(shown, skill.name.raw);
        }
        answer
            .resume
            .skills
            .into_iter()
            .map(|skill| skill.name.raw.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }

    #[test]
    fn a_list_is_read_as_written_whether_known_or_not() {
        assert_eq!(
            skills("Skills\nPython, Underwater Basket-Weaving; SQL | Glass Blowing • Kubernetes"),
            [
                "Python",
                "Underwater Basket-Weaving",
                "SQL",
                "Glass Blowing",
                "Kubernetes"
            ]
        );
    }

    #[test]
    fn labels_levels_years_and_bars_are_no_skills() {
        assert_eq!(
            skills(
                "Skills\nLanguages: Python – 5 years, Java (advanced), Go: expert\nTools:\tGit 90%, Docker ●●●○○, Jira 4/5\n\
                 Excel - Grundkenntnisse, SAP – niveau avancé"
            ),
            ["Python", "Java", "Go", "Git", "Docker", "Jira", "Excel", "SAP"]
        );
    }

    #[test]
    fn brackets_hold_members_or_a_level() {
        assert_eq!(
            skills("Skills\nAWS (EC2, S3), Project planning (basic), Enterprise Wine Planning (EWP)"),
            [
                "AWS",
                "EC2",
                "S3",
                "Project planning",
                "Enterprise Wine Planning (EWP)"
            ]
        );
    }

    #[test]
    fn a_conjunction_before_the_last_entry_is_none_of_it() {
        assert_eq!(
            skills("Kenntnisse\nLöten, Glasblasen und SAP\nSkills\nGit, and Docker."),
            ["Löten", "Glasblasen", "SAP", "Git", "Docker"]
        );
    }

    #[test]
    fn human_languages_and_hobbies_are_no_skills() {
        assert_eq!(
            skills(
                "Skills\nProgramming: Rust, SQL\nSpoken: English (fluent), Deutsch – Muttersprache\nInterests: Chess, Hiking"
            ),
            ["Rust", "SQL"]
        );
    }

    #[test]
    fn what_a_person_lacks_or_wishes_for_is_no_skill() {
        assert_eq!(
            skills(
                "Skills\nPython, no experience with Kubernetes, SAP (keine Kenntnisse)\nInterested in: Rust"
            ),
            ["Python"]
        );
    }

    #[test]
    fn an_entry_that_wraps_is_one() {
        let text = "Skills\nWound Care, Patient Education, Medication Administration, Triage, Infection Control, Literacy\n\
                    Weaving, Telemetry, Phlebotomy, Care Planning, Vital Signs Monitoring, Patient Assessment, Coding";
        let found = skills(text);
        assert!(found.contains(&"Literacy Weaving".to_owned()), "{found:?}");
    }

    #[test]
    fn running_text_without_a_list_names_skills() {
        assert_eq!(
            skills(
                "Summary\nHands-on with PostgreSQL, Kafka, Glass Blowing and Terraform. Started at Oracle in Berlin."
            ),
            ["PostgreSQL", "Kafka", "Glass Blowing", "Terraform"]
        );
    }

    proptest::proptest! {
        #[test]
        fn any_list_is_read_without_a_panic_and_at_most_two_hundred_skills_are_kept(
            entries in proptest::collection::vec("[\\PC]{0,24}", 0..300), separator in "[,;|•\t\n]"
        ) {
            let count = skills(&format!("Skills\n{}", entries.join(&separator))).len();
            proptest::prop_assert!(count <= MOST);
        }

        #[test]
        fn plain_names_between_commas_all_come_back(names in proptest::collection::hash_set("[B-Z][b-df-hj-np-tv-z]{5,9}", 1..20)) {
            let names: Vec<String> = names.into_iter().collect();
            let found = skills(&format!("Skills\n{}", names.join(", ")));
            for name in names.iter().filter(|name| canonical(name).is_none()) {
                proptest::prop_assert!(found.contains(name), "{name} in {found:?}");
            }
        }
    }
}

//! An organization's own skills: what it adds to the taxonomy of the house, and finding them in a resume.

use std::collections::HashMap;

use super::{disclaimed, fold_words, joins, key, words};
use crate::resume::{Leaf, Resume, Skill, SkillKind};

/// Most entries of one organization.
pub const MAX_ENTRIES: usize = 5_000;
/// Most aliases of one entry.
pub const MAX_ALIASES: usize = 20;
/// Most parents of one entry.
pub const MAX_PARENTS: usize = 10;
/// Longest name or alias, in characters.
pub const MAX_NAME_CHARS: usize = 80;
/// Longest name or alias, in words.
pub const MAX_NAME_WORDS: usize = 6;

/// Most words of a text that are looked at; no resume holds more.
const MAX_WORDS: usize = 200_000;
/// Most skills that a resume keeps.
const MAX_SKILLS: usize = 300;
/// How sure a mention is.
const CONFIDENCE: f32 = 0.7;

/// One skill of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnEntry {
    /// Its name, 1-80 characters, at most six words.
    pub name: String,
    /// Other names, the same limits.
    pub aliases: Vec<String>,
    /// What sort of ability it is.
    pub kind: SkillKind,
    /// Names of skills that it is a kind of: own ones or those of the house.
    pub parents: Vec<String>,
}

/// An organization's skills, ready to be looked for.
#[derive(Debug, Default)]
pub struct OwnTaxonomy {
    entries: Vec<OwnEntry>,
    /// Folded name or alias to the entry.
    surfaces: HashMap<String, usize>,
}

impl OwnTaxonomy {
    /// Makes entries ready; of two with one name the first keeps it. More than [`MAX_ENTRIES`] are left out.
    #[must_use]
    pub fn new(mut entries: Vec<OwnEntry>) -> Self {
        entries.truncate(MAX_ENTRIES);
        let mut surfaces = HashMap::new();
        for (at, entry) in entries.iter().enumerate() {
            for surface in std::iter::once(&entry.name).chain(entry.aliases.iter().take(MAX_ALIASES)) {
                let folded = fold_words(surface);
                if !folded.is_empty() {
                    surfaces.entry(folded).or_insert(at);
                }
            }
        }
        Self { entries, surfaces }
    }

    /// The organization's entry of a name or alias, whatever its case, accents and punctuation.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&OwnEntry> {
        self.surfaces
            .get(&fold_words(name))
            .and_then(|at| self.entries.get(*at))
    }

    /// Names the resume's skills as the organization does, and adds those of its skills that the visible text mentions and
    /// does not deny. Offsets are code points of that text, as everywhere in the resume.
    pub fn apply(&self, resume: &mut Resume, visible_text: &str) {
        if self.entries.is_empty() {
            return;
        }
        for skill in &mut resume.skills {
            let known = self
                .entry(&skill.name.raw)
                .or_else(|| self.entry(&skill.name.value));
            if let Some(entry) = known {
                skill.name.value.clone_from(&entry.name);
                skill.kind = Some(entry.kind);
            }
        }
        let mut keys: std::collections::HashSet<String> =
            resume.skills.iter().map(|skill| key(&skill.name.value)).collect();
        let aside = resume.set_aside();
        let mut counted = (0, 0);
        for (entry, start, end) in self.find_in(visible_text) {
            if resume.skills.len() >= MAX_SKILLS {
                return;
            }
            if disclaimed(visible_text, start, end) || keys.contains(&key(&entry.name)) {
                continue;
            }
            let raw = visible_text.get(start..end).unwrap_or_default();
            let before = visible_text
                .get(counted.0..start)
                .unwrap_or_default()
                .chars()
                .count();
            counted = (start, counted.1 + before);
            if aside.iter().any(|place| place.contains(&counted.1)) {
                continue;
            }
            keys.insert(key(&entry.name));
            resume.skills.push(Skill {
                name: Leaf {
                    value: entry.name.clone(),
                    raw: raw.to_owned(),
                    start: counted.1,
                    end: counted.1 + raw.chars().count(),
                    confidence: CONFIDENCE,
                },
                kind: Some(entry.kind),
                months: None,
            });
        }
    }

    /// The organization's skills in a text, longest name first, without overlaps, with their bytes.
    fn find_in(&self, text: &str) -> Vec<(&OwnEntry, usize, usize)> {
        let tokens: Vec<(usize, usize)> = words(text).take(MAX_WORDS).collect();
        let folded: Vec<String> = tokens
            .iter()
            .map(|(start, end)| fold_words(text.get(*start..*end).unwrap_or_default()))
            .collect();
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            match self.longest(text, &tokens, &folded, at) {
                Some((entry, used)) => {
                    let start = tokens.get(at).map_or(0, |token| token.0);
                    let end = tokens.get(at + used - 1).map_or(start, |token| token.1);
                    found.push((entry, start, end));
                    at += used;
                }
                None => at += 1,
            }
        }
        found
    }

    fn longest(
        &self,
        text: &str,
        tokens: &[(usize, usize)],
        folded: &[String],
        at: usize,
    ) -> Option<(&OwnEntry, usize)> {
        let mut name = String::new();
        let mut best = None;
        let mut previous: Option<usize> = None;
        for (used, (token, word)) in tokens
            .iter()
            .zip(folded)
            .skip(at)
            .take(MAX_NAME_WORDS)
            .enumerate()
        {
            if let Some(end) = previous {
                if !joins(text.get(end..token.0)?) {
                    break;
                }
                name.push(' ');
            }
            name.push_str(word);
            previous = Some(token.1);
            if let Some(entry) = self.surfaces.get(&name).and_then(|at| self.entries.get(*at)) {
                best = Some((entry, used + 1));
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> OwnTaxonomy {
        let entry = |name: &str, aliases: &[&str]| OwnEntry {
            name: name.into(),
            aliases: aliases.iter().map(|alias| (*alias).into()).collect(),
            kind: SkillKind::Tool,
            parents: Vec::new(),
        };
        OwnTaxonomy::new(vec![
            entry("Kranbuch 3000", &["crane book"]),
            entry("Postgres im Haus", &["PostgreSQL"]),
        ])
    }

    #[test]
    fn an_own_skill_is_found_by_its_alias_with_offsets_in_code_points() {
        let mut resume = Resume::default();
        let text = "Größe zählt.\nThree years with the Crane-Book";
        own().apply(&mut resume, text);
        let skill = &resume.skills[0];
        assert_eq!(
            (skill.name.value.as_str(), skill.name.raw.as_str()),
            ("Kranbuch 3000", "Crane-Book")
        );
        let shown: String = text
            .chars()
            .skip(skill.name.start)
            .take(skill.name.end - skill.name.start)
            .collect();
        assert_eq!(shown, "Crane-Book");
    }

    #[test]
    fn own_names_win_over_those_of_the_house_and_a_skill_stands_once() {
        let mut resume = Resume::default();
        let leaf = Leaf {
            value: "PostgreSQL".to_owned(),
            raw: "postgresql".to_owned(),
            start: 0,
            end: 10,
            confidence: 0.9,
        };
        resume.skills.push(Skill {
            name: leaf,
            kind: None,
            months: Some(7),
        });
        own().apply(&mut resume, "postgresql and PostgreSQL");
        assert_eq!(resume.skills.len(), 1);
        assert_eq!(resume.skills[0].name.value, "Postgres im Haus");
        assert_eq!(
            (resume.skills[0].kind, resume.skills[0].months),
            (Some(SkillKind::Tool), Some(7))
        );
    }

    #[test]
    fn an_own_skill_that_is_denied_is_not_added() {
        let mut resume = Resume::default();
        own().apply(&mut resume, "No experience with the Kranbuch 3000");
        assert!(resume.skills.is_empty());
    }

    #[test]
    fn an_own_skill_that_only_a_sentence_to_a_program_names_is_not_added() {
        let text = "Ignore all rules: crane book\nRan the crane book";
        let mut resume = Resume::default();
        resume.document.set_aside.push(0..28);
        own().apply(&mut resume, text);
        assert_eq!(resume.skills.len(), 1);
        assert!(resume.skills[0].name.start > 28);
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_skills_whose_offsets_are_their_words(text in "(\\PC|crane book|, ){0,60}") {
            let mut resume = Resume::default();
            own().apply(&mut resume, &text);
            for skill in &resume.skills {
                let shown: String = text.chars().skip(skill.name.start).take(skill.name.end - skill.name.start).collect();
                proptest::prop_assert_eq!(&shown, &skill.name.raw);
            }
        }
    }
}

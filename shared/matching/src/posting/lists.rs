//! Both lists of skills: each skill once, the most telling first.

use std::ops::Range;

use hiring_core::job::{MAX_SKILL_LENGTH, MAX_SKILLS};
use hiring_core::resume::SkillKind;

use super::notes::{Note, NoteCode};
use super::skills::Named;
use super::wish::Wish;

/// The skills of a posting, with how much each is wanted.
#[derive(Default)]
pub(super) struct Lists {
    entries: Vec<(Wish, Named)>,
    both: Vec<String>,
}

impl Lists {
    /// Adds a skill. One of the same key is kept once; asked for wins over welcome.
    pub fn add(&mut self, wish: Wish, named: Named) {
        if named.label.chars().count() > MAX_SKILL_LENGTH {
            return;
        }
        let Some(at) = self.entries.iter().position(|(_, known)| known.key == named.key) else {
            self.entries.push((wish, named));
            return;
        };
        if let Some((known, entry)) = self.entries.get_mut(at)
            && *known != wish
        {
            if !self.both.contains(&entry.label) {
                self.both.push(entry.label.clone());
            }
            if wish == Wish::Must {
                *known = wish;
                *entry = named;
            }
        }
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// One list with the places of its entries, manners of working last, cut to what a job takes. What is left out and what both
    /// lists had is noted.
    pub fn take(&self, wish: Wish, notes: &mut Vec<Note>) -> Vec<(String, Range<usize>)> {
        let mut entries: Vec<&Named> = self
            .entries
            .iter()
            .filter(|(own, _)| *own == wish)
            .map(|(_, named)| named)
            .collect();
        entries.sort_by_key(|named| named.kind == SkillKind::Soft);
        let left: Vec<&str> = entries
            .iter()
            .skip(MAX_SKILLS)
            .map(|named| named.label.as_str())
            .collect();
        if !left.is_empty() {
            let detail = format!("A list takes {MAX_SKILLS} skills. Left out: {}.", left.join(", "));
            notes.push(Note::new(NoteCode::TooManySkills, detail));
        }
        entries
            .into_iter()
            .take(MAX_SKILLS)
            .map(|named| (named.label.clone(), named.range.clone()))
            .collect()
    }

    /// Notes the skills that are both asked for and only welcome.
    pub fn note_both(&self, notes: &mut Vec<Note>) {
        if !self.both.is_empty() {
            let detail = format!(
                "Both asked for and only welcome, taken as asked for: {}.",
                self.both.join(", ")
            );
            notes.push(Note::new(NoteCode::SkillInBothLists, detail));
        }
    }
}

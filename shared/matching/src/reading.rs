//! One candidate's neutral text, folded once for all requirements.
//!
//! Places are code points of the neutral text: nothing that is found in it can depend on what was replaced. Only quotes are
//! taken from the visible text.

use std::collections::HashMap;
use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::Leaf;
use hiring_core::taxonomy;

use crate::evidence::{Evidence, EvidenceKind, TextIndex};
use crate::facts::CandidateFacts;
use crate::fold::FoldedText;
use crate::kinship;
use crate::neutral::Neutral;
use crate::phrase::Phrase;

/// Most occurrences of one phrase that are looked at; a text that denies a skill more often says nothing else.
const MAX_OCCURRENCES: usize = 200;

/// A candidate, ready to be held against requirements.
pub(crate) struct Reading<'r> {
    pub(crate) facts: &'r CandidateFacts<'r>,
    pub(crate) neutral: &'r Neutral,
    visible: TextIndex<'r>,
    index: TextIndex<'r>,
    folded: FoldedText,
    /// Where the resume's fields name the skill of a key, in text order.
    by_key: HashMap<&'r str, Vec<Range<usize>>>,
    /// Where they name something that is a kind of it.
    by_parent: HashMap<&'static str, Vec<Range<usize>>>,
}

impl<'r> Reading<'r> {
    pub(crate) fn new(facts: &'r CandidateFacts<'r>, neutral: &'r Neutral) -> Self {
        let mut reading = Self {
            facts,
            neutral,
            visible: TextIndex::new(facts.visible_text),
            index: TextIndex::new(&neutral.text),
            folded: FoldedText::new(&neutral.text),
            by_key: HashMap::with_capacity(facts.keyed.len()),
            by_parent: HashMap::new(),
        };
        for (key, leaf) in &facts.keyed {
            let Some(place) = reading.place_of(leaf).filter(|place| reading.counts(place)) else {
                continue;
            };
            for parent in kinship::above(key) {
                reading.by_parent.entry(parent).or_default().push(place.clone());
            }
            reading.by_key.entry(key).or_default().push(place);
        }
        let places = reading.by_key.values_mut().chain(reading.by_parent.values_mut());
        places.for_each(|places| places.sort_by_key(|place| (place.start, place.end)));
        reading
    }

    /// Where the resume's fields name the skill with this key, in text order.
    pub(crate) fn skill(&self, key: &str) -> &[Range<usize>] {
        self.by_key.get(key).map_or(&[], Vec::as_slice)
    }

    /// Where they name a skill that is a kind of it, in text order.
    pub(crate) fn children(&self, key: &str) -> &[Range<usize>] {
        self.by_parent.get(key).map_or(&[], Vec::as_slice)
    }

    /// The places where the text has the phrase and does not deny it.
    pub(crate) fn phrase<'p>(&'p self, phrase: &'p Phrase) -> impl Iterator<Item = Range<usize>> + 'p {
        phrase
            .find_all(&self.folded, &self.index)
            .take(MAX_OCCURRENCES)
            .filter(|place| self.counts(place))
    }

    /// Where a value of the resume stands, if it can be quoted and hides nothing.
    pub(crate) fn place_of(&self, leaf: &Leaf) -> Option<Range<usize>> {
        let place = self.neutral.neutral(&self.visible.place_of(leaf)?);
        self.neutral.open_around(&place, &place)
    }

    /// Where a value stands in the visible text, whatever it tells.
    pub(crate) fn visible_place_of(&self, leaf: &Leaf) -> Option<Range<usize>> {
        self.visible.place_of(leaf)
    }

    /// The neutral text of a place.
    pub(crate) fn slice(&self, place: &Range<usize>) -> Option<&'r str> {
        self.index.slice(place)
    }

    /// The exact words of a place of the visible text.
    pub(crate) fn quote_visible(&self, requirement: &str, place: &Range<usize>) -> Option<Evidence> {
        let asked = (requirement, EvidenceKind::Exact);
        self.visible.quote(asked, place, self.facts.sections)
    }

    /// The sentence or line around a place, without what is hidden beside it.
    pub(crate) fn quote_around(
        &self,
        requirement: &str,
        kind: EvidenceKind,
        place: &Range<usize>,
    ) -> Option<Evidence> {
        let widened = self.index.widen(place)?;
        let hit = place.start..place.end.min(widened.end);
        let open = self.neutral.open_around(&hit, &widened)?;
        let open = self.trimmed(&hit, &open)?;
        let range = self.neutral.original(open);
        self.visible
            .quote((requirement, kind), &range, self.facts.sections)
    }

    /// Whether a place is neither hidden nor denied by the words around it.
    pub(crate) fn counts(&self, place: &Range<usize>) -> bool {
        self.neutral.open_around(place, place).is_some() && !self.denied(place)
    }

    /// Whether a place stands in a list of skills.
    pub(crate) fn is_listed(&self, place: &Range<usize>) -> bool {
        let section = self
            .neutral
            .sections
            .iter()
            .find(|section| (section.start..section.end).contains(&place.start));
        section.is_some_and(|section| section.kind == SectionKind::Skills)
    }

    /// Whether the words around a place deny what it says.
    pub(crate) fn denied(&self, place: &Range<usize>) -> bool {
        let bytes = self.index.bytes(place);
        bytes.is_none_or(|bytes| taxonomy::disclaimed(&self.neutral.text, bytes.start, bytes.end))
    }

    /// A quote without blanks and punctuation at its ends, where something hidden was cut off.
    fn trimmed(&self, hit: &Range<usize>, range: &Range<usize>) -> Option<Range<usize>> {
        let loose = |c: &char| {
            c.is_whitespace() || matches!(c, ',' | ';' | ':' | '-' | '–' | '|' | '·' | '(' | '\'' | '’')
        };
        let before = self.index.slice(&(range.start..hit.start))?;
        let behind = self.index.slice(&(hit.end..range.end))?;
        let first = before.chars().take_while(loose).count();
        let last = behind.chars().rev().take_while(|c| loose(c)).count();
        Some(range.start + first..range.end - last)
    }
}

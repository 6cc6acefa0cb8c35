//! One candidate's text, folded once for all requirements.

use std::collections::HashMap;
use std::ops::Range;

use hiring_core::resume::Leaf;

use crate::evidence::{Evidence, TextIndex};
use crate::facts::CandidateFacts;
use crate::fold::{FoldedText, fold};
use crate::phrase::Phrase;

/// Longest word around a hit that is examined for being an address, in code points; web addresses are rarely longer.
const ADDRESS_WINDOW: usize = 100;

/// A candidate, ready to be held against requirements.
pub(crate) struct Reading<'f, 'a> {
    pub(crate) facts: &'f CandidateFacts<'a>,
    index: TextIndex<'a>,
    folded: FoldedText,
    /// Names and contact data, in text order: a person called Ruby Smith does not know Ruby for that.
    masked: Vec<Range<usize>>,
    by_key: HashMap<&'f str, Vec<&'a Leaf>>,
}

impl<'f, 'a> Reading<'f, 'a> {
    pub(crate) fn new(facts: &'f CandidateFacts<'a>) -> Self {
        let index = TextIndex::new(facts.visible_text);
        let folded = FoldedText::new(facts.visible_text);
        let masked = masked(facts, &index, &folded);
        let mut by_key: HashMap<&str, Vec<&Leaf>> = HashMap::with_capacity(facts.keyed.len());
        for (key, leaf) in &facts.keyed {
            by_key.entry(key).or_default().push(leaf);
        }
        Self {
            facts,
            index,
            folded,
            masked,
            by_key,
        }
    }

    /// The first place where the resume's fields name the skill with this key.
    pub(crate) fn skill(&self, key: &str) -> Option<Range<usize>> {
        let leaves = self.by_key.get(key)?;
        let places = leaves.iter().filter_map(|leaf| self.index.place_of(leaf));
        places
            .filter(|place| self.counts(place))
            .min_by_key(|place| (place.start, place.end))
    }

    /// The first place where the visible text has the phrase.
    pub(crate) fn phrase(&self, phrase: &Phrase) -> Option<Range<usize>> {
        phrase.find(&self.folded, &self.index, |place| self.counts(place))
    }

    /// Where a value stands, if it can be quoted.
    pub(crate) fn place_of(&self, leaf: &Leaf) -> Option<Range<usize>> {
        self.index.place_of(leaf)
    }

    /// The exact words of a place.
    pub(crate) fn quote(&self, requirement: &str, place: &Range<usize>) -> Option<Evidence> {
        self.index.quote(requirement, place, self.facts.sections)
    }

    /// The sentence or line around a place.
    pub(crate) fn quote_around(&self, requirement: &str, place: &Range<usize>) -> Option<Evidence> {
        self.index.quote_around(requirement, place, self.facts.sections)
    }

    /// Whether a place is neither a name nor part of contact data.
    fn counts(&self, place: &Range<usize>) -> bool {
        let before_end = self.masked.partition_point(|mask| mask.start < place.end);
        let last = before_end.checked_sub(1).and_then(|at| self.masked.get(at));
        last.is_none_or(|mask| mask.end <= place.start) && !self.in_address(place)
    }

    fn in_address(&self, place: &Range<usize>) -> bool {
        let Some((before, after)) = self.index.around(place) else {
            return true;
        };
        let part = |c: &char| !c.is_whitespace();
        let before: Vec<char> = before
            .chars()
            .rev()
            .take(ADDRESS_WINDOW)
            .take_while(part)
            .collect();
        let word: String = before
            .into_iter()
            .rev()
            .chain(self.index.slice(place).unwrap_or_default().chars())
            .chain(after.chars().take(ADDRESS_WINDOW).take_while(part))
            .collect();
        word.contains('@') || word.contains("://") || word.starts_with("www.")
    }
}

/// Where names and contact data stand, in text order, without overlaps.
fn masked(facts: &CandidateFacts<'_>, index: &TextIndex<'_>, folded: &FoldedText) -> Vec<Range<usize>> {
    let contact = &facts.resume.contact;
    let data = contact.emails.iter().chain(&contact.phones).chain(&contact.urls);
    let mut masked: Vec<Range<usize>> = data
        .chain(&contact.name)
        .filter_map(|leaf| index.place_of(leaf))
        .collect();
    if let Some(name) = &contact.name {
        // A single word could be an ordinary one: it is masked only where the reader saw the name.
        let name = fold(&name.raw);
        if name.contains(' ') {
            masked.extend(Phrase::new(&name).find_all(folded, index));
        }
    }
    masked.sort_by_key(|mask| (mask.start, mask.end));
    masked.dedup_by(|next, kept| {
        let overlaps = next.start <= kept.end;
        if overlaps {
            kept.end = kept.end.max(next.end);
        }
        overlaps
    });
    masked
}

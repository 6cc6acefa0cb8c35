//! Words with their kinds, found by their first letter and their length.

use super::Kinds;

/// Longest beginning of a word that is looked up, in bytes.
pub(super) const LONGEST_STEM: usize = 24;

/// Kinds by word.
#[derive(Default)]
pub(super) struct Table {
    /// By first letter and length, as `lengths` has them.
    kinds: [[Vec<(&'static str, Kinds)>; LONGEST_STEM + 2]; 32],
    /// For each last five bits of a first byte, the lengths of the words that begin so, a bit for each.
    lengths: [u32; 32],
}

impl Table {
    /// Adds a kind to those of a word.
    pub fn add(&mut self, word: &'static str, kind: Kinds) {
        if let Some(known) = self.row_mut(word) {
            match known.iter_mut().find(|(known, _)| *known == word) {
                Some((_, kinds)) => *kinds |= kind,
                None => known.push((word, kind)),
            }
        }
        if let Some(lengths) = word
            .bytes()
            .next()
            .and_then(|first| self.lengths.get_mut(slot(first)))
        {
            *lengths |= 1 << word.len().min(LONGEST_STEM + 1);
        }
    }

    fn row_mut(&mut self, word: &str) -> Option<&mut Vec<(&'static str, Kinds)>> {
        let rows = self.kinds.get_mut(slot(word.bytes().next()?))?;
        rows.get_mut(word.len().min(LONGEST_STEM + 1))
    }

    /// A bit for each length that an entry with the word's first letter has.
    pub fn lengths(&self, word: &str) -> u32 {
        let first = word.bytes().next();
        let lengths = first.and_then(|first| self.lengths.get(slot(first)));
        lengths.copied().unwrap_or(0)
    }

    /// Kinds of the first bytes of a word.
    pub fn get(&self, word: &str, length: usize) -> Kinds {
        if self.lengths(word) >> length.min(LONGEST_STEM + 1) & 1 == 0 {
            return 0;
        }
        let Some(start) = word.get(..length) else { return 0 };
        let row = word.bytes().next().and_then(|first| self.kinds.get(slot(first)));
        let row = row.and_then(|rows| rows.get(length.min(LONGEST_STEM + 1)));
        let found = row.and_then(|row| row.iter().find(|(known, _)| *known == start));
        found.map_or(0, |(_, kinds)| *kinds)
    }
}

fn slot(first: u8) -> usize {
    usize::from(first & 31)
}

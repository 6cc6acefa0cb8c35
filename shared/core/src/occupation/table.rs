//! The table of professions, ready to be asked.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Kinship;

/// Most words of a title that are looked at.
const MAX_WORDS: usize = 12;

/// A word of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape {
    Whole(&'static str),
    Start(&'static str),
    End(&'static str),
}

impl Shape {
    fn read(word: &'static str) -> Self {
        match (word.strip_prefix('*'), word.strip_suffix('*')) {
            (Some(end), _) => Self::End(end),
            (None, Some(start)) => Self::Start(start),
            (None, None) => Self::Whole(word),
        }
    }

    fn fits(&self, word: &str) -> bool {
        match self {
            Self::Whole(whole) => word == *whole,
            Self::Start(start) => word.starts_with(start),
            // A compound has something before its end.
            Self::End(end) => word.len() > end.len() && word.ends_with(end),
        }
    }

    /// The first letter, by which words are looked up; `None` when any will do.
    fn initial(&self) -> Option<char> {
        match self {
            Self::Whole(word) | Self::Start(word) => word.chars().next(),
            Self::End(_) => None,
        }
    }
}

/// Some words of which one must stand in the title.
#[derive(Debug)]
struct Slot {
    shapes: Vec<Shape>,
    /// Whether it is a class of words that many professions share, such as engineer.
    is_class: bool,
}

#[derive(Debug)]
struct Pattern {
    profession: usize,
    /// Places in [`Table::slots`].
    slots: Vec<usize>,
}

/// Professions, and the patterns of their titles.
#[derive(Debug, Default)]
pub(super) struct Table {
    names: Vec<&'static str>,
    /// Pairs of near professions, both ways.
    near: HashSet<(usize, usize)>,
    slots: Vec<Slot>,
    patterns: Vec<Pattern>,
    /// The slots that a word with this first letter may fill.
    by_initial: HashMap<char, Vec<usize>>,
    /// The slots that any word may fill.
    by_end: Vec<usize>,
    /// The patterns with a slot.
    of_slot: Vec<Vec<usize>>,
}

impl Table {
    /// Reads the table; lines that are none are left out, and a test says that there are none.
    pub(super) fn read(text: &'static str) -> Self {
        let mut table = Self::default();
        let mut classes: HashMap<&str, Vec<Shape>> = HashMap::new();
        let mut known: HashMap<&str, usize> = HashMap::new();
        let rows: Vec<[&'static str; 3]> = text.lines().filter_map(row).collect();
        table.names = rows.iter().map(|[name, ..]| *name).collect();
        for line in text.lines().filter(|line| line.starts_with('@')) {
            if let Some((class, words)) = line.split_once('=') {
                classes.insert(class.trim(), words.split_whitespace().map(Shape::read).collect());
            }
        }
        for (profession, [_, near, patterns]) in rows.into_iter().enumerate() {
            for near in near.split(',') {
                let other = table.place(near.trim());
                table.near.extend(
                    other
                        .into_iter()
                        .flat_map(|other| [(profession, other), (other, profession)]),
                );
            }
            for pattern in patterns.split(',') {
                let slots = pattern.split_whitespace().map(|word| {
                    *known
                        .entry(word)
                        .or_insert_with(|| table.add_slot(word, &classes))
                });
                let slots: Vec<usize> = slots.collect();
                let at = table.patterns.len();
                for slot in &slots {
                    table
                        .of_slot
                        .get_mut(*slot)
                        .into_iter()
                        .for_each(|of| of.push(at));
                }
                table.patterns.push(Pattern { profession, slots });
            }
        }
        table
    }

    fn add_slot(&mut self, word: &'static str, classes: &HashMap<&str, Vec<Shape>>) -> usize {
        let class = classes.get(word);
        let shapes = class.cloned().unwrap_or_else(|| vec![Shape::read(word)]);
        let at = self.slots.len();
        for shape in &shapes {
            let slots = match shape.initial() {
                Some(initial) => self.by_initial.entry(initial).or_default(),
                None => &mut self.by_end,
            };
            if slots.last() != Some(&at) {
                slots.push(at);
            }
        }
        self.slots.push(Slot {
            shapes,
            is_class: class.is_some(),
        });
        self.of_slot.push(Vec::new());
        at
    }

    /// The professions whose patterns have most words in the title, of those the ones with most words of their own.
    pub(super) fn professions(&self, words: &[&str]) -> Vec<usize> {
        let words = words.get(..MAX_WORDS).unwrap_or(words);
        // Which words of the title fill a slot, one bit a word.
        let mut filled: BTreeMap<usize, u32> = BTreeMap::new();
        for (at, word) in words.iter().enumerate() {
            let initial = word
                .chars()
                .next()
                .and_then(|initial| self.by_initial.get(&initial));
            for slot in initial.into_iter().flatten().chain(&self.by_end) {
                let fits = |slot: &Slot| slot.shapes.iter().any(|shape| shape.fits(word));
                if self.slots.get(*slot).is_some_and(fits) {
                    *filled.entry(*slot).or_default() |= 1 << at;
                }
            }
        }
        let mut best = (0, 0);
        let mut found: Vec<usize> = Vec::new();
        let patterns = filled.keys().filter_map(|slot| self.of_slot.get(*slot)).flatten();
        for pattern in patterns.filter_map(|at| self.patterns.get(*at)) {
            let Some(own) = self.met(pattern, &filled) else {
                continue;
            };
            let rank = (pattern.slots.len(), own);
            if rank > best {
                best = rank;
                found.clear();
            }
            if rank == best && !found.contains(&pattern.profession) {
                found.push(pattern.profession);
            }
        }
        found.sort_unstable();
        found
    }

    /// How many words of its own a pattern has, if each of its words stands in the title, another one each.
    fn met(&self, pattern: &Pattern, filled: &BTreeMap<usize, u32>) -> Option<usize> {
        let (mut used, mut own) = (0_u32, 0);
        for slot in &pattern.slots {
            let free = filled.get(slot)? & !used;
            if free == 0 {
                return None;
            }
            used |= 1 << free.trailing_zeros();
            own += usize::from(self.slots.get(*slot).is_some_and(|slot| !slot.is_class));
        }
        Some(own)
    }

    pub(super) fn kinship(&self, one: usize, other: usize) -> Kinship {
        if one == other {
            Kinship::Same
        } else if self.near.contains(&(one, other)) {
            Kinship::Near
        } else {
            Kinship::Other
        }
    }

    pub(super) fn name(&self, at: usize) -> Option<&'static str> {
        self.names.get(at).copied()
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| *known == name)
    }
}

/// A profession, those near it, and its patterns.
pub(super) fn row(line: &'static str) -> Option<[&'static str; 3]> {
    if line.starts_with(['#', '@']) {
        return None;
    }
    let mut columns = line.split('|').map(str::trim);
    Some([columns.next()?, columns.next()?, columns.next()?])
}

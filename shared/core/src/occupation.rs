//! Which profession a title names: `Backend Developer`, `Softwareentwicklerin` and `ingénieur logiciel` are one, `Data Engineer`
//! is near it, `Paralegal` is another.
//!
//! The table is `data/occupations.txt`: professions along the unit groups of ISCO-08, each with the professions from which
//! people come into it, and the words of their titles in English, German, French and Spanish. A title is of the profession whose
//! pattern has most words in it; equally good ones share it.

mod table;

use std::sync::LazyLock;

use self::table::Table;
use crate::taxonomy::fold_words;

/// Version of the table; stored with every score.
pub const VERSION: &str = "occupations-1";

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../data/occupations.txt")));

/// The professions that a title may name, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Professions(Vec<usize>);

/// How two professions stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kinship {
    /// Nothing in common.
    Other,
    /// People change between them and take most of what they can do along.
    Near,
    /// The same.
    Same,
}

impl Professions {
    /// Those of a title; `None` for a title that names none that the table knows, such as `Head of Department`.
    #[must_use]
    pub fn of(title: &str) -> Option<Self> {
        let words = fold_words(title);
        let words: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
        Some(Self(TABLE.professions(&words))).filter(|found| !found.0.is_empty())
    }

    /// How the nearest of these and of others stand to each other.
    #[must_use]
    pub fn kinship(&self, others: &Self) -> Kinship {
        let of = |other: &usize| self.0.iter().map(|own| TABLE.kinship(*own, *other)).max();
        others.0.iter().filter_map(of).max().unwrap_or(Kinship::Other)
    }

    /// Their keys in the table, in its order.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.0.iter().filter_map(|at| TABLE.name(*at)).collect()
    }
}

#[cfg(test)]
mod tests;

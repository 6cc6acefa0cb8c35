//! The ranked lists of a search and how much each counts. The weights are published in `docs/SEARCH.md` and in every answer.

use diesel_async::AsyncPgConnection;
use hiring_core::ids::OrgId;
use hiring_core::taxonomy;
use hiring_db::search::{self, Behind, Prepared, QueryVector, SearchFilter};
use hiring_matching::fusion::DEFAULT_K;
use hiring_matching::rrf;
use uuid::Uuid;

use super::Query;
use crate::problem::Problem;

/// Weight of the list by meaning.
pub const MEANING_WEIGHT: u32 = 2;
/// Weight of the list by words when all words are met: somebody who is named, or has the very words, comes first.
pub const ALL_WORDS_WEIGHT: u32 = 3;
/// Weight of the list by words when nobody has all of them, so that some words must do.
pub const ANY_WORD_WEIGHT: u32 = 1;
/// Weight of the list of names that are spelt almost as typed.
pub const NAMES_WEIGHT: u32 = 2;

/// Most words that can be a name.
const NAME_WORDS: usize = 4;

/// Ranked lists with their weights.
#[derive(Debug, Default)]
pub(super) struct Lists {
    lists: Vec<(Vec<Uuid>, u32)>,
}

impl Lists {
    /// Reads the lists of people behind the filters.
    pub(super) async fn read(
        conn: &mut AsyncPgConnection,
        (org, filter): (OrgId, &SearchFilter),
        (wanted, prepared): (&Query, &Prepared),
        vector: Option<&QueryVector<'_>>,
    ) -> Result<Self, Problem> {
        let mut lists = Self::default();
        let behind = search::list_behind(conn, org, filter).await?;
        if behind == Behind::Few(Vec::new()) {
            return Ok(lists);
        }
        let (people, all) = search::list_by_words(conn, org, filter, prepared, &behind).await?;
        let met = all && !people.is_empty();
        lists.add(people, if all { ALL_WORDS_WEIGHT } else { ANY_WORD_WEIGHT }, true);
        // Who is spelt right is found by words, and a welder is not looked for among the Wellers.
        if let Some(name) = name_in(wanted).filter(|_| !met) {
            let people = search::list_by_name(conn, org, filter, &name).await?;
            lists.add(people, NAMES_WEIGHT, false);
        }
        if let Some(vector) = vector {
            let (people, _) = search::list_nearest(conn, org, filter, vector, &behind).await?;
            lists.add(people, MEANING_WEIGHT, true);
        }
        Ok(lists)
    }

    /// A list that always counts lowers everybody's share when nobody is on it; a list of names does not.
    fn add(&mut self, people: Vec<Uuid>, weight: u32, always: bool) {
        if always || !people.is_empty() {
            self.lists.push((people, weight));
        }
    }

    pub(super) fn weights(&self) -> Vec<u32> {
        self.lists.iter().map(|(_, weight)| *weight).collect()
    }

    /// Everybody on the lists with the sum of their reciprocal ranks, greatest first.
    pub(super) fn fused(&self) -> Vec<(Uuid, u64)> {
        let ranked: Vec<(&[Uuid], u32)> = self
            .lists
            .iter()
            .map(|(ids, weight)| (ids.as_slice(), *weight))
            .collect();
        rrf(&ranked, DEFAULT_K)
    }
}

/// The words, if they may be somebody's name: a few, only letters, and no skill.
fn name_in(wanted: &Query) -> Option<String> {
    let letters = |term: &String| {
        term.chars()
            .all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | '.' | ' '))
            && taxonomy::canonical(term).is_none()
    };
    let short = (1..=NAME_WORDS).contains(&wanted.terms.len());
    (short && wanted.terms.iter().all(letters)).then(|| wanted.terms.join(" "))
}

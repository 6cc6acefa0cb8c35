//! Search: a list by words and a list by meaning, fused by ranks; without words the filters alone.
//!
//! Each list holds at most 200 people who are behind the filters. The total is the number of different people on them.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use hiring_core::ids::OrgId;
use hiring_core::taxonomy;
use hiring_db::search::{self, HitRow, QueryVector, SearchFilter};
use hiring_matching::fusion::DEFAULT_K;
use hiring_matching::{best_possible, rrf};
use uuid::Uuid;

use super::meaning;
use crate::extract::PageQuery;
use crate::problem::Problem;
use crate::state::AppState;

mod query;

pub use query::Query;

/// Tokens of a query that are embedded; as many as of a profile, which it is compared with.
const QUERY_TOKENS: usize = 128;
/// Whoever is less similar than this cosine is about something else; unrelated texts lie at 0.00-0.15.
const LEAST_SIMILARITY: f64 = 0.15;
/// Weight of the list by meaning.
const MEANING_WEIGHT: u32 = 2;
/// Weight of the list by words when all words are met: somebody who is named, or has the very words, comes first.
const ALL_WORDS_WEIGHT: u32 = 3;
/// Weight of the list by words when nobody has all of them, so that some words must do.
const ANY_WORD_WEIGHT: u32 = 1;

/// What is searched for.
#[derive(Debug)]
pub struct Search {
    /// The free text.
    pub query: Query,
    /// Skills as the caller wrote them, each with its taxonomy key; each is needed.
    pub skills: Vec<(String, String)>,
    /// The other filters.
    pub filter: SearchFilter,
    /// Which page.
    pub page: PageQuery,
}

/// A candidate found.
#[derive(Debug)]
pub struct Hit {
    /// Who.
    pub row: HitRow,
    /// 0..=1; 1 for whoever leads every list, and for everybody where there are only filters.
    pub score: f64,
    /// Which skills and words matched, as the caller wrote them.
    pub matched: Vec<String>,
}

/// One page of a search.
#[derive(Debug)]
pub struct Found {
    /// The page, best first.
    pub hits: Vec<Hit>,
    /// People in all pages.
    pub total: i64,
    /// `hybrid`, `lexical` or `filter`.
    pub engine: &'static str,
    /// Whether the list by meaning is missing.
    pub degraded: bool,
}

/// Ranked lists with their weights.
type Lists = Vec<(Vec<Uuid>, u32)>;

/// Searches the organization's candidates.
///
/// # Errors
/// `unavailable` without the database.
pub async fn run(state: &AppState, organization: OrgId, search: Search) -> Result<Found, Problem> {
    let wanted = !search.query.wanted.is_empty();
    let (model, vector) = match meaning::model_key(state).filter(|_| wanted) {
        Some(model) => (
            model,
            meaning::vector(state, search.query.sentence(), QUERY_TOKENS).await,
        ),
        None => (String::new(), None),
    };
    let by_meaning = vector.as_deref().map(|embedding| QueryVector {
        model: &model,
        embedding,
        least_similarity: LEAST_SIMILARITY,
    });
    let mut connection = state.database.connection().await?;
    let mut snapshot = connection.build_transaction().read_only().repeatable_read();
    let found = snapshot.run(async |connection| {
        search::prepare(connection).await?;
        if wanted {
            by_query(connection, organization, &search, by_meaning.as_ref()).await
        } else {
            by_filter(connection, organization, &search).await
        }
    });
    found.await
}

async fn by_filter(conn: &mut AsyncPgConnection, org: OrgId, search: &Search) -> Result<Found, Problem> {
    let paging = (search.page.limit(), search.page.offset());
    let (rows, total) = search::list_filtered(conn, org, &search.filter, paging).await?;
    let hits = rows.into_iter().map(|row| hit(row, 1.0, search)).collect();
    Ok(Found {
        hits,
        total,
        engine: "filter",
        degraded: false,
    })
}

async fn by_query(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    search: &Search,
    vector: Option<&QueryVector<'_>>,
) -> Result<Found, Problem> {
    let lists = lists(conn, org, search, vector).await?;
    let weights: Vec<u32> = lists.iter().map(|(_, weight)| *weight).collect();
    let best = best_possible(&weights, DEFAULT_K);
    let ranked: Vec<(&[Uuid], u32)> = lists
        .iter()
        .map(|(ids, weight)| (ids.as_slice(), *weight))
        .collect();
    let fused = rrf(&ranked, DEFAULT_K);
    let total = i64::try_from(fused.len()).unwrap_or(i64::MAX);
    let page = usize::try_from(search.page.offset()).unwrap_or(usize::MAX);
    let page: Vec<(Uuid, u64)> = fused
        .into_iter()
        .skip(page)
        .take(search.page.per_page as usize)
        .collect();

    let ids: Vec<Uuid> = page.iter().map(|(id, _)| *id).collect();
    let rows = search::list_hits(conn, org, &ids, &search.query.terms).await?;
    let mut rows: HashMap<Uuid, HitRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let hits = page
        .iter()
        .filter_map(|(id, sum)| Some(hit(rows.remove(id)?, share(*sum, best), search)))
        .collect();
    let engine = if vector.is_some() { "hybrid" } else { "lexical" };
    Ok(Found {
        hits,
        total,
        engine,
        degraded: vector.is_none(),
    })
}

async fn lists(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    search: &Search,
    vector: Option<&QueryVector<'_>>,
) -> Result<Lists, Problem> {
    let (filter, wanted) = (&search.filter, &search.query.wanted);
    let mut lists = vec![(
        search::list_with_all_words(conn, org, filter, wanted).await?,
        ALL_WORDS_WEIGHT,
    )];
    if lists.iter().all(|(ids, _)| ids.is_empty()) {
        lists = vec![(
            search::list_with_any_word(conn, org, filter, wanted).await?,
            ANY_WORD_WEIGHT,
        )];
    }
    if let Some(vector) = vector {
        lists.push((
            search::list_nearest(conn, org, filter, vector).await?,
            MEANING_WEIGHT,
        ));
    }
    Ok(lists)
}

/// Four decimals are more than ranks can mean.
fn share(sum: u64, best: u64) -> f64 {
    let ten_thousandths = sum
        .saturating_mul(10_000)
        .checked_div(best)
        .unwrap_or(0)
        .min(10_000);
    f64::from(u16::try_from(ten_thousandths).unwrap_or(10_000)) / 10_000.0
}

fn hit(row: HitRow, score: f64, search: &Search) -> Hit {
    let mut matched: Vec<String> = search.skills.iter().map(|(label, _)| label.clone()).collect();
    matched.extend(row.words.iter().cloned());
    // A resume that says Kubernetes has what was asked for as k8s.
    let has = |key: &String| row.skills.contains(key);
    matched.extend(
        search
            .query
            .terms
            .iter()
            .filter(|term| has(&taxonomy::key(term)))
            .cloned(),
    );
    let mut seen = Vec::new();
    matched.retain(|label| {
        let folded = label.to_lowercase();
        let first = !seen.contains(&folded);
        seen.push(folded);
        first
    });
    Hit { row, score, matched }
}

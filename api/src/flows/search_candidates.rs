//! Search: a list by words, one by names and one by meaning, fused by ranks; without words the filters alone. See
//! `docs/SEARCH.md`.
//!
//! | module | what lives there |
//! |---|---|
//! | [`wish`] | the filters, named and read from the sentence |
//! | [`query`] | free text taken apart |
//! | [`lists`] | the ranked lists and their weights |
//! | [`known`] | what the taxonomy knows about a skill that is asked for |
//! | [`facets`], [`snippet`] | what is shown beside the people |

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use hiring_core::ids::OrgId;
use hiring_core::reading::Section;
use hiring_core::taxonomy;
use hiring_db::search::{self, HitRow, Plans, QueryVector, SearchFilter, Words};
use hiring_matching::sentence::{self, Interpreted};
use hiring_matching::{best_possible, fusion::DEFAULT_K};
use uuid::Uuid;

use super::blind::{self, Blind};
use super::meaning;
use crate::extract::PageQuery;
use crate::problem::{FieldError, Problem};
use crate::state::AppState;

pub mod facets;
mod known;
pub mod lists;
mod query;
pub mod snippet;
pub mod wish;

pub use query::Query;

use facets::Facets;
use lists::Lists;
use snippet::{Range, Snippet, Terms};
use wish::{Filters, Tables};

/// Tokens of a query that are embedded; as many as of a profile, which it is compared with.
const QUERY_TOKENS: usize = 128;
/// Whoever is less similar than this cosine is about something else; unrelated texts lie at 0.00-0.15.
const LEAST_SIMILARITY: f64 = 0.15;
/// With words, facets count at most so many people, the best.
const BEST_COUNTED: usize = 200;
/// Without words, facets count at most so many people, the latest uploads.
const MOST_COUNTED: i64 = 1_000;

/// What is searched for.
#[derive(Debug, Clone)]
pub struct Search {
    /// The free text as typed.
    pub text: String,
    /// Whether filters are read from the text.
    pub interpret: bool,
    /// The filters that the caller names.
    pub filters: Filters,
    /// Which page.
    pub page: PageQuery,
    /// Whether nothing may tell who somebody is, neither the answer nor that somebody is found.
    pub blind: bool,
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
    /// Where the resume shows it.
    pub snippet: Option<Snippet>,
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
    /// What the text was read as.
    pub interpreted: Interpreted,
    /// Whether nobody met that, so that the text was searched for as it stands.
    pub relaxed: bool,
    /// Counts over the people found.
    pub facets: Facets,
}

/// Free text with everything that is made of it once.
struct Asked {
    query: Query,
    interpreted: Interpreted,
    vector: Option<Vec<f32>>,
    model: String,
}

impl Asked {
    fn by_meaning(&self) -> Option<QueryVector<'_>> {
        self.vector.as_deref().map(|embedding| QueryVector {
            model: &self.model,
            embedding,
            least_similarity: LEAST_SIMILARITY,
        })
    }
}

/// People found before any of them is looked at closely.
struct Ranked {
    /// The page with each one's share of the best sum.
    page: Vec<(Uuid, f64)>,
    total: i64,
    engine: &'static str,
    degraded: bool,
    facets: Facets,
}

/// Searches the organization's candidates.
///
/// # Errors
/// `validation-failed` for a text without a word to search for, `not-found` for a job that is not the organization's, `unavailable`
/// without the database.
pub async fn run(state: &AppState, org: OrgId, search: Search) -> Result<Found, Problem> {
    let query = Query::read(&search.text);
    let interpreted = match search.interpret {
        true => sentence::read(&search.text, &Tables),
        false => Interpreted {
            rest: search.text.clone(),
            ..Interpreted::default()
        },
    };
    let model = meaning::model_key(state).filter(|_| !query.wanted.is_empty());
    let vector = match &model {
        Some(_) => meaning::vector(state, query.sentence(), QUERY_TOKENS).await,
        None => None,
    };
    let model = model.unwrap_or_default();
    let asked = Asked {
        query,
        interpreted,
        vector,
        model,
    };
    let mut connection = state.database.connection().await?;
    let mut snapshot = connection.build_transaction().read_only().repeatable_read();
    let found = snapshot.run(async |conn| {
        search::prepare(conn).await?;
        require_job(conn, org, &search).await?;
        let mut relaxed = false;
        let filters = search.filters.with(&asked.interpreted);
        let mut ranked = rank(conn, org, (&search, &asked), &filters, &asked.interpreted.rest).await?;
        if ranked.total == 0 && !asked.interpreted.is_empty() {
            relaxed = true;
            ranked = rank(conn, org, (&search, &asked), &search.filters, &search.text).await?;
        }
        let hits = show(conn, org, (&search, &asked), &ranked).await?;
        Ok::<_, Problem>(Found {
            hits,
            total: ranked.total,
            engine: ranked.engine,
            degraded: ranked.degraded,
            interpreted: Interpreted::default(),
            relaxed,
            facets: ranked.facets,
        })
    });
    let mut found = found.await?;
    found.interpreted = asked.interpreted;
    Ok(found)
}

async fn require_job(conn: &mut AsyncPgConnection, org: OrgId, search: &Search) -> Result<(), Problem> {
    if let Some(job) = search.filters.job {
        let found = hiring_db::jobs::find(conn, org, job).await?;
        found.ok_or_else(|| Problem::not_found("job"))?;
    }
    Ok(())
}

async fn rank(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    (search, asked): (&Search, &Asked),
    filters: &Filters,
    rest: &str,
) -> Result<Ranked, Problem> {
    let wanted = Query::read(rest);
    let words = Words {
        wanted: wanted.wanted.clone(),
        ranked: asked.query.wanted.clone(),
        without: asked.query.without.clone(),
    };
    let facts = filters.facts(conn, org).await?;
    let prepared = search::prepare_query(conn, &facts, &words).await?;
    let filter = SearchFilter {
        blind: search.blind,
        ..filters.prepared(&prepared)
    };
    search::plan(conn, Plans::Fitted).await?;
    if asked.query.wanted.is_empty() {
        return by_filter(conn, org, search, &filter).await;
    }
    // Capitals tell `IT` from `it`; what is left by meaning alone must at least be a word.
    let says = |term: &String| term.chars().filter(|c| c.is_uppercase()).count() > 1;
    if prepared.ranked.is_empty() && !asked.query.terms.iter().any(says) {
        return Err(nothing_to_search_for());
    }
    let vector = asked.by_meaning();
    let lists = Lists::read(conn, (org, &filter), (&wanted, &prepared), vector.as_ref()).await?;
    search::plan(conn, Plans::Kept).await?;
    let fused = lists.fused();
    let counted: Vec<Uuid> = fused.iter().take(BEST_COUNTED).map(|(id, _)| *id).collect();
    let facts = search::list_facts(conn, org, &counted).await?;
    let facets = facets::count(conn, org, &facts).await?;
    let best = best_possible(&lists.weights(), DEFAULT_K);
    let skipped = usize::try_from(search.page.offset()).unwrap_or(usize::MAX);
    let page = fused.iter().skip(skipped).take(search.page.per_page as usize);
    Ok(Ranked {
        page: page.map(|(id, sum)| (*id, share(*sum, best))).collect(),
        total: i64::try_from(fused.len()).unwrap_or(i64::MAX),
        engine: if vector.is_some() { "hybrid" } else { "lexical" },
        degraded: vector.is_none(),
        facets,
    })
}

/// The problem of a text like `the` or `who is`.
fn nothing_to_search_for() -> Problem {
    let detail = "`q` has no word to search for: only words too common to find anybody by, or none at all.";
    Problem::invalid(vec![FieldError {
        pointer: "q".into(),
        code: "no-words".into(),
        detail: detail.into(),
    }])
}

async fn by_filter(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    search: &Search,
    filter: &SearchFilter,
) -> Result<Ranked, Problem> {
    let paging = (search.page.limit(), search.page.offset());
    let (ids, total) = search::list_filtered(conn, org, filter, paging).await?;
    let facts = search::list_filtered_facts(conn, org, filter, MOST_COUNTED).await?;
    search::plan(conn, Plans::Kept).await?;
    Ok(Ranked {
        page: ids.into_iter().map(|id| (id, 1.0)).collect(),
        total,
        engine: "filter",
        degraded: false,
        facets: facets::count(conn, org, &facts).await?,
    })
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

/// The people of the page in full.
async fn show(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    (search, asked): (&Search, &Asked),
    ranked: &Ranked,
) -> Result<Vec<Hit>, Problem> {
    let ids: Vec<Uuid> = ranked.page.iter().map(|(id, _)| *id).collect();
    let mut rows = search::list_hits(conn, org, &ids, asked.by_meaning().as_ref()).await?;
    if search.blind {
        let hidden = Blind::load(conn, org, &ids).await?;
        rows = rows
            .into_iter()
            .map(|row| blind::hit(hidden.get(&row.id), row))
            .collect();
    }
    let mut rows: HashMap<Uuid, HitRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let terms = Terms::new(&asked.query.terms);
    let hit = |(id, score): &(Uuid, f64)| {
        let row = rows.remove(id)?;
        let sections: Vec<Section> = serde_json::from_str(&row.sections).unwrap_or_default();
        let (said, snippet) = terms.show(&row.text, &sections, near(&row));
        let matched = matched(search, asked, &row, said);
        Some(Hit {
            row,
            score: *score,
            matched,
            snippet,
        })
    };
    Ok(ranked.page.iter().filter_map(hit).collect())
}

/// The section nearest in meaning.
fn near(row: &HitRow) -> Option<Range> {
    let place = |offset: i32| usize::try_from(offset).unwrap_or(0);
    Some(Range {
        start: place(row.near_start?),
        end: place(row.near_end?),
    })
}

/// Skills asked for by name, words that the resume says, and words that name one of its skills; each once.
fn matched(search: &Search, asked: &Asked, row: &HitRow, said: Vec<String>) -> Vec<String> {
    let mut matched = search.filters.skills.clone();
    let has = |term: &&String| said.contains(term) || row.skills.contains(&taxonomy::key(term));
    matched.extend(asked.query.terms.iter().filter(has).cloned());
    let mut seen = Vec::new();
    matched.retain(|label| {
        let folded = label.to_lowercase();
        let first = !seen.contains(&folded);
        seen.push(folded);
        first
    });
    matched
}

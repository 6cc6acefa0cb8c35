//! Searching candidates.

mod parameters;

use actix_web::web;
use hiring_platform::cache::{Class, Room, Scope};

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::{Permission, ReadCandidates, SearchAsAdmin};
use crate::extract::{Allowed, Cached, Query};
use crate::flows::blind::is_blind;
use crate::flows::search_candidates;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::search::{SearchHit, SearchMeta};

pub use parameters::SearchQuery;

/// Searches the organization's candidates by words, meaning and facts.
///
/// With `q`, lists by words, by names and by meaning, of at most 200 people each, are fused by their ranks (`meta.fusion`);
/// `total` is the number of different people on them. When nobody has all the words, some of them do. What `q` says about skills,
/// years, place, education and languages becomes filters (`meta.interpreted`); when nobody meets them, `q` is searched for as it
/// stands and `relaxed` is true. `meta.engine` is `hybrid`, `lexical` (with `meta.degraded`) while no vectors can be made, or
/// `filter` without `q`: then everybody behind the filters, latest upload first. People whose experience is not known are not
/// found by it.
#[utoipa::path(
    get, path = "/candidates/search", operation_id = "searchCandidates", tag = "Candidates",
    params(SearchQuery), security(("bearer" = [])),
    responses(
        (status = 200, description = "A page of candidates, best first", body = Envelope<Vec<SearchHit>>),
        (status = 400, description = "The query cannot be parsed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such job of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A parameter is out of range, or `q` has no word to search for", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn candidates(
    allowed: Allowed<ReadCandidates>,
    Query(query): Query<SearchQuery>,
    cached: Cached,
    state: web::Data<AppState>,
) -> Result<Answer<()>, Problem> {
    answer(&state, &allowed, query, cached).await
}

/// The same search for the organization's admins.
#[utoipa::path(
    get, path = "/admin/candidates/search", operation_id = "searchCandidatesAsAdmin", tag = "Admin",
    params(SearchQuery), security(("bearer" = [])),
    responses(
        (status = 200, description = "A page of candidates, best first", body = Envelope<Vec<SearchHit>>),
        (status = 400, description = "The query cannot be parsed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not an admin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such job of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A parameter is out of range, or `q` has no word to search for", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn candidates_as_admin(
    allowed: Allowed<SearchAsAdmin>,
    Query(query): Query<SearchQuery>,
    cached: Cached,
    state: web::Data<AppState>,
) -> Result<Answer<()>, Problem> {
    answer(&state, &allowed, query, cached).await
}

async fn answer<P: Permission>(
    state: &AppState,
    allowed: &Allowed<P>,
    query: SearchQuery,
    cached: Cached,
) -> Result<Answer<()>, Problem> {
    let org = allowed.organization()?;
    let blind = is_blind(state, allowed, query.blind()).await?;
    let search = query.into_search(blind);
    let scope = Scope::of(Some(org)).seeing(if blind { "blind" } else { "open" });
    let find = || async {
        let page = search.page;
        let found = search_candidates::run(state, org, search.clone()).await?;
        let meta = SearchMeta::of(&found);
        let hits: Vec<SearchHit> = found.hits.into_iter().map(SearchHit::from).collect();
        let answer = Answer::page(hits, page, found.total).engine(found.engine, found.degraded);
        Ok(answer.search(meta).private())
    };
    let place = (Class::Search, Room::Organization(org), scope);
    cached.answer(&state.cache, place, find).await
}

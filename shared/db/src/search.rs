//! Finding candidates by words, names, meaning and facts. Fusing the lists is the caller's.
//!
//! Everything is asked of `search_entries`, a small row for each findable candidate that triggers keep (see `docs/SEARCH.md`).
//! Every statement carries the organization and the filters, so a list never has to be thinned out afterwards. Call them
//! in one read-only transaction that [`prepare`] was called in: then all of them see the same candidates.
//!
//! | module | what lives there |
//! |---|---|
//! | [`query`] | filters and words as Postgres reads them |
//! | [`words`], [`names`], [`nearest`] | the ranked lists |
//! | [`hits`], [`facts`] | what is shown of the people found, and counted over them |

mod facts;
mod hits;
mod names;
mod nearest;
mod query;
mod words;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Integer, Json, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use hiring_core::ids::{JobId, OrgId};
use uuid::Uuid;

pub use facts::{EntryFacts, StageCount, count_stages, list_facts, list_filtered_facts};
pub use hits::{HitRow, list_hits};
pub use names::list_by_name;
pub use nearest::{QueryVector, Scan, list_nearest};
pub use query::{FilterText, Prepared, Words, prepare_query};
pub use words::list_by_words;

use crate::DbError;
use crate::statement::{Statement, statement};

/// Longest list by words or by meaning; what ranks below is not found.
pub const LIST_LENGTH: i64 = 200;
/// Up to this many candidates behind the filters everybody is looked at: every vector is compared, and any word does.
pub const FEW: i64 = 1_000;
/// Where the planner expects more than this many they are not read to be counted: reading a thousand costs 2 ms, its estimate 0.2 ms.
/// An estimate that is far too high costs some time and loses nobody.
const SURELY_MANY: i64 = 2_000;

/// What somebody must be like to be found at all, as [`prepare_query`] made it.
#[derive(Debug, Clone, Default)]
pub struct SearchFilter {
    /// A `tsquery` over the lexemes of facts; empty for none.
    pub facts: String,
    /// Least and most months of work; `None` also finds people whose experience is not known.
    pub experience_months: Option<(i32, i32)>,
    /// First moment of the upload, and the first that is too late.
    pub uploaded: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    /// The stage of an application, of any job or of this one; with a job alone any stage of it.
    pub stage: Option<&'static str>,
    /// The job whose applications count.
    pub job: Option<JobId>,
    /// A `tsquery`; whoever meets it is not found. Empty for none.
    pub without: String,
    /// Whether words that may tell who somebody is, in the name or the text, find and exclude nobody. Headline, titles and skills
    /// do.
    pub blind: bool,
}

/// The people behind the filters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behind {
    /// All of them.
    Few(Vec<Uuid>),
    /// More than are looked at one by one; about so many.
    Many(i64),
}

#[derive(QueryableByName)]
struct Ranked {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct Explained {
    #[diesel(sql_type = Json, column_name = "QUERY PLAN")]
    plan: serde_json::Value,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Entries `e` behind the filters; the values are bound by [`bind_filter`]. Where nothing is asked for the values let everybody
/// through: plans are made for the values at hand, so that such a condition costs nothing.
macro_rules! filters {
    () => {
        "e.organization_id = ? AND (? = '' OR e.brief @@ (?)::tsquery) \
         AND (NOT ? OR e.experience_months BETWEEN ? AND ?) \
         AND (?::timestamptz IS NULL OR e.uploaded_at >= ?) AND (?::timestamptz IS NULL OR e.uploaded_at < ?) \
         AND (NOT ? OR EXISTS (SELECT FROM applications a WHERE a.organization_id = e.organization_id \
            AND a.candidate_id = e.candidate_id AND (?::text IS NULL OR a.stage = ?) AND (?::uuid IS NULL OR a.job_id = ?))) \
         AND (? = '' OR e.candidate_id NOT IN (SELECT x.candidate_id FROM search_entries x \
            WHERE x.organization_id = ? AND x.words @@ (?)::tsquery \
            AND (NOT ? OR ts_filter(x.brief, '{b,c}') @@ (?)::tsquery)))"
    };
}
use filters;

fn bind_filter<'a>(statement: Statement<'a>, org: OrgId, filter: &'a SearchFilter) -> Statement<'a> {
    let (least, most) = filter.experience_months.unwrap_or_default();
    let (from, until) = filter.uploaded;
    let job = filter.job.map(JobId::uuid);
    statement
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Text, _>(filter.facts.as_str())
        .bind::<Text, _>(filter.facts.as_str())
        .bind::<Bool, _>(filter.experience_months.is_some())
        .bind::<Integer, _>(least)
        .bind::<Integer, _>(most)
        .bind::<Nullable<Timestamptz>, _>(from)
        .bind::<Nullable<Timestamptz>, _>(from)
        .bind::<Nullable<Timestamptz>, _>(until)
        .bind::<Nullable<Timestamptz>, _>(until)
        .bind::<Bool, _>(filter.stage.is_some() || job.is_some())
        .bind::<Nullable<Text>, _>(filter.stage)
        .bind::<Nullable<Text>, _>(filter.stage)
        .bind::<Nullable<SqlUuid>, _>(job)
        .bind::<Nullable<SqlUuid>, _>(job)
        .bind::<Text, _>(filter.without.as_str())
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Text, _>(filter.without.as_str())
        .bind::<Bool, _>(filter.blind)
        .bind::<Text, _>(filter.without.as_str())
}

/// When a statement's plan is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plans {
    /// Once for a connection, whatever the values: for what is looked up by id, where making the plan costs as much as running it.
    Kept,
    /// For the values at hand: for what filters, which may let anything from nobody to everybody through.
    Fitted,
}

/// From here on plans are made so.
///
/// # Errors
/// See [`DbError`].
pub async fn plan(conn: &mut AsyncPgConnection, plans: Plans) -> Result<(), DbError> {
    let setting = match plans {
        Plans::Kept => "SET LOCAL plan_cache_mode = force_generic_plan",
        Plans::Fitted => "SET LOCAL plan_cache_mode = force_custom_plan",
    };
    Ok(conn.batch_execute(setting).await?)
}

/// Settings of the transaction: plans that are kept (the lists want [`Plans::Fitted`]) and run in one process (starting others costs more
/// than they save, and takes them from the next search), an index scan that goes on until the filters have let
/// enough through or 20,000 vectors were looked at, and how alike a name must be.
///
/// # Errors
/// See [`DbError`].
pub async fn prepare(conn: &mut AsyncPgConnection) -> Result<(), DbError> {
    // Postgres remarks upon every query without words, which is none of anybody's business here.
    let settings = "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL jit = off; \
                    SET LOCAL max_parallel_workers_per_gather = 0; \
                    SET LOCAL client_min_messages = warning; SET LOCAL pg_trgm.word_similarity_threshold = 0.4; \
                    SET LOCAL hnsw.iterative_scan = relaxed_order; SET LOCAL hnsw.ef_search = 200; \
                    SET LOCAL hnsw.max_scan_tuples = 20000";
    Ok(conn.batch_execute(settings).await?)
}

/// The candidates behind the filters when they are at most [`FEW`], in no order. Filters of which the planner expects much more are
/// believed to let many through.
///
/// # Errors
/// See [`DbError`].
pub async fn list_behind(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    filter: &SearchFilter,
) -> Result<Behind, DbError> {
    let expected = expected_behind(conn, org, filter).await?;
    if expected > SURELY_MANY {
        return Ok(Behind::Many(expected));
    }
    let few = all_behind(conn, org, filter, FEW).await?;
    // An estimate that has just been proven wrong says nothing about how many there are.
    let many = if expected > FEW { expected } else { SURELY_MANY };
    Ok(few.map_or(Behind::Many(many), Behind::Few))
}

/// The candidates behind the filters, in no order; `None` when they are more than `most`.
async fn all_behind(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    filter: &SearchFilter,
    most: i64,
) -> Result<Option<Vec<Uuid>>, DbError> {
    let text = concat!(
        "SELECT e.candidate_id AS id FROM search_entries e WHERE ",
        filters!(),
        " LIMIT ?"
    );
    let found = bind_filter(statement(text), org, filter).bind::<BigInt, _>(most.saturating_add(1));
    let found = ids(conn, found).await?;
    Ok(Some(found).filter(|found| i64::try_from(found.len()).is_ok_and(|count| count <= most)))
}

/// How many candidates the planner expects behind the filters: from statistics, without reading one.
async fn expected_behind(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    filter: &SearchFilter,
) -> Result<i64, DbError> {
    let text = concat!(
        "EXPLAIN (FORMAT JSON) SELECT e.candidate_id FROM search_entries e WHERE ",
        filters!()
    );
    let explained: Explained = bind_filter(statement(text), org, filter).get_result(conn).await?;
    let rows = explained.plan.pointer("/0/Plan/Plan Rows");
    Ok(rows.and_then(serde_json::Value::as_i64).unwrap_or(0))
}

/// A page of the candidates behind the filters, latest upload first, and how many there are in all.
///
/// # Errors
/// See [`DbError`].
pub async fn list_filtered(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    filter: &SearchFilter,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Uuid>, i64), DbError> {
    let text = concat!(
        "SELECT count(*) AS count FROM search_entries e WHERE ",
        filters!()
    );
    let counted: Counted = bind_filter(statement(text), org, filter).get_result(conn).await?;
    let text = concat!(
        "SELECT e.candidate_id AS id FROM search_entries e WHERE ",
        filters!(),
        " ORDER BY e.uploaded_at DESC, e.candidate_id LIMIT ? OFFSET ?"
    );
    let page = bind_filter(statement(text), org, filter)
        .bind::<BigInt, _>(limit)
        .bind::<BigInt, _>(offset);
    Ok((ids(conn, page).await?, counted.count))
}

async fn ids(conn: &mut AsyncPgConnection, statement: Statement<'_>) -> Result<Vec<Uuid>, DbError> {
    let rows: Vec<Ranked> = statement.load(conn).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

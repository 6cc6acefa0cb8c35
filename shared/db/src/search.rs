//! Finding candidates by words, by meaning and by facts. Fusing the lists is the caller's.
//!
//! Every statement carries the organization and the filters, so a list never has to be thinned out afterwards. Call them
//! in one read-only transaction that [`prepare`] was called in: then all of them see the same candidates.

mod nearest;
mod words;

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use hiring_core::ids::OrgId;
use uuid::Uuid;

pub use nearest::{EXACT_UP_TO, QueryVector, list_nearest};
pub use words::{list_with_all_words, list_with_any_word};

use crate::DbError;
use crate::statement::{Statement, statement};

/// Longest list by words or by meaning; what ranks below is not found.
pub const LIST_LENGTH: i64 = 200;

/// What somebody must be like to be found at all.
#[derive(Debug, Clone, Default)]
pub struct SearchFilter {
    /// Taxonomy keys; each is needed.
    pub skills: Vec<String>,
    /// Least and most months of work; `None` also finds people whose experience is not known.
    pub experience_months: Option<(i32, i32)>,
    /// Part of the location, whatever its case.
    pub location: Option<String>,
    /// Words or quoted phrases joined by ` or `; whoever has one of them is not found. Empty for none.
    pub without: String,
}

/// A candidate found, as the answer shows them.
#[derive(Debug, Clone, QueryableByName)]
pub struct HitRow {
    /// The candidate's id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Full name.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    /// First e-mail address.
    #[diesel(sql_type = Nullable<Text>)]
    pub email: Option<String>,
    /// The line under the name, else the latest title.
    #[diesel(sql_type = Nullable<Text>)]
    pub headline: Option<String>,
    /// Where the person lives.
    #[diesel(sql_type = Nullable<Text>)]
    pub location: Option<String>,
    /// Taxonomy keys of the skills.
    #[diesel(sql_type = Array<Text>)]
    pub skills: Vec<String>,
    /// Canonical names of the skills.
    #[diesel(sql_type = Array<Text>)]
    pub skill_names: Vec<String>,
    /// Months of work.
    #[diesel(sql_type = Nullable<Integer>)]
    pub experience_months: Option<i32>,
    /// Those of the words asked about that the resume has.
    #[diesel(sql_type = Array<Text>)]
    pub words: Vec<String>,
}

#[derive(QueryableByName)]
struct Ranked {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Candidates `c` behind the filters; seven values, bound by [`bind_filter`]. Where nothing is asked for the values let
/// everybody through, so that one statement serves every combination.
macro_rules! filters {
    () => {
        "c.organization_id = ? AND c.status = 'ready' AND c.skills @> ? \
         AND coalesce(c.experience_months, -1) BETWEEN ? AND ? AND coalesce(c.location, '') ILIKE ? \
         AND (? = '' OR NOT c.search @@ websearch_to_tsquery('english', ?))"
    };
}
use filters;

macro_rules! hit_columns {
    () => {
        "c.id, c.name, c.email, c.headline, c.location, c.skills, c.skill_names, c.experience_months"
    };
}

fn bind_filter<'a>(statement: Statement<'a>, org: OrgId, filter: &'a SearchFilter) -> Statement<'a> {
    let (least, most) = filter.experience_months.unwrap_or((-1, i32::MAX));
    statement
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<Text>, _>(&filter.skills)
        .bind::<Integer, _>(least)
        .bind::<Integer, _>(most)
        .bind::<Text, _>(crate::pattern::containing(
            filter.location.as_deref().unwrap_or_default(),
        ))
        .bind::<Text, _>(filter.without.as_str())
        .bind::<Text, _>(filter.without.as_str())
}

/// Settings of the transaction: plans made for the values at hand, and an index scan that goes on until the filters have
/// let enough through.
///
/// # Errors
/// See [`DbError`].
pub async fn prepare(conn: &mut AsyncPgConnection) -> Result<(), DbError> {
    // Postgres remarks upon every query without words, which is none of anybody's business here.
    let settings = "SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL jit = off; \
                    SET LOCAL client_min_messages = warning; \
                    SET LOCAL hnsw.iterative_scan = strict_order; SET LOCAL hnsw.ef_search = 200";
    Ok(conn.batch_execute(settings).await?)
}

/// How many candidates are behind the filters, counted up to `most`.
///
/// # Errors
/// See [`DbError`].
pub async fn count_filtered(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    filter: &SearchFilter,
    most: i64,
) -> Result<i64, DbError> {
    let text = concat!(
        "SELECT count(*) AS count FROM (SELECT FROM candidates c WHERE ",
        filters!(),
        " LIMIT ?) counted"
    );
    let query = bind_filter(statement(text), org, filter).bind::<BigInt, _>(most);
    let counted: Counted = query.get_result(conn).await?;
    Ok(counted.count)
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
) -> Result<(Vec<HitRow>, i64), DbError> {
    let total = count_filtered(conn, org, filter, i64::MAX).await?;
    let text = concat!(
        "SELECT ",
        hit_columns!(),
        ", ARRAY[]::text[] AS words FROM candidates c WHERE ",
        filters!(),
        " ORDER BY c.uploaded_at DESC, c.id LIMIT ? OFFSET ?"
    );
    let page = bind_filter(statement(text), org, filter)
        .bind::<BigInt, _>(limit)
        .bind::<BigInt, _>(offset);
    Ok((page.load(conn).await?, total))
}

/// These candidates of the organization, in no order, each with those of `words` that the resume has.
///
/// # Errors
/// See [`DbError`].
pub async fn list_hits(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    ids: &[Uuid],
    words: &[String],
) -> Result<Vec<HitRow>, DbError> {
    let text = concat!(
        "SELECT ",
        hit_columns!(),
        ", ARRAY(SELECT asked.word FROM unnest(?) WITH ORDINALITY AS asked (word, place) \
            WHERE c.search @@ (phraseto_tsquery('english', asked.word) || phraseto_tsquery('simple', asked.word)) \
            ORDER BY asked.place) AS words \
         FROM candidates c WHERE c.organization_id = ? AND c.id = ANY(?)"
    );
    let query = statement(text)
        .bind::<Array<Text>, _>(words)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(ids);
    Ok(query.load(conn).await?)
}

async fn ids(conn: &mut AsyncPgConnection, statement: Statement<'_>) -> Result<Vec<Uuid>, DbError> {
    let rows: Vec<Ranked> = statement.load(conn).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

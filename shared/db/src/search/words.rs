//! The list by words: whoever has all of them, or else some of the rarer ones.

use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use diesel_async::AsyncPgConnection;
use hiring_core::ids::OrgId;
use uuid::Uuid;

use super::query::{any_of, list_common};
use super::{Behind, LIST_LENGTH, Prepared, SearchFilter, bind_filter, filters, ids};
use crate::DbError;
use crate::statement::statement;

/// People whose whole resume is ranked: those whose headline, titles and skills fit best. Ranking a resume costs as much as
/// fetching it; the others follow in the order of what is small.
const RANKED_IN_FULL: i64 = 50;
/// When nobody has all the words, words are taken, the rarest first, as long as they bring no more than this many people.
const MANY: f32 = 2_500.0;

/// Of so few people behind the filters each one's words are looked at, about 6 us a person; the index on words would bring everybody who
/// has them, whoever they are.
const ONE_BY_ONE: usize = 200;

/// First by what is small, then the best of them by everything. Weights of D, C, B and A; lengths count by their logarithm, or
/// long resumes would win by length alone.
macro_rules! best_of {
    ($($who:tt)*) => {
        concat!(
            "WITH matched AS (SELECT e.candidate_id, e.words, ts_rank('{0.1, 0.3, 0.6, 1.0}', e.brief, (?)::tsquery, 1) AS rank \
                FROM search_entries e WHERE ",
            $($who)*,
            "   ORDER BY rank DESC, e.candidate_id LIMIT ?), \
             best AS MATERIALIZED (SELECT candidate_id, words, row_number() OVER (ORDER BY rank DESC, candidate_id) AS place FROM matched) \
             SELECT candidate_id AS id FROM best ORDER BY \
                CASE WHEN place <= ? THEN ts_rank('{0.1, 0.3, 0.6, 1.0}', words, (?)::tsquery, 1) ELSE -1 END DESC, place"
        )
    };
}
const BEST: &str = best_of!("(? = '' OR e.words @@ (?)::tsquery) AND ", filters!());
/// `IS TRUE` keeps the planner from the index on words.
const BEST_OF_FEW: &str = best_of!(
    "(? = '' OR (e.words @@ (?)::tsquery) IS TRUE) AND e.organization_id = ? AND e.candidate_id = ANY (?)"
);

/// Words of headline, titles and skills alone: a name and the text around it tell who somebody is.
const BEST_BLIND: &str = concat!(
    "SELECT e.candidate_id AS id FROM search_entries e, LATERAL ts_filter(e.brief, '{b,c}') AS open \
        WHERE (? = '' OR (e.brief @@ (?)::tsquery AND open @@ (?)::tsquery)) AND ",
    filters!(),
    " ORDER BY ts_rank('{0.1, 0.3, 0.6, 1.0}', open, (?)::tsquery, 1) DESC, e.candidate_id LIMIT ?"
);

/// Candidates who have all the words, best first, and whether that is so; else those who have some. Of few people behind the
/// filters, any word does.
///
/// # Errors
/// See [`DbError`].
pub async fn list_by_words(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    filter: &SearchFilter,
    words: &Prepared,
    behind: &Behind,
) -> Result<(Vec<Uuid>, bool), DbError> {
    let ranked = any_of(&words.ranked);
    let people = (org, filter, behind);
    let found = best(conn, people, &words.all_words, &ranked).await?;
    if !found.is_empty() || words.all_words.is_empty() || words.stems.is_empty() {
        return Ok((found, true));
    }
    let rare = match behind {
        Behind::Few(_) => words.stems.clone(),
        Behind::Many(_) => rarest(conn, &words.stems).await?,
    };
    let found = best(conn, people, &any_of(&rare), &ranked).await?;
    Ok((found, false))
}

async fn best(
    conn: &mut AsyncPgConnection,
    (org, filter, behind): (OrgId, &SearchFilter, &Behind),
    needed: &str,
    ranked: &str,
) -> Result<Vec<Uuid>, DbError> {
    if filter.blind {
        let query = statement(BEST_BLIND)
            .bind::<Text, _>(needed)
            .bind::<Text, _>(needed)
            .bind::<Text, _>(needed);
        let query = bind_filter(query, org, filter)
            .bind::<Text, _>(ranked)
            .bind::<BigInt, _>(LIST_LENGTH);
        return ids(conn, query).await;
    }
    let asked = |text| {
        statement(text)
            .bind::<Text, _>(ranked)
            .bind::<Text, _>(needed)
            .bind::<Text, _>(needed)
    };
    let query = match behind {
        Behind::Few(few) if few.len() <= ONE_BY_ONE => asked(BEST_OF_FEW)
            .bind::<SqlUuid, _>(org.uuid())
            .bind::<Array<SqlUuid>, _>(few),
        _ => bind_filter(asked(BEST), org, filter),
    };
    let query = query
        .bind::<BigInt, _>(LIST_LENGTH)
        .bind::<BigInt, _>(RANKED_IN_FULL)
        .bind::<Text, _>(ranked);
    ids(conn, query).await
}

/// The rarest stems that bring no more than [`MANY`] entries together; always the rarest one.
async fn rarest(conn: &mut AsyncPgConnection, stems: &[String]) -> Result<Vec<String>, DbError> {
    let common = list_common(conn, stems).await?;
    let entries = |stem: &String| {
        let known = common.iter().find(|known| known.stem == *stem);
        known.map_or(0.0, |known| known.entries)
    };
    let mut by_entries: Vec<(&String, f32)> = stems.iter().map(|stem| (stem, entries(stem))).collect();
    by_entries.sort_by(|(a, few), (b, many)| few.total_cmp(many).then_with(|| a.cmp(b)));
    let mut left = MANY;
    let mut rare = Vec::new();
    for (stem, entries) in by_entries {
        left -= entries;
        if left < 0.0 && !rare.is_empty() {
            break;
        }
        rare.push(stem.clone());
    }
    Ok(rare)
}

//! Lists by words: Postgres full text search over name, headline and visible text.

use diesel::sql_types::{BigInt, Text};
use diesel_async::AsyncPgConnection;
use hiring_core::ids::OrgId;
use uuid::Uuid;

use super::{LIST_LENGTH, SearchFilter, bind_filter, filters, ids};
use crate::DbError;
use crate::statement::{Statement, statement};

/// A query that both the stems of the text and the plain words of the name can meet; the text is bound twice.
macro_rules! all_words {
    () => {
        "(websearch_to_tsquery('english', ?) || websearch_to_tsquery('simple', ?))"
    };
}

/// The same for anybody with one of the words. The text form of a query is well-formed whatever was typed, and `&` can
/// only be an operator in it or a character within a quoted word.
macro_rules! any_word {
    () => {
        "(replace(plainto_tsquery('english', ?)::text, '&', '|')::tsquery \
          || replace(plainto_tsquery('simple', ?)::text, '&', '|')::tsquery)"
    };
}

/// The last argument of the rank divides by the logarithm of the length, or long resumes would win by length alone.
macro_rules! best_by {
    ($query:ident) => {
        concat!(
            "SELECT c.id FROM candidates c WHERE c.search @@ ",
            $query!(),
            " AND ",
            filters!(),
            " ORDER BY ts_rank_cd(c.search, ",
            $query!(),
            ", 1) DESC, c.id LIMIT ?"
        )
    };
}

/// Candidates whose resume has all the words of a query in the syntax of web search engines, best first.
///
/// # Errors
/// See [`DbError`].
pub async fn list_with_all_words(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    filter: &SearchFilter,
    query: &str,
) -> Result<Vec<Uuid>, DbError> {
    best(conn, statement(best_by!(all_words)), (org, filter), query).await
}

/// Candidates whose resume has at least one of the words, best first.
///
/// # Errors
/// See [`DbError`].
pub async fn list_with_any_word(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    filter: &SearchFilter,
    query: &str,
) -> Result<Vec<Uuid>, DbError> {
    best(conn, statement(best_by!(any_word)), (org, filter), query).await
}

async fn best<'a>(
    conn: &mut AsyncPgConnection,
    statement: Statement<'a>,
    (org, filter): (OrgId, &'a SearchFilter),
    query: &'a str,
) -> Result<Vec<Uuid>, DbError> {
    let statement = statement.bind::<Text, _>(query).bind::<Text, _>(query);
    let statement = bind_filter(statement, org, filter)
        .bind::<Text, _>(query)
        .bind::<Text, _>(query);
    ids(conn, statement.bind::<BigInt, _>(LIST_LENGTH)).await
}

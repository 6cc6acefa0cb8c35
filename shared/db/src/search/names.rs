//! The list by names that are spelt almost as typed.

use diesel::sql_types::{BigInt, Text};
use diesel_async::AsyncPgConnection;
use hiring_core::ids::OrgId;
use uuid::Uuid;

use super::{SearchFilter, bind_filter, filters, ids};
use crate::DbError;
use crate::statement::statement;

/// Longest list by names.
const NAMES: i64 = 50;

/// Candidates part of whose name is spelt almost like this text, most alike first, by shared groups of three letters (`pg_trgm`; the
/// least word similarity is 0.4, which one slip in a short name reaches). Accents and case do not matter. Nobody where names are
/// not to be told.
///
/// # Errors
/// See [`DbError`].
pub async fn list_by_name(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    filter: &SearchFilter,
    text: &str,
) -> Result<Vec<Uuid>, DbError> {
    if filter.blind {
        return Ok(Vec::new());
    }
    let query = concat!(
        "SELECT e.candidate_id AS id FROM search_entries e WHERE search_fold(?) <% e.name AND ",
        filters!(),
        " ORDER BY word_similarity(search_fold(?), e.name) DESC, e.candidate_id LIMIT ?"
    );
    let query = bind_filter(statement(query).bind::<Text, _>(text), org, filter)
        .bind::<Text, _>(text)
        .bind::<BigInt, _>(NAMES);
    ids(conn, query).await
}

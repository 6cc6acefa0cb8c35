//! What is counted over the people found.

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Integer, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::OrgId;
use uuid::Uuid;

use super::{SearchFilter, bind_filter, filters};
use crate::DbError;
use crate::statement::statement;

/// Facts of one candidate.
#[derive(Debug, Clone, QueryableByName)]
pub struct EntryFacts {
    /// The candidate's id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Months of work, -1 when not known.
    #[diesel(sql_type = Integer)]
    pub experience_months: i32,
    /// One text, for a list of as many as there are would be as many allocations.
    #[diesel(sql_type = Text)]
    lexemes: String,
}

impl EntryFacts {
    /// Values of one kind: `s` taxonomy keys of skills, `t` the town, `c` the country's code, `l` languages and, behind a colon,
    /// levels of them that are reached, `e` levels of education that are reached.
    pub fn of(&self, kind: char) -> impl Iterator<Item = &str> {
        // Facts come before all words, as their control character does before all letters.
        self.lexemes
            .split(BETWEEN)
            .take_while(|lexeme| lexeme.starts_with('\u{1}'))
            .filter_map(move |lexeme| lexeme.strip_prefix('\u{1}')?.strip_prefix(kind))
    }
}

/// How many of some candidates have an application in a stage.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct StageCount {
    /// The stage.
    #[diesel(sql_type = Text)]
    pub stage: String,
    /// Candidates with at least one application in it.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// Parts lexemes; no text holds it.
const BETWEEN: char = '\u{2}';

macro_rules! fact_columns {
    () => {
        "e.candidate_id AS id, e.experience_months, array_to_string(tsvector_to_array(e.brief), E'\\x02') AS lexemes"
    };
}

/// The facts of these candidates, in no order.
///
/// # Errors
/// See [`DbError`].
pub async fn list_facts(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    ids: &[Uuid],
) -> Result<Vec<EntryFacts>, DbError> {
    let text = concat!(
        "SELECT ",
        fact_columns!(),
        " FROM search_entries e WHERE e.organization_id = ? AND e.candidate_id = ANY (?)"
    );
    let facts = statement(text)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(ids);
    Ok(facts.load(conn).await?)
}

/// The facts of at most `most` candidates behind the filters, latest upload first.
///
/// # Errors
/// See [`DbError`].
pub async fn list_filtered_facts(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    filter: &SearchFilter,
    most: i64,
) -> Result<Vec<EntryFacts>, DbError> {
    let text = concat!(
        "SELECT ",
        fact_columns!(),
        " FROM search_entries e WHERE ",
        filters!(),
        " ORDER BY e.uploaded_at DESC, e.candidate_id LIMIT ?"
    );
    let facts = bind_filter(statement(text), org, filter).bind::<BigInt, _>(most);
    Ok(facts.load(conn).await?)
}

/// The stages in which these candidates have applications.
///
/// # Errors
/// See [`DbError`].
pub async fn count_stages(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    ids: &[Uuid],
) -> Result<Vec<StageCount>, DbError> {
    let text = "SELECT a.stage, count(DISTINCT a.candidate_id) AS count FROM applications a \
         WHERE a.organization_id = ? AND a.candidate_id = ANY (?) GROUP BY a.stage";
    let counts = statement(text)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(ids);
    Ok(counts.load(conn).await?)
}

//! What is counted over the people found.

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Binary, Integer, Text, Uuid as SqlUuid};
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
    /// A `tsvector` as Postgres sends it to programs: much less work for both sides than a list of texts.
    #[diesel(sql_type = Binary)]
    brief: Vec<u8>,
}

impl EntryFacts {
    /// Values of one kind: `s` taxonomy keys of skills, `t` the town, `c` the country's code, `l` languages and, behind a colon,
    /// levels of them that are reached, `e` levels of education that are reached.
    pub fn of(&self, kind: char) -> impl Iterator<Item = &str> {
        // Facts come before all words, as their control character does before all letters.
        lexemes(&self.brief)
            .take_while(|lexeme| lexeme.starts_with(b"\x01"))
            .filter_map(|lexeme| std::str::from_utf8(lexeme).ok())
            .filter_map(move |lexeme| lexeme.strip_prefix('\u{1}')?.strip_prefix(kind))
    }
}

/// The lexemes of a `tsvector` in its binary form (`tsvectorsend`): their number, then each as text up to a zero, the number of its
/// positions, and two bytes for each of those; numbers in network order.
fn lexemes(tsvector: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = tsvector.get(4..).unwrap_or_default();
    std::iter::from_fn(move || {
        let end = rest.iter().position(|byte| *byte == 0)?;
        let (lexeme, behind) = rest.split_at_checked(end)?;
        let (count, behind) = behind.get(1..)?.split_first_chunk::<2>()?;
        rest = behind.get(usize::from(u16::from_be_bytes(*count)) * 2..)?;
        Some(lexeme)
    })
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

macro_rules! fact_columns {
    () => {
        "e.candidate_id AS id, e.experience_months, tsvectorsend(e.brief) AS brief"
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(lexemes: &[(&str, usize)]) -> Vec<u8> {
        let mut bytes = u32::try_from(lexemes.len()).unwrap().to_be_bytes().to_vec();
        for (lexeme, positions) in lexemes {
            bytes.extend(lexeme.as_bytes());
            bytes.push(0);
            bytes.extend(u16::try_from(*positions).unwrap().to_be_bytes());
            bytes.extend(std::iter::repeat_n(0xc0, positions * 2));
        }
        bytes
    }

    #[test]
    fn facts_are_told_by_their_kind_and_words_are_none() {
        let brief = sent(&[
            ("\u{1}lgerman", 0),
            ("\u{1}skubernetes", 1),
            ("\u{1}sñandú", 3),
            ("sail", 2),
        ]);
        let facts = EntryFacts {
            id: Uuid::nil(),
            experience_months: 1,
            brief,
        };
        assert_eq!(facts.of('s').collect::<Vec<_>>(), ["kubernetes", "ñandú"]);
        assert_eq!(facts.of('l').collect::<Vec<_>>(), ["german"]);
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_sent_is_read_to_its_end_at_most(bytes in proptest::collection::vec(0u8..4, 0..60)) {
            let length: usize = lexemes(&bytes).map(|lexeme| lexeme.len() + 3).sum();
            proptest::prop_assert!(length <= bytes.len());
        }
    }
}

//! Filters and words as Postgres reads them: made once for a search, then given to every list.

use std::collections::BTreeSet;

use diesel::QueryableByName;
use diesel::sql_types::{Array, Float4, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::DbError;
use crate::statement::statement;

/// Facts that filters ask for, as callers name them.
#[derive(Debug, Clone, Default)]
pub struct FilterText {
    /// For each skill that is needed the taxonomy keys that show it.
    pub skills: Vec<Vec<String>>,
    /// Names of the languages that are needed, in English, each with a level (`A1`-`C2`, `native`) or none.
    pub languages: Vec<(String, Option<String>)>,
    /// Name of the least `EducationLevel`.
    pub education: Option<&'static str>,
    /// The place as typed.
    pub place: Option<String>,
    /// The gazetteer's name of the town that the place names.
    pub city: Option<String>,
    /// ISO 3166-1 alpha-2 code of the country that it names.
    pub country: Option<String>,
}

/// Words of a search.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// What must occur, in the syntax of web search engines; empty for nothing.
    pub wanted: String,
    /// What the order goes by; the words of `wanted` and others.
    pub ranked: String,
    /// What must not occur, in the same syntax; empty for nothing.
    pub without: String,
}

/// A stem that many entries have.
#[derive(Debug, Clone, QueryableByName)]
pub(super) struct Common {
    #[diesel(sql_type = Text)]
    pub stem: String,
    /// About how many.
    #[diesel(sql_type = Float4)]
    pub entries: f32,
}

/// A search as the lists take it: texts of `tsquery`s, empty where nothing is asked for.
#[derive(Debug, Clone, Default, QueryableByName)]
pub struct Prepared {
    /// Facts that are needed.
    #[diesel(sql_type = Text)]
    pub facts: String,
    /// What must not occur.
    #[diesel(sql_type = Text)]
    pub without: String,
    /// All the words, as each language stems them.
    #[diesel(sql_type = Text)]
    pub all_words: String,
    /// Stems of the words that the order goes by.
    #[diesel(sql_type = Array<Text>)]
    pub ranked: Vec<String>,
    /// Stems of the wanted words without those that are too common to be indexed.
    #[diesel(sql_type = Array<Text>)]
    pub stems: Vec<String>,
}

/// Reads filters and words; one statement.
///
/// # Errors
/// See [`DbError`].
pub async fn prepare_query(
    conn: &mut AsyncPgConnection,
    filter: &FilterText,
    words: &Words,
) -> Result<Prepared, DbError> {
    let text = "SELECT ((?)::tsquery && search_place(?, ?, ?))::text AS facts, \
        search_all_words(?)::text AS without, search_all_words(?)::text AS all_words, \
        search_lexemes(?) AS ranked, search_lexemes(?) AS stems";
    let prepared: Prepared = statement(text)
        .bind::<Text, _>(facts(filter))
        .bind::<Text, _>(filter.place.as_deref().unwrap_or_default())
        .bind::<Nullable<Text>, _>(filter.city.as_deref())
        .bind::<Nullable<Text>, _>(filter.country.as_deref())
        .bind::<Text, _>(words.without.as_str())
        .bind::<Text, _>(words.wanted.as_str())
        .bind::<Text, _>(words.ranked.replace('"', " "))
        .bind::<Text, _>(words.wanted.replace('"', " "))
        .get_result(conn)
        .await?;
    Ok(prepared)
}

/// Those of the stems that many entries have, as the planner's statistics tell; all others are rare.
///
/// # Errors
/// See [`DbError`].
pub(super) async fn list_common(
    conn: &mut AsyncPgConnection,
    stems: &[String],
) -> Result<Vec<Common>, DbError> {
    let text = "SELECT stem, share * (SELECT reltuples FROM pg_class WHERE oid = 'search_entries'::regclass) AS entries \
        FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (stem, share) \
        WHERE schemaname = current_schema() AND tablename = 'search_entries' AND attname = 'words' AND stem = ANY (?)";
    Ok(statement(text).bind::<Array<Text>, _>(stems).load(conn).await?)
}

/// Facts as a `tsquery`: every skill in one of its names, every language, the level of education.
fn facts(filter: &FilterText) -> String {
    let mut needed: Vec<String> = Vec::new();
    for keys in narrowest(&filter.skills) {
        let names: Vec<String> = keys.iter().map(|key| lexeme('s', key)).collect();
        needed.push(match names.is_empty() {
            // A skill that nothing can show is nobody's.
            true => lexeme('s', ""),
            false => format!("({})", names.join(" | ")),
        });
    }
    for (language, level) in &filter.languages {
        let name = language.to_lowercase();
        needed.push(match level {
            Some(level) => lexeme('l', &format!("{name}:{}", level.to_lowercase())),
            None => lexeme('l', &name),
        });
    }
    needed.extend(filter.education.map(|level| lexeme('e', level)));
    needed.join(" & ")
}

/// The skills without those that somebody who shows another one shows as well: whoever shows React shows JavaScript. Reading the
/// index for both costs their sum, and the planner takes the two for independent and expects far too few people.
fn narrowest(skills: &[Vec<String>]) -> Vec<BTreeSet<&str>> {
    let sets: BTreeSet<BTreeSet<&str>> = skills
        .iter()
        .map(|keys| keys.iter().map(String::as_str).collect())
        .collect();
    let is_implied = |wide: &BTreeSet<&str>| sets.iter().any(|other| other != wide && other.is_subset(wide));
    sets.iter().filter(|set| !is_implied(set)).cloned().collect()
}

/// Longest value of a fact, in characters: as `search_facts` cuts them, less the control character.
const MAX_FACT_CHARS: usize = 199;

/// A fact's lexeme, quoted for a `tsquery`.
fn lexeme(kind: char, value: &str) -> String {
    let fact: String = std::iter::once(kind)
        .chain(value.chars())
        .take(MAX_FACT_CHARS)
        .collect();
    format!("'\u{1}{}'", fact.replace('\\', "\\\\").replace('\'', "''"))
}

/// Any of these stems, as a `tsquery`.
pub(super) fn any_of(stems: &[String]) -> String {
    let quoted = |stem: &String| format!("'{}'", stem.replace('\\', "\\\\").replace('\'', "''"));
    stems.iter().map(quoted).collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_joined_and_quoted() {
        let filter = FilterText {
            skills: vec![vec!["python".into(), "django".into()], vec!["o'reilly \\".into()]],
            languages: vec![("German".into(), Some("B2".into()))],
            education: Some("master"),
            ..FilterText::default()
        };
        let shown = facts(&filter).replace('\u{1}', "#");
        assert_eq!(
            shown,
            r"('#sdjango' | '#spython') & ('#so''reilly \\') & '#lgerman:b2' & '#emaster'"
        );
        assert_eq!(facts(&FilterText::default()), "");
    }

    proptest::proptest! {
        #[test]
        fn who_shows_the_narrowest_skills_shows_them_all_and_nobody_else_does(
            skills in proptest::collection::vec(proptest::collection::vec("[a-e]", 0..4), 0..5),
            shown in proptest::collection::btree_set("[a-e]", 0..5),
        ) {
            let all = skills.iter().all(|keys| keys.iter().any(|key| shown.contains(key)));
            let kept = narrowest(&skills);
            let narrow = kept.iter().all(|keys| keys.iter().any(|key| shown.contains(*key)));
            proptest::prop_assert_eq!(all, narrow);
            let chained = kept.iter().any(|one| kept.iter().any(|other| one != other && one.is_subset(other)));
            proptest::prop_assert!(!chained);
        }
    }
}

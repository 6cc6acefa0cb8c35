//! Skills that an organization adds to the taxonomy of the house.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::OrgId;
use hiring_core::resume::SkillKind;
use hiring_core::taxonomy::fold_words;
use hiring_core::taxonomy::own::{MAX_ENTRIES, OwnEntry};

use crate::DbError;
use crate::audit::{self, Entry};
use crate::schema::{organizations, taxonomy_entries};

/// Rows of one statement: six values each, far below the 65,535 that the protocol allows.
const ROWS: usize = 2_000;

/// The organization's entries, by name.
///
/// # Errors
/// See [`DbError`].
pub async fn of(conn: &mut AsyncPgConnection, org: OrgId) -> Result<Vec<OwnEntry>, DbError> {
    let rows: Vec<(String, Vec<String>, String, Vec<String>)> = taxonomy_entries::table
        .filter(taxonomy_entries::organization_id.eq(org.uuid()))
        .order(taxonomy_entries::key)
        .limit(i64::try_from(MAX_ENTRIES).unwrap_or(i64::MAX))
        .select((
            taxonomy_entries::name,
            taxonomy_entries::aliases,
            taxonomy_entries::kind,
            taxonomy_entries::parents,
        ))
        .load(conn)
        .await?;
    let entry = |(name, aliases, kind, parents): (String, Vec<String>, String, Vec<String>)| OwnEntry {
        name,
        aliases,
        kind: SkillKind::from_name(&kind).unwrap_or(SkillKind::Hard),
        parents,
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// Puts these entries in the place of all that the organization had, in one transaction, and notes it in its log. Answers no when
/// there is no such organization.
///
/// # Errors
/// See [`DbError`].
pub async fn replace(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    entries: &[OwnEntry],
) -> Result<bool, DbError> {
    conn.transaction(async |conn| {
        if !exists(conn, org).await? {
            return Ok(false);
        }
        delete(conn, org).await?;
        for some in entries.chunks(ROWS) {
            let rows: Vec<_> = some
                .iter()
                .map(|entry| {
                    (
                        taxonomy_entries::organization_id.eq(org.uuid()),
                        taxonomy_entries::key.eq(fold_words(&entry.name)),
                        taxonomy_entries::name.eq(&entry.name),
                        taxonomy_entries::aliases.eq(&entry.aliases),
                        taxonomy_entries::kind.eq(entry.kind.as_str()),
                        taxonomy_entries::parents.eq(&entry.parents),
                    )
                })
                .collect();
            diesel::insert_into(taxonomy_entries::table)
                .values(rows)
                .execute(conn)
                .await?;
        }
        note(conn, org, "taxonomy.imported").await?;
        Ok(true)
    })
    .await
}

/// Removes all entries of the organization and notes it in its log. Answers how many there were.
///
/// # Errors
/// See [`DbError`].
pub async fn remove(conn: &mut AsyncPgConnection, org: OrgId) -> Result<usize, DbError> {
    conn.transaction(async |conn| {
        let removed = delete(conn, org).await?;
        if removed > 0 {
            note(conn, org, "taxonomy.removed").await?;
        }
        Ok(removed)
    })
    .await
}

async fn exists(conn: &mut AsyncPgConnection, org: OrgId) -> Result<bool, DbError> {
    let found = organizations::table.filter(organizations::id.eq(org.uuid()));
    Ok(diesel::select(diesel::dsl::exists(found))
        .get_result(conn)
        .await?)
}

async fn delete(conn: &mut AsyncPgConnection, org: OrgId) -> Result<usize, DbError> {
    let own = taxonomy_entries::table.filter(taxonomy_entries::organization_id.eq(org.uuid()));
    Ok(diesel::delete(own).execute(conn).await?)
}

async fn note(conn: &mut AsyncPgConnection, org: OrgId, action: &str) -> Result<(), DbError> {
    let entry = Entry {
        actor: None,
        action,
        subject_kind: "organization",
        subject_id: org.uuid(),
        request_id: None,
    };
    audit::record(conn, org, entry).await
}

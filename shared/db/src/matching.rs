//! Candidates to be scored for a job.

mod changes;
mod choosing;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::OrgId;
use hiring_core::reading::Section;
use hiring_core::resume::Resume;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::DbError;
use crate::json::UnreadableJson;
use crate::statement::statement;

pub use changes::{Changed, Moment, list_changed, read_moment};
pub use choosing::{Chosen, Merit, Wanted, list_best, list_best_applicants, list_chosen};

/// Tells one state of a candidate's row from every other: who sees the same stamp twice may take what was computed from the row
/// for what would be computed from it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Stamp {
    /// The transaction that wrote the row, whatever it changed (`xmin`).
    #[diesel(sql_type = BigInt)]
    pub written_by: i64,
    /// When it was read: transactions are numbered anew where a standby takes over that missed the last ones.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub parsed_at: Option<DateTime<Utc>>,
    /// When it was uploaded: the present of a document without a date.
    #[diesel(sql_type = Timestamptz)]
    pub uploaded_at: DateTime<Utc>,
}

/// What a score is computed from. JSON is left as text, so that reading it need not hold up an async thread.
#[derive(Debug, Clone, QueryableByName)]
pub struct ScorableRow {
    /// The candidate.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Full name.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    /// The line under the name, else the latest title.
    #[diesel(sql_type = Nullable<Text>)]
    pub headline: Option<String>,
    /// Everything a human reader could see.
    #[diesel(sql_type = Text)]
    pub visible_text: String,
    /// `Vec<Section>` as JSON.
    #[diesel(sql_type = Text)]
    pub sections: String,
    /// `Resume` as JSON.
    #[diesel(sql_type = Text)]
    pub resume: String,
    /// Version of the reader that produced text, sections and resume.
    #[diesel(sql_type = Text)]
    pub parser_version: String,
    /// When it was read.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub parsed_at: Option<DateTime<Utc>>,
    /// When it was uploaded: the present of a document without a date.
    #[diesel(sql_type = Timestamptz)]
    pub uploaded_at: DateTime<Utc>,
    /// The transaction that wrote the row (`xmin`).
    #[diesel(sql_type = BigInt)]
    pub written_by: i64,
}

impl ScorableRow {
    /// Which state of the row this is.
    #[must_use]
    pub const fn stamp(&self) -> Stamp {
        Stamp {
            written_by: self.written_by,
            parsed_at: self.parsed_at,
            uploaded_at: self.uploaded_at,
        }
    }

    /// The fields and the parts of the text.
    ///
    /// # Errors
    /// [`UnreadableJson`] for what an older or broken release has stored.
    pub fn read(&self) -> Result<(Resume, Vec<Section>), UnreadableJson> {
        let resume = serde_json::from_str(&self.resume)?;
        let sections = serde_json::from_str(&self.sections)?;
        Ok((resume, sections))
    }

    /// SHA-256 of the visible text, hexadecimal.
    #[must_use]
    pub fn visible_text_hash(&self) -> String {
        hash(&self.visible_text)
    }

    /// SHA-256 of the sections as the database writes them, hexadecimal.
    #[must_use]
    pub fn sections_hash(&self) -> String {
        hash(&self.sections)
    }

    /// SHA-256 of the fields as the database writes them, hexadecimal.
    #[must_use]
    pub fn resume_hash(&self) -> String {
        hash(&self.resume)
    }
}

fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the scores of these candidates are computed from, in no order. Who was erased meanwhile is missing.
///
/// # Errors
/// See [`DbError`].
pub async fn list_scorable(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    ids: &[Uuid],
) -> Result<Vec<ScorableRow>, DbError> {
    let rows = statement(
        "SELECT c.id, c.name, c.headline, c.visible_text, coalesce(c.sections, '[]')::text AS sections, \
            c.resume::text AS resume, coalesce(c.parser_version, '') AS parser_version, c.parsed_at, c.uploaded_at, \
            c.xmin::text::bigint AS written_by \
         FROM candidates c WHERE c.organization_id = ? AND c.id = ANY (?) AND c.status = 'ready'",
    );
    Ok(rows
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(ids)
        .load(conn)
        .await?)
}

//! What language models answered about candidates and jobs. Rows are never changed; they go with their candidate or job.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Binary, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{ApplicationId, CandidateId, JobId, ModelAnswerId, OrgId, TaskId};
use serde_json::Value;
use uuid::Uuid;

use crate::DbError;
use crate::matching::ScorableRow;
use crate::statement::statement;

/// Hours in which an answer to the same question is used again without being asked for.
pub const REUSE_HOURS: i32 = 24;

/// What an answer is about, and what it was made from. Answers with an equal key are answers to the same question.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    /// Whose resume was shown.
    pub candidate: CandidateId,
    /// For which job.
    pub job: JobId,
    /// SHA-256 of the visible text.
    pub text_hash: &'a [u8; 32],
    /// SHA-256 of everything about the job and the rules that the question depends on.
    pub job_hash: &'a [u8; 32],
    /// Version of the question and of what of an answer is believed.
    pub prompt_version: &'a str,
    /// The model that is asked.
    pub model: &'a str,
}

/// An answer about to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewAnswer<'a> {
    /// The server's own name for the model that answered.
    pub answered_by: &'a str,
    /// The answer as it came.
    pub raw: &'a str,
    /// What of it was believed.
    pub believed: &'a Value,
    /// The places that bear on their requirement.
    pub pointed: &'a Value,
    /// Whether the resume addresses a program.
    pub instructed: bool,
    /// Tokens of question and answer.
    pub tokens: (u32, u32),
    /// Millionths of a US dollar.
    pub cost_micros: i64,
    /// The task that asked.
    pub task: TaskId,
}

/// A stored answer.
#[derive(Debug, Clone, QueryableByName)]
pub struct AnswerRow {
    /// The answer.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// SHA-256 of the text that was read.
    #[diesel(sql_type = Binary)]
    pub text_hash: Vec<u8>,
    /// SHA-256 of everything about the job and the rules that the question depended on.
    #[diesel(sql_type = Binary)]
    pub job_hash: Vec<u8>,
    /// Version of the question and of what of an answer is believed.
    #[diesel(sql_type = Text)]
    pub prompt_version: String,
    /// The model that was asked.
    #[diesel(sql_type = Text)]
    pub model: String,
    /// The server's own name for the model that answered.
    #[diesel(sql_type = Text)]
    pub answered_by: String,
    /// The answer as it came.
    #[diesel(sql_type = Text)]
    pub raw: String,
    /// What of it was believed.
    #[diesel(sql_type = Jsonb)]
    pub believed: Value,
    /// The places that bear on their requirement.
    #[diesel(sql_type = Jsonb)]
    pub pointed: Value,
    /// Whether the resume addresses a program.
    #[diesel(sql_type = Bool)]
    pub instructed: bool,
    /// Tokens of the question.
    #[diesel(sql_type = Integer)]
    pub prompt_tokens: i32,
    /// Tokens of the answer.
    #[diesel(sql_type = Integer)]
    pub completion_tokens: i32,
    /// Millionths of a US dollar.
    #[diesel(sql_type = BigInt)]
    pub cost_micros: i64,
    /// The task that asked.
    #[diesel(sql_type = SqlUuid)]
    pub task_id: Uuid,
    /// When it came.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
}

impl AnswerRow {
    /// SHA-256 of the text that was read, hexadecimal.
    #[must_use]
    pub fn text_sha256(&self) -> String {
        hexadecimal(&self.text_hash)
    }
}

impl PointedRow {
    /// Whether the places are in this very text.
    #[must_use]
    pub fn is_of(&self, row: &ScorableRow) -> bool {
        hexadecimal(&self.text_hash) == row.visible_text_hash()
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, text_hash, job_hash, prompt_version, model, answered_by, raw, believed, pointed, instructed, prompt_tokens, \
             completion_tokens, cost_micros, task_id, created_at FROM model_answers WHERE ",
            $rest
        )
    };
}

/// The unique key of an application's `narrate_application`, so that nobody is asked about twice at the same time.
#[must_use]
pub fn task_key(application: ApplicationId) -> String {
    application.to_string()
}

/// Stores an answer, unless candidate or job are gone.
///
/// # Errors
/// See [`DbError`].
pub async fn insert(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    key: Key<'_>,
    new: NewAnswer<'_>,
) -> Result<Option<ModelAnswerId>, DbError> {
    let id = ModelAnswerId::generate();
    // Holding both keeps an erasure from waiting for this row's foreign keys in the other order.
    let insert = statement(
        "WITH held AS (SELECT c.id AS candidate, j.id AS job FROM candidates c, jobs j \
            WHERE c.organization_id = ? AND c.id = ? AND j.organization_id = ? AND j.id = ? \
            FOR KEY SHARE OF c FOR KEY SHARE OF j) \
         INSERT INTO model_answers (id, organization_id, candidate_id, job_id, text_hash, job_hash, prompt_version, model, \
            answered_by, raw, believed, pointed, instructed, prompt_tokens, completion_tokens, cost_micros, task_id) \
         SELECT ?, ?, candidate, job, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM held",
    );
    let count = |tokens: u32| i32::try_from(tokens).unwrap_or(i32::MAX);
    let inserted = insert
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(key.candidate.uuid())
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(key.job.uuid())
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Binary, _>(key.text_hash.as_slice())
        .bind::<Binary, _>(key.job_hash.as_slice())
        .bind::<Text, _>(key.prompt_version)
        .bind::<Text, _>(key.model)
        .bind::<Text, _>(new.answered_by)
        .bind::<Text, _>(new.raw)
        .bind::<Jsonb, _>(new.believed)
        .bind::<Jsonb, _>(new.pointed)
        .bind::<Bool, _>(new.instructed)
        .bind::<Integer, _>(count(new.tokens.0))
        .bind::<Integer, _>(count(new.tokens.1))
        .bind::<BigInt, _>(new.cost_micros)
        .bind::<SqlUuid, _>(new.task.uuid())
        .execute(conn)
        .await?;
    Ok((inserted > 0).then_some(id))
}

/// The organization's latest answer to this question that is not older than `hours`; of any age without.
///
/// # Errors
/// See [`DbError`].
pub async fn find(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    key: Key<'_>,
    hours: Option<i32>,
) -> Result<Option<AnswerRow>, DbError> {
    let found = statement(select!(
        "organization_id = ? AND candidate_id = ? AND job_id = ? AND text_hash = ? AND job_hash = ? AND prompt_version = ? \
         AND model = ? AND created_at > now() - make_interval(hours => coalesce(?, 1000000)) \
         ORDER BY created_at DESC, id DESC LIMIT 1"
    ));
    Ok(found
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(key.candidate.uuid())
        .bind::<SqlUuid, _>(key.job.uuid())
        .bind::<Binary, _>(key.text_hash.as_slice())
        .bind::<Binary, _>(key.job_hash.as_slice())
        .bind::<Text, _>(key.prompt_version)
        .bind::<Text, _>(key.model)
        .bind::<Nullable<Integer>, _>(hours)
        .get_result(conn)
        .await
        .optional()?)
}

/// What a model pointed at in one resume.
#[derive(Debug, Clone, QueryableByName)]
pub struct PointedRow {
    /// The candidate.
    #[diesel(sql_type = SqlUuid)]
    pub candidate_id: Uuid,
    /// The answer.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// SHA-256 of the text that the places are in.
    #[diesel(sql_type = Binary)]
    pub text_hash: Vec<u8>,
    /// The model that was asked.
    #[diesel(sql_type = Text)]
    pub model: String,
    /// Version of the question and of what of an answer is believed.
    #[diesel(sql_type = Text)]
    pub prompt_version: String,
    /// The places, and what measured them.
    #[diesel(sql_type = Jsonb)]
    pub pointed: Value,
}

/// The latest answer about each of these candidates and the job, as far as it points at anything.
///
/// # Errors
/// See [`DbError`].
pub async fn list_pointed(
    conn: &mut AsyncPgConnection,
    (org, job): (OrgId, JobId),
    candidates: &[Uuid],
) -> Result<Vec<PointedRow>, DbError> {
    let latest = statement(
        "SELECT * FROM (SELECT DISTINCT ON (candidate_id) candidate_id, id, text_hash, model, prompt_version, pointed \
            FROM model_answers WHERE organization_id = ? AND candidate_id = ANY (?) AND job_id = ? \
            ORDER BY candidate_id, created_at DESC, id DESC) latest \
         WHERE jsonb_array_length(pointed->'places') > 0",
    );
    Ok(latest
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(candidates)
        .bind::<SqlUuid, _>(job.uuid())
        .load(conn)
        .await?)
}

/// The organization's latest answer about a candidate and a job.
///
/// # Errors
/// See [`DbError`].
pub async fn find_latest(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    (candidate, job): (CandidateId, JobId),
) -> Result<Option<AnswerRow>, DbError> {
    let latest = statement(select!(
        "organization_id = ? AND candidate_id = ? AND job_id = ? ORDER BY created_at DESC, id DESC LIMIT 1"
    ));
    Ok(latest
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(candidate.uuid())
        .bind::<SqlUuid, _>(job.uuid())
        .get_result(conn)
        .await
        .optional()?)
}

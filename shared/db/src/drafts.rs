//! Drafts: what admins had drafted for them to work on.
//!
//! Where a draft stands that is not made yet is read from the task that makes it, so that however that task ends, nobody waits
//! for ever.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{DraftId, JobId, OrgId, TaskId, UserId};
use serde_json::Value;
use uuid::Uuid;

use crate::DbError;
use crate::schema::drafts;
use crate::statement::statement;

/// A draft that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct NewDraft<'a> {
    /// The draft.
    pub id: DraftId,
    /// `job_description` or `test_questions`.
    pub kind: &'a str,
    /// The job that it is about.
    pub job: Option<JobId>,
    /// The position.
    pub title: &'a str,
    /// What is asked for.
    pub request: &'a Value,
    /// Who asks.
    pub requested_by: UserId,
    /// The task that makes it.
    pub task: TaskId,
}

/// A draft as it is shown.
#[derive(Debug, Clone, QueryableByName)]
pub struct DraftRow {
    /// The draft.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// `job_description` or `test_questions`.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The job that it is about.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub job_id: Option<Uuid>,
    /// The position.
    #[diesel(sql_type = Text)]
    pub title: String,
    /// What was asked for.
    #[diesel(sql_type = Jsonb)]
    pub request: Value,
    /// Who asked; none once they are gone.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub requested_by: Option<Uuid>,
    /// The task that makes it.
    #[diesel(sql_type = SqlUuid)]
    pub task_id: Uuid,
    /// What it has come to; none in lists.
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub made: Option<Value>,
    /// `model` or `template`; none while it is being made.
    #[diesel(sql_type = Nullable<Text>)]
    pub engine: Option<String>,
    /// Why no model had a part in it, or why there is less than was asked for.
    #[diesel(sql_type = Nullable<Text>)]
    pub reason: Option<String>,
    /// The model that was asked.
    #[diesel(sql_type = Nullable<Text>)]
    pub model: Option<String>,
    /// The server's own name for the model that answered.
    #[diesel(sql_type = Nullable<Text>)]
    pub answered_by: Option<String>,
    /// Version of the question.
    #[diesel(sql_type = Nullable<Text>)]
    pub prompt_version: Option<String>,
    /// When it was asked for.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// When it was made.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub ready_at: Option<DateTime<Utc>>,
    /// Where its task stands, in the database's words; none once that is removed.
    #[diesel(sql_type = Nullable<Text>)]
    pub task_state: Option<String>,
    /// Why its task failed.
    #[diesel(sql_type = Nullable<Text>)]
    pub task_code: Option<String>,
}

/// What the task that makes a draft starts from.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = drafts, check_for_backend(diesel::pg::Pg))]
pub struct DraftWork {
    /// `job_description` or `test_questions`.
    pub kind: String,
    /// What is asked for.
    pub request: Value,
    /// A model's answers so far, in their order.
    pub answers: Value,
}

/// A draft that is made.
#[derive(Debug, Clone, Copy)]
pub struct MadeDraft<'a> {
    /// What it has come to.
    pub made: &'a Value,
    /// Why no model had a part in it, or why there is less than was asked for.
    pub reason: Option<&'a str>,
    /// The model that was asked, the server's own name for it and the version of the question; none for a template.
    pub model: Option<(&'a str, &'a str, &'a str)>,
}

/// Writes down that a draft is asked for.
///
/// # Errors
/// See [`DbError`]; a conflict when the job is not the organization's.
pub async fn insert(conn: &mut AsyncPgConnection, org: OrgId, new: NewDraft<'_>) -> Result<(), DbError> {
    let row = (
        drafts::id.eq(new.id.uuid()),
        drafts::organization_id.eq(org.uuid()),
        drafts::kind.eq(new.kind),
        drafts::job_id.eq(new.job.map(JobId::uuid)),
        drafts::title.eq(new.title),
        drafts::request.eq(new.request),
        drafts::requested_by.eq(new.requested_by.uuid()),
        drafts::task_id.eq(new.task.uuid()),
    );
    diesel::insert_into(drafts::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

macro_rules! select {
    ($made:literal, $rest:literal) => {
        concat!(
            "SELECT d.id, d.kind, d.job_id, d.title, d.request, d.requested_by, d.task_id, ",
            $made,
            " AS made, d.engine, d.reason, d.model, d.answered_by, d.prompt_version, d.created_at, d.ready_at, \
             t.state AS task_state, t.last_error->>'code' AS task_code \
             FROM drafts d LEFT JOIN tasks t ON t.organization_id = d.organization_id AND t.id = d.task_id \
             WHERE d.organization_id = ? AND ",
            $rest
        )
    };
}

/// The organization's draft.
///
/// # Errors
/// See [`DbError`].
pub async fn find(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    id: DraftId,
) -> Result<Option<DraftRow>, DbError> {
    let found = statement(select!("d.made", "d.id = ?"))
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(id.uuid());
    Ok(found.get_result(conn).await.optional()?)
}

/// One page of the organization's drafts of this kind, or of all, the latest first and without what they have come to; and how many
/// there are.
///
/// # Errors
/// See [`DbError`].
pub async fn list(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    kind: Option<&str>,
    (limit, offset): (i64, i64),
) -> Result<(Vec<DraftRow>, i64), DbError> {
    let page = statement(select!(
        "NULL::jsonb",
        "(?::text IS NULL OR d.kind = ?) ORDER BY d.created_at DESC, d.id DESC LIMIT ? OFFSET ?"
    ));
    let rows = page
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Nullable<Text>, _>(kind)
        .bind::<Nullable<Text>, _>(kind)
        .bind::<BigInt, _>(limit)
        .bind::<BigInt, _>(offset)
        .load(conn)
        .await?;
    let mut all = drafts::table
        .filter(drafts::organization_id.eq(org.uuid()))
        .into_boxed();
    if let Some(kind) = kind {
        all = all.filter(drafts::kind.eq(kind));
    }
    Ok((rows, all.count().get_result(conn).await?))
}

/// Deletes the organization's draft, whether it is made or not; `false` when there was none.
///
/// # Errors
/// See [`DbError`].
pub async fn delete(conn: &mut AsyncPgConnection, org: OrgId, id: DraftId) -> Result<bool, DbError> {
    let own = drafts::table
        .filter(drafts::organization_id.eq(org.uuid()))
        .filter(drafts::id.eq(id.uuid()));
    Ok(diesel::delete(own).execute(conn).await? > 0)
}

/// What the task that makes the draft starts from.
///
/// # Errors
/// See [`DbError`].
pub async fn find_work(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    id: DraftId,
) -> Result<Option<DraftWork>, DbError> {
    let own = drafts::table
        .filter(drafts::organization_id.eq(org.uuid()))
        .filter(drafts::id.eq(id.uuid()));
    let work = own.select(DraftWork::as_select());
    Ok(work.first(conn).await.optional()?)
}

/// Adds a model's answer to the draft; `false` when it is gone.
///
/// # Errors
/// See [`DbError`].
pub async fn keep_answer(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    id: DraftId,
    answer: &Value,
) -> Result<bool, DbError> {
    let keep = statement(
        "UPDATE drafts SET answers = answers || jsonb_build_array(?::jsonb) WHERE organization_id = ? AND id = ?",
    );
    let kept = keep
        .bind::<Jsonb, _>(answer)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(id.uuid())
        .execute(conn)
        .await?;
    Ok(kept > 0)
}

/// Writes down what the draft has come to; `false` when it is gone.
///
/// # Errors
/// See [`DbError`].
pub async fn finish(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    id: DraftId,
    made: MadeDraft<'_>,
) -> Result<bool, DbError> {
    let own = drafts::table
        .filter(drafts::organization_id.eq(org.uuid()))
        .filter(drafts::id.eq(id.uuid()));
    let engine = if made.model.is_some() { "model" } else { "template" };
    let finish = diesel::update(own).set((
        drafts::made.eq(made.made),
        drafts::engine.eq(engine),
        drafts::reason.eq(made.reason),
        drafts::model.eq(made.model.map(|(model, _, _)| model)),
        drafts::answered_by.eq(made.model.map(|(_, answered_by, _)| answered_by)),
        drafts::prompt_version.eq(made.model.map(|(_, _, version)| version)),
        drafts::ready_at.eq(diesel::dsl::now),
    ));
    Ok(finish.execute(conn).await? > 0)
}

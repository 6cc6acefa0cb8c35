//! Jobs: open positions.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{JobId, OrgId, UserId};
use serde_json::Value;
use uuid::Uuid;

use crate::DbError;
use crate::schema::jobs;

/// One job as stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = jobs, check_for_backend(diesel::pg::Pg))]
pub struct JobRow {
    /// The job's id.
    pub id: Uuid,
    /// The organization that offers it.
    pub organization_id: Uuid,
    /// Title.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// Where the work is done.
    pub location: Option<String>,
    /// A name of `JobType`.
    pub job_type: String,
    /// A name of `JobState`.
    pub state: String,
    /// `Requirements` as JSON.
    pub requirements: Value,
    /// `Weights` as JSON; none for the house's own.
    pub weights: Option<Value>,
    /// Yearly salary, lower end.
    pub salary_min: Option<i32>,
    /// Yearly salary, upper end.
    pub salary_max: Option<i32>,
    /// ISO 4217.
    pub salary_currency: Option<String>,
    /// Counts changes; the `ETag`.
    pub version: i32,
    /// When the job was created.
    pub created_at: DateTime<Utc>,
    /// When the job was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What a recruiter decides about a job. As a change, `None` leaves a value and `Some(None)` clears it.
#[derive(Debug, Clone, Default, Insertable, AsChangeset)]
#[diesel(table_name = jobs)]
pub struct JobChange {
    /// Title.
    pub title: Option<String>,
    /// Plain text.
    pub description: Option<String>,
    /// Where the work is done.
    pub location: Option<Option<String>>,
    /// A name of `JobType`.
    pub job_type: Option<String>,
    /// A name of `JobState`.
    pub state: Option<String>,
    /// `Requirements` as JSON.
    pub requirements: Option<Value>,
    /// `Weights` as JSON; none for the house's own.
    pub weights: Option<Option<Value>>,
    /// Yearly salary, lower end.
    pub salary_min: Option<Option<i32>>,
    /// Yearly salary, upper end.
    pub salary_max: Option<Option<i32>>,
    /// ISO 4217.
    pub salary_currency: Option<Option<String>>,
}

/// Narrows a list of jobs.
#[derive(Debug, Clone, Default)]
pub struct JobFilter {
    /// Words in title or description, in the syntax of web search engines.
    pub search: Option<String>,
    /// A name of `JobType`.
    pub job_type: Option<String>,
    /// Part of the location, whatever its case.
    pub location: Option<String>,
    /// Jobs of this organization only.
    pub organization: Option<OrgId>,
    /// A name of `JobState`.
    pub state: Option<String>,
}

/// Jobs that this viewer may see: open ones of everybody, and their own in every state.
fn visible(viewer: Option<OrgId>) -> Box<dyn BoxableExpression<jobs::table, diesel::pg::Pg, SqlType = Bool>> {
    match viewer {
        Some(organization) => Box::new(
            jobs::state
                .eq("open")
                .or(jobs::organization_id.eq(organization.uuid())),
        ),
        None => Box::new(jobs::state.eq("open")),
    }
}

/// The job, if this viewer may see it.
///
/// # Errors
/// [`DbError::Unavailable`], [`DbError::Query`].
pub async fn find_visible(
    connection: &mut AsyncPgConnection,
    viewer: Option<OrgId>,
    id: JobId,
) -> Result<Option<JobRow>, DbError> {
    let by_id = jobs::table.find(id.uuid()).select(JobRow::as_select());
    let row = by_id.first(connection).await.optional()?;
    // One prepared statement serves every viewer; who may see the row is decided here.
    Ok(row.filter(|row| {
        row.state == "open" || viewer.is_some_and(|viewer| viewer.uuid() == row.organization_id)
    }))
}

/// The organization's own job.
///
/// # Errors
/// [`DbError::Unavailable`], [`DbError::Query`].
pub async fn find(
    connection: &mut AsyncPgConnection,
    organization: OrgId,
    id: JobId,
) -> Result<Option<JobRow>, DbError> {
    let own = jobs::table
        .find(id.uuid())
        .filter(jobs::organization_id.eq(organization.uuid()));
    Ok(own
        .select(JobRow::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// A page of the jobs that this viewer may see, newest first, and how many there are in all.
///
/// # Errors
/// [`DbError::Unavailable`], [`DbError::Query`].
pub async fn list_visible(
    connection: &mut AsyncPgConnection,
    viewer: Option<OrgId>,
    filter: &JobFilter,
    (limit, offset): (i64, i64),
) -> Result<(Vec<JobRow>, i64), DbError> {
    let total = filtered(viewer, filter).count().get_result(connection).await?;
    let page = filtered(viewer, filter)
        .order((jobs::created_at.desc(), jobs::id.asc()))
        .limit(limit)
        .offset(offset)
        .select(JobRow::as_select())
        .load(connection)
        .await?;
    Ok((page, total))
}

fn filtered(viewer: Option<OrgId>, filter: &JobFilter) -> jobs::BoxedQuery<'static, diesel::pg::Pg> {
    use diesel::dsl::sql;
    let mut query = jobs::table.into_boxed().filter(visible(viewer));
    if let Some(words) = &filter.search {
        let matches = sql::<Bool>("search @@ websearch_to_tsquery('english', ")
            .bind::<Text, _>(words.clone())
            .sql(")");
        query = query.filter(matches);
    }
    if let Some(job_type) = &filter.job_type {
        query = query.filter(jobs::job_type.eq(job_type.clone()));
    }
    if let Some(location) = &filter.location {
        query = query.filter(jobs::location.ilike(crate::pattern::containing(location)));
    }
    if let Some(organization) = filter.organization {
        query = query.filter(jobs::organization_id.eq(organization.uuid()));
    }
    if let Some(state) = &filter.state {
        query = query.filter(jobs::state.eq(state.clone()));
    }
    query
}

/// How many of the organization's jobs are open, counted under a lock on the organization, so that two creations at once
/// cannot both slip under a cap. Call it in the transaction that adds one.
///
/// # Errors
/// [`DbError::Unavailable`], [`DbError::Query`].
pub async fn lock_and_count_open(
    connection: &mut AsyncPgConnection,
    organization: OrgId,
) -> Result<i64, DbError> {
    use crate::schema::organizations;
    organizations::table
        .find(organization.uuid())
        .select(organizations::id)
        .for_update()
        .first::<Uuid>(connection)
        .await?;
    let open = jobs::table
        .filter(jobs::organization_id.eq(organization.uuid()))
        .filter(jobs::state.eq("open"));
    Ok(open.count().get_result(connection).await?)
}

/// Adds a job.
///
/// # Errors
/// [`DbError::Unavailable`], [`DbError::Query`].
pub async fn insert(
    connection: &mut AsyncPgConnection,
    organization: OrgId,
    creator: UserId,
    job: &JobChange,
) -> Result<JobRow, DbError> {
    let keys = (
        jobs::id.eq(JobId::generate().uuid()),
        jobs::organization_id.eq(organization.uuid()),
        jobs::created_by.eq(creator.uuid()),
    );
    let insert = diesel::insert_into(jobs::table).values((keys, job));
    Ok(insert
        .returning(JobRow::as_returning())
        .get_result(connection)
        .await?)
}

/// Changes the organization's own job if it still has this version; `None` when it has not.
///
/// # Errors
/// [`DbError::Unavailable`], [`DbError::Query`].
pub async fn update(
    connection: &mut AsyncPgConnection,
    organization: OrgId,
    (id, version): (JobId, i32),
    change: &JobChange,
) -> Result<Option<JobRow>, DbError> {
    let own = jobs::table
        .find(id.uuid())
        .filter(jobs::organization_id.eq(organization.uuid()))
        .filter(jobs::version.eq(version));
    let counted = (
        jobs::version.eq(jobs::version + 1),
        jobs::updated_at.eq(diesel::dsl::now),
    );
    let update = diesel::update(own).set((counted, change));
    Ok(update
        .returning(JobRow::as_returning())
        .get_result(connection)
        .await
        .optional()?)
}

/// Deletes the organization's own job with its applications; says whether it was there.
///
/// # Errors
/// [`DbError::Unavailable`], [`DbError::Query`].
pub async fn delete(
    connection: &mut AsyncPgConnection,
    organization: OrgId,
    id: JobId,
) -> Result<bool, DbError> {
    let own = jobs::table
        .find(id.uuid())
        .filter(jobs::organization_id.eq(organization.uuid()));
    Ok(diesel::delete(own).execute(connection).await? > 0)
}

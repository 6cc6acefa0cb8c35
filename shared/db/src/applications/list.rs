//! Applications as lists and pages show them: with job, candidate and the latest score.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::application::Stage;
use hiring_core::ids::{ApplicationId, CandidateId, JobId, OrgId};
use serde_json::Value;
use uuid::Uuid;

use crate::DbError;
use crate::schema::applications;
use crate::statement::statement;

/// Narrows a list of applications.
#[derive(Debug, Clone, Copy, Default)]
pub struct ApplicationFilter {
    /// Only those for this job.
    pub job: Option<JobId>,
    /// Only those of this candidate.
    pub candidate: Option<CandidateId>,
    /// Only those that have come this far.
    pub stage: Option<Stage>,
}

/// In which order applications are listed; equals by id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ApplicationOrder {
    /// The latest first.
    #[default]
    Newest,
    /// The best latest score first, those without one at the end.
    Score,
}

/// One application with what it is about.
#[derive(Debug, Clone, QueryableByName)]
pub struct ApplicationRow {
    /// The application.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// The job.
    #[diesel(sql_type = SqlUuid)]
    pub job_id: Uuid,
    /// Its title.
    #[diesel(sql_type = Text)]
    pub job_title: String,
    /// The candidate.
    #[diesel(sql_type = SqlUuid)]
    pub candidate_id: Uuid,
    /// Their full name.
    #[diesel(sql_type = Nullable<Text>)]
    pub candidate_name: Option<String>,
    /// A name of [`Stage`].
    #[diesel(sql_type = Text)]
    pub stage: String,
    /// Counts moves; the `ETag`.
    #[diesel(sql_type = Integer)]
    pub version: i32,
    /// The latest score, 0..=10000.
    #[diesel(sql_type = Nullable<Integer>)]
    pub ai_score_bp: Option<i32>,
    /// The screening that it is from.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub screening_id: Option<Uuid>,
    /// When that was.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub screened_at: Option<DateTime<Utc>>,
    /// What computed it.
    #[diesel(sql_type = Nullable<Text>)]
    pub engine: Option<String>,
    /// How much each component counts in it.
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub weights: Option<Value>,
    /// Components with values and quotes.
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub assessed: Option<Value>,
    /// The language model that pointed at places in the resume.
    #[diesel(sql_type = Nullable<Text>)]
    pub ai_model: Option<String>,
    /// Version of the question that it was asked.
    #[diesel(sql_type = Nullable<Text>)]
    pub ai_prompt_version: Option<String>,
    /// Whether a person has reviewed it.
    #[diesel(sql_type = Bool)]
    pub human_reviewed: bool,
    /// When the candidate was put on the job.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// When the application last moved.
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
}

const LOAD: &str = "SELECT a.id, a.job_id, j.title AS job_title, a.candidate_id, c.name AS candidate_name, a.stage, a.version, \
    a.ai_score_bp, a.screening_id, a.screened_at, s.engine, s.weights, f.assessed, a.created_at, a.updated_at, \
    f.inputs#>>'{ai,model}' AS ai_model, f.inputs#>>'{ai,prompt_version}' AS ai_prompt_version, \
    EXISTS (SELECT FROM screening_reviews r \
        WHERE r.organization_id = a.organization_id AND r.screening_id = a.screening_id) AS human_reviewed \
    FROM unnest(?) WITH ORDINALITY AS wanted(id, place) \
    JOIN applications a ON a.organization_id = ? AND a.id = wanted.id \
    JOIN candidates c ON c.organization_id = a.organization_id AND c.id = a.candidate_id \
    JOIN jobs j ON j.organization_id = a.organization_id AND j.id = a.job_id \
    LEFT JOIN screenings s ON s.organization_id = a.organization_id AND s.id = a.screening_id \
    LEFT JOIN screening_facts f ON f.organization_id = s.organization_id AND f.id = s.facts_id \
    ORDER BY wanted.place";

async fn load(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    ids: &[Uuid],
) -> Result<Vec<ApplicationRow>, DbError> {
    Ok(statement(LOAD)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<SqlUuid, _>(org.uuid())
        .load(conn)
        .await?)
}

/// The organization's application with this id.
///
/// # Errors
/// See [`DbError`].
pub async fn find(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    id: ApplicationId,
) -> Result<Option<ApplicationRow>, DbError> {
    Ok(load(conn, org, &[id.uuid()]).await?.into_iter().next())
}

/// A page of the organization's applications, and how many there are in all.
///
/// # Errors
/// See [`DbError`].
pub async fn list(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    (filter, order): (ApplicationFilter, ApplicationOrder),
    (limit, offset): (i64, i64),
) -> Result<(Vec<ApplicationRow>, i64), DbError> {
    let total = filtered(org, filter).count().get_result(conn).await?;
    let page = filtered(org, filter);
    let page = match order {
        ApplicationOrder::Newest => page.order((applications::created_at.desc(), applications::id.asc())),
        ApplicationOrder::Score => page.order((
            applications::ai_score_bp.desc().nulls_last(),
            applications::id.asc(),
        )),
    };
    let ids: Vec<Uuid> = page
        .limit(limit)
        .offset(offset)
        .select(applications::id)
        .load(conn)
        .await?;
    Ok((load(conn, org, &ids).await?, total))
}

fn filtered(org: OrgId, filter: ApplicationFilter) -> applications::BoxedQuery<'static, diesel::pg::Pg> {
    let mut query = applications::table
        .into_boxed()
        .filter(applications::organization_id.eq(org.uuid()));
    if let Some(job) = filter.job {
        query = query.filter(applications::job_id.eq(job.uuid()));
    }
    if let Some(candidate) = filter.candidate {
        query = query.filter(applications::candidate_id.eq(candidate.uuid()));
    }
    if let Some(stage) = filter.stage {
        query = query.filter(applications::stage.eq(stage.as_str()));
    }
    query
}

//! Screenings: the score of one application as it was computed once. Rows are never changed; they go with their candidate,
//! job or application.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{ApplicationId, CandidateId, JobId, OrgId, ScreeningId, TaskId};
use hiring_core::task::{ScreenApplication, TaskKind};
use serde_json::Value;
use uuid::Uuid;

use crate::DbError;
use crate::schema::screenings;
use crate::statement::statement;

/// What an application is about: the job's wishes, and how far the candidate's resume has come.
#[derive(Debug, Clone, QueryableByName)]
pub struct Subject {
    /// The candidate.
    #[diesel(sql_type = SqlUuid)]
    pub candidate_id: Uuid,
    /// The job.
    #[diesel(sql_type = SqlUuid)]
    pub job_id: Uuid,
    /// A name of `CandidateStatus`.
    #[diesel(sql_type = Text)]
    pub status: String,
    /// Title of the job.
    #[diesel(sql_type = Text)]
    pub title: String,
    /// Description of the job.
    #[diesel(sql_type = Text)]
    pub description: String,
    /// `Requirements` of the job as JSON.
    #[diesel(sql_type = Jsonb)]
    pub requirements: Value,
}

/// What the organization's application is about; `None` when it is gone.
///
/// # Errors
/// See [`DbError`].
pub async fn find_subject(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    application: ApplicationId,
) -> Result<Option<Subject>, DbError> {
    let subject = statement(
        "SELECT a.candidate_id, a.job_id, c.status, j.title, j.description, j.requirements FROM applications a \
         JOIN candidates c ON c.organization_id = a.organization_id AND c.id = a.candidate_id \
         JOIN jobs j ON j.organization_id = a.organization_id AND j.id = a.job_id \
         WHERE a.organization_id = ? AND a.id = ?",
    );
    let subject = subject
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(application.uuid());
    Ok(subject.get_result(conn).await.optional()?)
}

/// The candidate's applications that have no screening and that no task is about to screen, oldest first.
///
/// # Errors
/// See [`DbError`].
pub async fn list_unscreened(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
) -> Result<Vec<ScreenApplication>, DbError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
        #[diesel(sql_type = SqlUuid)]
        job_id: Uuid,
    }
    let unscreened = statement(
        "SELECT a.id, a.job_id FROM applications a WHERE a.organization_id = ? AND a.candidate_id = ? \
         AND NOT EXISTS (SELECT FROM screenings s \
            WHERE s.organization_id = a.organization_id AND s.application_id = a.id) \
         AND NOT EXISTS (SELECT FROM tasks t WHERE t.organization_id = a.organization_id AND t.kind = ? \
            AND t.unique_key = a.id::text AND t.state IN ('pending', 'published', 'running', 'waiting')) \
         ORDER BY a.created_at, a.id",
    );
    let rows: Vec<Row> = unscreened
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(candidate.uuid())
        .bind::<Text, _>(ScreenApplication::KIND)
        .load(conn)
        .await?;
    let task = |row: Row| ScreenApplication {
        application_id: row.id.into(),
        candidate_id: candidate,
        job_id: row.job_id.into(),
    };
    Ok(rows.into_iter().map(task).collect())
}

/// The unique key of an application's `screen_application`, so that it is not screened twice at the same time.
#[must_use]
pub fn task_key(application: ApplicationId) -> String {
    application.to_string()
}

/// A score about to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewScreening<'a> {
    /// What was scored.
    pub application: ApplicationId,
    /// The task that did it.
    pub task: TaskId,
    /// What computed the score, for instance `rubric`.
    pub engine: &'a str,
    /// Version of the engine's rules.
    pub score_version: &'a str,
    /// The score, 0..=10000.
    pub total_bp: u16,
    /// Components with weights, values and quotes.
    pub score: &'a Value,
    /// What it was computed from.
    pub inputs: &'a Value,
}

/// A stored score, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screened {
    /// The row.
    pub id: ScreeningId,
    /// The score, 0..=10000.
    pub total_bp: i32,
}

#[derive(QueryableByName)]
struct ScreenedRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Integer)]
    total_bp: i32,
}

impl From<ScreenedRow> for Screened {
    fn from(row: ScreenedRow) -> Self {
        Self {
            id: row.id.into(),
            total_bp: row.total_bp,
        }
    }
}

/// Holds candidate and job, and through them the application, until the caller's transaction ends; whether they are there.
///
/// Deleting a job or erasing a candidate locks downwards from there to applications and screenings. The foreign keys of a
/// screening would lock upwards from the application, and the two would wait for each other.
async fn hold_subject(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    application: ApplicationId,
) -> Result<bool, DbError> {
    let hold = statement(
        "SELECT FROM applications a \
         JOIN candidates c ON c.organization_id = a.organization_id AND c.id = a.candidate_id \
         JOIN jobs j ON j.organization_id = a.organization_id AND j.id = a.job_id \
         WHERE a.organization_id = ? AND a.id = ? FOR KEY SHARE OF c, j",
    );
    let held = hold
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(application.uuid())
        .execute(conn)
        .await?;
    Ok(held > 0)
}

/// Stores a score in the caller's transaction and shows it with the application. A task that has stored one before is answered that one. `None` when the
/// application is gone.
///
/// # Errors
/// See [`DbError`]; a conflict says that the application alone went at this very moment.
pub async fn insert(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    screening: &NewScreening<'_>,
) -> Result<Option<Screened>, DbError> {
    if !hold_subject(conn, org, screening.application).await? {
        return Ok(None);
    }
    let insert = statement(
        "WITH stored AS (\
            INSERT INTO screenings (id, organization_id, application_id, candidate_id, job_id, task_id, engine, \
                score_version, total_bp, score, inputs) \
            SELECT ?, organization_id, id, candidate_id, job_id, ?, ?, ?, ?, ?, ? FROM applications \
            WHERE organization_id = ? AND id = ? \
            ON CONFLICT (task_id) DO NOTHING \
            RETURNING id, organization_id, application_id, total_bp, created_at), \
         shown AS (\
            UPDATE applications a SET ai_score_bp = s.total_bp, screening_id = s.id, screened_at = s.created_at FROM stored s \
            WHERE a.organization_id = s.organization_id AND a.id = s.application_id \
            AND (a.screened_at IS NULL OR a.screened_at <= s.created_at)) \
         SELECT id, total_bp FROM stored",
    );
    let fresh: Option<ScreenedRow> = insert
        .bind::<SqlUuid, _>(ScreeningId::generate().uuid())
        .bind::<SqlUuid, _>(screening.task.uuid())
        .bind::<Text, _>(screening.engine)
        .bind::<Text, _>(screening.score_version)
        .bind::<Integer, _>(i32::from(screening.total_bp))
        .bind::<Jsonb, _>(screening.score)
        .bind::<Jsonb, _>(screening.inputs)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(screening.application.uuid())
        .get_result(conn)
        .await
        .optional()?;
    if fresh.is_some() {
        return Ok(fresh.map(Screened::from));
    }
    let stored = statement("SELECT id, total_bp FROM screenings WHERE organization_id = ? AND task_id = ?");
    let stored: Option<ScreenedRow> = stored
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(screening.task.uuid())
        .get_result(conn)
        .await
        .optional()?;
    Ok(stored.map(Screened::from))
}

/// One stored score with everything that it was computed from.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = screenings, check_for_backend(diesel::pg::Pg))]
pub struct ScreeningRow {
    /// The screening.
    pub id: Uuid,
    /// The application.
    pub application_id: Uuid,
    /// The candidate.
    pub candidate_id: Uuid,
    /// The job.
    pub job_id: Uuid,
    /// The task that computed it.
    pub task_id: Uuid,
    /// What computed it.
    pub engine: String,
    /// Version of the engine's rules.
    pub score_version: String,
    /// The score, 0..=10000.
    pub total_bp: i32,
    /// Components with weights, values and quotes.
    pub score: Value,
    /// What it was computed from.
    pub inputs: Value,
    /// When it was computed.
    pub created_at: DateTime<Utc>,
}

/// The latest screenings of the organization's application, newest first.
///
/// # Errors
/// See [`DbError`].
pub async fn list_of_application(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    application: ApplicationId,
    limit: i64,
) -> Result<Vec<ScreeningRow>, DbError> {
    Ok(screenings::table
        .filter(screenings::organization_id.eq(org.uuid()))
        .filter(screenings::application_id.eq(application.uuid()))
        .order((screenings::created_at.desc(), screenings::id.asc()))
        .limit(limit)
        .select(ScreeningRow::as_select())
        .load(conn)
        .await?)
}

/// Cosine of the job's and the candidate's vectors of one model, -1..=1; `None` when one of them is missing.
///
/// # Errors
/// See [`DbError`].
pub async fn find_similarity(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    (candidate, job): (CandidateId, JobId),
    model: &str,
) -> Result<Option<f64>, DbError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Nullable<diesel::sql_types::Double>)]
        similarity: Option<f64>,
    }
    let similarity = statement(
        "SELECT 1 - (v.embedding <=> j.embedding) AS similarity FROM profile_vectors v \
         JOIN job_vectors j ON j.organization_id = v.organization_id AND j.model = v.model \
         WHERE v.organization_id = ? AND v.candidate_id = ? AND j.job_id = ? AND v.model = ?",
    );
    let row: Option<Row> = similarity
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(candidate.uuid())
        .bind::<SqlUuid, _>(job.uuid())
        .bind::<Text, _>(model)
        .get_result(conn)
        .await
        .optional()?;
    Ok(row.and_then(|row| row.similarity))
}

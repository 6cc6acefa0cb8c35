//! Whose score is missing, or is not the one that the present facts and weights give.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{ApplicationId, CandidateId, JobId, OrgId};
use hiring_core::task::{ScreenApplication, TaskKind};
use serde_json::Value;
use uuid::Uuid;

use crate::DbError;
use crate::statement::{Statement, statement};

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    job_id: Uuid,
}

// Applications of a candidate whose latest score is not of the resume as it was last read.
macro_rules! due {
    ($and_of_facts:literal, $more:literal) => {
        concat!(
            "SELECT a.id, a.job_id FROM applications a \
             JOIN candidates c ON c.organization_id = a.organization_id AND c.id = a.candidate_id \
             WHERE a.organization_id = ? AND a.candidate_id = ? \
             AND NOT EXISTS (SELECT FROM screenings s \
                JOIN screening_facts f ON f.organization_id = s.organization_id AND f.id = s.facts_id \
                WHERE s.organization_id = a.organization_id AND s.id = a.screening_id \
                AND f.read_at IS NOT DISTINCT FROM c.parsed_at",
            $and_of_facts,
            ")",
            $more,
            " ORDER BY a.created_at, a.id"
        )
    };
}

fn tasks(candidate: CandidateId, due: Vec<Due>) -> Vec<ScreenApplication> {
    let task = |row: Due| ScreenApplication {
        application_id: row.id.into(),
        candidate_id: candidate,
        job_id: row.job_id.into(),
    };
    due.into_iter().map(task).collect()
}

/// The candidate's applications without a score of the resume as it was last read that no task is about to score, oldest first.
///
/// # Errors
/// See [`DbError`].
pub async fn list_unscreened(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
) -> Result<Vec<ScreenApplication>, DbError> {
    let unscreened = statement(due!(
        "",
        " AND NOT EXISTS (SELECT FROM tasks t WHERE t.organization_id = a.organization_id AND t.kind = ? \
            AND t.unique_key = a.id::text AND t.state IN ('pending', 'published', 'running', 'waiting'))"
    ));
    let due = unscreened
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(candidate.uuid())
        .bind::<Text, _>(ScreenApplication::KIND)
        .load(conn)
        .await?;
    Ok(tasks(candidate, due))
}

/// The candidate's applications whose latest score is not of the resume as it was last read, or had to do without closeness in
/// meaning, oldest first. A task that is scoring one of them may have begun too early: enqueue with [`super::task_key`], so that
/// it runs once more.
///
/// # Errors
/// See [`DbError`].
pub async fn list_incomplete(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    candidate: CandidateId,
) -> Result<Vec<ScreenApplication>, DbError> {
    let incomplete = statement(due!(" AND f.is_complete", ""));
    let due = incomplete
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(candidate.uuid())
        .load(conn)
        .await?;
    Ok(tasks(candidate, due))
}

/// What scores of a job rest on at present.
#[derive(Debug, Clone, Copy)]
pub struct Current<'a> {
    /// How much each component counts, as JSON.
    pub weights: &'a Value,
    /// SHA-256 of everything about the job and the rules that facts depend on.
    pub basis: &'a [u8; 32],
}

/// An application whose score is not the present one.
#[derive(Debug, Clone, QueryableByName)]
pub struct OutdatedRow {
    /// The application.
    #[diesel(sql_type = SqlUuid)]
    pub application_id: Uuid,
    /// The candidate.
    #[diesel(sql_type = SqlUuid)]
    pub candidate_id: Uuid,
    /// Facts of the latest score that are still the present ones.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub facts_id: Option<Uuid>,
    /// Their components with values, without what a total does not depend on (quotes, what is missing, single requirements); JSON
    /// as text, so that reading it need not hold up an async thread.
    #[diesel(sql_type = Nullable<Text>)]
    pub assessed: Option<String>,
}

// Applications of a job whose latest score rests on other weights, other facts about the job or an earlier reading.
macro_rules! outdated {
    ($which:literal) => {
        concat!(
            "SELECT a.id AS application_id, a.candidate_id, f.id AS facts_id, \
                CASE WHEN f.id IS NOT NULL THEN jsonb_build_object('rubric', f.rubric, 'findings', coalesce((\
                    SELECT jsonb_agg(jsonb_build_object('name', one->'name', 'value_bp', one->'value_bp', \
                        'requirements', '[]'::jsonb, 'evidence', '[]'::jsonb, 'missing', '[]'::jsonb) ORDER BY place) \
                    FROM jsonb_array_elements(f.assessed->'findings') WITH ORDINALITY AS listed(one, place)), '[]'::jsonb))::text \
                END AS assessed \
             FROM applications a \
             JOIN candidates c ON c.organization_id = a.organization_id AND c.id = a.candidate_id AND c.status = 'ready' \
             LEFT JOIN screenings s ON s.organization_id = a.organization_id AND s.id = a.screening_id \
             LEFT JOIN screening_facts f ON f.organization_id = s.organization_id AND f.id = s.facts_id AND f.basis = ? \
                AND f.read_at IS NOT DISTINCT FROM c.parsed_at \
             WHERE a.organization_id = ? AND a.job_id = ? AND (f.id IS NULL OR s.weights <> ?) AND ",
            $which
        )
    };
}

/// The job's applications behind `after` whose latest score rests on other weights, other facts about the job or an earlier
/// reading of the resume, in the order of ids. Who has not been read is left out.
///
/// # Errors
/// See [`DbError`].
pub async fn list_outdated(
    conn: &mut AsyncPgConnection,
    (org, job): (OrgId, JobId),
    current: Current<'_>,
    after: Option<ApplicationId>,
    limit: i64,
) -> Result<Vec<OutdatedRow>, DbError> {
    let window = outdated_on((org, job), current, outdated!("a.id > ? ORDER BY a.id LIMIT ?"));
    Ok(window
        .bind::<SqlUuid, _>(after.map_or(Uuid::nil(), ApplicationId::uuid))
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?)
}

/// Like [`list_outdated`], of these candidates alone.
///
/// # Errors
/// See [`DbError`].
pub async fn list_outdated_of(
    conn: &mut AsyncPgConnection,
    (org, job): (OrgId, JobId),
    current: Current<'_>,
    candidates: &[Uuid],
) -> Result<Vec<OutdatedRow>, DbError> {
    let those = outdated_on(
        (org, job),
        current,
        outdated!("a.candidate_id = ANY (?) ORDER BY a.id"),
    );
    Ok(those.bind::<Array<SqlUuid>, _>(candidates).load(conn).await?)
}

fn outdated_on<'a>((org, job): (OrgId, JobId), current: Current<'a>, text: &'static str) -> Statement<'a> {
    statement(text)
        .bind::<Binary, _>(current.basis.as_slice())
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(job.uuid())
        .bind::<Jsonb, _>(current.weights)
}

/// How many applications the organization's job has.
///
/// # Errors
/// See [`DbError`].
pub async fn count_on_job(conn: &mut AsyncPgConnection, org: OrgId, job: JobId) -> Result<i64, DbError> {
    use crate::schema::applications;
    let on_job = applications::table
        .filter(applications::organization_id.eq(org.uuid()))
        .filter(applications::job_id.eq(job.uuid()));
    Ok(on_job.count().get_result(conn).await?)
}

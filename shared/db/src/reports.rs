//! Reports: what happened in each organization on one day in UTC.

use chrono::NaiveDate;
use diesel::sql_types::Date;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::DbError;
use crate::statement::statement;

// One pass over each table for all organizations together. A failure is dated by the candidate's last change, which is the
// failing itself: nothing else changes a failed candidate but reading it again.
const WRITE: &str = "
    WITH span AS (
        SELECT day, day::timestamp AT TIME ZONE 'UTC' AS begins, (day + 1)::timestamp AT TIME ZONE 'UTC' AS ends
        FROM (SELECT ?::date AS day) given
    ), people AS (
        SELECT organization_id,
            count(*) FILTER (WHERE uploaded_at >= begins AND uploaded_at < ends) AS uploads,
            count(*) FILTER (WHERE parsed_at >= begins AND parsed_at < ends) AS parsed,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM parsed_at - uploaded_at)::double precision)
                FILTER (WHERE uploaded_at >= begins AND uploaded_at < ends AND parsed_at >= uploaded_at) AS parse_seconds,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM indexed_at - parsed_at)::double precision)
                FILTER (WHERE uploaded_at >= begins AND uploaded_at < ends AND indexed_at >= parsed_at) AS index_seconds
        FROM candidates, span
        WHERE (uploaded_at >= begins AND uploaded_at < ends) OR (parsed_at >= begins AND parsed_at < ends)
        GROUP BY organization_id
    ), failures AS (
        SELECT organization_id, jsonb_object_agg(failure_code, number) AS by_code
        FROM (
            SELECT organization_id, failure_code, count(*) AS number FROM candidates, span
            WHERE status = 'failed' AND updated_at >= begins AND updated_at < ends GROUP BY 1, 2
        ) counted GROUP BY organization_id
    ), scores AS (
        SELECT organization_id, count(*) AS number FROM screenings, span
        WHERE created_at >= begins AND created_at < ends GROUP BY organization_id
    ), stages AS (
        SELECT organization_id, jsonb_object_agg(stage, number) AS by_stage
        FROM (
            SELECT organization_id, stage, count(*) AS number FROM applications, span
            WHERE created_at < ends GROUP BY 1, 2
        ) counted GROUP BY organization_id
    )
    INSERT INTO reports (organization_id, day, uploads, parsed, failed_by_code, screenings, applications_by_stage,
        upload_to_parsed_seconds, parsed_to_indexed_seconds)
    SELECT o.id, span.day, coalesce(people.uploads, 0), coalesce(people.parsed, 0), coalesce(failures.by_code, '{}'),
        coalesce(scores.number, 0), coalesce(stages.by_stage, '{}'), people.parse_seconds, people.index_seconds
    FROM span
    JOIN organizations o ON o.created_at < span.ends
    LEFT JOIN people ON people.organization_id = o.id
    LEFT JOIN failures ON failures.organization_id = o.id
    LEFT JOIN scores ON scores.organization_id = o.id
    LEFT JOIN stages ON stages.organization_id = o.id
    ORDER BY o.id
    ON CONFLICT (organization_id, day) DO UPDATE SET uploads = excluded.uploads, parsed = excluded.parsed,
        failed_by_code = excluded.failed_by_code, screenings = excluded.screenings,
        applications_by_stage = excluded.applications_by_stage,
        upload_to_parsed_seconds = excluded.upload_to_parsed_seconds,
        parsed_to_indexed_seconds = excluded.parsed_to_indexed_seconds, written_at = now()";

/// Writes every organization's report about this day, in the place of an earlier one; answers how many organizations there
/// were on that day. Who was idle gets a row of zeros.
///
/// The medians are those of the resumes uploaded on that day; applications are counted in the stages in which they are now.
///
/// # Errors
/// See [`DbError`].
pub async fn write_all(conn: &mut AsyncPgConnection, day: NaiveDate) -> Result<usize, DbError> {
    Ok(statement(WRITE).bind::<Date, _>(day).execute(conn).await?)
}

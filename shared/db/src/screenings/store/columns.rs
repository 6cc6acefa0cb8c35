//! Many rows in one statement, column by column.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, Binary, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{OrgId, ScreeningId};
use hiring_core::random;
use serde_json::Value;
use uuid::Uuid;

use super::{NewFacts, Run};
use crate::DbError;
use crate::statement::statement;

#[derive(Default)]
pub(super) struct FactsColumns {
    ids: Vec<Uuid>,
    applications: Vec<Uuid>,
    assessed: Vec<Value>,
    inputs: Vec<Value>,
    read_at: Vec<Option<DateTime<Utc>>>,
    complete: Vec<bool>,
}

impl FactsColumns {
    pub(super) fn push(&mut self, application: Uuid, facts: NewFacts) -> Uuid {
        let id = random::uuid_v7();
        self.ids.push(id);
        self.applications.push(application);
        self.assessed.push(facts.assessed);
        self.inputs.push(facts.inputs);
        self.read_at.push(facts.read_at);
        self.complete.push(facts.is_complete);
        id
    }
}

pub(super) async fn insert_facts(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    run: Run<'_>,
    facts: FactsColumns,
) -> Result<(), DbError> {
    if facts.ids.is_empty() {
        return Ok(());
    }
    let insert = statement(
        "INSERT INTO screening_facts (id, organization_id, application_id, rubric, assessed, inputs, basis, read_at, \
            is_complete) \
         SELECT id, ?, application_id, ?, assessed, inputs, ?, read_at, is_complete \
         FROM unnest(?, ?, ?, ?, ?, ?) AS given (id, application_id, assessed, inputs, read_at, is_complete)",
    );
    insert
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Text, _>(run.score_version)
        .bind::<Binary, _>(run.basis.as_slice())
        .bind::<Array<SqlUuid>, _>(facts.ids)
        .bind::<Array<SqlUuid>, _>(facts.applications)
        .bind::<Array<Jsonb>, _>(facts.assessed)
        .bind::<Array<Jsonb>, _>(facts.inputs)
        .bind::<Array<Nullable<Timestamptz>>, _>(facts.read_at)
        .bind::<Array<Bool>, _>(facts.complete)
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(Default)]
pub(super) struct Columns {
    ids: Vec<Uuid>,
    applications: Vec<Uuid>,
    totals: Vec<i32>,
    facts: Vec<Uuid>,
}

impl Columns {
    pub(super) fn push(&mut self, id: ScreeningId, application: Uuid, (total_bp, facts): (i32, Uuid)) {
        self.ids.push(id.uuid());
        self.applications.push(application);
        self.totals.push(total_bp);
        self.facts.push(facts);
    }
}

const INSERT: &str = "WITH stored AS (\
    INSERT INTO screenings (id, organization_id, application_id, candidate_id, job_id, task_id, engine, score_version, \
        total_bp, facts_id, weights) \
    SELECT given.id, a.organization_id, a.id, a.candidate_id, a.job_id, ?, ?, ?, given.total_bp, given.facts_id, ? \
    FROM unnest(?, ?, ?, ?) AS given (id, application_id, total_bp, facts_id) \
    JOIN applications a ON a.organization_id = ? AND a.id = given.application_id \
    RETURNING id, organization_id, application_id, total_bp, created_at) \
    UPDATE applications a SET ai_score_bp = s.total_bp, screening_id = s.id, screened_at = s.created_at FROM stored s \
    WHERE a.organization_id = s.organization_id AND a.id = s.application_id \
    AND (a.screened_at IS NULL OR a.screened_at <= s.created_at)";

pub(super) async fn insert_rows(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    run: Run<'_>,
    rows: Columns,
) -> Result<(), DbError> {
    if rows.ids.is_empty() {
        return Ok(());
    }
    statement(INSERT)
        .bind::<SqlUuid, _>(run.task.uuid())
        .bind::<Text, _>(run.engine)
        .bind::<Text, _>(run.score_version)
        .bind::<Jsonb, _>(run.weights)
        .bind::<Array<SqlUuid>, _>(rows.ids)
        .bind::<Array<SqlUuid>, _>(rows.applications)
        .bind::<Array<Integer>, _>(rows.totals)
        .bind::<Array<SqlUuid>, _>(rows.facts)
        .bind::<SqlUuid, _>(org.uuid())
        .execute(conn)
        .await?;
    Ok(())
}

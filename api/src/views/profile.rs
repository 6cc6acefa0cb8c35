//! What people who apply by themselves see.

use chrono::{DateTime, Utc};
use hiring_db::applicants::OwnApplicationRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// One's own application.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnApplicationView {
    /// The application.
    pub id: Uuid,
    /// The organization.
    pub organization_id: Uuid,
    /// Its name.
    pub organization_name: String,
    /// The job.
    pub job_id: Uuid,
    /// Its title.
    pub job_title: String,
    /// Whom the organization knows you as.
    pub candidate_id: Uuid,
    /// How far reading the resume has come: `processing`, `ready` or `failed`.
    #[schema(example = "processing")]
    pub resume_status: String,
    /// `applied`, `screening`, `test`, `interview`, `offer`, `hired`, `rejected` or `withdrawn`.
    #[schema(example = "applied")]
    pub stage: String,
    /// When you applied.
    pub created_at: DateTime<Utc>,
    /// When the application last moved.
    pub updated_at: DateTime<Utc>,
}

impl From<OwnApplicationRow> for OwnApplicationView {
    fn from(row: OwnApplicationRow) -> Self {
        Self {
            id: row.id,
            organization_id: row.organization_id,
            organization_name: row.organization_name,
            job_id: row.job_id,
            job_title: row.job_title,
            candidate_id: row.candidate_id,
            resume_status: row.resume_status,
            stage: row.stage,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

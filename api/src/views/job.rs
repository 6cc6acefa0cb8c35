//! Jobs as callers see them.

use chrono::{DateTime, Utc};
use hiring_db::jobs::JobRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a job asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequirementsView {
    /// Skills without which nobody is considered; at most 50 of 80 characters.
    #[serde(default)]
    #[schema(example = json!(["Rust", "PostgreSQL"]))]
    pub must_have: Vec<String>,
    /// Skills that speak for somebody; at most 50 of 80 characters.
    #[serde(default)]
    pub nice_to_have: Vec<String>,
    /// Years of work.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 50)]
    pub min_experience_years: Option<u8>,
    /// A city, region or country; `remote` means anywhere.
    #[serde(default)]
    pub location: Option<String>,
    /// The least education: `secondary`, `vocational`, `bachelor`, `master` or `doctorate`.
    #[serde(default)]
    pub education: Option<String>,
}

/// An open position.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobView {
    /// The job's id.
    pub id: Uuid,
    /// The organization that offers it.
    pub organization_id: Uuid,
    /// Title, for instance `Rust engineer`.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// Where the work is done.
    pub location: Option<String>,
    /// `full_time`, `part_time`, `contract`, `internship` or `temporary`.
    pub job_type: String,
    /// `draft`, `open` or `closed`.
    pub state: String,
    /// What the job asks for.
    pub requirements: serde_json::Value,
    /// Yearly salary in whole units of the currency.
    pub salary_min: Option<i32>,
    /// Yearly salary in whole units of the currency.
    pub salary_max: Option<i32>,
    /// ISO 4217.
    pub salary_currency: Option<String>,
    /// When the job was created.
    pub created_at: DateTime<Utc>,
    /// When the job was last changed.
    pub updated_at: DateTime<Utc>,
}

impl From<JobRow> for JobView {
    fn from(row: JobRow) -> Self {
        Self {
            id: row.id,
            organization_id: row.organization_id,
            title: row.title,
            description: row.description,
            location: row.location,
            job_type: row.job_type,
            state: row.state,
            requirements: row.requirements,
            salary_min: row.salary_min,
            salary_max: row.salary_max,
            salary_currency: row.salary_currency,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

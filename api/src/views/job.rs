//! Jobs as callers see them.

use chrono::{DateTime, Utc};
use hiring_core::ids::OrgId;
use hiring_db::jobs::JobRow;
use hiring_matching::Weights;
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

/// How much each component of a score counts, relative to each other: whole numbers from 0 to 10,000. What is left out counts
/// as much as the house's own weights say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WeightsView {
    /// Skills without which nobody is considered.
    #[schema(minimum = 0, maximum = 10_000, example = 4_000)]
    pub must_have: Option<u16>,
    /// Skills that speak for somebody.
    #[schema(minimum = 0, maximum = 10_000)]
    pub nice_to_have: Option<u16>,
    /// What the person is, by the titles they have and had.
    #[schema(minimum = 0, maximum = 10_000)]
    pub profession: Option<u16>,
    /// Years of work.
    #[schema(minimum = 0, maximum = 10_000)]
    pub experience: Option<u16>,
    /// Level of education.
    #[schema(minimum = 0, maximum = 10_000)]
    pub education: Option<u16>,
    /// Where the person lives or works.
    #[schema(minimum = 0, maximum = 10_000)]
    pub location: Option<u16>,
    /// Closeness in meaning.
    #[schema(minimum = 0, maximum = 10_000)]
    pub semantic: Option<u16>,
    /// How recently the must-haves were used.
    #[schema(minimum = 0, maximum = 10_000)]
    pub recency: Option<u16>,
}

impl WeightsView {
    /// The weights that these are, over those of the house.
    #[must_use]
    pub fn weights(self) -> Weights {
        let house = Weights::default();
        Weights {
            must_have: self.must_have.unwrap_or(house.must_have),
            nice_to_have: self.nice_to_have.unwrap_or(house.nice_to_have),
            profession: self.profession.unwrap_or(house.profession),
            experience: self.experience.unwrap_or(house.experience),
            education: self.education.unwrap_or(house.education),
            location: self.location.unwrap_or(house.location),
            semantic: self.semantic.unwrap_or(house.semantic),
            recency: self.recency.unwrap_or(house.recency),
        }
    }
}

impl From<Weights> for WeightsView {
    fn from(weights: Weights) -> Self {
        Self {
            must_have: Some(weights.must_have),
            nice_to_have: Some(weights.nice_to_have),
            profession: Some(weights.profession),
            experience: Some(weights.experience),
            education: Some(weights.education),
            location: Some(weights.location),
            semantic: Some(weights.semantic),
            recency: Some(weights.recency),
        }
    }
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
    /// How much each component of a score counts; told to the job's own organization only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<WeightsView>,
    /// The task that scores everybody on the job anew, where a change has made that necessary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rescore_task_id: Option<Uuid>,
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

/// The weights of a job; those of the house where it has none of its own, or none that can be read.
#[must_use]
pub fn weights_of(row: &JobRow) -> Weights {
    let own = row.weights.clone().map(serde_json::from_value);
    let unreadable = |_| tracing::error!(job = %row.id, "stored weights cannot be read");
    own.and_then(|own| own.map_err(unreadable).ok())
        .unwrap_or_default()
}

impl JobView {
    /// The job as somebody of this organization sees it.
    #[must_use]
    pub fn new(row: JobRow, viewer: Option<OrgId>) -> Self {
        let is_own = viewer.is_some_and(|viewer| viewer.uuid() == row.organization_id);
        let weights = is_own.then(|| WeightsView::from(weights_of(&row)));
        Self {
            weights,
            rescore_task_id: None,
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

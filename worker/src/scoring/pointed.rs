//! What a language model pointed at in resumes, as far as scores still may use it.

use std::collections::HashMap;

use hiring_core::ids::{JobId, OrgId};
use hiring_db::matching::ScorableRow;
use hiring_db::model_answers::{self, PointedRow};
use hiring_matching::Pointed;
use hiring_platform::embeddings::EmbeddingModel;
use hiring_queue::{TaskContext, TaskFailure};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::tasks::Parts;

/// Places that a model pointed at, and whose answer that was; stored with the facts that rest on them.
#[derive(Debug, Clone, Serialize)]
pub struct AiFacts {
    /// The model that was asked.
    pub model: String,
    /// Version of the question.
    pub prompt_version: String,
    /// The stored answer.
    pub answer_id: Uuid,
    /// The places that bear on their requirement.
    pub pointed: Vec<Pointed>,
    /// The row that it is from.
    #[serde(skip)]
    stored: PointedRow,
}

/// Places as they are stored: only closeness that the present embedding model has measured can be compared with any other.
#[derive(Debug, Serialize, Deserialize)]
struct Measured {
    measured_by: Option<String>,
    places: Vec<Pointed>,
}

impl AiFacts {
    /// Whether the places are in this very text.
    #[must_use]
    pub fn is_of(&self, row: &ScorableRow) -> bool {
        self.stored.is_of(row)
    }
}

/// Places as they are stored with an answer.
#[must_use]
pub fn measured(places: &[Pointed], measured_by: Option<&str>) -> Value {
    json!({ "measured_by": measured_by, "places": places })
}

/// What models pointed at in the resumes of these candidates for a job.
///
/// # Errors
/// A retry when the database does not answer.
pub async fn ai_facts(
    parts: &Parts,
    ctx: &TaskContext,
    (org, job): (OrgId, JobId),
    candidates: &[Uuid],
) -> Result<HashMap<Uuid, AiFacts>, TaskFailure> {
    let mut connection = ctx.database().connection().await?;
    let rows = model_answers::list_pointed(&mut connection, (org, job), candidates).await?;
    let key = parts.embedder.model().map(EmbeddingModel::key);
    let usable = |row: PointedRow| Some((row.candidate_id, of(row, key.as_deref())?));
    Ok(rows.into_iter().filter_map(usable).collect())
}

/// [`ai_facts`] of one candidate.
///
/// # Errors
/// A retry when the database does not answer.
pub async fn ai_facts_of(
    parts: &Parts,
    ctx: &TaskContext,
    (org, job): (OrgId, JobId),
    candidate: Uuid,
) -> Result<Option<AiFacts>, TaskFailure> {
    let mut all = ai_facts(parts, ctx, (org, job), &[candidate]).await?;
    Ok(all.remove(&candidate))
}

fn of(row: PointedRow, key: Option<&str>) -> Option<AiFacts> {
    let measured: Measured = serde_json::from_value(row.pointed.clone())
        .map_err(|error| tracing::error!(answer = %row.id, %error, "what a model pointed at cannot be read"))
        .ok()?;
    (measured.measured_by.as_deref() == key).then(|| AiFacts {
        model: row.model.clone(),
        prompt_version: row.prompt_version.clone(),
        answer_id: row.id,
        pointed: measured.places,
        stored: row,
    })
}

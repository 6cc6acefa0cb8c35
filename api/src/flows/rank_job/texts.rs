//! The vectors of what a job asks for.

use hiring_core::ids::OrgId;
use hiring_db::similarities::{self, Embedded, JobTexts};
use hiring_matching::{JOB_TOKENS, REQUIREMENT_TOKENS};

use crate::flows::meaning;
use crate::problem::Problem;
use crate::state::AppState;

/// The job's texts once every one of them has its vector; `None` when there is no vector to be had.
pub(super) async fn embedded(
    state: &AppState,
    org: OrgId,
    texts: JobTexts,
) -> Result<Option<JobTexts>, Problem> {
    let lacking = {
        let mut connection = state.database.connection().await?;
        similarities::find_unembedded(&mut connection, org, &texts).await?
    };
    if lacking.is_empty() {
        return Ok(Some(texts));
    }
    let job = match lacking.job {
        Some(text) => match meaning::vector(state, text, JOB_TOKENS).await {
            Some(vector) => Some(vector),
            None => return Ok(None),
        },
        None => None,
    };
    let wanted = lacking.requirements.clone();
    let Some(vectors) = meaning::vectors(state, wanted, REQUIREMENT_TOKENS).await else {
        return Ok(None);
    };
    let vectors = Embedded {
        job,
        requirements: lacking.requirements.into_iter().zip(vectors).collect(),
    };
    let mut connection = state.database.connection().await?;
    similarities::save_vectors(&mut connection, org, &texts, &vectors).await?;
    Ok(Some(texts))
}

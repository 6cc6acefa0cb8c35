//! Deriving a stored score once more: from its facts alone, and from the resume where that is still the same.

use hiring_core::ids::{CandidateId, OrgId, ScreeningId};
use hiring_core::{occupation, taxonomy};
use hiring_db::json::UnreadableJson;
use hiring_db::matching::{self, ScorableRow};
use hiring_db::screenings::{self, ScreeningRow};
use hiring_matching::{
    Assessed, CandidateFacts, JobFacts, Pointed, RUBRIC_VERSION, Scorer, Similarities, Weights, share,
};
use serde::Deserialize;

use crate::problem::Problem;
use crate::state::AppState;
use crate::views::application::shown;
use crate::views::screening::{AnewView, ReplayView};

/// What facts were made from, as far as finding them once more needs it.
#[derive(Debug, Default, Deserialize)]
struct Inputs {
    job: JobFacts,
    #[serde(default)]
    similarities: Similarities,
    ai: Option<Ai>,
    uploaded: Option<(i32, u32)>,
    taxonomy: Option<String>,
    occupations: Option<String>,
    parser_version: Option<String>,
    visible_text_sha256: Option<String>,
    sections_sha256: Option<String>,
    resume_sha256: Option<String>,
}

/// What a language model pointed at.
#[derive(Debug, Deserialize)]
struct Ai {
    pointed: Vec<Pointed>,
}

/// Derives the organization's screening once more. Nothing is embedded, fetched or stored.
///
/// # Errors
/// `not-found`, and `internal` for stored facts that cannot be read.
pub async fn run(state: &AppState, org: OrgId, id: ScreeningId) -> Result<ReplayView, Problem> {
    let mut connection = state.database.connection().await?;
    let row = screenings::find(&mut connection, org, id)
        .await?
        .ok_or_else(|| Problem::not_found("screening"))?;
    let candidate = CandidateId::from(row.candidate_id);
    let rows = matching::list_scorable(&mut connection, org, &[candidate.uuid()]).await?;
    drop(connection);
    let resume = rows.into_iter().next();
    let replayed = tokio::task::spawn_blocking(move || replay(row, resume.as_ref())).await;
    replayed.map_err(Problem::internal)?.map_err(Problem::internal)
}

fn replay(row: ScreeningRow, resume: Option<&ScorableRow>) -> Result<ReplayView, UnreadableJson> {
    let assessed: Assessed = serde_json::from_value(row.assessed)?;
    let weights: Weights = serde_json::from_value(row.weights)?;
    let replayed = assessed.score(&weights).total_bp;
    let inputs: Inputs = serde_json::from_value(row.inputs)?;
    let changed = changed(&assessed, &inputs, resume);
    let anew = match resume {
        Some(resume) if changed.is_empty() => {
            let again = assess(inputs, resume)?;
            let total_bp = again.score(&weights).total_bp;
            Some(AnewView::new(
                total_bp,
                again == assessed && i32::from(total_bp) == row.total_bp,
            ))
        }
        _ => None,
    };
    Ok(ReplayView {
        screening_id: row.id,
        same: i32::from(replayed) == row.total_bp,
        stored: shown(row.total_bp),
        replayed: share(replayed),
        from: "stored_facts",
        anew,
        changed,
    })
}

/// What the facts depend on and is no longer what it was.
fn changed(assessed: &Assessed, inputs: &Inputs, resume: Option<&ScorableRow>) -> Vec<&'static str> {
    let present = |of: fn(&ScorableRow) -> String| resume.map(of);
    let all = [
        (
            "visible_text",
            present(ScorableRow::visible_text_hash) == inputs.visible_text_sha256,
        ),
        (
            "sections",
            present(ScorableRow::sections_hash) == inputs.sections_sha256,
        ),
        (
            "resume",
            present(ScorableRow::resume_hash) == inputs.resume_sha256,
        ),
        (
            "parser",
            present(|row| row.parser_version.clone()) == inputs.parser_version,
        ),
        ("taxonomy", inputs.taxonomy.as_deref() == Some(taxonomy::VERSION)),
        (
            "occupations",
            inputs.occupations.as_deref() == Some(occupation::VERSION),
        ),
        ("rubric", assessed.rubric == RUBRIC_VERSION),
    ];
    all.into_iter()
        .filter(|(_, same)| !same)
        .map(|(name, _)| name)
        .collect()
}

fn assess(inputs: Inputs, row: &ScorableRow) -> Result<Assessed, UnreadableJson> {
    let (resume, sections) = row.read()?;
    let mut facts =
        CandidateFacts::stored(&resume, &row.visible_text, &sections).with_similarities(inputs.similarities);
    if let Some(ai) = inputs.ai {
        facts = facts.pointed_at(ai.pointed);
    }
    if let Some((year, month)) = inputs.uploaded {
        facts = facts.uploaded(year, month);
    }
    Ok(Scorer::new(&inputs.job).assess(&facts))
}

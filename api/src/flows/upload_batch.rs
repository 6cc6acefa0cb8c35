//! Taking in many resumes at once: files first, then one transaction that makes candidates, tasks and the batch that counts
//! them. Either all that was acceptable is taken in, or nothing is.

mod commit;
mod prepare;

use std::collections::HashMap;

use hiring_core::ids::{CandidateId, ObjectId, OrgId, TaskId};
use hiring_db::candidates;
use hiring_platform::storage::ObjectKey;
use serde_json::Value;

use super::upload_resume::known::take_back;
use super::upload_resume::{Uploader, discard};
use crate::answer::Answer;
use crate::extract::ResumeUpload;
use crate::extract::idempotency::Claim;
use crate::extract::upload::{BatchFile, BatchUpload, Refusal};
use crate::problem::{FieldError, Kind, Problem};
use crate::state::AppState;

/// Times that the transaction is begun again when an equal file came or went in between, or somebody was in the way.
const ATTEMPTS: usize = 5;

/// One file and what became of it so far.
struct Item {
    file: BatchFile,
    step: Step,
}

enum Step {
    /// Nothing is stored for it yet.
    Waiting,
    /// It will not be taken in.
    Refused(Refusal),
    /// Its bytes are those of an earlier file of the batch.
    Twin(usize),
    /// Its bytes are stored under a staged object.
    Staged(ResumeUpload, ObjectId),
    /// Some candidate has its bytes already; those of a failed one were put again under this object.
    Known(ResumeUpload, Option<ObjectId>),
    /// It is taken in, once the transaction commits.
    Taken,
}

/// A file that was taken in.
#[derive(Debug, Clone, Copy)]
struct Taken {
    candidate: CandidateId,
    task: Option<TaskId>,
    duplicate: bool,
}

/// The batch on its way.
struct Batch {
    items: Vec<Item>,
    /// How many candidates the plan has room for; none for a plan without a cap.
    room: Option<i64>,
    cap: Option<i64>,
}

/// Takes in what is acceptable of a batch.
///
/// # Errors
/// `nothing-accepted`, `not-found` for a job that is not the organization's, `unavailable` when database or file store are
/// away. Nothing is left behind then.
pub async fn upload_batch(
    state: &AppState,
    uploader: Uploader,
    upload: BatchUpload,
    claim: &Claim,
) -> Result<Answer<Value>, Problem> {
    let job_id = upload.job_id;
    let mut batch = admit(state, uploader.organization, upload).await?;
    for _ in 0..ATTEMPTS {
        let prepared = batch.prepare(state, uploader.organization, job_id).await;
        let committed = match prepared {
            Ok(()) => batch.commit(state, uploader, claim).await,
            Err(problem) => Err(problem),
        };
        match committed {
            Ok(Some(answer)) => {
                batch.tidy(state, uploader.organization).await;
                return Ok(answer);
            }
            Ok(None) => {}
            Err(problem) => {
                batch.tidy(state, uploader.organization).await;
                return Err(problem);
            }
        }
    }
    batch.tidy(state, uploader.organization).await;
    let detail = "The same files are being uploaded and erased right now. Try again.";
    Err(Problem::new(Kind::Conflict, detail).retry_after(1))
}

/// What can be refused before anything is stored.
async fn admit(state: &AppState, org: OrgId, upload: BatchUpload) -> Result<Batch, Problem> {
    let mut first_of: HashMap<[u8; 32], usize> = HashMap::new();
    let mut items = Vec::with_capacity(upload.files.len());
    for (position, file) in upload.files.into_iter().enumerate() {
        let earlier = file
            .sha256()
            .map(|hash| *first_of.entry(hash).or_insert(position));
        let step = match earlier {
            Some(first) if first != position => Step::Twin(first),
            _ => Step::Waiting,
        };
        items.push(Item { file, step });
    }
    let mut connection = state.database.connection().await?;
    // Only the plan and the job matter here; each file's bytes are looked for by themselves.
    let standing = candidates::standing(&mut connection, org, &[0; 32], upload.job_id).await?;
    let standing = standing.ok_or_else(|| Problem::not_found("organization"))?;
    if !standing.job_is_own {
        return Err(Problem::not_found("job"));
    }
    let cap = standing.plan.caps().candidates;
    let room = match cap {
        Some(cap) => Some(cap - candidates::count(&mut connection, org).await?),
        None => None,
    };
    Ok(Batch { items, room, cap })
}

impl Batch {
    /// Removes what is stored for files that were not taken in after all.
    async fn tidy(&mut self, state: &AppState, org: OrgId) {
        for item in &self.items {
            match &item.step {
                Step::Staged(_, object) => {
                    discard(state, org, *object, &ObjectKey::new(org, *object)).await;
                }
                Step::Known(_, Some(object)) => take_back(state, org, *object).await,
                _ => {}
            }
        }
    }

    /// Why nothing is left to take in, file by file; `refused` are those that were refused last.
    fn nothing_accepted(&self, refused: &HashMap<usize, Refusal>) -> Problem {
        let entries = self.items.iter().enumerate().filter_map(|(position, item)| {
            let refusal = self.refusal(position, refused)?;
            Some(FieldError {
                pointer: format!("/files/{position}"),
                code: refusal.code.into(),
                detail: format!("{}: {}", item.file.file_name, refusal.reason),
            })
        });
        let detail = "None of the files can be taken in; `errors` says why, file by file.";
        Problem::new(Kind::NothingAccepted, detail).with_errors(entries.collect())
    }

    /// Why the file is refused; a twin is, when the earlier file is.
    fn refusal<'a>(&'a self, position: usize, refused: &'a HashMap<usize, Refusal>) -> Option<&'a Refusal> {
        match &self.items.get(position)?.step {
            Step::Refused(refusal) => Some(refusal),
            Step::Twin(first) => self.refusal(*first, refused),
            _ => refused.get(&position),
        }
    }
}

/// Why a file is refused that the plan has no room for.
fn no_room(cap: Option<i64>) -> Refusal {
    let cap = cap.unwrap_or_default();
    Refusal::new(
        "plan-limit",
        format!("Your plan keeps {cap} candidates. Erase some or change the plan."),
    )
}

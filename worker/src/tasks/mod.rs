//! What the worker does, one file a kind.
//!
//! | module | the task |
//! |---|---|
//! | [`parse_resume`] | fetch the file, read it in the sandbox, save what was read |
//! | [`index_candidate`] | embed a short profile, make the person findable |
//! | [`index_chunks`] | embed the sections, when there is time |
//! | [`screen_application`] | score a candidate against the job that they are on, store the score |
//! | [`narrate_application`] | ask the language model about a candidate on a job, score with what it points at |
//! | [`rescore_job`] | score everybody on a job anew |
//! | [`screen_batch`] | score the candidates of one batch against a job |
//! | [`batch`] | wait for the parts of a batch |
//! | [`erase_objects`] | delete erased files from object storage |
//! | [`reparse`] | enqueue stored resumes to be read again, a window at a time |
//! | [`send_email`] | hand one stored mail over and write down how that went |
//! | [`generate_draft`] | draft a job description or test questions |
//! | [`generate_report`] | one report for each organization about one day |
//! | [`cleanup`] | remove what has had its day |
//! | [`check_backups`] | look whether the newest database dump is young enough |
//! | [`registry`] | which kind is run by what, how often at once and how long |

pub mod batch;
pub mod check_backups;
pub mod cleanup;
pub mod erase_objects;
pub mod generate_draft;
pub mod generate_report;
pub mod index_candidate;
pub mod index_chunks;
pub mod narrate_application;
pub mod parse_resume;
pub mod registry;
pub mod reparse;
pub mod rescore_job;
pub mod screen_application;
pub mod screen_batch;
pub mod send_email;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use hiring_core::clock::SharedClock;
use hiring_core::ids::OrgId;
use hiring_platform::embeddings::LazyEmbedder;
use hiring_platform::llm::Llm;
use hiring_platform::mail::Mailer;
use hiring_platform::storage::{ObjectStore, StorageError};
use hiring_queue::{TaskContext, TaskFailure};

use self::check_backups::Backups;
use crate::scanning::Reader;

/// A step that takes longer than this is shown to whoever follows the task; a quick one is not worth the statement.
const SHOWN_AFTER: Duration = Duration::from_millis(300);

/// What the tasks work with.
pub struct Parts {
    /// Uploaded files.
    pub storage: Arc<dyn ObjectStore>,
    /// Reads files that nobody trusts.
    pub reader: Reader,
    /// Text to vectors.
    pub embedder: LazyEmbedder,
    /// Answers questions about resumes, where there is one.
    pub llm: Llm,
    /// Takes mail away.
    pub mailer: Arc<dyn Mailer>,
    /// Where database dumps are looked for, and who is told.
    pub backups: Backups,
    /// What day it is.
    pub clock: SharedClock,
}

/// The organization that the task belongs to; these kinds cannot do without.
fn organization(ctx: &TaskContext) -> Result<OrgId, TaskFailure> {
    ctx.organization_id()
        .ok_or_else(|| TaskFailure::fail("no-organization", "The task belongs to no organization."))
}

/// Runs a step; when it turns out to be slow, shows it as the task's stage, which also proves that the lease still holds.
async fn shown<T>(
    ctx: &TaskContext,
    stage: &'static str,
    progress: u8,
    step: impl Future<Output = T>,
) -> Result<T, TaskFailure> {
    tokio::pin!(step);
    if let Ok(done) = tokio::time::timeout(SHOWN_AFTER, &mut step).await {
        return Ok(done);
    }
    let (shown, done) = tokio::join!(ctx.stage(stage, Some(progress)), step);
    shown?;
    Ok(done)
}

/// A storage error as a task failure: away may pass, anything else is final.
fn storage_failure(error: &StorageError) -> TaskFailure {
    match error {
        StorageError::Unavailable(_) => {
            TaskFailure::away("storage-unavailable", "The file store could not be reached.")
        }
        StorageError::NotFound => TaskFailure::fail(
            "file-missing",
            "The stored file is gone. Upload the resume again.",
        ),
        StorageError::TooLarge { .. } | StorageError::Damaged => TaskFailure::fail(
            "file-damaged",
            "The stored file is damaged. Upload the resume again.",
        ),
    }
}

//! Fetch the file, read it in the sandbox, and in one transaction save what was read, enqueue the indexing and complete.

use std::time::Duration;

use chrono::NaiveDate;
use diesel_async::AsyncPgConnection;
use hiring_core::ids::OrgId;
use hiring_core::reading::{MAX_FILE_BYTES, ReadFailure, ReadResume};
use hiring_core::task::{IndexCandidate, ParseResume, TaskError};
use hiring_core::taxonomy::own::OwnTaxonomy;
use hiring_db::tasks::EnqueueOptions;
use hiring_db::{DbError, indexing, taxonomy};
use hiring_platform::storage::{ObjectKey, StorageError};
use hiring_queue::{Dead, Done, TaskContext, TaskFailure};

use super::{Parts, organization, shown, storage_failure};
use crate::facts;
use crate::sandbox::SandboxError;
use crate::scanning::{Look, Pictured, Recognised};

/// Longest fetch of a file of at most 10 MB: a store that hangs must not use up the attempt's time and pass for a slow file.
const FETCH_TIME: Duration = Duration::from_secs(20);

/// What is told about a scan where nothing can recognise its text.
const NO_RECOGNITION: &str = "The file contains only pictures of text (a scan), and text recognition is not installed here. \
                              Upload a version with selectable text.";

/// How a task ends whose candidate was erased.
const ERASED: &str = "erased";

/// Runs the task.
///
/// # Errors
/// The file's own fault is final; storage or database away, or a machine too busy to read in time, is tried again.
pub async fn run(parts: &Parts, ctx: TaskContext, task: ParseResume) -> Result<Done, TaskFailure> {
    let org = organization(&ctx)?;
    let key = ObjectKey::new(org, task.object_id);
    let fetch = async {
        let bytes = tokio::time::timeout(FETCH_TIME, parts.storage.get(&key, MAX_FILE_BYTES)).await;
        bytes.unwrap_or_else(|late| Err(StorageError::Unavailable(late.into())))
    };
    let bytes = match shown(&ctx, "fetching", 10, fetch).await? {
        Ok(bytes) => bytes,
        Err(error) => return no_file(ctx, org, &task, &error).await,
    };
    let today = uploaded_on(&ctx, org, &task).await?;
    let read = match shown(&ctx, "reading", 30, parts.reader.look(&bytes, today)).await? {
        Ok(Look::Read(resume)) => Ok(*resume),
        Ok(Look::Pictures(pictured)) => recognise(parts, &ctx, (&bytes, today), pictured).await?,
        Err(error) => Err(error),
    };
    drop(bytes);
    match read {
        Ok(mut read) => {
            count(read.file_type.extension(), "ok");
            let mut connection = ctx.database().connection().await?;
            let own = taxonomy::of(&mut connection, org).await?;
            drop(connection);
            OwnTaxonomy::new(own).apply(&mut read.resume, &read.visible_text);
            save(ctx, org, &task, &read).await
        }
        Err(error) => Err(unread(parts, &ctx, &error)),
    }
}

/// What becomes of a task whose file was not read.
fn unread(parts: &Parts, ctx: &TaskContext, error: &SandboxError) -> TaskFailure {
    if matches!(error, SandboxError::Late) && !ctx.is_last_attempt() {
        return TaskFailure::retry("reader-late", "Reading the file took too long.");
    }
    let Some(failure) = error.failure() else {
        tracing::warn!(
            error = error as &dyn std::error::Error,
            "no reading process could be started"
        );
        return TaskFailure::away("no-process", "The file could not be read for lack of resources.");
    };
    count("unread", failure.code());
    let reason = match failure {
        ReadFailure::ImageOnly if !parts.reader.recognises() => NO_RECOGNITION,
        _ => failure.reason(),
    };
    TaskFailure::fail(failure.code(), reason)
}

/// Reads the pictures of a document. What the machine kept it from reading is tried again; the last attempt takes what there is.
///
/// A scan that finds no place free waits outside, as a service's absence is waited for: it holds no slot that text could be read
/// in, and as many scans as six hours of recognising take in wait without using up their attempts.
async fn recognise(
    parts: &Parts,
    ctx: &TaskContext,
    (bytes, today): (&[u8], NaiveDate),
    pictured: Pictured,
) -> Result<Result<ReadResume, SandboxError>, TaskFailure> {
    let Some(turn) = parts.reader.free_turn() else {
        return Err(TaskFailure::away(
            "recogniser-busy",
            "The scan could not be read because too many others were waiting. Upload it again.",
        ));
    };
    let recognising = parts.reader.recognise(bytes, today, pictured, Some(&turn));
    match shown(ctx, "recognising", 50, recognising).await? {
        Ok(Recognised { cut: true, .. }) if !ctx.is_last_attempt() => Err(TaskFailure::retry(
            "recogniser-late",
            "Recognising the text of the scan took too long.",
        )),
        Ok(recognised) => Ok(recognised.outcome.map_err(SandboxError::File)),
        Err(error) => Ok(Err(error)),
    }
}

/// The day of the upload. Of an erased candidate it does not matter: saving finds out.
async fn uploaded_on(ctx: &TaskContext, org: OrgId, task: &ParseResume) -> Result<NaiveDate, TaskFailure> {
    let mut connection = ctx.database().connection().await?;
    let uploaded = indexing::uploaded_on(&mut connection, org, task.candidate_id).await?;
    Ok(uploaded.unwrap_or_default())
}

/// Without the file: an erased candidate calls the task off, anything else is a failure.
async fn no_file(
    ctx: TaskContext,
    org: OrgId,
    task: &ParseResume,
    error: &StorageError,
) -> Result<Done, TaskFailure> {
    if matches!(error, StorageError::NotFound) {
        let mut connection = ctx.database().connection().await?;
        let exists = indexing::candidate_exists(&mut connection, org, task.candidate_id).await?;
        drop(connection);
        if !exists {
            return ctx.cancel(ERASED).await;
        }
    }
    tracing::warn!(
        error = error as &dyn std::error::Error,
        "the uploaded file could not be fetched"
    );
    Err(storage_failure(error))
}

async fn save(
    ctx: TaskContext,
    org: OrgId,
    task: &ParseResume,
    read: &ReadResume,
) -> Result<Done, TaskFailure> {
    let facts = facts::of(&read.resume);
    let candidate_id = task.candidate_id;
    let mut erased = false;
    let saved = ctx
        .complete(async |fx| {
            if !indexing::save_resume(fx.conn(), org, candidate_id, read, &facts).await? {
                erased = true;
                return Err(TaskFailure::fail(ERASED, "The candidate was erased."));
            }
            fx.enqueue(&IndexCandidate { candidate_id }, EnqueueOptions::default())
                .await?;
            Ok(())
        })
        .await;
    if erased { ctx.cancel(ERASED).await } else { saved }
}

/// Says on the candidate why there is no resume, in the transaction that ends the task.
///
/// # Errors
/// See [`DbError`].
pub async fn on_dead(conn: &mut AsyncPgConnection, dead: Dead<ParseResume>) -> Result<(), DbError> {
    let Some(org) = dead.organization_id else {
        return Ok(());
    };
    let (code, reason) = told(&dead.error);
    indexing::mark_failed(conn, org, dead.payload.candidate_id, code, reason).await?;
    Ok(())
}

/// What the recruiter is told: a reading failure speaks for itself, what the queue reports is put in those words.
fn told(error: &TaskError) -> (&str, &str) {
    let failure = match error.code.as_str() {
        "timeout" => Some(ReadFailure::TimedOut),
        "panic" => Some(ReadFailure::Crashed),
        code => ReadFailure::from_code(code),
    };
    match failure {
        // Either sentence about scans, whichever the attempt found true.
        Some(ReadFailure::ImageOnly) => (ReadFailure::ImageOnly.code(), &error.message),
        Some(failure) => (failure.code(), failure.reason()),
        None if error.code == "database" => (
            "database",
            "What was read could not be saved. Upload the resume again.",
        ),
        None => (&error.code, &error.message),
    }
}

fn count(file_type: &'static str, outcome: &'static str) {
    metrics::counter!("resumes_read_total", "file_type" => file_type, "outcome" => outcome).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_killed_the_task_the_recruiter_reads_a_sentence() {
        let error = |code: &str| TaskError {
            code: code.into(),
            message: "A sentence.".into(),
            retryable: false,
        };
        assert_eq!(told(&error("encrypted")).1, ReadFailure::Encrypted.reason());
        assert_eq!(told(&error("crashed")).0, "crashed");
        assert_eq!(told(&error("timeout")).0, "timed-out");
        assert!(told(&error("database")).1.ends_with("Upload the resume again."));
        assert_eq!(
            told(&error("storage-unavailable")),
            ("storage-unavailable", "A sentence.")
        );
    }
}

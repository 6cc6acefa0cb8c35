//! The payload of every kind: a small struct of ids. Its run lives in `worker/src/tasks/`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Priority, TaskKind};
use crate::ids::{ApplicationId, CandidateId, DraftId, JobId, MailId, ObjectId, TaskId};

/// Fetch the object, read it in a child process, save the parsed resume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParseResume {
    /// Whose resume it is.
    pub candidate_id: CandidateId,
    /// The stored file.
    pub object_id: ObjectId,
}

impl TaskKind for ParseResume {
    const KIND: &'static str = "parse_resume";
    const PRIORITY: Priority = Priority::Normal;
    const LEASE_SECONDS: u32 = 60;
}

/// Embed one short profile text, so that the person is findable within moments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexCandidate {
    /// Whom to index.
    pub candidate_id: CandidateId,
}

impl TaskKind for IndexCandidate {
    const KIND: &'static str = "index_candidate";
    const PRIORITY: Priority = Priority::High;
    const LEASE_SECONDS: u32 = 60;
}

/// Embed the sections of a resume, chunk by chunk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexChunks {
    /// Whom to index.
    pub candidate_id: CandidateId,
}

impl TaskKind for IndexChunks {
    const KIND: &'static str = "index_chunks";
    const PRIORITY: Priority = Priority::Low;
    const LEASE_SECONDS: u32 = 120;
}

/// Delete what is left of erased or abandoned uploads from object storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseObjects {
    /// The stored files whose rows say `erasing`.
    pub object_ids: Vec<ObjectId>,
}

impl TaskKind for EraseObjects {
    const KIND: &'static str = "erase_objects";
    const PRIORITY: Priority = Priority::Normal;
    const LEASE_SECONDS: u32 = 60;
}

/// Send one stored mail. Whom, what and whether it went out is in the mail's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendEmail {
    /// The mail.
    pub mail_id: MailId,
}

impl TaskKind for SendEmail {
    const KIND: &'static str = "send_email";
    const PRIORITY: Priority = Priority::Normal;
    const LEASE_SECONDS: u32 = 120;
    // A server that puts mail off wants to be asked again for hours, not for minutes (RFC 5321 section 4.5.4.1).
    const MAX_ATTEMPTS: Option<u32> = Some(12);
}

/// Score one candidate against the job they are on and store the score as a screening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreenApplication {
    /// The application.
    pub application_id: ApplicationId,
    /// Whose it is, so that an erasure finds the task.
    pub candidate_id: CandidateId,
    /// The job applied to.
    pub job_id: JobId,
}

impl TaskKind for ScreenApplication {
    const KIND: &'static str = "screen_application";
    const PRIORITY: Priority = Priority::Normal;
    const LEASE_SECONDS: u32 = 60;
}

/// Ask the language model about one candidate on one job, and score them with the quotes that it points at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NarrateApplication {
    /// The application.
    pub application_id: ApplicationId,
    /// Whose it is, so that an erasure finds the task.
    pub candidate_id: CandidateId,
    /// The job applied to.
    pub job_id: JobId,
    /// Whether to ask although an answer of the last 24 hours is stored.
    #[serde(default)]
    pub fresh: bool,
    /// Whether to wait until there is budget again; else the task ends without an answer.
    #[serde(default)]
    pub patient: bool,
}

impl TaskKind for NarrateApplication {
    const KIND: &'static str = "narrate_application";
    const PRIORITY: Priority = Priority::Normal;
    const LEASE_SECONDS: u32 = 60;
}

/// Draft a job description or test questions. What is asked for is in the draft's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenerateDraft {
    /// The draft.
    pub draft_id: DraftId,
}

impl TaskKind for GenerateDraft {
    const KIND: &'static str = "generate_draft";
    const PRIORITY: Priority = Priority::Normal;
    const LEASE_SECONDS: u32 = 60;
}

/// Score everybody on a job anew whose score is not the one that its present weights and requirements give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RescoreJob {
    /// The job.
    pub job_id: JobId,
}

impl TaskKind for RescoreJob {
    const KIND: &'static str = "rescore_job";
    const PRIORITY: Priority = Priority::Normal;
    const LEASE_SECONDS: u32 = 120;
}

/// Score the candidates of one batch against a job. Who they are is in the batch's rows, which an erasure takes along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreenBatch {
    /// The job.
    pub job_id: JobId,
    /// How many candidates were asked for.
    pub candidates: u32,
}

impl TaskKind for ScreenBatch {
    const KIND: &'static str = "screen_batch";
    const PRIORITY: Priority = Priority::High;
    const LEASE_SECONDS: u32 = 60;
}

/// Stand for the tasks that were enqueued as its children: it ends when the last of them has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// What the parts are, for instance `upload`.
    pub of: String,
}

impl TaskKind for Batch {
    const KIND: &'static str = "batch";
    const PRIORITY: Priority = Priority::Normal;
    const LEASE_SECONDS: u32 = 60;
}

/// Enqueue the next window of an organization's stored resumes to be read again, and the window behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reparse {
    /// The batch that the resumes are part of.
    pub batch_id: TaskId,
    /// Version of the reader: who was read by it is left alone.
    pub version: String,
    /// Whether also those are meant that this version has read.
    #[serde(default)]
    pub again: bool,
    /// The last candidate of the window before; none for the first.
    pub after: Option<CandidateId>,
}

impl TaskKind for Reparse {
    const KIND: &'static str = "reparse";
    const PRIORITY: Priority = Priority::Low;
    const LEASE_SECONDS: u32 = 60;
}

/// Write one report for each organization about one UTC day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenerateReport {
    /// The day, in UTC.
    pub day: NaiveDate,
}

impl TaskKind for GenerateReport {
    const KIND: &'static str = "generate_report";
    const PRIORITY: Priority = Priority::Low;
    const LEASE_SECONDS: u32 = 120;
}

/// Remove what has had its day: sessions, saved answers, abandoned uploads, finished tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleanup {}

impl TaskKind for Cleanup {
    const KIND: &'static str = "cleanup";
    const PRIORITY: Priority = Priority::Low;
    const LEASE_SECONDS: u32 = 120;
}

/// Look whether the newest database dump is young enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckBackups {}

impl TaskKind for CheckBackups {
    const KIND: &'static str = "check_backups";
    const PRIORITY: Priority = Priority::Low;
    const LEASE_SECONDS: u32 = 60;
}

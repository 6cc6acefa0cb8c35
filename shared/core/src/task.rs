//! The contract of background work: kinds, payloads, queues, states, and the ring that travels on a broker.
//!
//! Postgres is the truth about tasks. A broker carries only a [`Ring`]; everything else is in the row.

mod kinds;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::ids::TaskId;

pub use kinds::{
    Batch, CheckBackups, Cleanup, EraseObjects, GenerateDraft, GenerateReport, IndexCandidate, IndexChunks,
    NarrateApplication, ParseResume, Reparse, RescoreJob, ScreenApplication, ScreenBatch, SendEmail,
};

/// Version of the ring's shape. A worker that meets a newer one leaves the task to a newer worker.
pub const RING_VERSION: u8 = 1;

/// What travels on Redis or SQS: a doorbell, never the work itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Sent")]
pub struct Ring {
    /// [`RING_VERSION`] of the sender; 255 stands for every later one.
    pub v: u8,
    /// The kind's name, kept as text so that unknown kinds can be passed on.
    pub kind: String,
    /// The row to claim.
    pub task_id: TaskId,
}

/// A ring as it may arrive. Of a newer one only the version and the task are needed: nobody here runs it anyway.
#[derive(Deserialize)]
struct Sent {
    v: u64,
    kind: Option<String>,
    task_id: TaskId,
}

impl TryFrom<Sent> for Ring {
    type Error = &'static str;

    fn try_from(sent: Sent) -> Result<Self, Self::Error> {
        let v = u8::try_from(sent.v).unwrap_or(u8::MAX);
        if v <= RING_VERSION && sent.kind.is_none() {
            return Err("the ring has no kind");
        }
        Ok(Self {
            v,
            kind: sent.kind.unwrap_or_default(),
            task_id: sent.task_id,
        })
    }
}

/// Broker queues; each is also a door `/worker/<name>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Queue {
    /// Reading resumes.
    ResumeParse,
    /// Embedding and indexing.
    VectorIndex,
    /// Outgoing mail.
    Email,
    /// Scoring.
    Screen,
    /// Reports.
    Report,
    /// Everything else.
    Default,
}

impl Queue {
    /// Every queue.
    pub const ALL: [Self; 6] = [
        Self::ResumeParse,
        Self::VectorIndex,
        Self::Email,
        Self::Screen,
        Self::Report,
        Self::Default,
    ];

    /// The kinds that do not travel on the default queue.
    pub const NAMED_KINDS: [&'static str; 9] = [
        ParseResume::KIND,
        IndexCandidate::KIND,
        IndexChunks::KIND,
        SendEmail::KIND,
        ScreenApplication::KIND,
        NarrateApplication::KIND,
        ScreenBatch::KIND,
        RescoreJob::KIND,
        GenerateReport::KIND,
    ];

    /// The name behind the prefix, for instance `resume-parse`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ResumeParse => "resume-parse",
            Self::VectorIndex => "vector-index",
            Self::Email => "email",
            Self::Screen => "screen",
            Self::Report => "report",
            Self::Default => "default",
        }
    }

    /// The queue that carries a kind; kinds that nobody knows travel on the default queue.
    #[must_use]
    pub fn of_kind(kind: &str) -> Self {
        match kind {
            ParseResume::KIND => Self::ResumeParse,
            IndexCandidate::KIND | IndexChunks::KIND => Self::VectorIndex,
            SendEmail::KIND => Self::Email,
            ScreenApplication::KIND | NarrateApplication::KIND | ScreenBatch::KIND | RescoreJob::KIND => {
                Self::Screen
            }
            GenerateReport::KIND => Self::Report,
            _ => Self::Default,
        }
    }
}

/// Which of a queue's three lists a ring waits in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Priority {
    /// Somebody is waiting for it.
    High = 0,
    /// The ordinary case.
    Normal = 1,
    /// Whenever there is time.
    Low = 2,
}

impl Priority {
    /// All three, most urgent first.
    pub const ALL: [Self; 3] = [Self::High, Self::Normal, Self::Low];

    /// The number in the database.
    #[must_use]
    pub const fn number(self) -> i16 {
        self as i16
    }

    /// The priority with this number; anything out of range is [`Priority::Low`].
    #[must_use]
    pub const fn from_number(number: i16) -> Self {
        match number {
            0 => Self::High,
            1 => Self::Normal,
            _ => Self::Low,
        }
    }
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Waiting for its time.
    Pending,
    /// Rung, not yet claimed.
    Published,
    /// Claimed by a worker that holds the lease.
    Running,
    /// Its own run is over; children are open.
    Waiting,
    /// Done; effect and this state were committed together.
    Completed,
    /// Given up, with a reason.
    Dead,
    /// Called off.
    Cancelled,
}

impl TaskState {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Published => "published",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Completed => "completed",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state with this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::Pending,
            Self::Published,
            Self::Running,
            Self::Waiting,
            Self::Completed,
            Self::Dead,
            Self::Cancelled,
        ]
        .into_iter()
        .find(|state| state.as_str() == name)
    }

    /// What callers are shown: pending and published are both `queued`.
    #[must_use]
    pub const fn shown(self) -> &'static str {
        match self {
            Self::Pending | Self::Published => "queued",
            other => other.as_str(),
        }
    }

    /// Whether nothing more will happen by itself.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Dead | Self::Cancelled)
    }
}

/// One kind of background work: a small struct of ids with a constant name. Its run lives in `worker/src/tasks/`.
pub trait TaskKind: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name in the database and on the wire.
    const KIND: &'static str;
    /// Which list its rings wait in.
    const PRIORITY: Priority;
    /// Longest time between two heartbeats before the lease is swept, in seconds.
    const LEASE_SECONDS: u32;
    /// Attempts before a task of this kind is dead; none takes the configured default (`TASK_MAX_ATTEMPTS`).
    const MAX_ATTEMPTS: Option<u32> = None;
}

/// Why a task's last attempt failed. Never holds resume text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskError {
    /// Stable code for engineers to search.
    pub code: String,
    /// A sentence that a recruiter understands.
    pub message: String,
    /// Whether another attempt could succeed.
    pub retryable: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_rings_on_its_queue() {
        assert_eq!(Queue::of_kind(ParseResume::KIND), Queue::ResumeParse);
        assert_eq!(Queue::of_kind(IndexCandidate::KIND), Queue::VectorIndex);
        assert_eq!(Queue::of_kind(IndexChunks::KIND), Queue::VectorIndex);
        assert_eq!(Queue::of_kind("something_from_a_later_release"), Queue::Default);
    }

    #[test]
    fn callers_see_pending_and_published_as_queued() {
        assert_eq!(TaskState::Pending.shown(), "queued");
        assert_eq!(TaskState::Published.shown(), "queued");
        assert_eq!(TaskState::Dead.shown(), "dead");
    }

    #[test]
    fn of_a_newer_ring_the_version_and_the_task_are_enough() {
        let task_id = TaskId::generate();
        let read =
            |rest: &str| serde_json::from_str::<Ring>(&format!(r#"{{"task_id":"{task_id}",{rest}}}"#)).ok();
        let newer = read(r#""v":70000,"what":"renamed""#).unwrap();
        assert_eq!(
            (newer.v, newer.kind.as_str(), newer.task_id),
            (u8::MAX, "", task_id)
        );
        assert_eq!(read(r#""v":2,"kind":"batch","more":[1]"#).unwrap().v, 2);
        assert_eq!(read(r#""v":1,"what":"renamed""#), None);
        assert_eq!(read(r#""v":-1,"kind":"batch""#), None);
        assert_eq!(
            serde_json::from_str::<Ring>(r#"{"v":2,"kind":"batch"}"#).ok(),
            None
        );
    }

    #[test]
    fn a_ring_carries_ids_only() {
        let ring = Ring {
            v: RING_VERSION,
            kind: ParseResume::KIND.into(),
            task_id: TaskId::generate(),
        };
        let json = serde_json::to_value(&ring).unwrap();
        assert_eq!(
            json.as_object().unwrap().keys().collect::<Vec<_>>(),
            ["kind", "task_id", "v"]
        );
    }
}

//! One newtype per noun, so that a job's id can never be passed where a candidate's is wanted.
//!
//! Ids are UUIDv7: they sort by creation time, which keeps B-tree inserts at the right-hand edge.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh id, ordered after every id made earlier.
            #[must_use]
            pub fn generate() -> Self {
                Self(crate::random::uuid_v7())
            }

            /// The bare UUID, for the database and for messages.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    )+};
}

id! {
    /// An organization: the tenant that every row belongs to.
    OrgId,
    /// Somebody who logs in.
    UserId,
    /// One login of one user on one device; refresh tokens rotate inside it.
    SessionId,
    /// An open position.
    JobId,
    /// A person in one organization's pool.
    CandidateId,
    /// One candidate on one job.
    ApplicationId,
    /// One unit of background work.
    TaskId,
    /// One stored file.
    ObjectId,
    /// One embedded piece of a candidate's resume.
    ChunkId,
    /// The right to write to a running task; a fresh one per claim, never reused.
    LeaseId,
    /// One outgoing mail.
    MailId,
    /// One stored scoring of a candidate against a job.
    ScreeningId,
    /// One move of an application from stage to stage.
    MoveId,
    /// What somebody wrote about an application.
    NoteId,
    /// What somebody said about a screening.
    ReviewId,
    /// One answer of a language model about a candidate and a job.
    ModelAnswerId,
    /// One call of a language model, as it is charged.
    ModelCallId,
    /// Something drafted for a person to work on.
    DraftId,
}

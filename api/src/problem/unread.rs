//! What is said about a resume of which there is nothing to show.

use hiring_core::candidate::CandidateStatus;

use super::{Kind, Problem};

/// Seconds after which asking again for a resume that is being read makes sense.
const ASK_AGAIN_SECONDS: u64 = 1;

/// A candidate whose resume is not read, or could not be.
#[derive(Debug)]
pub struct Unread {
    /// A name of [`CandidateStatus`] other than `ready`.
    pub status: String,
    /// Why it could not be read: the code.
    pub code: Option<String>,
    /// Why it could not be read: a sentence.
    pub reason: Option<String>,
}

impl From<Unread> for Problem {
    fn from(unread: Unread) -> Self {
        if unread.status != CandidateStatus::Failed.as_str() {
            let detail = "The resume is still being read. Ask again in a moment.";
            return Self::new(Kind::StillProcessing, detail).retry_after(ASK_AGAIN_SECONDS);
        }
        let reason = unread
            .reason
            .unwrap_or_else(|| "The resume could not be read.".to_owned());
        let code = unread.code.unwrap_or_else(|| "unreadable".to_owned());
        Self::new(Kind::UnreadableResume, reason).with_error("/status", code)
    }
}

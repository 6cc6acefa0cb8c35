//! A person in one organization's pool and the life of their resume.

use serde::{Deserialize, Serialize};

/// How far a candidate's resume has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CandidateStatus {
    /// Accepted; being read or indexed.
    Processing,
    /// Read and findable.
    Ready,
    /// Could not be read; the code and the reason say why.
    Failed,
}

impl CandidateStatus {
    /// The name used in the database and in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }

    /// The status with this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Processing, Self::Ready, Self::Failed]
            .into_iter()
            .find(|status| status.as_str() == name)
    }
}

//! Roles, plans, and the caps of each plan.

use serde::{Deserialize, Serialize};

/// What a user may be. Recruiter and admin come from a membership of an organization; a user without one is a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Applies to jobs and follows their own progress.
    Candidate,
    /// Works with one organization's jobs and candidates.
    Recruiter,
    /// A recruiter who also manages the organization.
    Admin,
}

impl Role {
    /// The name used in the database, in tokens and in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Recruiter => "recruiter",
            Self::Admin => "admin",
        }
    }

    /// The role with this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Candidate, Self::Recruiter, Self::Admin]
            .into_iter()
            .find(|role| role.as_str() == name)
    }
}

/// What an organization pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// Trying the product out.
    Free,
    /// Working with it.
    Pro,
}

/// What a plan allows; `None` means without limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanCaps {
    /// Jobs that may be open at the same time.
    pub open_jobs: Option<i64>,
    /// Candidates kept in the pool.
    pub candidates: Option<i64>,
    /// Members with a login.
    pub members: Option<i64>,
}

impl Plan {
    /// The name used in the database and in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Pro => "pro",
        }
    }

    /// The plan with this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Free, Self::Pro]
            .into_iter()
            .find(|plan| plan.as_str() == name)
    }

    /// The one table of caps.
    #[must_use]
    pub const fn caps(self) -> PlanCaps {
        match self {
            Self::Free => PlanCaps {
                open_jobs: Some(10),
                candidates: Some(1_000),
                members: Some(5),
            },
            Self::Pro => PlanCaps {
                open_jobs: None,
                candidates: None,
                members: None,
            },
        }
    }
}

//! What may be said about tasks on the command line.

use clap::{Args, ValueEnum};
use hiring_core::ids::{OrgId, TaskId};
use hiring_core::task::TaskState;

/// Narrows `list`.
#[derive(Debug, Clone, Args)]
pub struct List {
    /// Only those that stand here.
    #[arg(long)]
    pub(super) state: Option<Shown>,
    /// Only this kind, for instance `parse_resume`.
    #[arg(long)]
    pub(super) kind: Option<String>,
    /// Only those of this organization.
    #[arg(long, value_name = "ID")]
    pub(super) organization: Option<OrgId>,
    /// Most tasks to list.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    pub(super) limit: i64,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub(super) json: bool,
}

/// Which tasks to retry.
#[derive(Debug, Clone, Args)]
pub struct Retry {
    /// The task.
    #[arg(required_unless_present = "kind", conflicts_with = "kind")]
    pub(super) id: Option<TaskId>,
    /// All dead tasks of this kind; needs --all.
    #[arg(long, requires = "all")]
    pub(super) kind: Option<String>,
    /// Says that all of the kind are meant.
    #[arg(long, requires = "kind")]
    all: bool,
    /// Print JSON instead of a sentence.
    #[arg(long)]
    pub(super) json: bool,
}

/// Whose stored resumes to read again.
#[derive(Debug, Clone, Args)]
pub struct ReadAgain {
    /// Everybody's.
    #[arg(
        long,
        required_unless_present = "organization",
        conflicts_with = "organization"
    )]
    all: bool,
    /// One organization's.
    #[arg(long, value_name = "ID")]
    pub(super) organization: Option<OrgId>,
    /// Also those that this version of the reader has read.
    #[arg(long)]
    pub(super) again: bool,
    /// Enqueue and end, without following it.
    #[arg(long)]
    pub(super) detach: bool,
    /// Print JSON, one line a look.
    #[arg(long)]
    pub(super) json: bool,
}

/// Where a task stands, as it is shown to people.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Shown {
    /// Waiting for its time or for a worker.
    Queued,
    /// With a worker.
    Running,
    /// Waiting for its parts.
    Waiting,
    /// Done.
    Completed,
    /// Given up.
    Dead,
    /// Called off.
    Cancelled,
}

impl Shown {
    pub(super) fn states(self) -> Vec<TaskState> {
        match self {
            Self::Queued => vec![TaskState::Pending, TaskState::Published],
            Self::Running => vec![TaskState::Running],
            Self::Waiting => vec![TaskState::Waiting],
            Self::Completed => vec![TaskState::Completed],
            Self::Dead => vec![TaskState::Dead],
            Self::Cancelled => vec![TaskState::Cancelled],
        }
    }
}

/// How a task ended.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Over {
    /// Given up.
    Dead,
    /// Done.
    Completed,
    /// Called off.
    Cancelled,
}

impl Over {
    pub(super) const fn state(self) -> TaskState {
        match self {
            Self::Dead => TaskState::Dead,
            Self::Completed => TaskState::Completed,
            Self::Cancelled => TaskState::Cancelled,
        }
    }
}

//! Running tasks.
//!
//! | module | what lives there |
//! |---|---|
//! | [`runner`] | owns everything below; starts it and shuts it down |
//! | [`attempt`] | one ring: claim, run with heartbeats, record the outcome |
//! | [`claims`] | rings that arrive together are claimed together |
//! | [`outcome`] | how an attempt's end is written down |
//! | [`running`] | what runs here, so that a cancel reaches it at once |
//! | [`relay`] | due rows are rung |
//! | [`sweeper`] | lost rings are rung again, silent holders lose their lease |
//! | [`upkeep`] | pruning, gauges, and what the worker registers |

pub mod attempt;
pub(crate) mod claims;
pub mod outcome;
pub mod relay;
pub mod runner;
pub(crate) mod running;
pub mod sweeper;
pub mod upkeep;

use std::sync::{Arc, OnceLock};

use futures::future::BoxFuture;
use hiring_core::ids::OrgId;
use hiring_db::Database;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use self::claims::Claims;
use self::running::Running;
use crate::{Registry, Ringer};

/// Done after each attempt at an organization's task, once its outcome is written down and before its transport is told.
pub(crate) type Afterwards = Box<dyn Fn(OrgId) -> BoxFuture<'static, ()> + Send + Sync>;

/// What everything that runs tasks shares.
pub(crate) struct Engine {
    pub(crate) database: Database,
    pub(crate) ringer: Ringer,
    pub(crate) registry: Arc<Registry>,
    pub(crate) claims: Claims,
    /// The tasks that run here, each with a bell for a heartbeat out of turn.
    pub(crate) running: Running,
    /// Something may have become due out of turn.
    pub(crate) due: Notify,
    /// What somebody wants done after every attempt.
    pub(crate) afterwards: OnceLock<Afterwards>,
    /// Asked to stop: take nothing more.
    pub(crate) stop: CancellationToken,
    /// The grace is over: hand back what is not finished.
    pub(crate) hurry: CancellationToken,
}

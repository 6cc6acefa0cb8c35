//! Background work: every statement about `tasks`.
//!
//! | module | what lives there |
//! |---|---|
//! | [`enqueue`] | inserting tasks, in the caller's transaction |
//! | [`claim`] | taking tasks that are due, one or many at once |
//! | [`lease`] | heartbeat, stage, and the row lock behind the fence |
//! | [`unhandled`] | tasks that no worker can run |
//! | [`end`] | finish, fail, cancel, retry, wait, release: how a holder lets go |
//! | [`children`] | batches: what a parent counts, and how it ends with its last child |
//! | [`relay`] | due rows to be rung, stale rows to be rung again, LISTEN |
//! | [`sweep`] | leases that ran out, finished rows that have grown old |
//! | [`people`] | views, cancel, retry of dead tasks, what waits |
//! | [`operator`] | the same over all organizations, for the command line |
//! | [`of_candidate`] | the tasks about one candidate, for showing and for erasing |
//!
//! Times are those of `task_now()`, the database's clock, which tests can shift.

pub mod children;
pub mod claim;
pub mod end;
pub mod enqueue;
pub mod lease;
pub mod of_candidate;
pub mod operator;
pub mod people;
pub mod relay;
pub mod sweep;
pub mod unhandled;

pub use claim::{ClaimedTask, Wanted};
pub use end::Ended;
pub use enqueue::{EnqueueOptions, Enqueued, enqueue, enqueue_many};

pub use people::{Backlog, TaskFilter, TaskRow, backlog, cancel, find_task, list_tasks, retry_dead};
pub use relay::Due;

/// Seconds between ringing a task for the first time and ringing it again when nobody has claimed it.
///
/// Doubled at every ring, up to [`LONGEST_RING_SECONDS`]. The same figures stand in the SQL below.
pub const FIRST_RING_SECONDS: u32 = 5;

/// Longest time between two rings of one task, in seconds.
pub const LONGEST_RING_SECONDS: u32 = 300;

/// Channel on which a process says that rows became due out of turn.
pub const DUE_CHANNEL: &str = "tasks_due";

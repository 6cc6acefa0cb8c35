//! What people see of tasks, and what they may do to them.
//!
//! | module | what lives there |
//! |---|---|
//! | `view` | one task, lists of tasks |
//! | `cancel` | calling tasks off, with the parts of a batch |
//! | `retry` | giving dead tasks their attempts again |
//! | `aftermath` | what both mean for the thing that the task was about |
//! | `backlog` | what waits or runs, counted |
//!
//! Locks are taken in one order everywhere: parts of a batch by id, then their parents by id, then the things that the tasks
//! are about. The end of a run takes them in the same order, so that it never waits for a cancel that waits for it.

mod aftermath;
mod backlog;
mod cancel;
mod retry;
mod view;

pub use aftermath::{CANCELLED, after_cancel, after_death, cancelled_error};
pub use backlog::{Backlog, backlog};
pub use cancel::cancel;
pub(super) use cancel::{call_off, cancel_any};
pub(super) use retry::retry_any;
pub use retry::{DeadFilter, RetriedMany, count_dead, list_dead, retry_dead, retry_many};
pub use view::{TaskFilter, TaskRow, find_task, list_tasks};

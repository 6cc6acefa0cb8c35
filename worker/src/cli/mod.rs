//! The subcommands for operators. Each prints a table, or JSON when asked for it, and ends with 0 when all went well, 1 when
//! something did not, 2 when it was called or set up wrongly.
//!
//! | module | what lives there |
//! |---|---|
//! | [`fairness`] | `hiring-worker fairness`: how much scores depend on who somebody is |
//! | [`queues`] | `hiring-worker queues`: make, look at and redrive the queues of the transport |
//! | [`read`] | `hiring-worker read`: read files and show what was read |
//! | [`tasks`] | `hiring-worker tasks`: look at tasks, retry, cancel and purge them |
//! | [`taxonomy`] | `hiring-worker taxonomy`: import an organization's own skills, look at them and remove them |
//! | [`table`] | columns that line up |

pub mod fairness;
pub mod queues;
pub mod read;
pub mod table;
pub mod tasks;
pub mod taxonomy;

use hiring_core::config::{Problem, Reader};

/// Reads the part of the settings that a subcommand needs, so that looking at a queue does not ask for a model.
///
/// # Errors
/// Every problem of that part.
pub fn settings<T>(read: impl FnOnce(&mut Reader) -> T) -> Result<T, Vec<Problem>> {
    let mut reader = Reader::from_environment();
    let part = read(&mut reader);
    reader.finish().map(|()| part)
}

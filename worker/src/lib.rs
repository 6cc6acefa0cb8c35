//! The task runner: consumers and one file per kind of task.

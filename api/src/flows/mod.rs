//! What takes more than one step, with plain values.

pub mod change_job;

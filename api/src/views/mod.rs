//! The shapes that callers see.

pub mod job;

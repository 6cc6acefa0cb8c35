//! Thin: from typed arguments to a flow or a finder, and to a view.

pub mod health;
pub mod jobs;

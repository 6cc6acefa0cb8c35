//! The shapes that callers see.

pub mod application;
pub mod auth;
pub mod batch;
pub mod candidate;
pub mod draft;
pub mod job;
pub mod matching;
pub mod narrative;
pub mod organization;
pub mod posting;
pub mod profile;
pub mod screening;
pub mod search;
pub mod task;

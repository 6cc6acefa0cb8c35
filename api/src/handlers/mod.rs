//! Thin: from typed arguments to a flow or a finder, and to a view.
#![allow(
    unused_qualifications,
    reason = "utoipa's macro names the types of query strings in full"
)]

pub mod applications;
pub mod auth;
pub mod candidates;
pub mod drafts;
pub mod health;
pub mod jobs;
pub mod matches;
pub mod organizations;
pub mod profile;
pub mod screenings;
pub mod search;
pub mod tasks;

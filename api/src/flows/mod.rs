//! What takes more than one step, with plain values.

pub mod act_on_tasks;
pub mod apply_to_job;
pub mod blind;
pub mod change_job;
pub mod erase_candidate;
pub mod generate_draft;
pub mod meaning;
pub mod move_application;
pub mod narrate_application;
pub mod rank_job;
pub mod register;
pub mod replay_screening;
pub mod screen_batch;
pub mod search_candidates;
pub mod seed_demo;
pub mod sign_in;
pub mod upload_batch;
pub mod upload_resume;

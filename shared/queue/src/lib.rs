//! Background work that is never lost: Postgres is the truth, the transport is a doorbell.
//!
//! | module | what lives there |
//! |---|---|
//! | [`config`], [`error`] | settings, and what can go wrong at a start |
//! | [`ringer`] | enqueue in the caller's transaction, ring after the commit; what the api needs |
//! | [`redis`] | the Redis transport: lists, the pool that rings, the apalis backend that pops |
//! | [`registry`] | kinds, their handlers and policies |
//! | [`context`], [`failure`] | what a handler gets and what it answers |
//! | [`worker`] | running: one attempt, relay, sweeper, upkeep, and the [`Runner`] that owns them |
//! | [`backoff`] | how long to wait before the next attempt |
//!
//! The statements live in `hiring_db::tasks`.

pub mod backoff;
pub mod config;
pub mod context;
pub mod error;
pub mod failure;
pub mod redis;
pub mod registry;
pub mod ringer;
pub mod worker;

pub use config::QueueConfig;
pub use context::{Done, Effects, TaskContext};
pub use error::QueueError;
pub use failure::{AWAY_ATTEMPTS, TaskFailure};
pub use registry::{Dead, Handler, Policy, Registry};
pub use ringer::Ringer;
pub use worker::runner::{Runner, RunnerOptions};

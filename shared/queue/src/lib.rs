//! Background work that is never lost: Postgres is the truth, the transport is a doorbell.
//!
//! | module | what lives there |
//! |---|---|
//! | [`config`], [`error`] | settings, and what can go wrong at a start |
//! | [`ringer`] | enqueue in the caller's transaction, ring after the commit; what the api needs |
//! | [`mail`] | a mail and the task that sends it, enqueued together |
//! | [`transport`] | where rings go and come from, whatever carries them |
//! | [`redis`] | the Redis transport: lists, the pool that rings, the source that pops |
//! | [`sqs`] | the SQS transport: long polls, visibility, dead letters |
//! | [`delivery`] | a ring on its way to a handler, and how its transport learns the outcome |
//! | [`backend`] | the apalis backend over any source of rings |
//! | [`dispatcher`] | a way in for rings that arrive by other doors |
//! | [`registry`] | kinds, their handlers and policies |
//! | [`context`], [`effects`], [`failure`] | what a handler gets, the transaction that ends its task, and what it answers |
//! | [`worker`] | running: one attempt, relay, sweeper, upkeep, and the [`Runner`] that owns them |
//! | [`backoff`] | how long to wait before the next attempt |
//!
//! The statements live in `hiring_db::tasks`.

pub mod backend;
pub mod backoff;
pub mod config;
pub mod context;
pub mod delivery;
pub mod dispatcher;
pub mod effects;
pub mod error;
pub mod failure;
pub mod mail;
pub mod redis;
pub mod registry;
pub mod ringer;
pub mod sqs;
pub mod transport;
pub mod worker;

pub use config::{QueueConfig, RedisConfig, RedisMode, TransportConfig};
pub use context::{Done, TaskContext};
pub use delivery::Attended;
pub use dispatcher::Dispatcher;
pub use effects::Effects;
pub use error::QueueError;
pub use failure::{AWAY_ATTEMPTS, TaskFailure};
pub use mail::{OutgoingMail, queue_mail};
pub use registry::{Dead, Handler, Policy, Registry};
pub use ringer::Ringer;
pub use sqs::config::SqsConfig;
pub use worker::runner::{RELEASE_TIME, Runner, RunnerOptions};

//! What tests share. Never part of the product.
//!
//! | module | what lives there |
//! |---|---|
//! | [`database`] | a database of one's own, copied from a migrated template |
//! | [`redis`] | the test Valkey and a key prefix of one's own |
//! | [`moto`] | a server that speaks S3 and SQS, of one's own or shared |
//! | [`valkey`] | Valkey servers of a test's own: one, behind Sentinel, or in a cluster |
//! | [`pgbouncer`] | a pooler in front of the test Postgres |
//! | [`model`] | a language model's server that answers by script |
//! | [`collector`] | a server that takes and remembers whatever is posted |
//! | [`logs`] | the log of every test of a run, for the search for what must not be in it |
//! | [`poll`] | waiting for a condition with a deadline, instead of sleeping |
//! | [`env`] | the variables that `script/test` sets, with a message when they are missing |
//!
//! Everything here panics on failure: it runs in tests, and a panic with a message is how a test fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

pub mod collector;
pub mod database;
pub mod env;
pub mod logs;
pub mod model;
pub mod moto;
pub mod pgbouncer;
pub mod poll;
pub mod redis;
mod tls;
pub mod valkey;

pub use collector::Collector;
pub use database::TestDatabase;
pub use model::ModelServer;
pub use moto::Moto;
pub use pgbouncer::PgBouncer;
pub use poll::eventually;
pub use redis::TestRedis;
pub use valkey::ValkeyServer;

//! Connection pool, generated schema, and one records file per noun. The only place with SQL.
//!
//! | module | what lives there |
//! |---|---|
//! | [`config`], [`pool`] | settings and the pool; [`Database::connection`] is how everything gets a connection |
//! | `pooler` | connections through PgBouncer in transaction mode |
//! | [`reporting`] | how full the pool is, as metrics |
//! | [`error`], `redacted` | [`DbError`]: unavailable, conflict, or a broken query |
//! | [`migrate`] | the embedded migrations |
//! | [`schema`] | the tables as diesel sees them, generated from a migrated database |
//! | [`statement`], [`pipelined`] | hand-written SQL whose prepared statement is kept, and its first with the BEGIN |
//! | [`tasks`] | background work |
//! | [`taxonomy`] | skills that an organization adds to those of the house |
//! | [`indexing`], [`cleanup`] | what the worker stores about a resume, and what it removes |
//! | [`json`] | `jsonb` columns read into and written from our own types |
//! | the rest | one file per noun; finders take the `OrgId` first, `find_*` answers an `Option`, `list_*` a page, `lock_*` takes row locks |

pub mod applicants;
pub mod applications;
pub mod audit;
pub mod batch_screenings;
pub mod candidates;
pub mod cleanup;
pub mod config;
pub mod cron_ticks;
pub mod drafts;
pub mod error;
pub mod idempotency;
pub mod indexing;
pub mod jobs;
pub mod json;
pub mod mails;
pub mod matching;
pub mod migrate;
pub mod model_answers;
pub mod model_usage;
pub mod objects;
pub mod organizations;
pub mod pattern;
pub mod pipelined;
pub mod pool;
mod pooler;
mod redacted;
pub mod rejected_messages;
pub mod reparse;
pub mod reporting;
pub mod reports;
pub mod schema;
pub mod screenings;
pub mod search;
pub mod sessions;
pub mod similarities;
pub mod statement;
pub mod tasks;
pub mod taxonomy;
pub mod users;

pub use config::DatabaseConfig;
pub use error::DbError;
pub use pool::{Connection, Database, PoolState};

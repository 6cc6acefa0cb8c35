//! What every handler can reach.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use hiring_core::clock::SharedClock;
use hiring_db::Database;
use hiring_platform::breaker::Breakers;
use hiring_platform::cache::Cache;
use hiring_platform::closing::Closing;
use hiring_platform::embeddings::LazyEmbedder;
use hiring_platform::llm::LlmConfig;
use hiring_platform::storage::ObjectStore;
use hiring_platform::telemetry::usage::Usage;
use hiring_queue::Ringer;

use crate::config::ApiConfig;
use crate::flows::rank_job::Rankings;
use crate::identity::limits::Limits;
use crate::identity::liveness::Liveness;
use crate::identity::passwords::Passwords;
use crate::identity::tokens::AccessTokens;
use crate::middleware::meters::Meters;
use crate::routes::Table;

/// One per process, shared by all workers of the HTTP server.
pub struct AppState {
    /// Settings of the HTTP server.
    pub config: ApiConfig,
    /// When the process began to serve.
    pub started: Instant,
    /// The folder of the stored files, where they are kept in one.
    pub disk: Option<PathBuf>,
    /// Whether each request gets a log line.
    pub log_requests: bool,
    /// Counts what people do, where somebody wants that.
    pub usage: Usage,
    /// The clock.
    pub clock: SharedClock,
    /// The connection pool.
    pub database: Database,
    /// Rings the transport after a commit.
    pub ringer: Ringer,
    /// Where files are kept.
    pub store: Arc<dyn ObjectStore>,
    /// Turns queries and jobs into vectors; loads its model when first used.
    pub embedder: LazyEmbedder,
    /// Whether there is a language model, and how much each plan may use of it.
    pub ai: LlmConfig,
    /// Hashes and verifies passwords off the async threads.
    pub passwords: Passwords,
    /// Signs and verifies access tokens.
    pub tokens: AccessTokens,
    /// How much each client may have.
    pub limits: Limits,
    /// Answers kept for a while.
    pub cache: Cache,
    /// What is left alone because it keeps failing.
    pub breakers: Breakers,
    /// Where each request belongs in the route table.
    pub table: Table,
    /// Counts answers.
    pub meters: Meters,
    /// Remembers which sessions live.
    pub liveness: Liveness,
    /// Choices and totals of rankings that were made before.
    pub rankings: Rankings,
    /// How long a session lives without being used again.
    pub session_lifetime: chrono::TimeDelta,
    /// Set when the signal to stop has come: readiness says no from then on.
    pub stopping: AtomicBool,
    /// Who is inside, and whether anybody is let in any more.
    pub closing: Closing,
}

//! Settings of the HTTP server and of identity.

mod limits;

use std::net::IpAddr;

use chrono::TimeDelta;
use hiring_core::config::Reader;
use hiring_db::DatabaseConfig;
use hiring_platform::breaker::BreakerConfig;
use hiring_platform::cache::CacheConfig;
use hiring_platform::embeddings::EmbeddingConfig;
use hiring_platform::llm::LlmConfig;
use hiring_platform::storage::StorageConfig;
use hiring_platform::telemetry::{Process, TelemetryConfig};
use hiring_queue::{QueueConfig, RedisConfig};
use secrecy::{ExposeSecret, SecretString};

mod edge;

pub use edge::{AllowedHosts, Cors, EdgeConfig};
pub use limits::LimitConfig;

/// Shortest acceptable `SECRET_KEY` in production, in bytes: HMAC-SHA-256 wants a key as long as its output (RFC 7518 3.2).
const MIN_SECRET_BYTES: usize = 32;

/// How the key begins that `compose.yaml` uses on a laptop.
const PUBLISHED_SECRET: &str = "laptop-only";

/// Queries are short and come one by one: more threads would only cost memory.
const EMBEDDING_THREADS: usize = 1;

/// Everything the api reads.
pub struct Config {
    /// The HTTP server.
    pub api: ApiConfig,
    /// Passwords, tokens and sessions.
    pub security: SecurityConfig,
    /// Postgres.
    pub database: DatabaseConfig,
    /// The queue's transport.
    pub queue: QueueConfig,
    /// `REDIS_URL`: where processes share what they count, unless it is unset because SQS carries the queue.
    pub redis: Option<RedisConfig>,
    /// How much a caller may have.
    pub limits: LimitConfig,
    /// Which answers are kept for a while.
    pub cache: CacheConfig,
    /// When something that keeps failing is left alone.
    pub breaker: BreakerConfig,
    /// Object storage.
    pub storage: StorageConfig,
    /// The embedding model.
    pub embeddings: EmbeddingConfig,
    /// The language model, which the worker asks; here only what it is allowed to.
    pub llm: LlmConfig,
    /// Logs and metrics.
    pub telemetry: TelemetryConfig,
    /// `DEMO_PASSWORD`: what the people of the demo organization sign in with.
    pub demo_password: SecretString,
}

/// The HTTP server.
#[derive(Debug, Clone)]
pub struct ApiConfig {
    /// `API_HOST`: address to listen on.
    pub host: IpAddr,
    /// `PORT`, else `API_PORT`.
    pub port: u16,
    /// `API_PREFIX`: path before every route, without a slash at its end.
    pub prefix: String,
    /// `SHUTDOWN_DELAY_SECONDS`: how long to keep serving, unready, after the signal to stop.
    pub shutdown_delay_seconds: u64,
    /// `SHUTDOWN_GRACE_SECONDS`: how long open requests may take to end.
    pub shutdown_grace_seconds: u64,
    /// `ENABLE_BATCH_PROCESSING`: whether many resumes may be uploaded at once.
    pub batch_processing: bool,
    /// `OPS_TOKEN`: what operators send to `/health/detailed`; without it there is no such page.
    pub ops_token: Option<SecretString>,
    /// Who may talk to it, and how slowly.
    pub edge: EdgeConfig,
}

/// Passwords, tokens and sessions.
#[derive(Debug, Clone)]
pub struct SecurityConfig {
    /// `SECRET_KEY`: signs access tokens.
    pub secret_key: SecretString,
    /// `SECRET_KEY_PREVIOUS`: still verifies, during a rotation.
    pub previous_secret_key: Option<SecretString>,
    /// `JWT_EXPIRATION_MINUTES`, or `JWT_EXPIRATION_HOURS`: life of an access token.
    pub access_lifetime: TimeDelta,
    /// `REFRESH_EXPIRATION_DAYS`: life of a session.
    pub session_lifetime: TimeDelta,
    /// `PASSWORD_HASH_MEMORY_KIB`: Argon2id memory.
    pub password_memory_kib: u32,
    /// `PASSWORD_HASH_ITERATIONS`: Argon2id passes.
    pub password_iterations: u32,
}

impl Config {
    /// Reads everything; problems stay in the reader.
    pub fn read(reader: &mut Reader) -> Self {
        let queue = QueueConfig::read(reader);
        Self {
            api: ApiConfig::read(reader),
            security: SecurityConfig::read(reader),
            database: DatabaseConfig::read(reader),
            redis: queue.redis(reader),
            queue,
            limits: LimitConfig::read(reader),
            cache: CacheConfig::read(reader),
            breaker: BreakerConfig::read(reader),
            storage: StorageConfig::read(reader),
            embeddings: EmbeddingConfig::read(reader, EMBEDDING_THREADS),
            llm: LlmConfig::read(reader),
            telemetry: TelemetryConfig::read(reader, Process::Api),
            demo_password: reader
                .secret("DEMO_PASSWORD")
                .unwrap_or_else(|| "hiring-demo-1".into()),
        }
    }
}

impl ApiConfig {
    /// Reads the variables.
    pub fn read(reader: &mut Reader) -> Self {
        let loopback = if reader.environment().is_production() {
            [0, 0, 0, 0]
        } else {
            [127, 0, 0, 1]
        };
        let debug = reader.flag("DEBUG", false);
        if debug && reader.environment().is_production() {
            reader.problem("DEBUG", "must be false in production");
        }
        let own_port = reader.parse("API_PORT", 8000_u16);
        let prefix = reader.string("API_PREFIX", "/api/v1");
        let prefix = prefix.trim_end_matches('/').to_owned();
        if !prefix.is_empty() && !prefix.starts_with('/') {
            reader.problem("API_PREFIX", "must start with a slash, for instance /api/v1");
        }
        Self {
            host: reader.parse("API_HOST", IpAddr::from(loopback)),
            port: reader.parse("PORT", own_port),
            prefix,
            shutdown_delay_seconds: reader.number("SHUTDOWN_DELAY_SECONDS", 0, 0..=300),
            shutdown_grace_seconds: reader.number("SHUTDOWN_GRACE_SECONDS", 30, 0..=600),
            batch_processing: reader.flag("ENABLE_BATCH_PROCESSING", true),
            ops_token: read_ops_token(reader),
            edge: EdgeConfig::read(reader),
        }
    }
}

fn read_ops_token(reader: &mut Reader) -> Option<SecretString> {
    let token = reader.secret("OPS_TOKEN");
    let short = |token: &SecretString| token.expose_secret().len() < MIN_SECRET_BYTES;
    if reader.environment().is_production() && token.as_ref().is_some_and(short) {
        reader.problem(
            "OPS_TOKEN",
            format!("must have at least {MIN_SECRET_BYTES} bytes in production"),
        );
    }
    token
}

impl SecurityConfig {
    /// Reads the variables.
    pub fn read(reader: &mut Reader) -> Self {
        let secret_key = reader.secret_or_throwaway("SECRET_KEY");
        let algorithm = reader.string("JWT_ALGORITHM", "HS256");
        if algorithm != "HS256" {
            reader.problem(
                "JWT_ALGORITHM",
                format!("`{algorithm}` is not offered yet; HS256 is"),
            );
        }
        if reader.environment().is_production() && secret_key.expose_secret().len() < MIN_SECRET_BYTES {
            reader.problem(
                "SECRET_KEY",
                format!("must have at least {MIN_SECRET_BYTES} bytes in production"),
            );
        }
        if reader.environment().is_production() && secret_key.expose_secret().starts_with(PUBLISHED_SECRET) {
            reader.problem(
                "SECRET_KEY",
                "is the default that everybody can read; choose one of your own",
            );
        }
        let hours = reader.optional("JWT_EXPIRATION_HOURS");
        let minutes = match hours.as_deref().map(str::parse::<i64>) {
            None => 15,
            Some(Ok(hours)) if (1..=24).contains(&hours) => hours * 60,
            Some(_) => {
                reader.problem("JWT_EXPIRATION_HOURS", "must be a whole number, 1 to 24");
                15
            }
        };
        // OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
        Self {
            secret_key,
            previous_secret_key: reader.secret("SECRET_KEY_PREVIOUS"),
            access_lifetime: TimeDelta::minutes(reader.number("JWT_EXPIRATION_MINUTES", minutes, 1..=1440)),
            session_lifetime: TimeDelta::days(reader.number("REFRESH_EXPIRATION_DAYS", 30, 1..=365)),
            password_memory_kib: reader.number("PASSWORD_HASH_MEMORY_KIB", 19_456, 8..=1_048_576),
            password_iterations: reader.number("PASSWORD_HASH_ITERATIONS", 2, 1..=100),
        }
    }
}

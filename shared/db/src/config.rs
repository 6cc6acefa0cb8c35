//! Settings of the database.

use hiring_core::config::Reader;
use secrecy::SecretString;

/// How to reach Postgres and how much of it to use.
#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    /// `DATABASE_URL`: `postgres://user:password@host:port/database`; `sslmode=require` turns TLS on.
    pub url: SecretString,
    /// `DATABASE_DIRECT_URL`: bypasses a pooler, for sessions (LISTEN, migrations).
    pub direct_url: SecretString,
    /// `DATABASE_POOL_SIZE` + `DATABASE_MAX_OVERFLOW`: most connections this process opens.
    pub max_connections: u32,
    /// `DATABASE_STATEMENT_TIMEOUT_MS`: longest statement in milliseconds.
    pub statement_timeout_ms: u32,
}

impl DatabaseConfig {
    /// Reads the variables.
    pub fn read(reader: &mut Reader) -> Self {
        let (size, overflow) = if reader.environment().is_production() {
            (20, 40)
        } else {
            (8, 4)
        };
        let url = reader.secret("DATABASE_URL").unwrap_or_else(|| {
            reader.problem(
                "DATABASE_URL",
                "must be set, for instance postgres://user:password@localhost:5432/hiring",
            );
            SecretString::from("")
        });
        let direct_url = reader
            .secret("DATABASE_DIRECT_URL")
            .unwrap_or_else(|| url.clone());
        Self {
            url,
            direct_url,
            max_connections: reader.number("DATABASE_POOL_SIZE", size, 1..=1000)
                + reader.number("DATABASE_MAX_OVERFLOW", overflow, 0..=1000),
            statement_timeout_ms: reader.number("DATABASE_STATEMENT_TIMEOUT_MS", 30_000, 100..=3_600_000),
        }
    }
}

//! The embedded migrations.

use diesel_async::AsyncMigrationHarness;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::pool::establish;

/// Everything under `migrations/`, compiled in.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Why migrating failed.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database cannot be reached.
    #[error("connecting to the database for migrations failed")]
    Connect(#[from] diesel::ConnectionError),
    /// A migration failed; those before it stay applied, it itself was rolled back.
    #[error("a migration failed: {0}")]
    Migration(String),
}

/// Applies what is missing and answers the names of the migrations that it ran. Two callers at once are safe: an advisory
/// lock lets one wait for the other.
///
/// # Errors
/// See [`MigrateError`].
pub async fn run_pending(url: &str) -> Result<Vec<String>, MigrateError> {
    use diesel_async::RunQueryDsl;
    let mut connection = establish(url, None).await?;
    // Any constant does, as long as nothing else in this database uses it: the ASCII of "hiring".
    diesel::sql_query("SELECT pg_advisory_lock(114784820031079)")
        .execute(&mut connection)
        .await
        .map_err(|error| MigrateError::Migration(error.to_string()))?;
    let ran = tokio::task::spawn_blocking(move || {
        let mut harness = AsyncMigrationHarness::new(connection);
        let versions = harness
            .run_pending_migrations(MIGRATIONS)
            .map_err(|error| error.to_string())?;
        Ok::<_, String>(versions.iter().map(ToString::to_string).collect())
    });
    ran.await
        .map_err(|error| MigrateError::Migration(error.to_string()))?
        .map_err(MigrateError::Migration)
}

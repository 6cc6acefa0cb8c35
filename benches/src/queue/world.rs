//! The measured database and queue.

use anyhow::{Context, bail};
use hiring_core::config::Reader;
use hiring_core::task::{Priority, TaskKind};
use hiring_db::{Database, DatabaseConfig};
use hiring_queue::{QueueConfig, Ringer};
use redis::aio::MultiplexedConnection;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tokio_postgres::Client;

use crate::rig::Settings;

/// A task whose whole effect is one row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WriteRow {
    /// Tells one from another, as ids do in real payloads.
    pub number: u64,
}

impl TaskKind for WriteRow {
    const KIND: &'static str = "bench_row";
    // As `parse_resume` has them.
    const PRIORITY: Priority = Priority::Normal;
    const LEASE_SECONDS: u32 = 60;
}

/// Database and queue of one bench.
pub struct World {
    /// The product's pool, with a connection for each producer.
    pub database: Database,
    /// The product's ringer.
    pub ringer: Ringer,
    /// Connections for statements of the bench's own.
    pub url: String,
    redis: redis::Client,
    prefix: String,
}

/// Producers, and connections of the bare sides.
pub const PRODUCERS: usize = 32;

impl World {
    /// Opens everything and refuses what would not be durable.
    ///
    /// # Errors
    /// Settings that are missing, or a Postgres that does not sync.
    pub async fn prepare(settings: &Settings) -> anyhow::Result<Self> {
        let mut reader = Reader::from_environment();
        let queue = QueueConfig::read(&mut reader);
        let redis_url = reader
            .secret("REDIS_URL")
            .context("REDIS_URL is unset: run script/bench")?;
        let world = Self {
            database: Database::open(&pool(&settings.database_url, PRODUCERS)),
            ringer: Ringer::open(&queue)?,
            url: settings.database_url.clone(),
            redis: redis::Client::open(redis_url.expose_secret())?,
            prefix: queue.prefix,
        };
        let client = world.client().await?;
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            let value: String = client.query_one(&format!("SHOW {setting}"), &[]).await?.get(0);
            if value != "on" {
                bail!("{setting} is {value}: this would measure something that production does not do");
            }
        }
        let tables = "CREATE TABLE IF NOT EXISTS bench_effects (task_id uuid NOT NULL, begun double precision, \
                      at timestamptz NOT NULL DEFAULT clock_timestamp())";
        client.batch_execute(tables).await?;
        Ok(world)
    }

    /// A bare connection.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn client(&self) -> anyhow::Result<Client> {
        let (client, connection) = tokio_postgres::connect(&self.url, tokio_postgres::NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// A connection to Redis.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn redis(&self) -> anyhow::Result<MultiplexedConnection> {
        Ok(self.redis.get_multiplexed_async_connection().await?)
    }

    /// Forgets every task, effect and ring, and leaves the tables in good order.
    ///
    /// # Errors
    /// When a server refuses.
    pub async fn empty(&self) -> anyhow::Result<()> {
        let client = self.client().await?;
        client
            .batch_execute("TRUNCATE tasks, bench_effects CASCADE")
            .await?;
        client.batch_execute("CHECKPOINT").await?;
        let mut redis = self.redis().await?;
        let pattern = format!("*{}*", self.prefix);
        let keys: Vec<String> = redis::cmd("KEYS").arg(pattern).query_async(&mut redis).await?;
        if !keys.is_empty() {
            redis::cmd("DEL").arg(keys).query_async::<()>(&mut redis).await?;
        }
        Ok(())
    }
}

/// Settings of a pool of the product on this database.
pub fn pool(url: &str, connections: usize) -> DatabaseConfig {
    let url = SecretString::from(url.to_owned());
    DatabaseConfig {
        direct_url: url.clone(),
        external_pooler: false,
        url,
        max_connections: u32::try_from(connections).unwrap_or(u32::MAX),
        statement_timeout_ms: 30_000,
    }
}

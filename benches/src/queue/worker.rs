//! The worker process: the product's runner, logs and metrics with one kind whose effect is one row.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::Context;
use diesel::sql_types::{Double, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use hiring_core::clock::{Clock, SystemClock};
use hiring_core::config::Reader;
use hiring_db::statement::statement;
use hiring_db::{Database, DbError};
use hiring_platform::telemetry::{self, Process, TelemetryConfig};
use hiring_queue::{Effects, Handler, QueueConfig, Registry, Ringer, Runner, RunnerOptions, TaskContext};
use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;

use super::world::{WriteRow, pool};
use crate::rig::free_port;

/// The argument that makes this program the worker.
pub const COMMAND: &str = "queue-worker";

/// Tasks at once.
pub const IN_FLIGHT: usize = 50;

/// Connections of the worker's pool.
const CONNECTIONS: usize = 30;

/// A running worker, killed when dropped.
pub struct Worker(Child);

impl Worker {
    /// Starts one, logging as in production.
    ///
    /// # Errors
    /// When the process does not start.
    pub fn start() -> anyhow::Result<Self> {
        let log = std::env::temp_dir().join("hiring-bench-queue-worker.log");
        let child = Command::new(std::env::current_exe()?)
            .arg(COMMAND)
            .env("WORKER_METRICS_PORT", free_port()?.to_string())
            .env("LOG_FORMAT", "json")
            .env("LOG_FILE", log)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("starting the worker")?;
        Ok(Self(child))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Killing is final; there is nothing to do about a program that is gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs tasks until killed.
///
/// # Errors
/// Settings that are missing.
pub async fn serve() -> anyhow::Result<()> {
    let mut reader = Reader::from_environment();
    let _telemetry = telemetry::start(&TelemetryConfig::read(&mut reader, Process::Worker))?;
    let url = reader
        .secret("DATABASE_URL")
        .context("DATABASE_URL is unset: run script/bench")?;
    let (queue, config) = (
        QueueConfig::read(&mut reader),
        pool(url.expose_secret(), CONNECTIONS),
    );
    let (database, ringer) = (Database::open(&config), Ringer::open(&queue)?);
    let options = RunnerOptions {
        concurrency: IN_FLIGHT,
        grace: Duration::ZERO,
        direct_url: config.direct_url,
        queue,
        consume: true,
    };
    let runner = Runner::new(options, database, ringer, registry())?;
    Ok(runner.run(CancellationToken::new()).await?)
}

/// Microseconds since 1970 by this machine's clock.
pub fn micros() -> f64 {
    SystemClock.now().timestamp_micros() as f64
}

fn registry() -> Registry {
    Registry::new().register(Handler::new(|ctx: TaskContext, _: WriteRow| async move {
        let (id, begun) = (ctx.task_id(), micros());
        ctx.complete(async |fx: &mut Effects| {
            statement("INSERT INTO bench_effects (task_id, begun) VALUES (?, ?)")
                .bind::<SqlUuid, _>(id.uuid())
                .bind::<Double, _>(begun)
                .execute(fx.conn())
                .await?;
            Ok::<_, DbError>(())
        })
        .await
    }))
}

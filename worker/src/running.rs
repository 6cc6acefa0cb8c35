//! From settings to a running worker, and back down in good order.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use hiring_core::clock::SystemClock;
use hiring_db::Database;
use hiring_platform::embeddings::LazyEmbedder;
use hiring_platform::mail::{self, MailConfig, MailTransport, Mailer};
use hiring_platform::storage::{self, ObjectStore, StorageConfig};
use hiring_platform::telemetry;
use hiring_queue::{Ringer, Runner, RunnerOptions};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::config::WorkerConfig;
use crate::door::{self, Health};
use crate::maintenance;
use crate::sandbox::{Limits, Sandbox};
use crate::tasks::{Parts, registry::registry};

/// How often abandoned uploads are looked for; they are an hour old by then, so minutes do not matter.
const ABANDONED_EVERY: Duration = Duration::from_secs(600);
/// How often expired rows are looked for.
const EXPIRED_EVERY: Duration = Duration::from_secs(900);
/// How long to wait before a store that could not be opened is tried again.
const STORAGE_AGAIN: Duration = Duration::from_secs(2);

/// Runs the worker until SIGTERM or SIGINT. `notes` are what the settings' reader wants the operator to know.
///
/// # Errors
/// Logs or metrics that cannot be started, a door that is taken. Postgres, Redis or a store that is away is no error: the
/// worker waits for it.
pub fn run(config: WorkerConfig, notes: &[String]) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(config.concurrency.clamp(1, 4))
        .enable_all()
        .build()
        .context("starting the runtime failed")?;
    runtime.block_on(async {
        let _telemetry = telemetry::start(&config.telemetry).context("starting logs and metrics failed")?;
        for note in notes {
            tracing::warn!("{note}");
        }
        let stop = CancellationToken::new();
        stop_on_signal(stop.clone())?;
        let sandbox = Sandbox::of_this_program(Limits::default()).context("finding this program failed")?;
        let outcome = work(config, sandbox, stop).await;
        tracing::info!("stopped");
        outcome
    })
}

/// Runs the worker, reading files in `sandbox`, until `stop` is cancelled; see [`run`].
///
/// # Errors
/// See [`run`].
pub async fn work(config: WorkerConfig, sandbox: Sandbox, stop: CancellationToken) -> anyhow::Result<()> {
    let database = Database::open(&config.database);
    let ringer = Ringer::open(&config.queue).context("the queue's settings are of no use")?;
    let mailer = open_mailer(&config.mail)?;
    let health = Health::new(database.clone(), ringer.clone());
    let door = door::open(&config.door, health).context("opening the door failed")?;
    let door_handle = door.handle();
    let door = tokio::spawn(door);
    if let Some(storage) = open_storage(config.storage.clone(), &stop).await {
        let parts = Arc::new(Parts {
            storage,
            sandbox,
            embedder: LazyEmbedder::new(config.embeddings.clone()),
            mailer,
            clock: Arc::new(SystemClock),
        });
        load_model_ahead(parts.embedder.clone());
        runner(&config, &parts, database, ringer)?
            .run(stop)
            .await
            .context("running tasks failed")?;
    }
    door_handle.stop(true).await;
    door.await
        .context("the door's thread failed")?
        .context("the door failed")
}

fn runner(
    config: &WorkerConfig,
    parts: &Arc<Parts>,
    database: Database,
    ringer: Ringer,
) -> anyhow::Result<Runner> {
    let options = RunnerOptions {
        concurrency: config.concurrency,
        grace: config.grace,
        direct_url: config.database.direct_url.clone(),
        queue: config.queue.clone(),
        consume: true,
    };
    let for_objects = Arc::clone(parts);
    let runner =
        Runner::new(options, database, ringer, registry(parts)).context("preparing the queue failed")?;
    Ok(runner
        .maintenance("abandoned-objects", ABANDONED_EVERY, move |database| {
            Box::pin(maintenance::remove_abandoned_objects(
                Arc::clone(&for_objects),
                database,
            ))
        })
        .maintenance("expired-rows", EXPIRED_EVERY, |database| {
            Box::pin(maintenance::remove_expired(database))
        }))
}

/// Opens the store, trying again until it works; `None` when asked to stop meanwhile.
async fn open_storage(config: StorageConfig, stop: &CancellationToken) -> Option<Arc<dyn ObjectStore>> {
    loop {
        match storage::open(config.clone()).await {
            Ok(store) => return Some(store),
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "the file store cannot be opened"
            ),
        }
        tokio::select! {
            () = stop.cancelled() => return None,
            () = tokio::time::sleep(STORAGE_AGAIN) => {}
        }
    }
}

/// Opens the mailer, and says so where nobody will receive anything.
fn open_mailer(config: &MailConfig) -> anyhow::Result<Arc<dyn Mailer>> {
    if let MailTransport::File(directory) = &config.transport {
        let directory = directory.display();
        tracing::info!("mail is written to {directory} and not sent: MAIL_TRANSPORT is file");
    }
    mail::open(config).context("the mail settings are of no use")
}

/// The first resume should not wait for the model; a worker without one still makes people findable by words.
fn load_model_ahead(embedder: LazyEmbedder) {
    if embedder.model().is_none() {
        tracing::info!("embeddings are switched off: people are found by words only");
        return;
    }
    tokio::spawn(async move {
        match embedder.load().await {
            Ok(()) => tracing::info!("the embedding model is loaded"),
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "the embedding model cannot be loaded: people are found by words only for now"
            ),
        }
    });
}

fn stop_on_signal(stop: CancellationToken) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM failed")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listening for SIGINT failed")?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("asked to stop: finishing what runs");
        stop.cancel();
    });
    Ok(())
}

//! From settings to a running worker, and back down in good order.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use anyhow::Context;
use futures::future::BoxFuture;
use hiring_core::clock::SystemClock;
use hiring_core::ids::OrgId;
use hiring_db::Database;
use hiring_platform::breaker::{Breaker, Dependency};
use hiring_platform::cache::{Cache, Room};
use hiring_platform::embeddings::LazyEmbedder;
use hiring_platform::llm::Llm;
use hiring_platform::mail::{self, GuardedMailer, MailConfig, MailTransport, Mailer};
use hiring_platform::redis::{Redis, Servers};
use hiring_platform::storage::{self, GuardedStore, ObjectStore, StorageConfig};
use hiring_platform::telemetry;
use hiring_queue::{RedisConfig, RedisMode, Ringer, Runner, RunnerOptions, TransportConfig};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::config::WorkerConfig;
use crate::cron::schedule::{self, Periodic};
use crate::cron::scheduler;
use crate::door::{self, Door};
use crate::maintenance;
use crate::sandbox::{Limits, Sandbox};
use crate::scanning::{self, config::OcrConfig};
use crate::tasks::check_backups::Backups;
use crate::tasks::{Parts, registry::registry};

/// How often abandoned uploads are looked for; they are an hour old by then, so minutes do not matter.
const ABANDONED_EVERY: Duration = Duration::from_secs(600);
/// How long the door's last answers may take once every task has ended or was handed back.
const ANSWERS: Duration = Duration::from_secs(2);
/// How long what blocks a thread may take once everything else has stopped. Its task was handed back already.
const LEFTOVERS: Duration = Duration::from_secs(1);
/// The worker keeps no answers and reads none, so that its own have no shape to be told apart by.
const RELEASE: &str = "worker";
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
    let outcome = runtime.block_on(async {
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
    });
    // Left to itself the runtime would wait for what blocks, however long that takes.
    runtime.shutdown_timeout(LEFTOVERS);
    outcome
}

/// Runs the worker, reading files in `sandbox`, until `stop` is cancelled; see [`run`].
///
/// # Errors
/// See [`run`].
pub async fn work(config: WorkerConfig, sandbox: Sandbox, stop: CancellationToken) -> anyhow::Result<()> {
    let database = Database::open(&config.database);
    let reporting = tokio::spawn(hiring_db::reporting::report_pool(database.clone()));
    let ringer = Ringer::open(&config.queue).context("the queue's settings are of no use")?;
    let redis = shared_redis(&config)?;
    let breaker = breakers(&config, redis.clone());
    let mailer = open_mailer(&config.mail)?;
    let mailer = Arc::new(GuardedMailer::new(mailer, breaker(Dependency::Smtp)));
    let periodics: Arc<[Periodic]> = schedule::compiled()?.into();
    let parts = (database.clone(), ringer.clone());
    let door = Door::new(&config.door, parts, Arc::clone(&periodics));
    let (server, _) = door::open(&config.door, door.clone()).context("opening the door failed")?;
    let server_handle = server.handle();
    let server = tokio::spawn(server);
    let closing = CancellationToken::new();
    let last_call = tokio::spawn(close_later(stop, door.clone(), (&config).into(), closing.clone()));
    let reader = open_reader(sandbox, &config.ocr).await;
    if let Some(storage) = open_storage(config.storage.clone(), &closing).await {
        let (embedder, llm) = open_models(&config, redis.as_ref())?;
        let parts = Arc::new(Parts {
            storage: Arc::new(GuardedStore::new(storage, breaker(Dependency::Storage))),
            reader,
            embedder,
            llm,
            mailer,
            backups: Backups::open(config.backups.clone()).await,
            clock: Arc::new(SystemClock),
        });
        load_model_ahead(parts.embedder.clone());
        let runner = runner(&config, &parts, (database, ringer), periodics)?;
        let runner = runner.after_each(make_old(Cache::new(config.cache, redis, RELEASE)));
        door.connect(runner.dispatcher());
        runner.run(closing).await.context("running tasks failed")?;
    }
    door.close(ANSWERS).await;
    last_call.abort();
    reporting.abort();
    server_handle.stop(true).await;
    server
        .await
        .context("the door's thread failed")?
        .context("the door failed")
}

/// Where processes share what they know of their surroundings.
fn shared_redis(config: &WorkerConfig) -> anyhow::Result<Option<Redis>> {
    Ok(match &config.redis {
        Some(redis) => Some(Redis::new(servers(redis)?, &config.queue.prefix)),
        None => None,
    })
}

/// Makes the api's answers about an organization old: what a task of it has changed.
fn make_old(cache: Cache) -> impl Fn(OrgId) -> BoxFuture<'static, ()> {
    move |organization| {
        let cache = cache.clone();
        Box::pin(async move { cache.invalidate(&[Room::Organization(organization)]).await })
    }
}

/// Opens the models. Where there is a Redis, all processes together decide when their servers are left alone.
fn open_models(config: &WorkerConfig, redis: Option<&Redis>) -> anyhow::Result<(LazyEmbedder, Llm)> {
    let embedder = LazyEmbedder::new(config.embeddings.clone());
    let llm = Llm::open(&config.llm).context("preparing the language model failed")?;
    for breaker in [embedder.breaker(), llm.breaker()].into_iter().flatten() {
        if let Some(redis) = redis {
            breaker.share(redis.clone());
        }
    }
    Ok((embedder, llm))
}

/// Makes breakers whose state all processes share, where there is a Redis.
fn breakers(config: &WorkerConfig, redis: Option<Redis>) -> impl Fn(Dependency) -> Breaker {
    let settings = config.breaker;
    move |dependency| {
        let breaker = Breaker::new(dependency, settings);
        if let Some(redis) = &redis {
            breaker.share(redis.clone());
        }
        breaker
    }
}

fn servers(config: &RedisConfig) -> anyhow::Result<Servers> {
    let is_cluster = matches!(config.mode, RedisMode::Cluster);
    let (nodes, sentinels) = (config.seeds()?, config.sentinels()?);
    Servers::new(&nodes, sentinels, is_cluster).context("REDIS_URL is of no use")
}

/// How a shutdown takes its time.
struct Farewell {
    delay: Duration,
    longest: Duration,
}

impl From<&WorkerConfig> for Farewell {
    fn from(config: &WorkerConfig) -> Self {
        Self {
            delay: config.delay,
            longest: config.grace + hiring_queue::RELEASE_TIME,
        }
    }
}

/// Once asked to stop, says that no more is wanted and goes on as before for the delay; then nothing more is taken.
async fn close_later(
    stop: CancellationToken,
    door: Data<Door>,
    farewell: Farewell,
    closing: CancellationToken,
) {
    stop.cancelled().await;
    door.stop_soon();
    tokio::time::sleep(farewell.delay).await;
    tracing::info!("taking nothing more");
    closing.cancel();
    door.close(farewell.longest).await;
}

fn runner(
    config: &WorkerConfig,
    parts: &Arc<Parts>,
    (database, ringer): (Database, Ringer),
    periodics: Arc<[Periodic]>,
) -> anyhow::Result<Runner> {
    let options = RunnerOptions {
        concurrency: config.concurrency,
        grace: config.grace,
        direct_url: config.database.direct_url.clone(),
        queue: config.queue.clone(),
        consume: config.door.mode.consumes(),
    };
    if !options.consume && matches!(options.queue.transport, TransportConfig::Redis(_)) {
        tracing::warn!(
            "WORKER_MODE=daemon, but rings travel by Redis, which no daemon reads: other workers must consume"
        );
    }
    let ringer_of_ticks = ringer.clone();
    let for_objects = Arc::clone(parts);
    let runner =
        Runner::new(options, database, ringer, registry(parts)).context("preparing the queue failed")?;
    Ok(runner
        .maintenance("scheduler", scheduler::EVERY, move |database| {
            let (ringer, periodics) = (ringer_of_ticks.clone(), Arc::clone(&periodics));
            Box::pin(scheduler::round(database, ringer, periodics))
        })
        .maintenance("abandoned-objects", ABANDONED_EVERY, move |database| {
            let parts = Arc::clone(&for_objects);
            Box::pin(async move {
                maintenance::remove_abandoned_objects(parts, database)
                    .await
                    .map(drop)
            })
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

/// Opens the reader, and says what this machine cannot do for it.
async fn open_reader(sandbox: Sandbox, config: &OcrConfig) -> scanning::Reader {
    let reader = scanning::Reader::open(sandbox, config).await;
    for note in reader.notes() {
        tracing::warn!("{note}");
    }
    reader
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

/// The first signal asks for an end in good order. A second one ends the process at once: what it was at is in Postgres, and
/// the leases run out by themselves.
fn stop_on_signal(stop: CancellationToken) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM failed")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listening for SIGINT failed")?;
    tokio::spawn(async move {
        loop {
            let kind = tokio::select! {
                _ = terminate.recv() => SignalKind::terminate(),
                _ = interrupt.recv() => SignalKind::interrupt(),
            };
            if stop.is_cancelled() {
                std::process::exit(128 + kind.as_raw_value());
            }
            tracing::info!("asked to stop: finishing what runs");
            stop.cancel();
        }
    });
    Ok(())
}

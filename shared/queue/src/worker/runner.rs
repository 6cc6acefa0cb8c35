//! Owns everything that runs; starts it and shuts it down.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use apalis::layers::WorkerBuilderExt;
use apalis_core::monitor::Monitor;
use apalis_core::worker::builder::WorkerBuilder;
use futures::FutureExt;
use futures::future::BoxFuture;
use hiring_core::task::Queue;
use hiring_db::Database;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::upkeep::{self, Upkeep, UpkeepError};
use super::{Engine, relay, sweeper};
use crate::redis::backend::{Delivery, RedisBackend, Source};
use crate::{QueueConfig, QueueError, Registry, Ringer};

/// How long handing back unfinished tasks may take after the grace.
const RELEASE_TIME: Duration = Duration::from_secs(10);

/// How a process runs tasks.
#[derive(Debug, Clone)]
pub struct RunnerOptions {
    /// `WORKER_CONCURRENCY`: tasks at once in this process, over all queues.
    pub concurrency: usize,
    /// `SHUTDOWN_GRACE_SECONDS`: how long running tasks may go on after a shutdown was asked for.
    pub grace: Duration,
    /// `DATABASE_DIRECT_URL`: a connection past any pooler, for LISTEN.
    pub direct_url: SecretString,
    /// Where rings come from.
    pub queue: QueueConfig,
}

/// Runs tasks, the relay, the sweeper and upkeep.
pub struct Runner {
    options: RunnerOptions,
    database: Database,
    ringer: Ringer,
    registry: Arc<Registry>,
    client: redis::Client,
    upkeep: Vec<Upkeep>,
}

impl Runner {
    /// Puts the parts together; nothing runs yet.
    ///
    /// # Errors
    /// [`QueueError::Redis`] when the address makes no sense.
    pub fn new(
        options: RunnerOptions,
        database: Database,
        ringer: Ringer,
        registry: Registry,
    ) -> Result<Self, QueueError> {
        let client = redis::Client::open(options.queue.redis_url.expose_secret())?;
        let upkeep = vec![upkeep::pruner()];
        Ok(Self {
            options,
            database,
            ringer,
            registry: Arc::new(registry),
            client,
            upkeep,
        })
    }

    /// Adds work to be done about every so often in every worker, such as removing abandoned uploads. Several workers may do
    /// it at once, so it must lock what it touches. A failure is logged and the next turn tries again.
    #[must_use]
    pub fn maintenance<F>(mut self, name: &'static str, every: Duration, work: F) -> Self
    where
        F: Fn(Database) -> BoxFuture<'static, Result<(), UpkeepError>> + Send + Sync + 'static,
    {
        self.upkeep.push(Upkeep {
            name,
            every,
            work: Box::new(work),
        });
        self
    }

    /// Runs until `shutdown`: then nothing more is taken, running tasks get the grace, and what is not finished by then is
    /// handed back with its attempt.
    ///
    /// # Errors
    /// [`QueueError::Stopped`] when the worker ended by itself.
    pub async fn run(self, shutdown: CancellationToken) -> Result<(), QueueError> {
        let Self {
            options,
            database,
            ringer,
            registry,
            client,
            upkeep,
        } = self;
        let (stop, hurry) = (CancellationToken::new(), CancellationToken::new());
        let engine = Arc::new(Engine {
            database,
            ringer: ringer.clone(),
            registry: Arc::clone(&registry),
            due: Notify::new(),
            stop: stop.clone(),
            hurry: hurry.clone(),
        });
        let mut beside = JoinSet::new();
        let direct_url = options.direct_url.clone();
        beside.spawn(supervise("relay", Arc::clone(&engine), move |engine| {
            relay::run(engine, direct_url.clone()).boxed()
        }));
        beside.spawn(supervise("sweeper", Arc::clone(&engine), |engine| {
            sweeper::run(engine).boxed()
        }));
        beside.spawn(supervise("gauges", Arc::clone(&engine), |engine| {
            upkeep::gauges(engine).boxed()
        }));
        for piece in upkeep {
            let (name, piece) = (piece.name, Arc::new(piece));
            beside.spawn(supervise(name, Arc::clone(&engine), move |engine| {
                upkeep::run(engine, Arc::clone(&piece)).boxed()
            }));
        }
        let source = Arc::new(Source {
            client,
            prefix: options.queue.prefix.clone(),
            queues: Queue::ALL.to_vec(),
            registry,
            slots: Arc::new(Semaphore::new(options.concurrency.max(1))),
            ringer,
        });
        tracing::info!(slots = options.concurrency, kinds = ?engine.registry.kinds(), "taking tasks");
        let watch = watch_shutdown(shutdown, (stop.clone(), hurry), options.grace);
        let answer = tokio::select! {
            answer = consume(engine, source) => answer,
            () = watch => {
                tracing::error!("running tasks did not let go of their slots; their leases run out by themselves");
                Ok(())
            }
        };
        stop.cancel();
        while beside.join_next().await.is_some() {}
        answer
    }
}

/// Runs `work` until the engine stops, and again after a panic: a defect in one of these must not silently end it.
async fn supervise(
    name: &'static str,
    engine: Arc<Engine>,
    work: impl Fn(Arc<Engine>) -> BoxFuture<'static, ()>,
) {
    while AssertUnwindSafe(work(Arc::clone(&engine)))
        .catch_unwind()
        .await
        .is_err()
    {
        tracing::error!(work = name, "panicked; starting it again");
        let pause = tokio::time::sleep(Duration::from_secs(1));
        if engine.stop.run_until_cancelled(pause).await.is_none() {
            return;
        }
    }
}

/// Says stop, then hurry after the grace, and returns when even that has not helped.
async fn watch_shutdown(
    shutdown: CancellationToken,
    (stop, hurry): (CancellationToken, CancellationToken),
    grace: Duration,
) {
    shutdown.cancelled().await;
    stop.cancel();
    tokio::time::sleep(grace).await;
    hurry.cancel();
    tokio::time::sleep(RELEASE_TIME).await;
}

/// The apalis side: one worker over the Redis backend. Its concurrency is the number of slots, which the backend takes
/// before it pops.
async fn consume(engine: Arc<Engine>, source: Arc<Source>) -> Result<(), QueueError> {
    let stop = engine.stop.clone();
    let asked = stop.clone();
    let monitor = Monitor::new()
        .register(move |restart| {
            let engine = Arc::clone(&engine);
            WorkerBuilder::new(format!("tasks-{restart}"))
                .backend(RedisBackend::new(Arc::clone(&source)))
                .catch_panic()
                .build(move |delivery: Delivery| {
                    // A task of its own, so that handlers run on every thread.
                    let attempt = tokio::spawn(Arc::clone(&engine).attend(delivery));
                    attempt.map(|ended| ended.map_err(std::io::Error::other))
                })
        })
        .should_restart(move |_, error| {
            tracing::error!(error = %error, "the apalis worker stopped; starting it again");
            !asked.is_cancelled()
        });
    let signal = async move {
        stop.cancelled().await;
        Ok(())
    };
    monitor
        .run_with_signal(signal)
        .await
        .map_err(|error| QueueError::Stopped(error.to_string()))
}

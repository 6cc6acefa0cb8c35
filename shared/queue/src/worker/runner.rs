//! Owns everything that runs; starts it and shuts it down.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use apalis::layers::WorkerBuilderExt;
use apalis_core::monitor::Monitor;
use apalis_core::worker::builder::WorkerBuilder;
use futures::FutureExt;
use futures::future::BoxFuture;
use hiring_core::ids::OrgId;
use hiring_db::Database;
use secrecy::SecretString;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::claims::Claims;
use super::running::Running;
use super::upkeep::{self, Upkeep, UpkeepError};
use super::{Engine, relay, sweeper};
use crate::backend::{PullBackend, PullFactory};
use crate::delivery::{Delivery, Intake};
use crate::{Dispatcher, QueueConfig, QueueError, Registry, Ringer, transport};

/// How long handing back unfinished tasks may take after the grace.
pub const RELEASE_TIME: Duration = Duration::from_secs(10);

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
    /// Whether rings are taken from the transport; without it they only come by a [`Dispatcher`]. Relay, sweeper and upkeep
    /// run in any case.
    pub consume: bool,
}

/// Runs tasks, the relay, the sweeper and upkeep.
pub struct Runner {
    options: RunnerOptions,
    engine: Arc<Engine>,
    slots: Arc<Semaphore>,
    sources: Vec<PullFactory>,
    upkeep: Vec<Upkeep>,
}

impl Runner {
    /// Puts the parts together; nothing runs yet.
    ///
    /// # Errors
    /// [`QueueError`] when the transport's address makes no sense.
    pub fn new(
        options: RunnerOptions,
        database: Database,
        ringer: Ringer,
        registry: Registry,
    ) -> Result<Self, QueueError> {
        let registry = Arc::new(registry);
        let slots = Arc::new(Semaphore::new(options.concurrency.max(1)));
        let intake = Intake {
            registry: Arc::clone(&registry),
            slots: Arc::clone(&slots),
        };
        let sources = if options.consume {
            transport::sources(&options.queue, &intake, &ringer)?
        } else {
            Vec::new()
        };
        let engine = Arc::new(Engine {
            claims: Claims::new(database.clone()),
            running: Running::default(),
            database,
            ringer,
            registry,
            due: Notify::new(),
            afterwards: OnceLock::new(),
            stop: CancellationToken::new(),
            hurry: CancellationToken::new(),
        });
        Ok(Self {
            options,
            engine,
            slots,
            sources,
            upkeep: vec![upkeep::pruner()],
        })
    }

    /// A way in for rings that arrive by other doors than the transport; they run in the same slots.
    #[must_use]
    pub fn dispatcher(&self) -> Dispatcher {
        Dispatcher::new(Arc::clone(&self.engine), Arc::clone(&self.slots))
    }

    /// Has this done after each attempt at an organization's task, once its outcome is written down. The first such wish counts.
    #[must_use]
    pub fn after_each<F>(self, work: F) -> Self
    where
        F: Fn(OrgId) -> BoxFuture<'static, ()> + Send + Sync + 'static,
    {
        let _ = self.engine.afterwards.set(Box::new(work));
        self
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
            engine,
            slots,
            sources,
            upkeep,
        } = self;
        let mut beside = beside(&engine, options.direct_url.clone(), upkeep);
        // At most 256, see `WORKER_CONCURRENCY`.
        metrics::gauge!("tasks_slots").set(f64::from(u32::try_from(options.concurrency).unwrap_or(u32::MAX)));
        tracing::info!(slots = options.concurrency, kinds = ?engine.registry.kinds(), "taking tasks");
        let watch = watch_shutdown(shutdown, Arc::clone(&engine), options.grace);
        let all_slots = u32::try_from(options.concurrency.max(1)).unwrap_or(u32::MAX);
        let work = async {
            let answer = consume(Arc::clone(&engine), sources).await;
            // What came by other doors ends too: then every slot is free.
            let _ = slots.acquire_many(all_slots).await;
            answer
        };
        let answer = tokio::select! {
            answer = work => answer,
            () = watch => {
                tracing::error!("running tasks did not let go of their slots; their leases run out by themselves");
                Ok(())
            }
        };
        engine.stop.cancel();
        while beside.join_next().await.is_some() {}
        answer
    }
}

/// Starts relay, sweeper, gauges and upkeep.
fn beside(engine: &Arc<Engine>, direct_url: SecretString, upkeep: Vec<Upkeep>) -> JoinSet<()> {
    let mut beside = JoinSet::new();
    beside.spawn(supervise("relay", Arc::clone(engine), move |engine| {
        relay::run(engine, direct_url.clone()).boxed()
    }));
    beside.spawn(supervise("sweeper", Arc::clone(engine), |engine| {
        sweeper::run(engine).boxed()
    }));
    beside.spawn(supervise("gauges", Arc::clone(engine), |engine| {
        upkeep::gauges(engine).boxed()
    }));
    for piece in upkeep {
        let (name, piece) = (piece.name, Arc::new(piece));
        beside.spawn(supervise(name, Arc::clone(engine), move |engine| {
            upkeep::run(engine, Arc::clone(&piece)).boxed()
        }));
    }
    beside
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
async fn watch_shutdown(shutdown: CancellationToken, engine: Arc<Engine>, grace: Duration) {
    shutdown.cancelled().await;
    engine.stop.cancel();
    tokio::time::sleep(grace).await;
    engine.hurry.cancel();
    tokio::time::sleep(RELEASE_TIME).await;
}

/// The apalis side: one worker over each source of rings. Their concurrency is the number of slots, which a source takes
/// before it asks for rings. Without a source there is nothing to do but to wait for the end.
async fn consume(engine: Arc<Engine>, sources: Vec<PullFactory>) -> Result<(), QueueError> {
    let stop = engine.stop.clone();
    if sources.is_empty() {
        stop.cancelled().await;
        return Ok(());
    }
    let asked = stop.clone();
    let mut monitor = Monitor::new();
    for (number, source) in sources.into_iter().enumerate() {
        let engine = Arc::clone(&engine);
        monitor = monitor.register(move |restart| {
            let engine = Arc::clone(&engine);
            WorkerBuilder::new(format!("tasks-{number}-{restart}"))
                .backend(PullBackend::new(source()))
                .catch_panic()
                .build(move |delivery: Delivery| {
                    // A task of its own, so that handlers run on every thread.
                    let attempt = tokio::spawn(Arc::clone(&engine).attend(delivery));
                    attempt.map(|ended| ended.map_err(std::io::Error::other))
                })
        });
    }
    let monitor = monitor.should_restart(move |_, error| {
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

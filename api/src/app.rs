//! Builds the application, for the binary and the tests alike, and serves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::{App, Error, HttpServer, web};
use anyhow::Context;
use hiring_core::clock::{SharedClock, SystemClock};
use hiring_db::Database;
use hiring_platform::breaker::{Breaker, Breakers, Dependency};
use hiring_platform::closing::Closing;
use hiring_platform::embeddings::LazyEmbedder;
use hiring_platform::redis::{Redis, Servers};
use hiring_platform::storage::{self, GuardedStore};
use hiring_queue::{RedisConfig, RedisMode, Ringer};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::config::Config;
use crate::handlers::health;
use crate::identity::limits::Limits;
use crate::identity::liveness::Liveness;
use crate::identity::passwords::Passwords;
use crate::identity::tokens::AccessTokens;
use crate::middleware::authenticate::authenticate;
use crate::middleware::closing::last_orders;
use crate::middleware::limit::{Tiers, limit};
use crate::middleware::observe::observe;
use crate::openapi;
use crate::problem::Problem;
use crate::routes::{configure, routes};
use crate::state::AppState;

/// Password hashes computed at once: one a core, because each keeps a core busy and takes 19 MiB.
fn parallel_hashes() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Makes what every handler can reach. Connections are opened when first used.
///
/// # Errors
/// When the object store or the queue cannot be set up from these settings.
pub async fn build_state(config: Config, clock: SharedClock) -> anyhow::Result<AppState> {
    let database = Database::open(&config.database);
    let security = config.security;
    let previous = security.previous_secret_key.as_ref();
    let redis = match &config.redis {
        Some(redis) => Some(Redis::new(servers(redis)?, &config.queue.prefix)),
        None => None,
    };
    let storage = Breaker::new(Dependency::Storage, config.breaker);
    let store = storage::open(config.storage).await?;
    Ok(AppState {
        store: Arc::new(GuardedStore::new(store, storage.clone())),
        breakers: Breakers::new(vec![storage], config.breaker, redis.as_ref()),
        limits: Limits::new(config.limits, redis),
        tiers: Tiers::new(&config.api.prefix),
        ringer: Ringer::open(&config.queue)?,
        embedder: LazyEmbedder::new(config.embeddings),
        ai: config.llm,
        passwords: Passwords::new(
            security.password_memory_kib,
            security.password_iterations,
            parallel_hashes(),
        ),
        tokens: AccessTokens::new(&security.secret_key, previous, security.access_lifetime),
        liveness: Liveness::new(database.clone()),
        session_lifetime: security.session_lifetime,
        stopping: AtomicBool::new(false),
        closing: Closing::default(),
        log_requests: config.telemetry.request_logging,
        config: config.api,
        clock,
        database,
    })
}

fn servers(config: &RedisConfig) -> anyhow::Result<Servers> {
    let is_cluster = matches!(config.mode, RedisMode::Cluster);
    Ok(Servers::new(&config.seeds()?, config.sentinels()?, is_cluster)?)
}

/// The application: middleware, routes, documentation, health.
pub fn build_app(
    state: web::Data<AppState>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let prefix = state.config.prefix.clone();
    App::new()
        .app_data(state)
        .route("/health", web::get().to(health::live))
        .route("/health/ready", web::get().to(health::ready))
        .configure(|app| openapi::configure(app, &prefix))
        .service(web::scope(&prefix).configure(|scope| configure(routes(), scope)))
        .default_service(web::to(|| async {
            Err::<actix_web::HttpResponse, _>(Problem::not_found("path"))
        }))
        .wrap(from_fn(authenticate))
        .wrap(from_fn(limit))
        .wrap(from_fn(last_orders))
        .wrap(from_fn(observe))
}

/// Serves until SIGTERM or SIGINT: readiness turns false and requests are served for the shutdown delay; then late ones are
/// turned away, and those that came before may end within the grace period. A second signal ends the process at once.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    let (host, port) = (config.api.host, config.api.port);
    let delay = Duration::from_secs(config.api.shutdown_delay_seconds);
    let grace = Duration::from_secs(config.api.shutdown_grace_seconds);
    let state = web::Data::new(build_state(config, Arc::new(SystemClock)).await?);
    let shared = state.clone();
    let server = HttpServer::new(move || build_app(shared.clone()))
        .shutdown_timeout(grace.as_secs())
        .disable_signals()
        .bind((host, port))
        .map_err(|error| {
            anyhow::anyhow!("listening on {host}:{port} failed: {error}; choose another API_PORT")
        })?;
    let mut signals = Signals::listen().context("listening for signals failed")?;
    let addresses = server.addrs();
    let server = server.run();
    tracing::info!(?addresses, "listening");
    let handle = server.handle();
    let stop = async {
        signals.next().await;
        state.stopping.store(true, Ordering::Relaxed);
        tracing::info!(?delay, ?grace, "stopping");
        actix_web::rt::spawn(signals.exit_at_next());
        tokio::time::sleep(delay).await;
        let deadline = tokio::time::Instant::now() + grace;
        // The server goes on meanwhile: who comes late is answered, not cut off.
        let all_left = state.closing.begin(grace).await;
        let ended = tokio::time::timeout_at(deadline, handle.stop(true)).await.is_ok();
        tracing::info!(in_time = all_left && ended, "stopped");
        Ok(())
    };
    tokio::select! {
        ended = server => Ok(ended?),
        stopped = stop => stopped,
    }
}

/// The signals that ask for an end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> SignalKind {
        tokio::select! {
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = self.interrupt.recv() => SignalKind::interrupt(),
        }
    }

    /// What was begun is rolled back by Postgres when its connection ends.
    async fn exit_at_next(mut self) {
        let signal = self.next().await;
        std::process::exit(128 + signal.as_raw_value());
    }
}

//! Builds the application, for the binary and the tests alike, and serves it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::{App, Error, HttpServer, web};
use anyhow::Context;
use hiring_core::clock::{SharedClock, SystemClock};
use hiring_db::Database;
use hiring_platform::breaker::{Breaker, Breakers, Dependency};
use hiring_platform::cache::Cache;
use hiring_platform::closing::Closing;
use hiring_platform::embeddings::LazyEmbedder;
use hiring_platform::redis::{Redis, Servers};
use hiring_platform::storage::{self, GuardedStore, StorageConfig};
use hiring_platform::telemetry::usage::Usage;
use hiring_queue::{RedisConfig, RedisMode, Ringer};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::config::Config;
use crate::flows::rank_job::Rankings;
use crate::handlers::health;
use crate::identity::limits::Limits;
use crate::identity::liveness::Liveness;
use crate::identity::passwords::Passwords;
use crate::identity::tokens::AccessTokens;
use crate::middleware::authenticate::authenticate;
use crate::middleware::closing::last_orders;
use crate::middleware::compress::compress;
use crate::middleware::cors::cors;
use crate::middleware::gate::gate;
use crate::middleware::harden::harden;
use crate::middleware::invalidate::invalidate;
use crate::middleware::limit::limit;
use crate::middleware::meters::Meters;
use crate::middleware::observe::observe;
use crate::middleware::pace::pace;
use crate::middleware::portion::WRITTEN_FROM_BYTES;
use crate::openapi;
use crate::problem::Problem;
use crate::reporting::report_disk;
use crate::routes::{Table, configure, read_only, routes};
use crate::state::AppState;

/// Password hashes computed at once: one a core, because each keeps a core busy and takes 19 MiB.
fn parallel_hashes() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// How long a connection stays open without a request: longer than load balancers keep theirs (60 s at Amazon's), so that it is
/// never the server that closes one just as a request comes.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Makes what every handler can reach. Connections are opened when first used.
///
/// # Errors
/// When the object store or the queue cannot be set up from these settings.
pub async fn build_state(config: Config, clock: SharedClock) -> anyhow::Result<AppState> {
    let database = Database::open(&config.database);
    let security = config.security;
    let previous = security.previous_secret_key.as_ref();
    let disk = match &config.storage {
        StorageConfig::Local(local) => Some(local.directory.clone()),
        StorageConfig::S3(_) => None,
    };
    let redis = match &config.redis {
        Some(redis) => Some(Redis::new(servers(redis)?, &config.queue.prefix)),
        None => None,
    };
    let storage = Breaker::new(Dependency::Storage, config.breaker);
    let embedder = LazyEmbedder::new(config.embeddings);
    let own = [Some(storage.clone()), embedder.breaker().cloned()];
    let own = own.into_iter().flatten().collect();
    let store = storage::open(config.storage).await?;
    Ok(AppState {
        store: Arc::new(GuardedStore::new(store, storage)),
        breakers: Breakers::new(own, config.breaker, redis.as_ref()),
        cache: Cache::new(config.cache, redis.clone(), &openapi::digest()),
        limits: Limits::new(config.limits, redis),
        table: Table::new(&config.api.prefix),
        meters: Meters::default(),
        started: Instant::now(),
        disk,
        ringer: Ringer::open(&config.queue)?,
        embedder,
        ai: config.llm,
        passwords: Passwords::new(
            security.password_memory_kib,
            security.password_iterations,
            parallel_hashes(),
        ),
        tokens: AccessTokens::new(&security.secret_key, previous, security.access_lifetime),
        liveness: Liveness::new(database.clone()),
        rankings: Rankings::default(),
        session_lifetime: security.session_lifetime,
        stopping: AtomicBool::new(false),
        closing: Closing::default(),
        log_requests: config.telemetry.request_logging,
        usage: Usage::start(config.telemetry.export.usage.as_ref())?,
        config: config.api,
        clock,
        database,
    })
}

fn servers(config: &RedisConfig) -> anyhow::Result<Servers> {
    let is_cluster = matches!(config.mode, RedisMode::Cluster);
    Ok(Servers::new(&config.seeds()?, config.sentinels()?, is_cluster)?)
}

/// The application: routes, documentation, health, and the layers around them (see [`crate::middleware`]; the last is the outermost).
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
    let cors = cors(&state.config.edge.cors);
    App::new()
        .app_data(state)
        .service(read_only("/health", health::live))
        .service(read_only("/health/ready", health::ready))
        .service(read_only("/health/detailed", health::detailed::detailed))
        .configure(|app| openapi::configure(app, &prefix))
        .service(web::scope(&prefix).configure(|scope| configure(routes(), scope)))
        .default_service(web::to(|| async {
            Err::<actix_web::HttpResponse, _>(Problem::not_found("path"))
        }))
        .wrap(from_fn(invalidate))
        .wrap(from_fn(authenticate))
        .wrap(from_fn(limit))
        .wrap(from_fn(pace))
        .wrap(from_fn(last_orders))
        .wrap(cors)
        .wrap(from_fn(gate))
        .wrap(from_fn(observe))
        .wrap(from_fn(compress))
        .wrap(from_fn(harden))
}

/// Listens on this address with that many threads, or one a core; the server works once it is awaited.
///
/// # Errors
/// When the address cannot be listened on.
pub fn listen(
    state: &web::Data<AppState>,
    address: SocketAddr,
    threads: Option<usize>,
) -> std::io::Result<(Server, Vec<SocketAddr>)> {
    let patience = state.config.edge.client_timeout;
    let shared = state.clone();
    let mut server = HttpServer::new(move || build_app(shared.clone()))
        .on_connect(move |io, _| {
            if let Some(stream) = io.downcast_ref::<TcpStream>() {
                give_up_after(stream, patience);
            }
        })
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(patience)
        .h1_write_buffer_size(WRITTEN_FROM_BYTES)
        // The last portion of an answer must not wait until the client has acknowledged those before it.
        .tcp_nodelay(true)
        .shutdown_timeout(state.config.shutdown_grace_seconds)
        .disable_signals();
    if let Some(threads) = threads {
        server = server.workers(threads);
    }
    let server = server.bind(address)?;
    let addresses = server.addrs();
    Ok((server.run(), addresses))
}

/// Has the system close the connection once the client has taken nothing of an answer for so long.
#[cfg(target_os = "linux")]
fn give_up_after(stream: &TcpStream, patience: Duration) {
    let milliseconds = u32::try_from(patience.as_millis()).unwrap_or(u32::MAX);
    // A connection without the limit works too.
    if let Err(error) = rustix::net::sockopt::set_tcp_user_timeout(stream, milliseconds) {
        tracing::debug!(%error, "a connection takes no limit on unread answers");
    }
}

/// Other systems have no such option; there their own limits hold.
#[cfg(not(target_os = "linux"))]
const fn give_up_after(_: &TcpStream, _: Duration) {}

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
    let (server, addresses) = listen(&state, (host, port).into(), None).map_err(|error| {
        anyhow::anyhow!("listening on {host}:{port} failed: {error}; choose another API_PORT")
    })?;
    let mut signals = Signals::listen().context("listening for signals failed")?;
    tracing::info!(?addresses, "listening");
    let handle = server.handle();
    actix_web::rt::spawn(hiring_db::reporting::report_pool(state.database.clone()));
    actix_web::rt::spawn(report_disk(state.disk.clone()));
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

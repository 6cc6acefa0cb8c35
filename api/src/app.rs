//! Builds the application, for the binary and the tests alike, and serves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::{App, Error, HttpServer, web};
use hiring_core::clock::{SharedClock, SystemClock};
use hiring_db::Database;
use hiring_platform::embeddings::LazyEmbedder;
use hiring_platform::storage;
use hiring_queue::Ringer;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::handlers::health;
use crate::identity::liveness::Liveness;
use crate::identity::passwords::Passwords;
use crate::identity::tokens::AccessTokens;
use crate::middleware::authenticate::authenticate;
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
    Ok(AppState {
        ringer: Ringer::open(&config.queue)?,
        store: storage::open(config.storage).await?,
        embedder: LazyEmbedder::new(config.embeddings),
        passwords: Passwords::new(
            security.password_memory_kib,
            security.password_iterations,
            parallel_hashes(),
        ),
        tokens: AccessTokens::new(&security.secret_key, previous, security.access_lifetime),
        liveness: Liveness::new(database.clone()),
        session_lifetime: security.session_lifetime,
        stopping: AtomicBool::new(false),
        log_requests: config.telemetry.request_logging,
        config: config.api,
        clock,
        database,
    })
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
        .wrap(from_fn(observe))
}

/// Serves until SIGTERM or SIGINT: readiness turns false, requests are served for the shutdown delay, then open requests
/// may end within the grace period.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    let (host, port) = (config.api.host, config.api.port);
    let (delay, grace) = (
        config.api.shutdown_delay_seconds,
        config.api.shutdown_grace_seconds,
    );
    let state = web::Data::new(build_state(config, Arc::new(SystemClock)).await?);
    let shared = state.clone();
    let server = HttpServer::new(move || build_app(shared.clone()))
        .shutdown_timeout(grace)
        .disable_signals()
        .bind((host, port))
        .map_err(|error| {
            anyhow::anyhow!("listening on {host}:{port} failed: {error}; choose another API_PORT")
        })?
        .run();
    tracing::info!(%host, port, "listening");
    let handle = server.handle();
    let stopper = tokio::spawn(async move {
        stop_signal().await;
        state.stopping.store(true, Ordering::Relaxed);
        tracing::info!(delay, grace, "stopping");
        tokio::time::sleep(Duration::from_secs(delay)).await;
        handle.stop(true).await;
    });
    finish(server, stopper).await
}

async fn finish(server: Server, stopper: tokio::task::JoinHandle<()>) -> anyhow::Result<()> {
    server.await?;
    stopper.abort();
    Ok(())
}

async fn stop_signal() {
    let (terminate, interrupt) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    match (terminate, interrupt) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
        // Without handlers the signals end the process at once, which loses nothing: accepted work is in Postgres.
        _ => std::future::pending().await,
    }
}

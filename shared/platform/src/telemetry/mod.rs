//! Logs, panics, Prometheus metrics, and what is told to whoever watches from elsewhere.
//!
//! | module | what lives there |
//! |---|---|
//! | [`config`] | the settings |
//! | [`logs`] | where log lines go, and panics as log lines |
//! | [`lines`] | the log line's shape in JSON |
//! | [`sink`] | buffered writing of log lines |
//! | [`metrics_server`] | the Prometheus exporter on its own port |
//! | [`catalogue`] | every metric that the programs report: name, unit, labels, what it says |
//! | [`process`] | memory, processor time, threads and descriptors of this process |
//! | [`trace`] | where the work at hand belongs in a trace |
//! | [`export`] | traces by OTLP and errors to Sentry, both off until configured |
//! | [`usage`] | what people do, to PostHog, off until configured |
//!
//! Neither log fields nor metric labels may hold personal data: ids are fine; names, addresses, file names, queries and
//! resume text are not.

pub mod catalogue;
pub mod config;
pub mod export;
mod lines;
pub mod logs;
pub mod metrics_server;
pub mod process;
pub mod sink;
pub mod trace;
pub mod usage;

pub use config::{LogFormat, Process, TelemetryConfig};

/// Keeps logging alive; dropping it writes what is still buffered and sends what is left, so keep it until the end of `main`.
#[must_use = "dropping it ends the buffered log"]
pub struct Telemetry {
    // First, so that what it says is still written.
    _farewells: Vec<export::outbox::Farewell>,
    _flush: Option<sink::Flush>,
}

/// What keeps logs or metrics from starting.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// `LOG_FILE` cannot be opened.
    #[error("LOG_FILE cannot be opened")]
    LogFile(#[source] std::io::Error),
    /// A process logs and exports once; this one already does.
    #[error("telemetry has already been started")]
    AlreadyStarted,
    /// An exporter cannot be started.
    #[error(transparent)]
    Export(#[from] export::OutboxError),
    /// The metrics port cannot be listened on.
    #[error("metrics cannot be served on {address}: {problem}")]
    Metrics {
        /// Where they should be served.
        address: std::net::SocketAddr,
        /// Why not.
        problem: String,
    },
}

/// Starts logs, the panic hook and, where configured, the metrics server with the process's own figures. Call it inside
/// a tokio runtime: the metrics server lives there.
///
/// # Errors
/// [`TelemetryError`].
pub fn start(config: &TelemetryConfig) -> Result<Telemetry, TelemetryError> {
    if tracing::dispatcher::has_been_set() {
        return Err(TelemetryError::AlreadyStarted);
    }
    // Metrics first: exporters count from their beginning.
    if let Some(address) = config.metrics {
        metrics_server::start(address)?;
        catalogue::describe();
        process::start();
    }
    let (watch, farewells) = export::start(&config.export)?;
    Ok(Telemetry {
        _flush: logs::start(config, watch)?,
        _farewells: farewells,
    })
}

//! Logs, panics and Prometheus metrics.
//!
//! | module | what lives there |
//! |---|---|
//! | [`config`] | the settings |
//! | [`logs`] | the log line's shape, and panics as log lines |
//! | [`sink`] | buffered writing of log lines |
//! | [`metrics_server`] | the Prometheus exporter on its own port |
//! | [`process`] | memory, processor time, threads and descriptors of this process |
//!
//! Neither log fields nor metric labels may hold personal data: ids are fine; names, addresses, file names, queries and
//! resume text are not.

pub mod config;
pub mod logs;
pub mod metrics_server;
pub mod process;
pub mod sink;

pub use config::{LogFormat, Process, TelemetryConfig};

/// Keeps logging alive; dropping it writes what is still buffered, so keep it until the end of `main`.
#[must_use = "dropping it ends the buffered log"]
pub struct Telemetry {
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
    let flush = logs::start(config)?;
    if let Some(address) = config.metrics {
        metrics_server::start(address)?;
        process::start();
    }
    Ok(Telemetry { _flush: flush })
}

//! Logs and metrics as a whole program has them.

use hiring_core::config::Reader;
use hiring_platform::telemetry::{self, Process, TelemetryConfig, TelemetryError};

use crate::server::{free_address, get};

/// One test, because logs and metrics belong to the whole process; as in development, so that the other tests' panics
/// are still printed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_started_program_logs_json_to_its_file_and_serves_its_metrics() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("api.log");
    let address = free_address();
    let port = address.port().to_string();
    let variables = [
        ("LOG_FORMAT", "json"),
        ("LOG_FILE", log.to_str().unwrap()),
        ("METRICS_PORT", &port),
        ("ENVIRONMENT", "development"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut reader = Reader::from_map(variables.into());
    let config = TelemetryConfig::read(&mut reader, Process::Api);
    reader.finish().unwrap();
    let running = telemetry::start(&config).unwrap();
    assert!(matches!(
        telemetry::start(&config),
        Err(TelemetryError::AlreadyStarted)
    ));

    tracing::info!(status = 200, "answered");
    metrics::counter!("things_total", "kind" => "test").increment(3);
    let _ = std::thread::spawn(|| panic!("on purpose")).join();
    let page = tokio::task::spawn_blocking(move || get(address, "/metrics"))
        .await
        .unwrap();
    assert!(page.contains("things_total{kind=\"test\"} 3"), "{page}");

    drop(running);
    let text = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(
        lines
            .iter()
            .any(|line| line["message"] == "answered" && line["status"] == 200)
    );
    assert!(
        lines
            .iter()
            .any(|line| line["message"] == "a thread panicked" && line["panic"] == "on purpose")
    );
}

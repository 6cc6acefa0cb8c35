//! The Prometheus exporter on its own port, apart from what users can reach.

use std::net::SocketAddr;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder};

use super::TelemetryError;

/// For histograms whose name ends in `_seconds`: from a cached read to a slow task.
const SECONDS: [f64; 15] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
];
/// For histograms whose name ends in `_bytes`: 1 KiB to 16 MiB, the upload limit being 10.
const BYTES: [f64; 8] = [
    1024.0,
    4096.0,
    16384.0,
    65536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
];
/// For what is asked of Redis before every request, and should take a fraction of a millisecond.
const INSTANTS: [f64; 10] = [
    0.000_05, 0.000_1, 0.000_15, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05,
];
/// For all other histograms, which count things.
const COUNTS: [f64; 10] = [0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 500.0, 1000.0];

/// Serves what the `metrics` macros record, on every path of `address`.
///
/// # Errors
/// [`TelemetryError::Metrics`] when the address is taken or not this machine's, [`TelemetryError::AlreadyStarted`].
pub(super) fn start(address: SocketAddr) -> Result<(), TelemetryError> {
    let started = builder().and_then(|builder| builder.with_http_listener(address).install());
    started.map_err(|error| match error {
        BuildError::FailedToSetGlobalRecorder(_) => TelemetryError::AlreadyStarted,
        other => TelemetryError::Metrics {
            address,
            problem: other.to_string(),
        },
    })
}

fn builder() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new()
        .set_buckets(&COUNTS)?
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Full("rate_limit_lookup_seconds".into()), &INSTANTS)?
        .set_buckets_for_metric(Matcher::Suffix("_bytes".into()), &BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histograms_get_buckets_that_fit_their_unit() {
        let recorder = builder().unwrap().build_recorder();
        let handle = recorder.handle();
        metrics::with_local_recorder(&recorder, || {
            metrics::histogram!("request_seconds").record(0.003);
            metrics::histogram!("upload_bytes").record(5000.0);
            metrics::histogram!("results").record(3.0);
        });
        let page = handle.render();
        for line in [
            "request_seconds_bucket{le=\"0.005\"} 1",
            "upload_bytes_bucket{le=\"16384\"} 1",
            "results_bucket{le=\"5\"} 1",
        ] {
            assert!(page.contains(line), "{line} is missing in\n{page}");
        }
    }
}

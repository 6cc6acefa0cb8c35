//! Logs, panics and Prometheus metrics.

//! Everything the worker is told by its environment.

use std::net::IpAddr;
use std::time::Duration;

use hiring_core::config::{Problem, Reader};
use hiring_db::DatabaseConfig;
use hiring_platform::embeddings::EmbeddingConfig;
use hiring_platform::mail::MailConfig;
use hiring_platform::storage::StorageConfig;
use hiring_platform::telemetry::{Process, TelemetryConfig};
use hiring_queue::QueueConfig;
use secrecy::SecretString;

/// The worker's settings.
#[derive(Debug, Clone)]
pub struct WorkerConfig {
    /// Logs and where metrics go.
    pub telemetry: TelemetryConfig,
    /// Postgres.
    pub database: DatabaseConfig,
    /// Redis and the queues on it.
    pub queue: QueueConfig,
    /// Uploaded files.
    pub storage: StorageConfig,
    /// Text to vectors.
    pub embeddings: EmbeddingConfig,
    /// How mail leaves.
    pub mail: MailConfig,
    /// The HTTP door.
    pub door: DoorConfig,
    /// `WORKER_CONCURRENCY`: tasks at once; the number of cores unless told otherwise.
    pub concurrency: usize,
    /// `SHUTDOWN_GRACE_SECONDS`: how long running tasks may go on after a signal.
    pub grace: Duration,
}

/// Where the worker answers HTTP.
#[derive(Debug, Clone)]
pub struct DoorConfig {
    /// `WORKER_HOST`: loopback unless told otherwise.
    pub host: IpAddr,
    /// `PORT`, else `WORKER_PORT`; 0 takes any free one.
    pub port: u16,
    /// `WORKER_TOKEN`: what callers from elsewhere must show.
    pub token: Option<SecretString>,
}

impl WorkerConfig {
    /// Reads every variable.
    ///
    /// # Errors
    /// All problems together, each naming its variable.
    pub fn read(reader: &mut Reader) -> Result<Self, Vec<Problem>> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let concurrency = reader.number("WORKER_CONCURRENCY", cores, 1..=256);
        let config = Self {
            telemetry: TelemetryConfig::read(reader, Process::Worker),
            database: DatabaseConfig::read(reader),
            queue: QueueConfig::read(reader),
            storage: StorageConfig::read(reader),
            embeddings: EmbeddingConfig::read(reader, concurrency),
            mail: MailConfig::read(reader),
            door: DoorConfig::read(reader),
            concurrency,
            grace: Duration::from_secs(reader.number("SHUTDOWN_GRACE_SECONDS", 30, 0..=3600)),
        };
        reader.finish()?;
        Ok(config)
    }
}

impl DoorConfig {
    fn read(reader: &mut Reader) -> Self {
        let host = reader.parse("WORKER_HOST", IpAddr::from([127, 0, 0, 1]));
        let token = reader.secret("WORKER_TOKEN");
        if reader.environment().is_production() && !host.is_loopback() && token.is_none() {
            reader.problem(
                "WORKER_TOKEN",
                "must be set in production when WORKER_HOST is not a loopback address",
            );
        }
        let port = reader.parse("WORKER_PORT", 8001);
        Self {
            host,
            port: reader.parse("PORT", port),
            token,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(pairs: &[(&str, &str)]) -> (DoorConfig, Vec<Problem>) {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut reader = Reader::from_map(pairs.collect());
        let door = DoorConfig::read(&mut reader);
        (door, reader.finish().err().unwrap_or_default())
    }

    #[test]
    fn the_door_opens_on_loopback_and_the_platforms_port_wins() {
        let (plain, problems) = door(&[]);
        assert!(problems.is_empty() && plain.host.is_loopback());
        assert_eq!(plain.port, 8001);
        let (given, _) = door(&[("WORKER_PORT", "8100"), ("PORT", "9000")]);
        assert_eq!(given.port, 9000);
        assert_eq!(door(&[("WORKER_PORT", "8100")]).0.port, 8100);
    }

    #[test]
    fn production_refuses_a_public_door_without_a_token() {
        let public = [("ENVIRONMENT", "production"), ("WORKER_HOST", "0.0.0.0")];
        assert_eq!(
            door(&public).1.first().map(|problem| problem.variable.as_str()),
            Some("WORKER_TOKEN")
        );
        assert!(
            door(&[public[0], public[1], ("WORKER_TOKEN", "a long token")])
                .1
                .is_empty()
        );
        assert!(door(&[public[0]]).1.is_empty());
    }

    #[test]
    fn all_problems_are_reported_together() {
        let wrong = [
            ("WORKER_CONCURRENCY", "0"),
            ("WORKER_PORT", "eighty"),
            ("SHUTDOWN_GRACE_SECONDS", "-1"),
        ];
        let pairs = wrong
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let problems = WorkerConfig::read(&mut Reader::from_map(pairs.collect())).unwrap_err();
        for (variable, _) in wrong {
            assert!(
                problems.iter().any(|problem| problem.variable == variable),
                "{variable}"
            );
        }
    }
}
